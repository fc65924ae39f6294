"""What a table is, and which of its columns is what."""

from __future__ import annotations

import tomllib

import pytest

from regulars.errors import MappingUnclear
from regulars.ingest.mapping import Mapping, recognize
from regulars.ingest.sources import open_sources
from regulars.settings import Settings, Source


def recognized(write, text: str, name: str = "data.csv", ask=None, **settings) -> Mapping:
    (table,) = open_sources([write(text, name)], Settings(**settings))
    header, *lines = [line.split(",") for line in text.strip().splitlines()]
    sample = {column: [line[position] or None for line in lines] for position, column in enumerate(header)}
    return recognize(table, sample, Settings(**settings), ask)


@pytest.mark.parametrize(
    "header",
    [
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "invoice_no,stock_code,description,quantity,invoice_date,unit_price,customer_id,country",
        "INVOICE NO.,STOCK CODE,DESCRIPTION,QTY,INVOICE DATE,UNIT PRICE,CUSTOMER-ID,COUNTRY",
        "Order ID,Product ID,Product Name,Quantity,Order Date,Unit Price,Client ID,Country/Region",
        "amazon-order-id,sku,product-name,quantity,purchase-date,item-price (USD),Order Customer Id,ship-country",
        "Order ID,SKU,Item Name,Quantity,Order Date,Item Cost [EUR],Customer User ID,Billing Country Code",
    ],
)
def test_spellings(write, header):
    mapping = recognized(
        write, f"{header}\n536365,85123A,HEART HOLDER,6,12/13/2010 8:26,2.55,17850,United Kingdom\n"
    )
    wanted = [
        "order_id",
        "product_id",
        "description",
        "quantity",
        "ordered_at",
        "unit_price",
        "customer_id",
        "country",
    ]
    assert [mapping.columns[name] for name in wanted] == header.split(",")
    assert mapping.shape == "orders"
    assert "HEART HOLDER" in mapping.evidence["description"]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("user_id,age,annual_income,region\n1,25,45000,North\n2,30,1,South\n", "customers"),
        (
            "Customer ID,First Name,Last Name,Email,Total Spent,Total Orders\n1,A,B,a@b.org,12.00,1\n",
            "customers",
        ),
        ("userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n", "ratings"),
        ("movieId,title,genres\n1,Toy Story (1995),Comedy\n", "products"),
        ("sku,name,category,price\nA,Tea,Drinks,5.00\n", "products"),
        ("order_id,product_id,quantity,unit_price\n1,A,2,5.00\n", "order_items"),
        ("customer,date,amount\na,2024-01-13,5.00\n", "orders"),
        ("member_number,purchase_datetime,item_description,spend\n1,2024-01-13,milk,2\n", "orders"),
    ],
)
def test_shapes(write, text, shape):
    assert recognized(write, text).shape == shape


def test_what_never_comes_back_is_no_product(write):
    """WooCommerce numbers the lines of orders in item_id; every line was of a product of its own."""
    lines = [f"{line},{line % 7},W{line % 7},{line // 3},c{line % 5},2024-01-13,5.00" for line in range(60)]
    text = "item_id,item_product_id,item_sku,order_id,customer_id,date,item_total\n" + "\n".join(lines)
    assert recognized(write, text).columns["product_id"] == "item_sku"


def test_a_name_is_not_taken_against_what_the_cells_say(write):
    mapping = recognized(write, "customer,date,when,amount\na,x,2024-01-13,5.00\nb,y,2024-01-14,6.00\n")
    assert mapping.columns["ordered_at"] == "when"


def test_the_only_column_of_dates_is_taken_by_its_cells(write):
    mapping = recognized(write, "client,moment,amount\na,2024-01-13 10:00,5.00\nb,2024-01-14 11:00,6.00\n")
    assert mapping.columns["ordered_at"] == "moment"
    assert "the only column of dates" in mapping.evidence["ordered_at"]


def test_the_birthday_is_not_when_it_was_ordered(write):
    with pytest.raises(MappingUnclear, match="when it was ordered"):
        recognized(write, "client,order_id,birth_date,amount\na,1,1980-01-13,5.00\na,2,1980-01-13,6.00\n")


def lines_of(problem: MappingUnclear) -> list[dict]:
    """Return the entries of the TOML that a hint shows."""
    return tomllib.loads(problem.hint[problem.hint.index("[[sources]]") :])["sources"]


def test_two_columns_that_could_be_the_same_thing_are_not_guessed(write):
    text = "order_id,order_no,customer_id,date,amount\n1,A,a,2024-01-13,5.00\n2,A,b,2024-01-13,6.00\n3,B,b,2024-01-14,1.00\n"
    with pytest.raises(MappingUnclear, match=r"'order_id' \(1, 2, 3\); 'order_no' \(A, B\)") as problem:
        recognized(write, text)
    (entry,) = lines_of(problem.value)
    assert (entry["files"], entry["shape"], entry["columns"]["order_id"]) == (
        "data.csv",
        "orders",
        "order_id",
    )
    settled = recognized(write, text, sources=[Source(**entry)])
    assert settled.columns["order_id"] == "order_id", "the lines of the hint settle it"


def test_whoever_can_answer_is_asked(write):
    text = "order_id,order_no,customer_id,date,amount\n1,A,a,2024-01-13,5.00\n2,A,b,2024-01-13,6.00\n3,B,b,2024-01-14,1.00\n"
    asked = []

    def ask(question, choices):
        asked.append((question, list(choices)))
        return choices[1]

    assert recognized(write, text, ask=ask).columns["order_id"] == "order_no"
    assert asked == [("data.csv: which column is the order?", ["order_id", "order_no"])]


def test_two_names_for_the_same_thing_are_no_question(write):
    mapping = recognized(
        write, "order_id,order_no,customer_id,date,amount\n1,A,a,2024-01-13,5.00\n2,B,b,2024-01-13,6.00\n"
    )
    assert mapping.columns["order_id"] == "order_id"
    assert "tells the same apart" in mapping.notes[0]


def test_what_is_missing_is_said_with_the_lines_to_add(write):
    with pytest.raises(MappingUnclear, match=r"price of the line \(amount\).*'kaching' \(5, 6\)") as problem:
        recognized(write, "customer,date,kaching\na,2024-01-13,5\nb,2024-01-14,6\n")
    (entry,) = lines_of(problem.value)
    assert entry["columns"]["amount"] == "kaching"
    settled = recognized(write, "customer,date,kaching\na,2024-01-13,5\n", sources=[Source(**entry)])
    assert settled.columns["amount"] == "kaching"


@pytest.mark.parametrize(
    ("columns", "message"),
    [({"amount": "nothing"}, "there is no such column"), ({"prize": "amount"}, "none of our columns")],
)
def test_settings_that_name_what_is_not_there(write, columns, message):
    entry = Source(files="*.csv", shape="orders", columns=columns)
    with pytest.raises(MappingUnclear, match=message):
        recognized(write, "customer,date,amount\na,2024-01-13,5\n", sources=[entry])


def test_settings_win_over_names(write):
    entry = Source(files="data.*", shape="orders", columns={"customer_id": "household", "amount": "net"})
    text = "customer,household,date,amount,net\na,h,2024-01-13,5,4\n"
    mapping = recognized(write, text, sources=[entry])
    assert (mapping.columns["customer_id"], mapping.columns["amount"]) == ("household", "net")
    assert mapping.evidence["amount"] == "as the settings say"


def test_a_file_without_ids_is_of_no_shape(write):
    with pytest.raises(MappingUnclear, match="who bought"):
        recognized(write, "recency,history,visit\n10,142.44,0\n6,329.08,1\n")


def test_ids_that_a_spreadsheet_rounded_are_mentioned(write):
    text = "order_id,customer_id,date,amount\n1,1.23457E+12,2024-01-13,5\n2,1.23457E+12,2024-01-14,5\n"
    (note,) = recognized(write, text).notes
    assert "'customer_id' has ids that a spreadsheet rounded, such as 1.23457E+12" in note


def test_no_column_is_proposed_that_nothing_speaks_for(write):
    with pytest.raises(MappingUnclear) as problem:
        recognized(write, "recency,history,visit\n10,142.44,0\n6,329.08,1\n")
    assert 'customer_id = "…"' in problem.value.hint


def test_odd_names_of_files_and_columns_come_back_from_the_hint(write):
    text = "customer,date,\"ka[ch]'ing\na,2024-01-13,5\n"
    with pytest.raises(MappingUnclear) as problem:
        recognized(write, text.replace('"', ""), "orders [1] 'x'.csv")
    (entry,) = lines_of(problem.value)
    assert (
        recognized(write, text.replace('"', ""), "orders [1] 'x'.csv", sources=[Source(**entry)]).columns[
            "amount"
        ]
        == "ka[ch]'ing"
    )

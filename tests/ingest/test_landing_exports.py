"""Exports as shops have them: Shopify, WooCommerce, Olist, a normalized database, a workbook."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from regulars.errors import MappingUnclear
from regulars.ingest.landing import land
from regulars.settings import Settings

SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing City,Billing Zip,Billing Country,Shipping Name,Shipping Country,Notes,Cancelled at,Payment Method,Refunded Amount,Vendor,Id,Tags,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone
#1003,eva@shop.org,paid,2024-03-03 10:00:00 +0100,fulfilled,2024-03-04 09:00:00 +0100,yes,EUR,45.00,4.90,7.98,57.88,WELCOME,5.00,Standard,2024-03-03 09:59:10 +0100,2,Green tea,15.00,,TEA-1,true,true,fulfilled,Eva,Berlin,10115,DE,Eva,DE,,,Card,0.00,Tea Ltd,5001,,web,0.00,VAT,7.98,
#1003,eva@shop.org,,,,,,,,,,,,,,,1,Cup,20.00,,,true,true,fulfilled,,,,,,,,,,,Tea Ltd,,,,0.00,,,
#1002,,refunded,2024-03-02 12:00:00 +0100,unfulfilled,,no,EUR,10.00,0.00,1.60,11.60,,0.00,,2024-03-02 12:00:00 +0100,1,Cup,10.00,,CUP-1,true,true,pending,Tom,,,DE,,,,2024-03-02 15:00:00 +0100,Card,11.60,Tea Ltd,5000,,pos,0.00,VAT,1.60,
"""

WOOCOMMERCE = """\
Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Email (Billing),Country Code (Billing),Payment Method Title,Cart Discount Amount,Order Subtotal Amount,Shipping Method Title,Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,Discount Amount Tax
101,Completed,2024-01-05 10:30,,Ann,Lee,ann@lee.org,GB,Card,3.00,40.00,Flat,5.00,0.00,50.40,8.40,TEA-1,1,Green tea,2,10.00,SPRING,3.00,0.60
101,Completed,2024-01-05 10:30,,Ann,Lee,ann@lee.org,GB,Card,3.00,40.00,Flat,5.00,0.00,50.40,8.40,CUP-1,2,Cup,1,20.00,SPRING,3.00,0.60
102,Refunded,2024-01-06 11:30,,Bob,Ray,bob@ray.org,GB,Card,0.00,10.00,Flat,5.00,18.00,18.00,3.00,CUP-1,1,Cup,1,10.00,,0.00,0.00
"""

OLIST = {
    "olist_customers_dataset.csv": '''\
"customer_id","customer_unique_id","customer_zip_code_prefix","customer_city","customer_state"
"c1","u1","14409","franca","SP"
"c2","u1","14409","franca","SP"
"c3","u2","01151","sao paulo","SP"
"c4","u3","01151","sao paulo","SP"
''',
    "olist_orders_dataset.csv": '''\
"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at","order_delivered_carrier_date","order_delivered_customer_date","order_estimated_delivery_date"
"o1","c1","delivered","2017-10-02 10:56:33","2017-10-02 11:07:15","2017-10-04 19:55:00","2017-10-10 21:25:13","2017-10-18 00:00:00"
"o2","c2","canceled","2018-07-24 20:41:37","2018-07-26 03:24:27",,,"2018-08-13 00:00:00"
"o3","c3","delivered","2018-08-08 08:38:49","2018-08-08 08:55:23","2018-08-08 13:50:00","2018-08-17 18:06:29","2018-09-04 00:00:00"
"o4","c4","unavailable","2018-08-09 08:38:49",,,,"2018-09-04 00:00:00"
''',
    "olist_order_items_dataset.csv": '''\
"order_id","order_item_id","product_id","seller_id","shipping_limit_date","price","freight_value"
"o1",1,"p1","s1","2017-10-06 11:07:15",29.99,8.72
"o2",1,"p2","s1","2018-07-30 03:24:27",118.70,22.76
"o3",1,"p1","s2","2018-08-13 08:55:23",159.90,19.22
"o3",2,"p1","s2","2018-08-13 08:55:23",159.90,19.22
"o9",1,"p1","s2","2018-08-13 08:55:23",1.00,1.00
''',
    "olist_order_payments_dataset.csv": '''\
"order_id","payment_sequential","payment_type","payment_installments","payment_value"
"o1",1,"credit_card",8,38.71
''',
    "olist_order_reviews_dataset.csv": '''\
"review_id","order_id","review_score","review_comment_title","review_comment_message","review_creation_date","review_answer_timestamp"
"r1","o1",4,,,"2018-01-18 00:00:00","2018-01-18 21:46:59"
''',
    "olist_products_dataset.csv": '''\
"product_id","product_category_name","product_name_lenght","product_photos_qty","product_weight_g"
"p1","perfumaria",40,1,225
"p2","artes",44,1,1000
''',
    "olist_sellers_dataset.csv": '"seller_id","seller_zip_code_prefix","seller_city"\n"s1","13023","campinas"\n',
}  # fmt: skip

DATABASE = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, country TEXT, created_at TEXT);
CREATE TABLE addresses (id INTEGER, customer_id INTEGER, street TEXT, city TEXT, country TEXT);
CREATE TABLE categories (id INTEGER, name TEXT);
INSERT INTO categories VALUES (7, 'Tea'), (8, 'Cups');
CREATE TABLE products (id INTEGER, name TEXT, category_id INTEGER, price REAL, cost REAL, created_at TEXT);
CREATE TABLE orders (id INTEGER, customer_id INTEGER, order_date TEXT, status TEXT, total_amount REAL, shipping_cost REAL);
CREATE TABLE order_items (id INTEGER, order_id INTEGER, product_id INTEGER, quantity INTEGER, unit_price REAL, created_at TEXT);
CREATE TABLE payments (id INTEGER, order_id INTEGER, customer_id INTEGER, amount REAL, payment_date TEXT, method TEXT);
CREATE TABLE reviews (id INTEGER, product_id INTEGER, customer_id INTEGER, rating INTEGER, comment TEXT, created_at TEXT);
INSERT INTO customers VALUES (1, 'Ann', 'ann@x.org', 'GB', '2024-01-01 10:00:00'), (2, 'Bob', 'bob@x.org', 'FR', '2024-01-02 10:00:00');
INSERT INTO addresses VALUES (1, 1, 'S', 'L', 'GB');
INSERT INTO products VALUES (10, 'Green tea', 7, 5.0, 2.0, '2023-01-01'), (11, 'Cup', 9, 8.0, 3.0, '2023-01-01');
INSERT INTO orders VALUES (100, 1, '2024-02-01 12:00:00', 'paid', 23.0, 5.0), (101, 2, '2024-02-02 12:00:00', 'paid', 8.0, 0),
    (102, 2, '2024-02-02 13:00:00', 'paid', 9.0, 0);
INSERT INTO order_items VALUES (1, 100, 10, 2, 5.0, '2024-02-01'), (2, 100, 11, 1, 8.0, '2024-02-01'), (3, 101, 11, 1, 8.0, '2024-02-02');
INSERT INTO payments VALUES (1, 100, 1, 23.0, '2024-02-01', 'card');
INSERT INTO reviews VALUES (1, 10, 1, 5, 'x', '2024-03-01');
"""


def test_shopify_orders(engine, write, rows):
    settings = Settings(shop={"timezone": "Europe/Berlin"})
    land(engine, [write(SHOPIFY, "orders_export.csv")], settings)
    tea, cup, cancelled = rows()
    assert tea["order_id"] == cup["order_id"] == "#1003"
    assert tea["customer_id"] == cup["customer_id"] == cup["email"] == "eva@shop.org"
    assert tea["ordered_at"] == cup["ordered_at"] == datetime(2024, 3, 3, 9, 59, 10), (
        "the shop's clock, filled down"
    )
    assert (cup["status"], cup["country"], cup["channel"], cup["consent"]) == ("paid", "DE", "web", True)
    assert (tea["quantity"], tea["unit_price"], tea["product_id"]) == (2, 15, "TEA-1")
    assert cup["product_id"] == "Cup", "without a code the name tells products apart"
    money = ("order_discount", "order_tax", "order_shipping", "order_refund")
    assert [tea[name] for name in money] == [5, Decimal("7.98"), Decimal("4.9"), 0]
    assert not set(money) & set(cup), "money of the order stays on its first line"
    assert (cancelled["status"], cancelled["updated_at"]) == ("cancelled", datetime(2024, 3, 2, 15, 0))
    assert "customer_id" not in cancelled
    assert cancelled["order_refund"] == Decimal("11.6")


def test_a_shopify_order_is_whole_where_its_instant_is_on_every_line(engine, write, rows):
    """A cancelled order of two lines became two versions of an order, because its second line had no status."""
    told, goes_on = (
        SHOPIFY.splitlines()[3],
        "#1002,,,,,,,,,,,,,,,2024-03-02 12:00:00 +0100,2,Pot,30.00,,POT-1",
    )
    head = SHOPIFY.splitlines()[0]
    goes_on += "," * (head.count(",") - goes_on.count(","))
    land(engine, [write("\n".join((head, told, goes_on)) + "\n")], Settings())
    cup, pot = rows()
    assert (pot["product_id"], pot["quantity"]) == ("POT-1", 2)
    for name in ("status", "updated_at", "currency", "country", "channel", "consent"):
        assert pot[name] == cup[name], name
    assert (pot["status"], "order_refund" in pot) == ("cancelled", False)


def test_shopify_instants_on_the_clock_of_utc_are_mentioned(engine, write):
    landing = land(engine, [write(SHOPIFY)], Settings())
    assert any("shop.timezone" in note for note in landing.notes)


def test_woocommerce_repeats_the_order_on_every_line(engine, write, rows):
    land(engine, [write(WOOCOMMERCE)], Settings())
    tea, cup, refunded = rows()
    assert (tea["customer_id"], tea["country"], tea["product_id"], tea["unit_price"]) == (
        "ann@lee.org",
        "GB",
        "TEA-1",
        10,
    )
    assert (tea["order_discount"], tea["order_shipping"], tea["order_tax"]) == (3, 5, Decimal("8.4"))
    assert "discount" not in tea, "the coupon's amount is the order's discount, told a second time"
    assert not {"order_discount", "order_shipping", "order_tax", "order_refund"} & set(cup)
    assert (refunded["status"], refunded["order_refund"]) == ("Refunded", 18)


def test_guests_are_told_apart_by_their_address(engine, write, rows):
    """WooCommerce gives all guests the customer 0: together they were the best customer of the shop."""
    bought = [
        ("1", "0", "eva@x.org"), ("2", "7", "Tom@x.org"), ("3", "0", "tom@x.org"), ("4", "0", "Ida@x.org"), ("5", "", "ida@x.org"),
    ]  # fmt: skip
    text = "order_id,customer_id,billing_email,date,item_total\n" + "".join(
        f"{order},{customer},{email},2024-01-0{order},5.00\n" for order, customer, email in bought
    )
    land(engine, [write(text)], Settings())
    assert [row["customer_id"] for row in rows()] == ["eva@x.org", "7", "7", "ida@x.org", "ida@x.org"]


def test_a_customer_may_be_called_0(engine, write, rows):
    text = "order_id,customer_id,email,date,amount\n1,0,eva@x.org,2024-01-01,5.00\n2,1,tom@x.org,2024-01-02,5.00\n"
    land(engine, [write(text)], Settings())
    assert [row["customer_id"] for row in rows()] == ["0", "1"]


def test_the_name_of_a_column_tells_the_currency(engine, write, rows):
    text = "Bestellnummer;Kundennummer;Bestelldatum;Einzelpreis (EUR)\n1;7;13.01.2024;9,90\n"
    land(engine, [write(text)], Settings())
    assert [(row["unit_price"], row["currency"]) for row in rows()] == [(Decimal("9.9"), "EUR")]


def test_olist_tables_become_lines_of_people(engine, write, rows):
    landing = land(engine, [write(text, name) for name, text in OLIST.items()], Settings())
    lines = rows()
    assert [(line["order_id"], line["customer_id"]) for line in lines] == [
        ("o1", "u1"),
        ("o2", "u1"),
        ("o3", "u2"),
        ("o3", "u2"),
    ]
    assert lines[0]["ordered_at"] == datetime(2017, 10, 2, 10, 56, 33)
    assert lines[1]["status"] == "canceled"
    assert sum(line["unit_price"] for line in lines) == Decimal("468.49")
    assert lines[0]["shipping"] == Decimal("8.72")
    assert {(row["reason"], row["row_number"]) for row in rows("raw_rejects")} == {
        ("order_without_lines", 4),
        ("missing_order", 5),
    }
    assert [row["customer_id"] for row in rows("raw_customers")] == ["u1", "u1", "u2", "u3"]
    assert [row["category"] for row in rows("raw_products")] == ["perfumaria", "artes"]
    orders = next(load for load in landing.loads if "orders_dataset" in load.source)
    assert (orders.n_rows, orders.n_told, orders.n_rejected) == (4, 3, 1)
    left_out = [note for note in landing.notes if "left out" in note]
    assert len(left_out) == 3
    assert any("payments" in note for note in left_out)


def test_a_normalized_database(engine, tmp_path, rows):
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(DATABASE)
    connection.close()
    land(engine, [path], Settings())
    lines = {(line["part"], line["row_number"]): line for line in rows()}
    assert len(lines) == 4, "three lines, and the order of which no line tells"
    first = lines["order_items", 1]
    assert (first["order_id"], first["customer_id"], first["quantity"], first["unit_price"]) == (
        "100",
        "1",
        2,
        5,
    )
    assert first["ordered_at"] == datetime(2024, 2, 1, 12, 0), (
        "when it was ordered, not when the line was made"
    )
    assert (first["order_shipping"], "order_shipping" in lines["order_items", 2]) == (5, False)
    assert lines["orders", 3]["amount"] == 9
    customer = rows("raw_customers")[0]
    assert (customer["customer_id"], customer["name"], customer["signed_up_at"]) == (
        "1",
        "Ann",
        datetime(2024, 1, 1, 10, 0),
    )
    assert [row["category"] for row in rows("raw_products")] == ["Tea", "9"], "by name, where it has one"
    assert (rows("raw_products")[0]["description"], rows("raw_products")[0]["unit_cost"]) == ("Green tea", 2)
    assert (rows("raw_ratings")[0]["rating"], rows("raw_ratings")[0]["product_id"]) == (5.0, "10")


def test_all_sheets_that_fit(engine, tmp_path, rows):
    book = openpyxl.Workbook()
    for year in (2024, 2025):
        sheet = book.create_sheet(f"Year {year}")
        sheet.append(["Invoice", "Customer", "Date", "SKU", "Qty", "Price"])
        sheet.append(["A1", "c1", datetime(year, 1, 13, 10, 30), "x", 3, 2.5])
    book.active.append(["hello", "world"])
    book.active.append(["a", "b"])
    book.save(tmp_path / "shop.xlsx")
    landing = land(engine, [tmp_path / "shop.xlsx"], Settings())
    assert [(row["part"], row["ordered_at"].year, row["quantity"]) for row in rows()] == [
        ("Year 2024", 2024, 3),
        ("Year 2025", 2025, 3),
    ]
    assert any("shop.xlsx:Sheet" in note and "left out" in note for note in landing.notes)


def test_orders_with_a_total_and_no_lines(engine, write, rows):
    text = "order_id,customer_id,order_date,total,shipping,tax,discount,status\n1,a,2024-01-13,118.00,10,8,5,paid\n2,b,2024-02-02,20.00,,,,paid\n"
    land(engine, [write(text)], Settings())
    first, second = rows()
    assert (first["amount"], first["order_discount"], first["order_tax"], first["order_shipping"]) == (
        105,
        5,
        8,
        10,
    )
    assert first["amount"] - first["order_discount"] == 118 - 10 - 8
    assert second["amount"] == 20


def test_a_total_keeps_its_tax_where_prices_include_it(engine, write, rows):
    text = "order_id,customer_id,order_date,total,shipping,tax\n1,a,2024-01-13,118.00,10,8\n"
    land(engine, [write(text)], Settings(revenue={"prices_include_tax": True}))
    assert (rows()[0]["amount"], rows()[0]["order_tax"]) == (108, 8)


def test_a_discount_that_is_a_share(engine, write, rows):
    text = "order_id,customer_id,order_date,sku,quantity,price,discount\n1,a,2024-01-13,x,2,50.00,0.2\n2,a,2024-01-13,x,1,50.00,0\n"
    landing = land(engine, [write(text)], Settings())
    assert [row["discount"] for row in rows()] == [20, 0]
    assert any("share" in note for note in landing.notes)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Bestellnummer;Bestelldatum;Kundennummer;Artikelnummer;Menge;Einzelpreis;Land\n1;13.12.2023 08:26;K1;A-1;2;1.234,50 €;DE\n",
            "bestellungen.csv",
        ),
        (
            "Numéro de commande;Date de commande;N° client;Référence produit;Quantité;Prix unitaire;Pays\n1;13/12/2023 08:26;K1;A-1;2;1 234,50;FR\n",
            "commandes.csv",
        ),
        (
            "Número de pedido;Fecha de pedido;ID cliente;Código producto;Cantidad;Precio unitario;País\n1;13/12/2023 08:26;K1;A-1;2;1.234,50;ES\n",
            "pedidos.csv",
        ),
    ],
)
def test_other_languages(engine, write, rows, text, name):
    land(engine, [write(text, name)], Settings())
    (row,) = rows()
    assert (row["order_id"], row["customer_id"], row["product_id"], row["quantity"]) == ("1", "K1", "A-1", 2)
    assert (row["ordered_at"], row["unit_price"]) == (datetime(2023, 12, 13, 8, 26), Decimal("1234.5"))


def test_date_and_time_beside_each_other(engine, write, rows):
    text = "Invoice ID,Branch,Product line,Unit price,Quantity,Tax 5%,Total,Date,Time\n750,A,Beauty,74.69,7,26.14,548.97,1/25/2019,13:08\n"
    landing = land(engine, [write(text)], Settings())
    (row,) = rows()
    assert (row["ordered_at"], row["tax"], row["category"]) == (
        datetime(2019, 1, 25, 13, 8),
        Decimal("26.14"),
        "Beauty",
    )
    assert any("'Total' was left out" in note for note in landing.notes)
    assert rows("raw_loads")[0]["has_hours"] is True


@pytest.mark.parametrize(("subtotal", "taken_off"), [("40.00", [None, None]), ("37.00", [3, 0])])
def test_the_subtotal_tells_whether_discounts_of_lines_are_in_that_of_the_order(
    engine, write, rows, subtotal, taken_off
):
    head = "Name,Email,Financial Status,Created at,Subtotal,Discount Amount,Lineitem quantity,Lineitem name,Lineitem price,Lineitem discount\n"
    text = f"{head}#1,a@b.org,paid,2024-01-13 10:00,{subtotal},10.00,2,Tea,15.00,3.00\n#1,a@b.org,,,,,1,Cup,20.00,0.00\n"
    land(engine, [write(text)], Settings())
    assert [row.get("discount") for row in rows()] == taken_off
    assert [row.get("order_discount") for row in rows()] == [10, None]


@pytest.mark.parametrize(
    ("amounts", "currency"),
    [(("€5.00", "7.00"), "EUR"), (("$5.00", "7.00 USD"), "USD"), (("$5.00", "$7.00"), None), (("5.00", "7.00"), None)],
)  # fmt: skip
def test_signs_tell_the_currency(engine, write, rows, amounts, currency):
    lines = "".join(f"c,2024-01-1{day},{amount}\n" for day, amount in enumerate(amounts))
    land(engine, [write(f"customer,date,amount\n{lines}")], Settings())
    assert {row.get("currency") for row in rows()} == {currency}


@pytest.mark.parametrize("amounts", [("€5.00", "£7.00"), ("€5.00", "$7.00"), ("5.00 EUR", "7.00 USD")])
def test_amounts_in_several_currencies_are_not_added_up(engine, write, amounts):
    """Euros and pounds were added to each other, in no currency at all."""
    lines = "".join(f"c,2024-01-1{day},{amount}\n" for day, amount in enumerate(amounts))
    with pytest.raises(MappingUnclear, match="amounts are in several currencies"):
        land(engine, [write(f"customer,date,amount\n{lines}")], Settings())

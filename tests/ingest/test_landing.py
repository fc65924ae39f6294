"""Landing: all or nothing, once, and nothing lost."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.errors import FileUnreadable, InputError, MappingUnclear, NothingUsable, RegularsError
from regulars.ingest.landing import land, survey
from regulars.settings import Settings, Source

PLAIN = "order_id,customer_id,date,sku,quantity,price\n1,a,2024-01-13 10:00,x,2,5.00\n2,b,2024-01-14 11:00,y,1,8.00\n"
BAD = """\
order_id,customer_id,order_date,quantity,price
1,a,2024-02-03,1,NaN
2,b,2024-02-03,1,-inf
3,b,2024-02-03,1,1e300
4,b,2024-02-30,1,5
5,b,,1,5
6,b,2024-02-03,x,5
7,b,2024-02-03,,5
8,b,2024-02-03,1,
9,b,2024-02-03,1,abc5
10,b,2024-02-03,99999999999,99999999999
11,b,2024-02-03,1,(5.00)
12,"'; DROP TABLE raw_loads; --",2024-02-03,1,5
13,NULL,2024-02-03,1,5
14,مريم 🛒,2024-02-03,1,5
"""


def test_every_reason_names_its_column_and_value(engine, write, rows):
    landing = land(engine, [write(BAD)], Settings())
    found = {row["row_number"]: (row["reason"], row["detail"]) for row in rows("raw_rejects")}
    assert found == {
        1: ("amount_out_of_range", "price: NaN"),
        2: ("amount_out_of_range", "price: -inf"),
        3: ("amount_out_of_range", "price: 1e300"),
        4: ("unreadable_time", "order_date: 2024-02-30"),
        5: ("missing_time", "order_date is empty"),
        6: ("unreadable_quantity", "quantity: x"),
        7: ("missing_quantity", "quantity is empty"),
        8: ("missing_price", "price is empty"),
        9: ("unreadable_price", "price: abc5"),
        10: ("amount_out_of_range", "price: 99999999999"),
    }
    kept = {row["row_number"]: row for row in rows()}
    assert (landing.rows, landing.rejected, len(kept)) == (14, 10, 4)
    assert kept[11]["unit_price"] == -5
    assert kept[12]["customer_id"] == "'; DROP TABLE raw_loads; --"
    assert "customer_id" not in kept[13]
    assert kept[14]["customer_id"] == "مريم 🛒"
    assert json.loads(rows("raw_rejects")[3]["cells"])["order_date"] == "2024-02-30"


def test_what_the_load_says_of_itself(engine, write, rows):
    land(engine, [write(PLAIN)], Settings())
    (load,) = rows("raw_loads")
    assert (load["load_id"], load["batch_id"], load["shape"], load["n_rows"], load["n_rejected"]) == (
        1,
        1,
        "orders",
        2,
        0,
    )
    assert load["has_hours"] is True
    told = json.loads(load["mapping"])
    assert told["columns"]["ordered_at"] == "date"
    assert told["read_as"]["delimiter"] == ","


def test_the_same_file_is_landed_once(engine, write, rows):
    land(engine, [write(PLAIN)], Settings())
    again = land(engine, [write(PLAIN, "copy.csv")], Settings())
    assert (again.loads, len(rows())) == ((), 2)
    assert "landed before" in again.notes[-1]


def test_the_same_file_read_in_another_way_replaces_what_was_landed(engine, write, rows):
    path = write("order_id,customer_id,household,date,amount\n1,a,h,2024-01-13,5.00\n")
    land(engine, [path], Settings())
    entry = Source(files="orders.csv", shape="orders", columns={"customer_id": "household"})
    landing = land(engine, [path], Settings(sources=[entry]))
    assert [row["customer_id"] for row in rows()] == ["h"]
    assert [row["load_id"] for row in rows("raw_loads")] == [2]
    assert "replaces" in landing.notes[-1]


def test_files_landed_together_are_one_batch(engine, write, rows):
    land(engine, [write(PLAIN, "one.csv"), write(PLAIN.replace("a,", "c,"), "two.csv")], Settings())
    land(engine, [write(PLAIN.replace("a,", "d,"), "three.csv")], Settings())
    assert [(row["load_id"], row["batch_id"]) for row in rows("raw_loads")] == [(1, 1), (2, 1), (3, 2)]


@pytest.mark.parametrize("broken", ["truncated", "unclear", "useless"])
def test_a_file_that_fails_leaves_the_workspace_as_it_was(engine, write, tmp_path, rows, broken):
    land(engine, [write(PLAIN)], Settings())
    before = {table: engine.count(table) for table in engine.tables()}
    good = write(PLAIN.replace("a,", "e,"), "good.csv")
    bad = tmp_path / "bad.csv.gz"
    text = {
        "truncated": PLAIN * 5_000,
        "unclear": "customer,date,amount\na,1/2/2024,5\n",
        "useless": "customer,date,amount\na,2024-01-13,5.5.5\n",
    }[broken]
    packed = gzip.compress(text.encode())
    bad.write_bytes(packed[: len(packed) // 2] if broken == "truncated" else packed)
    files = [bad] if broken == "useless" else [good, bad]
    with pytest.raises((FileUnreadable, MappingUnclear, NothingUsable)) as problem:
        land(engine, files, Settings())
    assert "bad.csv" in str(problem.value)
    assert problem.value.hint
    assert {table: engine.count(table) for table in engine.tables()} == before


def test_an_error_in_the_middle_of_landing_undoes_all_of_it(engine, write, rows):
    class Stop(Exception):
        pass

    class Stops:
        def step(self, sentence):
            if sentence == "land two.csv":
                raise Stop

        def advance(self, done, total, what=""): ...

        def note(self, sentence): ...

    with pytest.raises(Stop):
        land(
            engine,
            [write(PLAIN, "one.csv"), write(PLAIN.replace("a,", "c,"), "two.csv")],
            Settings(),
            Stops(),
        )
    assert "raw_loads" not in engine.tables() or engine.count("raw_loads") == 0
    land(engine, [write(PLAIN, "one.csv")], Settings())
    assert len(rows()) == 2


def test_when_every_row_is_rejected_it_says_why(engine, write):
    with pytest.raises(NothingUsable, match=r"none of the 2 rows.*unreadable_amount.*amount: 5.5.5"):
        land(engine, [write("customer,date,amount\na,2024-01-13,5.5.5\nb,2024-01-14,5.5.5\n")], Settings())


@pytest.mark.parametrize("text", ["order_id,customer_id,date,amount\n", "a\n"])
def test_a_file_without_rows_is_an_error_in_words(engine, write, text):
    with pytest.raises(RegularsError) as problem:
        land(engine, [write(text)], Settings())
    assert problem.value.hint


def test_types_of_the_source_are_kept(engine, tmp_path, rows):
    table = pa.table(
        {
            "Customer ID": pa.array([13085.0, None, 7.0]),
            "InvoiceDate": pa.array(
                [datetime(2024, 1, 13, 10), datetime(2024, 1, 14), None], pa.timestamp("ns")
            ),
            "Quantity": pa.array([2, 3, 4]),
            "Price": pa.array([0.1, float("nan"), 1.0]),
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    land(engine, [tmp_path / "orders.parquet"], Settings())
    (kept,) = rows()
    assert (kept["customer_id"], kept["ordered_at"], kept["unit_price"]) == (
        "13085.0",
        datetime(2024, 1, 13, 10),
        Decimal("0.1"),
    )
    assert [(row["row_number"], row["reason"]) for row in rows("raw_rejects")] == [
        (2, "missing_price"),
        (3, "missing_time"),
    ]


def test_attributes_of_customers_are_kept(engine, write, rows):
    land(
        engine,
        [write('customer_id,email,age,"odd "" name"\n1,a@b.org,25,x\n,,30,y\n', "customers.csv")],
        Settings(),
    )
    (kept,) = rows("raw_customers")
    assert json.loads(kept["attributes"]) == {"age": "25", 'odd " name': "x"}
    assert kept["email"] == "a@b.org"
    assert rows("raw_rejects")[0]["reason"] == "missing_customer_id"


def test_lines_without_their_orders_are_refused(engine, write):
    with pytest.raises(MappingUnclear, match="no table with their orders") as problem:
        land(engine, [write("order_id,product_id,quantity,unit_price\n1,A,2,5.00\n")], Settings())
    assert "[[sources]]" in problem.value.hint


def test_orders_without_amounts_are_refused(engine, write):
    with pytest.raises(MappingUnclear, match="no table with their lines"):
        land(engine, [write("order_id,customer_id,order_date\n1,A,2024-01-13\n")], Settings())


def test_two_rows_for_one_order_beside_its_lines(engine, write, rows):
    orders = "order_id,customer_id,order_date\n1,a,2024-01-13\n1,b,2024-01-14\n"
    items = "order_id,product_id,quantity,unit_price\n1,A,2,5.00\n"
    land(engine, [write(orders, "orders.csv"), write(items, "order_items.csv")], Settings())
    assert [row["customer_id"] for row in rows()] == ["b"]
    assert [(row["reason"], row["row_number"]) for row in rows("raw_rejects")] == [("repeated_order", 1)]


def test_a_bad_date_of_an_order_sets_its_lines_aside(engine, write, rows):
    orders = "order_id,customer_id,order_date\n1,a,2024-02-31\n2,b,2024-01-14\n"
    items = "order_id,product_id,quantity,unit_price\n1,A,2,5.00\n2,A,1,5.00\n"
    land(engine, [write(orders, "orders.csv"), write(items, "order_items.csv")], Settings())
    assert len(rows()) == 1
    assert [(row["reason"], row["detail"]) for row in rows("raw_rejects")] == [
        ("unreadable_time", "order_date: 2024-02-31")
    ]


def test_the_survey_lands_nothing(engine, write):
    found = survey(engine, [write(PLAIN)], Settings())
    assert found.mappings[0].columns["order_id"] == "order_id"
    assert found.loads == ()
    assert engine.tables() == []


@pytest.mark.parametrize("second", [1, 2])
def test_amounts_after_a_discount_are_kept_as_they_are(engine, write, rows, second):
    head, first = "order_id,customer_id,date,amount,discount\n", "1,a,2024-01-13,45.00,5.00\n"
    land(engine, [write(f"{head}{first}{second},a,2024-01-13,20.00,2.00\n")], Settings())
    of_line_or_order = [row.get("order_discount", row.get("discount")) for row in rows()]
    assert of_line_or_order == [5, 2]
    assert [row["amount"] for row in rows()] == [50, 22], (
        "before the discount; so that taking it off gives what was paid"
    )


def test_a_table_that_the_settings_speak_of_is_not_left_out(engine, write):
    entry = Source(files="extra.csv", shape="orders")
    with pytest.raises(MappingUnclear, match=r"extra\.csv"):
        land(engine, [write(PLAIN), write("a,b\n1,2\n", "extra.csv")], Settings(sources=[entry]))
    assert land(engine, [write(PLAIN), write("a,b\n1,2\n", "extra.csv")], Settings()).rows == 2


def test_a_currency_without_a_rate_leaves_the_workspace_as_it_was(engine, write, rows):
    """The rows stayed, and no run of the workspace came to an end again."""
    head = "customer,date,amount,currency\n"
    land(engine, [write(f"{head}a,2024-01-13,5.00,EUR\n")], Settings())
    with pytest.raises(InputError, match="there is no rate for USD"):
        land(engine, [write(f"{head}a,2024-01-14,5.00,USD\n", "usd.csv")], Settings())
    assert [row["currency"] for row in rows()] == ["EUR"]
    rates = Settings(shop={"currency": "EUR", "exchange_rates": {"USD": 0.9}})
    land(engine, [write(f"{head}a,2024-01-14,5.00,USD\n", "usd.csv")], rates)
    assert [row["currency"] for row in rows()] == ["EUR", "USD"]

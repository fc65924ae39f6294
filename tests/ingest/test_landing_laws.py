"""Laws of landing, on files as messy as they come: nothing is lost, and twice is once."""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import RegularsError
from regulars.ingest.landing import land
from regulars.settings import Settings

COLUMNS = [
    "order_id",
    "customer_id",
    "ordered_at",
    "product_id",
    "quantity",
    "unit_price",
    "order_discount",
    "note",
]
RAW = ("raw_order_lines", "raw_customers", "raw_products", "raw_ratings", "raw_rejects")

words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)
ids = st.one_of(
    st.sampled_from(["A1", "A2", "007", "7", "7.0", "", "NULL", "'; DROP TABLE x", "مريم"]), words
)
times = st.one_of(
    st.datetimes().map(lambda instant: instant.replace(microsecond=0).isoformat(" ")),
    st.sampled_from(["", "2024-02-30 10:00", "yesterday", "2024-01-13", "NULL", "0000-00-00 00:00:00"]),
)
numbers = st.one_of(
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.sampled_from(
        ["", "NaN", "inf", "1e300", "1e2", "x", "12 apples", "-", "(5.00)", "$7.25", "99999999999999999999"]
    ),
)
messy_rows = st.lists(
    st.tuples(ids, ids, times, ids, numbers, numbers, numbers, words), min_size=1, max_size=15
)
calm_row = ("A0", "c0", "2024-01-13 10:00:00", "p", "2", "1.50", "0.50", "")


def written(folder: str, rows: list[tuple[str, ...]], name: str = "orders.csv") -> Path:
    path = Path(folder) / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    return path


def raw_rows(engine: DuckDBEngine) -> dict[str, list[tuple]]:
    return {
        table: sorted(
            map(
                repr, (tuple(row.values()) for row in engine.rows(f"SELECT * EXCLUDE (load_id) FROM {table}"))
            )
        )
        for table in RAW
    }


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(messy_rows)
def test_every_row_is_landed_or_rejected_and_twice_is_once(rows):
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine() as engine:
        path = written(folder, [calm_row, calm_row, *rows])
        landing = land(engine, [path], Settings())
        where = [
            number["row_number"] for table in RAW for number in engine.rows(f"SELECT row_number FROM {table}")
        ]
        assert sorted(where) == list(range(1, len(rows) + 3)), "each row is in exactly one place"
        assert landing.rows == len(rows) + 2
        assert landing.rejected == engine.count("raw_rejects")
        before = raw_rows(engine)
        assert land(engine, [path], Settings()).loads == ()
        assert raw_rows(engine) == before


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(messy_rows)
def test_ids_come_as_they_were_and_rejected_cells_too(rows):
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine() as engine:
        land(engine, [written(folder, [calm_row, calm_row, *rows])], Settings())
        for kept in engine.rows(
            "SELECT row_number, order_id, customer_id FROM raw_order_lines WHERE row_number > 2"
        ):
            order_id, customer_id = rows[kept["row_number"] - 3][:2]
            assert kept["order_id"] in (order_id, None)
            assert kept["customer_id"] in (customer_id, None) or kept["order_id"] is not None, (
                "or that of its order"
            )
        for rejected in engine.rows("SELECT row_number, cells FROM raw_rejects"):
            cells = json.loads(rejected["cells"])
            came = dict(zip(COLUMNS, rows[rejected["row_number"] - 3], strict=True))
            assert {name: cell or "" for name, cell in cells.items()} == came


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(messy_rows)
def test_money_of_an_order_is_on_one_line_of_it(rows):
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine() as engine:
        land(engine, [written(folder, [calm_row, calm_row, *rows])], Settings())
        told = engine.rows(
            "SELECT order_id, section FROM raw_order_lines WHERE order_discount IS NOT NULL AND order_id IS NOT NULL"
        )
        assert max(Counter((row["order_id"], row["section"]) for row in told).values()) == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_any_bytes_are_landed_or_refused_in_words(content):
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine() as engine:
        path = Path(folder) / "orders.csv"
        path.write_bytes(content)
        try:
            landing = land(engine, [path], Settings())
        except RegularsError as problem:
            refused = problem
            assert str(refused)
        else:
            assert landing.rows == sum(engine.count(table) for table in RAW)

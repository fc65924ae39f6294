"""Features of a shop's own: what they may do, and what is refused with which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query
from regulars.errors import FeatureError
from regulars.features.build import build_features
from regulars.features.catalog import page
from regulars.features.own import REFUSED_FUNCTIONS, OwnFeature, read_own_feature, read_own_features
from regulars.features.tables import features_table
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import History

HEADER = (
    "-- name: evening_orders_count\n-- sentence: Orders at 18:00 or later.\n-- unit: orders\n-- null: never\n"
)
BODY = """SELECT customer_id, count(*) AS evening_orders_count
FROM history_orders
WHERE customer_id IS NOT NULL AND extract(HOUR FROM ordered_at) >= 18
GROUP BY customer_id
"""


def write(folder: Path, body: str = BODY, header: str = HEADER, name: str = "evening_orders_count") -> Path:
    path = folder / f"{name}.sql"
    path.write_text(header + body, encoding="utf-8")
    return path


def values(engine: DuckDBEngine, own: OwnFeature, cutoff: Cutoff = SIX_CUSTOMERS_CUTOFF) -> dict[str, object]:
    build_features(History(engine, cutoff), 30, [own])
    rows = engine.rows(f"SELECT customer_id, {own.feature.name} AS value FROM features ORDER BY 1")
    return {row["customer_id"]: row["value"] for row in rows}


def test_it_joins_the_features_the_dictionary_and_the_page(tmp_path: Path) -> None:
    write(tmp_path)
    (own,) = read_own_features(tmp_path)
    with six_customer_warehouse() as engine:
        # ann at 18:05, dan at 23:59; nobody else in the evening
        assert values(engine, own) == {"ann": 1, "bob": 0, "cat": 0, "dan": 1, "eve": 0, "fay": 0}
        assert engine.columns("features") == list(features_table([own.feature]).column_names)
    assert "| `evening_orders_count` | Orders at 18:00 or later. |" in page([own.feature])
    assert features_table([own.feature])["evening_orders_count"].sentence == "Orders at 18:00 or later."


def test_no_folder_no_features(tmp_path: Path) -> None:
    assert read_own_features(tmp_path / "features") == ()


def test_null_and_type_are_as_declared(tmp_path: Path) -> None:
    header = "-- name: last_product\n-- sentence: The last product by name.\n-- unit: name\n-- null: nothing bought\n-- type: text\n"
    body = "SELECT customer_id, max(product_id) AS last_product FROM history_customer_products GROUP BY customer_id"
    own = read_own_feature(write(tmp_path, body, header, "last_product"))
    assert (own.feature.type, own.feature.null_means) == ("VARCHAR", "nothing bought")
    with six_customer_warehouse() as engine:
        assert values(engine, own) == {
            "ann": "TEA-2", "bob": "CUP-2", "cat": None, "dan": "TEA-1", "eve": None, "fay": "TEA-2",
        }  # fmt: skip


def test_with_queries_joins_and_the_cutoff_may_be_used(tmp_path: Path) -> None:
    body = """WITH late AS (
        SELECT * FROM history_orders WHERE ordered_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 20 DAY
    )
    SELECT orders.customer_id, count(DISTINCT returns.return_id) AS evening_orders_count
    FROM Late AS orders
    LEFT JOIN history_returns AS returns ON returns.order_id = orders.order_id
    WHERE orders.customer_id IS NOT NULL
    GROUP BY orders.customer_id"""
    own = read_own_feature(write(tmp_path, body))
    assert own.relations == ("orders", "returns")
    with six_customer_warehouse() as engine:
        assert values(engine, own)["cat"] == 1


def test_division_by_zero_becomes_null(tmp_path: Path) -> None:
    header = HEADER.replace("never", "no evening")
    body = "SELECT customer_id, revenue / 0 AS evening_orders_count FROM history_orders WHERE order_id = 'B1'"
    with six_customer_warehouse() as engine:
        assert values(engine, read_own_feature(write(tmp_path, body, header)))["bob"] is None


REFUSED = {
    "the facts": "SELECT customer_id, count(*) AS evening_orders_count FROM fct_orders GROUP BY customer_id",
    "the facts, in a subquery": "SELECT customer_id, (SELECT count(*) FROM fct_orders) AS evening_orders_count FROM history_orders",
    "the facts, in a condition": BODY.replace(
        "WHERE", "WHERE order_id IN (SELECT order_id FROM main.fct_orders) AND"
    ),
    "the facts, under the name of a WITH query": "WITH fct_orders AS (SELECT 1) SELECT customer_id, 1 AS evening_orders_count FROM fct_orders",
    "a WITH query elsewhere": "SELECT customer_id, (WITH t AS (SELECT 1 AS n) SELECT n FROM t) AS evening_orders_count FROM fct_returns",
    "what happened next": BODY.replace("history_orders", "aftermath_orders"),
    "raw rows": BODY.replace("history_orders", "raw_order_lines"),
    "another schema": BODY.replace("history_orders", "other.history_orders"),
    "the catalog": BODY.replace("history_orders", "duckdb_tables()"),
    "a file": BODY.replace("history_orders", "'orders.csv'"),
    "a file by function": BODY.replace("history_orders", "read_csv('orders.csv')"),
    "a query in text": BODY.replace("history_orders", "query('FROM fct_orders')"),
    "the clock": BODY.replace("18", "extract(HOUR FROM now())"),
    "the clock without brackets": BODY.replace(">= 18", "> 1 AND ordered_at < current_timestamp"),
    "today": BODY.replace(">= 18", "> 1 AND order_day < today()"),
    "the environment": BODY.replace("18", "getenv('HOME')"),
    "chance": BODY.replace("count(*)", "random()"),
    "a sample": BODY.replace("history_orders", "history_orders TABLESAMPLE 50 PERCENT"),
    "two statements": BODY + "; DROP TABLE fct_orders",
    "not a SELECT": "DROP TABLE fct_orders",
    "writing": "COPY (SELECT 1) TO 'x.csv'",
    "inserting": "INSERT INTO fct_orders SELECT * FROM history_orders",
    "a new table": "SELECT customer_id INTO other FROM history_orders",
    "not SQL": "Dear database, how many orders?",
    "nothing": "",
    "another parameter": BODY.replace("18", "$customer_id"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_reaches_around_the_wall_is_refused(what: str, tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match=r"^evening_orders_count\.sql: ") as caught:
        read_own_feature(write(tmp_path, REFUSED[what]))
    assert caught.value.hint


HEADERS = {
    "no header": "",
    "no sentence": HEADER.replace("-- sentence: Orders at 18:00 or later.\n", ""),
    "no unit": HEADER.replace("-- unit: orders\n", ""),
    "another name than the file": HEADER.replace("evening_orders_count", "evening_orders"),
    "an unknown type": HEADER + "-- type: picture\n",
}


@pytest.mark.parametrize("what", HEADERS)
def test_an_incomplete_header_is_refused(what: str, tmp_path: Path) -> None:
    with pytest.raises(FeatureError) as caught:
        read_own_feature(write(tmp_path, header=HEADERS[what]))
    assert caught.value.hint


@pytest.mark.parametrize("name", ["n_orders", "t", "customer_id", "Evening", "evening orders"])
def test_a_name_that_is_taken_or_does_not_fit_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FeatureError):
        read_own_feature(write(tmp_path, header=HEADER.replace("evening_orders_count", name), name=name))


RESULTS = {
    "another column": ("SELECT customer_id, 1 AS other FROM history_customers", "returns the columns"),
    "a column too many": ("SELECT customer_id, 1 AS evening_orders_count, 2 AS b FROM history_customers", "returns the columns"),
    "several rows for a customer": ("SELECT customer_id, 1 AS evening_orders_count FROM history_orders", "rows"),
    "text for a number": ("SELECT customer_id, 'x' AS evening_orders_count FROM history_customers", "type"),
    "a column that is not there": ("SELECT customer_id, nothing AS evening_orders_count FROM history_customers", "computed"),
}  # fmt: skip


@pytest.mark.parametrize("what", RESULTS)
def test_a_result_that_does_not_fit_is_refused(what: str, tmp_path: Path) -> None:
    body, words = RESULTS[what]
    own = read_own_feature(write(tmp_path, body))
    with six_customer_warehouse() as engine, pytest.raises(FeatureError, match=words) as caught:
        values(engine, own)
    assert caught.value.hint


def test_a_leak_that_slipped_through_reading_is_stopped_at_the_engine(tmp_path: Path) -> None:
    own = read_own_feature(write(tmp_path))
    leaking = replace(
        own, query=Query(own.query.name, BODY.replace("history_orders", "fct_orders"), own.query.header)
    )
    with six_customer_warehouse() as engine, pytest.raises(FeatureError, match="two ways"):
        values(engine, leaking)


def test_it_sees_nothing_of_what_comes_later(tmp_path: Path) -> None:
    own = read_own_feature(write(tmp_path))
    with six_customer_warehouse() as engine:
        assert (
            values(engine, own, Cutoff(SIX_CUSTOMERS_CUTOFF.at - timedelta(days=1)))["dan"] == 0
        )  # not yet 23:59


def test_every_function_that_is_not_a_function_of_its_arguments_is_refused() -> None:
    with DuckDBEngine() as engine:
        rows = engine.rows(
            "SELECT DISTINCT function_name AS name FROM duckdb_functions() "
            "WHERE function_type = 'scalar' AND stability <> 'CONSISTENT'"
        )
    assert {row["name"] for row in rows} <= REFUSED_FUNCTIONS

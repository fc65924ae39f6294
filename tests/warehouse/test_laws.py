"""Laws that hold of any shop: nothing is lost, saying a thing twice changes nothing, overlapping loads are their union."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.testing.strategies import Row, Shop, cutoffs, later_events, shops
from regulars.warehouse.build import build

FACTS = {
    "fct_order_lines": "* EXCLUDE (load_id, part, row_number)",
    "fct_orders": "*",
    "fct_returns": "* EXCLUDE (return_line, load_id, part, row_number)",
    "fct_cancellations": "*",
    "fct_order_categories": "*",
    "fct_customer_products": "*",
    "dim_customers": "*",
}


def built(
    *loads: Sequence[Row], batches: Sequence[int] | None = None, settings: Settings | None = None
) -> DuckDBEngine:
    """Land each list of rows as a load of its own and build."""
    engine = DuckDBEngine(threads=1)
    for number, rows in enumerate(loads, start=1):
        land_rows(engine, rows, load_id=number, batch_id=batches[number - 1] if batches else number)
    build(engine, settings or Settings())
    return engine


def facts(engine: DuckDBEngine) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return all facts, without where their rows came from."""
    return {
        table: Counter(tuple(row.values()) for row in engine.rows(f"SELECT {columns} FROM {table}"))
        for table, columns in FACTS.items()
    }


@settings(max_examples=8)
@given(shops(versions=True))
def test_conservation(shop: Shop) -> None:
    """Law 3: every row is in one place, and the money of all rows is sold, given back or set aside."""
    with built(shop.orders) as engine:
        places = engine.rows(
            "SELECT row_number, amount FROM fct_order_lines UNION ALL "
            "SELECT row_number, -amount FROM fct_returns WHERE is_row UNION ALL "
            "SELECT row_number, amount FROM set_aside"
        )
    assert sorted(place["row_number"] for place in places) == list(range(1, len(shop.orders) + 1))
    put_in = sum((row["quantity"] * row["unit_price"] for row in shop.orders), Decimal(0))
    assert sum((place["amount"] for place in places), Decimal(0)) == put_in


@settings(max_examples=8)
@given(shops(versions=True))
def test_a_load_twice_is_a_load_once(shop: Shop) -> None:
    """Law 4, across batches."""
    with built(shop.orders) as once, built(shop.orders, shop.orders) as twice:
        assert facts(twice) == facts(once)
        repeated = twice.row("SELECT count(*) AS n FROM set_aside WHERE reason IN ('overlap', 'superseded')")[
            "n"
        ]
        already = once.row("SELECT count(*) AS n FROM set_aside")["n"]
    assert repeated >= len(shop.orders) - already


@settings(max_examples=8)
@given(shops(versions=True), st.data())
def test_overlapping_loads_are_their_union(shop: Shop, data: st.DataObject) -> None:
    """Law 4, within a batch: whichever lines a second file repeats."""
    repeated = [row for row in shop.orders if data.draw(st.booleans())]
    order = data.draw(st.permutations([shop.orders, repeated]))
    with built(shop.orders) as once, built(*order, batches=[1, 1]) as both:
        assert facts(both) == facts(once)


@settings(max_examples=8)
@given(shops(versions=True), st.data())
def test_a_file_cut_in_two_is_the_file(shop: Shop, data: st.DataObject) -> None:
    """Neighboring exports that share a stretch of orders say no more than the whole."""
    ids = list(dict.fromkeys(row["order_id"] for row in shop.orders))
    ends = sorted(data.draw(st.tuples(st.integers(0, len(ids)), st.integers(0, len(ids)))))
    first = [row for row in shop.orders if row["order_id"] in ids[: ends[1]]]
    second = [row for row in shop.orders if row["order_id"] in ids[ends[0] :]]
    with built(shop.orders) as whole, built(first, second) as parts:
        assert facts(parts) == facts(whole)


def known_before(engine: DuckDBEngine, cutoff: Cutoff) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return what facts say at a cut-off, as the door reads them."""
    known = "ordered_at < $c AND (known_from IS NULL OR known_from < $c) AND (known_until IS NULL OR known_until >= $c)"
    lives = "bought_from < $c AND (bought_until IS NULL OR bought_until >= $c)"
    wanted = {
        "fct_orders": f"SELECT * EXCLUDE (version, known_from, known_until) FROM fct_orders WHERE {known}",
        "fct_order_lines": (
            "SELECT * EXCLUDE (version, known_from, known_until, load_id, part, row_number) "
            f"FROM fct_order_lines WHERE {known}"
        ),
        "fct_order_categories": (
            "SELECT * EXCLUDE (version, known_from, known_until) FROM fct_order_categories "
            "JOIN (SELECT order_id, version, ordered_at, known_from, known_until FROM fct_orders) USING (order_id, version) "
            f"WHERE {known}"
        ),
        "fct_returns": (
            "SELECT * EXCLUDE (return_line, load_id, part, row_number) FROM fct_returns WHERE returned_at < $c"
        ),
        "fct_cancellations": "SELECT * FROM fct_cancellations WHERE cancelled_at < $c",
        "fct_customer_products": f"SELECT customer_id, product_id, category FROM fct_customer_products WHERE {lives}",
        "dim_customers": "SELECT * FROM dim_customers WHERE valid_from IS NULL OR valid_from < $c",
    }
    return {
        table: Counter(tuple(row.values()) for row in engine.rows(text, {"c": cutoff.at}))
        for table, text in wanted.items()
    }


@settings(max_examples=8)
@given(shops(versions=True), cutoffs(), st.data())
def test_no_future_in_any_fact(shop: Shop, cutoff: Cutoff, data: st.DataObject) -> None:
    """Law 1, as far as facts go: deleting or adding what happens at or after a cut-off changes nothing before it."""
    before = shop.before(cutoff)
    after = shop.with_events(*data.draw(later_events(shop, cutoff)))
    with built(before.orders) as past, built(shop.orders) as whole, built(after.orders) as more:
        assert known_before(whole, cutoff) == known_before(past, cutoff)
        assert known_before(more, cutoff) == known_before(past, cutoff)


@settings(max_examples=8)
@given(shops(versions=True))
def test_stretches_are_the_union_of_the_lives_of_lines(shop: Shop) -> None:
    """At every instant a customer counts as having bought exactly what a line that lives then says."""
    with built(shop.orders) as engine:
        lines = engine.rows(
            "SELECT customer_id, product_id, greatest(ordered_at, coalesce(known_from, ordered_at)) AS since, "
            "least(known_until, cancelled_at) AS until FROM fct_order_lines LEFT JOIN fct_cancellations USING (order_id) "
            "WHERE customer_id IS NOT NULL AND line_kind = 'product'"
        )
        stretches = engine.rows(
            "SELECT *, bought_from AS since, bought_until AS until FROM fct_customer_products"
        )
    ends = {line[key] for line in lines for key in ("since", "until") if line[key]}
    for end in ends:
        assert sorted(_alive(stretches, end)) == sorted(set(_alive(lines, end)))


def _alive(rows: list[dict[str, Any]], at: Any) -> list[tuple[str, str]]:
    """Return customer and product of rows that live just after an instant."""
    return [
        (row["customer_id"], row["product_id"])
        for row in rows
        if row["since"] <= at and (row["until"] is None or row["until"] > at)
    ]

"""A file that tells a stretch of time twice has two sections; nothing else has."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.landing import land
from regulars.settings import Settings

HEAD = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
START = datetime(2024, 1, 1, 9, 0)


def shop(days: int, lines: int = 2) -> list[list[str]]:
    """Return orders in the order of time, one a day, each a list of its lines."""
    return [
        [
            f"A{day},c{day % 7},{START + timedelta(days=day, minutes=day)},p{line},{line + 1},2.50\n"
            for line in range(lines)
        ]
        for day in range(days)
    ]


def sections_of(write, engine: DuckDBEngine, orders: list[list[str]], name: str = "orders.csv") -> list[int]:
    """Return at which row each section begins."""
    land(engine, [write(HEAD + "".join(line for order in orders for line in order), name)], Settings())
    found = engine.rows("SELECT min(row_number) AS n FROM raw_order_lines GROUP BY section ORDER BY section")
    return [row["n"] for row in found]


def test_two_exports_stacked(write, engine):
    days = shop(30)
    assert sections_of(write, engine, [*days[:20], *days[15:]]) == [1, 41]


def test_three_exports_stacked(write, engine):
    days = shop(60)
    assert sections_of(write, engine, [*days[:30], *days[20:45], *days[40:]]) == [1, 61, 111]


def test_newest_first(write, engine):
    days = shop(30)[::-1]
    assert sections_of(write, engine, [*days[:20], *days[15:]]) == [1, 41]


def test_an_order_entered_late_begins_no_section(write, engine):
    days = shop(30)
    late = [f"B1,c1,{START},p0,1,9.99\n"]
    assert sections_of(write, engine, [*days[:20], late, *days[20:]]) == [1]


def test_a_late_line_of_an_order_begins_no_section(write, engine):
    days = shop(30)
    assert sections_of(write, engine, [*days[:20], days[3][:1], *days[20:]]) == [1]


def test_a_jump_of_less_than_a_day_begins_no_section(write, engine):
    days = [[f"A{hour},c1,{START + timedelta(hours=hour)},p,1,1\n"] for hour in range(40)]
    assert sections_of(write, engine, [*days[:30], *days[10:]]) == [1]


def test_a_file_by_customer_is_one_section(write, engine):
    lines = sorted((line for order in shop(60) for line in order), key=lambda line: line.split(",")[1])
    assert sections_of(write, engine, [[line] for line in lines]) == [1]


def test_without_order_ids_customer_and_instant_tell_orders(write, engine):
    days = shop(30)
    stacked = [line.partition(",")[2] for order in [*days[:20], *days[15:]] for line in order]
    land(engine, [write(HEAD.partition(",")[2] + "".join(stacked))], Settings())
    found = engine.rows(
        "SELECT section, min(row_number) AS n FROM raw_order_lines GROUP BY section ORDER BY section"
    )
    assert [row["n"] for row in found] == [1, 41]


@settings(max_examples=8)
@given(st.integers(25, 60), st.data())
def test_any_overlap_of_two_days_or_more_is_found(n, data):
    end = data.draw(st.integers(12, n - 2))
    begin = data.draw(st.integers(1, end - 2))
    days = shop(n, lines=data.draw(st.integers(1, 3)))
    per_order = len(days[0])
    stacked = "".join(line for order in [*days[:end], *days[begin:]] for line in order)
    with DuckDBEngine() as engine, _file(stacked) as path:
        land(engine, [path], Settings())
        found = engine.rows(
            "SELECT min(row_number) AS n FROM raw_order_lines GROUP BY section ORDER BY section"
        )
    assert [row["n"] for row in found] == [1, end * per_order + 1]


def test_a_shuffled_file_is_one_section(write, engine):
    orders = shop(40)
    random.Random(7).shuffle(orders)
    assert sections_of(write, engine, orders) == [1]


def _file(lines: str):
    import tempfile
    from contextlib import contextmanager
    from pathlib import Path

    @contextmanager
    def made():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "orders.csv"
            path.write_text(HEAD + lines)
            yield path

    return made()

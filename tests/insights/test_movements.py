"""Who moved between two releases: everybody is in one cell, and the money adds up."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.insights.conftest import HORIZON_DAYS, POUNDS, Told, tell, told_of
from tests.insights.made import CUTOFF, made

from regulars.engines.duckdb import DuckDBEngine, literal
from regulars.insights.movements import NO_LONGER, NOT_YET, Previous
from regulars.terms.windows import Cutoff

EARLIER = Cutoff(CUTOFF.at - timedelta(days=60))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, dict[str, str], Previous]:
    """Return a shop at two cut-offs: what is told at the later one, and the segments at the earlier."""
    first = told_of(made(4, 3.0), EARLIER)
    path = tmp_path_factory.mktemp("release") / "segments.parquet"
    # somebody whose data has been removed since
    first.engine.execute(
        f"COPY (SELECT * FROM segments UNION ALL BY NAME SELECT 'gone' AS customer_id, 'Lost' AS segment) TO {literal(path)}"
    )
    segments = {row["customer_id"]: row["segment"] for row in first.engine.rows("SELECT * FROM segments")}
    previous = Previous("20260101-000000-000", EARLIER.at, Path(path))
    return tell(first.engine, CUTOFF, POUNDS, previous), segments, previous


def test_everybody_is_in_one_cell(pair: tuple[Told, dict[str, str], Previous]) -> None:
    told, before, _ = pair
    now = {row["customer_id"]: row["segment"] for row in told.engine.rows("SELECT * FROM segments")}
    wanted = Counter((before.get(who, NOT_YET), segment) for who, segment in now.items())
    wanted["Lost", NO_LONGER] = 1
    assert {(row["segment_from"], row["segment_to"]): row["n_customers"] for row in told.movements} == wanted


def test_the_money_that_moved_adds_up(pair: tuple[Told, dict[str, str], Previous]) -> None:
    told, _, _ = pair
    for row in told.movements:
        assert row["revenue_before"] + row["revenue_since"] - row["revenue_aged_out"] == row["revenue_now"]
        assert row["revenue_now"] - row["revenue_before"] == row["revenue_change"]
    whole = told.engine.row("SELECT sum(CAST(revenue_last_365d AS DECIMAL(18, 4))) AS revenue FROM features")[
        "revenue"
    ]
    assert sum(row["revenue_now"] for row in told.movements) == whole
    earlier = told.engine.row(
        f"""
        SELECT sum(revenue_last_365d) AS revenue FROM (
            SELECT sum(revenue) AS revenue_last_365d FROM history_orders
            WHERE customer_id IS NOT NULL AND ordered_at >= TIMESTAMP '{EARLIER.at}' - INTERVAL 365 DAY
                AND ordered_at < TIMESTAMP '{EARLIER.at}'
            UNION ALL
            SELECT -sum(amount) FROM history_returns
            WHERE customer_id IS NOT NULL AND returned_at >= TIMESTAMP '{EARLIER.at}' - INTERVAL 365 DAY
                AND returned_at < TIMESTAMP '{EARLIER.at}')
        """
    )["revenue"]
    assert sum(row["revenue_before"] for row in told.movements) == earlier


def test_directions_and_causes_are_told(pair: tuple[Told, dict[str, str], Previous]) -> None:
    told, _, _ = pair
    directions = {(row["segment_from"], row["segment_to"]): row["direction"] for row in told.movements}
    assert directions["Champions", "Champions"] == "stayed"
    assert directions["Lost", NO_LONGER] == "left"
    assert {direction for (before, _), direction in directions.items() if before == NOT_YET} == {"came"}
    assert {"up", "down"} <= set(directions.values())
    for row in told.movements:
        assert row["n_bought_since"] <= row["n_customers"]
        if row["direction"] == "down" and row["r_change"] and row["r_change"] < -0.5:
            assert "recency −" in row["moved_by"]


def test_who_fell_is_told_with_their_money(pair: tuple[Told, dict[str, str], Previous]) -> None:
    told, _, _ = pair
    (fell,) = (row for row in told.of("segment_migration") if row["subject"] == "fell")
    behind = told.behind(fell)
    assert len(behind) == fell["n_customers"]
    assert float(sum(row["money"] for row in behind)) == pytest.approx(fell["money"], abs=0.01)
    assert fell["act_when"] == "now"
    assert all(row["reason"].startswith("from ") for row in behind)


@pytest.mark.parametrize("days", [0, 30])
def test_a_release_that_is_not_earlier_is_no_comparison(
    pair: tuple[Told, dict[str, str], Previous], days: int
) -> None:
    told, _, previous = pair
    at = Cutoff(EARLIER.at - timedelta(days=days))
    again = tell(told.engine, at, POUNDS, previous)
    assert again.movements == []
    assert again.tests["segment_migration"]["silent_because"]


def test_money_is_exact(pair: tuple[Told, dict[str, str], Previous]) -> None:
    told, _, _ = pair
    assert HORIZON_DAYS == 60
    assert all(isinstance(row["revenue_change"], Decimal) for row in told.movements)


def test_an_engine_keeps_nothing_of_the_search(pair: tuple[Told, dict[str, str], Previous]) -> None:
    told, _, _ = pair
    assert [name for name in told.engine.tables() if name.startswith(("insight_", "previous_"))] == []
    assert isinstance(told.engine, DuckDBEngine)

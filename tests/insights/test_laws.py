"""Laws of what is said: it is about the past, of this shop's data alone, told once, and opened down to its rows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.insights.conftest import POUNDS, Told, tell, told_of
from tests.insights.made import CUTOFF, Row, made

from regulars.engines.duckdb import DuckDBEngine
from regulars.insights.tables import INSIGHT_TABLES
from regulars.publish.tables import PUBLISHED_FACTS, fact
from regulars.settings import Insights
from regulars.terms.windows import Cutoff
from regulars.testing import strategies
from regulars.testing.walls import built

EAGER = POUNDS.model_copy(
    update={
        "insights": Insights(
            fewest_customers=1, fewest_orders=1, least_money_share=0, concentration_share=0.01
        )
    }
)
"""Thresholds under which even a shop of six customers has something to say."""


def tables(told: Told) -> dict[str, list[dict[str, Any]]]:
    return {spec.name: told.engine.rows(f"SELECT * FROM {spec.name} ORDER BY ALL") for spec in INSIGHT_TABLES}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return made(3, 3.0, tilt={1: lambda day: 0.4 + 1.6 * day / 790}, returned={3: 0.3})


@pytest.fixture(scope="module")
def told(rows: list[Row]) -> Told:
    return told_of(rows, CUTOFF, EAGER)


@pytest.fixture(scope="module")
def bench(rows: list[Row]) -> DuckDBEngine:
    """Return the same shop once more, to be told of with other settings and at other cut-offs."""
    return built(strategies.Shop(rows))


@given(st.data())
@examples(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_later_changes_what_is_said(data: st.DataObject) -> None:
    shop = data.draw(strategies.shops())
    cutoff = data.draw(strategies.cutoffs())
    later = shop.with_events(*data.draw(strategies.later_events(shop, cutoff)))
    with built(shop.before(cutoff)) as before, built(later) as after:
        assert tables(tell(before, cutoff, EAGER)) == tables(tell(after, cutoff, EAGER))


def test_later_orders_change_nothing_in_a_shop_with_much_to_say(rows: list[Row], told: Told) -> None:
    later = [
        {**row, "order_id": f"L{n}", "ordered_at": CUTOFF.at + timedelta(hours=n), "quantity": Decimal(500)}
        for n, row in enumerate(rows[:40])
    ]
    assert len(told.findings) > 5
    assert tables(told_of([*rows, *later], CUTOFF, EAGER)) == tables(told)


def test_every_number_follows_the_data(rows: list[Row], told: Told) -> None:
    """At twice the prices every finding is there again, with its own id and twice the money."""
    dearer = told_of([{**row, "unit_price": row["unit_price"] * 2} for row in rows], CUTOFF, EAGER)
    one, other = ({row["finding_id"]: row for row in shop.findings} for shop in (told, dearer))
    assert one.keys() == other.keys()
    for finding_id, row in one.items():
        assert other[finding_id]["money"] == pytest.approx(2 * row["money"], abs=1e-3), row["sentence"]
        assert other[finding_id]["n_customers"] == row["n_customers"]
        assert row["sentence"] != other[finding_id]["sentence"]


def test_another_currency_is_another_sign_and_nothing_else(bench: DuckDBEngine, told: Told) -> None:
    euros = EAGER.model_copy(update={"shop": EAGER.shop.model_copy(update={"currency": "EUR"})})
    other = tell(bench, CUTOFF, euros)
    assert [row["sentence"].replace("€", "£") for row in other.findings] == [
        row["sentence"] for row in told.findings
    ]
    assert any("€" in row["sentence"] for row in other.findings)


def test_ids_are_made_of_kind_subject_and_period(told: Told) -> None:
    for row in told.findings:
        words = "|".join((row["kind"], row["subject"], str(row["period_start"]), str(row["period_end"])))
        assert row["finding_id"] == hashlib.sha256(words.encode()).hexdigest()[:12]
    assert len({row["finding_id"] for row in told.findings}) == len(told.findings)


def test_the_most_money_at_stake_comes_first(told: Told) -> None:
    amounts = [abs(row["money"]) for row in told.findings]
    assert amounts == sorted(amounts, reverse=True)
    assert [row["place"] for row in told.findings] == list(range(1, len(amounts) + 1))


def test_nobody_is_in_two_audiences(told: Told) -> None:
    ahead = [row for row in told.findings if row["is_ahead"]]
    members = [{who["customer_id"] for who in told.behind(row)} for row in ahead]
    assert sum(map(len, members)) == len(set().union(*members))


def test_what_overlaps_says_so_on_both_sides(told: Told) -> None:
    named = {row["finding_id"]: set((row["overlaps_with"] or "").split(", ")) - {""} for row in told.findings}
    for one, others in named.items():
        assert one not in others
        assert all(one in named[other] for other in others)
    # two products are two revenues; the same year of the same customers is one
    by_kind = {row["kind"]: row["finding_id"] for row in told.findings}
    assert by_kind["portfolio"] in named[by_kind["concentration"]]
    assert by_kind["returned_product"] not in named[by_kind["category_trend"]]


def test_the_rows_behind_a_finding_can_be_opened(told: Told) -> None:
    """The query of each runs on the tables of a release, and finds something."""
    for spec in PUBLISHED_FACTS:
        query = fact(spec)
        assert query is not None
        told.engine.create(spec.name, replace(query, name=spec.name), {}, temporary=True)
    for row in told.findings:
        found = told.engine.rows(row["rows_query"])
        assert found, row["sentence"]
        behind = told.behind(row)
        assert (
            len(behind) == min(row["n_customers"], EAGER.insights.most_customers)
            or row["kind"] == "shop_trend"
        )
        if row["kind"] in ("concentration", "unusual_customers", "portfolio"):
            assert float(sum(who["money"] for who in behind)) == pytest.approx(row["money"], abs=0.01)


def test_how_many_are_kept_behind_a_finding_is_a_setting(bench: DuckDBEngine) -> None:
    few = EAGER.model_copy(
        update={"insights": EAGER.insights.model_copy(update={"most_customers": 3, "most_per_kind": 1})}
    )
    told = tell(bench, CUTOFF, few)
    assert max(len(told.behind(row)) for row in told.findings) == 3
    assert max(row["n_shown"] for row in told.tests.values()) == 1


def test_the_same_shop_says_the_same(bench: DuckDBEngine, told: Told) -> None:
    assert tables(tell(bench, CUTOFF, EAGER)) == tables(told)


def test_an_earlier_cutoff_is_another_shop(bench: DuckDBEngine, told: Told) -> None:
    earlier = tell(bench, Cutoff(CUTOFF.at - timedelta(days=200)), EAGER)
    assert {row["finding_id"] for row in earlier.findings}.isdisjoint(
        {row["finding_id"] for row in told.findings}
    )

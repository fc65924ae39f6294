"""The statistics alone: bands, trends, claims."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insights.bands import bands
from regulars.insights.batch import settle
from regulars.insights.finding import Claim, Finding, Search
from regulars.insights.trend import trend

RNG = np.random.default_rng(11)
MONTHS = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)]


def quiet(n: int, spread: float) -> list[float]:
    return list(1000 * np.exp(RNG.normal(0, spread, n)))


@pytest.mark.parametrize(
    ("n", "reach", "years"), [(60, 6, ()), (110, 6, (52,)), (26, 4, (12,)), (400, 28, ())]
)
def test_surprise_is_as_rare_as_it_says(n: int, reach: int, years: tuple[int, ...]) -> None:
    p_values = np.concatenate([bands(quiet(n, 0.3), reach, None, years).p_values for _ in range(60)])
    assert (p_values < 0.01).mean() < 0.015
    assert (p_values < 0.0001).mean() < 0.0006


def test_a_season_is_no_surprise_and_a_break_in_it_is() -> None:
    year = [1000.0] * 10 + [2500.0, 4000.0]
    months = [v * f for v, f in zip(year * 3, np.exp(RNG.normal(0, 0.05, 36)), strict=True)]
    found = bands(months, 4, None, (12,))
    assert found.p_values[-2:].min() > 0.01
    months[-1] = 1500.0  # a Christmas that did not happen, though it is above the months before it
    broken = bands(months, 4, None, (12,))
    assert broken.p_values[-1] < 0.001
    assert broken.expected[-1] == pytest.approx(4000, rel=0.3)


def test_a_closed_weekday_is_part_of_the_week() -> None:
    weeks = [[100.0, 110, 120, 130, 140, 60, 0.0] for _ in range(20)]
    days = [
        value * factor
        for week in weeks
        for value, factor in zip(week, np.exp(RNG.normal(0, 0.1, 7)), strict=True)
    ]
    found = bands(days, 28, [n % 7 for n in range(len(days))])
    assert found.p_values.min() > 0.001


def test_the_season_does_not_pass_for_a_trend() -> None:
    wave = [1 + 0.1 * np.sin(2 * np.pi * n / 12) for n in range(24)]
    rising = [value * (1 + 0.02 * n) for n, value in enumerate(wave)]
    assert not trend(MONTHS, wave).holds(0.05)
    assert trend(MONTHS, rising).holds(0.05)
    assert trend(MONTHS[:12], [float(n) for n in range(12)]).p_value < 1e-6


days = st.dates(date(2026, 1, 1), date(2026, 1, 20))
groups = st.none() | st.frozensets(st.sampled_from("abc"), max_size=2)
claims = st.builds(
    lambda side, one, other, customers, products, known: Claim(
        side, min(one, other), max(one, other), customers, products, known
    ),
    st.sampled_from(("past", "ahead")), days, days, groups, groups, st.sampled_from((None, True, False)),
)  # fmt: skip


@given(claims, claims)
def test_claims_share_revenue_both_ways(one: Claim, other: Claim) -> None:
    assert one.shares(other) == other.shares(one)
    if one.side != other.side or one.end <= other.start:
        assert not one.shares(other)


def test_tests_are_adjusted_as_one_batch() -> None:
    seen: dict[str, list[float]] = {}

    def search(kind: str, p_values: list[float]) -> Search:
        def findings(adjusted: list[float]) -> list[object]:
            seen[kind] = list(adjusted)
            return []

        return Search(kind, "a method", findings, p_values)  # type: ignore[arg-type]

    batch = settle([search("a", [0.01, 0.9]), search("b", []), search("c", [0.02, 0.03])], 0.05, 5)
    # Benjamini–Hochberg by hand over 0.01, 0.02, 0.03, 0.9: 4 × 0.01 / 1, 4 × 0.02 / 2, 4 × 0.03 / 3, 0.9
    assert seen == {"a": [pytest.approx(0.04), pytest.approx(0.9)], "b": [], "c": [pytest.approx(0.04)] * 2}
    assert [row["n_significant"] for row in batch.tests] == [1, 0, 2]


def test_what_touches_next_to_nothing_is_not_said_whatever_kind_it_is() -> None:
    def told(kind: str, *money: float) -> Search:
        day = MONTHS[0]
        said = [
            Finding(
                kind, str(one), "A sentence.", one, "brought", day, day, 1, "all", "Look.", "low", "now", "bad",
                Claim("past", day, day),
            )
            for one in money
        ]  # fmt: skip
        return Search(kind, "a method", lambda _: said)

    searches = [
        told("churn_warning", 0.0, 30.0),
        told("unusual_customers", 9.0, -11.0),
        told("portfolio", 0.0),
    ]
    found = settle(searches, 0.05, 5, least_money=10.0).findings
    assert [(one.kind, one.money) for one in found] == [
        ("churn_warning", 30.0), ("unusual_customers", -11.0), ("portfolio", 0.0),
    ]  # fmt: skip
    assert [one.money for one in settle(searches[:1], 0.05, 5).findings] == [30.0]

"""The statistics, against hand-worked values, brute force and the libraries."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from regulars.describe.correlations import FEATURES, correlation, correlations, interval
from regulars.describe.facts import rate_interval, trend_facts
from regulars.describe.groups import COMPARISONS, MEASURES, difference, group_differences
from regulars.describe.trend import median_slope, take_apart
from regulars.terms.money import Currency

MONTHS = [date(2024 + i // 12, i % 12 + 1, 1) for i in range(60)]
SEASON = [-30, -20, -10, 0, 0, 0, 0, 0, 0, 10, 30, 20]
samples = st.lists(st.integers(-3, 3), min_size=5, max_size=12).map(lambda xs: np.array(xs, dtype=float))


@pytest.mark.parametrize("n", [24, 30, 60])
def test_trend_and_season_are_found_again(n: int) -> None:
    found = take_apart(MONTHS[:n], [100 + 2 * i + SEASON[i % 12] for i in range(n)])
    assert found.slope is not None
    assert found.slope.per_month == pytest.approx(2)
    assert found.season_of(11) == pytest.approx(30, abs=3)
    assert found.season_of(1) == pytest.approx(-30, abs=3)
    assert found.season_strength == pytest.approx(1, abs=0.01)


def test_a_season_is_not_taken_for_growth() -> None:
    values = [100 + 10 * (i % 12) for i in range(24)]
    assert median_slope(values, period=12).per_month == 0
    assert median_slope(values).per_month > 0


def test_noise_is_not_taken_for_a_season() -> None:
    noise = np.random.default_rng(5)
    strengths = [take_apart(MONTHS[:24], noise.normal(100, 10, 24)).season_strength or 0 for _ in range(30)]
    assert sum(strengths) / 30 < 0.25


def test_less_than_two_years_have_a_slope_and_no_season() -> None:
    found = take_apart(MONTHS[:12], [100 + 5 * i for i in range(12)])
    assert found.season is None
    assert found.slope is not None
    assert found.trend[0] == pytest.approx(100)
    facts = trend_facts(found, Currency("GBP"))
    assert "rises: £5 a month" in facts[0]["sentence"]
    assert "cannot be known from 12 complete months" in facts[1]["sentence"]


def test_a_year_is_compared_with_the_one_before() -> None:
    for now, said in ((118.3, ": +18.3\u00a0%."), (81.7, ": −18.3\u00a0%.")):
        facts = trend_facts(take_apart(MONTHS[:24], [100.0] * 12 + [now] * 12), Currency("GBP"))
        assert facts[-1]["sentence"].endswith(said)


def test_a_slope_without_bounds_has_no_interval() -> None:
    (fact, *_) = trend_facts(take_apart(MONTHS[:4], [1, 2, 4, 3]), Currency("GBP"))
    assert (fact["ci_low"], fact["ci_high"]) == (None, None)
    assert "no interval" in fact["sentence"]


@given(st.lists(st.integers(-50, 50), min_size=10, max_size=30))
def test_median_slope_is_that_of_theil_and_sen(values: list[int]) -> None:
    theirs, ours = stats.theilslopes(values), median_slope(values)
    assert ours.per_month == pytest.approx(theirs.slope)
    assert ours.low <= ours.per_month <= ours.high


def test_flat_and_empty_months() -> None:
    flat = take_apart(MONTHS[:24], [0.0] * 24)
    assert flat.season_strength == 0
    assert trend_facts(flat, Currency("GBP"))[1]["sentence"] == "No season can be seen."
    assert take_apart([], []).slope is None


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=4, max_size=30))
def test_correlations_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    for method, theirs in (("pearson", stats.pearsonr), ("spearman", stats.spearmanr)):
        n, ours = correlation(a, b, method)
        assert n == len(pairs)
        if len(set(a)) == 1 or len(set(b)) == 1:
            assert ours is None
        else:
            assert ours == pytest.approx(theirs(a, b).statistic, abs=1e-9)


def test_intervals_of_correlations() -> None:
    theirs = stats.pearsonr([1, 2, 3, 4, 5, 6], [1, 3, 2, 5, 4, 6]).confidence_interval()
    n, found = correlation(np.arange(1.0, 7), np.array([1.0, 3, 2, 5, 4, 6]), "pearson")
    assert interval(found, n, "pearson") == pytest.approx((theirs.low, theirs.high))
    low, high = interval(0.5, 103, "spearman")
    assert math.atanh(high or 0) - math.atanh(low or 0) == pytest.approx(
        2 * 1.959964 * math.sqrt(1.125 / 100)
    )
    assert interval(0.5, 3, "pearson") == (None, None)


@given(samples, samples)
def test_cliffs_delta_by_brute_force(a: np.ndarray, b: np.ndarray) -> None:
    signs = np.sign(a[:, None] - b[None, :])
    found = difference(a, b)
    assert found.delta == pytest.approx(signs.mean())
    assert found.low <= found.delta <= found.high
    if len(set(a) | set(b)) > 1:
        u = stats.mannwhitneyu(a, b, method="asymptotic")
        assert found.delta == pytest.approx(2 * u.statistic / (len(a) * len(b)) - 1)
        assert found.p_value == pytest.approx(u.pvalue)
        n, m, d = len(a), len(b), signs.mean()
        spread = (
            m**2 * ((signs.mean(axis=1) - d) ** 2).sum() + n**2 * ((signs.mean(axis=0) - d) ** 2).sum()
            - ((signs - d) ** 2).sum()
        ) / (n * m * (n - 1) * (m - 1))  # fmt: skip
        reach = 1.959964 * math.sqrt(max(spread, (1 - d**2) / (n * m - 1)))
        assert found.high == pytest.approx(min(1, d + reach), abs=1e-6)


def table(n: int) -> pa.Table:
    """Return features in which customers abroad spend more, and nothing else is different."""
    rng = np.random.default_rng(1)
    columns = {name: rng.normal(100, 10, n) for name in {*FEATURES, *MEASURES}}
    columns |= {"is_home_country": rng.integers(0, 2, n).astype(bool), "weekend_share": rng.uniform(0, 1, n)}
    columns["revenue_to_date"] = columns["revenue_to_date"] - 20 * columns["is_home_country"]
    return pa.table(columns)


def test_the_group_that_differs_is_found_and_the_others_are_not() -> None:
    rows = {(row["comparison"], row["measure"]): row for row in group_differences(table(400))}
    assert len(rows) == sum(len(one.measures) for one in COMPARISONS)
    home = rows["home country", "revenue_to_date"]
    assert home["effect"] == "large"
    assert home["p_adjusted"] < 1e-9
    assert home["sentence"].startswith("A large difference in money spent between ")
    others = [
        row for key, row in rows.items() if key != ("home country", "revenue_to_date") and row["p_value"]
    ]
    assert all(row["p_adjusted"] >= row["p_value"] for row in others)
    assert sum(row["p_adjusted"] < 0.05 for row in others) == 0


def test_every_correlation_has_a_sentence() -> None:
    rows = correlations(table(50))
    assert len(rows) == len(FEATURES) * (len(FEATURES) - 1)
    assert all(row["sentence"].endswith(".") for row in rows)
    assert any("established" in row["sentence"] for row in rows)


def test_rates_have_wilsons_interval() -> None:
    theirs = stats.binomtest(1623, 5878).proportion_ci(method="wilson")
    assert rate_interval(1623, 5878) == pytest.approx((theirs.low, theirs.high))
    assert rate_interval(0, 0) is None

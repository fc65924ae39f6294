"""Lifts and intervals agree with other implementations and hold what they promise."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.campaigns.differences import (
    adjusted_difference,
    difference_of_means,
    difference_of_shares,
    sample_ratio,
)


@pytest.mark.parametrize(
    ("n_t", "x_t", "n_c", "x_c"), [(56, 48, 52, 34), (1000, 30, 100, 1), (40, 0, 9, 0), (10, 10, 8, 2)]
)
def test_the_interval_of_shares_is_newcombes(n_t: int, x_t: int, n_c: int, x_c: int) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(x_t, n_t, x_c, n_c, method="newcomb", compare="diff")
    found = difference_of_shares(n_t, x_t, n_c, x_c)
    assert (found.ci_low, found.ci_high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_newcombes_own_example() -> None:
    """56/70 against 48/80, method 10 of his table II: 0.0524 to 0.3339."""
    found = difference_of_shares(70, 56, 80, 48)
    assert (round(found.ci_low or 0, 4), round(found.ci_high or 0, 4)) == (0.0524, 0.3339)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_shares_stay_within_what_is_possible(n_t: int, n_c: int, data: st.DataObject) -> None:
    found = difference_of_shares(n_t, data.draw(st.integers(0, n_t)), n_c, data.draw(st.integers(0, n_c)))
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert -1 - 1e-9 <= found.ci_low <= found.lift + 1e-9
    assert found.lift - 1e-9 <= found.ci_high <= 1 + 1e-9
    assert found.p_value is not None
    assert 0 <= found.p_value <= 1


def test_means_of_large_groups_are_welchs() -> None:
    from scipy.stats import ttest_ind

    dice = np.random.default_rng(1)
    treated, control = dice.lognormal(2.02, 1, 20_000), dice.lognormal(2, 1.2, 3000)
    found, theirs = difference_of_means(treated, control), ttest_ind(treated, control, equal_var=False)
    interval = theirs.confidence_interval()
    assert found.p_value == pytest.approx(theirs.pvalue)
    assert (found.ci_low, found.ci_high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_means_of_one_and_of_equals() -> None:
    alone = difference_of_means(np.array([5.0]), np.array([1.0, 2.0]))
    assert (alone.lift, alone.ci_low, alone.is_seen) == (3.5, None, False)
    same = difference_of_means(np.zeros(5), np.zeros(9))
    assert (same.lift, same.p_value, same.relative, same.is_seen) == (0, 1.0, None, False)


def test_dealing_anew_agrees_with_welch_where_amounts_are_tame() -> None:
    from scipy.stats import ttest_ind

    dice = np.random.default_rng(2)
    treated, control = dice.normal(10.5, 2, 300), dice.normal(10, 2, 100)
    found, theirs = difference_of_means(treated, control), ttest_ind(treated, control, equal_var=False)
    interval = theirs.confidence_interval()
    assert (found.ci_low, found.ci_high) == (
        pytest.approx(interval.low, abs=0.06),
        pytest.approx(interval.high, abs=0.06),
    )
    few_t, few_c = np.array([1.0, 9.0, 4.0, 7.0, 30.0]), np.array([2.0, 3.0, 1.0])
    everybody = np.concatenate([few_t, few_c])
    deals = [np.isin(np.arange(8), held) for held in combinations(range(8), 3)]  # all 56
    statistics = np.array(
        [ttest_ind(everybody[~held], everybody[held], equal_var=False).statistic for held in deals]
    )
    exact = (np.abs(statistics) >= abs(statistics[deals_at(deals, (5, 6, 7))]) - 1e-9).mean()
    assert difference_of_means(few_t, few_c).p_value == pytest.approx(exact, abs=0.02)


def deals_at(deals: list[np.ndarray], places: tuple[int, ...]) -> int:
    return next(number for number, held in enumerate(deals) if tuple(np.flatnonzero(held)) == places)


def test_intervals_hold_the_truth_though_few_spend_most() -> None:
    """540 written to, 60 held out, half of them ordering nothing, the others amounts with a long tail; nothing happened."""
    dice, held, students = np.random.default_rng(4), 0, 0
    for _ in range(200):
        money = (dice.random(600) < 0.5) * dice.lognormal(5, 2, 600)
        found = difference_of_means(money[60:], money[:60], n_deals=499)
        held += (found.ci_low or 0) <= 0 <= (found.ci_high or 0)
        error = np.sqrt(money[60:].var(ddof=1) / 540 + money[:60].var(ddof=1) / 60)
        students += abs(found.lift) <= 2 * error
    assert held / 200 >= 0.91
    assert students / 200 < 0.89  # what is reported by most


def test_intervals_hold_the_truth_nineteen_times_in_twenty() -> None:
    dice, held, narrower = np.random.default_rng(4), {"plain": 0, "adjusted": 0}, 0
    for _ in range(150):
        before = dice.gamma(1, 50, 300)
        after = 0.8 * before + dice.gamma(1, 20, 300)
        treated = dice.random(300) < 0.7
        after[treated] += 10
        plain = difference_of_means(after[treated], after[~treated], n_deals=499)
        found = adjusted_difference(after[treated], after[~treated], before[treated], before[~treated])
        assert found is not None
        held["plain"] += (plain.ci_low or 0) <= 10 <= (plain.ci_high or 0)
        held["adjusted"] += (found.ci_low or 0) <= 10 <= (found.ci_high or 0)
        narrower += (found.ci_high or 0) - (found.ci_low or 0) < (plain.ci_high or 0) - (plain.ci_low or 0)
    assert 0.9 <= held["plain"] / 150 <= 0.99
    assert 0.9 <= held["adjusted"] / 150 <= 0.99
    assert narrower > 147


def test_the_adjustment_takes_out_the_share_that_the_past_explains() -> None:
    dice = np.random.default_rng(5)
    before = dice.normal(0, 1, 4000)
    after = before + dice.normal(0, 1, 4000)
    found = adjusted_difference(after[:2000], after[2000:], before[:2000], before[2000:])
    assert found is not None
    assert found.variance_share == pytest.approx(0.5, abs=0.03)
    assert adjusted_difference(after[:9], after[9:], np.ones(9), np.ones(3991)) is None


def test_the_sample_ratio_is_pearsons() -> None:
    from scipy.stats import chisquare

    found = sample_ratio({"a": 480, "b": 520, "control": 110}, {"a": 0.45, "b": 0.45, "control": 0.1})
    theirs = chisquare([480, 520, 110], [499.5, 499.5, 111.0])
    assert (found.chi_square, found.p_value) == (
        pytest.approx(theirs.statistic),
        pytest.approx(theirs.pvalue),
    )
    assert found.passes
    assert not sample_ratio({"a": 900, "control": 1100}, {"a": 1.0, "control": 1.0}).passes
    assert not sample_ratio({"a": 900, "control": 0}, {"a": 0.9, "control": 0.1}).passes

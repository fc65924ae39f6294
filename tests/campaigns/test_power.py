"""Sample sizes agree with another implementation, with the book and with what happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.campaigns.power import detectable_effect, n_needed, power_of


@pytest.mark.parametrize("baseline", [0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("ratio", [1.0, 0.25, 1 / 9])
def test_power_is_that_of_statsmodels(baseline: float, ratio: float) -> None:
    from statsmodels.stats.proportion import power_proportions_2indep

    n, effect = 3000, 0.03
    theirs = power_proportions_2indep(effect, baseline, n, ratio=ratio, alpha=0.05, return_results=False)
    # theirs adds the power of the other tail, which is nothing here
    assert power_of(n, n * ratio, baseline, effect) == pytest.approx(theirs, abs=2e-3)


def test_the_book_has_the_same_size() -> None:
    """Fleiss, Levin & Paik, table A.4 without the correction: 10 % against 20 %, 5 % and 80 %: 199 each."""
    assert n_needed(0.1, 0.1, 0.5) == 2 * 199


def test_so_many_customers_do_show_it_in_four_cases_of_five() -> None:
    n, dice = n_needed(0.2, 0.05, 0.3), np.random.default_rng(3)
    assert n is not None
    n_c = round(0.3 * n)
    hits_t, hits_c = dice.binomial(n - n_c, 0.25, 20_000), dice.binomial(n_c, 0.2, 20_000)
    pooled = (hits_t + hits_c) / n
    error = np.sqrt(pooled * (1 - pooled) * (1 / (n - n_c) + 1 / n_c))
    seen = np.abs(hits_t / (n - n_c) - hits_c / n_c) / error > 1.96
    assert seen.mean() == pytest.approx(0.8, abs=0.012)


@given(st.floats(0, 0.9), st.floats(0.01, 0.09), st.floats(0.05, 0.95))
def test_what_is_needed_is_enough_and_no_more_than_that(baseline: float, effect: float, share: float) -> None:
    n = n_needed(baseline, effect, share)
    assert n is not None
    assert power_of(n * (1 - share), n * share, baseline, effect) >= 0.8 - 1e-9
    assert power_of((n - 2) * (1 - share), (n - 2) * share, baseline, effect) < 0.8 or n <= 4


@given(st.integers(5, 5000), st.integers(5, 5000), st.floats(0, 0.9))
def test_the_smallest_lift_that_shows_is_the_smallest(n_t: int, n_c: int, baseline: float) -> None:
    found = detectable_effect(n_t, n_c, baseline)
    if found is None:
        assert power_of(n_t, n_c, baseline, 1 - baseline) < 0.8
    else:
        assert power_of(n_t, n_c, baseline, found) >= 0.8 - 1e-6
        assert power_of(n_t, n_c, baseline, found * 0.98) < 0.8


def test_what_cannot_be() -> None:
    assert n_needed(0.1, 0.02, 0.0) is None
    assert n_needed(0.99, 0.02, 0.1) is None
    assert detectable_effect(0, 10, 0.1) is None
    assert detectable_effect(10, 0, 0.1) is None
    assert detectable_effect(1, 1, 0.5) is None
    assert detectable_effect(10, 10, 1.0) is None

"""The shop's clock: a year is a year, windows tile, and a busy time is longer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.models.season import YEAR, SeasonClock
from regulars.models.shop_days import ShopDays

FIRST = 15_000


def sold(n_days: int, seed: int = 0) -> ShopDays:
    dice = np.random.default_rng(seed)
    busy = 20 * (1 + 0.6 * np.sin(2 * np.pi * np.arange(n_days) / YEAR))
    counts = dice.poisson(busy).astype(float)
    return ShopDays(FIRST, counts, counts * 30)


def test_a_year_of_the_past_and_of_the_future_lasts_365_shop_days():
    clock = SeasonClock.of(sold(800), FIRST + 800)
    ends = np.array([FIRST + 800, FIRST + 435])
    assert clock.between(ends - YEAR, ends) == pytest.approx([YEAR, YEAR], abs=0.1)
    assert clock.between(ends[:1] + 17, ends[:1] + 17 + YEAR) == pytest.approx([YEAR], abs=0.1)


def test_busy_weeks_are_longer_than_quiet_ones_before_and_after_the_cutoff():
    clock = SeasonClock.of(sold(800), FIRST + 800)
    for year in (0, 1, 2, 3):
        start = FIRST + year * YEAR
        busy = clock.between(np.array([start + 60]), np.array([start + 120]))[0]
        quiet = clock.between(np.array([start + 240]), np.array([start + 300]))[0]
        assert busy > 1.8 * quiet


@pytest.mark.parametrize("growth", [0.5, 1.0, 1.9, 3.0])
@pytest.mark.parametrize("n_days", [2 * YEAR, 800, 3 * YEAR])
def test_growth_is_not_taken_for_a_season(growth, n_days):
    steady = 40.0 * growth ** (np.arange(n_days) / YEAR)
    clock = SeasonClock.of(ShopDays(FIRST, steady, steady), FIRST + n_days)
    for start in range(n_days - YEAR, n_days + YEAR, 61):
        length = clock.between(np.array([FIRST + start]), np.array([FIRST + start + 60]))[0]
        assert length == pytest.approx(60, rel=0.03)


@pytest.mark.parametrize("growth", [0.5, 1.0, 1.9])
@pytest.mark.parametrize("weeks", [5, 13, 26])
def test_a_young_shop_tells_growth_from_season_as_soon_as_weeks_lie_a_year_apart(growth, weeks):
    n_days = YEAR + 7 * weeks
    steady, grown = sold(n_days, seed=2), growth ** (np.arange(n_days) / YEAR)
    dice = np.random.default_rng(3)
    counts = dice.poisson(20 * (1 + 0.6 * np.sin(2 * np.pi * np.arange(n_days) / YEAR)) * grown).astype(float)
    clock = SeasonClock.of(ShopDays(FIRST, counts, counts * 30), FIRST + n_days)
    known = SeasonClock.of(steady, FIRST + n_days)
    starts = FIRST + n_days + np.arange(0, YEAR, 30)
    assert clock.between(starts, starts + 90) == pytest.approx(known.between(starts, starts + 90), rel=0.1)


@pytest.mark.parametrize("growth", [0.5, 1.9])
def test_the_season_of_a_growing_shop_is_that_of_a_steady_one(growth):
    days = sold(800)
    more = growth ** (np.arange(800) / YEAR)
    grown = ShopDays(FIRST, days.n_customers * more, days.revenue * more)
    steady, growing = (SeasonClock.of(one, FIRST + 800) for one in (days, grown))
    starts = FIRST + 800 + np.arange(0, YEAR, 30)
    assert growing.between(starts, starts + 90) == pytest.approx(
        steady.between(starts, starts + 90), rel=0.06
    )


@pytest.mark.parametrize("days", [None, sold(200)])
def test_without_a_year_the_clock_is_the_calendar_and_says_so(days):
    clock = SeasonClock.of(days, FIRST + 200)
    assert clock.between(np.array([FIRST]), np.array([FIRST + 37]))[0] == 37
    assert not clock.is_known
    assert "cannot be known" in clock.sentence


@given(st.lists(st.integers(-400, 2000), min_size=3, max_size=3).map(sorted))
def test_windows_tile(days):
    clock = SeasonClock.of(sold(500), FIRST + 500)
    a, b, c = (np.array([FIRST + day]) for day in days)
    assert clock.between(a, c)[0] == pytest.approx(clock.between(a, b)[0] + clock.between(b, c)[0], abs=1e-6)
    assert clock.between(a, b)[0] >= 0


@given(st.integers(1, 700))
def test_reading_back_a_day_gives_it(days):
    clock = SeasonClock.of(sold(500), FIRST + 500)
    start = FIRST + 500
    elapsed = clock.between(np.array([start]), np.array([start + days]))
    assert clock.day_after(start, elapsed)[0] == pytest.approx(days, abs=1e-6)


def test_few_purchases_say_little_about_a_season():
    counts = np.zeros(YEAR)
    counts[[20, 21, 200]] = 1
    clock = SeasonClock.of(ShopDays(FIRST, counts, counts), FIRST + YEAR)
    assert 0.9 < clock.speeds.min() < clock.speeds.max() < 1.2


def test_nothing_after_the_cutoff_is_read():
    days = sold(700)
    cut = ShopDays(FIRST, days.n_customers[:500], days.revenue[:500])
    one, other = SeasonClock.of(days, FIRST + 500), SeasonClock.of(cut, FIRST + 500)
    assert one.speeds.tolist() == other.speeds.tolist()


def test_json_brings_back_the_clock():
    clock = SeasonClock.of(sold(500), FIRST + 500)
    again = SeasonClock.from_json(clock.to_json())
    days = np.arange(FIRST - 10, FIRST + 900)
    assert (again.between(days[:-1], days[1:]) == clock.between(days[:-1], days[1:])).all()

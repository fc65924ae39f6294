from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from regulars.demo.parameters import END, ShopParameters
from regulars.demo.season import CUSTOMER_TYPES, Calendar

N_TYPES = len(CUSTOMER_TYPES)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    parameters = ShopParameters()
    return Calendar(parameters.start(END), END, END + timedelta(days=366), parameters)


def test_a_year_on_the_wall_is_about_a_year_on_the_clock(calendar: Calendar) -> None:
    # not exactly: three closed days, and a type's favorite weekdays fall on busy days or not
    for kind in range(N_TYPES):
        midnights = calendar.clock_at_midnights(0, 365)[kind]
        assert midnights[-1] - midnights[0] == pytest.approx(365, rel=0.02)


def test_wall_time_and_clock_time_are_each_others_inverse(calendar: Calendar) -> None:
    rng = np.random.default_rng(1)
    kind = rng.integers(N_TYPES, size=1000)
    clock = rng.random(1000) * 1000
    there = calendar.clock(kind, calendar.wall(kind, clock))
    assert np.abs(there - clock).max() < 1e-6
    midnights = np.arange(5) * 24.0
    assert calendar.clock(np.zeros(5, dtype=int), midnights) == pytest.approx(
        calendar.clock_at_midnights(0, 4)[0]
    )


def test_december_is_the_peak_and_august_the_dip(calendar: Calendar) -> None:
    by_month = np.zeros(13)
    for day, level in zip(calendar.dates, calendar.season, strict=True):
        if day.year == 2025:
            by_month[day.month] += level
    assert by_month[1:].argmax() + 1 == 12
    assert by_month[1:].argmin() + 1 in (7, 8)


def test_nothing_happens_while_the_shop_is_closed(calendar: Calendar) -> None:
    christmas = calendar.dates.index(date(2025, 12, 25))
    midnights = calendar.clock_at_midnights(christmas, 2)
    assert (np.diff(midnights, axis=1) == 0).all()
    just_after = midnights[:, 2] + 1e-9
    assert (calendar.wall(np.arange(N_TYPES), just_after) >= (christmas + 2) * 24).all()


def test_arrivals_come_before_the_end_and_faster_and_faster(calendar: Calendar) -> None:
    for kind in range(N_TYPES):
        hours = calendar.arrivals(np.full(5, kind), np.array([0.0, 0.25, 0.5, 0.75, 0.999999]))
        assert (np.diff(hours) > 0).all()
        assert hours[-1] < calendar.end_day * 24
        assert hours[2] > calendar.end_day * 12


def test_types_keep_their_hours(calendar: Calendar) -> None:
    rng = np.random.default_rng(2)
    evening, weekend = CUSTOMER_TYPES.index("evening"), CUSTOMER_TYPES.index("weekend")
    hours = calendar.wall(np.full(5000, evening), rng.random(5000) * 1000)
    assert ((hours % 24) >= 17).mean() > 0.6
    days = calendar.wall(np.full(5000, weekend), rng.random(5000) * 1000) // 24
    weekdays = (days + calendar.start.weekday()) % 7
    assert (weekdays >= 5).mean() > 0.55


def test_without_season_and_rhythm_the_clock_is_the_wall() -> None:
    plain = ShopParameters.pareto_nbd()
    calendar = Calendar(plain.start(END), END, END + timedelta(days=31), plain)
    hours = np.array([0.0, 12.5, 1000.25])
    assert calendar.clock(np.zeros(3, dtype=int), hours) == pytest.approx(hours / 24)

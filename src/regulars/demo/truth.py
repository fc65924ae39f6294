"""The truth: what a perfect model would say, from the parameters of each customer and the time of the last order.

Nothing here is estimated. With rate λ, Erlang's k, leaving rate μ and a clock c(d) at midnight d after the end, a
customer who is still one at the end places on day d, counted from 0, on average

    e^(−μd) · [M(c(d + 1)) − M(c(d))]

orders, where M is the mean number of renewals. An Erlang-k gap is k steps of a Poisson process with rate ρ = kλ; after
waiting w since the last order, j < k steps are done with probability ∝ (ρw)^j / j!. From step j, the density of
renewals is (ρ/k) Σ_r ω^(r(j+1)) e^(−ρ(1−ω^r)c), r = 0 … k − 1, with ω = e^(2πi/k): the chance that the step just made
was a k-th one, by the roots of unity. For k = 1 it is λ.

Expected revenue multiplies every day's orders with the expected value of an order on that day, which is a sum over what
a basket may hold (`baskets.py`), with that day's price list, promotions and fullness of baskets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.demo.baskets import MEAN_DISCOUNT, Lines
from regulars.demo.customers import People, Shelves
from regulars.demo.parameters import HORIZONS_DAYS
from regulars.demo.process import Purchases
from regulars.demo.season import Calendar, Floats, Integers

BLOCK = 512
"""Customers whose days are looked at together; few enough for the processor's cache."""


@dataclass(frozen=True)
class Outlook:
    """Expected orders and revenue (as placed, after discounts, in currency): people × horizons."""

    orders: Floats
    revenue: Floats


def outlook(people: People, waited: Floats, shelves: Shelves, calendar: Calendar) -> Outlook:
    """Return what is to be expected of people in each of the horizons; nothing of those who have left."""
    orders = np.zeros((len(people), len(HORIZONS_DAYS)))
    revenue = np.zeros_like(orders)
    here = np.flatnonzero(people.gone_day > calendar.end_day)
    value = OrderValue(shelves, calendar)
    for start in range(0, len(here), BLOCK):
        rows = here[start : start + BLOCK]
        some = people.take(rows)
        by_day = expected_orders_by_day(some, waited[rows], calendar, max(HORIZONS_DAYS))
        for number, horizon in enumerate(HORIZONS_DAYS):
            orders[rows, number] = by_day[:, :horizon].sum(axis=1)
            revenue[rows, number] = value.over(some, by_day[:, :horizon])
    return Outlook(orders, revenue)


def expected_orders_by_day(people: People, waited: Floats, calendar: Calendar, n_days: int) -> Floats:
    """Return the expected orders of people who are customers at the end: people × days after it."""
    midnights = calendar.clock_at_midnights(calendar.end_day, n_days)
    midnights = midnights - midnights[:, :1]
    renewals = people.orders_per_day[:, np.newaxis] * np.diff(midnights, axis=1)[people.kind]
    for k in np.unique(people.regularity):
        for kind in range(len(midnights)):
            rows = np.flatnonzero((people.regularity == k) & (people.kind == kind))
            if k > 1 and rows.size:
                renewals[rows] += _regular_part(
                    people.orders_per_day[rows], int(k), waited[rows], midnights[kind]
                )
    still_there = np.exp(-people.leaving_per_day[:, np.newaxis] * np.arange(n_days))
    found: Floats = renewals * still_there
    return found


def _regular_part(rate: Floats, k: int, waited: Floats, midnights: Floats) -> Floats:
    """What regularity adds to the λ·Δc renewals of every day: the roots of unity other than 1."""
    step_rate = k * rate
    done = steps_done(step_rate * waited, k)
    found = np.zeros((len(rate), len(midnights) - 1))
    for r in range(1, k // 2 + 1):
        root = np.exp(2j * np.pi * r / k)
        weight = (done @ root ** np.arange(1, k + 1)) / (k * (1 - root))
        decay = np.exp(-np.outer(step_rate * (1 - root), midnights))
        both = 1.0 if 2 * r == k else 2.0  # r and k − r are conjugate
        found -= both * (weight[:, np.newaxis] * np.diff(decay, axis=1)).real
    return found


def steps_done(expected_steps: Floats, k: int) -> Floats:
    """Return the chances that 0 … k − 1 steps are done, knowing that it is not k yet: people × k."""
    j = np.arange(k)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, k)))])
    logs = j * np.log(np.maximum(expected_steps, 1e-300))[:, np.newaxis] - log_factorial
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    found: Floats = chances / chances.sum(axis=1, keepdims=True)
    return found


class OrderValue:
    """The expected value of an order, by person and day, in currency."""

    def __init__(self, shelves: Shelves, calendar: Calendar) -> None:
        catalog = shelves.catalog
        self._calendar = calendar
        self._prices = catalog.prices_cents(int(calendar.price_year.max()) + 1) / 100
        self._factor = catalog.quantity_factor
        taken_along = np.where(catalog.complement >= 0, self._prices[:, catalog.complement], 0.0)
        self._along = taken_along * catalog.complement_probability
        choice = catalog.choice()
        self._chosen_one = choice @ (self._prices + self._along).T
        self._chosen_more = choice @ (self._prices * self._factor).T

    def parts(self, people: People, year: int) -> tuple[Floats, Floats]:
        """Return the expected price of a line that is not the staple, and of the staple's part of an order."""
        prices, along = self._prices[year], self._along[year]
        units = people.extra_units[:, np.newaxis]
        favorite = (
            prices[people.favorites] * (1 + units * self._factor[people.favorites]) + along[people.favorites]
        )
        chosen = (
            self._chosen_one[people.group, year] + people.extra_units * self._chosen_more[people.group, year]
        )
        share = people.favorite_share
        line = (1 - share) * chosen + share * favorite.mean(axis=1)
        staple = prices[people.staple] * (1 + people.extra_units * self._factor[people.staple])
        return line, people.staple_share * staple

    def on_an_ordinary_day(self, people: People) -> Floats:
        """Return the expected value of an order at the prices of the end, outside promotions and festive weeks."""
        line, staple = self.parts(people, int(self._calendar.price_year[self._calendar.end_day]))
        return (1 + people.extra_lines) * line + staple

    def over(self, people: People, orders: Floats) -> Floats:
        """Return the expected revenue of the orders expected on each day after the end."""
        days = slice(self._calendar.end_day, self._calendar.end_day + orders.shape[1])
        fullness, promotion = self._calendar.fullness[days], self._calendar.promotion[days]
        years = self._calendar.price_year[days]
        total = np.zeros(len(people))
        for year in np.unique(years):
            of_year = (years == year).astype(np.float64)
            weights = np.stack(
                [of_year, of_year * fullness, of_year * promotion, of_year * fullness * promotion], axis=1
            )
            n, n_full, n_promoted, n_full_promoted = (orders @ weights).T
            line, staple = self.parts(people, int(year))
            discount = MEAN_DISCOUNT * people.discount_share
            undiscounted = (n * (line + staple)) + n_full * people.extra_lines * line
            promoted = (n_promoted * (line + staple)) + n_full_promoted * people.extra_lines * line
            total += undiscounted - discount * promoted
        return total


def outcomes(bought: Purchases, lines: Lines, n_people: int, calendar: Calendar) -> tuple[Integers, Integers]:
    """Return what happened after the end: orders and cents (as placed, after discounts), people × horizons."""
    end = calendar.end_day * 24 * 60
    orders = np.zeros((n_people, len(HORIZONS_DAYS)), dtype=np.int64)
    cents = np.zeros_like(orders)
    for number, horizon in enumerate(HORIZONS_DAYS):
        after: NDArray[np.bool_] = (bought.minute >= end) & (bought.minute < end + horizon * 24 * 60)
        orders[:, number] = np.bincount(bought.person[after], minlength=n_people)
        in_window = after[lines.order]
        amounts = lines.amount_cents[in_window].astype(np.float64)  # exact below 2^53
        cents[:, number] = np.bincount(
            bought.person[lines.order[in_window]], weights=amounts, minlength=n_people
        )
    return orders, cents

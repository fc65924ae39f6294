"""The truth is a formula; the shop is a simulation. Each is held against the other, and against paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest

from regulars.demo.baskets import Lines, fill_baskets
from regulars.demo.catalog import Catalog
from regulars.demo.customers import People, Shelves, draw_people
from regulars.demo.parameters import END, HORIZONS_DAYS, ShopParameters
from regulars.demo.process import Purchases, purchases
from regulars.demo.season import Calendar
from regulars.demo.truth import OrderValue, Outlook, expected_orders_by_day, outcomes, outlook, steps_done

N = 20_000


@dataclass(frozen=True)
class Simulated:
    calendar: Calendar
    shelves: Shelves
    people: People
    bought: Purchases
    lines: Lines
    ahead: Outlook


def calendar_of(parameters: ShopParameters) -> Calendar:
    return Calendar(parameters.start(END), END, END + timedelta(days=366), parameters)


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    rng = np.random.default_rng(11)
    parameters = ShopParameters()
    calendar, shelves = calendar_of(parameters), Shelves.of(Catalog.of(rng))
    share = (np.arange(N) + rng.random(N)) / N
    people = draw_people(rng, np.arange(N), share, calendar, shelves, parameters)
    bought = purchases(rng, people, calendar)
    lines = fill_baskets(rng, bought, people, shelves, calendar)
    return Simulated(
        calendar, shelves, people, bought, lines, outlook(people, bought.waited, shelves, calendar)
    )


@pytest.mark.parametrize("k", [1, 3, 12])
@pytest.mark.parametrize("horizon", range(len(HORIZONS_DAYS)), ids=lambda n: f"{HORIZONS_DAYS[n]}d")
def test_as_many_orders_come_as_are_expected(simulated: Simulated, k: int, horizon: int) -> None:
    orders, _ = outcomes(simulated.bought, simulated.lines, N, simulated.calendar)
    which = simulated.people.regularity == k
    expected = simulated.ahead.orders[which, horizon].sum()
    came = orders[which, horizon].sum()
    spread = math.sqrt(expected + (expected**2) * 1e-4)  # leaving makes counts a little wider than Poisson
    assert abs(came - expected) < 4 * spread


@pytest.mark.parametrize("horizon", range(len(HORIZONS_DAYS)), ids=lambda n: f"{HORIZONS_DAYS[n]}d")
def test_as_much_is_spent_as_is_expected(simulated: Simulated, horizon: int) -> None:
    _, cents = outcomes(simulated.bought, simulated.lines, N, simulated.calendar)
    private = ~simulated.people.is_business  # few businesses spend much: too noisy for a narrow bound
    expected = simulated.ahead.revenue[private, horizon].sum()
    assert cents[private, horizon].sum() / 100 == pytest.approx(expected, rel=0.04)


def test_those_who_wait_for_a_clockwork_customer_know_when(simulated: Simulated) -> None:
    """Among regular customers, expectation tells orders of the next 30 days apart, decile by decile."""
    orders, _ = outcomes(simulated.bought, simulated.lines, N, simulated.calendar)
    which = np.flatnonzero((simulated.people.regularity == 12) & (simulated.ahead.orders[:, 0] > 0))
    ranked = which[np.argsort(simulated.ahead.orders[which, 0])]
    for part in np.array_split(ranked, 5):
        expected, came = simulated.ahead.orders[part, 0].sum(), orders[part, 0].sum()
        assert abs(came - expected) < 4 * math.sqrt(expected + 1)


def test_who_has_left_never_orders_again(simulated: Simulated) -> None:
    orders, cents = outcomes(simulated.bought, simulated.lines, N, simulated.calendar)
    gone = simulated.people.gone_day <= simulated.calendar.end_day
    assert 0.3 < gone.mean() < 0.7
    assert orders[gone].sum() == cents[gone].sum() == simulated.ahead.orders[gone].sum() == 0
    assert (simulated.bought.minute // 1440 < simulated.people.gone_day[simulated.bought.person]).all()


def test_a_random_customer_by_hand(simulated: Simulated) -> None:
    """λ = 0.1 and μ = 0.01 on a shop without season: day d has 0.1 e^(−0.01 d) orders."""
    calendar = calendar_of(ShopParameters.pareto_nbd())
    one = some_customer(simulated, orders_per_day=0.1, leaving_per_day=0.01, regularity=1)
    by_day = expected_orders_by_day(one, np.array([17.0]), calendar, 3)
    assert by_day[0] == pytest.approx([0.1, 0.1 * math.exp(-0.01), 0.1 * math.exp(-0.02)])


@pytest.mark.parametrize("k", [2, 3, 12])
@pytest.mark.parametrize("waited", [0.0, 5.0, 40.0])
def test_regular_customers_against_counting(simulated: Simulated, k: int, waited: float) -> None:
    """E[orders by c] = Σ_j P(j steps done) Σ_n Poisson(n; ρc) ⌊(j + n) / k⌋, counted term by term."""
    rate = 0.08
    calendar = calendar_of(ShopParameters.pareto_nbd())
    one = some_customer(simulated, orders_per_day=rate, leaving_per_day=0.0, regularity=k)
    by_day = expected_orders_by_day(one, np.array([waited]), calendar, 60)[0]
    for days in (1, 10, 60):
        mean = k * rate * days
        chance = [math.exp(-mean + n * math.log(mean) - math.lgamma(n + 1)) for n in range(400)]
        done = steps_done(np.array([k * rate * waited]), k)[0]
        counted = sum(done[j] * sum(p * ((j + n) // k) for n, p in enumerate(chance)) for j in range(k))
        assert by_day[:days].sum() == pytest.approx(counted, rel=1e-9)


def test_steps_done_are_chances() -> None:
    chances = steps_done(np.array([0.0, 1.0, 500.0]), 3)
    assert chances.sum(axis=1) == pytest.approx([1, 1, 1])
    assert chances[0] == pytest.approx([1, 0, 0])
    assert chances[1] == pytest.approx([0.4, 0.4, 0.2])  # 1, 1, 1/2
    assert chances[2, 2] > 0.99


@pytest.mark.parametrize("row", [3, 8, 21])
def test_the_value_of_an_order_by_filling_many_baskets(simulated: Simulated, row: int) -> None:
    n = 20_000
    people = simulated.people.take(np.array([row]))
    july = simulated.calendar.dates.index(END) + 280  # no festive week; the price list of next year
    assert simulated.calendar.fullness[july] == 1
    at = np.full(n, july * 1440)
    baskets = Purchases(np.zeros(n, dtype=int), np.arange(n), at, np.zeros(1))
    lines = fill_baskets(np.random.default_rng(5), baskets, people, simulated.shelves, simulated.calendar)
    values = np.bincount(lines.order, weights=lines.amount_cents, minlength=n) / 100
    one_a_day = np.zeros((1, july - simulated.calendar.end_day + 1))
    one_a_day[0, -1] = 1.0
    expected = OrderValue(simulated.shelves, simulated.calendar).over(people, one_a_day)[0]
    assert abs(values.mean() - expected) < 4 * values.std() / math.sqrt(n)


def test_the_process_has_its_parameters() -> None:
    """Means of rates, and survival of Pareto/NBD: P(still there after t) = (β / (β + t))^s."""
    rng = np.random.default_rng(3)
    parameters = ShopParameters.pareto_nbd()
    calendar, shelves = calendar_of(parameters), Shelves.of(Catalog.of(rng))
    people = draw_people(rng, np.arange(N), (np.arange(N) + 0.5) / N, calendar, shelves, parameters)
    assert people.orders_per_day.mean() == pytest.approx(parameters.mean_orders_per_day, rel=0.03)
    days_there = people.gone_day - 1 - (people.born_hour // 24)
    for days in (30, 180, 720):
        beta, s = parameters.leaving_scale_days, parameters.leaving_shape
        assert (days_there >= days).mean() == pytest.approx((beta / (beta + days)) ** s, abs=0.012)


def test_gaps_are_as_regular_as_they_should_be(simulated: Simulated) -> None:
    """On the shop's clock, the coefficient of variation of Erlang-k gaps is 1/√k."""
    bought, people = simulated.bought, simulated.people
    clock = simulated.calendar.clock(people.kind[bought.person], bought.minute / 60.0)
    gap, same = np.diff(clock), np.diff(bought.person) == 0
    frequent = (people.orders_per_day > 0.03)[bought.person[1:]]
    for k in (1, 3, 12):
        # few gaps of a frequent customer are cut off by the end, so the bias towards short ones is small
        which = same & frequent & (people.regularity[bought.person[1:]] == k)
        scaled = gap[which] * people.orders_per_day[bought.person[1:]][which]
        assert scaled.std() / scaled.mean() == pytest.approx(1 / math.sqrt(k), rel=0.1)


def some_customer(simulated: Simulated, **traits: float) -> People:
    one = simulated.people.take(np.array([0]))
    values = {name: np.array([value]) for name, value in traits.items()}
    return People(**{**{name: getattr(one, name) for name in People.__dataclass_fields__}, **values})

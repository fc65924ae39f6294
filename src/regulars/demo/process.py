"""When they buy: Erlang-k renewals on the shop's clock, until the customer leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.demo.customers import People
from regulars.demo.season import Calendar, Floats, Integers


@dataclass(frozen=True)
class Purchases:
    """One row per order, ordered by person and time.

    `person` is a row number of `People`, `number` counts a person's orders from 0, `minute` counts from the opening;
    `waited` has one row per person: clock time from the last order before the end to the end.
    """

    person: Integers
    number: Integers
    minute: Integers
    waited: Floats


def purchases(rng: np.random.Generator, people: People, calendar: Calendar) -> Purchases:
    """Draw all orders of people, beyond the end up to where the truth looks.

    One gap for everybody still there at a time: as many rounds as the busiest customer has orders.
    """
    first = calendar.clock(people.kind, people.born_hour)
    gone_hour = np.minimum(people.gone_day, calendar.n_days) * 24.0
    last = calendar.clock(people.kind, gone_hour)
    end = calendar.clock(people.kind, np.full(len(people), calendar.end_day * 24.0))
    gap_step = 1.0 / (people.orders_per_day * people.regularity)
    still = np.arange(len(people))
    now, before_end = first.copy(), first.copy()
    rounds_of_people, rounds_of_clocks = [still], [first]
    while still.size:
        then = now[still] + rng.standard_gamma(people.regularity[still]) * gap_step[still]
        there = then < last[still]
        still, then = still[there], then[there]
        now[still] = then
        seen = then < end[still]
        before_end[still[seen]] = then[seen]
        rounds_of_people.append(still)
        rounds_of_clocks.append(then)
    person = np.concatenate(rounds_of_people)
    clock = np.concatenate(rounds_of_clocks)
    number = np.repeat(np.arange(len(rounds_of_people)), [len(rows) for rows in rounds_of_people])
    order = np.argsort(person, kind="stable")
    person, clock, number = person[order], clock[order], number[order]
    hour = np.where(number == 0, people.born_hour[person], calendar.wall(people.kind[person], clock))
    minute = np.floor(hour * 60 + 1e-6).astype(np.int64)
    return Purchases(person, number, minute, end - before_end)

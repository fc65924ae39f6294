"""At which past cut-offs is judged, and from which is learned."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from regulars.labels.windows import is_complete, latest_complete
from regulars.terms.phrases import NOBODY_NAMED
from regulars.terms.windows import Cutoff
from regulars.warehouse.clock import first_order_at, names_customers

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine

FEWEST_TESTS, MOST_TESTS = 3, 12
MOST_SNAPSHOTS = 24
HISTORY_DAYS = 90
"""So much history must lie before a cut-off that is learned from or judged at, or one horizon if that is shorter."""


@dataclass(frozen=True)
class Plan:
    """Cut-offs in the order of time, all of them with complete windows before ``until``.

    At ``tests`` is judged; every one of ``snapshots`` (``tests`` among them) may be learned from once its window is
    over. ``reason`` says in a sentence how many there are and why not more.
    """

    until: Cutoff
    horizon_days: int
    snapshots: tuple[Cutoff, ...]
    tests: tuple[Cutoff, ...]
    reason: str


def backtest_plan(engine: DuckDBEngine, until: Cutoff, horizon_days: int, n_tests: int = MOST_TESTS) -> Plan:
    """Choose cut-offs a month apart, back from the last one whose window is over before ``until``.

    Where that gives fewer than three, they are two weeks or one week apart.

    >>> from regulars.testing.shops import six_customer_warehouse
    >>> with six_customer_warehouse() as engine:
    ...     plan = backtest_plan(engine, Cutoff.parse("2026-03-03"), 14)
    >>> [str(cutoff) for cutoff in plan.tests]
    ['2026-01-20', '2026-02-03', '2026-02-17']
    """
    first = first_order_at(engine)
    if first is None:
        return Plan(until, horizon_days, (), (), "There is no order, so there is nothing to judge by.")
    if not names_customers(engine):
        return Plan(until, horizon_days, (), (), NOBODY_NAMED)
    return planned(first, until, horizon_days, n_tests)


def planned(first: datetime, until: Cutoff, horizon_days: int, n_tests: int = MOST_TESTS) -> Plan:
    """Choose the cut-offs of a history that began at an instant (see `backtest_plan`)."""
    latest = latest_complete(until, horizon_days)
    if latest.at <= first:
        days = max((until.at - first).days, 0)
        return Plan(
            until,
            horizon_days,
            (),
            (),
            f"The history is {days} days long; to judge a forecast over {horizon_days} days it has to be longer than that, "
            "with purchases before the window.",
        )
    earliest = min(first + timedelta(days=min(horizon_days, HISTORY_DAYS)), latest.at)
    for step, apart in _STEPS:
        snapshots, words = _back(latest, earliest, step), apart
        if len(snapshots) >= FEWEST_TESTS:
            break
    assert all(is_complete(one, horizon_days, until) for one in snapshots)
    tests = snapshots[-min(n_tests, len(snapshots)) :]
    reason = (
        f"Judged at {len(tests)} past cut-offs {words} apart"
        if len(tests) > 1
        else "Judged at one past cut-off"
    )
    if len(tests) < FEWEST_TESTS:
        reason += f": the history since {first.date()} holds no more windows of {horizon_days} days"
    return Plan(until, horizon_days, snapshots, tests, reason + ".")


def plan_at(tests: list[Cutoff], first: datetime, until: Cutoff, horizon_days: int) -> Plan:
    """Return a plan that judges at given cut-offs and learns from every month before them.

    Cut-offs whose windows are not over are left out, with a sentence.
    """
    over = sorted({one.at for one in tests if is_complete(one, horizon_days, until)})
    left_out = len({one.at for one in tests}) - len(over)
    earliest = first + timedelta(days=min(horizon_days, HISTORY_DAYS))
    before = _back(Cutoff(over[0]), earliest, _month_before) if over else ()
    snapshots = tuple(Cutoff(at) for at in sorted({*over, *(one.at for one in before)}))
    reason = f"Judged at {len(over)} given cut-offs"
    if left_out:
        reason += f"; {left_out} left out because their {horizon_days} days were not over on {until}"
    return Plan(until, horizon_days, snapshots, tuple(Cutoff(at) for at in over), reason + ".")


def _back(
    latest: Cutoff, earliest: datetime, step: Callable[[datetime, int], datetime]
) -> tuple[Cutoff, ...]:
    """Return cut-offs from the latest back, in the order of time."""
    found = [latest.at]
    while len(found) < MOST_SNAPSHOTS and step(latest.at, len(found)) >= earliest:
        found.append(step(latest.at, len(found)))
    return tuple(Cutoff(at) for at in reversed(found))


def _month_before(at: datetime, n: int) -> datetime:
    """Return the same day n months earlier, or the last day of that month when it is shorter."""
    months = at.year * 12 + at.month - 1 - n
    year, month = divmod(months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


def _days_before(days: int) -> Callable[[datetime, int], datetime]:
    return lambda at, n: at - timedelta(days=days * n)


_STEPS = ((_month_before, "a month"), (_days_before(14), "two weeks"), (_days_before(7), "a week"))

"""Where time stands in the data: the last order, the cut-off and horizon that follow from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load
from regulars.errors import NothingUsable, TimeError
from regulars.terms.phrases import percent
from regulars.terms.windows import HORIZON_CHOICES, Cutoff, Horizon
from regulars.warehouse.tables import FCT_RATINGS

CLOSED_SHARE = 0.8
"""The horizon is the shortest within which so many of the gaps between purchase days have closed."""
HORIZON_WITHOUT_RHYTHM = 90


def last_order_at(engine: DuckDBEngine) -> datetime | None:
    """Return the instant of the newest order, or None when there is no order at all."""
    return _span(engine)[1]


def first_order_at(engine: DuckDBEngine) -> datetime | None:
    """Return the instant of the oldest order, or None when there is no order at all."""
    return _span(engine)[0]


def names_customers(engine: DuckDBEngine) -> bool:
    """Whether any order names its customer."""
    return bool(engine.row(load("regulars.warehouse", "clock/span"))["names_customers"])


def default_cutoff(engine: DuckDBEngine) -> Cutoff:
    """Return the first midnight after the last order; of a shop without orders, after the last rating; without either,
    after customers were last described.

    Raises
    ------
    NothingUsable
        When there is none of these.
    """
    return Cutoff.after(_observed(engine)[1])


def check_cutoff(engine: DuckDBEngine, cutoff: Cutoff) -> None:
    """See to it that something was observed before a cut-off, and right up to it.

    Raises
    ------
    TimeError
        When the cut-off lies beyond what was observed, or before the first order.
    NothingUsable
        When there is no order.
    """
    first, last = _observed(engine)
    latest = Cutoff.after(last)
    if cutoff.at > latest.at:
        raise TimeError(
            f"the cut-off {cutoff} lies beyond the last order ({last.date()}); nothing was observed in between",
            hint=f"choose a cut-off up to {latest}, or load newer orders with `regulars run`",
        )
    if cutoff.at <= first:
        raise TimeError(
            f"the cut-off {cutoff} lies before the first order ({first.date()}); nobody had bought anything",
            hint=f"choose a cut-off from {first.date() + timedelta(days=1)}, or load older orders with `regulars run`",
        )


def default_horizon(engine: DuckDBEngine, cutoff: Cutoff) -> Horizon:
    """Return how far to look ahead, from the shop's rhythm, and why.

    The shortest of 30, 60, 90, 180 and 365 days within which 80 % of the gaps between consecutive purchase days of a
    customer have closed.

    Time: purchase days before the cut-off.
    """
    gaps = {
        int(row["gap_days"]): int(row["n_gaps"])
        for row in engine.rows(load("regulars.warehouse", "clock/gaps"), {"cutoff": cutoff.at})
    }
    n_gaps = sum(gaps.values())
    if not n_gaps and last_order_at(engine) is None:
        return Horizon(HORIZON_WITHOUT_RHYTHM, "there are no orders, so nothing is foretold of any")
    if not n_gaps:
        return Horizon(
            HORIZON_WITHOUT_RHYTHM,
            f"nobody has come back on a second day yet, so there is no rhythm to go by: {HORIZON_WITHOUT_RHYTHM} days",
        )
    for days in HORIZON_CHOICES:
        closed = sum(n for gap, n in gaps.items() if gap <= days) / n_gaps
        if closed >= CLOSED_SHARE:
            break
    return Horizon(
        days,
        f"{percent(closed)} of {n_gaps:,} returns to the shop came within {days} days of the visit before",
    )


def _observed(engine: DuckDBEngine) -> tuple[datetime, datetime]:
    first, last = _span(engine)
    if (first is None or last is None) and FCT_RATINGS.name in engine.tables():
        first, last = _span_of(engine, "rating_span")
    if first is None or last is None:
        first, last = _span_of(engine, "description_span")
    if first is None or last is None:
        raise NothingUsable(
            "there is not a single order, rating or described customer to work with",
            hint="look at what was set aside and why: `regulars check` on your files",
        )
    return first, last


def _span_of(engine: DuckDBEngine, what: str) -> tuple[datetime | None, datetime | None]:
    row = engine.row(load("regulars.warehouse", f"clock/{what}"))
    return row["first_at"], row["last_at"]


def _span(engine: DuckDBEngine) -> tuple[datetime | None, datetime | None]:
    row = engine.row(load("regulars.warehouse", "clock/span"))
    return row["first_order_at"], row["last_order_at"]

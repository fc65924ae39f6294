"""Which windows are over: no label is made of one that is not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from regulars.terms.windows import Cutoff
from regulars.warehouse.clock import default_cutoff

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine


def is_complete(cutoff: Cutoff, horizon_days: int, known_until: Cutoff) -> bool:
    """Return whether ``[cutoff, cutoff + horizon)`` lies wholly before an instant.

    >>> june = Cutoff.parse("2026-06-01")
    >>> is_complete(june, 30, Cutoff.parse("2026-07-01")), is_complete(june, 31, Cutoff.parse("2026-07-01"))
    (True, False)
    """
    return cutoff.aftermath(horizon_days).end <= known_until.at


def complete(
    engine: DuckDBEngine, cutoff: Cutoff, horizon_days: int, known_until: Cutoff | None = None
) -> bool:
    """Return whether everything that happened within a horizon after a cut-off was observed.

    Time: observed is what lies before the first midnight after the last order, or before ``known_until`` when that
    is earlier: a run whose cut-off lies in the past does not look beyond it.

    >>> from regulars.testing.shops import six_customer_warehouse
    >>> with six_customer_warehouse() as engine:  # the last order is of 2 March 2026
    ...     [complete(engine, Cutoff.parse("2026-02-01"), days) for days in (30, 31)]
    [True, False]
    """
    observed = default_cutoff(engine)
    if known_until is not None and known_until.at < observed.at:
        observed = known_until
    return is_complete(cutoff, horizon_days, observed)


def latest_complete(known_until: Cutoff, horizon_days: int) -> Cutoff:
    """Return the last cut-off whose window is over at an instant."""
    return Cutoff(known_until.at - timedelta(days=horizon_days))

"""Revenue laid out so that the same question can be asked at every past month: who was known, and what came then.

Time is cut into pieces: every calendar month into the days before the cut-off's day and those from there on. What lies
ahead of the cut-off is then, at every earlier month, a whole number of pieces; at a cut-off on the first of a month the
first piece of each month is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regulars.engines.queries import load

if TYPE_CHECKING:
    from regulars.warehouse.history import History

Numbers = NDArray[np.float64]
YEAR = 24
"""Pieces in a year."""
BEGINS_WITHIN = timedelta(days=3)
"""A piece in which orders begin so early counts as wholly observed, as months do elsewhere."""


@dataclass(frozen=True)
class Pieces:
    """What was known before a cut-off, by pieces of time; the last of them ends at the cut-off.

    ``revenue`` has a row per piece in which customers were first seen and a last one for sales that name nobody, a
    column per piece in which it came. ``first`` is the first piece that was wholly observed. An origin is the piece
    that begins at the cut-off's day of a month; `now` is the one of the cut-off itself.
    """

    revenue: Numbers
    newcomers: Numbers
    first: int
    first_day: datetime
    begins: int
    into_month: timedelta

    @classmethod
    def read(cls, history: History) -> Pieces | None:
        """Return the pieces of a history, or None when there is no order in it."""
        history.need("orders", "returns")
        at = history.cutoff.at
        into_month = at - datetime(at.year, at.month, 1)
        found = history.engine.arrow(
            load("regulars.models", "forecast_revenue"),
            {"into_month_seconds": int(into_month.total_seconds())},
        ).to_pydict()
        first_at = history.engine.row("SELECT min(ordered_at) AS at FROM history_orders")["at"]
        if first_at is None:
            return None
        begins = min(found["piece"]) // 2 * 2
        n = 2 * (12 * at.year + at.month - 1) + 1 - begins
        revenue, newcomers = np.zeros((n + 1, n)), np.zeros(n)
        for first, piece, amount, customers in zip(*found.values(), strict=True):
            row = n if first is None else first - begins
            revenue[row, piece - begins] = float(amount)
            if row == piece - begins:
                newcomers[row] = customers
        pieces = cls(revenue, newcomers, 0, first_at, begins, into_month)
        observed = (piece for piece in range(n) if first_at <= pieces.starts(piece) + BEGINS_WITHIN)
        return replace(pieces, first=next(observed, n))

    @property
    def now(self) -> int:
        return len(self.newcomers)

    @property
    def in_progress(self) -> bool:
        """Whether the cut-off lies within a month: its rest is forecast too, as month 0."""
        return bool(self.into_month)

    def starts(self, piece: int) -> datetime:
        """Return the instant at which a piece begins."""
        month = self.month(piece)
        if piece % 2 == 0:
            return month
        return min(month + self.into_month, self.month(piece + 1))

    def month(self, piece: int) -> datetime:
        """Return the first instant of the month that a piece belongs to."""
        year, month = divmod((piece + self.begins) // 2, 12)
        return datetime(year, month + 1, 1)

    def days(self, window: slice) -> float:
        return (self.starts(window.stop) - self.starts(window.start)) / timedelta(days=1)

    def window(self, origin: int, ahead: int) -> slice:
        """Return the pieces of a month ahead of an origin; 0 is the rest of the origin's own."""
        return (
            slice(origin, origin + 1) if ahead == 0 else slice(origin + 2 * ahead - 1, origin + 2 * ahead + 1)
        )

    @property
    def origins(self) -> range:
        """Past origins with at least a month of history before them."""
        return range(self.first + 2 + (self.first + 1) % 2, self.now, 2)

    def over(self, ahead: int, until: int) -> list[int]:
        """Return the past origins whose month ahead was over before a piece began."""
        return [p for p in self.origins if p < until and self.window(p, ahead).stop <= until]

    @cached_property
    def tracked(self) -> Numbers:
        """Revenue with a known customer, by piece."""
        return np.asarray(self.revenue[:-1].sum(axis=0))

    @cached_property
    def untracked(self) -> Numbers:
        return np.asarray(self.revenue[-1])

    def came(self, part: str, origin: int, ahead: int) -> float:
        """Return what a part of the revenue, as told apart at an origin, brought in a month ahead of it."""
        window = self.window(origin, ahead)
        rows = {"existing": slice(0, origin), "new": slice(origin, -1), "untracked": slice(-1, None)}
        return float(self.revenue[rows.get(part, slice(None)), window].sum())

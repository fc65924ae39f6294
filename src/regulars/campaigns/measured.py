"""What earlier campaigns of a recipe have measured, in the place of what is assumed of the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from regulars.campaigns.differences import difference_of_shares


@dataclass(frozen=True)
class Measured:
    """Of those who would not have ordered otherwise, the share whom the contact moved, with its interval."""

    share: float
    low: float
    high: float
    n_campaigns: int
    until: datetime

    def tells(self, assumed: float) -> bool:
        """Whether it tells the effect from none, or from the one assumed; else nothing was learned.

        >>> Measured(0.04, -0.1, 0.18, 1, datetime(2026, 3, 1)).tells(0.1)
        False
        >>> Measured(0.04, 0.01, 0.07, 1, datetime(2026, 3, 1)).tells(0.1)
        True
        """
        return not self.low <= 0 <= self.high or not self.low <= assumed <= self.high


def measured_effects(rows: Iterable[Mapping[str, Any]], significance: float) -> dict[str, Measured]:
    """Return what was measured, by recipe, from rows of `measured.sql`; nothing of campaigns without both groups.

    The lifts of several campaigns are weighted by what their sizes can tell (Mantel–Haenszel weights of a difference),
    their intervals put together from the distances to each end.

    Reference: Newcombe 1998, Statistics in Medicine 17, 873–890 (method 10); Zou & Donner 2008, Statistics in Medicine 27,
    1693–1702, for the combination.
    """
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["n_treated"] and row["n_control"]:
            of.setdefault(row["recipe"], []).append(row)
    found = {name: _pooled(mine, significance) for name, mine in of.items()}
    return {name: one for name, one in found.items() if one is not None}


def _pooled(rows: list[Mapping[str, Any]], significance: float) -> Measured | None:
    lift = below = above = stay_away = total = 0.0
    for row in rows:
        n, m = row["n_treated"], row["n_control"]
        one = difference_of_shares(n, row["n_treated_ordered"], m, row["n_control_ordered"], significance)
        assert one.ci_low is not None
        assert one.ci_high is not None
        weight = n * m / (n + m)
        total += weight
        lift += weight * one.lift
        stay_away += weight * (1 - one.control)
        below += (weight * (one.lift - one.ci_low)) ** 2
        above += (weight * (one.ci_high - one.lift)) ** 2
    if not stay_away:
        return None  # everybody orders anyway: there is nobody to be moved
    low, high = lift - sqrt(below), lift + sqrt(above)
    until = max(row["ended_at"] for row in rows)
    return Measured(lift / stay_away, low / stay_away, high / stay_away, len(rows), until)

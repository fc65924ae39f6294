"""Two contenders asked about the same customers: how far apart they are, and how surely, over the same redraws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.evaluation.bootstrap import Estimate
from regulars.evaluation.judged import Judged
from regulars.models.matrix import Numbers


def redraws_apart(one: Sequence[Judged], other: Sequence[Judged], metric: str) -> Numbers:
    """Return how far one's figure lies above the other's: cut-offs of both × redraws, where all have the figure."""
    others = {row.cutoff: _redraws(row, metric) for row in other}
    apart = np.array([_redraws(row, metric) - others[row.cutoff] for row in one if row.cutoff in others])
    return apart[:, np.isfinite(apart).all(axis=0)] if apart.size else np.empty((0, 0))


def distance(one: Sequence[Judged], other: Sequence[Judged], metric: str) -> Estimate:
    """Return how far one's figure lies above the other's at the median over the cut-offs of both; NaN: nowhere defined."""
    others = {row.cutoff: row.value(metric) for row in other}
    apart = np.array([row.value(metric) - others[row.cutoff] for row in one if row.cutoff in others])
    if not np.isfinite(apart).any():
        return Estimate(float("nan"))
    redraws = redraws_apart(one, other, metric)
    return Estimate(float(np.nanmedian(apart)), np.median(redraws, axis=0) if redraws.size else None)


def share_ahead(best: Sequence[Judged], other: Sequence[Judged], metric: str, *, higher: bool) -> float:
    """Return in how many redraws one is ahead of another, at the median over cut-offs; half for level ones."""
    apart = redraws_apart(best, other, metric)
    if not apart.size:
        return 0.5  # too few customers to redraw: nobody can tell
    middle = (1 if higher else -1) * np.median(apart, axis=0)
    return float(np.mean((middle > 0) + 0.5 * (middle == 0)))


def _redraws(one: Judged, metric: str) -> Numbers:
    estimate = one.figures.get(metric, Estimate(float("nan")))
    return np.array([estimate.value]) if estimate.redraws is None else estimate.redraws

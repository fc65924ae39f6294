"""Curves behind the figures: reliability by tenths, ROC and precision–recall, gains, and what a threshold does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from regulars.evaluation.judged import Judged
from regulars.evaluation.metrics import BINS, equal_bins
from regulars.evaluation.ranking import Ranking
from regulars.models.matrix import Numbers

N_POINTS = 50
THRESHOLDS = np.linspace(0.02, 0.98, 49)

Curve = tuple[str, Numbers, Numbers, Numbers]
"""Its name, x, y and thresholds."""


def calibration(one: Judged) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return bins (from 1), mean prediction, mean of what came and customers; empty bins are left out."""
    known = np.isfinite(one.predictions.point) & np.isfinite(one.observed)
    predicted, observed = one.predictions.point[known], one.observed[known]
    bins = equal_bins(predicted)
    n = np.bincount(bins, minlength=BINS)
    filled = np.flatnonzero(n)
    means = [
        _doubles(np.bincount(bins, values, minlength=BINS)[filled] / n[filled])
        for values in (predicted, observed)
    ]
    return _doubles(filled + 1), means[0], means[1], _doubles(n[filled])


def curves(one: Judged) -> Iterator[Curve]:
    """Yield the curves of a contender at a cut-off; of times there are none."""
    if one.kind == "days" or not len(one.observed) or one.observed.sum() <= 0:
        return
    ranking = Ranking(one.predictions.point, np.ones((len(one.observed), 1)))
    reached, above = (
        _doubles(curve.totals[:, 0]) for curve in (ranking.reached(one.observed), ranking.customers)
    )
    yield _thinned("gain", above / above[-1], reached / reached[-1], ranking.scores)
    if one.kind != "probability":
        return
    false = above - reached
    if false[-1] > 0:
        yield _thinned("roc", false / false[-1], reached / reached[-1], ranking.scores)
    yield _thinned("pr", reached / reached[-1], reached / above, ranking.scores, from_origin=False)
    if not one.predictions.ranks_only:
        yield from _by_threshold(ranking.scores, reached, above)


def _by_threshold(scores: Numbers, reached: Numbers, above: Numbers) -> Iterator[Curve]:
    """Yield what calling everybody a leaver from a probability on would do."""
    last = np.searchsorted(-scores, -THRESHOLDS, side="right") - 1  # the last group at or above each
    some = last >= 0
    found, called = np.where(some, reached[last], 0.0), np.where(some, above[last], 0.0)
    yield "precision", THRESHOLDS[some], found[some] / called[some], THRESHOLDS[some]
    yield "recall", THRESHOLDS, found / reached[-1], THRESHOLDS
    yield "f1", THRESHOLDS, 2 * found / (called + reached[-1]), THRESHOLDS
    yield "flagged_share", THRESHOLDS, called / above[-1], THRESHOLDS


def _thinned(name: str, x: Numbers, y: Numbers, scores: Numbers, *, from_origin: bool = True) -> Curve:
    """Return at most so many points of a curve, evenly along x, first and last among them."""
    if len(x) > N_POINTS:
        wanted = np.linspace(x[0], x[-1], N_POINTS)
        places = np.unique(np.r_[0, np.clip(np.searchsorted(x, wanted), 0, len(x) - 1), len(x) - 1])
        x, y, scores = x[places], y[places], scores[places]
    if from_origin:
        x, y, scores = np.r_[0.0, x], np.r_[0.0, y], np.r_[np.nan, scores]
    return name, x, y, scores


def _doubles(values: object) -> Numbers:
    return np.asarray(values, np.float64)

"""How good predictions were, target by target, each figure with its redraws (DESIGN 7).

Reference: ROC AUC, average precision, Brier, log loss, F1 and R² are scikit-learn's; the normalized Gini is the Gini of
the actual values ordered by prediction ÷ that ordered by themselves; pinball losses are of the 10 % and 90 % quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.evaluation.bootstrap import Computation, Estimate, Sample
from regulars.evaluation.ranking import Ranking, Weights
from regulars.models.contender import Predictions
from regulars.models.matrix import Numbers

BINS = 10
TOP_SHARE = 0.1
LOW, HIGH = 0.1, 0.9
SMALLEST_P = 1e-15
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Metric:
    """A figure's name, what it says, and which way is better (None: neither)."""

    name: str
    sentence: str
    unit: str
    higher_is_better: bool | None


METRICS = tuple(
    Metric(*row)
    for row in (
        ("n_customers", "Customers who were judged.", "customers", None),
        ("roc_auc", "Chance that a leaver is ranked above a stayer.", "0–1, 0.5 is chance", True),
        ("average_precision", "Precision at each leaver found, on average.", "0–1", True),
        ("brier", "Mean squared distance of the probability from what happened.", "0–1", False),
        ("brier_skill", "1 − Brier ÷ the Brier of the share who left, known afterwards.", "up to 1, 0 is no skill", True),
        ("log_loss", "Mean negative log of the probability given to what happened.", "nats", False),
        ("calibration_error", "Mean distance of predicted from observed share, over ten equal bins.", "0–1", False),
        ("lift_at_10pct", "Share of leavers in the tenth most likely ÷ share in all.", "ratio, 1 is chance", True),
        ("recall_at_10pct", "Share of all leavers who are in the tenth most likely.", "0–1", True),
        ("threshold", "From this probability on somebody is called a leaver.", "0–1", None),
        ("precision", "Leavers among those called so.", "0–1", True),
        ("recall", "Leavers called so among all leavers.", "0–1", True),
        ("f1", "Harmonic mean of precision and recall at the threshold.", "0–1", True),
        ("accuracy", "Calls that were right at the threshold.", "0–1", True),
        ("base_rate", "Share who left.", "0–1", None),
        ("mean_predicted", "Mean of the probabilities.", "0–1", None),
        ("actual_total", "What came.", "currency or purchase days", None),
        ("predicted_total", "What was predicted.", "currency or purchase days", None),
        ("total_bias", "Predicted minus actual, over everybody.", "currency or purchase days", None),
        ("total_bias_pct", "(Predicted − actual) ÷ actual, over everybody.", "percent", None),
        ("normalized_gini", "How well the order of predictions finds the money; 1 is the best order.", "up to 1", True),
        ("spearman", "Rank correlation of predicted and actual.", "−1 to 1", True),
        ("top_decile_share", "Share of the actual total with the tenth predicted highest.", "0–1", True),
        ("r2", "1 − squared error ÷ squared distance from the mean.", "up to 1", True),
        ("rmse", "Root of the mean squared error.", "currency or purchase days", False),
        ("median_ape", "Middle absolute error in percent of the actual value, among buyers.", "percent", False),
        ("mae", "Mean absolute error.", "currency or purchase days", False),
        ("mae_of_zero", "Mean absolute error of predicting zero for everybody.", "currency or purchase days", None),
        ("pinball_10", "Pinball loss of the 10 % quantile.", "unit of the target", False),
        ("pinball_50", "Pinball loss of the median.", "unit of the target", False),
        ("pinball_90", "Pinball loss of the 90 % quantile.", "unit of the target", False),
        ("pinball", "Mean pinball loss of the quantiles that are given.", "unit of the target", False),
        ("share_above_high", "Actual values above the 90 % quantile; 10 % is right.", "0–1", None),
        ("share_below_low", "Actual values below the 10 % quantile; at most 10 % is right.", "0–1", None),
        ("coverage", "Actual times from the 10 % to the 90 % quantile, as far as the horizon shows; about 80 % is right.", "0–1", None),
        ("concordance", "Chance that of two customers the earlier to return was predicted earlier.", "0–1, 0.5 is chance", True),
    )
)  # fmt: skip
METRIC = {one.name: one for one in METRICS}


def probability_figures(
    predictions: Predictions, came: Numbers, sample: Sample, threshold: float = 0.5
) -> dict[str, Estimate]:
    """Return how well leavers (or whoever an outcome is true of) were told from the others, and how far the
    probabilities can be believed; ``came`` is 1 for them.
    """
    score, left = predictions.point, came
    p = np.clip(score, SMALLEST_P, 1 - SMALLEST_P)
    brier, loss = (score - left) ** 2, -(left * np.log(p) + (1 - left) * np.log(1 - p))
    called = (score >= threshold).astype(np.float64)
    bins = _one_hot(equal_bins(score)) * (score - left)[:, None]

    def ranks(weights: Weights, rows: Places) -> dict[str, Numbers]:
        ranking = Ranking(score[rows], weights)
        found = ranking.reached(left[rows])
        recall = ranking.share_in_top(found, TOP_SHARE)
        return {
            "roc_auc": ranking.roc_auc(found),
            "average_precision": ranking.average_precision(found),
            "lift_at_10pct": recall / TOP_SHARE,
            "recall_at_10pct": recall,
        }

    def levels(weights: Weights, rows: Places) -> dict[str, Numbers]:
        columns = np.column_stack([brier, loss, left, score, called, called * left, called == left, bins])
        means = _sums(columns[rows], weights) / weights.sum(axis=0)
        m_brier, m_loss, rate, mean, flagged, found, right = means[:7]
        return {
            "brier": m_brier,
            "brier_skill": 1 - m_brier / (rate * (1 - rate)),
            "log_loss": m_loss,
            "calibration_error": np.abs(means[7:]).sum(axis=0),
            "precision": found / flagged,
            "recall": found / rate,
            "f1": 2 * found / (flagged + rate),
            "accuracy": right,
            "base_rate": rate,
            "mean_predicted": mean,
        }

    figures = {"n_customers": Estimate(len(left)), **_defined(sample, ranks)}
    if not predictions.ranks_only:
        figures |= {**_defined(sample, levels), "threshold": Estimate(threshold)}
    return figures


class Perfect:
    """The Gini of actual values in the order of themselves, the best that any order reaches; worked out once."""

    def __init__(self, actual: Numbers) -> None:
        self._actual = actual
        self._known: dict[tuple[int, ...], Numbers] = {}

    def gini(self, weights: Weights, rows: Places) -> Numbers:
        """Return it for weights of one sample, which are told apart by their shape."""
        if weights.shape not in self._known:
            ranking = Ranking(self._actual[rows], weights)
            self._known[weights.shape] = ranking.gini(ranking.reached(self._actual[rows]))
        return self._known[weights.shape]


def amount_figures(
    predictions: Predictions, actual: Numbers, sample: Sample, perfect: Perfect | None = None
) -> dict[str, Estimate]:
    """Return how well amounts (money, purchase days) were told: the total, the order, the single customer, the band."""
    point, low, high = predictions.point, predictions.low, predictions.high
    best = perfect or Perfect(actual)
    mean = actual.mean() if len(actual) else 0.0
    centered = actual - mean  # so that the squares of large amounts keep their digits

    def ranks(weights: Weights, rows: Places) -> dict[str, Numbers]:
        ranking = Ranking(point[rows], weights)
        reached = ranking.reached(actual[rows])
        return {
            "normalized_gini": ranking.gini(reached) / best.gini(weights, rows),
            "top_decile_share": ranking.share_in_top(reached, TOP_SHARE),
        }

    def levels(weights: Weights, rows: Places) -> dict[str, Numbers]:
        columns = np.column_stack(
            [
                point,
                actual,
                (point - actual) ** 2,
                np.abs(point - actual),
                np.abs(actual),
                centered,
                centered**2,
            ]
        )
        n = weights.sum(axis=0)
        predicted, came, squared, distance, size, shift, spread = _sums(columns[rows], weights)
        return {
            "actual_total": came,
            "predicted_total": predicted,
            "total_bias": predicted - came,
            "total_bias_pct": 100 * (predicted - came) / np.where(came > 0, came, np.nan),
            "rmse": np.sqrt(squared / n),
            "r2": 1 - squared / np.where(spread > 0, spread - shift**2 / n, np.nan),
            "mae": distance / n,
            "mae_of_zero": size / n,
        }

    def bands(weights: Weights, rows: Places) -> dict[str, Numbers]:
        assert low is not None
        assert high is not None
        losses = (_pinball(actual, low, LOW), _pinball(actual, high, HIGH))
        columns = np.column_stack([*losses, actual > high, actual < low])
        at_low, at_high, above, below = _sums(columns[rows], weights) / weights.sum(axis=0)
        return {
            "pinball_10": at_low,
            "pinball_90": at_high,
            "pinball": (at_low + at_high) / 2,
            "share_above_high": above,
            "share_below_low": below,
        }

    figures = {
        "n_customers": Estimate(len(actual)),
        "spearman": Estimate(_spearman(point, actual)),
        **_defined(sample, ranks),
    }
    if not predictions.ranks_only:
        figures |= {**_defined(sample, levels), "median_ape": Estimate(_median_ape(point, actual))}
    if low is not None and high is not None:
        figures |= _defined(sample, bands)
    return figures


def timing_figures(
    predictions: Predictions, days: Numbers, horizon_days: int, sample: Sample
) -> dict[str, Estimate]:
    """Return how well the next order was dated, as far as the horizon shows: later than it and never are one.

    Times are cut at the horizon on both sides, which keeps quantiles what they are.
    """
    point, low, high = (
        None if one is None else np.minimum(np.nan_to_num(one, nan=np.inf), horizon_days)
        for one in (predictions.point, predictions.low, predictions.high)
    )
    assert point is not None
    actual = np.where(np.isnan(days), horizon_days, days)
    figures = {
        "n_customers": Estimate(len(actual)),
        "concordance": Estimate(concordance(predictions.point, actual, ~np.isnan(days))),
    }
    if predictions.ranks_only:
        return figures
    named = {"pinball_50": _pinball(actual, point, 0.5)}
    if low is not None and high is not None:
        named["pinball_10"], named["pinball_90"] = _pinball(actual, low, LOW), _pinball(actual, high, HIGH)
        named["coverage"] = ((actual >= low) & (actual <= high)).astype(np.float64)
    losses = [loss for name, loss in named.items() if name.startswith("pinball")]
    named["pinball"] = np.mean(losses, axis=0)

    def levels(weights: Weights, rows: Places) -> dict[str, Numbers]:
        means = _sums(np.column_stack(list(named.values()))[rows], weights) / weights.sum(axis=0)
        return dict(zip(named, means, strict=True))

    return figures | _defined(sample, levels)


def equal_bins(score: Numbers) -> NDArray[np.int64]:
    """Return the bin of each customer, from 0: ten with equally many, equal scores in one bin."""
    from scipy.stats import rankdata

    if not len(score):
        return np.zeros(0, np.int64)
    middle = (rankdata(score) - 0.5) / len(score)
    return np.asarray(np.minimum((middle * BINS).astype(np.int64), BINS - 1))


def concordance(score: Numbers, times: Numbers, happened: NDArray[np.bool_]) -> float:
    """Return Harrell's C: of pairs whose order is known, the share predicted in that order, half for ties.

    A pair's order is known when the earlier of the two really came back; who did not come back within the horizon
    came later than all who did.
    """
    order = np.argsort(np.where(np.isnan(score), np.inf, score), kind="stable")
    score, times, happened = score[order], times[order], happened[order]
    right, known = 0.0, 0
    for time in np.unique(times[happened]):
        later = score[(times > time) | ((times == time) & ~happened)]  # sorted as the whole is
        mine = score[happened & (times == time)]
        before, after = np.searchsorted(later, mine, "left"), np.searchsorted(later, mine, "right")
        right += float((len(later) - after).sum() + 0.5 * (after - before).sum())
        known += len(later) * len(mine)
    return right / known if known else float("nan")


def _defined(sample: Sample, compute: Computation) -> dict[str, Estimate]:
    return sample.estimates(compute) if len(sample.rows) else {}


def _sums(columns: Numbers, weights: Weights) -> Numbers:
    """Return the weighted sum of each column in each redraw: columns × redraws."""
    return np.asarray(columns.astype(weights.dtype).T @ weights, np.float64)


def _one_hot(bins: NDArray[np.int64]) -> Numbers:
    return np.asarray(bins[:, None] == np.arange(BINS), dtype=np.float64)


def _pinball(actual: Numbers, quantile: Numbers, share: float) -> Numbers:
    """Return the loss whose expectation is least at the quantile."""
    over = actual - quantile
    return np.asarray(np.where(over >= 0, share * over, (share - 1) * over))


def _spearman(point: Numbers, actual: Numbers) -> float:
    from scipy.stats import rankdata

    if len(point) < 2 or np.ptp(point) == 0 or np.ptp(actual) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(point), rankdata(actual))[0, 1])


def _median_ape(point: Numbers, actual: Numbers) -> float:
    buyers = actual > 0
    if not buyers.any():
        return float("nan")
    return float(np.median(100 * np.abs(point[buyers] - actual[buyers]) / actual[buyers]))

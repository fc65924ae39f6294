"""Too good to be true: what a model of leaving customers can only reach by looking into the window it predicts.

In this trade a recency AUC of 0.6 to 0.8 and a model a little above are what the future allows. Anything near 1 is a
label made from what is also a feature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regulars.evaluation.judged import Judged
from regulars.evaluation.ranking import Ranking
from regulars.models.contender import Contender
from regulars.models.matrix import Numbers
from regulars.models.training import Snapshot

FEATURE_AUC = 0.98
"""A single feature above this, at the median over cut-offs."""
MODEL_AUC = 0.95
AHEAD_OF_HABIT = 0.15
"""How far the lower bound of a model may lie above the best of recency, frequency and BG/NBD."""
HABIT_FEATURES = ("days_since_last_order", "n_orders")
HABIT_MODELS = ("recency", "frequency", "bg_nbd")
FEWEST_PER_CLASS = 25
"""With fewer leavers or stayers a high AUC may be luck, and a cut-off says nothing."""
MOST_ROWS = 2_000
"""A feature is looked at over so many customers of a cut-off."""


@dataclass(frozen=True)
class LeakReport:
    """Features and models that look too good to be true, each with a sentence; empty when all is well."""

    features: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    feature_aucs: Mapping[str, float] = field(default_factory=dict)

    def blocks(self, contender: Contender) -> str:
        """Return why a contender may not be published, or nothing."""
        if contender.target == "churn" and contender.name in self.models:
            return self.models[contender.name]
        read = [name for name in self.features if contender.inputs is None or name in contender.inputs]
        return self.features[read[0]] if read else ""


def leak_report(tests: Sequence[Snapshot], judged: Sequence[Judged]) -> LeakReport:
    """Look at every feature and every churn model over the past cut-offs.

    A cut-off at which too few left, or too few stayed, does not count.
    """
    telling = [one for one in tests if _can_tell(one.labels.churned[one.labels.is_at_risk])]
    if not telling:
        return LeakReport()
    aucs = feature_aucs(telling)
    features = {
        name: f"the feature {name} alone tells leavers from stayers with an AUC of {auc:.3f}: it must be made from what "
        "happens after the cut-off"
        for name, auc in aucs.items()
        if auc > FEATURE_AUC
    }
    return LeakReport(features, _models(telling, judged, aucs), aucs)


def feature_aucs(tests: Sequence[Snapshot]) -> dict[str, float]:
    """Return how well each feature tells leavers from stayers by itself, whichever way; the median over cut-offs."""
    names = tests[0].matrix.names
    found = np.array([[feature_auc(*_column(one, name)) for name in names] for one in tests])
    medians = np.median(found, axis=0)
    return {
        name: float(auc) for name, auc in sorted(zip(names, medians, strict=True), key=lambda row: -row[1])
    }


def _models(tests: Sequence[Snapshot], judged: Sequence[Judged], aucs: Mapping[str, float]) -> dict[str, str]:
    telling = {one.cutoff for one in tests}
    churn = [one for one in judged if one.target == "churn" and one.cutoff in telling]
    rows = {name: [one for one in churn if one.name == name] for name in sorted({one.name for one in churn})}
    medians = {name: float(np.median([one.value("roc_auc") for one in mine])) for name, mine in rows.items()}
    habits = [medians[name] for name in HABIT_MODELS if name in medians]
    habit = max(habits + [aucs[name] for name in HABIT_FEATURES if name in aucs], default=np.nan)
    strongest = next(iter(aucs))
    found = {}
    for name, mine in rows.items():
        named = f"; the feature that tells most by itself is {strongest} (AUC {aucs[strongest]:.3f})"
        low = _lower_bound(mine)
        if medians[name] > MODEL_AUC:
            found[name] = (
                f"{name} tells leavers from stayers with an AUC of {medians[name]:.3f}, which the future allows nobody{named}"
            )
        elif name not in HABIT_MODELS and low > habit + AHEAD_OF_HABIT:
            found[name] = (
                f"{name} has an AUC of at least {low:.3f}, more than {AHEAD_OF_HABIT} above what recency, frequency and BG/NBD "
                f"reach ({habit:.3f}){named}"
            )
    return found


def _lower_bound(rows: Sequence[Judged]) -> float:
    redraws = np.array([one.figures["roc_auc"].redraws for one in rows], dtype=np.float64)
    middle = np.median(redraws, axis=0)
    middle = middle[np.isfinite(middle)]
    return float(np.quantile(middle, 0.025)) if len(middle) else float("nan")


def _can_tell(churned: Numbers) -> bool:
    return bool(min(churned.sum(), len(churned) - churned.sum()) >= FEWEST_PER_CLASS)


def _column(one: Snapshot, name: str) -> tuple[Numbers, Numbers]:
    at_risk = one.labels.is_at_risk
    step = max(1, int(at_risk.sum()) // MOST_ROWS)
    return one.matrix.column(name)[at_risk][::step], one.labels.churned[at_risk][::step]


def feature_auc(values: Numbers, churned: Numbers) -> float:
    """Return the AUC of a feature either way; null counts as the least or as the most, whichever tells more."""
    if np.isnan(values).all():
        return 0.5
    found = []
    for filler in (-np.inf, np.inf) if np.isnan(values).any() else (0.0,):
        found.append(_auc(np.where(np.isnan(values), filler, values), churned))
    return float(max(max(auc, 1 - auc) for auc in found))


def _auc(values: Numbers, churned: Numbers) -> float:
    ranking = Ranking(values, np.ones((len(values), 1)))
    return float(ranking.roc_auc(ranking.reached(churned))[0])

"""One contender at one past cut-off: what it predicted, what came, and how good that was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulars.evaluation.bootstrap import Estimate, Sample
from regulars.evaluation.metrics import Perfect, amount_figures, probability_figures, timing_figures
from regulars.models.contender import KINDS, Contender, Judgeable, Kind, Predictions, Target
from regulars.models.matrix import Numbers
from regulars.models.training import Labels, Snapshot
from regulars.terms.windows import Cutoff


@dataclass(frozen=True)
class Judged:
    """A contender's predictions at a cut-off, beside what came; one row per customer who was asked about.

    An outcome given in the data has no cut-off.
    """

    contender: Judgeable
    cutoff: Cutoff | None
    customer_ids: NDArray[np.object_]
    predictions: Predictions
    observed: Numbers
    figures: Mapping[str, Estimate]
    importances: Mapping[str, float] = field(default_factory=dict)
    kind: Kind = "probability"

    @property
    def name(self) -> str:
        return self.contender.name

    @property
    def target(self) -> str:
        return self.contender.target

    def value(self, metric: str) -> float:
        """Return a figure; NaN where there is none."""
        found = self.figures.get(metric)
        return float("nan") if found is None else found.value


def observed(target: Target, labels: Labels) -> Numbers:
    """Return what a target predicts, as it came; of the next order the days to it, NaN when none came."""
    return {
        "churn": labels.churned,
        "orders": labels.n_orders_next,
        "value": labels.revenue_next,
        "next_order": labels.days_to_next_order,
    }[target]


def judge(
    contender: Contender,
    predictions: Predictions,
    snapshot: Snapshot,
    sample: Sample,
    threshold: float,
    importances: Mapping[str, float],
    perfect: Perfect | None = None,
) -> Judged:
    """Compare predictions for the rows of a snapshot with what came."""
    labels, target = snapshot.labels, contender.target
    came = observed(target, labels)
    if target == "churn":
        figures = probability_figures(predictions, came, sample, threshold)
    elif target == "next_order":
        figures = timing_figures(predictions, came, snapshot.horizon_days, sample)
    else:
        figures = amount_figures(predictions, came, sample, perfect)
    return Judged(
        contender,
        snapshot.cutoff,
        snapshot.matrix.customer_ids,
        predictions,
        came,
        figures,
        importances,
        KINDS[target],
    )

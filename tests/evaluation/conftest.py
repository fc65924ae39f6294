"""Snapshots written by hand, and contenders whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import numpy as np
import pytest

from regulars.evaluation.plan import Plan
from regulars.models.contender import CannotFit, Predictions, Target
from regulars.models.matrix import FeatureMatrix
from regulars.models.training import Labels, Snapshot, Training
from regulars.terms.windows import Cutoff

NAMES = ("days_since_last_order", "n_orders", "revenue_to_date", "oracle")
HORIZON_DAYS = 30
CUTOFFS = tuple(Cutoff(datetime(2025, month, 1)) for month in (3, 5, 7, 9, 11))
"""Two months apart, so that every window is over before the next cut-off."""


def snapshot(
    cutoff: Cutoff, n: int = 300, seed: int = 0, horizon_days: int = HORIZON_DAYS, **labels: Any
) -> Snapshot:
    """Make up customers: who bought lately and often comes back more likely; ``oracle`` is a weak hint."""
    dice = np.random.default_rng((seed, cutoff.at.month))
    days, orders = dice.integers(0, 200, n).astype(float), dice.geometric(0.4, n).astype(float)
    p_churn = 1 / (1 + np.exp(-(days - 70) / 60 + 0.5 * (orders - 2)))
    churned = (dice.random(n) < p_churn).astype(float)
    revenue = np.where(churned == 1, 0, orders * dice.gamma(2, 20, n))
    told: dict[str, Any] = {
        "is_at_risk": np.ones(n, bool), "churned": churned, "n_orders_next": 1 - churned, "revenue_next": revenue,
        "gross_revenue_next": revenue, "days_to_next_order": np.where(churned == 1, np.nan, dice.integers(0, horizon_days, n)),
    } | labels  # fmt: skip
    values = np.column_stack([days, orders, 30 * orders, dice.random(n)])
    ids = np.array([f"c{place:05d}" for place in range(n)], dtype=object)
    instants = np.full(n, np.datetime64(cutoff.at, "us"))
    return Snapshot(cutoff, horizon_days, FeatureMatrix(ids, instants, NAMES, values), Labels(**told))


@pytest.fixture
def snapshots() -> list[Snapshot]:
    return [snapshot(cutoff) for cutoff in CUTOFFS]


def plan(snapshots: Sequence[Snapshot], n_tests: int = 4, until: datetime = datetime(2026, 1, 1)) -> Plan:
    cutoffs = tuple(one.cutoff for one in snapshots)
    return Plan(
        Cutoff(until),
        snapshots[0].horizon_days if snapshots else HORIZON_DAYS,
        cutoffs,
        cutoffs[-n_tests:],
        "By hand.",
    )


@dataclass
class Told:
    """A contender that answers by a function of the matrix; it keeps every training it was given."""

    name: str
    answer: Callable[[FeatureMatrix], Any]
    target: Target = "churn"
    is_baseline: bool = False
    complexity: int = 10
    can_win: bool = True
    min_training_cutoffs: int = 0
    inputs: tuple[str, ...] | None = ()
    ranks_only: bool = False
    seen: list[Training] = field(default_factory=list)

    def fit(self, training: Training) -> Self:
        self.seen.append(training)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        found = self.answer(matrix)
        if isinstance(found, Predictions):
            return found
        return Predictions(np.asarray(found, float), ranks_only=self.ranks_only)


@dataclass
class Unable(Told):
    """A contender that can never be fitted."""

    def fit(self, training: Training) -> Self:
        raise CannotFit("nobody ever came back")


def likely(matrix: FeatureMatrix) -> Any:
    """Return the probability by which the made-up customers leave."""
    return 1 / (
        1
        + np.exp(-(matrix.column("days_since_last_order") - 70) / 60 + 0.5 * (matrix.column("n_orders") - 2))
    )


def by_recency(matrix: FeatureMatrix) -> Any:
    """Return a probability that knows of the last order alone, right on average."""
    return 1 / (1 + np.exp(-(matrix.column("days_since_last_order") - 70) / 60))

"""Orders and revenue by boosted trees that begin at what rhythm and spend say, and keep their total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from regulars.models.calibration import Bands
from regulars.models.contender import CannotFit
from regulars.models.explained import Explanation
from regulars.models.inputs import inputs_of
from regulars.models.learners import Trees
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.prepared import Prepared, prepared
from regulars.models.training import Training
from regulars.models.value import SeasonalOrders, SeasonalValue

ROUNDS = 80
SHAPE: Mapping[str, Any] = {"learning_rate": 0.05, "num_leaves": 8, "feature_fraction": 0.5}


class _Boosted(SeasonalOrders):
    """Trees learn by which factor customers like this one bring more or less than the plain answer."""

    name = "lightgbm"
    complexity = 50
    min_training_cutoffs = 3
    inputs: tuple[str, ...] | None = None
    objective: ClassVar[str]

    def fit(self, training: Training) -> Self:
        prepared(training).needs_rows()
        return super().fit(training)

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        plain = super().explain(matrix)
        inputs = inputs_of(matrix, self.purchases, self.horizon_days)
        parts, base = self.trees.contributions(inputs.values)
        both = np.hstack([plain.contributions, parts])
        names = (*plain.features, *self.trees.names)
        return Explanation.of(names, both, plain.base + base + self.shift, "log")

    def importances(self) -> Mapping[str, float]:
        return self.trees.importances()

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"trees": self.trees.to_json(), "shift": self.shift}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = super().from_json(found)
        model.trees, model.shift = Trees.from_json(found["trees"]), found["shift"]
        return model

    def _refine(self, shared: Prepared, past: Numbers) -> None:
        came = np.maximum(self._came(shared), 0.0)
        if not came.sum():
            raise CannotFit("No customer brought anything in the windows to learn from.")
        self.trees = Trees.fit(
            shared.binned,
            came,
            shared.level_weights,
            objective=self.objective,
            rounds=ROUNDS,
            start=np.log(past),
            **SHAPE,
        )
        present = self._plain(shared.present)
        raised = np.exp(self.trees.score(shared.inputs_of(shared.present).values))
        self.shift = float(np.log(present.sum() / (present @ raised))) if len(present) else 0.0

    def _banded(self, shared: Prepared, past: Numbers) -> Bands | None:
        raised = past * np.exp(self.trees.score(shared.inputs.values))
        return super()._banded(shared, raised)

    def _point(self, matrix: FeatureMatrix) -> Numbers:
        return super()._point(matrix) * self._raised(matrix)

    def _raised(self, matrix: FeatureMatrix) -> Numbers:
        """Return by which factor the trees go beyond the plain answer."""
        inputs = inputs_of(matrix, self.purchases, self.horizon_days)
        found: Numbers = np.exp(self.trees.score(inputs.values) + self.shift)
        return found


class BoostedOrders(_Boosted):
    """Purchase days by trees with a Poisson likelihood."""

    objective = "poisson"


class BoostedValue(_Boosted, SeasonalValue):
    """Revenue by trees with a Tweedie likelihood: many zeros, few large amounts."""

    objective = "tweedie"
    inputs: tuple[str, ...] | None = None

"""Who leaves: the probability of no order in the window, from the rhythm alone and from everything known.

All stand on the shop's clock. Those that learn from labels rank customers better, and take their level from the rhythm
until past windows with a full year of history behind them can say how high it really is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from regulars.models.calibration import shift_to_mean
from regulars.models.contender import Predictions, Target
from regulars.models.explained import SEASON, Explanation
from regulars.models.inputs import RHYTHM, inputs_of
from regulars.models.learners import Linear, Trees
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.prepared import Prepared, prepared
from regulars.models.purchases import Purchases, log_odds, probability
from regulars.models.training import Training

ROUNDS, LEARNING_RATE = 100, 0.08
RHYTHM_INPUTS = ("frequency", "recency", "T")


class SeasonalChurn:
    """Buy-till-you-die on the shop's clock, with the level that past windows show."""

    name = "bg_nbd_season"
    target: Target = "churn"
    is_baseline = False
    complexity = 35
    can_win = True
    min_training_cutoffs: int = 0
    inputs: tuple[str, ...] | None = RHYTHM_INPUTS

    def fit(self, training: Training) -> Self:
        shared = prepared(training)
        self.purchases, self.horizon_days = shared.purchases, training.horizon_days
        self._learn(shared)
        self.shift = self._level(shared)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        return Predictions(probability(self._score(matrix) + self.shift))

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """Take the log-odds apart into the customer's rhythm and the time of year."""
        score = self._score(matrix)
        pace = self.purchases.steady_pace(matrix, self.horizon_days)
        steady = log_odds(1 - self.purchases.p_active(matrix, self.horizon_days, pace))
        season = score - steady
        center = self.center
        parts = np.column_stack([steady - center, season])
        return Explanation.of(("overdue_ratio", SEASON), parts, center + self.shift, "log_odds")

    def to_json(self) -> dict[str, Any]:
        return {
            "purchases": self.purchases.to_json(),
            "horizon_days": self.horizon_days,
            "shift": self.shift,
            "center": self.center,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls()
        model.purchases = Purchases.from_json(found["purchases"])
        model.horizon_days, model.shift = found["horizon_days"], found["shift"]
        model.center = found["center"]
        return model

    center: float = 0.0
    """The shop's mean log-odds; contributions are told from there."""

    def _learn(self, shared: Prepared) -> None:
        self.center = float(shared.keep("rhythm_score", lambda: self._rhythm(shared.present)).mean())

    def _score(self, matrix: FeatureMatrix) -> Numbers:
        return self._rhythm(matrix)

    def _rhythm(self, matrix: FeatureMatrix) -> Numbers:
        return log_odds(1 - self.purchases.p_active(matrix, self.horizon_days))

    def _level(self, shared: Prepared) -> float:
        """Return what past windows add to the log-odds, as far as they can be trusted."""
        if not shared.trust:
            return 0.0
        past = shared.inputs.rhythm[:, 0]
        weights = shared.level_weights
        return shared.trust * shift_to_mean(
            past, float(np.average(shared.labels.churned, weights=weights)), weights
        )


class _TrainedChurn(SeasonalChurn):
    """What those that learn from labels share: the rows, and a level that leans on the rhythm until it can stand."""

    min_training_cutoffs = 3
    inputs: tuple[str, ...] | None = None

    def fit(self, training: Training) -> Self:
        shared = prepared(training)
        shared.needs_rows(training.labels.churned)
        return super().fit(training)

    def _level(self, shared: Prepared) -> float:
        own, rhythm = self._score_of(shared, shared.present), self._rhythm(shared.present)
        mean = shared.trust * probability(own).mean() + (1 - shared.trust) * probability(rhythm).mean()
        return shift_to_mean(own, float(mean)) if len(own) else 0.0

    def _score_of(self, shared: Prepared, matrix: FeatureMatrix) -> Numbers:
        return self._answer(shared.inputs_of(matrix).values)

    def _score(self, matrix: FeatureMatrix) -> Numbers:
        return self._answer(inputs_of(matrix, self.purchases, self.horizon_days).values)

    def _answer(self, values: Numbers) -> Numbers:
        raise NotImplementedError


class LinearChurn(_TrainedChurn):
    """Logistic regression on a customer's rhythm in shop days."""

    name = "logistic"
    complexity = 40

    def _learn(self, shared: Prepared) -> None:
        self.linear = _fitted_linear(shared)

    def _answer(self, values: Numbers) -> Numbers:
        return self.linear.score(values[:, : len(RHYTHM)])

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        values = inputs_of(matrix, self.purchases, self.horizon_days).rhythm
        parts, base = self.linear.contributions(values)
        return Explanation.of(RHYTHM, parts, base + self.shift, "log_odds")

    def importances(self) -> Mapping[str, float]:
        return {name: abs(float(slope)) for name, slope in zip(RHYTHM, self.linear.slopes, strict=True)}

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"linear": self.linear.to_json()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = super().from_json(found)
        model.linear = Linear.from_json(found["linear"])
        return model


class BoostedChurn(_TrainedChurn):
    """Boosted trees on every feature and on the rhythm."""

    name = "lightgbm"
    complexity = 50

    def _learn(self, shared: Prepared) -> None:
        self.trees = _fitted_trees(shared)

    def _answer(self, values: Numbers) -> Numbers:
        return self.trees.score(values)

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        inputs = inputs_of(matrix, self.purchases, self.horizon_days)
        parts, base = self.trees.contributions(inputs.values)
        return Explanation.of(self.trees.names, parts, base + self.shift, "log_odds")

    def importances(self) -> Mapping[str, float]:
        return self.trees.importances()

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"trees": self.trees.to_json()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = super().from_json(found)
        model.trees = Trees.from_json(found["trees"])
        return model


class AveragedChurn(_TrainedChurn):
    """The mean of the log-odds of the linear model and of the trees: what one overdoes the other does not."""

    name = "average"
    complexity = 60

    def _learn(self, shared: Prepared) -> None:
        self.linear, self.trees = _fitted_linear(shared), _fitted_trees(shared)

    def _answer(self, values: Numbers) -> Numbers:
        return (self.linear.score(values[:, : len(RHYTHM)]) + self.trees.score(values)) / 2

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        inputs = inputs_of(matrix, self.purchases, self.horizon_days)
        linear = Explanation.of(RHYTHM, *self.linear.contributions(inputs.rhythm), "log_odds")
        trees = Explanation.of(self.trees.names, *self.trees.contributions(inputs.values), "log_odds")
        both = linear.plus(trees, 0.5)
        return Explanation(both.features, both.contributions, both.base + self.shift, "log_odds")

    def importances(self) -> Mapping[str, float]:
        return self.trees.importances()

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"linear": self.linear.to_json(), "trees": self.trees.to_json()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = super().from_json(found)
        model.linear, model.trees = Linear.from_json(found["linear"]), Trees.from_json(found["trees"])
        return model


def _fitted_linear(shared: Prepared) -> Linear:
    return shared.keep(
        "churn_linear",
        lambda: Linear.fit(RHYTHM, shared.inputs.rhythm, shared.labels.churned, shared.weights),
    )


def _fitted_trees(shared: Prepared) -> Trees:
    return shared.keep(
        "churn_trees",
        lambda: Trees.fit(
            shared.binned,
            shared.labels.churned,
            shared.weights,
            objective="binary",
            rounds=ROUNDS,
            learning_rate=LEARNING_RATE,
        ),
    )

"""Models that take minutes, for `regulars backtest --compare`: run beside the others on the same past windows.

Most of them cannot be kept as text or JSON and cannot win; they are here because people ask how they would have done.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from regulars.models.churn import AveragedChurn
from regulars.models.contender import CannotFit, Contender, Predictions, Target
from regulars.models.inputs import inputs_of
from regulars.models.learners import SEED, Binned, Trees, threads
from regulars.models.matrix import FeatureMatrix
from regulars.models.prepared import Prepared, prepared
from regulars.models.purchases import Purchases
from regulars.models.training import Training

TREES = 200
ROWS_PER_TREE = 10_000
"""A customer's rows at a dozen past cut-offs tell nearly the same: a tree that draws so many of them finds leavers as well
as one that draws all, in a quarter of the time."""
SPENDERS_NEEDED = 100


class Comparison:
    """A classifier of scikit-learn or XGBoost on the features as they are; unknown values become −1."""

    target: Target = "churn"
    is_baseline = False
    complexity = 70
    can_win = False
    min_training_cutoffs = 1
    inputs: tuple[str, ...] | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    def fit(self, training: Training) -> Self:
        shared = prepared(training)
        shared.needs_rows(training.labels.churned)
        self.names = training.matrix.names
        values = shared.keep("known_features", lambda: _known(training.matrix))
        self.model = _classifier(self.name, len(values), threads(values))
        self.model.fit(values, training.labels.churned.astype(int))
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        found = self.model.predict_proba(_known(matrix))[:, 1]
        return Predictions(np.asarray(found, dtype=np.float64))

    def importances(self) -> Mapping[str, float]:
        weights = getattr(self.model, "feature_importances_", None)
        if weights is None:
            weights = np.abs(self.model[-1].coef_[0])
        return dict(zip(self.names, map(float, weights), strict=True))


class HurdleValue:
    """Whether anything is bought by the averaged churn model, how much by trees on those who bought."""

    name = "hurdle"
    target: Target = "value"
    is_baseline = False
    complexity = 65
    can_win = False
    min_training_cutoffs = 3
    inputs: tuple[str, ...] | None = None

    def fit(self, training: Training) -> Self:
        shared = prepared(training)
        bought = training.labels.revenue_next > 0
        if bought.sum() < SPENDERS_NEEDED:
            raise CannotFit(f"Only {int(bought.sum())} past customers bought; {SPENDERS_NEEDED} are needed.")
        self.purchases, self.horizon_days = shared.purchases, training.horizon_days
        self.churn = AveragedChurn().fit(training)
        self.trees = _spend_trees(shared, bought)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        inputs = inputs_of(matrix, self.purchases, self.horizon_days)
        staying = 1 - self.churn.predict(matrix).point
        return Predictions(staying * np.exp(self.trees.score(inputs.values)))


class ParetoPurchases:
    """Pareto/NBD on the calendar, which costs a hundred times as much as BG/NBD."""

    name = "pareto_nbd"
    is_baseline = True
    complexity = 31
    can_win = False
    min_training_cutoffs = 0
    inputs: tuple[str, ...] | None = ("frequency", "recency", "T")

    def __init__(self, target: Target) -> None:
        self.target: Target = target

    def fit(self, training: Training) -> Self:
        from regulars.models.btyd.pareto import ParetoNBD

        shared = prepared(training)
        calendar = shared.calendar_purchases.clock
        self.purchases = Purchases.fit(training.present, calendar, (ParetoNBD,))
        self.horizon_days = training.horizon_days
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        if self.target == "churn":
            return Predictions(1 - self.purchases.p_active(matrix, self.horizon_days))
        return Predictions(self.purchases.expected(matrix, self.horizon_days))


def compared() -> list[Contender]:
    """Return the models that are run on request; XGBoost where it is installed.

    >>> [one.name for one in compared()][:3]
    ['logistic_features', 'random_forest', 'balanced_forest']
    """
    names = ["logistic_features", "random_forest", "balanced_forest", "gradient_boosting"]
    if find_spec("xgboost"):
        names.append("xgboost")
    return [
        *(Comparison(name) for name in names),
        ParetoPurchases("churn"),
        ParetoPurchases("orders"),
        HurdleValue(),
    ]


def _classifier(name: str, n_rows: int, n_threads: int) -> Any:
    if name == "xgboost":
        from xgboost import XGBClassifier

        return XGBClassifier(
            n_estimators=TREES, max_depth=4, learning_rate=0.05, n_jobs=n_threads, random_state=SEED
        )
    from sklearn.ensemble import (  # type: ignore[import-untyped]
        GradientBoostingClassifier,
        RandomForestClassifier,
    )
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
    from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

    drawn = min(ROWS_PER_TREE, n_rows)
    forest = {
        "n_estimators": TREES, "min_samples_leaf": 5, "max_samples": drawn, "n_jobs": n_threads, "random_state": SEED,
    }  # fmt: skip
    return {
        "logistic_features": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)),
        "random_forest": lambda: RandomForestClassifier(**forest),
        "balanced_forest": lambda: RandomForestClassifier(class_weight="balanced", **forest),
        "gradient_boosting": lambda: GradientBoostingClassifier(
            subsample=min(0.5, drawn / n_rows), max_features=0.3, min_samples_leaf=50, random_state=SEED
        ),
    }[name]()


def _known(matrix: FeatureMatrix) -> NDArray[np.float32]:
    return np.nan_to_num(matrix.values, nan=-1.0).astype(np.float32)


def _spend_trees(shared: Prepared, bought: Any) -> Trees:
    inputs = shared.inputs
    return Trees.fit(
        Binned(inputs.names, inputs.values[bought]),
        shared.labels.revenue_next[bought],
        shared.level_weights[bought],
        objective="gamma",
        rounds=TREES,
        learning_rate=0.04,
    )

"""Models of a given outcome that are run beside the others: forests, other boosting, and SMOTE in front of those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Self

import numpy as np

from regulars.models.contender import CannotFit, Kind
from regulars.models.learners import SEED
from regulars.models.matrix import Numbers
from regulars.models.outcomes.encoding import Encoded
from regulars.models.outcomes.learned import BoostedOutcome, LinearOutcome, OutcomeModel

TREES = 100
NEIGHBORS = 5


class Compared(OutcomeModel):
    """A model of scikit-learn or XGBoost; its state is no text, so it cannot ship."""

    complexity, can_win = 70, False

    def __init__(self, name: str, target: str, kind: Kind) -> None:
        super().__init__(target, kind)
        self.name = name

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        if not rows.names:
            raise CannotFit("No column is left to learn from.")
        self.model = _estimator(self.name, self.kind)
        self.model.fit(rows.filled, values.astype(int) if self.kind == "probability" else values)
        return self

    def predict(self, rows: Encoded) -> Numbers:
        if self.kind == "probability":
            return np.asarray(self.model.predict_proba(rows.filled)[:, 1], dtype=np.float64)
        return np.asarray(self.model.predict(rows.filled), dtype=np.float64)

    def weights(self, rows: Encoded) -> Numbers:
        """Return its own importances; nothing where it has none."""
        found = getattr(self.model, "feature_importances_", None)
        return np.zeros(len(rows.names)) if found is None else np.asarray(found, dtype=np.float64)


class Oversampled(OutcomeModel):
    """Another model, learned after customers of the rarer kind were made up between real ones (SMOTE).

    They are made of the customers it learns from alone, so nobody it is judged by has a made-up neighbor in what it learned.

    Reference: Chawla et al. (2002).
    """

    def __init__(self, inner: OutcomeModel) -> None:
        super().__init__(inner.target, inner.kind)
        self.inner, self.name, self.complexity = inner, f"{inner.name}_smote", inner.complexity + 5

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        if not find_spec("imblearn"):
            raise CannotFit("SMOTE needs the extra `smote`: pip install 'regulars[smote]'.")
        from imblearn.over_sampling import SMOTE

        rarer = int(min(values.sum(), len(values) - values.sum()))
        if rarer < 2 or not rows.names:
            raise CannotFit(f"{rarer} customers of the rarer kind to make up more from; 2 are needed.")
        maker = SMOTE(k_neighbors=min(NEIGHBORS, rarer - 1), random_state=SEED)
        filled, told = maker.fit_resample(rows.filled, values.astype(int))
        ids = np.full(len(filled), "", dtype=object)
        self.inner.fit(replace(rows, customer_ids=ids, values=filled, filled=filled), told.astype(np.float64))
        return self

    def score(self, rows: Encoded) -> Numbers:
        return self.inner.score(_without_unknown(rows))

    def parts(self, rows: Encoded) -> tuple[Numbers, float]:
        return self.inner.parts(_without_unknown(rows))

    def weights(self, rows: Encoded) -> Numbers:
        return self.inner.weights(_without_unknown(rows))

    def to_json(self) -> dict[str, Any]:
        return self.inner.to_json()

    def read(self, state: Mapping[str, Any]) -> Self:
        self.inner.read(state)
        return self


def compared(target: str, kind: Kind) -> list[OutcomeModel]:
    """Return the models that are run for comparison; XGBoost where it is installed.

    >>> [one.name for one in compared("is_at_risk", "probability")][:2]
    ['random_forest', 'gradient_boosting']
    """
    names = ["random_forest", "gradient_boosting", *(["xgboost"] if find_spec("xgboost") else [])]
    return [Compared(name, target, kind) for name in names]


def oversampled(target: str) -> list[OutcomeModel]:
    """Return the models that may ship, with SMOTE in front."""
    return [Oversampled(one(target, "probability")) for one in (LinearOutcome, BoostedOutcome)]


def _without_unknown(rows: Encoded) -> Encoded:
    return replace(rows, values=rows.filled)


def _estimator(name: str, kind: Kind) -> Any:
    yes_no = kind == "probability"
    if name == "xgboost":
        import xgboost

        made = xgboost.XGBClassifier if yes_no else xgboost.XGBRegressor
        return made(n_estimators=TREES, max_depth=3, learning_rate=0.05, n_jobs=1, random_state=SEED)
    from sklearn import ensemble  # type: ignore[import-untyped]

    if name == "random_forest":
        made = ensemble.RandomForestClassifier if yes_no else ensemble.RandomForestRegressor
        return made(n_estimators=TREES, min_samples_leaf=3, n_jobs=1, random_state=SEED)
    made = ensemble.HistGradientBoostingClassifier if yes_no else ensemble.HistGradientBoostingRegressor
    return made(max_iter=100, learning_rate=0.05, max_leaf_nodes=7, min_samples_leaf=5, random_state=SEED)

"""What predicts a given outcome: plain rules, a linear model, boosted trees; all kept as numbers or text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from regulars.models.contender import CannotFit, Kind
from regulars.models.explained import Explanation, Link
from regulars.models.learners import Binned, Linear, Trees
from regulars.models.matrix import Numbers
from regulars.models.outcomes.encoding import Encoded

ROUNDS = 120
SMALL_TREES: dict[str, Any] = {
    "learning_rate": 0.05, "lambda_l2": 1.0, "feature_fraction": 0.8, "num_leaves": 7,
}  # fmt: skip
"""Customers tables are small and hold few columns; each tree may see most of them."""
FEWEST_ROWS = 20


class OutcomeModel:
    """One way to predict an outcome; ``fit`` learns from encoded customers and what is known of them."""

    name: str
    is_baseline = False
    complexity: int
    can_win = True
    min_training_cutoffs = 0
    inputs: tuple[str, ...] | None = None

    def __init__(self, target: str, kind: Kind) -> None:
        self.target, self.kind = target, kind

    @property
    def link(self) -> Link:
        return "log_odds" if self.kind == "probability" else "amount"

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        """Learn; raises `CannotFit` with the reason when there is nothing to learn from."""
        raise NotImplementedError

    def score(self, rows: Encoded) -> Numbers:
        """Return log-odds, or amounts."""
        raise NotImplementedError

    def parts(self, rows: Encoded) -> tuple[Numbers, float]:
        """Return what each input adds to the score, rows × inputs, and what it is added to."""
        raise NotImplementedError

    def weights(self, rows: Encoded) -> Numbers:
        """Return how much each input matters, in any unit."""
        return np.asarray(np.abs(self.parts(rows)[0]).mean(axis=0))

    def predict(self, rows: Encoded) -> Numbers:
        """Return a probability or an amount per customer."""
        score = self.score(rows)
        if self.kind != "probability":
            return score
        from scipy.special import expit

        return np.asarray(expit(score), dtype=np.float64)

    def explain(self, rows: Encoded) -> Explanation:
        """Take the scores apart by column; with the base the contributions add up to them."""
        parts, base = self.parts(rows)
        columns, summed = rows.by_column(parts)
        return Explanation(columns, summed, base, self.link)

    def importances(self, rows: Encoded) -> dict[str, float]:
        """Return how much each column matters, over the rows it was learned from."""
        columns, summed = rows.by_column(self.weights(rows)[None, :])
        return dict(zip(columns, map(float, summed[0]), strict=True))

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError

    def read(self, state: Mapping[str, Any]) -> Self:
        """Take on what `to_json` wrote."""
        raise NotImplementedError


class Mean(OutcomeModel):
    """Everybody gets the share of all, or the mean."""

    complexity, is_baseline = 0, True

    def __init__(self, target: str, kind: Kind) -> None:
        super().__init__(target, kind)
        self.name = "base_rate" if kind == "probability" else "mean"

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        mean = float(values.mean())
        if self.kind == "probability":
            share = float(np.clip(mean, 1e-6, 1 - 1e-6))
            mean = float(np.log(share / (1 - share)))
        self.level = mean
        return self

    def score(self, rows: Encoded) -> Numbers:
        return np.full(len(rows), self.level)

    def parts(self, rows: Encoded) -> tuple[Numbers, float]:
        return np.zeros((len(rows), len(rows.names))), self.level

    def to_json(self) -> dict[str, Any]:
        return {"level": self.level}

    def read(self, state: Mapping[str, Any]) -> Self:
        self.level = float(state["level"])
        return self


class LinearOutcome(OutcomeModel):
    """Logistic regression, or for amounts linear regression, lightly drawn toward zero; unknown is the middle."""

    complexity = 40

    def __init__(self, target: str, kind: Kind) -> None:
        super().__init__(target, kind)
        self.name = "logistic" if kind == "probability" else "linear"

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        if not rows.names:
            raise CannotFit("No column is left to learn from.")
        self.linear = _linear(rows.names, rows.filled, values, self.kind)
        return self

    def score(self, rows: Encoded) -> Numbers:
        return self.linear.score(rows.filled)

    def parts(self, rows: Encoded) -> tuple[Numbers, float]:
        return self.linear.contributions(rows.filled)

    def to_json(self) -> dict[str, Any]:
        return self.linear.to_json()

    def read(self, state: Mapping[str, Any]) -> Self:
        self.linear = Linear.from_json(state)
        return self


class BestColumn(LinearOutcome):
    """The one input that goes with the outcome most, and a line through it."""

    complexity, is_baseline = 10, True

    def __init__(self, target: str, kind: Kind) -> None:
        super().__init__(target, kind)
        self.name = "best_column"

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        if not rows.names:
            raise CannotFit("No column is left to learn from.")
        strength = np.abs([rank_correlation(rows.filled[:, one], values) for one in range(len(rows.names))])
        self.place = int(np.argmax(np.nan_to_num(strength)))
        chosen = slice(self.place, self.place + 1)
        self.linear = _linear(rows.names[chosen], rows.filled[:, chosen], values, self.kind)
        return self

    def score(self, rows: Encoded) -> Numbers:
        return self.linear.score(rows.filled[:, self.place : self.place + 1])

    def parts(self, rows: Encoded) -> tuple[Numbers, float]:
        one, base = self.linear.contributions(rows.filled[:, self.place : self.place + 1])
        parts = np.zeros((len(rows), len(rows.names)))
        parts[:, self.place] = one[:, 0]
        return parts, base

    def to_json(self) -> dict[str, Any]:
        return {"place": self.place, **self.linear.to_json()}

    def read(self, state: Mapping[str, Any]) -> Self:
        self.place = int(state["place"])
        return super().read(state)


class BoostedOutcome(OutcomeModel):
    """Boosted trees; they read unknown as unknown."""

    name, complexity = "lightgbm", 50

    def fit(self, rows: Encoded, values: Numbers) -> Self:
        if not rows.names:
            raise CannotFit("No column is left to learn from.")
        if len(rows) < FEWEST_ROWS:
            raise CannotFit(f"{len(rows)} customers to learn from; trees need {FEWEST_ROWS}.")
        objective = "binary" if self.kind == "probability" else "regression"
        codes = tuple(f"input_{place}" for place in range(len(rows.names)))  # names may hold any sign
        self.trees = Trees.fit(
            Binned(codes, rows.values),
            values,
            np.ones(len(rows)),
            objective=objective,
            rounds=ROUNDS,
            **SMALL_TREES,
        )
        return self

    def score(self, rows: Encoded) -> Numbers:
        return self.trees.score(rows.values)

    def parts(self, rows: Encoded) -> tuple[Numbers, float]:
        return self.trees.contributions(rows.values)

    def weights(self, rows: Encoded) -> Numbers:
        return np.array(list(self.trees.importances().values()))

    def to_json(self) -> dict[str, Any]:
        return self.trees.to_json()

    def read(self, state: Mapping[str, Any]) -> Self:
        self.trees = Trees.from_json(state)
        return self


def line_up(target: str, kind: Kind) -> list[OutcomeModel]:
    """Return whoever may ship, from the simplest on.

    >>> [one.name for one in line_up("is_at_risk", "probability")]
    ['base_rate', 'best_column', 'logistic', 'lightgbm']
    """
    return [one(target, kind) for one in (Mean, BestColumn, LinearOutcome, BoostedOutcome)]


def rank_correlation(left: Numbers, right: Numbers) -> float:
    """Return Spearman's correlation over rows where both are known; NaN when one of them does not differ."""
    from scipy.stats import rankdata

    known = np.isfinite(left) & np.isfinite(right)
    left, right = left[known], right[known]
    if len(left) < 3 or np.ptp(left) == 0 or np.ptp(right) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(left), rankdata(right))[0, 1])


def _linear(names: tuple[str, ...], values: Numbers, target: Numbers, kind: Kind) -> Linear:
    if kind == "probability":
        return Linear.fit(names, values, target, np.ones(len(target)), penalty=1.0)
    return Linear.fit_amount(names, values, target)

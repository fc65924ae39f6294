"""Plain rules that every model is printed beside, and must beat to be worth its trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np

from regulars.models.btyd.gamma_gamma import GammaGamma
from regulars.models.calibration import Bands
from regulars.models.contender import CannotFit, Contender, Predictions, Target
from regulars.models.explained import Explanation, Link
from regulars.models.learners import Linear
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.prepared import prepared
from regulars.models.purchases import NEAREST, Purchases, log_odds
from regulars.models.training import Training

YEAR = 365
LEAST = 1e-300
"""What is nothing at all is taken for this much, so that it has a logarithm."""
FEWEST_DAYS = 30
"""A customer known for less is taken as known for so long, or a first order would be a rate of one a day."""
LEAST_OF_MEAN = 0.01
"""An amount below this share of the mean, such as nothing, is taken for so much when a band is put around it; for 1 where
nothing is predicted of anybody."""
Amount = Callable[[FeatureMatrix, int], Numbers]


def _known(matrix: FeatureMatrix, name: str) -> Numbers:
    return np.nan_to_num(matrix.column(name))


def _days_known(matrix: FeatureMatrix) -> Numbers:
    return np.maximum(_known(matrix, "days_since_first_order") + 1, FEWEST_DAYS)


def _same_rate(column: str) -> Amount:
    return lambda matrix, days: _known(matrix, column) / _days_known(matrix) * days


def _last_year(column: str) -> Amount:
    return lambda matrix, days: _known(matrix, column) / YEAR * days


def _same_window(column: str) -> Amount:
    return lambda matrix, days: _known(matrix, column)


def _nothing(matrix: FeatureMatrix, days: int) -> Numbers:
    return np.zeros(len(matrix))


class Rule:
    """An amount straight from the features; nothing is learned but the horizon, and how far off it was."""

    is_baseline = True
    can_win = True
    min_training_cutoffs = 0

    def __init__(
        self, target: Target, name: str, complexity: int, inputs: tuple[str, ...], amount: Amount
    ) -> None:
        self.target: Target = target
        self.name, self.complexity, self.amount = name, complexity, amount
        self.inputs: tuple[str, ...] | None = inputs
        self.horizon_days = 0
        self.bands: Bands | None = None

    def fit(self, training: Training) -> Self:
        self.horizon_days = training.horizon_days
        self.bands = _bands(training, self.amount(training.matrix, self.horizon_days), self.target)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        return _between(self.amount(matrix, self.horizon_days), self.bands)

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """The amount is all of the first feature's doing."""
        amount = self.amount(matrix, self.horizon_days)[:, None]
        return Explanation.of((self.inputs or ())[:1], amount[:, : len(self.inputs or ())], 0.0, "amount")

    def to_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "name": self.name,
            "horizon_days": self.horizon_days,
            "bands": None if self.bands is None else self.bands.to_json(),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        rule = next(one for one in rules() if (one.target, one.name) == (found["target"], found["name"]))
        assert isinstance(rule, cls)
        rule.horizon_days = found["horizon_days"]
        rule.bands = _read(found.get("bands"))
        return rule


def rules() -> list[Rule]:
    """Return the plain rules for orders and revenue."""
    first = ("days_since_first_order",)
    same_orders, same_revenue = "n_orders_same_window_last_year", "revenue_same_window_last_year"
    return [
        Rule("orders", "nobody_returns", 0, (), _nothing),
        Rule("orders", "same_rate", 20, ("n_purchase_days", *first), _same_rate("n_purchase_days")),
        Rule("orders", "last_year", 10, ("n_orders_last_365d",), _last_year("n_orders_last_365d")),
        Rule("orders", "same_window_last_year", 10, (same_orders,), _same_window(same_orders)),
        Rule("value", "nobody_returns", 0, (), _nothing),
        Rule("value", "same_rate", 20, ("revenue_to_date", *first), _same_rate("revenue_to_date")),
        Rule("value", "last_year", 10, ("revenue_last_365d",), _last_year("revenue_last_365d")),
        Rule("value", "same_window_last_year", 10, (same_revenue,), _same_window(same_revenue)),
    ]


class BaseRate:
    """Everybody leaves with the probability that customers left with in the newest complete window."""

    name = "base_rate"
    target: Target = "churn"
    is_baseline = True
    complexity = 0
    can_win = True
    min_training_cutoffs = 1
    inputs: tuple[str, ...] | None = ()
    rate = 1.0

    def fit(self, training: Training) -> Self:
        self.rate = float(training.latest(1).labels.churned.mean()) if len(training.labels) else 1.0
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        return Predictions(np.full(len(matrix), self.rate))

    def to_json(self) -> dict[str, Any]:
        return {"rate": self.rate}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls()
        model.rate = found["rate"]
        return model


class SameRateChurn:
    """Orders go on coming at the customer's rate so far, at random: nobody ever leaves."""

    name = "same_rate"
    target: Target = "churn"
    is_baseline = True
    complexity = 20
    can_win = True
    min_training_cutoffs = 0
    inputs: tuple[str, ...] | None = ("n_purchase_days", "days_since_first_order")
    horizon_days = 0

    def fit(self, training: Training) -> Self:
        self.horizon_days = training.horizon_days
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        return Predictions(np.exp(-_same_rate("n_purchase_days")(matrix, self.horizon_days)))

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """Told from even odds, the rate is all there is."""
        score = log_odds(self.predict(matrix).point, NEAREST)
        return Explanation.of(("n_purchase_days",), score[:, None], 0.0, "log_odds")

    def to_json(self) -> dict[str, Any]:
        return {"horizon_days": self.horizon_days}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls()
        model.horizon_days = found["horizon_days"]
        return model


class OneFeatureChurn:
    """One feature, turned into a probability by a logistic curve; without labels it only ranks.

    ``leaves_with`` is +1 when customers with more of it leave more often, else −1.
    """

    target: Target = "churn"
    is_baseline = True
    complexity = 10
    can_win = True
    min_training_cutoffs = 0

    def __init__(self, name: str, feature: str, leaves_with: int) -> None:
        self.name, self.feature, self.leaves_with = name, feature, leaves_with
        self.inputs: tuple[str, ...] | None = (feature,)
        self.curve: Linear | None = None

    def fit(self, training: Training) -> Self:
        self.curve = None
        left = training.labels.churned
        if 0 < left.sum() < len(left):
            column = self._score(training.matrix)[:, None]
            self.curve = Linear.fit((self.feature,), column, left, prepared(training).weights)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        score = self._score(matrix)
        if self.curve is None:
            return Predictions(score, ranks_only=True)
        from scipy.special import expit

        return Predictions(np.asarray(expit(self.curve.score(score[:, None]))))

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """Told from a mean customer, by the one feature; without a curve there is no probability to explain."""
        if self.curve is None:
            return Explanation((), np.empty((len(matrix), 0)), 0.0, "log_odds")
        parts, base = self.curve.contributions(self._score(matrix)[:, None])
        return Explanation.of((self.feature,), parts, base, "log_odds")

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "feature": self.feature,
            "leaves_with": self.leaves_with,
            "curve": None if self.curve is None else self.curve.to_json(),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls(found["name"], found["feature"], found["leaves_with"])
        model.curve = None if found["curve"] is None else Linear.from_json(found["curve"])
        return model

    def _score(self, matrix: FeatureMatrix) -> Numbers:
        return self.leaves_with * np.log1p(_known(matrix, self.feature))


class CalendarPurchases:
    """BG/NBD on the calendar, as published: churn, orders, and with Gamma-Gamma revenue."""

    is_baseline = True
    complexity = 30
    can_win = True
    min_training_cutoffs = 0

    def __init__(self, target: Target) -> None:
        self.target: Target = target
        self.name = "bg_nbd_gamma_gamma" if target == "value" else "bg_nbd"
        spend = ("mean_repeat_order_value",) if target == "value" else ()
        self.inputs: tuple[str, ...] | None = ("frequency", "recency", "T", *spend)
        self.horizon_days = 0

    def fit(self, training: Training) -> Self:
        self.purchases = prepared(training).calendar_purchases
        self.horizon_days = training.horizon_days
        self.spend = _gamma_gamma(training.present) if self.target == "value" else None
        self.centers = {name: float(part.mean()) for name, part in self._parts(training.present).items()}
        self.bands = None
        if self.target != "churn":
            self.bands = _bands(training, self._expected(training.matrix), self.target)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        if self.target == "churn":
            return Predictions(1 - self.purchases.p_active(matrix, self.horizon_days))
        return _between(self._expected(matrix), self.bands)

    @property
    def note(self) -> str:
        """Say which assumption the customers do not bear out; empty where none is known."""
        return "" if self.spend is None else self.spend.assumption_

    def _expected(self, matrix: FeatureMatrix) -> Numbers:
        found = self.purchases.expected(matrix, self.horizon_days)
        if self.spend is not None:
            found = found * np.asarray(self.spend.expected_spend(*_repeat_spend(matrix)))
        return found

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """Take the score apart into rhythm and, for revenue, spend; told from the shop's mean."""
        columns = [part - self.centers[name] for name, part in self._parts(matrix).items()]
        link: Link = "log_odds" if self.target == "churn" else "log"
        return Explanation.of(tuple(self.centers), np.column_stack(columns), sum(self.centers.values()), link)

    def _parts(self, matrix: FeatureMatrix) -> dict[str, Numbers]:
        """Return what is added up, by the feature it stands for."""
        if self.target == "churn":
            return {
                "overdue_ratio": log_odds(1 - self.purchases.p_active(matrix, self.horizon_days), NEAREST)
            }
        expected = self.purchases.expected(matrix, self.horizon_days)
        found = {"overdue_ratio": np.log(np.maximum(expected, LEAST))}
        if self.spend is not None:
            spend = np.asarray(self.spend.expected_spend(*_repeat_spend(matrix)))
            found["mean_order_value"] = np.log(np.maximum(spend, LEAST))
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "purchases": self.purchases.to_json(),
            "horizon_days": self.horizon_days,
            "spend": None if self.spend is None else self.spend.to_json(),
            "centers": self.centers,
            "bands": None if self.bands is None else self.bands.to_json(),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls(found["target"])
        model.purchases, model.horizon_days = Purchases.from_json(found["purchases"]), found["horizon_days"]
        model.spend = None if found["spend"] is None else GammaGamma.from_json(found["spend"])
        model.centers = dict(found["centers"])
        model.bands = _read(found.get("bands"))
        return model


def baselines() -> list[Contender]:
    """Return every plain rule for churn, orders and revenue."""
    found: list[Contender] = [
        BaseRate(),
        SameRateChurn(),
        OneFeatureChurn("recency", "days_since_last_order", 1),
        OneFeatureChurn("frequency", "n_orders", -1),
        OneFeatureChurn("same_window_last_year", "n_orders_same_window_last_year", -1),
        CalendarPurchases("churn"),
        CalendarPurchases("orders"),
        CalendarPurchases("value"),
    ]
    return found + list(rules())


def _bands(training: Training, past: Numbers, target: Target) -> Bands | None:
    """Return how far off a rule was over past windows; None where there is none."""
    mean = float(np.maximum(past, 0).mean()) if len(past) else 0.0
    return prepared(training).bands(past, target, LEAST_OF_MEAN * mean if mean > 0 else 1.0)


def _read(bands: Mapping[str, Any] | None) -> Bands | None:
    return None if bands is None else Bands.from_json(bands)


def _between(point: Numbers, bands: Bands | None) -> Predictions:
    return Predictions(point) if bands is None else Predictions(point, *bands.around(point))


def _gamma_gamma(present: FeatureMatrix) -> GammaGamma:
    """Return the fit, flat or not: where customers do not tell how they differ, it is near everybody's mean, and finite."""
    spend = GammaGamma().fit(*_repeat_spend(present))
    if not spend.n_customers_:
        raise CannotFit(spend.status_.sentence)
    return spend


def _repeat_spend(matrix: FeatureMatrix) -> tuple[Numbers, Numbers]:
    return _known(matrix, "frequency"), _known(matrix, "mean_repeat_order_value")

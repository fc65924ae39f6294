"""How many orders and how much revenue: expected purchases on the shop's clock times what a purchase brings.

The level comes from past windows; the order of customers from the rhythm and the spend, or from boosted trees that begin
there. Bands come from how far customers were off in the past.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from regulars.models.calibration import Bands, factor
from regulars.models.contender import Predictions, Target
from regulars.models.explained import SEASON, Explanation
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.prepared import Prepared, prepared
from regulars.models.purchases import Purchases
from regulars.models.season import SeasonClock, days_of
from regulars.models.spend import Spend
from regulars.models.training import Training

SMALLEST = 1e-4
"""Expected purchases, and spend in typical purchases, are kept above, so that they have a logarithm."""


class SeasonalOrders:
    """Expected purchase days by buy-till-you-die on the shop's clock, with the level of past windows."""

    name = "bg_nbd_season"
    target: Target = "orders"
    is_baseline = False
    complexity = 35
    can_win = True
    min_training_cutoffs: int = 0
    inputs: tuple[str, ...] | None = ("frequency", "recency", "T")

    def fit(self, training: Training) -> Self:
        shared = prepared(training)
        self.horizon_days, self.purchases = training.horizon_days, shared.purchases
        self._learn(shared)
        past = self._plain(shared.matrix) if len(shared.matrix) else np.empty(0)
        self.factor = self._level(shared, past)
        rhythm = self._parts(shared.present)["overdue_ratio"]
        self.center = float(np.log(rhythm).mean()) if len(rhythm) else 0.0
        self._refine(shared, past * self.factor)
        self.bands = self._banded(shared, past * self.factor)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        point = self._point(matrix)
        if self.bands is None:
            return Predictions(point)
        return Predictions(point, *self.bands.around(point))

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """Take the logarithm apart into rhythm, spend and the time of year."""
        parts = self._parts(matrix)
        rhythm = np.log(parts.pop("overdue_ratio"))
        columns = [rhythm - self.center, *(np.log(one) for one in parts.values())]
        base = self.center + float(np.log(self.factor * self._unit()))
        return Explanation.of(("overdue_ratio", *parts), np.column_stack(columns), base, "log")

    def to_json(self) -> dict[str, Any]:
        return {
            "purchases": self.purchases.to_json(),
            "horizon_days": self.horizon_days,
            "factor": self.factor,
            "center": self.center,
            "bands": None if self.bands is None else self.bands.to_json(),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls()
        model.purchases = Purchases.from_json(found["purchases"])
        model.horizon_days, model.factor = found["horizon_days"], found["factor"]
        model.center = found["center"]
        model.bands = None if found["bands"] is None else Bands.from_json(found["bands"])
        return model

    def _learn(self, shared: Prepared) -> None:
        """Learn what the plain answer needs beside the rhythm."""

    def _refine(self, shared: Prepared, past: Numbers) -> None:
        """Learn what goes beyond the plain answer for past rows."""

    def _unit(self) -> float:
        """Return what one typical purchase counts."""
        return 1.0

    def _level(self, shared: Prepared, past: Numbers) -> float:
        """Return what past windows say the plain answer has to be multiplied by."""
        return factor(past, self._came(shared), shared.level_weights)

    def _came(self, shared: Prepared) -> Numbers:
        return shared.came(self.target)

    def _point(self, matrix: FeatureMatrix) -> Numbers:
        return self._plain(matrix) * self.factor

    def _plain(self, matrix: FeatureMatrix) -> Numbers:
        parts = np.array(list(self._parts(matrix).values()))
        return np.asarray(parts.prod(axis=0) * self._unit(), dtype=np.float64)

    def _parts(self, matrix: FeatureMatrix) -> dict[str, Numbers]:
        """Return what is multiplied, by the feature it stands for; all above zero."""
        expected = np.maximum(self.purchases.expected(matrix, self.horizon_days), SMALLEST)
        pace = _pace(self.purchases.clock, matrix, self.horizon_days)
        return {"overdue_ratio": expected / pace, SEASON: pace}

    def _banded(self, shared: Prepared, past: Numbers) -> Bands | None:
        """Learn how far off the predictions for past rows were; nothing without any."""
        return shared.bands(past, self.target)


class SeasonalValue(SeasonalOrders):
    """Expected purchase days times what a purchase day of the customer brings, both with the season."""

    target: Target = "value"
    inputs: tuple[str, ...] | None = (
        "frequency",
        "recency",
        "T",
        "revenue_to_date",
        "n_purchase_days",
    )

    def _learn(self, shared: Prepared) -> None:
        self.spend = Spend.of(shared.present)
        self.money_clock = shared.money_clock

    def _level(self, shared: Prepared, past: Numbers) -> float:
        """The level of orders is learned at once; that of spend as far as past windows can be trusted."""
        if not len(past):
            return 1.0
        orders = super()._parts(shared.matrix)
        n = orders["overdue_ratio"] * orders[SEASON]
        of_orders = factor(n, shared.labels.n_orders_next, shared.level_weights)
        of_both = super()._level(shared, past)
        return float(of_orders * (of_both / of_orders) ** shared.trust)

    def _parts(self, matrix: FeatureMatrix) -> dict[str, Numbers]:
        rhythm = super()._parts(matrix)["overdue_ratio"]
        spend = np.maximum(self.spend.per_purchase(matrix) / self.spend.typical, SMALLEST)
        pace = _pace(self.money_clock, matrix, self.horizon_days)
        return {"overdue_ratio": rhythm, "mean_order_value": spend, SEASON: pace}

    def _unit(self) -> float:
        return self.spend.typical

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {
            "spend": self.spend.to_json(),
            "money_clock": self.money_clock.to_json(),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = super().from_json(found)
        model.spend = Spend.from_json(found["spend"])
        model.money_clock = SeasonClock.from_json(found["money_clock"])
        return model


def _pace(clock: SeasonClock, matrix: FeatureMatrix, horizon_days: int) -> Numbers:
    """Return how fast the shop's clock runs in each row's window; 1 is the mean of a year."""
    day = days_of(matrix.cutoffs)
    return clock.between(day, day + horizon_days) / horizon_days

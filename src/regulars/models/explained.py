"""A score taken apart: what each feature added, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from regulars.models.matrix import FeatureMatrix, Numbers

SEASON = "season"
"""Stands for what the time of year adds."""

FEATURE_OF = {
    "rhythm_log_odds": "overdue_ratio",
    "rhythm_log_orders": "overdue_ratio",
    "log_overdue": "overdue_ratio",
    "shop_days_since_last_order": "days_since_last_order",
    "shop_days_first_to_last": "active_span_days",
    "shop_days_since_first_order": "days_since_first_order",
    "log_purchase_days": "n_purchase_days",
    "orders_last_30_shop_days": "n_orders_last_30d",
    "orders_last_90_shop_days": "n_orders_last_90d",
    "log_orders_last_365d": "n_orders_last_365d",
    "ordered_same_window_last_year": "n_orders_same_window_last_year",
    "share_of_months_active": "activity_rate",
    "log_mean_order_value": "mean_order_value",
    "log_n_products": "n_products",
    "share_cancelled": "cancelled_order_share",
}
"""Which feature of the catalog an input of the models stands for, where it has another name."""


Link = Literal["log_odds", "log", "amount"]


@dataclass(frozen=True)
class Explanation:
    """``base`` plus a row's contributions is its score: log-odds, the logarithm of an amount, or an amount as it is."""

    features: tuple[str, ...]
    contributions: Numbers
    base: float
    link: Link

    @property
    def scores(self) -> Numbers:
        found: Numbers = self.base + self.contributions.sum(axis=1)
        return found

    @property
    def predictions(self) -> Numbers:
        """Return what the scores mean: probabilities, or amounts."""
        if self.link == "amount":
            return self.scores
        if self.link == "log":
            return np.exp(self.scores)
        from scipy.special import expit

        return np.asarray(expit(self.scores))

    @classmethod
    def of(cls, inputs: Sequence[str], contributions: Numbers, base: float, link: Link) -> Explanation:
        """Add up what inputs say that stand for the same feature."""
        names = [FEATURE_OF.get(name, name) for name in inputs]
        features = tuple(dict.fromkeys(names))
        place = {name: number for number, name in enumerate(features)}
        summed = np.zeros((len(contributions), len(features)))
        for number, name in enumerate(names):
            summed[:, place[name]] += contributions[:, number]
        return cls(features, summed, base, link)

    def plus(self, other: Explanation, share: float) -> Explanation:
        """Return the mixture of two explanations of the same rows; ``share`` is the other's."""
        names = (*self.features, *other.features)
        both = np.hstack([self.contributions * (1 - share), other.contributions * share])
        return Explanation.of(names, both, self.base * (1 - share) + other.base * share, self.link)


@runtime_checkable
class Explains(Protocol):
    """A contender that can take its scores apart, row by row."""

    def explain(self, matrix: FeatureMatrix) -> Explanation: ...

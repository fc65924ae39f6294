"""What trained models read: the features, and what a customer's rhythm on the shop's clock says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.purchases import Purchases, log_odds
from regulars.models.season import days_of

NOT_READ = ("cutoff_day_of_year_sin", "cutoff_day_of_year_cos")
"""The season comes in through the clock; of a single year, trees would learn the dates by heart."""
USUAL_GAP_DAYS, EARLY_DAYS = 20.0, 3.0
"""A usual gap begins as if one of so many days had been seen, and nobody is overdue in the first days."""

RHYTHM = (
    "rhythm_log_odds", "rhythm_log_orders", "shop_days_since_last_order", "shop_days_first_to_last",
    "shop_days_since_first_order", "log_purchase_days", "orders_last_30_shop_days", "orders_last_90_shop_days",
    "log_orders_last_365d", "log_overdue", "ordered_same_window_last_year", "share_of_months_active",
    "log_mean_order_value", "log_n_products", "share_cancelled",
)  # fmt: skip
"""Each alike on any scale, so that a linear model can read them; null becomes 0."""


@dataclass(frozen=True)
class Inputs:
    """Rows × inputs; the first columns are those of `RHYTHM`, then every feature as it is."""

    names: tuple[str, ...]
    values: Numbers

    @property
    def rhythm(self) -> Numbers:
        return self.values[:, : len(RHYTHM)]


def inputs_of(matrix: FeatureMatrix, purchases: Purchases, horizon_days: int) -> Inputs:
    """Return what trained models read of each row; the matrix keeps it for the next one that asks.

    Time: every row as of its own cut-off.
    """

    def made() -> Inputs:
        features = matrix.without(*NOT_READ)
        rhythm = _rhythm(matrix, purchases, horizon_days)
        return Inputs((*RHYTHM, *features.names), np.column_stack([rhythm, features.values]))

    return matrix.keep("inputs", purchases, horizon_days, made)


def _rhythm(matrix: FeatureMatrix, purchases: Purchases, horizon_days: int) -> Numbers:
    clock, day = purchases.clock, days_of(matrix.cutoffs)

    def feature(name: str) -> Numbers:
        return np.nan_to_num(matrix.column(name)) if name in matrix else np.zeros(len(matrix))

    def shop_days_before(days: Numbers) -> Numbers:
        return clock.between(day - days.astype(np.int64), day)

    def per_shop_days(name: str, days: int) -> Numbers:
        return feature(name) * days / np.maximum(shop_days_before(np.full(len(matrix), days)), days / 5)

    since = shop_days_before(feature("days_since_last_order"))
    age = shop_days_before(feature("T"))
    between = np.maximum(age - shop_days_before(feature("T") - feature("recency")), 0)
    usual_gap = (between + USUAL_GAP_DAYS) / (feature("frequency") + 1)
    columns = (
        log_odds(1 - purchases.p_active(matrix, horizon_days)),
        np.log(purchases.expected(matrix, horizon_days) + 1e-3),
        np.log1p(since),
        between,
        np.log1p(age),
        np.log1p(feature("n_purchase_days")),
        per_shop_days("n_orders_last_30d", 30),
        per_shop_days("n_orders_last_90d", 90),
        np.log1p(feature("n_orders_last_365d")),
        np.log((since + EARLY_DAYS) / usual_gap),
        feature("n_orders_same_window_last_year") > 0,
        feature("activity_rate"),
        np.log1p(np.maximum(feature("mean_order_value"), 0)),
        np.log1p(feature("n_products")),
        feature("cancelled_order_share"),
    )
    return np.column_stack([np.asarray(one, dtype=np.float64) for one in columns])

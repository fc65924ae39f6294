"""When the next order comes: the median with quantiles, and the probabilities of the windows ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from regulars.models.churn import AveragedChurn
from regulars.models.contender import Predictions, Target
from regulars.models.explained import SEASON, Explanation
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.prepared import Prepared, prepared
from regulars.models.purchases import NEAREST, Purchases, log_odds
from regulars.models.training import Training

WITHIN_DAYS = 365
QUANTILES = np.array([0.1, 0.5, 0.9])
DAYS = np.concatenate([np.arange(1.0, 91), np.arange(92.0, 181, 2), np.arange(185.0, WITHIN_DAYS + 1, 5)])
"""Days at which chances are looked at: each of the next three months, then fewer."""
ROWS = 50_000
SMALLEST_P, LARGEST_P = 1e-300, 1 - 1e-12
WINDOWS = (("active", 30), ("warming", 90))
"""A window is over after so many days; what comes later is the last one's."""
LAST_WINDOW = "dormant"
SLOWEST, FASTEST = 0.3, 3.0
AS_IF_RIGHT = 50.0


class SeasonalTiming:
    """Buy-till-you-die on the shop's clock, whose pace is set so that past windows come true."""

    name = "bg_nbd_season"
    target: Target = "next_order"
    is_baseline = False
    complexity = 35
    can_win = True
    min_training_cutoffs: int = 0
    inputs: tuple[str, ...] | None = ("frequency", "recency", "T")

    def fit(self, training: Training) -> Self:
        shared = prepared(training)
        self.purchases, self.horizon_days = shared.purchases, training.horizon_days
        self.pace = shared.keep("pace", lambda: _pace(shared))
        self.center = _mean_score(self, training.present)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        found = np.floor(self.purchases.days_to_next(matrix, QUANTILES, WITHIN_DAYS, self.pace))
        return Predictions(found[:, 1], found[:, 0], found[:, 2])

    def p_within(self, matrix: FeatureMatrix, days: int) -> Numbers:
        """Return the probability of an order within so many days."""
        return self.purchases.p_active(matrix, days, self.pace)

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """Say why an order comes soon: the log-odds of one within the horizon, by rhythm and time of year."""
        score = log_odds(self.p_within(matrix, self.horizon_days), NEAREST)
        pace = self.pace * self.purchases.steady_pace(matrix, self.horizon_days)
        steady = log_odds(self.purchases.p_active(matrix, self.horizon_days, pace), NEAREST)
        parts = np.column_stack([steady - self.center, score - steady])
        return Explanation.of(("overdue_ratio", SEASON), parts, self.center, "log_odds")

    def to_json(self) -> dict[str, Any]:
        return {
            "purchases": self.purchases.to_json(),
            "pace": self.pace,
            "horizon_days": self.horizon_days,
            "center": self.center,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls()
        model.purchases, model.pace = Purchases.from_json(found["purchases"]), found["pace"]
        model.horizon_days, model.center = found["horizon_days"], found["center"]
        return model


class ShapedTiming(SeasonalTiming):
    """The same, with each customer's chance of any order in the window from everything known of them.

    Within the window and after it, orders are spread as the rhythm says; how likely one is at all, the averaged churn
    model says. So the days agree with its probabilities.
    """

    name = "average"
    complexity = 60
    min_training_cutoffs = 3
    inputs: tuple[str, ...] | None = None

    def fit(self, training: Training) -> Self:
        super().fit(training)
        self.churn = AveragedChurn().fit(training)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        parts = [matrix.rows(slice(start, start + ROWS)) for start in range(0, len(matrix), ROWS)]
        found = np.vstack([np.empty((0, len(QUANTILES))), *(self._quantiles(part) for part in parts)])
        return Predictions(found[:, 1], found[:, 0], found[:, 2])

    def p_within(self, matrix: FeatureMatrix, days: int) -> Numbers:
        return self._chances(matrix, np.array([float(days)]))[:, 0]

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """An order within the horizon is what the churn model says is left: its reasons, the other way round."""
        leaving = self.churn.explain(matrix)
        return Explanation(leaving.features, -leaving.contributions, -leaving.base, "log_odds")

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"churn": self.churn.to_json()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = super().from_json(found)
        model.churn = AveragedChurn.from_json(found["churn"])
        return model

    def _chances(self, matrix: FeatureMatrix, days: Numbers) -> Numbers:
        """Return the probability of an order within each number of days."""
        plain = self.purchases.p_active_by_day(matrix, np.append(days, self.churn.horizon_days), self.pace)
        within, at_end = plain[:, :-1], np.clip(plain[:, -1:], SMALLEST_P, LARGEST_P)
        staying = 1 - self.churn.predict(matrix).point[:, None]
        inside = within / at_end * staying
        beyond = 1 - (1 - within) / (1 - at_end) * (1 - staying)
        found: Numbers = np.clip(np.where(within <= at_end, inside, beyond), 0.0, 1.0)
        return found

    def _quantiles(self, matrix: FeatureMatrix) -> Numbers:
        """Return the first day by whose end an order came with each probability, counted from 0."""
        chances = self._chances(matrix, DAYS)
        found = np.full((len(matrix), len(QUANTILES)), np.inf)
        for column, quantile in enumerate(QUANTILES):
            place = (chances < quantile).sum(axis=1)
            reached = place < len(DAYS)
            found[reached, column] = DAYS[place[reached]] - 1
        return found


class CalendarTiming(SeasonalTiming):
    """The same on the calendar, as fitted: what everybody has."""

    name = "bg_nbd"
    is_baseline = True
    complexity = 30

    def fit(self, training: Training) -> Self:
        self.purchases, self.pace = prepared(training).calendar_purchases, 1.0
        self.horizon_days = training.horizon_days
        self.center = _mean_score(self, training.present)
        return self


def _mean_score(timing: SeasonalTiming, present: FeatureMatrix) -> float:
    """Return the shop's mean log-odds of an order within the horizon; reasons are told from there."""
    if not len(present):
        return 0.0
    return float(log_odds(timing.purchases.p_active(present, timing.horizon_days, timing.pace)).mean())


def window_of(median_days: Numbers) -> list[str]:
    """Return the window in which the next order lies at the median.

    >>> window_of(np.array([29.0, 30.0, 90.0, np.inf]))
    ['active', 'active', 'warming', 'dormant']
    """
    names = [name for name, _ in WINDOWS] + [LAST_WINDOW]
    places = np.searchsorted([days for _, days in WINDOWS], median_days, side="left")
    return [names[place] for place in places]


def _pace(shared: Prepared) -> float:
    """Return how much faster than fitted the clock has to run for past windows to hold as many buyers as they did."""
    if not len(shared.matrix):
        return 1.0
    weights, days = shared.level_weights, shared.horizon_days
    rows = len(shared.matrix)
    trust = rows / (rows + AS_IF_RIGHT)
    came = float(np.average(1 - shared.labels.churned, weights=weights))
    asked = shared.purchases.of(shared.matrix)
    expected = float(np.average(asked.p_active(days), weights=weights))
    wanted = trust * came + (1 - trust) * expected
    low, high = SLOWEST, FASTEST
    for _ in range(20):
        middle = float(np.sqrt(low * high))
        reached = np.average(asked.p_active(days, middle), weights=weights)
        low, high = (middle, high) if reached < wanted else (low, middle)
    return float(np.sqrt(low * high))


class UsualGap:
    """The next order comes as long after the last one as orders usually do; at once when that is over."""

    name = "usual_gap"
    target: Target = "next_order"
    is_baseline = True
    complexity = 10
    can_win = True
    min_training_cutoffs = 0
    inputs: tuple[str, ...] | None = ("median_days_between_orders", "days_since_last_order")
    usual_days = float(WITHIN_DAYS)

    def fit(self, training: Training) -> Self:
        gaps = training.present.column("median_days_between_orders")
        known = gaps[np.isfinite(gaps)]
        self.usual_days = float(np.median(known)) if len(known) else float(WITHIN_DAYS)
        return self

    def predict(self, matrix: FeatureMatrix) -> Predictions:
        gaps = matrix.column("median_days_between_orders")
        left = np.where(np.isfinite(gaps), gaps, self.usual_days) - matrix.column("days_since_last_order")
        return Predictions(np.maximum(left - 1, 0.0))

    def explain(self, matrix: FeatureMatrix) -> Explanation:
        """The days that are left, all of the rhythm's doing."""
        return Explanation.of(("overdue_ratio",), self.predict(matrix).point[:, None], 0.0, "amount")

    def to_json(self) -> dict[str, Any]:
        return {"usual_days": self.usual_days}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        model = cls()
        model.usual_days = found["usual_days"]
        return model

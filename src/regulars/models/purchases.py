"""When and how often: a buy-till-you-die model on the shop's clock, and the same on the calendar as a baseline."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.choice import fit_best, model_from_json
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.sufficient import compress
from regulars.models.btyd.transactions import PurchaseModel
from regulars.models.contender import CannotFit
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.season import Days, SeasonClock, days_of

SMALLEST = 1e-4
NEAREST = 1e-12
"""So near to certainty a probability comes whose log-odds have to give it back."""
ORDER: tuple[type[PurchaseModel], ...] = (BetaGeoNBD, ModifiedBetaGeoNBD)
"""Pareto/NBD costs a hundred times as much and predicts no better on the public data; it is compared apart."""
WHO_IS_ALIVE: tuple[type[PurchaseModel], ...] = (ModifiedBetaGeoNBD, BetaGeoNBD)
"""BG/NBD lets nobody leave before a second purchase: whoever bought once would be a customer for certain."""


@dataclass(frozen=True)
class Purchases:
    """A fitted buy-till-you-die model and the clock it was fitted on.

    Answers are for the rows of any matrix, each from its own cut-off; horizons are calendar days.
    """

    model: PurchaseModel
    clock: SeasonClock
    reason: str

    @classmethod
    def fit(
        cls, present: FeatureMatrix, clock: SeasonClock, order: tuple[type[PurchaseModel], ...] = ORDER
    ) -> Purchases:
        """Fit to what is known at a cut-off; no label is needed.

        Raises
        ------
        CannotFit
            When nobody came back, or nobody could have. A likelihood that is flat for another reason still gives
            finite answers, which the backtest judges; the reason is kept.
        """
        if not len(present):
            raise CannotFit("There is no customer with a purchase.")
        histories = _histories(present, clock)
        model, reason = fit_best(compress(*histories), order)
        if not (model.status_.usable or histories[0].any()):
            raise CannotFit(model.status_.sentence)
        return cls(model, clock, reason)

    def p_active(self, matrix: FeatureMatrix, horizon_days: float, pace: float = 1.0) -> Numbers:
        """Return the probability of an order within the horizon."""
        return self.of(matrix).p_active(horizon_days, pace)

    def expected(self, matrix: FeatureMatrix, horizon_days: float) -> Numbers:
        """Return the expected number of purchase days within the horizon; the matrix keeps them for the next who asks."""
        return matrix.keep("expected", self, horizon_days, lambda: self.of(matrix).expected(horizon_days))

    def of(self, matrix: FeatureMatrix) -> Asked:
        """Return the same model with the histories of some rows in its hand; the matrix keeps them for the next who asks."""
        return matrix.keep(
            "asked",
            self,
            0.0,
            lambda: Asked(self.model, self.clock, _by_day(matrix), _histories(matrix, self.clock)),
        )

    def steady_pace(self, matrix: FeatureMatrix, horizon_days: int) -> float:
        """Return the pace at which the time of year would not be felt in the window after the rows' cut-off."""
        day = days_of(matrix.cutoffs)[:1]
        elapsed = self.clock.between(day, day + horizon_days)
        return float(horizon_days / elapsed[0]) if len(elapsed) else 1.0

    def p_alive(self, matrix: FeatureMatrix) -> Numbers:
        """Return the probability of still being a customer."""
        return self.model.p_alive(*self.of(matrix).histories)

    def days_to_next(
        self, matrix: FeatureMatrix, quantiles: Numbers, within: int, pace: float = 1.0
    ) -> Numbers:
        """Return, per row and quantile, the calendar days until an order came with that probability; inf: not within."""
        found = np.full((len(matrix), len(quantiles)), np.inf)
        for day, rows, history in self.of(matrix).parts():
            limit = float(self.clock.between(np.array([day]), np.array([day + within]))[0])
            elapsed = self.model.next_purchase(quantiles, *history, within=limit * pace)
            found[rows] = self.clock.day_after(day, elapsed / pace)
        return found

    def p_active_by_day(self, matrix: FeatureMatrix, days: Numbers, pace: float = 1.0) -> Numbers:
        """Return the probability of an order within each of several numbers of days, one column each."""
        found = np.zeros((len(matrix), len(days)))
        for day, rows, history in self.of(matrix).parts():
            start = np.full(len(days), day)
            elapsed = self.clock.between(start, start + days.astype(np.int64)) * pace
            found[rows] = self.model.p_active(elapsed, *history)
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "model": json.loads(self.model.to_json()),
            "clock": self.clock.to_json(),
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Purchases:
        return _read(json.dumps(found, sort_keys=True))


@dataclass(frozen=True)
class Asked:
    """A fitted model on a shop's clock, and the histories of the rows that it is asked about."""

    model: PurchaseModel
    clock: SeasonClock
    rows_of_days: list[tuple[int, Any]]
    histories: tuple[Numbers, Numbers, Numbers]

    def parts(self) -> Iterator[tuple[int, Any, list[Numbers]]]:
        """Yield each cut-off's day, its rows and their frequency, recency and T."""
        for day, rows in self.rows_of_days:
            yield day, rows, [column[rows] for column in self.histories]

    def p_active(self, horizon_days: float, pace: float = 1.0) -> Numbers:
        """Return the probability of an order within the horizon, row by row."""
        return self._ask(self.model.p_active, horizon_days, pace)

    def expected(self, horizon_days: float) -> Numbers:
        """Return the expected number of purchase days within the horizon, row by row."""
        return self._ask(self.model.expected_purchases, horizon_days, 1.0)

    def _ask(self, answer: Callable[..., Numbers], horizon_days: float, pace: float) -> Numbers:
        found = np.zeros(len(self.histories[0]))
        for day, rows, history in self.parts():
            elapsed = self.clock.between(np.array([day]), np.array([day + round(horizon_days)]))[0]
            found[rows] = answer(float(elapsed) * pace, *history)
        return found


@lru_cache(maxsize=16)
def _read(text: str) -> Purchases:
    """Read a model that several winners stand on once for all of them."""
    found = json.loads(text)
    model = model_from_json(json.dumps(found["model"]))
    return Purchases(model, SeasonClock.from_json(found["clock"]), found["reason"])


def steady_clock(matrix: FeatureMatrix) -> SeasonClock:
    """Return the calendar as a clock."""
    days = days_of(matrix.cutoffs)
    return SeasonClock.of(None, int(days.max(initial=0)))


def _histories(matrix: FeatureMatrix, clock: SeasonClock) -> tuple[Numbers, Numbers, Numbers]:
    """Return frequency, recency and T in whole shop days, so that equal histories can be counted together."""
    last_day = days_of(matrix.cutoffs - np.timedelta64(1, "us"))
    T, recency = _whole(matrix.column("T")), _whole(matrix.column("recency"))
    first = last_day - T
    age = np.round(clock.between(first, last_day))
    t_x = np.round(clock.between(first, first + recency))
    x = np.nan_to_num(matrix.column("frequency"))
    t_x = np.where(x > 0, np.maximum(t_x, 1.0), 0.0)
    return x, t_x, np.maximum(age, t_x)


def _whole(column: Numbers) -> Days:
    return np.nan_to_num(column).astype(np.int64)


def _by_day(matrix: FeatureMatrix) -> list[tuple[int, Any]]:
    """Return the rows of each cut-off's day."""
    days = days_of(matrix.cutoffs)
    return [(int(day), np.flatnonzero(days == day)) for day in np.unique(days)]


def log_odds(p: Numbers, smallest: float = SMALLEST) -> Numbers:
    """Return ln(p ÷ (1 − p)), kept off the ends."""
    kept = np.clip(p, smallest, 1 - smallest)
    return np.log(kept) - np.log1p(-kept)


def probability(log_odds: Numbers) -> Numbers:
    """Return 1 ÷ (1 + exp(−z))."""
    from scipy.special import expit

    found: Numbers = expit(log_odds)
    return found

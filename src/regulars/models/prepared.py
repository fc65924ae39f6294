"""What all contenders at one cut-off share, worked out once: the clock, the rhythm, the inputs and how far to trust."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from regulars.models.calibration import LEAST, Bands
from regulars.models.contender import CannotFit, Target
from regulars.models.inputs import Inputs, inputs_of
from regulars.models.learners import Binned
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.purchases import WHO_IS_ALIVE, Purchases, steady_clock
from regulars.models.season import YEAR, SeasonClock, days_of
from regulars.models.training import Training

SNAPSHOTS_TRUSTED = 3
"""A level learned from so many past cut-offs with a full year behind them is believed in full."""
FEWEST_ROWS, FEWEST_OF_A_KIND = 300, 40
HALF_LIFE_DAYS, LEVEL_HALF_LIFE_DAYS, RIPENING_DAYS = 365, 90, 30
Fitted = TypeVar("Fitted")


class Prepared:
    """Made of a training; see `prepared`. ``horizon_days`` is that of its labels."""

    def __init__(self, training: Training) -> None:
        self.horizon_days = training.horizon_days
        self.present, self.matrix, self.labels = training.present, training.matrix, training.labels
        self.day = int(days_of(np.array([training.cutoff.at], dtype="datetime64[us]"))[0])
        self._kept: dict[str, Any] = {}

    @cached_property
    def clock(self) -> SeasonClock:
        return SeasonClock.of(self.present.shop_days, self.day)

    @cached_property
    def money_clock(self) -> SeasonClock:
        return SeasonClock.of(self.present.shop_days, self.day, "revenue")

    @cached_property
    def purchases(self) -> Purchases:
        """The buy-till-you-die model on the shop's clock; raises `CannotFit`."""
        return Purchases.fit(self.present, self.clock)

    @cached_property
    def living(self) -> Purchases:
        """The model that says who is still a customer, on the shop's clock; raises `CannotFit`."""
        return Purchases.fit(self.present, self.clock, WHO_IS_ALIVE)

    @cached_property
    def calendar_purchases(self) -> Purchases:
        """The same on the calendar, which is what everybody has."""
        return Purchases.fit(self.present, steady_clock(self.present))

    @cached_property
    def inputs(self) -> Inputs:
        """What trained models learn from."""
        return inputs_of(self.matrix, self.purchases, self.horizon_days)

    @cached_property
    def binned(self) -> Binned:
        """The same, sorted into bins for trees."""
        return Binned(self.inputs.names, self.inputs.values)

    def inputs_of(self, matrix: FeatureMatrix) -> Inputs:
        if matrix is self.present:
            return self.keep("present_inputs", lambda: inputs_of(matrix, self.purchases, self.horizon_days))
        return inputs_of(matrix, self.purchases, self.horizon_days)

    def keep(self, name: str, make: Callable[[], Fitted]) -> Fitted:
        """Return what was made under a name before, or make it."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: Fitted = self._kept[name]
        return kept

    @cached_property
    def lag_days(self) -> Numbers:
        """How long before the cut-off each row of the training was known."""
        return (self.day - days_of(self.matrix.cutoffs)).astype(np.float64)

    @cached_property
    def history_days(self) -> Numbers:
        """How much of the shop had been seen at each row's cut-off."""
        return (days_of(self.matrix.cutoffs) - self._first_day()).astype(np.float64)

    @cached_property
    def weights(self) -> Numbers:
        """How much each row counts: newer ones more, and less those before whom little of the shop had been seen."""
        ripe = np.clip(self.history_days / YEAR, 0.05, 1)
        return np.asarray(0.5 ** (self.lag_days / HALF_LIFE_DAYS) * ripe)

    @cached_property
    def level_weights(self) -> Numbers:
        """The same for levels, where being near in time and fully seen matters most."""
        missing = np.maximum(YEAR - self.history_days, 0)
        missing = missing - missing.min(initial=YEAR) if len(missing) else missing
        return np.asarray(0.5 ** (self.lag_days / LEVEL_HALF_LIFE_DAYS) * np.exp(-missing / RIPENING_DAYS))

    @cached_property
    def trust(self) -> float:
        """Return 0–1: how far levels learned from labels are believed.

        Customers of a shop of which little had been seen all look new, whatever they are; what they did next says
        little about today's. Only past cut-offs with a full year of history count.
        """
        ripe = np.unique(self.matrix.cutoffs[self.history_days >= YEAR])
        return min(len(ripe) / SNAPSHOTS_TRUSTED, 1.0)

    def came(self, target: Target) -> Numbers:
        """Return what came after each row of the training: revenue, or days with an order."""
        return self.labels.revenue_next if target == "value" else self.labels.n_orders_next

    def bands(self, past: Numbers, target: Target, least: float = LEAST) -> Bands | None:
        """Return how far off amounts predicted for the rows of the training were; None without any row."""
        if not len(past):
            return None
        unknown = not self.clock.is_known
        return Bands.of(past, self.came(target), self.level_weights, wider=unknown, least=least)

    def needs_rows(self, left: Numbers | None = None) -> None:
        """Raise `CannotFit` unless there is enough to learn from."""
        if len(self.matrix) < FEWEST_ROWS:
            raise CannotFit(
                f"There are {len(self.matrix)} customers with a complete window to learn from; {FEWEST_ROWS} are needed."
            )
        if left is not None:
            fewer = int(min(left.sum(), len(left) - left.sum()))
            if fewer < FEWEST_OF_A_KIND:
                raise CannotFit(
                    f"Only {fewer} of {len(left)} past customers did the rarer of leaving and staying; "
                    f"{FEWEST_OF_A_KIND} are needed."
                )

    def _first_day(self) -> int:
        if self.present.shop_days is not None:
            return self.present.shop_days.first_day
        oldest = np.nan_to_num(self.present.column("T")) if len(self.present) else np.zeros(1)
        return self.day - int(oldest.max(initial=0))


class _Latest(threading.local):
    """What was prepared last, by each thread for itself."""

    def __init__(self) -> None:
        self.entries: list[tuple[weakref.ref[FeatureMatrix], weakref.ref[FeatureMatrix], int, Prepared]] = []


_latest = _Latest()
KEPT = 2


def prepared(training: Training) -> Prepared:
    """Return what contenders share for a training.

    The latest two are kept: that of all customers, and that of those about whom churn is asked.
    """
    for present, matrix, horizon, kept in _latest.entries:
        same = present() is training.present and matrix() is training.matrix
        if same and horizon == training.horizon_days:
            return kept
    found = Prepared(training)
    entry = (weakref.ref(training.present), weakref.ref(training.matrix), training.horizon_days, found)
    _latest.entries.insert(0, entry)
    del _latest.entries[KEPT:]
    return found

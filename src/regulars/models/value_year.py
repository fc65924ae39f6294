"""Revenue of a year: who competes for it, and whoever ships, fitted for now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.baselines import CalendarPurchases, rules
from regulars.models.contender import CannotFit, Contender, Predictions
from regulars.models.line_up import contender_named
from regulars.models.matrix import FeatureMatrix
from regulars.models.season import YEAR
from regulars.models.training import Training
from regulars.models.value import SeasonalValue
from regulars.models.value_boosted import BoostedValue

if TYPE_CHECKING:
    from regulars.models.fitted import Winner

NOT_OF_A_YEAR = frozenset({"same_window_last_year"})
"""What reads features of the run's own horizon."""


def year_line_up() -> list[Contender]:
    """Return who competes for the revenue of a year, none of them fitted.

    >>> [one.name for one in year_line_up() if not one.is_baseline]
    ['bg_nbd_season', 'lightgbm']
    """
    of_value = [one for one in rules() if one.target == "value" and one.name not in NOT_OF_A_YEAR]
    return [CalendarPurchases("value"), *of_value, SeasonalValue(), BoostedValue()]


@dataclass(frozen=True)
class YearAhead:
    """The fitted winner for 365 days and why it ships; no contender: the year is not foretold, and why not."""

    contender: Contender | None
    sentence: str

    def predict(self, matrix: FeatureMatrix, sooner: Predictions | None = None) -> Predictions:
        """Return a year's revenue of each row; nothing (NaN) when nobody ships.

        Parameters
        ----------
        sooner
            The same rows over a shorter time, by whoever ships for that: a year brings no less.
        """
        if self.contender is None:
            return Predictions(np.full(len(matrix), np.nan))
        found = self.contender.predict(matrix)
        return found if sooner is None else _no_less(found, sooner)


NOT_JUDGED = YearAhead(None, "It was not judged over a year.")


def fit_year(training: Training, winner: Winner) -> YearAhead:
    """Fit the winner on every window of 365 days that is over.

    Raises
    ------
    ValueError
        When the windows of the training are of another length.
    """
    if training.horizon_days != YEAR:
        raise ValueError(f"windows of {training.horizon_days} days say nothing of {YEAR}")
    if winner.name is None:
        return YearAhead(None, winner.sentence)
    try:
        return YearAhead(contender_named("value", winner.name).fit(training), winner.sentence)
    except CannotFit as problem:
        return YearAhead(None, str(problem))


def _no_less(year: Predictions, sooner: Predictions) -> Predictions:
    point = np.fmax(year.point, sooner.point)
    low, high = (
        mine if theirs is None else theirs if mine is None else np.fmax(mine, theirs)
        for mine, theirs in ((year.low, sooner.low), (year.high, sooner.high))
    )
    return Predictions(
        point,
        None if low is None else np.minimum(low, point),
        None if high is None else np.maximum(high, point),
    )

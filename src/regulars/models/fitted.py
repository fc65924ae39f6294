"""Winners of the backtest, fitted for now: everything that scoring needs beside a customer's own row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.models.baselines import CalendarPurchases
from regulars.models.contender import TARGETS, CannotFit, Contender, Target
from regulars.models.line_up import contender_named
from regulars.models.matrix import Encoding, FeatureMatrix, Numbers
from regulars.models.prepared import prepared
from regulars.models.purchases import Purchases
from regulars.models.tiers import (
    ValueTiers,
    if_they_stay,
    margins_of,
    threshold_for_precision,
    threshold_from_costs,
)
from regulars.models.training import Training
from regulars.models.value_margin import Margins
from regulars.models.value_year import NOT_JUDGED, YearAhead

if TYPE_CHECKING:
    from regulars.settings import Predictions as PredictionSettings


@dataclass(frozen=True)
class Winner:
    """Who ships for a target, and why in a sentence; no name: nobody, and why not."""

    name: str | None
    sentence: str


@dataclass(frozen=True)
class Models:
    """Everything that scoring needs beside a customer's own row."""

    horizon_days: int
    contenders: Mapping[Target, Contender]
    sentences: Mapping[Target, str]
    purchases: Purchases | None
    tiers: ValueTiers
    threshold: float | None = None
    encoding: Encoding | None = None
    cards: Mapping[Target, Mapping[str, Any]] = field(default_factory=dict)
    year: YearAhead = NOT_JUDGED
    margins: Margins | None = None


def fit_models(
    training: Training,
    winners: Mapping[Target, Winner],
    settings: PredictionSettings,
    encoding: Encoding | None = None,
    year: YearAhead = NOT_JUDGED,
) -> Models:
    """Fit the winners on every window that is over, for what is known at the cut-off of the training.

    A winner that cannot be fitted, or that none was found for, leaves its target without predictions and a sentence.
    """
    contenders: dict[Target, Contender] = {}
    sentences: dict[Target, str] = {}
    at_risk = training.at_risk()
    for target in TARGETS:
        winner = winners.get(target, Winner(None, "It was not judged."))
        sentences[target] = winner.sentence
        if winner.name is not None:
            try:
                contender = contender_named(target, winner.name)
                contenders[target] = contender.fit(at_risk if target == "churn" else training)
                if isinstance(contender, CalendarPurchases) and contender.note:
                    sentences[target] = f"{winner.sentence} {contender.note}"
            except CannotFit as problem:
                sentences[target] = str(problem)
    try:
        purchases = prepared(training).living
    except CannotFit:
        purchases = None
    value = _points(contenders, "value", training.present)
    margins = Margins.learned(training.present.costs)
    return Models(
        training.horizon_days,
        contenders,
        sentences,
        purchases,
        ValueTiers.of(value),
        _threshold(training, contenders, settings, margins),
        encoding,
        year=year,
        margins=margins,
    )


def _points(contenders: Mapping[Target, Contender], target: Target, matrix: FeatureMatrix) -> Numbers:
    if target not in contenders:
        return np.full(len(matrix), np.nan)
    return contenders[target].predict(matrix).point


def _threshold(
    training: Training,
    contenders: Mapping[Target, Contender],
    settings: PredictionSettings,
    margins: Margins | None,
) -> float | None:
    """Return the probability from which on somebody is called a leaver, learned in the newest complete window.

    Where contacts would have paid most; or the lowest that keeps the precision the settings ask for, None where none does.
    """
    newest = training.latest(1)
    if "churn" not in contenders or not len(newest.labels):
        return None
    p_churn = contenders["churn"].predict(newest.matrix).point
    if settings.least_precision is not None:
        return threshold_for_precision(p_churn, newest.labels.churned, settings.least_precision)
    value = np.nan_to_num(_points(contenders, "value", newest.matrix))
    worth, margin = if_they_stay(value, p_churn), margins_of(newest.matrix, margins, settings)
    return threshold_from_costs(p_churn, newest.labels.churned, worth, settings, margin)

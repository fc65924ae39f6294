"""Repeated cross-validation: each part of the customers is predicted by models that learned from the other parts alone.

What columns become, what stands in for the unknown and which customers are made up belong to learning, so all of it is
learned anew for every part. A figure is the mean over the repeats, and so is each of its redraws: those redraw the customers
who were predicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulars.evaluation.bootstrap import Estimate, Figures, Redraws, Sample
from regulars.evaluation.judged import Judged
from regulars.evaluation.metrics import amount_figures, probability_figures
from regulars.labels.given.attributes import Attributes
from regulars.models.contender import CannotFit, Kind, Predictions
from regulars.models.learners import SEED
from regulars.models.matrix import Numbers
from regulars.models.outcomes.encoding import AttributeEncoding, Encoded
from regulars.models.outcomes.learned import OutcomeModel

Places = NDArray[np.int64]
THRESHOLD = 0.5
BENT = frozenset(["calibration_error"])
"""Of few customers any redraw is further off than all of them are: an interval would lie beside the figure."""


@dataclass(frozen=True)
class Part:
    """One fold, encoded by what its learners may see."""

    learned_from: Encoded
    values: Numbers
    asked: Encoded

    @classmethod
    def of(cls, attributes: Attributes, values: Numbers, learn: Places, ask: Places) -> Part:
        """Encode both sides of a fold by what is on the learning side."""
        mine = attributes.rows(learn)
        encoding = AttributeEncoding.learned(mine)
        return cls(encoding.encode(mine), values[learn], encoding.encode(attributes.rows(ask)))


def folds(values: Numbers, kind: Kind, n_folds: int, repeat: int = 0) -> Iterator[tuple[Places, Places]]:
    """Yield where to learn and where to ask, fold by fold; of yes and no each fold has its share of both.

    >>> [ask.tolist() for _, ask in folds(np.array([1.0, 0, 1, 0, 0, 0]), "probability", 2)]
    [[1, 2, 5], [0, 3, 4]]
    """
    from sklearn.model_selection import KFold, StratifiedKFold  # type: ignore[import-untyped]

    splitter = StratifiedKFold if kind == "probability" else KFold
    parts = splitter(n_splits=n_folds, shuffle=True, random_state=SEED + repeat)
    yield from parts.split(np.zeros((len(values), 1)), values)


@dataclass
class _Answers:
    """What one model said of everybody, repeat by repeat, and how much each column mattered to it."""

    points: list[Numbers] = field(default_factory=list)
    importances: list[Mapping[str, float]] = field(default_factory=list)


def cross_validate(
    attributes: Attributes,
    values: Numbers,
    models: Sequence[OutcomeModel],
    n_folds: int,
    n_repeats: int,
) -> tuple[list[Judged], dict[str, str]]:
    """Judge models of one outcome on the same folds; return how they did, and why some could not.

    Parameters
    ----------
    attributes, values
        Customers whose outcome is known, and what it is.
    """
    kind = models[0].kind
    answers = {one.name: _Answers() for one in models}
    missing: dict[str, str] = {}
    for repeat in range(n_repeats):
        points = {one.name: np.full(len(values), np.nan) for one in models}
        for learn, ask in folds(values, kind, n_folds, repeat):
            part = Part.of(attributes, values, learn, ask)
            for one in models:
                if one.name in missing:
                    continue
                try:
                    fitted = copy(one).fit(part.learned_from, part.values)
                except CannotFit as problem:
                    missing[one.name] = str(problem)
                    continue
                points[one.name][ask] = fitted.predict(part.asked)
                answers[one.name].importances.append(fitted.importances(part.learned_from))
        for name, found in points.items():
            answers[name].points.append(found)
    sample = Redraws(attributes.customer_ids.tolist()).of(attributes.customer_ids.tolist())
    judged = [
        _judged(one, attributes, values, answers[one.name], sample)
        for one in models
        if one.name not in missing
    ]
    return judged, missing


def _judged(
    model: OutcomeModel, attributes: Attributes, values: Numbers, answers: _Answers, sample: Sample
) -> Judged:
    """Return how a model did: figures over all repeats; predictions, for the curves, of the first."""
    figures = [_figures(model.kind, Predictions(points), values, sample) for points in answers.points]
    return Judged(
        model,
        None,
        attributes.customer_ids,
        Predictions(answers.points[0]),
        values,
        _mean(figures),
        _mean_importances(answers.importances),
        model.kind,
    )


def _figures(kind: Kind, predictions: Predictions, values: Numbers, sample: Sample) -> Figures:
    if kind == "probability":
        return probability_figures(predictions, values, sample, THRESHOLD)
    return amount_figures(predictions, values, sample)


def _mean(repeats: Sequence[Figures]) -> dict[str, Estimate]:
    found = {}
    for name, first in repeats[0].items():
        value = float(np.mean([one[name].value for one in repeats]))
        redraws = [one[name].redraws for one in repeats]
        known = [one for one in redraws if one is not None]
        has_interval = first.redraws is not None and name not in BENT
        found[name] = Estimate(value, np.mean(known, axis=0) if has_interval else None)
    return found


def _mean_importances(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return each column's part, the mean over folds; a column that a fold left out has none there."""
    names = list(dict.fromkeys(name for one in found for name in one))
    shares = [{name: value / (sum(one.values()) or 1.0) for name, value in one.items()} for one in found]
    return {name: float(np.mean([one.get(name, 0.0) for one in shares])) for name in names}

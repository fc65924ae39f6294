"""Whom a contact moves, learned from an experiment; kept only when it beats a random choice.

Two ways of learning it, each from customers who were and were not written to: the T-learner fits the outcome in both
groups and takes the difference; the X-learner fits, in each group, the difference to what the other group's model
expects (Künzel, Sekhon, Bickel & Yu 2019, PNAS 116, 4156–4165). Every customer is judged by models that have not seen
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.campaigns.differences import Numbers
from regulars.campaigns.qini import SEED, Qini, qini
from regulars.errors import CampaignError
from regulars.models.learners import Binned, Linear, Trees

Scorer = Callable[[Numbers], Numbers]
FOLDS = 5
ROUNDS = 60
FEWEST = 200
"""With fewer customers in either group, two models of each would be four guesses."""
MOST_WORDS = 20
"""A column of texts with more different ones says who somebody is, not what they are like."""


@dataclass(frozen=True)
class Experiment:
    """What was known of customers before, who was written to, and what they did."""

    names: tuple[str, ...]
    values: Numbers
    treated: NDArray[np.bool_]
    outcome: Numbers

    def take(self, rows: NDArray[np.bool_]) -> Experiment:
        return Experiment(self.names, self.values[rows], self.treated[rows], self.outcome[rows])

    @property
    def is_share(self) -> bool:
        return set(np.unique(self.outcome)) <= {0.0, 1.0}


@dataclass(frozen=True)
class Judged:
    """One learner and how it did."""

    learner: str
    qini: Qini


@dataclass(frozen=True)
class Uplift:
    """All learners as judged, and the one that ships, if any."""

    judged: tuple[Judged, ...]
    winner: str | None
    sentence: str
    scorer: Scorer | None

    def to_json(self) -> dict[str, Any]:
        return {
            "winner": self.winner,
            "sentence": self.sentence,
            "learners": [
                {
                    "learner": one.learner, "qini": one.qini.area, "ci_low": one.qini.ci_low, "ci_high": one.qini.ci_high,
                    "curve": [{"share": s, "gain": g} for s, g in zip(one.qini.share.tolist(), one.qini.gain.tolist(), strict=True)],
                }
                for one in self.judged
            ],
        }  # fmt: skip


def learn_uplift(experiment: Experiment, significance: float = 0.05) -> Uplift:
    """Let every learner predict whom a contact moves, and keep the best if it surely beats a random order.

    The interval is widened for the number of learners, since the best of several looks good by chance.

    Raises
    ------
    CampaignError
        Too few customers were written to, or held out.
    """
    sizes = int(experiment.treated.sum()), int((~experiment.treated).sum())
    if min(sizes) < FEWEST:
        raise CampaignError(
            f"{sizes[0]:,} customers were written to and {sizes[1]:,} held out: too few to learn whom it moves",
            hint=f"it takes {FEWEST} in each group to begin with",
        )
    folds = _folds(experiment)
    judged = []
    for name, fit in LEARNERS.items():
        scores = np.empty(len(experiment.outcome))
        for fold in range(FOLDS):
            away = folds == fold
            raw = fit(experiment.take(~away))(experiment.values[away])
            scores[away] = _ranks(
                raw
            )  # models differ in level from fold to fold, customers are compared within one
        judged.append(
            Judged(
                name,
                qini(
                    scores, experiment.treated, experiment.outcome, significance=significance / len(LEARNERS)
                ),
            )
        )
    best = max(judged, key=lambda one: one.qini.area)
    ships = best.qini.ci_low > 0
    return Uplift(
        tuple(judged),
        best.learner if ships else None,
        _sentence(best, ships),
        LEARNERS[best.learner](experiment) if ships else None,
    )


def _sentence(best: Judged, ships: bool) -> str:
    found = best.qini
    area, low, high = (round(value, 4) + 0.0 for value in (found.area, found.ci_low, found.ci_high))
    if not ships:
        return (
            f"No learner surely beats a random choice (the best, {best.learner}: Qini {area:.4f}, interval "
            f"{low:.4f} to {high:.4f}): write to everybody who is worth it, or to nobody."
        )
    half = found.gain_at(0.5) / found.whole if found.whole > 0 else None
    more = "" if half is None else f" The half it puts first carries {100 * half:.0f} % of the whole effect."
    return (
        f"{best.learner} finds those whom the contact moves better than a random choice does: Qini {area:.4f}, interval "
        f"{low:.4f} to {high:.4f}.{more}"
    )


def _folds(experiment: Experiment) -> NDArray[np.int64]:
    """Deal customers into folds, those written to and those held out evenly."""
    dice, folds = np.random.default_rng(SEED), np.empty(len(experiment.outcome), dtype=np.int64)
    for group in (experiment.treated, ~experiment.treated):
        places = np.flatnonzero(group)
        folds[dice.permutation(places)] = np.arange(len(places)) % FOLDS
    return folds


def _ranks(values: Numbers) -> Numbers:
    from scipy.stats import rankdata

    found: Numbers = rankdata(values) / len(values)
    return found


def _outcome_model(experiment: Experiment, kind: str) -> Scorer:
    """Return a model of the outcome itself: its probability, or its expected amount."""
    weights = np.ones(len(experiment.outcome))
    values, outcome = experiment.values, experiment.outcome
    if np.ptp(outcome) == 0:
        return lambda rows: np.full(len(rows), outcome[0])
    if kind == "linear" and experiment.is_share:
        filled = Filled.of(values)
        model = Linear.fit(experiment.names, filled(values), outcome, weights)
        return lambda rows: _probability(model.score(filled(rows)))
    if kind == "linear":
        filled = Filled.of(values)
        design = np.column_stack([np.ones(len(values)), filled(values)])
        slopes = np.linalg.lstsq(design, outcome, rcond=None)[0]
        return lambda rows: np.column_stack([np.ones(len(rows)), filled(rows)]) @ slopes
    objective = "binary" if experiment.is_share else "regression"
    trees = Trees.fit(Binned(experiment.names, values), outcome, weights, objective=objective, rounds=ROUNDS)
    return (lambda rows: _probability(trees.score(rows))) if experiment.is_share else trees.score


def _effect_model(experiment: Experiment, effect: Numbers) -> Scorer:
    rows = Binned(experiment.names, experiment.values)
    trees = Trees.fit(rows, effect, np.ones(len(effect)), objective="regression", rounds=ROUNDS)
    return trees.score


def _t_learner(kind: str) -> Callable[[Experiment], Scorer]:
    def fit(experiment: Experiment) -> Scorer:
        written, held = (
            _outcome_model(experiment.take(group), kind)
            for group in (experiment.treated, ~experiment.treated)
        )
        return lambda rows: written(rows) - held(rows)

    return fit


def _x_learner(experiment: Experiment) -> Scorer:
    written, held = experiment.take(experiment.treated), experiment.take(~experiment.treated)
    if_written, if_held = _outcome_model(written, "trees"), _outcome_model(held, "trees")
    of_written = _effect_model(written, written.outcome - if_held(written.values))
    of_held = _effect_model(held, if_written(held.values) - held.outcome)
    share = float(experiment.treated.mean())
    return lambda rows: share * of_held(rows) + (1 - share) * of_written(rows)


LEARNERS: dict[str, Callable[[Experiment], Scorer]] = {
    "T-learner, linear": _t_learner("linear"),
    "T-learner, trees": _t_learner("trees"),
    "X-learner, trees": _x_learner,
}


def _probability(log_odds: Numbers) -> Numbers:
    found: Numbers = 1 / (1 + np.exp(-np.clip(log_odds, -500, 500)))
    return found


@dataclass(frozen=True)
class Filled:
    """Puts the mean of a column where nothing is known, for models that cannot do without."""

    means: Numbers

    @classmethod
    def of(cls, values: Numbers) -> Filled:
        known = np.isfinite(values)
        sums = np.where(known, values, 0).sum(axis=0)
        return cls(sums / np.maximum(known.sum(axis=0), 1))

    def __call__(self, values: Numbers) -> Numbers:
        found: Numbers = np.where(np.isfinite(values), values, self.means)
        return found


def encoded(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> tuple[tuple[str, ...], Numbers]:
    """Return columns as numbers: numbers as they are, few different words as one column each.

    >>> encoded([{"a": 1, "b": "x"}, {"a": None, "b": "y"}], ["a", "b"])
    (('a', 'b = x', 'b = y'), array([[ 1.,  1.,  0.], [nan,  0.,  1.]]))
    """
    names: list[str] = []
    values: list[Numbers] = []
    for column in columns:
        cells = [row[column] for row in rows]
        numbers = [_number(cell) for cell in cells]
        if all(number is not None for number in numbers):
            names.append(column)
            values.append(np.array(numbers, dtype=float))
            continue
        words = sorted({str(cell) for cell in cells if cell is not None})
        if len(words) <= MOST_WORDS:
            for word in words:
                names.append(f"{column} = {word}")
                values.append(np.array([float(str(cell) == word) for cell in cells]))
    return tuple(names), np.column_stack(values) if values else np.empty((len(rows), 0))


def _number(cell: Any) -> float | None:
    """Return a cell as a number, NaN for nothing, None for what is none."""
    if cell is None:
        return float("nan")
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None

"""Every outcome of a customers table: what it is made of, who predicts it best, and whether that may be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.evaluation.choice import OF_OUTCOMES, Verdict, choose
from regulars.evaluation.judged import Judged
from regulars.evaluation.outcomes.alarm import near_duplicates, too_good
from regulars.evaluation.outcomes.cross_validation import cross_validate
from regulars.evaluation.results import evaluation_card, result_tables
from regulars.labels.given.attributes import Attributes
from regulars.labels.given.outcomes import Given, given, outcomes_of
from regulars.models.contender import Kind
from regulars.models.matrix import Numbers
from regulars.models.outcomes.compared import compared, oversampled
from regulars.models.outcomes.encoding import AttributeEncoding
from regulars.models.outcomes.fitted import FittedOutcome, fit_outcome
from regulars.models.outcomes.learned import OutcomeModel, line_up

if TYPE_CHECKING:
    import pyarrow

    from regulars.settings import Settings
    from regulars.terms.progress import Progress

FEWEST_KNOWN, FEWEST_OF_A_KIND = 30, 10
FEW_OF_A_KIND, FEW_KNOWN = 100, 500
"""With fewer, intervals are wide, and that is said."""
MOST_JUDGED, MOST_COMPARED, MOST_REPEATED = 50_000, 20_000, 10_000
"""So many customers are judged at most; forests and the like up to so many; and folds are drawn again up to so many."""
Card = dict[str, Any]


@dataclass(frozen=True)
class JudgedOutcome:
    """One outcome: what it was judged from, how everybody did, and who ships."""

    given: Given
    attributes: Attributes
    verdict: Verdict
    judged: Sequence[Judged] = ()
    cards: Sequence[Card] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.given.outcome.name

    @property
    def kind(self) -> Kind:
        return kind_of(self.given)

    def fitted(self) -> FittedOutcome:
        """Return the outcome with its winner learned from everybody whose outcome is known; without one, why not."""
        card = next((card for card in self.cards if card["is_winner"]), self.about)
        unfitted = FittedOutcome(self.name, self.given.title, self.kind, self.verdict.sentence, card=card)
        winner = next((one for one in self.judged if one.name == self.verdict.winner), None)
        if winner is None:
            return unfitted
        off_by = winner.observed - winner.predictions.point
        return fit_outcome(unfitted, winner.name, self.attributes, self.given.values, off_by)


def kind_of(one: Given) -> Kind:
    """Return what predictions of an outcome are."""
    return "probability" if one.outcome.kind == "yes_no" else "amount"


def judge_outcomes(
    attributes: Attributes, settings: Settings, *, compare: bool = False, progress: Progress | None = None
) -> list[JudgedOutcome]:
    """Judge every outcome of the settings; without any, those that are recognized by the names of their columns.

    Raises
    ------
    SettingsError
        The settings name what is not in the table.
    """
    outcomes = outcomes_of(attributes, settings.outcomes)
    if outcomes and progress:
        progress.step("judge the outcomes that the data gives")
    found = [given(attributes, outcome) for outcome in outcomes]
    others = {one.outcome.name: {name for name in one.made_of if not one.is_rule} for one in found}
    return [
        _judge(
            attributes,
            one,
            settings,
            {name for other, names in others.items() if other != one.outcome.name for name in names},
            compare,
        )
        for one in found
    ]


def tables_of(outcomes: Sequence[JudgedOutcome]) -> dict[str, pyarrow.Table]:
    """Return the rows that outcomes add to the tables of the proof."""
    return result_tables(
        [row for one in outcomes for row in one.judged],
        [one.verdict for one in outcomes],
        [card for one in outcomes for card in one.cards],
        None,
    )


def _judge(
    attributes: Attributes, one: Given, settings: Settings, other_outcomes: set[str], compare: bool
) -> JudgedOutcome:
    twins = near_duplicates(attributes, one)
    dropped = {
        **dict.fromkeys(one.made_of, "the outcome is made of it"),
        **{name: "it is an outcome itself" for name in sorted(other_outcomes) if name not in one.made_of},
        **dict.fromkeys(one.outcome.drop, "the settings say so"),
        **twins,
    }
    usable = attributes.without(dropped)
    known = np.isfinite(one.values)
    about = _about(one, known, dropped) | {"n_strangers": attributes.n_strangers}
    if problem := _cannot(one, known):
        return JudgedOutcome(one, usable, Verdict(one.outcome.name, None, problem), about=about)
    rows = _sampled(np.flatnonzero(known), MOST_JUDGED)
    mine, values, kind = usable.rows(rows), one.values[rows], kind_of(one)
    n_folds, n_repeats = _plan(values, kind, settings)
    judged, missing = cross_validate(mine, values, _models(one, len(values), compare), n_folds, n_repeats)
    suspicion = too_good(mine, values, kind, judged)
    accepted = settings.predictions.accept_leak.get(one.outcome.name, "")
    verdict = choose(one.outcome.name, judged, {}, OF_OUTCOMES[kind])
    if suspicion and not accepted:
        out = {row.name: "the outcome is stopped" for row in judged}
        verdict = Verdict(one.outcome.name, None, _stopped(suspicion, one.outcome.name), out=out)
    about |= {
        "n_folds": n_folds, "n_repeats": n_repeats, "n_judged": len(rows),
        "left_out": dict(AttributeEncoding.learned(mine).left_out), "small_sample": _small(values, kind),
    }  # fmt: skip
    cards = [
        evaluation_card([row], verdict, missing, suspicion, accepted if suspicion else "") | about
        for row in judged
    ]
    return JudgedOutcome(one, usable, verdict, judged, cards, about)


def _models(one: Given, n: int, compare: bool) -> list[OutcomeModel]:
    name, kind = one.outcome.name, kind_of(one)
    found = line_up(name, kind)
    if one.outcome.smote:
        found += oversampled(name)
    if compare or n <= MOST_COMPARED:
        found += compared(name, kind)
    return found


def _plan(values: Numbers, kind: Kind, settings: Settings) -> tuple[int, int]:
    """Return folds and repeats: no more folds than there are of the rarer kind, and one time where there are many."""
    rarer = int(min(values.sum(), len(values) - values.sum())) if kind == "probability" else len(values)
    repeats = settings.predictions.outcome_repeats if len(values) <= MOST_REPEATED else 1
    return min(settings.predictions.outcome_folds, rarer), repeats


def _about(one: Given, known: Any, dropped: Mapping[str, str]) -> dict[str, Any]:
    outcome = one.outcome
    said = {"column": outcome.column} if outcome.column else {
        "rule": [row.model_dump(exclude_none=True) for row in outcome.rule], "match": outcome.match,
    }  # fmt: skip
    values = one.values[known]
    return {
        "title": one.title, "kind": outcome.kind, **said, "n_customers": [len(values)],
        "n_unknown": int((~known).sum()), "n_yes": int(values.sum()) if outcome.kind == "yes_no" else None,
        "dropped": dict(dropped), "notes": list(one.notes),
    }  # fmt: skip


def _cannot(one: Given, known: Any) -> str:
    """Return why an outcome cannot be predicted, or nothing."""
    values, n = one.values[known], int(known.sum())
    if not n:
        return (
            "Nobody's outcome is known: the column is empty."
            if one.outcome.column
            else "The rule decides nobody's outcome."
        )
    if one.outcome.kind == "yes_no":
        yes = int(values.sum())
        if yes in (0, n):
            return f"All {n:,} customers whose outcome is known have the same one: there is nothing to tell apart."
        if min(yes, n - yes) < FEWEST_OF_A_KIND:
            return f"Only {min(yes, n - yes)} of {n:,} customers are of the rarer kind; {FEWEST_OF_A_KIND} are needed to judge by."
    elif np.ptp(values) == 0:
        return f"All {n:,} customers whose amount is known have the same one: there is nothing to tell apart."
    if n < FEWEST_KNOWN:
        return f"The outcome of {n} customers is known; {FEWEST_KNOWN} are needed to judge by."
    return ""


def _small(values: Numbers, kind: Kind) -> str | None:
    rarer = int(min(values.sum(), len(values) - values.sum())) if kind == "probability" else 0
    if kind == "probability" and rarer < FEW_OF_A_KIND:
        return f"Only {rarer:,} of {len(values):,} customers are of the rarer kind, so the intervals are wide: a figure may be off by as much as they say."
    if len(values) < FEW_KNOWN:
        return f"{len(values):,} customers are few, so the intervals are wide: a figure may be off by as much as they say."
    return None


def _stopped(suspicion: str, name: str) -> str:
    return (
        f"Stopped, since it is too good to be true: {suspicion}. If that was not known before the outcome was, name the column under "
        f"drop; if the outcome is that easy, say why as predictions.accept_leak.{name}."
    )


def _sampled(places: Any, most: int) -> Any:
    """Return at most so many of the places, evenly over the customers by id."""
    step = int(np.ceil(len(places) / most)) if len(places) else 1
    return places[::step]

"""From a column or a rule to one answer per customer: 1 and 0, or an amount; NaN where it is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import SettingsError
from regulars.ingest.outcome_columns import is_outcome, outcome_name, yes_or_no
from regulars.labels.given.attributes import Attributes, Numbers, Texts, mark_of_column, number, numbers
from regulars.settings import Condition, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from regulars.settings import Scalar

SHOWN = 4


@dataclass(frozen=True)
class Given:
    """An outcome with what is known of it, row by row of the attributes, and the columns it is made of."""

    outcome: Outcome
    values: Numbers
    made_of: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        return self.outcome.title or self.outcome.name.replace("_", " ").capitalize()

    @property
    def is_rule(self) -> bool:
        return bool(self.outcome.rule)


def outcomes_of(attributes: Attributes, configured: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes of the settings; without any, the columns that are called as shops call who left."""
    if configured:
        return list(configured)
    found = [
        Outcome(name=outcome_name(column), column=column)
        for column, texts in attributes.columns.items()
        if is_outcome(column, texts)
    ]
    return list({outcome.name: outcome for outcome in found}.values())


def given(attributes: Attributes, outcome: Outcome) -> Given:
    """Return what is known of an outcome, one number per customer.

    Units: 1 yes and 0 no, or the amount as the column has it.
    Null means: NaN where the column is empty, or a rule cannot be decided by what is known.

    Raises
    ------
    SettingsError
        The settings name a column that is not there, or its words are neither yes nor no.
    """
    wanted = [
        *([outcome.column] if outcome.column else []),
        *outcome.drop,
        *(one.column for one in outcome.rule),
    ]
    for column in wanted:
        _there(attributes, column, outcome)
    if outcome.rule:
        return _by_rule(attributes, outcome)
    assert outcome.column
    texts = attributes.columns[outcome.column]
    if outcome.kind == "yes_no":
        return Given(outcome, _answers(texts, outcome), (outcome.column,))
    values = numbers(texts)
    n_text = sum(text is not None for text in texts) - int(np.isfinite(values).sum())
    notes = () if not n_text else (f"{n_text:,} of its cells hold no number and count as unknown.",)
    return Given(outcome, values, (outcome.column,), notes)


def _by_rule(attributes: Attributes, outcome: Outcome) -> Given:
    columns = tuple(dict.fromkeys(one.column for one in outcome.rule))
    held = np.array([holds(one, attributes.columns[one.column]) for one in outcome.rule])
    known, any_yes, any_no = np.isfinite(held).all(axis=0), (held == 1).any(axis=0), (held == 0).any(axis=0)
    if outcome.match == "all":
        values = np.where(any_no, 0.0, np.where(known, 1.0, np.nan))
    else:
        values = np.where(any_yes, 1.0, np.where(known, 0.0, np.nan))
    return Given(outcome, values, columns)


def holds(condition: Condition, texts: Texts) -> Numbers:
    """Return whether a condition holds of each cell: 1, 0, or NaN where the cell does not tell.

    >>> holds(Condition(column="age", test="below", value=30), np.array(["25", "40", None, "old"], dtype=object))
    array([ 1.,  0., nan, nan])
    """
    known = np.array([text is not None for text in texts], dtype=bool)
    if condition.test in ("is_known", "is_unknown"):
        return np.asarray(known == (condition.test == "is_known"), dtype=np.float64)
    test = _test(condition, texts)
    return np.array([np.nan if text is None else test(text) for text in texts], dtype=np.float64)


def _test(condition: Condition, texts: Texts) -> Callable[[str], float]:
    mark = mark_of_column(texts)
    compare: Mapping[str, Callable[[float, float], bool]] = {
        "at_least": float.__ge__, "at_most": float.__le__, "above": float.__gt__, "below": float.__lt__,
    }  # fmt: skip
    if condition.test in compare:
        limit, ordered = _limit(condition), compare[condition.test]
        return lambda text: (
            float("nan") if np.isnan(found := number(text, mark)) else float(ordered(found, limit))
        )
    wanted = condition.value if isinstance(condition.value, list) else [condition.value]
    positive = condition.test in ("is", "one_of")
    return lambda text: float(any(_same(text, value, number(text, mark)) for value in wanted) == positive)


def _limit(condition: Condition) -> float:
    value = condition.value
    found = float(value) if isinstance(value, (int, float)) else number(str(value))
    if np.isnan(found):
        raise SettingsError(
            f"outcome rule: {condition.column} {condition.test} {value!r} compares with something that is no number",
            hint="write a number, or use is, is_not, one_of or none_of",
        )
    return found


def _same(text: str, value: Scalar | None, as_number: float) -> bool:
    if isinstance(value, bool):
        return yes_or_no(text) is value
    if isinstance(value, (int, float)):
        return as_number == float(value)
    return text.strip().lower() == str(value).strip().lower()


def _answers(texts: Texts, outcome: Outcome) -> Numbers:
    known = sorted({text for text in texts if text is not None})
    if outcome.yes:
        is_yes = {text: any(_same(text, value, number(text)) for value in outcome.yes) for text in known}
        if known and not any(is_yes.values()):
            raise SettingsError(
                f"outcome {outcome.name!r}: no cell of {outcome.column!r} is any of {outcome.yes!r}; it holds {_some(known)}",
                hint=f"name under yes what {outcome.column!r} says of those it is true of",
            )
    else:
        answers = {text: yes_or_no(text) for text in known}
        if strange := [text for text, answer in answers.items() if answer is None]:
            raise SettingsError(
                f"outcome {outcome.name!r}: {outcome.column!r} holds {_some(strange)}, which is neither yes nor no",
                hint=f"say which means yes, as yes = [{strange[0]!r}]".replace("'", '"')
                + '; or that it is a number, as kind = "amount"',
            )
        is_yes = {text: bool(answer) for text, answer in answers.items()}
    return np.array([np.nan if text is None else float(is_yes[text]) for text in texts], dtype=np.float64)


def _there(attributes: Attributes, column: str, outcome: Outcome) -> None:
    if column in attributes.columns:
        return
    near = get_close_matches(column, attributes.columns, n=1)
    raise SettingsError(
        f"outcome {outcome.name!r} names the column {column!r}, and no customers table that was loaded has it",
        hint=(f"did you mean {near[0]!r}? " if near else "")
        + f"there are: {', '.join(sorted(attributes.columns)) or 'none'}",
    )


def _some(words: Sequence[str]) -> str:
    shown = ", ".join(repr(word) for word in words[:SHOWN])
    return shown + (f" and {len(words) - SHOWN:,} more" if len(words) > SHOWN else "")

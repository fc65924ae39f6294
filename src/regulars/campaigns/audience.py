"""Conditions of a recipe → the query of the customers who fit, over published columns and nothing else.

What a shop writes is never part of the text of a query: names of columns are looked up in the specs of the tables and
quoted, everything else is bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from string import Formatter
from typing import Any

from regulars.engines.duckdb import quoted
from regulars.errors import SettingsError
from regulars.settings import Condition, Recipe
from regulars.terms.money import Currency
from regulars.terms.tables import Column

OPERATORS = {"is": "=", "is_not": "<>", "at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
ORDERED = ("at_least", "at_most", "above", "below")
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
DATES = ("DATE", "TIMESTAMP")
HOLDS = {"number": "a number", "instant": "an instant", "statement": "yes or no", "text": "a text"}


@dataclass(frozen=True)
class Known:
    """A column that conditions may name: where it is, and what it means."""

    table: str
    column: Column

    @property
    def sql(self) -> str:
        return f"{quoted(self.table)}.{quoted(self.column.name)}"

    @property
    def kind(self) -> str:
        """Return number, instant, statement or text."""
        if self.column.type.startswith(NUMBERS):
            return "number"
        if self.column.type in DATES:
            return "instant"
        return "statement" if self.column.type == "BOOLEAN" else "text"


class Vocabulary:
    """All columns that recipes may name, by name; where two tables have one, the first is meant."""

    def __init__(self, tables: Mapping[str, Iterable[Column]], relations: Mapping[str, str]) -> None:
        self._known: dict[str, Known] = {}
        for table, columns in tables.items():
            for column in columns:
                self._known.setdefault(column.name, Known(table, column))
        self.relations = dict(relations)
        """Table → the relation that holds it here; a table that this release does not have is not among them."""

    def find(self, name: str, recipe: Recipe) -> Known:
        """Return a column.

        Raises
        ------
        SettingsError
            There is none of that name.
        """
        if name not in self._known:
            near = get_close_matches(name, self._known, 3)
            raise SettingsError(
                f"recipe {recipe.name}: no table of customers has a column {name!r}",
                hint=f"did you mean {' or '.join(near)}?"
                if near
                else "the columns are those of features, segments, predictions and customers in docs/reference/tables.md",
            )
        return self._known[name]

    def used_by(self, recipe: Recipe) -> dict[str, Known]:
        """Return the columns that a recipe names, in its conditions and in its reason."""
        names = [condition.column for condition in recipe.conditions]
        try:
            names += [field for _, field, _, _ in Formatter().parse(recipe.reason) if field is not None]
        except ValueError as problem:
            raise SettingsError(
                f"recipe {recipe.name}: the reason {recipe.reason!r} cannot be read: {problem}",
                hint="write names of columns in braces: last order {days_since_last_order} ago",
            ) from None
        return {name: self.find(name, recipe) for name in names}

    def missing(self, recipe: Recipe) -> list[str]:
        """Return the tables that a recipe needs and that are not here."""
        tables = {known.table for known in self.used_by(recipe).values()}
        if recipe.gains == "kept":
            tables.add("predictions")
        return sorted(tables - self.relations.keys())


def audience_query(
    recipe: Recipe, words: Vocabulary, cutoff: datetime, currency: Currency
) -> tuple[str, dict[str, Any]]:
    """Return the query of ``customer_id, reason`` of those who fit a recipe, and what it binds.

    Raises
    ------
    SettingsError
        A column is unknown, or compared with what it cannot be compared with.
    """
    bound: dict[str, Any] = {}

    def bind(value: Any) -> str:
        name = f"v{len(bound)}"
        bound[name] = value
        return f"${name}"

    used = words.used_by(recipe)
    conditions = [_condition(one, used[one.column], recipe, cutoff, bind) for one in recipe.conditions]
    reason = _reason(recipe, used, currency, bind)
    others = sorted({known.table for known in used.values()} - {"features"})
    joins = "".join(
        f"\nLEFT JOIN {quoted(words.relations[table])} AS {quoted(table)}"
        f" ON {quoted(table)}.customer_id = features.customer_id"
        for table in others
    )
    return (
        f"SELECT features.customer_id, {reason} AS reason\nFROM features{joins}\nWHERE "
        + "\n    AND ".join(conditions),
        bound,
    )


def _condition(
    condition: Condition, known: Known, recipe: Recipe, cutoff: datetime, bind: Callable[[Any], str]
) -> str:
    column, test, value = known.sql, condition.test, condition.value
    if test in ("is_known", "is_unknown"):
        return f"{column} IS {'NOT ' if test == 'is_known' else ''}NULL"
    if test.endswith("_days"):
        _demand(known.kind == "instant", condition, known, recipe, "only dates lie in days")
        start = f"CAST({bind(cutoff)} AS TIMESTAMP)"
        days = f"to_seconds(CAST({bind(value)} AS DOUBLE) * 86400)"
        if test == "in_next_days":
            return f"({column} >= {start} AND {column} < {start} + {days})"
        return f"({column} < {start} AND {column} >= {start} - {days})"
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    _demand(
        test not in ORDERED or known.kind in ("number", "instant"),
        condition, known, recipe, "only numbers and dates have an order",
    )  # fmt: skip
    for one in values:
        _demand(_fits(one, known.kind), condition, known, recipe, f"it holds {HOLDS[known.kind]}")
    texts = [
        f"CAST({bind(one)} AS {'DOUBLE' if known.kind == 'number' else known.column.type})" for one in values
    ]
    if test in ("one_of", "none_of"):
        return f"{column} {'NOT ' if test == 'none_of' else ''}IN ({', '.join(texts)})"
    return f"{column} {OPERATORS[test]} {texts[0]}"


def _fits(value: Any, kind: str) -> bool:
    if kind == "statement":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "instant" and isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, str)


def _demand(holds: bool, condition: Condition, known: Known, recipe: Recipe, why: str) -> None:
    if not holds:
        raise SettingsError(
            f"recipe {recipe.name}: {condition.column} {condition.test} {condition.value!r} cannot be asked: {why}",
            hint=f"{condition.column} of {known.table}: {known.column.sentence}",
        )


def _reason(recipe: Recipe, used: Mapping[str, Known], currency: Currency, bind: Callable[[Any], str]) -> str:
    """Return the expression of a recipe's reason, each column written by its unit."""
    parts = []
    for text, field, _, _ in Formatter().parse(recipe.reason or recipe.title):
        if text:
            parts.append(f"CAST({bind(text)} AS VARCHAR)")
        if field is not None:
            parts.append(f"coalesce({_written(used[field], currency, bind)}, 'unknown')")
    return " || ".join(parts) or "''"


def _written(known: Known, currency: Currency, bind: Callable[[Any], str]) -> str:
    column, unit = known.sql, known.column.unit
    if known.kind == "instant":
        return f"strftime({column}, '%Y-%m-%d')"
    if known.kind == "statement":
        return f"CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' END"
    if known.kind == "text":
        return f"CAST({column} AS VARCHAR)"
    number = f"CAST({column} AS DOUBLE)"
    if unit == "currency":
        sign = f"CASE WHEN {number} <= -0.5 THEN '−' ELSE '' END"
        return f"{sign} || CAST({bind(currency.symbol)} AS VARCHAR) || format('{{:,.0f}}', abs({number}))"
    if unit.startswith(("share", "0–1")):
        return f"format('{{:.0f}} %', 100 * {number})"
    if unit.endswith("s") and " " not in unit:
        plural, single = bind(f" {unit}"), bind(f" {_single(unit)}")
        noun = f"CAST(CASE WHEN {number} = 1 THEN {single} ELSE {plural} END AS VARCHAR)"
        return f"format('{{:,.0f}}', {number}) || {noun}"
    return f"format('{{:,.4g}}', {number})"


def _single(unit: str) -> str:
    """Return a unit for one of it.

    >>> [_single(unit) for unit in ("days", "categories", "orders")]
    ['day', 'category', 'order']
    """
    return unit.removesuffix("ies") + "y" if unit.endswith("ies") else unit.removesuffix("s")

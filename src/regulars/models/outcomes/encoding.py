"""Attributes as numbers: learned from the customers a model learns from, and from nobody else.

* A column is numbers, days or answers (yes and no) when at least 95 % of its known cells are; else it is names.
* A cell that is none of what its column is counts as unknown. Days are told as days before the newest one learned from.
* Of names, each that enough customers have is an input of 0 and 1; the rare ones are one input together.
* Unknown cells stay unknown for trees; for others the middle stands in, and an input of its own says so.
* Left out, each with its reason: columns with one value, names that nearly everybody has alone, numbers that only count
  the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from regulars.ingest.numbers import Mark
from regulars.ingest.outcome_columns import yes_or_no
from regulars.labels.given.attributes import Attributes, Texts, mark_of_column, numbers
from regulars.models.matrix import Numbers

MOSTLY = 0.95
FEWEST_OF_A_NAME, RARE_SHARE, MOST_NAMES = 5, 0.01, 20
NEARLY_ALL_DIFFERENT = 0.5
OTHER, UNKNOWN = "(another)", "(unknown)"
Kind = Literal["number", "day", "answer", "name"]


@dataclass(frozen=True)
class Encoded:
    """Customers × inputs. ``values`` has NaN where something is unknown, ``filled`` the middle of those learned from.

    ``columns`` says of each input which column it is of.
    """

    customer_ids: NDArray[np.object_]
    names: tuple[str, ...]
    columns: tuple[str, ...]
    values: Numbers
    filled: Numbers

    def __len__(self) -> int:
        return len(self.customer_ids)

    def by_column(self, parts: Numbers) -> tuple[tuple[str, ...], Numbers]:
        """Add up what the inputs of one column contribute: columns, and rows × columns."""
        columns = tuple(dict.fromkeys(self.columns))
        place = {name: number for number, name in enumerate(columns)}
        summed = np.zeros((len(parts), len(columns)))
        for number, name in enumerate(self.columns):
            summed[:, place[name]] += parts[:, number]
        return columns, summed


@dataclass(frozen=True)
class ColumnEncoding:
    """How one column becomes inputs."""

    column: str
    kind: Kind
    mark: Mark = "."
    middle: float = 0.0
    has_unknown: bool = False
    newest: int = 0
    names: tuple[str, ...] = ()
    has_other: bool = False

    @classmethod
    def learned(cls, column: str, texts: Texts) -> ColumnEncoding | str:
        """Return how a column becomes inputs, or why it does not."""
        known = [text for text in texts if text is not None]
        if len(set(known)) < 2:
            return "it has one value" if known else "nothing is known of it"
        has_unknown, mark = len(known) < len(texts), mark_of_column(known)
        plain = numbers(known, mark)
        if np.isfinite(plain).mean() >= MOSTLY:
            return _numeric(column, plain[np.isfinite(plain)], mark, has_unknown, len(texts))
        days = _days(known)
        if np.isfinite(days).mean() >= MOSTLY:
            newest, lacking = int(np.nanmax(days)), has_unknown or bool(np.isnan(days).any())
            return cls(
                column, "day", middle=newest - float(np.nanmedian(days)), has_unknown=lacking, newest=newest
            )
        if all(yes_or_no(text) is not None for text in known):
            answers = [float(bool(yes_or_no(text))) for text in known]
            if len(set(answers)) < 2:
                return "it has one value"
            return cls(column, "answer", middle=float(np.median(answers)), has_unknown=has_unknown)
        return _names(column, known, has_unknown)

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs."""
        unknown = [f"{self.column} = {UNKNOWN}"] if self.has_unknown else []
        if self.kind != "name":
            return [self.column, *unknown]
        others = [f"{self.column} = {OTHER}"] if self.has_other else []
        return [*(f"{self.column} = {name}" for name in self.names), *others, *unknown]

    def encode(self, texts: Texts) -> Numbers:
        """Return its inputs, customers × inputs; NaN is unknown."""
        if self.kind == "name":
            known = np.array([text is not None for text in texts], dtype=bool)
            parts = [np.array([text == name for text in texts], dtype=np.float64) for name in self.names]
            if self.has_other:
                is_named = np.isin(texts.astype(str), self.names)
                parts.append((known & ~is_named).astype(np.float64))
        else:
            parts = [self._values(texts)]
            known = np.isfinite(parts[0])
        if self.has_unknown:
            parts.append((~known).astype(np.float64))
        return np.column_stack(parts)

    def _values(self, texts: Texts) -> Numbers:
        if self.kind == "number":
            return numbers(texts, self.mark)
        if self.kind == "day":
            return self.newest - _days(texts)
        answers = [None if text is None else yes_or_no(text) for text in texts]
        return np.array([np.nan if one is None else float(one) for one in answers], dtype=np.float64)


@dataclass(frozen=True)
class AttributeEncoding:
    """How a customers table becomes numbers; kept as JSON, so that one customer gets the same anywhere."""

    columns: tuple[ColumnEncoding, ...]
    left_out: Mapping[str, str]

    @classmethod
    def learned(cls, attributes: Attributes) -> AttributeEncoding:
        """Learn from the customers a model will learn from."""
        found = {name: ColumnEncoding.learned(name, texts) for name, texts in attributes.columns.items()}
        return cls(
            tuple(one for one in found.values() if isinstance(one, ColumnEncoding)),
            {name: one for name, one in found.items() if isinstance(one, str)},
        )

    def encode(self, attributes: Attributes) -> Encoded:
        """Return customers as numbers, in their order; a column that is missing is unknown."""
        n = len(attributes)
        nothing = np.full(n, None, dtype=object)
        parts = [one.encode(attributes.columns.get(one.column, nothing)) for one in self.columns]
        values = np.column_stack(parts) if parts else np.empty((n, 0))
        names = tuple(name for one in self.columns for name in one.inputs)
        middles = [middle for one in self.columns for middle in (one.middle, *[0.0] * (len(one.inputs) - 1))]
        filled = np.where(np.isfinite(values), values, np.array(middles)) if names else values
        columns = tuple(one.column for one in self.columns for _ in one.inputs)
        return Encoded(attributes.customer_ids, names, columns, values, filled)

    def to_json(self) -> dict[str, Any]:
        return {"columns": [asdict(one) for one in self.columns], "left_out": dict(self.left_out)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> AttributeEncoding:
        columns = tuple(ColumnEncoding(**{**one, "names": tuple(one["names"])}) for one in found["columns"])
        return cls(columns, dict(found["left_out"]))


def _numeric(column: str, known: Numbers, mark: Mark, has_unknown: bool, n: int) -> ColumnEncoding | str:
    distinct = np.unique(known)
    whole = bool(np.all(distinct == np.round(distinct)))
    if whole and len(distinct) == n == int(np.ptp(distinct)) + 1 and n > MOST_NAMES:
        return "it numbers the rows"
    if len(distinct) < 2:
        return "it has one value"
    lacking = has_unknown or len(known) < n
    return ColumnEncoding(column, "number", mark, float(np.median(known)), lacking)


def _names(column: str, known: Sequence[str], has_unknown: bool) -> ColumnEncoding | str:
    counts = Counter(known)
    if len(counts) > max(NEARLY_ALL_DIFFERENT * len(known), 2):
        return "nearly every customer has a value of their own"
    fewest = max(FEWEST_OF_A_NAME, int(np.ceil(RARE_SHARE * len(known))))
    common = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_NAMES]
    names = tuple(name for name in common if counts[name] >= fewest)
    if not names:
        return "none of its values is of enough customers"
    return ColumnEncoding(
        column, "name", has_unknown=has_unknown, names=names, has_other=len(names) < len(counts)
    )


def _days(texts: Sequence[str | None] | Texts) -> Numbers:
    """Return the number of each day that is written year first; NaN where none is."""
    return np.array([_day(cast("str | None", text)) for text in texts], dtype=np.float64)


def _day(text: str | None) -> float:
    try:
        return float(date.fromisoformat(text[:10].replace("/", "-")).toordinal()) if text else float("nan")
    except ValueError:
        return float("nan")

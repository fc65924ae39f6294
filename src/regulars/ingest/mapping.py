"""Their columns to ours: what a table is, and which of its columns is what.

Guaranteed of a `Mapping`:

* its shape has everything that the shape must have; a table of orders without amounts says so (`needs_items`);
* a column stands for one of ours at most, except that an e-mail address may also stand for the customer;
* a column is taken by its name when its cells do not speak against it, and by its cells alone only when no other column
  could be meant;
* every choice has its evidence in a sentence;
* what the settings say is done, and nothing else is guessed for that column.

When two columns could be the same thing with comparable evidence, or one that is needed is missing, it asks where
somebody can answer, and raises `MappingUnclear` with the lines for ``regulars.toml`` where nobody can.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from typing import Any, Protocol

import tomlkit

from regulars.errors import MappingUnclear
from regulars.ingest.cells import ABSENT
from regulars.ingest.dates import DateReading
from regulars.ingest.mapping_choice import choose_shape, contested
from regulars.ingest.mapping_content import Look, look
from regulars.ingest.mapping_shapes import SHAPES, Candidate, Shaped, candidates
from regulars.ingest.numbers import NumberReading
from regulars.ingest.outcome_columns import is_outcome
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.synonyms import FIELDS
from regulars.settings import Settings, Shape, Source

ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d{1,2}", re.IGNORECASE)

Sample = Dictionary[str, Sequence[str | None]]
"""Some cells of every column, as text."""


class NothingFits(MappingUnclear):
    """A table is of no shape: something that is needed is missing."""

    short: str = ""
    """The message without the columns that were not used."""


class Ask(Protocol):
    """Somebody who can answer."""

    def __call__(self, question: str, choices: Sequence[str]) -> str:
        """Return one of the choices."""


@dataclass(frozen=True)
class Mapping:
    """What a table was taken for.

    `columns` is our column → theirs; `evidence` says why, one sentence a column; `dates` and `numbers` are how cells are
    read, known once the whole table was looked at.
    """

    table: SourceTable
    shape: Shape
    columns: dict[str, str]
    evidence: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    dates: dict[str, DateReading] = field(default_factory=dict)
    numbers: NumberReading = field(default_factory=NumberReading)
    tidy: frozenset[str] = frozenset()
    """Columns of theirs that need no trimming and hold no word for nothing."""
    currency: str | None = None
    """The only currency that the table names."""
    entry: Source | None = None
    outcomes: tuple[str, ...] = ()
    """Columns of a customers table that tell who left, by their names and by what stands in them."""

    @property
    def needs_items(self) -> bool:
        """Whether these are orders without amounts, whose lines are in another table."""
        return self.shape == "orders" and not self.has_money

    @property
    def has_money(self) -> bool:
        return any(name in self.columns for name in ("amount", "unit_price", "order_total", "order_subtotal"))

    @property
    def others(self) -> list[str]:
        """Columns of theirs that stand for nothing of ours."""
        taken = set(self.columns.values())
        return [column for column in self.table.columns if column not in taken]

    def with_notes(self, *notes: str) -> Mapping:
        return replace(self, notes=(*self.notes, *notes))

    def record(self) -> dict[str, Any]:
        """Return what is kept of it with the load: what was taken for what, and how it was read."""
        return {
            "shape": self.shape,
            "columns": self.columns,
            "dates": {name: reading.record() for name, reading in self.dates.items()},
            "numbers": self.numbers.record(),
            "read_as": dict(self.table.read_as),
        }

    def sentence(self) -> str:
        """Return what it is, for people."""
        taken = ", ".join(f"{name} = {column!r}" for name, column in self.columns.items())
        return f"{self.table.label}: {SHAPES[self.shape].grain}; {taken}"


def entry_for(table: SourceTable, settings: Settings) -> Source | None:
    """Return the `[[sources]]` entry that speaks of a table; the first that fits."""
    if table.entry is not None:
        return table.entry
    for entry in settings.sources:
        named = fnmatch(table.source, entry.files) or fnmatch(table.label, entry.files)
        if named and (entry.sheet is None or entry.sheet == table.part):
            return entry
    return None


def recognize(table: SourceTable, sample: Sample, settings: Settings, ask: Ask | None = None) -> Mapping:
    """Return what a table is and which of its columns is what.

    Parameters
    ----------
    table
        The table; only its names are looked at.
    sample
        Some cells of every column.
    settings
        `[[sources]]` entries win over everything that could be found out.
    ask
        Answers where two columns could be meant; without it that is an error.

    Raises
    ------
    MappingUnclear
        Two columns could be meant, or a needed one is missing; the hint has the lines to add.
    """
    entry = entry_for(table, settings)
    looks = {column: look(sample.get(column, ())) for column in table.columns}
    given = _given(table, entry)
    forced = next((shape for shape in SHAPES if entry and entry.shape == shape), None)
    found = choose_shape(table, looks, given, forced)
    if found.missing:
        raise _missing(table, looks, found)
    found = _settled(table, looks, found, sample, ask)
    outcomes = [
        column
        for column in found.free(table)
        if found.shape == "customers" and is_outcome(column, (_cell(one) for one in sample.get(column, ())))
    ]
    return Mapping(
        table,
        found.shape,
        found.columns,
        found.evidence,
        (*found.notes, *_rounded_ids(found, sample)),
        entry=entry,
        outcomes=tuple(outcomes),
    )


def _cell(cell: str | None) -> str | None:
    return None if cell is None or cell.strip() in ABSENT else cell


def _given(table: SourceTable, entry: Source | None) -> dict[str, str]:
    if entry is None:
        return {}
    for ours, theirs in entry.columns.items():
        if ours not in FIELDS:
            raise MappingUnclear(
                f"{table.label}: {ours!r} is none of our columns",
                hint=f"our columns are {', '.join(FIELDS)}",
            )
        if theirs not in table.columns:
            raise MappingUnclear(
                f"{table.label}: the settings take {theirs!r} for {ours}, and there is no such column",
                hint=f"its columns are {', '.join(table.columns)}",
            )
    return dict(entry.columns)


def _settled(
    table: SourceTable, looks: dict[str, Look], found: Shaped, sample: Sample, ask: Ask | None
) -> Shaped:
    """Settle each column that has a rival: equal cells mean the same thing, else somebody has to say."""
    for name, rivals in contested(found, candidates(table, looks, found.shape)).items():
        best = found.columns[name]
        others = [
            rival for rival in rivals if not _same_thing(sample.get(best, ()), sample.get(rival.column, ()))
        ]
        if not others:
            same = ", ".join(repr(rival.column) for rival in rivals)
            found.notes.append(f"{best!r} was taken for {FIELDS[name].words}; {same} tells the same apart.")
            continue
        choices = [best, *(rival.column for rival in others)]
        if ask is None:
            raise _two_candidates(table, looks, found, name, choices)
        answer = ask(f"{table.label}: which column is {FIELDS[name].words}?", choices)
        found.columns[name], found.evidence[name] = answer, "as you said"
    return found


def _rounded_ids(found: Shaped, sample: Sample) -> Iterator[str]:
    """Say which ids a spreadsheet has rounded: 1.2345E+12 stands for every id that begins so."""
    for name, column in found.columns.items():
        rounded = [cell for cell in sample.get(column, ()) if cell and ROUNDED.fullmatch(cell.strip())]
        if FIELDS[name].kind == "id" and rounded:
            yield (
                f"{column!r} has ids that a spreadsheet rounded, such as {rounded[0]}: different ones look the same now; "
                "export them again, as text."
            )


def _same_thing(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether two columns tell the same rows apart: each value of one goes with one value of the other."""
    pairs = {(a, b) for a, b in zip(one, other, strict=False) if a is not None and b is not None}
    return bool(pairs) and len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def source_keys(table: SourceTable) -> dict[str, str]:
    """Return the keys of a `[[sources]]` entry that name a table."""
    keys = {"files": glob.escape(table.source)}
    return {**keys, "sheet": table.part} if table.part else keys


def entry_lines(table: SourceTable, shape: str, columns: Dictionary[str, str]) -> str:
    """Return a `[[sources]]` entry as TOML."""
    entry = tomlkit.table()
    entry.update({**source_keys(table), "shape": shape})
    if columns:
        chosen = tomlkit.inline_table()
        chosen.update(columns)
        entry["columns"] = chosen
    entries = tomlkit.aot()
    entries.append(entry)
    return tomlkit.dumps({"sources": entries})


def _two_candidates(
    table: SourceTable, looks: dict[str, Look], found: Shaped, name: str, choices: Sequence[str]
) -> MappingUnclear:
    seen = "; ".join(f"{column!r} ({looks[column].shown})" for column in choices)
    lines = entry_lines(table, found.shape, {**found.columns, name: choices[0]})
    return MappingUnclear(
        f"{table.label}: {len(choices)} columns could be {FIELDS[name].words} ({name}): {seen}",
        hint=f"add these lines to regulars.toml, with the column that is meant:\n\n{lines}",
    )


def _missing(table: SourceTable, looks: dict[str, Look], found: Shaped) -> NothingFits:
    wanted = " and ".join(
        " or ".join(f"{FIELDS[name].words} ({name})" for name in names) for names in found.missing
    )
    free = [column for column in table.columns if column not in found.columns.values()]
    blanks = {names[0]: _only(free, looks, names[0]) for names in found.missing}
    seen = "; ".join(f"{column!r} ({looks[column].shown})" for column in free[:12]) or "no column"
    lines = entry_lines(table, found.shape, {**found.columns, **blanks})
    short = f"{table.label}: no column was recognized as {wanted}"
    problem = NothingFits(
        f"{short}; not used so far: {seen}",
        hint="if the table has it under another name, add these lines to regulars.toml and put that name in "
        f"(shape is one of {', '.join(SHAPES)}, or ignore):\n\n{lines}",
    )
    problem.short = short
    return problem


def _only(free: Sequence[str], looks: dict[str, Look], name: str) -> str:
    """Return the one column whose cells could be meant, or a blank to fill in."""
    could = [column for column in free if looks[column].n_filled and looks[column].fits(FIELDS[name].kind)]
    return could[0] if len(could) == 1 else "…"


__all__ = [
    "Ask",
    "Candidate",
    "Mapping",
    "NothingFits",
    "Sample",
    "entry_for",
    "entry_lines",
    "recognize",
    "source_keys",
]

"""Tables: what a row is, what every column means, and which column tells its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name closes with its unit, its sentence is for people.

    ``null_means`` is empty when the column is never null.
    """

    name: str
    type: str
    sentence: str
    unit: str = ""
    null_means: str = ""


@dataclass(frozen=True)
class TableSpec:
    """A table's contract: ``grain`` opens with "one row per"; ``key`` names the columns that tell rows apart.

    A table either names the column that places its rows in time or says why it has none.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    time_column: str | None = None
    timeless_because: str = ""

    def __post_init__(self) -> None:
        names = self.column_names
        if not self.grain.startswith("one row per "):
            raise ValueError(f"{self.name}: the grain must open with 'one row per'")
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: a column is named twice")
        if missing := [k for k in (*self.key, *filter(None, [self.time_column])) if k not in names]:
            raise ValueError(f"{self.name}: {missing} are not columns")
        if (self.time_column is None) == (self.timeless_because == ""):
            raise ValueError(f"{self.name}: name a time column, or say why there is none")

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

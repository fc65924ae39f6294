"""Files that people hand in after the fact: who did what, who was written to, who is not to be written to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.errors import FileUnreadable, MappingUnclear, NothingUsable
from regulars.ingest.sources.opening import open_sources
from regulars.ingest.sources.table import ROW_NUMBER
from regulars.ingest.synonyms import FIELDS, squash
from regulars.settings import Settings

if TYPE_CHECKING:
    from regulars.ingest.sources.table import SourceTable

WORDS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


def customers_in(path: Path) -> list[str]:
    """Return the customer ids in a file, each once, in order."""
    rows, columns = read_rows(path)
    who = columns[0] if len(columns) == 1 else customer_column(path, columns, None)
    return [one for one in dict.fromkeys(plain_id(row[who]) for row in rows) if one]


def contacts_in(path: Path) -> list[tuple[str, datetime]]:
    """Return who was written to and when, from a file with a column of customers and one of ISO dates.

    Raises
    ------
    MappingUnclear, NothingUsable
        There is no column of dates, or a row has none.
    """
    rows, columns = read_rows(path)
    who = customer_column(path, columns, None)
    dated = [name for name in columns if name != who and _date(rows[0][name]) is not None]
    if not dated:
        raise MappingUnclear(
            f"{path.name} has no column of dates; it has: {', '.join(columns)}",
            hint="write when a customer was written to as 2026-03-01 or 2026-03-01T09:30",
        )
    found = [(plain_id(row[who]), _date(row[dated[0]])) for row in rows]
    for place, (one, when) in enumerate(found, start=1):
        if not one or when is None:
            raise NothingUsable(
                f"{path.name}, row {place}: {who} is {one!r} and {dated[0]} is {rows[place - 1][dated[0]]!r}",
                hint="every row needs a customer and a date like 2026-03-01",
            )
    return [(one, when) for one, when in found if when is not None]


def _date(cell: Any) -> datetime | None:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    try:
        return datetime.fromisoformat(str(cell).strip()).replace(tzinfo=None)
    except ValueError:
        return None


def read_rows(path: Path) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the rows of a file in their order, and the names of its columns.

    Raises
    ------
    FileUnreadable, NothingUsable
        It cannot be read, is broken, or has no rows.
    """
    tables = open_sources([path], Settings())
    if len(tables) > 1:
        raise FileUnreadable(
            f"{path.name} holds {len(tables)} tables; outcomes are one",
            hint="name it, as in outcomes.xlsx:Sheet1",
        )
    table: SourceTable = tables[0]
    with DuckDBEngine() as engine, table.open(engine) as relation:
        rows = engine.rows(f"SELECT * FROM {quoted(relation)} ORDER BY {quoted(ROW_NUMBER)}")  # noqa: S608
        rejected = engine.count(table.rejects)
    if rejected:
        raise FileUnreadable(
            f"{path.name}: {rejected:,} rows are broken", hint="`regulars check` shows which and why"
        )
    if not rows:
        raise NothingUsable(f"{path.name} has no rows")
    return rows, table.columns


def customer_column(path: Path, columns: Sequence[str], given: str | None) -> str:
    """Return the column of customer ids: the one that is named, else the one that is called so.

    Raises
    ------
    MappingUnclear
        There is none, or not the one that is named.
    """
    if given is not None:
        return demand_column(path, columns, given)
    strengths = {name: FIELDS["customer_id"].strength(squash(name)) for name in columns}
    best = max(columns, key=lambda name: strengths[name])
    if not strengths[best]:
        raise MappingUnclear(
            f"{path.name} has no column that is surely the customer; it has: {', '.join(columns)}",
            hint="name it: --customer COLUMN",
        )
    return best


def demand_column(path: Path, columns: Sequence[str], name: str) -> str:
    """Return a name that is a column's; say what there is when it is not."""
    if name not in columns:
        near = get_close_matches(name, columns, 1)
        raise MappingUnclear(
            f"{path.name} has no column {name!r}",
            hint=f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(columns)}",
        )
    return name


def number(cell: Any) -> float | None:
    """Return a cell as a number, yes and no as 1 and 0, None for what is none.

    >>> number("12.5"), number("yes"), number(True), number("many"), number("nan")
    (12.5, 1.0, 1.0, None, None)
    """
    if isinstance(cell, str):
        text = cell.strip().lower()
        if text in WORDS:
            return WORDS[text]
        cell = text
    elif not isinstance(cell, (int, float)) and not hasattr(cell, "as_tuple"):
        return None
    try:
        found = float(cell)
    except ValueError:
        return None
    return found if np.isfinite(found) else None


def plain_id(cell: Any) -> str:
    """Return an id as the warehouse writes it.

    >>> plain_id(" 13085.0 "), plain_id(13085.0), plain_id(None)
    ('13085', '13085', '')
    """
    text = "" if cell is None else str(cell).strip()
    return re.sub(r"^(\d+)\.0$", r"\1", text)

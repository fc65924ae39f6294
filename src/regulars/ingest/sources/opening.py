"""From paths to tables: finds the files, and asks the reader of their kind.

A database server (PostgreSQL) has its place among `SEVERAL_TABLES`: an address such as `postgresql://…` is a kind too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.delimited import delimited_table
from regulars.ingest.sources.duckdb_file import duckdb_tables
from regulars.ingest.sources.entries import chosen_parts, entry_of
from regulars.ingest.sources.find import Found, Kind, find
from regulars.ingest.sources.jsonlines import json_table
from regulars.ingest.sources.parquet import parquet_table
from regulars.ingest.sources.sqlite import sqlite_tables
from regulars.ingest.sources.table import Sources, SourceTable
from regulars.ingest.sources.workbook import workbook_tables
from regulars.settings import Settings, Source

ONE_TABLE: dict[Kind, Callable[[Content, Source | None], SourceTable]] = {
    "delimited": delimited_table,
    "json": json_table,
    "parquet": parquet_table,
}
SEVERAL_TABLES: dict[
    Kind, Callable[[Content, str | None, Sequence[Source], list[str]], list[SourceTable]]
] = {
    "workbook": workbook_tables,
    "sqlite": sqlite_tables,
    "duckdb": duckdb_tables,
}


def open_sources(paths: Sequence[str | Path], settings: Settings) -> Sources:
    """Return the tables of files, folders, patterns, archives, workbooks and databases, in order.

    Every file is read once to see whether it is whole and what its fingerprint is. Tables that the settings say to
    ignore are left out. ``database.sqlite:table`` names one table of a database, ``archive.zip:file`` one file.

    Raises
    ------
    FileUnreadable
        A file is missing, empty, broken, locked or in a form nobody knows.
    """
    found = Sources()
    for file in find(paths, found.notes):
        for table in _tables_of(file, settings.sources, found.notes):
            if table.entry is not None and table.entry.shape == "ignore":
                found.notes.append(f"{table.label} was left out, as the settings say.")
            else:
                found.append(table)
    if not found:
        raise FileUnreadable(
            f"nothing is left to read of {', '.join(map(str, paths)) or 'no files'}",
            hint=" ".join(found.notes) or "name a file, a folder or a database",
        )
    return found


def _tables_of(file: Found, entries: Sequence[Source], notes: list[str]) -> list[SourceTable]:
    content = file.content
    entry = entry_of(entries, content)
    if entry is not None and entry.shape == "ignore" and entry.sheet is None:
        notes.append(f"{content.label} was left out, as the settings say.")
        return []
    if file.kind in SEVERAL_TABLES:
        return SEVERAL_TABLES[file.kind](content, file.table, entries, notes)
    if entry is None and content.inner and chosen_parts(entries, content):
        notes.append(f"{content.label} was left out: the settings name another file of the archive.")
        return []
    return [ONE_TABLE[file.kind](content, entry)]

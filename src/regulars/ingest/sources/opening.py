"""From paths to tables: finds the files, and asks the reader of their kind.

A database server (PostgreSQL) has its place beside `_tables_of`: an address such as `postgresql://…` becomes tables too.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.delimited import delimited_table
from regulars.ingest.sources.duckdb_file import duckdb_tables
from regulars.ingest.sources.find import Found, find
from regulars.ingest.sources.jsonlines import json_table
from regulars.ingest.sources.parquet import parquet_table
from regulars.ingest.sources.sqlite import sqlite_tables
from regulars.ingest.sources.table import Sources, SourceTable
from regulars.ingest.sources.workbook import workbook_tables
from regulars.settings import Settings, Source


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
    fitting = [entry for entry in entries if _fits(entry.files, content)]
    entry = next((entry for entry in fitting if _is_of(entry, content)), None)
    if entry is not None and entry.shape == "ignore" and entry.sheet is None:
        notes.append(f"{content.label} was left out, as the settings say.")
        return []
    if file.kind == "workbook":
        return workbook_tables(content, file.table, fitting, notes)
    if file.kind in ("sqlite", "duckdb"):
        read = sqlite_tables if file.kind == "sqlite" else duckdb_tables
        return read(content, file.table, _by_table(entries, content), notes)
    if fitting and entry is None:
        notes.append(f"{content.label} was left out: the settings name another file of the archive.")
        return []
    if file.kind == "parquet":
        return [parquet_table(content, entry)]
    if file.kind == "json":
        return [json_table(content, entry)]
    return [delimited_table(content, entry)]


def _fits(pattern: str, content: Content) -> bool:
    """Whether a pattern of the settings speaks of a file: by its name, its path or its name in the archive."""
    path = content.path.as_posix()
    names = [content.path.name, content.label, content.name]
    return any(fnmatchcase(name, pattern) for name in names) or fnmatchcase(
        path, f"*/{pattern.removeprefix('./')}"
    )


def _is_of(entry: Source, content: Content) -> bool:
    """Whether an entry for one file of an archive is for this one."""
    return entry.sheet is None or content.inner is None or entry.sheet in (content.inner, content.name)


def _by_table(entries: Sequence[Source], content: Content) -> list[tuple[str, Source]]:
    """Return the entries for tables of a database: ``shop.sqlite:orders``, or ``sheet`` naming the table."""
    tables = []
    for entry in entries:
        files, _, table = entry.files.rpartition(":")
        if files and _fits(files, content):
            tables.append((table, entry))
        elif entry.sheet and _fits(entry.files, content):
            tables.append((entry.sheet, entry))
    return tables

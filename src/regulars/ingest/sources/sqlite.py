"""SQLite databases: one table of ours per table or view, values as text, the file never written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.engines.duckdb import quoted
from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.entries import chosen_parts, entry_of
from regulars.ingest.sources.names import column_names
from regulars.ingest.sources.spool import Spool, Spooled
from regulars.ingest.sources.survey import fingerprint, sha256
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.sources.temporary import temporary_folder
from regulars.ingest.sources.workbook import as_text
from regulars.settings import Source

TABLES = """
SELECT name FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY type, name
"""


def sqlite_tables(
    content: Content, wanted: str | None, entries: Sequence[Source], notes: list[str]
) -> list[SourceTable]:
    """Return the tables of a database; empty ones are left out with a note.

    Parameters
    ----------
    content
        The file.
    wanted
        The only table that was asked for, or None.
    entries
        What the settings say of sources.
    notes
        Takes what a person should know.

    Raises
    ------
    FileUnreadable
        It is no database, or has no such table, or none with rows.
    """
    content_hash = sha256(content, content.path.with_name(f"{content.path.name}-wal"))
    tables = []
    with (
        temporary_folder() as folder,
        _connected(content, folder) as connection,
    ):
        names = [name for (name,) in connection.execute(TABLES)]
        asked = {name.lower() for name in ({wanted} if wanted else chosen_parts(entries, content))}
        for name in names:
            if asked and name.lower() not in asked:
                continue
            cursor = connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 1")  # noqa: S608
            if cursor.fetchone() is None:
                notes.append(f"The table {name} of {content.label} was left out: it has no rows.")
                continue
            columns = column_names(column[0] for column in cursor.description)
            tables.append(_table(content, content_hash, name, columns, entry_of(entries, content, name)))
    if not tables:
        what = f"no table {', '.join(sorted(asked))}" if asked else "no table"
        raise FileUnreadable(
            f"{content.label} has {what} with rows",
            hint=f"its tables are {', '.join(names) or 'none'}",
        )
    return tables


def _table(
    content: Content, content_hash: str, name: str, columns: tuple[str, ...], entry: Source | None
) -> SourceTable:
    read_as: dict[str, Any] = {"kind": "sqlite", "packing": content.packing, "table": name}
    part = f"{content.inner}:{name}" if content.inner else name
    return SourceTable(
        source=content.path.name,
        part=part,
        path=content.path,
        columns=columns,
        typed=False,
        read_as=read_as,
        fingerprint=fingerprint(content_hash, read_as, part),
        reader=SqliteReader(content, name, columns),
        entry=entry,
    )


@dataclass(frozen=True)
class SqliteReader:
    """Brings the rows of a table."""

    content: Content
    table: str
    columns: tuple[str, ...]

    def spool(self, folder: Path) -> Spooled:
        with _connected(self.content, folder) as connection, Spool.of_text(folder, self.columns) as spool:
            rows = connection.execute(f"SELECT * FROM {quoted(self.table)}")  # noqa: S608
            for number, row in enumerate(rows, start=1):
                spool.add_row(number, [_text(cell) for cell in row])
        return spool.spooled


def _text(cell: Any) -> str | None:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace").replace("\0", "") or None
    return as_text(cell) or None


@contextmanager
def _connected(content: Content, folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a database for reading only; one in a folder that may not be written to is opened as it lies."""
    with content.on_disk(folder) as path:
        try:
            with closing(_connect(path)) as connection:
                connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
                yield connection
        except sqlite3.DatabaseError as problem:
            raise FileUnreadable(
                f"{content.label} is not a SQLite database that can be read: {problem}",
                hint="it may be damaged, encrypted or locked by another program; close that program, or copy it again",
            ) from problem


def _connect(path: Path) -> sqlite3.Connection:
    address = path.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as problem:
        connection.close()
        if "unable to open" not in str(problem) and "readonly" not in str(problem):
            raise
        connection = sqlite3.connect(f"{address}?immutable=1", uri=True)
    return connection

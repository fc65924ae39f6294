"""DuckDB databases: one table of ours per table or view, with its own types, through a connection that only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from regulars.engines.duckdb import BATCH_ROWS, quoted
from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.entries import chosen_parts, entry_of
from regulars.ingest.sources.names import column_names
from regulars.ingest.sources.spool import Spool, Spooled, row_numbers
from regulars.ingest.sources.survey import fingerprint, sha256
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.sources.temporary import temporary_folder
from regulars.settings import Source

TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_catalog = current_database() AND table_schema NOT IN ('information_schema', 'pg_catalog')
ORDER BY table_schema <> 'main', table_schema, table_name
"""
KEPT_TYPES = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "FLOAT", "DOUBLE",
    "DECIMAL", "VARCHAR", "DATE", "TIMESTAMP",
)  # fmt: skip
"""Columns of other types (enumerations, large integers, lists, …) come as text."""


def duckdb_tables(
    content: Content, wanted: str | None, entries: Sequence[Source], notes: list[str]
) -> list[SourceTable]:
    """Return the tables of a database; empty ones are left out with a note.

    Parameters and errors as for `sqlite_tables`.
    """
    content_hash = sha256(content, content.path.with_name(f"{content.path.name}.wal"))
    tables = []
    with (
        temporary_folder() as folder,
        _connected(content, folder) as connection,
    ):
        names = connection.execute(TABLES).fetchall()
        asked = {name.lower() for name in ({wanted} if wanted else chosen_parts(entries, content))}
        for schema, table in names:
            name = table if schema == "main" else f"{schema}.{table}"
            if asked and name.lower() not in asked:
                continue
            address = f"{quoted(schema)}.{quoted(table)}"
            if connection.execute(f"SELECT 1 FROM {address} LIMIT 1").fetchone() is None:  # noqa: S608
                notes.append(f"The table {name} of {content.label} was left out: it has no rows.")
                continue
            described = connection.execute(f"DESCRIBE {address}").fetchall()
            columns = column_names(column[0] for column in described)
            query = _query(address, described, columns)
            tables.append(
                _table(content, content_hash, name, columns, query, entry_of(entries, content, name))
            )
    if not tables:
        what = f"no table {', '.join(sorted(asked))}" if asked else "no table"
        raise FileUnreadable(
            f"{content.label} has {what} with rows",
            hint=f"its tables are {', '.join(table for _, table in names) or 'none'}",
        )
    return tables


def _query(address: str, described: Sequence[Any], columns: Sequence[str]) -> str:
    def expression(name: str, kind: str) -> str:
        return (
            quoted(name)
            if kind.startswith(KEPT_TYPES) and "[" not in kind
            else f"CAST({quoted(name)} AS VARCHAR)"
        )

    selected = ", ".join(
        f"{expression(name, kind)} AS {quoted(column)}"
        for (name, kind, *_), column in zip(described, columns, strict=True)
    )
    return f"SELECT {selected} FROM {address}"  # noqa: S608


def _table(
    content: Content, content_hash: str, name: str, columns: tuple[str, ...], query: str, entry: Source | None
) -> SourceTable:
    read_as: dict[str, Any] = {"kind": "duckdb", "packing": content.packing, "table": name}
    part = f"{content.inner}:{name}" if content.inner else name
    return SourceTable(
        source=content.path.name,
        part=part,
        path=content.path,
        columns=columns,
        typed=True,
        read_as=read_as,
        fingerprint=fingerprint(content_hash, read_as, part),
        reader=DuckDBReader(content, query),
        entry=entry,
    )


@dataclass(frozen=True)
class DuckDBReader:
    """Brings the rows of a table."""

    content: Content
    query: str

    def spool(self, folder: Path) -> Spooled:

        with _connected(self.content, folder) as connection:
            batches = connection.sql(self.query).to_arrow_reader(BATCH_ROWS)
            number = 1
            with Spool(folder, batches.schema) as spool:
                for batch in batches:
                    spool.add_batch(row_numbers(number, batch.num_rows), batch)
                    number += batch.num_rows
        return spool.spooled


@contextmanager
def _connected(content: Content, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with content.on_disk(folder) as path:
        try:
            config: dict[str, Any] = {
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "enable_external_access": False,
            }
            with closing(duckdb.connect(str(path), read_only=True, config=config)) as connection:
                connection.execute("SET TimeZone = 'UTC'")
                yield connection
        except duckdb.Error as problem:
            raise FileUnreadable(
                f"{content.label} is not a DuckDB database that can be read: {str(problem).splitlines()[0]}",
                hint="it may be damaged, of another version, or in use by a program that writes to it; close that program",
            ) from problem

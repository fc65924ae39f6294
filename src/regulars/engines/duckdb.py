"""The embedded engine: one DuckDB file, or memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from regulars.engines.queries import PARAMETER, Query, code_of
from regulars.errors import DiskFull, WorkspaceBusy, WorkspaceForeign
from regulars.terms.tables import TableSpec

if TYPE_CHECKING:
    import pyarrow

BATCH_ROWS = 100_000


def quoted(identifier: str) -> str:
    """Write a name of a table or column for SQL, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(path: Path) -> str:
    """Write a path for SQL, whatever is in it."""
    return "'" + str(path).replace("'", "''") + "'"


def parquet(path: Path) -> str:
    """Write a Parquet file as a relation for SQL."""
    return f"read_parquet({literal(path)})"


class DuckDBEngine:
    """Runs queries and keeps tables; everything it is given by value is bound, never written into the text."""

    query_errors = duckdb.Error
    """What a query that is wrong raises; for queries that are not ours."""
    scratch = "TEMP TABLE"
    """What a table is that is not to stay."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        memory_limit: str = "",
        threads: int | None = None,
        read_only: bool = False,
    ) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if memory_limit:
            config["memory_limit"] = memory_limit
        if threads:
            config["threads"] = threads
        try:
            self.connection = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=config)
        except duckdb.IOException as problem:
            raise _opening_error(path, problem) from problem
        self.connection.execute("SET TimeZone = 'UTC'")
        if self.row("SELECT current_setting('enable_progress_bar') AS is_on")["is_on"]:
            self.connection.execute("SET enable_progress_bar = false")  # it would write to stdout

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def execute(self, query: Query | str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement for its effect."""
        self._run(query, parameters)

    def create(
        self,
        table: str,
        query: Query,
        parameters: Mapping[str, Any] | None = None,
        *,
        temporary: bool = False,
    ) -> None:
        """Make (or make anew) a table of a query's rows."""
        kind = self.scratch if temporary else "TABLE"
        self._run(f"CREATE OR REPLACE {kind} {quoted(table)} AS\n{query.text}", parameters, query.parameters)

    def create_empty(self, spec: TableSpec, *, replace: bool = False, temporary: bool = False) -> None:
        """Make a table as its spec says, unless it exists."""
        columns = ", ".join(f"{quoted(column.name)} {column.type}" for column in spec)
        kind = self.scratch if temporary else "TABLE"
        how = f"CREATE OR REPLACE {kind}" if replace else f"CREATE {kind} IF NOT EXISTS"
        self._run(f"{how} {quoted(spec.name)} ({columns})")

    def create_view(self, name: str, query: Query, parameters: Mapping[str, Any] | None = None) -> None:
        """Make (or make anew) a temporary view; what is bound stays bound in variables of the connection."""
        for parameter in query.parameters:
            value = {"value": (parameters or {})[parameter]}
            self._run(f"SET VARIABLE {quoted(f'{name}_{parameter}')} = $value", value)
        text = PARAMETER.sub(rf"getvariable('{name}_\1')", code_of(query.text))
        self._run(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS\n{text}")

    def put(self, table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Make (or make anew) a temporary table of rows that are at hand, with columns of these types."""
        import pyarrow as pa

        described = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self._run(f"CREATE OR REPLACE {self.scratch} {quoted(table)} ({described})")
        if rows:
            self.insert_arrow(table, pa.Table.from_pylist([dict(row) for row in rows]))

    def take(self, spec: TableSpec, rows: pyarrow.Table) -> None:
        """Make (or make anew) a temporary table as its spec says, of Arrow rows."""
        columns = ", ".join(f"CAST({quoted(c.name)} AS {c.type}) AS {quoted(c.name)}" for c in spec)
        with self.registered("taken", rows):
            query = Query(spec.name, f"SELECT {columns} FROM taken", {})  # noqa: S608
            self.create(spec.name, query, temporary=True)

    def remove(self, table: str, key: Sequence[str], listed_in: str) -> None:
        """Take the rows out of a table whose keys are listed in another."""
        same = " AND ".join(f"listed.{quoted(name)} = kept.{quoted(name)}" for name in key)
        self._run(
            f"DELETE FROM {quoted(table)} AS kept USING {quoted(listed_in)} AS listed WHERE {same}"  # noqa: S608
        )

    def insert(self, table: str, query: Query, parameters: Mapping[str, Any] | None = None) -> None:
        """Add a query's rows to a table, column by name."""
        self._run(f"INSERT INTO {quoted(table)} BY NAME\n{query.text}", parameters, query.parameters)

    def insert_arrow(self, table: str, rows: pyarrow.Table | pyarrow.RecordBatchReader) -> None:
        """Add Arrow rows to a table, column by name."""
        with self.registered("incoming", rows):
            self._run(f"INSERT INTO {quoted(table)} BY NAME SELECT * FROM incoming")  # noqa: S608

    @contextmanager
    def registered(self, name: str, rows: object) -> Iterator[None]:
        """Let queries read something of Arrow's under a name, for as long as the block lasts."""
        self.connection.register(name, rows)
        try:
            yield
        finally:
            self.connection.unregister(name)

    def drop(self, table: str) -> None:
        self._run(f"DROP TABLE IF EXISTS {quoted(table)}")

    def drop_view(self, name: str) -> None:
        self._run(f"DROP VIEW IF EXISTS {quoted(name)}")

    def arrow(self, query: Query | str, parameters: Mapping[str, Any] | None = None) -> pyarrow.Table:
        """Return all rows in Arrow."""
        return self._relation(query, parameters).to_arrow_table()

    def batches(
        self, query: Query | str, parameters: Mapping[str, Any] | None = None, *, rows: int = BATCH_ROWS
    ) -> pyarrow.RecordBatchReader:
        """Return rows in Arrow, a batch at a time; read it out before the next call on this engine."""
        return self._relation(query, parameters).to_arrow_reader(rows)

    def rows(self, query: Query | str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return all rows as dictionaries; for results that people could read."""
        cursor = self._run(query, parameters)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, query: Query | str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the only row."""
        (only,) = self.rows(query, parameters)
        return only

    def tables(self) -> list[str]:
        return [row["table_name"] for row in self.rows("SELECT table_name FROM duckdb_tables() ORDER BY ALL")]

    def columns(self, table: str) -> list[str]:
        return [column[0] for column in self._run(f"FROM {quoted(table)} LIMIT 0").description or []]

    def tables_read(self, query: Query) -> set[str]:
        """Return the names of all tables in a SELECT, as the engine itself reads it; those of WITH among them."""
        row = self.row("SELECT json_serialize_sql($text) AS tree", {"text": query.text})
        return set(_named(json.loads(row["tree"]), "BASE_TABLE", "table_name"))

    def count(self, table: str) -> int:
        return int(self.row(f"SELECT count(*) AS n FROM {quoted(table)}")["n"])  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing of it."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def _run(
        self,
        query: Query | str,
        parameters: Mapping[str, Any] | None = None,
        wanted: frozenset[str] | None = None,
    ) -> duckdb.DuckDBPyConnection:
        text, values = _bound(query, parameters, wanted)
        with _storage_errors_in_words():
            return self.connection.execute(text, values)

    def _relation(self, query: Query | str, parameters: Mapping[str, Any] | None) -> duckdb.DuckDBPyRelation:
        text, values = _bound(query, parameters)
        with _storage_errors_in_words():
            return self.connection.sql(text, params=values)


def _bound(
    query: Query | str, parameters: Mapping[str, Any] | None, wanted: frozenset[str] | None = None
) -> tuple[str, dict[str, Any] | None]:
    """Return the text, and of the parameters those that it asks for."""
    given = parameters or {}
    if isinstance(query, Query):
        return query.text, {name: given[name] for name in query.parameters} or None
    return query, {name: given[name] for name in (given if wanted is None else wanted)} or None


@contextmanager
def _storage_errors_in_words() -> Iterator[None]:
    try:
        yield
    except duckdb.IOException as problem:
        if "No space left" in str(problem):
            raise _disk_full() from problem
        raise
    except duckdb.OutOfMemoryException as problem:
        raise DiskFull(
            "the database ran out of memory and of room to swap to",
            hint="free some disk space, or raise machine.memory_limit in regulars.toml",
        ) from problem


def _named(tree: Any, kind: str, field: str) -> Iterator[str]:
    """Yield a field of all nodes of a kind."""
    if isinstance(tree, dict):
        if tree.get("type") == kind:
            yield tree[field]
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _named(branch, kind, field)


def _disk_full() -> DiskFull:
    return DiskFull(
        "the disk is full; the last release is untouched",
        hint="free some space, or put the workspace on another disk with --workspace",
    )


def _opening_error(path: Path | None, problem: duckdb.IOException) -> Exception:
    text = str(problem)
    if "lock" in text.lower():
        return WorkspaceBusy(
            f"{path} is in use by another run", hint="wait until it is finished, or stop it, and try again"
        )
    if "No space left" in text:
        return _disk_full()
    return WorkspaceForeign(
        f"{path} is not a database that this version can read",
        hint="it may be damaged or from a newer version; move it away and run again on your files",
    )

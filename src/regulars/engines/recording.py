"""An engine that writes down what a run computes, so that it can be computed again as one query that is planned once.

A run makes dozens of relations, one statement each. For one customer planning them takes far longer than their rows do.
So the very functions of a run are called once on a `RecordingEngine`, over no rows, and every relation they make is
kept as text. What is wanted of them is then one query, in which each relation is a WITH; prepared, it answers for one
customer after the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import PARAMETER, Query, code_of
from regulars.terms.tables import TableSpec

if TYPE_CHECKING:
    import pyarrow

BOUND = "bound_"
PREPARED = "recorded"
TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOLEAN"), (int, "BIGINT"), (float, "DOUBLE"), (datetime, "TIMESTAMP"), (date, "DATE"),
)  # fmt: skip


class Rows:
    """The rows of a table that a prepared query reads from Arrow, whatever they are when it is executed."""

    def __init__(self, table: pyarrow.Table) -> None:
        self.table = table

    def __arrow_c_schema__(self) -> object:
        return self.table.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


class RecordingEngine(DuckDBEngine):
    """Records relations while it makes them, and answers questions about them for other rows, over and over.

    What is bound goes through a table of one row for each parameter: a prepared query with parameters would be planned
    anew each time. So would one that was optimized, and optimizing takes longer than a few rows do. The rows themselves
    stay in Arrow (`Rows`): putting them into tables takes longer than all queries over a few of them do.

    Examples
    --------
    >>> from regulars.terms.tables import Column
    >>> numbers = TableSpec("numbers", "one row per number", ("n",), (Column("n", "INTEGER", "It."),), timeless_because="-")
    >>> engine = RecordingEngine()
    >>> engine.create_empty(numbers)
    >>> engine.create("large", Query("large", "SELECT n FROM numbers WHERE n > $least", {}), {"least": 2})
    >>> engine.prepare({"most": "SELECT max(n) AS most FROM large"}, [numbers])
    >>> import pyarrow as pa
    >>> engine.fill(numbers, pa.table({"n": [1, 2, 3, 4]}))
    >>> engine.answers()["most"].to_pylist()
    [{'most': 4}]
    >>> engine.bind(least=4)
    >>> engine.answers()["most"].to_pylist()
    [{'most': None}]
    """

    scratch = "TABLE"

    def __init__(self) -> None:
        self._relations: dict[str, str] = {}
        self._bound: dict[str, Any] = {}
        self._rows: dict[str, Rows] = {}
        super().__init__(threads=1)

    def create(
        self,
        table: str,
        query: Query,
        parameters: Mapping[str, Any] | None = None,
        *,
        temporary: bool = False,
    ) -> None:
        super().create(table, query, parameters, temporary=temporary)
        self._record(table, self._text(query, parameters))

    def create_view(self, name: str, query: Query, parameters: Mapping[str, Any] | None = None) -> None:
        super().create_view(name, query, parameters)
        self._record(name, self._text(query, parameters))

    def create_empty(self, spec: TableSpec, *, replace: bool = False, temporary: bool = False) -> None:
        super().create_empty(spec, replace=replace, temporary=temporary)
        if replace:
            self._relations.pop(spec.name, None)

    def insert(self, table: str, query: Query, parameters: Mapping[str, Any] | None = None) -> None:
        """Add a query's rows to a table; recorded, they are what is in it, after those that were added before."""
        super().insert(table, query, parameters)
        given = {column[0] for column in self._run(query, parameters).description or []}
        described = self._run(f"DESCRIBE {quoted(table)}").fetchall()
        columns = ", ".join(
            f"CAST({quoted(name) if name in given else 'NULL'} AS {kind}) AS {quoted(name)}"
            for name, kind, *_ in described
        )
        text = f"SELECT {columns} FROM (\n{self._text(query, parameters)}\n)"  # noqa: S608
        if table in self._relations:
            text = f"SELECT * FROM {self._renamed(table)}\nUNION ALL\n{text}"  # noqa: S608
        self._record(table, text)

    def remove(self, table: str, key: Sequence[str], listed_in: str) -> None:
        super().remove(table, key, listed_in)
        columns = ", ".join(quoted(name) for name in key)
        before = self._renamed(table)
        self._record(table, f"SELECT * FROM {before} ANTI JOIN {quoted(listed_in)} USING ({columns})")  # noqa: S608

    def take(self, spec: TableSpec, rows: pyarrow.Table) -> None:
        """Make a table of rows that are the same whoever is asked about; they are not recorded."""
        super().create_empty(spec, replace=True)
        self.insert_arrow(spec.name, rows)

    def drop(self, table: str) -> None:
        """Leave a table: what was recorded may read it."""

    def drop_view(self, name: str) -> None:
        """Leave a view."""

    def prepare(self, wanted: Mapping[str, str], filled: Sequence[TableSpec]) -> None:
        """Make ready one query that answers several: `answers` returns their rows by name.

        Parameters
        ----------
        wanted
            Queries over what was recorded, by name.
        filled
            The tables whose rows are given anew each time (`fill`); all others stay as they are.
        """
        for spec in filled:
            self._read_from_arrow(spec)
        parts = ",\n".join(
            f"{quoted(name)} AS (\n{text}\n)" for name, text in self._needed(list(wanted.values()))
        )
        lists = ",\n".join(
            f"(SELECT list(answer) FROM (\n{text}\n) AS answer) AS {quoted(name)}"  # noqa: S608
            for name, text in wanted.items()
        )
        self._run("PRAGMA disable_optimizer")
        self._run(f"PREPARE {PREPARED} AS\nWITH {parts}\nSELECT {lists}")

    def fill(self, spec: TableSpec, *rows: pyarrow.Table) -> None:
        """Give a table these rows instead of those before; the queries over it stay planned.

        Columns are found by name, and null where rows say nothing. Text becomes what the column is, exactly.

        Raises
        ------
        ValueError
            A value is not one of its column's type.
        """
        import pyarrow as pa

        mine = self._rows[spec.name]
        schema = mine.table.schema
        mine.table = pa.concat_tables([schema.empty_table(), *(_typed(some, schema) for some in rows)])

    def bind(self, **parameters: Any) -> None:
        """Set parameters of what was recorded to other values."""
        for name, value in parameters.items():
            if name not in self._bound:
                kind = next((sql for python, sql in TYPES if isinstance(value, python)), "VARCHAR")
                self._run(
                    f"CREATE TABLE {BOUND}{name} AS SELECT CAST($value AS {kind}) AS value", {"value": value}
                )
            elif value != self._bound[name]:
                self._run(f"UPDATE {BOUND}{name} SET value = $value", {"value": value})  # noqa: S608
            self._bound[name] = value

    def answers(self) -> dict[str, pyarrow.Table]:
        """Return the rows of each query that was prepared, for the rows and parameters there are now.

        Each time in a new thread: what a query leaves in a thread's part of the heap lies in the way of the next, which
        took half as long again after three hundred.
        """
        import pyarrow as pa

        with ThreadPoolExecutor(max_workers=1) as alone:
            try:
                found = alone.submit(self._all_answers).result()
            except BaseException:
                self.connection.interrupt()
                raise
        return {
            name: pa.Table.from_struct_array(found[name].chunk(0).flatten()) for name in found.column_names
        }

    def _all_answers(self) -> pyarrow.Table:
        return self._relation(f"EXECUTE {PREPARED}", None).to_arrow_table().combine_chunks()

    def _read_from_arrow(self, spec: TableSpec) -> None:
        """Let queries read Arrow rows where they read a table so far."""
        rows = Rows(self.arrow(f"FROM {quoted(spec.name)} LIMIT 0"))
        super().drop(spec.name)
        self.connection.register(spec.name, rows)
        self._rows[spec.name] = rows

    def _record(self, name: str, text: str) -> None:
        self._relations.pop(name, None)
        self._relations[name] = text

    def _renamed(self, name: str) -> str:
        """Give what is in a table so far another name, under which whatever has read it goes on to."""
        before = f"{name}_{len(self._relations)}"
        self._relations = {
            before if other == name else other: re.sub(rf"\b{name}\b", before, text)
            for other, text in self._relations.items()
        }
        return quoted(before)

    def _needed(self, texts: list[str]) -> list[tuple[str, str]]:
        """Return the recorded relations that texts rest on, each after those that it rests on itself."""
        needed: list[tuple[str, str]] = []
        for name, text in reversed(self._relations.items()):
            if any(re.search(rf"\b{name}\b", code_of(one)) for one in texts):
                needed.append((name, text))
                texts = [*texts, text]
        return needed[::-1]

    def _text(self, query: Query, parameters: Mapping[str, Any] | None) -> str:
        """Return a query that reads its parameters from tables, and see that these are there."""
        self.bind(**{name: (parameters or {})[name] for name in query.parameters})
        return PARAMETER.sub(rf"(SELECT value FROM {BOUND}\1)", query.text)  # noqa: S608


def _typed(rows: pyarrow.Table, schema: pyarrow.Schema) -> pyarrow.Table:
    """Return rows with the columns of a schema."""
    import pyarrow as pa

    if rows.schema == schema:
        return rows
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)

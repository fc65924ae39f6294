"""SQL from anybody over a few Parquet files: it can read these, and nothing else of the machine.

What holds it in, each tested:

* no file system but the files of the views, no network, no extensions, no Python variables, and none of it can be
  switched on again (the configuration is locked)
* one statement, and that a SELECT all the way down; DuckDB lets a `WITH` hold a COPY or an INSERT, which is why the
  parsed statement is looked at and not its first word
* in FROM, no functions but a few that make rows of values: others run text as SQL, where nobody has looked
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from regulars.engines.duckdb import parquet, quoted
from regulars.errors import QueryRefused, ReleaseDamaged

if TYPE_CHECKING:
    import pyarrow

READING_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
ROW_FUNCTIONS = {"unnest", "range", "generate_series", "repeat", "repeat_row", "json_each", "json_tree"}
ONLY_SELECT = "write one SELECT (SHOW TABLES and DESCRIBE work too); results leave with `regulars export`"


class Sandbox:
    """Views over Parquet files, by name; a query may come from any thread."""

    def __init__(self, views: Mapping[str, Path]) -> None:
        self._connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_persistent_secrets": False,
                "python_enable_replacements": False,
                "temp_directory": "",
            }
        )
        self._connection.execute("SET TimeZone = 'UTC'")
        for name, path in views.items():
            try:
                self._connection.execute(f"CREATE VIEW {quoted(name)} AS FROM {parquet(path)}")
            except duckdb.Error as problem:
                raise _damaged(path.name, problem) from problem
        self._connection.execute("SET allowed_paths = $paths", {"paths": [str(p) for p in views.values()]})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def close(self) -> None:
        self._connection.close()

    def arrow(self, text: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None) -> pyarrow.Table:
        """Return a SELECT's rows.

        Raises
        ------
        QueryRefused
            It is broken, or is more than a SELECT.
        ReleaseDamaged
            A file could not be read.
        """
        cursor = self._connection.cursor()
        try:
            with _errors_in_words():
                _must_only_read(cursor, text)
                values = dict(parameters) if isinstance(parameters, Mapping) else list(parameters or ())
                return cursor.sql(text, params=values or None).to_arrow_table()
        finally:
            cursor.close()


def _must_only_read(cursor: duckdb.DuckDBPyConnection, text: str) -> None:
    (row,) = cursor.execute("SELECT json_serialize_sql($text::VARCHAR)", {"text": text}).fetchall()
    parsed = json.loads(row[0])
    if parsed.get("error"):
        if parsed["error_type"] == "parser":
            raise QueryRefused(f"the query cannot be read: {parsed['error_message']}", hint=ONLY_SELECT)
        raise QueryRefused("a release can only be read: this is not a SELECT", hint=ONLY_SELECT)
    if len(parsed["statements"]) != 1:
        raise QueryRefused(
            f"one statement at a time; these are {len(parsed['statements'])}", hint=ONLY_SELECT
        )
    kinds, functions = _contents(parsed["statements"])
    if writing := kinds - READING_NODES:
        words = ", ".join(sorted(kind.removesuffix("_NODE").replace("_", " ") for kind in writing))
        raise QueryRefused(f"a release can only be read: the query holds {words}", hint=ONLY_SELECT)
    if foreign := functions - ROW_FUNCTIONS:
        raise QueryRefused(
            f"{', '.join(sorted(foreign))} cannot be selected from in a release",
            hint="`SHOW TABLES` lists what can",
        )


def _contents(parsed: object) -> tuple[set[str], set[str]]:
    """Return the kinds of all queries in a parsed statement, and the functions it selects from."""
    kinds: set[str] = set()
    functions: set[str] = set()
    branches = [parsed]
    while branches:
        branch = branches.pop()
        if isinstance(branch, list):
            branches += branch
        elif isinstance(branch, dict):
            branches += branch.values()
            kind = str(branch.get("type"))
            if kind.endswith("_NODE"):
                kinds.add(kind)
            if kind == "TABLE_FUNCTION":
                functions.add(str(branch["function"].get("function_name")).lower())
            kinds |= {
                str(branch[name].get("type"))
                for name in ("node", "query_node")
                if isinstance(branch.get(name), dict)
            }
    return kinds, functions


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except duckdb.IOException as problem:
        raise _damaged("a file", problem) from problem
    except (duckdb.PermissionException, duckdb.HTTPException) as problem:
        raise QueryRefused(
            "a query over a release sees its tables and no other file", hint="`SHOW TABLES` lists them"
        ) from problem
    except duckdb.OutOfMemoryException as problem:
        raise QueryRefused(
            "the query needs more memory than there is",
            hint="select fewer columns, or aggregate before sorting",
        ) from problem
    except duckdb.Error as problem:
        raise QueryRefused(_sentence(problem), hint="`DESCRIBE orders` shows a table's columns") from problem


def _damaged(file: str, problem: duckdb.Error) -> ReleaseDamaged:
    return ReleaseDamaged(
        f"{file} of the release cannot be read: {_sentence(problem)}",
        hint="run `regulars run` to publish anew, or look at an earlier release",
    )


def _sentence(problem: duckdb.Error) -> str:
    return str(problem).split("\n\n")[0].split("\nLINE")[0].replace("\n", " ").strip()

"""Features of a shop's own: one `.sql` file each, behind the same wall.

```sql
-- name: n_evening_orders
-- sentence: Orders placed at 18:00 or later.
-- unit: orders
-- null: never
-- type: number
SELECT customer_id, count(*) AS n_evening_orders
FROM history_orders
WHERE extract(HOUR FROM ordered_at) >= 18
GROUP BY customer_id
```

The file is called `<name>.sql`. It is one SELECT with the columns `customer_id` and `<name>`, at most one row per
customer. It reads `history_…` relations and nothing else, so that nothing at or after the cut-off can reach it; clocks,
files, the environment and chance are refused. It may bind `$cutoff`, `$last_observed_day` and `$horizon_days`.
`null` says what null means; with `never` (or nothing) a customer without a row has 0. `type` is `number` (default),
`yes_no` or `text`; `lookback` may say how far it reaches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import quoted
from regulars.engines.queries import Query, load_file
from regulars.errors import FeatureError
from regulars.features.catalog import ALL, CATALOG, Feature
from regulars.warehouse.history import PREFIX, RELATIONS, History

if TYPE_CHECKING:
    from sqlglot import exp

NAME = re.compile(r"[a-z][a-z0-9_]*")
TYPES = {"number": "DOUBLE", "yes_no": "BOOLEAN", "text": "VARCHAR"}
PARAMETERS = frozenset({"cutoff", "last_observed_day", "horizon_days"})
READABLE = frozenset(PREFIX + name for name in RELATIONS)
TAKEN = frozenset({"customer_id", "cutoff", *(one.name.lower() for one in CATALOG)})
REFUSED_FUNCTIONS = frozenset((
    "now", "today", "current_date", "current_time", "current_timestamp", "current_localtime",
    "current_localtimestamp", "localtime", "localtimestamp", "get_current_time", "get_current_timestamp",
    "transaction_timestamp", "age", "random", "rand", "setseed", "uuid", "gen_random_uuid", "uuidv4",
    "uuidv7", "nextval", "currval", "setval", "getenv", "getvariable", "current_setting", "current_user",
    "session_user", "user", "current_role", "current_catalog", "current_database", "current_schema",
    "current_schemas", "in_search_path", "current_query", "current_query_id", "current_connection_id",
    "current_transaction_id", "txid_current", "version", "error", "sleep_ms", "stats", "vector_type",
    "write_log", "query", "query_table",
))  # fmt: skip
"""Their value depends on the clock, on chance or on the machine, or they do something."""


@dataclass(frozen=True)
class OwnFeature:
    """A feature of the shop's own, read and checked."""

    feature: Feature
    query: Query
    path: Path
    relations: tuple[str, ...]
    """Names of the history's relations that it reads, without their prefix."""
    names_read: frozenset[str]
    """These relations and its own WITH queries; the engine must see the same."""

    def compute(self, history: History, parameters: Mapping[str, Any]) -> None:
        """Make the temporary table ``features_own_<name>``: customer_id and the value.

        Raises
        ------
        FeatureError
            When the query fails, has other columns, or more than one row for a customer.
        """
        engine, name = history.engine, self.feature.name
        table = f"{self.feature.relation}_as_written"
        history.need(*self.relations)
        if not {name.lower() for name in engine.tables_read(self.query)} <= self.names_read:
            raise self._error("it can be read in two ways", "write it more plainly")
        try:
            engine.create(table, self.query, parameters, temporary=True)
        except engine.query_errors as problem:
            raise self._error(
                f"it could not be computed: {problem}", "try it with `regulars sql`"
            ) from problem
        columns = engine.columns(table)
        if sorted(columns) != sorted(["customer_id", name]):
            raise self._error(
                f"it returns the columns {', '.join(columns)}",
                f"select customer_id and {name}, and nothing else",
            )
        doubled = engine.rows(
            f"SELECT customer_id, count(*) AS n FROM {quoted(table)} "  # noqa: S608
            "GROUP BY customer_id HAVING count(*) > 1 ORDER BY n DESC, customer_id LIMIT 1"
        )
        if doubled:
            raise self._error(
                f"a customer has {doubled[0]['n']} rows", "group by customer_id, so that each has one row"
            )
        self._cast(history, table)
        engine.drop(table)

    def _typed(self, rows: str) -> str:
        """Hold the value to its declared type; a number that is not finite becomes null."""
        column = quoted(self.feature.name)
        value = f"CAST({column} AS {self.feature.type})"
        if self.feature.type == "DOUBLE":
            value = f"CASE WHEN isfinite({value}) THEN {value} END"
        return f"SELECT customer_id, {value} AS {column} FROM {rows}"  # noqa: S608

    def _cast(self, history: History, table: str) -> None:
        engine = history.engine
        try:
            typed = Query(table, self._typed(quoted(table)), {})
            engine.create(f"features_{self.feature.relation}", typed, temporary=True)
        except engine.query_errors as problem:
            raise self._error(
                f"its values are not of the type {self.query.header.get('type', 'number')}: {problem}",
                f"add the line `-- type:` with one of {', '.join(TYPES)}",
            ) from problem

    def _error(self, what: str, hint: str) -> FeatureError:
        return FeatureError(f"{self.path.name}: {what}", hint=hint)


def read_own_features(folder: Path) -> tuple[OwnFeature, ...]:
    """Read and check the `.sql` files of a folder, by name; no folder, no features.

    Raises
    ------
    FeatureError
        With the file, what is wrong in it, and what to do.
    """
    return tuple(read_own_feature(path) for path in sorted(folder.glob("*.sql")))


def read_own_feature(path: Path) -> OwnFeature:
    """Read and check one feature of the shop's own."""
    try:
        query = load_file(path)
    except UnicodeDecodeError as problem:
        raise FeatureError(f"{path.name}: it is not text in UTF-8", hint="save it as UTF-8") from problem
    header = query.header
    name = _checked_name(path, header)
    for key in ("sentence", "unit"):
        if not header.get(key):
            raise FeatureError(
                f"{path.name}: the header has no {key}", hint=f"add a line `-- {key}: …` at the top"
            )
    kind = header.get("type", "number")
    if kind not in TYPES:
        raise FeatureError(f"{path.name}: {kind!r} is not a type", hint=f"use one of {', '.join(TYPES)}")
    if unknown := query.parameters - PARAMETERS:
        raise FeatureError(
            f"{path.name}: it binds ${', $'.join(sorted(unknown))}",
            hint=f"what can be bound is ${', $'.join(sorted(PARAMETERS))}",
        )
    null = header.get("null", "")
    feature = Feature(
        name,
        header["sentence"],
        header["unit"],
        "" if null.lower() in ("", "never") and kind != "text" else null or "unknown",
        header.get("lookback", ALL),
        type=TYPES[kind],
        group="own",
        relation=f"own_{name}",
    )
    relations, own_names = _relations_read(path, query.text)
    names_read = frozenset(PREFIX + one for one in relations) | own_names
    return OwnFeature(feature, query, path, tuple(sorted(relations)), names_read)


def _checked_name(path: Path, header: Mapping[str, str]) -> str:
    name = header.get("name", "")
    if not name:
        raise FeatureError(
            f"{path.name}: the header has no name", hint=f"begin the file with `-- name: {path.stem}`"
        )
    if not NAME.fullmatch(name) or name != path.stem:
        raise FeatureError(
            f"{path.name}: the name {name!r} does not fit",
            hint="use small letters, digits and underscores, and call the file <name>.sql",
        )
    if name in TAKEN:
        raise FeatureError(f"{path.name}: {name} is already in the catalog", hint="choose another name")
    return name


def _relations_read(path: Path, text: str) -> tuple[set[str], set[str]]:
    """Return what a query reads of the history, and the names of its WITH queries; refuse what reaches around the wall."""
    from sqlglot import exp

    tree = _parsed(path, text)
    if tree.find(exp.Into, exp.TableSample, exp.Command) or not isinstance(
        tree, exp.Select | exp.SetOperation
    ):
        raise FeatureError(
            f"{path.name}: it is not one plain SELECT", hint="write a single SELECT over history_…"
        )
    for function in tree.find_all(exp.Func):
        if names := _names(function) & REFUSED_FUNCTIONS:
            raise FeatureError(
                f"{path.name}: {sorted(names)[0]}() is not allowed",
                hint="a feature may depend on what happened before the cut-off and on $cutoff, on nothing else",
            )
    for column in tree.find_all(exp.Column):  # some clocks are written without brackets
        if column.name.lower() in REFUSED_FUNCTIONS and column.name.lower().startswith(("current_", "local")):
            raise FeatureError(f"{path.name}: {column.name} is not allowed", hint="use $cutoff")
    own_names = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    if hidden := sorted(
        name for name in own_names if name.startswith((PREFIX, "fct_", "dim_", "raw_", "aftermath_"))
    ):
        raise FeatureError(
            f"{path.name}: {hidden[0]} is the name of a table", hint="name the WITH query otherwise"
        )
    read = set()
    for table in tree.find_all(exp.Table):
        name = _table_name(table)
        if name in READABLE:
            read.add(name.removeprefix(PREFIX))
        elif name not in own_names and not isinstance(table.this, exp.GenerateSeries):
            raise FeatureError(
                f"{path.name}: it reads {table.sql('duckdb')}",
                hint=f"what can be read is {', '.join(sorted(READABLE))}",
            )
    return read, own_names


def _parsed(path: Path, text: str) -> exp.Expr:
    import sqlglot

    try:
        statements = [one for one in sqlglot.parse(text, dialect="duckdb") if one is not None]
    except sqlglot.errors.SqlglotError as problem:
        first = str(problem).splitlines()[0]
        raise FeatureError(f"{path.name}: it is not SQL: {first}", hint="write a single SELECT") from problem
    if len(statements) != 1:
        raise FeatureError(
            f"{path.name}: it holds {len(statements)} statements", hint="write a single SELECT"
        )
    return statements[0]


def _table_name(table: exp.Table) -> str:
    """Return the bare name of a table; nothing when it is qualified, a function or a file."""
    from sqlglot import exp

    plain = isinstance(table.this, exp.Identifier) and not table.db and not table.catalog
    return table.name.lower() if plain else ""


def _names(function: exp.Func) -> set[str]:
    from sqlglot import exp

    if isinstance(function, exp.Anonymous):
        return {function.name.lower()}
    return {name.lower() for name in function.sql_names()}

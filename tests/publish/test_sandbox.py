"""What SQL from anybody can do to the machine: nothing."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.engines.sandbox import Sandbox
from regulars.errors import QueryRefused


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", "y", "y"]}), tmp_path / "t.parquet")
    pq.write_table(pa.table({"secret": [1]}), tmp_path / "other.parquet")
    return Sandbox({"t": tmp_path / "t.parquet"})


@pytest.mark.parametrize(
    ("query", "n_rows"),
    [
        ("SELECT * FROM t", 3),
        ("FROM t;", 3),
        ("WITH c AS (SELECT b FROM t) SELECT b FROM c UNION SELECT 'z'", 3),
        ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 4) FROM r", 4),
        ("WITH c AS MATERIALIZED (FROM t) SELECT * FROM c WHERE a > (SELECT min(a) FROM t)", 2),
        ("SHOW TABLES", 1),
        ("DESCRIBE t", 2),
        ("SUMMARIZE t", 2),
        ("VALUES (1), (2)", 2),
        ("SELECT * FROM (PIVOT t ON b IN ('x', 'y') USING count(*))", 3),
    ],
)
def test_reading_works(sandbox: Sandbox, query: str, n_rows: int) -> None:
    assert sandbox.arrow(query).num_rows == n_rows


def test_values_are_bound(sandbox: Sandbox) -> None:
    assert sandbox.arrow("SELECT * FROM t WHERE b = $b", {"b": "y"}).num_rows == 2
    assert sandbox.arrow("SELECT * FROM t WHERE b = ?", ["'; DROP TABLE t"]).num_rows == 0


COPY = "COPY (SELECT 1) TO '{folder}/{file}' (FORMAT parquet, USE_TMP_FILE false)"


@pytest.mark.parametrize("file", ["t.parquet", "new.parquet"])
@pytest.mark.parametrize(
    "query",
    [
        COPY,
        f"WITH c AS ({COPY}) SELECT * FROM c",
        f"WITH c AS (WITH d AS ({COPY}) SELECT * FROM d) SELECT * FROM c",
        f"(WITH c AS ({COPY}) SELECT * FROM c) UNION ALL SELECT 1",
        f"SELECT (WITH c AS ({COPY}) SELECT count(*) FROM c)",
        f"SELECT * FROM (WITH c AS ({COPY}) SELECT * FROM c)",
        f"SELECT 1; {COPY}",
        f"EXPLAIN ANALYZE {COPY}",
        f"PREPARE p AS {COPY}",
        "SELECT * FROM query('" + f"WITH c AS ({COPY}) SELECT * FROM c".replace("'", "''") + "')",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('"
        + f"WITH c AS ({COPY}) SELECT * FROM c".replace("'", "''")
        + "'))",
        "PRAGMA json_execute_serialized_sql(json_serialize_sql('" + COPY.replace("'", "''") + "'))",
        "EXPORT DATABASE '{folder}/{file}'",
        "ATTACH '{folder}/{file}' AS d",
        "SELECT * FROM read_duckdb('{folder}/{file}')",
    ],
)
def test_nothing_is_written(sandbox: Sandbox, tmp_path: Path, query: str, file: str) -> None:
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(QueryRefused):
        sandbox.arrow(query.replace("{folder}", str(tmp_path)).replace("{file}", file))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_parquet('{folder}/other.parquet')",
        "SELECT * FROM read_parquet('{folder}/*.parquet')",
        "SELECT * FROM read_blob('{folder}/../../etc/passwd')",
        "SELECT * FROM read_csv('https://example.com/a.csv')",
        "SELECT * FROM mine",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "RESET lock_configuration",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE x AS SELECT 1",
        "CREATE SECRET s (TYPE http)",
        "DROP VIEW t",
        "WITH c AS (INSERT INTO t VALUES (1, 'z') RETURNING *) SELECT * FROM c",
        "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
        "PRAGMA enable_profiling",
        "SELECT getenv('HOME')",
    ],
)
def test_nothing_else_is_read_or_changed(sandbox: Sandbox, tmp_path: Path, query: str) -> None:
    mine = pa.table({"password": ["in a variable of Python's"]})
    with pytest.raises(QueryRefused):
        sandbox.arrow(query.replace("{folder}", str(tmp_path)))
    assert mine.num_rows == 1
    assert sandbox.arrow("SHOW TABLES").num_rows == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELEC a FROM t", "cannot be read: syntax error"),
        ("SELECT nothing FROM t", 'column "nothing" not found'),
        ("SELECT * FROM nothing", "nothing does not exist"),
        ("SELECT CAST(b AS INTEGER) FROM t", "Could not convert string 'x'"),
        ("SELECT $a", "a"),
        ("", "one statement at a time"),
        ("SELECT 1; SELECT 2", "one statement at a time; these are 2"),
        ("DELETE FROM t", "this is not a SELECT"),
    ],
)
def test_a_broken_query_is_said_in_words(sandbox: Sandbox, query: str, said: str) -> None:
    with pytest.raises(QueryRefused) as problem:
        sandbox.arrow(query)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)
    assert problem.value.hint

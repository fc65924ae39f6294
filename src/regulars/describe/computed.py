"""Columns handed to statistics, and rows that were computed in Python put back beside the tables that SQL made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import quoted
from regulars.engines.queries import Query

if TYPE_CHECKING:
    import numpy as np
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.terms.tables import TableSpec

NORMAL_975 = 1.959963984540054
"""So many standard errors to each side make a 95 % interval."""


def doubles(table: pyarrow.Table, name: str) -> np.ndarray:
    """Return a column as doubles; null becomes NaN."""
    import numpy as np
    import pyarrow as pa

    values = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=float)


def keep(engine: DuckDBEngine, spec: TableSpec, rows: Sequence[dict[str, Any]]) -> None:
    """Make the temporary table of a spec from rows, with the spec's types."""
    import pyarrow as pa

    computed = pa.table({name: pa.array([row.get(name) for row in rows]) for name in spec.column_names})
    columns = ", ".join(
        f"CAST({quoted(column.name)} AS {column.type}) AS {quoted(column.name)}" for column in spec
    )
    with engine.registered("computed_rows", computed):
        engine.create(spec.name, Query(spec.name, f"SELECT {columns} FROM computed_rows", {}), temporary=True)  # noqa: S608

"""The raw rows of a release, sorted by customer: what one customer's facts are made of again when an order comes in live.

A live answer goes the way of a run: raw rows, the very build of the warehouse, the very features, the release's models.
Facts could not simply be added to, since an order changes what earlier ones are (a first purchase, a version, the order
that a return takes back). The warehouse itself belongs to the run, so a release brings the rows along.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.engines.duckdb import DuckDBEngine, literal, parquet, quoted
from regulars.engines.queries import load
from regulars.ingest.tables import (
    RAW_CUSTOMERS,
    RAW_LOADS,
    RAW_ORDER_LINES,
    RAW_PRODUCTS,
    RAW_RATINGS,
    RAW_TABLES,
)

if TYPE_CHECKING:
    import pyarrow

FOLDER = "live"
ROWS_A_GROUP = 40_960


def write_raw_rows(engine: DuckDBEngine, folder: Path) -> None:
    """Write the raw rows into the folder of a release, those about a customer together."""
    if RAW_LOADS.name not in engine.tables():
        return
    to = folder / FOLDER
    to.mkdir()
    for spec in (RAW_LOADS, RAW_PRODUCTS):
        _copy(
            engine,
            f"FROM {quoted(spec.name)}",
            "ALL" if spec is RAW_LOADS else "product_id",
            to / f"{spec.name}.parquet",
        )
    lines = load("regulars.publish", "raw_rows").text
    _copy(
        engine, f"FROM ({lines})", "whose, load_id, part, row_number", to / f"{RAW_ORDER_LINES.name}.parquet"
    )
    for spec in (RAW_CUSTOMERS, RAW_RATINGS):
        rows = f"SELECT {_cleaned('customer_id')} AS whose, * FROM {quoted(spec.name)}"  # noqa: S608
        _copy(engine, rows, "whose, load_id, part, row_number", to / f"{spec.name}.parquet")


def _cleaned(column: str) -> str:
    """Return the expression of an id as the facts have it: trimmed, and ``13085.0`` is ``13085``."""
    return f"regexp_replace(trim({column}), '^([0-9]+)[.]0$', '\\1')"


def _copy(engine: DuckDBEngine, rows: str, order: str, to: Path) -> None:
    engine.execute(
        f"COPY (SELECT * FROM ({rows}) AS written ORDER BY {order})"  # noqa: S608
        f" TO {literal(to)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_A_GROUP})"
    )


class RawRows:
    """The raw rows of one release, a customer at a time."""

    def __init__(self, release: Path) -> None:
        self.folder = release / FOLDER

    @property
    def are_kept(self) -> bool:
        """Whether the release has them; those published by earlier versions have not."""
        return (self.folder / f"{RAW_LOADS.name}.parquet").is_file()

    def put(self, engine: DuckDBEngine, customer_id: str, products: Sequence[str] = ()) -> None:
        """Put what is about a customer into an engine, and the list entries of these products and of those they bought."""
        for spec in RAW_TABLES:
            engine.create_empty(spec, replace=True)
        whose = {"customer_id": customer_id}
        for spec in (RAW_ORDER_LINES, RAW_CUSTOMERS, RAW_RATINGS):
            columns = ", ".join(quoted(name) for name in spec.column_names)
            engine.execute(
                f"INSERT INTO {quoted(spec.name)} BY NAME SELECT {columns} FROM {self._rows(spec.name)}"  # noqa: S608
                " WHERE whose = $customer_id",
                whose,
            )
        engine.execute(f"INSERT INTO {RAW_LOADS.name} BY NAME FROM {self._rows(RAW_LOADS.name)}")
        if self._has_products:
            engine.execute(
                f"INSERT INTO {RAW_PRODUCTS.name} BY NAME FROM {self._rows(RAW_PRODUCTS.name)}"  # noqa: S608
                f" WHERE {_cleaned('product_id')} IN (SELECT {_cleaned('product_id')} FROM {RAW_ORDER_LINES.name}"
                " UNION SELECT unnest($products::VARCHAR[]))",
                {"products": list(products)},
            )

    def _rows(self, name: str) -> str:
        return parquet(self.folder / f"{name}.parquet")

    @property
    def _has_products(self) -> bool:
        from pyarrow.parquet import read_metadata

        return bool(read_metadata(self.folder / f"{RAW_PRODUCTS.name}.parquet").num_rows)


def raw_lines(rows: Sequence[dict[str, str | None]]) -> pyarrow.Table:
    """Return lines whose values are text as text columns; the engine casts them to the types of the raw table."""
    import pyarrow as pa

    names = list(rows[0]) if rows else []
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})

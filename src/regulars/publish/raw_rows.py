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
    """The raw rows of one release, a customer at a time; used from one thread at a time."""

    def __init__(self, release: Path) -> None:
        self.folder = release / FOLDER
        self._engine = DuckDBEngine(threads=1)
        self._engine.execute("SET parquet_metadata_cache = true")  # a release's files never change
        self._same_for_all: dict[str, pyarrow.Table] = {}

    def close(self) -> None:
        self._engine.close()

    @property
    def are_kept(self) -> bool:
        """Whether the release has them; those published by earlier versions have not."""
        return (self.folder / f"{RAW_LOADS.name}.parquet").is_file()

    def about(self, customer_id: str, products: Sequence[str] = ()) -> dict[str, pyarrow.Table]:
        """Return what is about a customer, by raw table: with all loads, and of a product list what they bought.

        Parameters
        ----------
        products
            More products whose list entries are wanted.
        """
        found = dict(self._same_for_all or self._read_what_is_the_same())
        for spec in (RAW_ORDER_LINES, RAW_CUSTOMERS, RAW_RATINGS):
            if spec.name not in found:
                found[spec.name] = self._engine.arrow(
                    f"SELECT * EXCLUDE (whose) FROM {self._rows(spec.name)} WHERE whose = $customer_id",  # noqa: S608
                    {"customer_id": customer_id},
                )
        if RAW_PRODUCTS.name not in found:
            bought = found[RAW_ORDER_LINES.name]["product_id"].unique().to_pylist()
            found[RAW_PRODUCTS.name] = self._engine.arrow(
                f"FROM {self._rows(RAW_PRODUCTS.name)} WHERE {_cleaned('product_id')} IN"  # noqa: S608
                f" (SELECT {_cleaned('id')} FROM (SELECT unnest($products::VARCHAR[]) AS id))",
                {"products": [*products, *(one for one in bought if one is not None)]},
            )
        return found

    def _read_what_is_the_same(self) -> dict[str, pyarrow.Table]:
        """Read once what is the same for every customer: all loads, and the tables that have no rows at all."""
        from pyarrow import parquet as files

        for spec in (RAW_LOADS, RAW_ORDER_LINES, RAW_CUSTOMERS, RAW_RATINGS, RAW_PRODUCTS):
            path = self.folder / f"{spec.name}.parquet"
            if spec is RAW_LOADS or not files.read_metadata(path).num_rows:
                rows = self._engine.arrow(f"FROM {self._rows(spec.name)}")
                self._same_for_all[spec.name] = rows.drop_columns(
                    [name for name in rows.column_names if name == "whose"]
                )
        return self._same_for_all

    def _rows(self, name: str) -> str:
        return parquet(self.folder / f"{name}.parquet")


def raw_lines(rows: Sequence[dict[str, str | None]]) -> pyarrow.Table:
    """Return lines whose values are text as text columns; whoever reads them makes them what the raw table has."""
    import pyarrow as pa

    names = list(rows[0]) if rows else []
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})

"""`profiles.sqlite`: everything about one customer as one ready document, found in microseconds.

The documents are JSON, packed with zlib, since 90 features of a million customers are 4 GB of text. They are made
from the release's own Parquet files, a range of customers at a time, so that memory does not grow with the shop.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import DuckDBEngine, parquet, quoted
from regulars.engines.queries import load
from regulars.errors import ReleaseDamaged
from regulars.publish.tables import CUSTOMERS, is_per_customer, lists_per_customer
from regulars.terms.progress import Progress
from regulars.terms.tables import TableSpec

if TYPE_CHECKING:
    import pyarrow

PROFILES_FILE = "profiles.sqlite"
RECENT_ORDERS = 10
CUSTOMERS_A_ROUND = 40_960
"""As many as a row group of a Parquet file by customer holds, so that each is read about once."""
DOCUMENTS_A_BATCH = 2_048
WINDOW_BITS = 14
"""A window of 16 KB holds the dictionary and a document; a small state is quickly copied for each."""
SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA page_size = 8192;
PRAGMA user_version = 1;
CREATE TABLE profiles (customer_id TEXT PRIMARY KEY, document BLOB NOT NULL);
CREATE TABLE packing (dictionary BLOB NOT NULL);
BEGIN;
"""


def write_profiles(
    engine: DuckDBEngine, specs: Sequence[TableSpec], folder: Path, progress: Progress
) -> Path:
    """Write one document per customer of a release's `customers`, and return the file.

    A document holds the row of `customers` as ``customer``, each other table with one row per customer under its
    name, each table with several (reasons, recommendations) as a list, and the latest orders as ``recent_orders``.
    """
    path = folder / PROFILES_FILE
    engine.execute(
        f"CREATE OR REPLACE TEMP VIEW published_customers AS FROM {parquet(folder / 'customers.parquet')}"
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP VIEW published_orders AS FROM {parquet(folder / 'orders.parquet')}"
    )
    ranges = engine.rows(load("regulars.publish", "customer_ranges"), {"n_customers": CUSTOMERS_A_ROUND})
    total, done = sum(each["n"] for each in ranges), 0
    select = documents_query(specs, folder)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(SCHEMA)
        packing = None
        for each in ranges:
            bounds = {"first": each["first"], "last": each["last"], "n_recent": RECENT_ORDERS}
            for batch in engine.batches(select, bounds, rows=DOCUMENTS_A_BATCH):
                packing = packing or _begin_packing(database, batch)
                database.executemany("INSERT INTO profiles VALUES (?, ?)", packing.pack_all(batch))
            done += each["n"]
            progress.advance(done, total)
        database.execute("COMMIT")
    return path


def documents_query(specs: Sequence[TableSpec], folder: Path) -> str:
    """Return the query of ``customer_id, document`` for the customers from $first to $last."""
    sources = [_one_each(spec, folder) for spec in specs if is_per_customer(spec)]
    sources += [_list_each(spec, folder) for spec in lists_per_customer(specs)]
    sources.append(f"({load('regulars.publish', 'recent_orders').text}) AS recent_orders")
    fields = ["customer_id := customers.customer_id"]
    for spec in specs:
        alias = quoted(spec.name)
        if is_per_customer(spec):
            name = "customer" if spec is CUSTOMERS else alias
            fields.append(f"{name} := CASE WHEN {alias}.customer_id IS NOT NULL THEN {_object(spec)} END")
    fields += [
        f"{quoted(spec.name)} := coalesce({quoted(spec.name)}.items, [])"
        for spec in lists_per_customer(specs)
    ]
    fields.append("recent_orders := coalesce(recent_orders.recent_orders, [])")
    document = f"encode(CAST(to_json(struct_pack({', '.join(fields)})) AS VARCHAR)) AS document"
    joins = "\n".join(f"LEFT JOIN {source} USING (customer_id)" for source in sources if source)
    customers = f"{parquet(folder / 'customers.parquet')} AS customers"
    return (
        f"SELECT customers.customer_id, {document}\nFROM {customers}\n{joins}\n"
        "WHERE customers.customer_id BETWEEN $first AND $last\nORDER BY customers.customer_id"
    )


def _one_each(spec: TableSpec, folder: Path) -> str:
    rows = f"FROM {parquet(folder / f'{spec.name}.parquet')} WHERE customer_id BETWEEN $first AND $last"
    return "" if spec is CUSTOMERS else f"({rows}) AS {quoted(spec.name)}"


def _list_each(spec: TableSpec, folder: Path) -> str:
    alias = quoted(spec.name)
    items = f"list({_object(spec)} ORDER BY {', '.join(quoted(key) for key in spec.key)}) AS items"
    rows = f"FROM {parquet(folder / f'{spec.name}.parquet')} AS {alias} WHERE customer_id BETWEEN $first AND $last"
    return f"(SELECT customer_id, {items} {rows} GROUP BY customer_id) AS {alias}"


def _object(spec: TableSpec) -> str:
    """Return the expression of a row as an object, without the columns that every row of a customer shares."""
    fields = []
    for column in spec:
        if column.name == "cutoff" or (column.name == "customer_id" and spec is not CUSTOMERS):
            continue
        value = f"{quoted(spec.name)}.{quoted(column.name)}"
        if column.type == "TIMESTAMP":
            value = f"strftime({value}, '%Y-%m-%dT%H:%M:%S')"
        elif column.type == "DOUBLE":  # JSON knows no infinity
            value = f"CASE WHEN isfinite({value}) THEN {value} END"
        fields.append(f"{quoted(column.name)} := {value}")
    return f"struct_pack({', '.join(fields)})" if fields else "NULL"


class Packing:
    """Packs documents that look alike: one of them serves as the dictionary for all."""

    def __init__(self, dictionary: bytes) -> None:
        self.dictionary = dictionary
        self._primed = zlib.compressobj(level=1, wbits=WINDOW_BITS, memLevel=5, zdict=dictionary)

    def pack(self, document: bytes) -> bytes:
        packer = self._primed.copy()
        return packer.compress(document) + packer.flush()

    def pack_all(self, batch: pyarrow.RecordBatch) -> Iterator[tuple[str, bytes]]:
        """Pack a batch of ``customer_id, document``."""
        ids, documents = (column.to_pylist() for column in batch.columns)
        return zip(ids, map(self.pack, documents), strict=True)

    def unpack(self, packed: bytes) -> bytes:
        return zlib.decompressobj(wbits=WINDOW_BITS, zdict=self.dictionary).decompress(packed)


def _begin_packing(database: sqlite3.Connection, batch: pyarrow.RecordBatch) -> Packing:
    dictionary: bytes = batch.column("document")[0].as_py()
    database.execute("INSERT INTO packing VALUES (?)", [dictionary])
    return Packing(dictionary)


class Profiles:
    """The documents of a release; may be asked from any thread."""

    def __init__(self, path: Path) -> None:
        # The file never changes, so SQLite needs no locks, and a lock of ours keeps threads apart.
        self._turn = threading.Lock()
        try:
            self._database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            found = self._database.execute("SELECT dictionary FROM packing").fetchone()
        except sqlite3.DatabaseError as problem:
            raise ReleaseDamaged(
                f"{path.name} of release {path.parent.name} cannot be read: {problem}",
                hint="run `regulars run` to publish anew, or look at an earlier release",
            ) from problem
        self._packing = Packing(found[0]) if found else None

    def close(self) -> None:
        self._database.close()

    def text(self, customer_id: str) -> str | None:
        """Return a customer's document as JSON text; None when there is no such customer."""
        with self._turn:
            found = self._database.execute(
                "SELECT document FROM profiles WHERE customer_id = ?", [customer_id]
            ).fetchone()
        return self._packing.unpack(found[0]).decode() if found and self._packing else None

    def find(self, customer_id: str) -> dict[str, Any] | None:
        """Return a customer's document; None when there is no such customer."""
        text = self.text(customer_id)
        if text is None:
            return None
        document: dict[str, Any] = json.loads(text)
        return document

    def near(self, customer_id: str, n: int = 3) -> list[str]:
        """Return ids that look like this one, out of its neighbors in the order of ids."""
        spellings = {
            customer_id,
            customer_id.strip(),
            customer_id.removesuffix(".0"),
            customer_id.lower(),
            customer_id.upper(),
        }
        neighbors: set[str] = set()
        with self._turn:
            for spelling in spellings:
                neighbors |= set(self._neighbors(spelling))
        by_lower = {neighbor.lower(): neighbor for neighbor in sorted(neighbors)}
        return [by_lower[near] for near in get_close_matches(customer_id.lower(), by_lower, n, cutoff=0.5)]

    def _neighbors(self, customer_id: str) -> Iterable[str]:
        for condition in (">= ? ORDER BY customer_id", "< ? ORDER BY customer_id DESC"):
            rows = self._database.execute(
                f"SELECT customer_id FROM profiles WHERE customer_id {condition} LIMIT 20",  # noqa: S608
                [customer_id],
            )
            yield from (row[0] for row in rows)

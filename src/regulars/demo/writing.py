"""Rows to files: order numbers in the order of time, one file a year, the last two with days in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from regulars.demo.catalog import CATEGORIES, Catalog
from regulars.demo.customers import CHANNELS, COUNTRIES
from regulars.demo.dirt import CANCELLATION_NUMBER, TEST_ACCOUNT
from regulars.demo.parameters import Format
from regulars.demo.season import Calendar, Integers

FIRST_CUSTOMER = 10_001
FIRST_ORDER = 100_001
RENAMED_DAYS_BEFORE_END = 400

CENTS = pa.decimal128(18, 2)
NAME = pa.dictionary(pa.int32(), pa.string())
ORDER_COLUMNS = pa.schema([
    ("order_id", pa.string()), ("customer_id", pa.string()), ("ordered_at", pa.timestamp("s")),
    ("product_id", NAME), ("description", NAME), ("category", NAME), ("quantity", pa.int32()),
    ("unit_price", CENTS), ("discount", CENTS), ("country", NAME), ("channel", NAME),
])  # fmt: skip
HEADERS = {
    "order_id": "Order ID", "customer_id": "Customer ID", "ordered_at": "Order date", "product_id": "Product code",
    "description": "Description", "category": "Category", "quantity": "Quantity", "unit_price": "Unit price",
    "discount": "Discount", "country": "Country", "channel": "Channel", "name": "Name", "email": "Email",
    "signed_up_at": "Sign-up date", "consent": "Marketing consent", "business": "Business", "unit_cost": "Unit cost",
}  # fmt: skip
"""How a shop's export heads its columns in CSV; Parquet keeps our names."""


class _Sink(Protocol):
    def write_table(self, table: pa.Table) -> None: ...
    def close(self) -> None: ...


class FileWriter:
    """One file, written table by table; columns of repeated text come as dictionaries."""

    def __init__(self, path: Path, schema: pa.Schema, form: Format) -> None:
        self.path, self._schema = path, schema
        self._sink: _Sink
        if form == "csv":
            import pyarrow.csv as pc

            self._schema = pa.schema([(HEADERS[field.name], _csv_type(field.type)) for field in schema])
            self._sink = pc.CSVWriter(
                path, self._schema, write_options=pc.WriteOptions(quoting_style="needed")
            )
        else:
            import pyarrow.parquet as pq

            repeated = [field.name for field in schema if pa.types.is_dictionary(field.type)]
            self._sink = pq.ParquetWriter(
                path, schema, compression="zstd", use_dictionary=repeated, store_schema=False
            )

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Add rows, given as one array for each column."""
        if not len(columns[0]):
            return
        wanted = zip(columns, self._schema, strict=True)
        cast = [column if column.type == field.type else column.cast(field.type) for column, field in wanted]
        self._sink.write_table(pa.Table.from_arrays(cast, schema=self._schema))

    def close(self) -> None:
        self._sink.close()

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _csv_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind


def labels(names: Sequence[str | None]) -> pa.DictionaryArray:
    """Keep every text once; a dictionary with doubles is not written to equal bytes."""
    return pa.array(names, pa.string()).dictionary_encode()


def named(names: pa.DictionaryArray, numbers: NDArray[Any]) -> pa.DictionaryArray:
    """Give numbers their names."""
    return names.take(pa.array(numbers.astype(np.int64)))


def money(cents: Integers) -> pa.Array:
    """Write cents as exact decimals."""
    low = np.ascontiguousarray(cents, dtype=np.int64)
    both = np.stack([low, low >> 63], axis=1)  # a 128-bit integer, sign extended
    return pa.Array.from_buffers(CENTS, len(low), [None, pa.py_buffer(both)])


def instants(minutes: Integers, start: date) -> pa.Array:
    """Turn minutes from the opening into instants."""
    opening = np.datetime64(start, "s")
    return pa.array(opening + np.asarray(minutes).astype("timedelta64[m]"), pa.timestamp("s"))


def customer_ids(accounts: Integers) -> pa.Array:
    """Return the ids of accounts; null for guests."""
    ids = pa.array(accounts.astype(np.int64) + FIRST_CUSTOMER, mask=accounts < 0).cast(pa.string())
    tests = accounts == TEST_ACCOUNT
    return pa.compute.if_else(tests, "TEST", ids) if tests.any() else ids


@dataclass(frozen=True)
class YearFile:
    """A stretch of time that goes into one file."""

    name: str
    start: date
    end: date


def year_files(calendar: Calendar, overlap_days: int) -> list[YearFile]:
    """Return the files: years counted back from the end; the last but one reaches into the last."""
    bounds = [calendar.end]
    while bounds[0] > calendar.start:
        bounds.insert(0, max(_year_before(bounds[0]), calendar.start))
        if (bounds[0] - calendar.start).days < 60:
            bounds[0] = calendar.start
    files = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        longer = overlap_days if number == len(bounds) - 3 else 0
        name = f"orders_{start:%Y-%m}_to_{end - timedelta(days=1):%Y-%m}"
        files.append(YearFile(name, start, end + timedelta(days=longer)))
    return files


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


class OrderFiles:
    """Takes sorted rows, gives orders their numbers, and writes each row to its file or files."""

    def __init__(self, folder: Path, calendar: Calendar, catalog: Catalog, form: Format) -> None:
        parameters = calendar.parameters
        self._calendar, self._catalog = calendar, catalog
        self.files = year_files(calendar, parameters.overlap_days)
        self._bounds = [
            ((file.start - calendar.start).days * 1440, (file.end - calendar.start).days * 1440)
            for file in self.files
        ]
        self.writers = [
            FileWriter(folder / f"{file.name}.{form}", ORDER_COLUMNS, form) for file in self.files
        ]
        self.n_rows = [0 for _ in self.files]
        self.n_distinct_rows = 0
        self._last: tuple[int, int] | None = None
        self._number = FIRST_ORDER - 1
        self._labels = _Labels.of(catalog, parameters.renamed_products)
        self._renamed_minute = (calendar.end_day - RENAMED_DAYS_BEFORE_END) * 1440

    def write_all(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Write sorted batches; returns how many rows are in two files."""
        for batch in batches:
            rows = {name: batch.column(name).to_numpy() for name in batch.schema.names}
            columns = self._columns(rows)
            self.n_distinct_rows += batch.num_rows
            for number, (start, end) in enumerate(self._bounds):
                low, high = np.searchsorted(rows["minute"], [start, end])
                self.writers[number].write([column.slice(low, high - low) for column in columns])
                self.n_rows[number] += int(high - low)
        for writer in self.writers:
            writer.close()
        return sum(self.n_rows) - self.n_distinct_rows

    def _columns(self, rows: dict[str, Integers]) -> list[pa.Array]:
        text = self._labels
        product = rows["product"].astype(np.int64)
        is_renamed = rows["minute"] >= self._renamed_minute
        is_free = (rows["price_cents"] == 0) & (rows["quantity"] > 0)
        name = np.where(is_free, text.nameless, product + is_renamed * len(text.product_ids))
        return [
            self._order_ids(rows),
            customer_ids(rows["account"]),
            instants(rows["minute"], self._calendar.start),
            named(text.product_ids, product),
            named(text.descriptions, name),
            named(text.categories, product),
            pa.array(rows["quantity"].astype(np.int32)),
            money(rows["price_cents"]),
            money(rows["discount_cents"]),
            named(text.countries, rows["country"]),
            named(text.channels, rows["channel"]),
        ]

    def _order_ids(self, rows: dict[str, Integers]) -> pa.Array:
        """Number the orders of sorted rows on; credit notes get a C before theirs."""
        account, number = rows["account"].astype(np.int64), rows["number"].astype(np.int64)
        key = account << 16 | number
        new = np.concatenate([[True], key[1:] != key[:-1]])
        new[0] = self._last != (account[0], number[0])
        numbers = self._number + np.cumsum(new)
        self._number, self._last = int(numbers[-1]), (int(account[-1]), int(number[-1]))
        is_credit = (number >= CANCELLATION_NUMBER) & (account != TEST_ACCOUNT)
        digits = pa.array(numbers).cast(pa.string())
        prefix = pa.array(["", "C"]).take(pa.array(is_credit.astype(np.int8)))
        return pa.compute.binary_join_element_wise(prefix, digits, "")


@dataclass(frozen=True)
class _Labels:
    """Texts by number; postage is one past the last product, and then the descriptions begin anew, renamed."""

    product_ids: pa.DictionaryArray
    descriptions: pa.DictionaryArray
    categories: pa.DictionaryArray
    countries: pa.DictionaryArray
    channels: pa.DictionaryArray

    @classmethod
    def of(cls, catalog: Catalog, n_renamed: int) -> _Labels:
        before = [*catalog.descriptions, "Postage"]
        after = [f"{name} (new design)" if index < n_renamed else name for index, name in enumerate(before)]
        return cls(
            labels([*catalog.product_ids, "POST"]),
            labels([*before, *after, None]),
            labels([*catalog.categories, None]),
            labels(list(COUNTRIES)),
            labels(list(CHANNELS)),
        )

    @property
    def nameless(self) -> int:
        """Number of the description that is not there."""
        return len(self.descriptions) - 1


PRODUCT_COLUMNS = pa.schema([
    ("product_id", NAME), ("description", NAME), ("category", NAME), ("unit_price", CENTS), ("unit_cost", CENTS),
])  # fmt: skip


def write_products(path: Path, catalog: Catalog, calendar: Calendar, form: Format) -> Path:
    """Write the list of products, at the prices of the last day."""
    prices = catalog.prices_cents(int(calendar.price_year.max()) + 1)[
        calendar.price_year[calendar.end_day - 1]
    ]
    cost_share = np.array([0.38 if group.consumable else 0.52 for group in CATEGORIES])[catalog.category]
    text = _Labels.of(catalog, calendar.parameters.renamed_products)
    costs = np.round(prices * cost_share).astype(np.int64)
    shelf = np.arange(len(catalog))
    names = named(text.descriptions, shelf + len(text.product_ids))
    ids, categories = named(text.product_ids, shelf), named(text.categories, shelf)
    with FileWriter(path, PRODUCT_COLUMNS, form) as file:
        file.write([ids, names, categories, money(prices), money(costs)])
    return path

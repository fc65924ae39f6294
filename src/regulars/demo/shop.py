"""A synthetic shop: order files as people have them, and beside them the truth that no real shop knows."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa

from regulars.demo.accounts import Chunk, CustomerFile, chunks, generator
from regulars.demo.baskets import fill_baskets
from regulars.demo.catalog import Catalog
from regulars.demo.customers import Shelves, draw_people
from regulars.demo.dirt import Dirt, Rows, together
from regulars.demo.parameters import END, HORIZONS_DAYS, Format, ShopParameters
from regulars.demo.process import Purchases, purchases
from regulars.demo.season import Calendar
from regulars.demo.tables import FILE_ROWS
from regulars.demo.truth_rows import TRUTH_COLUMNS, truth_rows
from regulars.demo.writing import FileWriter, OrderFiles, write_products
from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load
from regulars.errors import SettingsError
from regulars.terms.progress import Progress, Silence

MOST_CUSTOMERS = 100_000_000
SORT_MEMORY = "512MB"
"""What sorting the rows may take; beyond it, it uses the disk."""


@dataclass(frozen=True)
class Facts:
    """What is in the files, so that it can be looked for. Money in the shop's currency, as on the rows.

    Lines are product lines of orders placed by customers and guests; what comes on top of them is counted apart:
    postage, lines that stand there twice, lines that cost nothing, test orders, credit notes.
    """

    customers: int
    never_ordered: int
    orders: int
    guest_orders: int
    guest_lines: int
    test_orders: int
    order_lines: int
    postage_lines: int
    zero_price_lines: int
    duplicate_lines: int
    cancelled_orders: int
    guest_cancelled_orders: int
    cancelled_lines: int
    returned_lines: int
    rows: int
    overlap_rows: int
    placed: Decimal
    guest_placed: Decimal
    duplicated: Decimal
    cancelled: Decimal
    returned: Decimal

    @property
    def rows_in_files(self) -> int:
        """Rows of all order files together, the shared days twice."""
        return self.rows + self.overlap_rows

    @property
    def guest_line_share(self) -> float:
        return self.guest_lines / max(self.order_lines, 1)


@dataclass(frozen=True)
class DemoShop:
    """What was written: `paths` are the files to run on, `truth` is not one of them."""

    paths: tuple[Path, ...]
    truth: Path
    end: date
    seed: int
    parameters: ShopParameters
    facts: Facts


def write_shop(
    folder: Path,
    customers: int = 3000,
    seed: int = 7,
    format: Format = "csv",
    end: date = END,
    parameters: ShopParameters | None = None,
    progress: Progress | None = None,
) -> DemoShop:
    """Write a shop's exports into `folder/files`, and `truth.parquet` and `truth.json` beside that.

    Equal arguments give equal bytes. Memory does not grow with the number of customers: they are drawn in chunks, and
    rows are sorted by time on disk.

    Parameters
    ----------
    folder
        Made if need be; files of an earlier shop in it are replaced.
    customers
        People with an account and at least one order before the end.
    end
        The first day that the files do not contain; the truth looks ahead from its first instant.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     shop = write_shop(Path(folder), customers=50)
    ...     [path.name for path in shop.paths]
    ['orders_2023-10_to_2024-09.csv', 'orders_2024-10_to_2025-09.csv', 'orders_2025-10_to_2026-09.csv', 'customers.csv', 'products.csv']
    """
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise SettingsError(
            f"a shop of {customers:,} customers cannot be made", hint="choose from 1 to 100,000,000"
        )
    parameters, progress = parameters or ShopParameters(), progress or Silence()
    export = folder / "files"
    for old in export.glob("*.*") if export.exists() else ():
        old.unlink()
    export.mkdir(parents=True, exist_ok=True)
    opening = parameters.start(end)
    calendar = Calendar(opening, end, end + timedelta(days=max(HORIZONS_DAYS) + 1), parameters)
    maker = _Maker(export, folder / "truth.parquet", customers, seed, format, calendar)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".sorting-") as aside,
        DuckDBEngine(Path(aside) / "rows.duckdb", memory_limit=SORT_MEMORY) as engine,
    ):
        facts = maker.make(engine, progress)
    shop = DemoShop(maker.paths, maker.truth, end, seed, parameters, facts)
    _write_card(folder / "truth.json", shop)
    return shop


class _Maker:
    """The steps of making a shop, and what they share."""

    def __init__(
        self, export: Path, truth: Path, customers: int, seed: int, form: Format, calendar: Calendar
    ) -> None:
        self.truth, self._customers, self._seed, self._form = truth, customers, seed, form
        self._calendar, self._parameters = calendar, calendar.parameters
        self._catalog = Catalog.of(generator(seed, 0, "catalog"))
        self._shelves = Shelves.of(self._catalog)
        self._counts: Counter[str] = Counter()
        self._dirt = Dirt(calendar, self._parameters, len(self._catalog), self._counts)
        self._orders = OrderFiles(export, calendar, self._catalog, form)
        self._customer_list = export / f"customers.{form}"
        self._product_list = export / f"products.{form}"
        order_files = [writer.path for writer in self._orders.writers]
        self.paths = (*order_files, self._customer_list, self._product_list)

    def make(self, engine: DuckDBEngine, progress: Progress) -> Facts:
        engine.create_empty(FILE_ROWS)
        progress.step("draw customers and what they buy")
        with (
            FileWriter(self.truth, TRUTH_COLUMNS, "parquet") as truth,
            CustomerFile(self._customer_list, self._form, self._calendar) as accounts,
        ):
            for chunk in chunks(self._customers, self._parameters, self._seed):
                rows = [*self._customer_rows(chunk, truth, accounts), *self._guest_rows(chunk)]
                _stage(engine, together(rows))
                progress.advance(self._counts["customers"], self._customers)
        tests = self._parameters.test_orders_share
        if tests:
            n_tests = max(2, round(self._customers * tests))
            _stage(engine, self._dirt.test_rows(generator(self._seed, 0, "tests"), n_tests))
        progress.step("write the orders in the order of time")
        overlap = self._orders.write_all(engine.batches(load("regulars.demo", "sorted_rows")))
        write_products(self._product_list, self._catalog, self._calendar, self._form)
        return self._facts(overlap)

    def _customer_rows(self, chunk: Chunk, truth: FileWriter, accounts: CustomerFile) -> list[Rows]:
        rng = generator(self._seed, chunk.number, "customers")
        people = draw_people(
            rng, chunk.buyers, chunk.buyer_shares, self._calendar, self._shelves, self._parameters
        )
        bought = purchases(rng, people, self._calendar)
        lines = fill_baskets(rng, bought, people, self._shelves, self._calendar)
        truth.write(truth_rows(people, bought, lines, self._shelves, self._calendar))
        accounts.write(generator(self._seed, chunk.number, "accounts"), chunk, people)
        orders = int((bought.minute < self._calendar.end_day * 1440).sum())
        self._counts.update(customers=len(people), never_ordered=len(chunk.visitors), orders=orders)
        return self._dirt.rows(generator(self._seed, chunk.number, "dirt"), bought, lines, people)

    def _guest_rows(self, chunk: Chunk) -> list[Rows]:
        """Return the rows of guests: people who come once, and whom nobody knows."""
        rng = generator(self._seed, chunk.number, "guests")
        people = draw_people(
            rng, chunk.guests, chunk.guest_shares, self._calendar, self._shelves, self._parameters
        )
        n = len(people)
        minute = (people.born_hour * 60).round().astype(np.int64)
        once = Purchases(np.arange(n), np.zeros(n, dtype=np.int64), minute, np.zeros(n))
        lines = fill_baskets(rng, once, people, self._shelves, self._calendar)
        self._counts.update(
            guest_orders=n, guest_lines=len(lines.order), guest_placed_cents=int(lines.amount_cents.sum())
        )
        return self._dirt.rows(rng, once, lines, people)

    def _facts(self, overlap_rows: int) -> Facts:
        counts = self._counts
        return Facts(
            customers=counts["customers"],
            never_ordered=counts["never_ordered"],
            orders=counts["orders"],
            guest_orders=counts["guest_orders"],
            guest_lines=counts["guest_lines"],
            test_orders=counts["test_orders"],
            order_lines=counts["order_lines"],
            postage_lines=counts["postage_lines"],
            zero_price_lines=counts["zero_price_lines"],
            duplicate_lines=counts["duplicate_lines"],
            cancelled_orders=counts["cancelled_orders"],
            guest_cancelled_orders=counts["guest_cancelled_orders"],
            cancelled_lines=counts["cancelled_lines"],
            returned_lines=counts["returned_lines"],
            rows=self._orders.n_distinct_rows,
            overlap_rows=overlap_rows,
            placed=Decimal(counts["placed_cents"]) / 100,
            guest_placed=Decimal(counts["guest_placed_cents"]) / 100,
            duplicated=Decimal(counts["duplicate_cents"]) / 100,
            cancelled=Decimal(counts["cancelled_cents"]) / 100,
            returned=Decimal(counts["returned_cents"]) / 100,
        )


def _stage(engine: DuckDBEngine, rows: Rows) -> None:
    """Put rows where they wait to be sorted."""
    kinds = {"INTEGER": pa.int32(), "SMALLINT": pa.int16(), "TINYINT": pa.int8()}
    table = pa.table({column.name: pa.array(rows[column.name], kinds[column.type]) for column in FILE_ROWS})
    engine.insert_arrow(FILE_ROWS.name, table)


def _write_card(path: Path, shop: DemoShop) -> None:
    """Write down what was made and what must be found."""
    card = {
        "customers": shop.facts.customers,
        "seed": shop.seed,
        "end": shop.end,
        "files": [item.name for item in shop.paths],
        "facts": asdict(shop.facts),
        "parameters": asdict(shop.parameters),
    }
    path.write_text(json.dumps(card, indent=2, default=str) + "\n", encoding="utf-8")

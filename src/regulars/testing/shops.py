"""Shops small enough to be worked out on paper.

The six-customer shop, seen from the cut-off 2026-03-01 (last observed day 2026-02-28):

======== ===================================================================================================
customer what happened
======== ===================================================================================================
ann      A1 Mon 5 Jan 28.00, A2 Mon 19 Jan 30.00, A3 Mon 9 Feb 28.00; the cup of A1 came back on 10 Feb (8.00);
         A4 on the very instant of the cut-off, so after it
bob      B1 Sat 14 Feb 50.00, and nothing else
cat      C1 Fri 20 Feb 600.00, taken back in full 16 minutes later
dan      D1 Sat 10 Jan 16.00 and 4.95 postage, D2 Sat 28 Feb one minute before midnight 11.00, which comes back
         on 3 March, after the cut-off
eve      signed up on 25 Feb, ordered first on 2 March, after the cut-off
fay      F1 12.50 and F2 12.00, both on Sat 31 Jan from France; F3 Sat 21 Feb 12.50 from Germany
(nobody) U1 Mon 2 Feb 10.00 without a customer id
======== ===================================================================================================

Before the cut-off: placed 810.00 (800.00 identified), postage 4.95, given back 608.00, net 202.00 (192.00 identified).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.tables import RAW_CUSTOMERS, RAW_LOADS, RAW_ORDER_LINES, RAW_RATINGS, RAW_TABLES
from regulars.terms.windows import Cutoff

SIX_CUSTOMERS_CUTOFF = Cutoff(datetime(2026, 3, 1))

_ORDER_COLUMNS = (
    "order_id", "customer_id", "ordered_at", "product_id", "description", "category", "quantity", "unit_price",
    "country", "channel",
)  # fmt: skip
_ORDER_ROWS = """
A1    ann 2026-01-05T10:15 TEA-1 Green_tea    Tea  2    10.00 United_Kingdom web
A1    ann 2026-01-05T10:15 CUP-1 Small_cup    Cups 1    8.00  United_Kingdom web
D1    dan 2026-01-10T16:30 CUP-1 Small_cup    Cups 2    8.00  United_Kingdom shop
D1    dan 2026-01-10T16:30 POST  Postage      -    1    4.95  United_Kingdom shop
A2    ann 2026-01-19T10:40 TEA-1 Green_tea    Tea  3    10.00 United_Kingdom web
F1    fay 2026-01-31T11:00 CUP-2 Large_cup    Cups 1    12.50 France         web
F2    fay 2026-01-31T15:00 TEA-2 Black_tea    Tea  2    6.00  France         web
U1    -   2026-02-02T13:00 TEA-1 Green_tea    Tea  1    10.00 United_Kingdom shop
A3    ann 2026-02-09T18:05 TEA-1 Green_tea    Tea  2    11.00 United_Kingdom web
A3    ann 2026-02-09T18:05 TEA-2 Black_tea    Tea  1    6.00  United_Kingdom web
CA1   ann 2026-02-10T09:00 CUP-1 Small_cup    Cups -1   8.00  United_Kingdom web
B1    bob 2026-02-14T12:00 CUP-2 Large_cup    Cups 4    12.50 United_Kingdom shop
C1    cat 2026-02-20T09:00 TEA-2 Black_tea    Tea  100  6.00  United_Kingdom web
CC1   cat 2026-02-20T09:16 TEA-2 Black_tea    Tea  -100 6.00  United_Kingdom web
F3    fay 2026-02-21T11:00 CUP-2 Large_cup    Cups 1    12.50 Germany        web
D2    dan 2026-02-28T23:59 TEA-1 Green_tea    Tea  1    11.00 United_Kingdom shop
A4    ann 2026-03-01T00:00 TEA-1 Green_tea    Tea  2    11.00 United_Kingdom web
E1    eve 2026-03-02T08:30 CUP-1 Small_cup    Cups 3    8.50  United_Kingdom web
CD2   dan 2026-03-03T10:00 TEA-1 Green_tea    Tea  -1   11.00 United_Kingdom shop
"""


def six_customer_orders() -> list[dict[str, Any]]:
    """Return the order lines of the six-customer shop, typed, in the order of time."""
    rows = []
    for line in _ORDER_ROWS.strip().splitlines():
        cells = [None if cell == "-" else cell.replace("_", " ") for cell in line.split()]
        row: dict[str, Any] = dict(zip(_ORDER_COLUMNS, cells, strict=True))
        row["ordered_at"] = datetime.fromisoformat(row["ordered_at"])
        row["quantity"], row["unit_price"] = Decimal(row["quantity"]), Decimal(row["unit_price"])
        rows.append(row)
    return rows


def six_customer_sign_ups() -> list[dict[str, Any]]:
    """Return the customers that the six-customer shop's sign-up list holds."""
    return [{"customer_id": "eve", "signed_up_at": datetime(2026, 2, 25, 9, 0), "country": "United Kingdom"}]


def six_customer_warehouse() -> DuckDBEngine:
    """Return an engine that holds the six-customer shop: its raw rows, and the facts built from them."""
    from regulars.settings import Settings
    from regulars.warehouse.build import build

    engine = DuckDBEngine()
    land_rows(engine, six_customer_orders(), six_customer_sign_ups())
    build(engine, Settings())
    return engine


def write_csv(rows: Iterable[Mapping[str, Any]], path: Path) -> Path:
    """Write rows as a plain CSV file and return its path."""
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def land_rows(
    engine: DuckDBEngine,
    orders: Iterable[Mapping[str, Any]],
    customers: Iterable[Mapping[str, Any]] = (),
    *,
    load_id: int = 1,
    batch_id: int | None = None,
    has_hours: bool = True,
) -> None:
    """Put typed rows where landing would put them, without a file.

    Rows may leave out any column of the raw tables; `row_number` counts them, `section` is 1.
    Customers are landed as load `load_id + 1000`.
    """
    for spec in RAW_TABLES:
        engine.create_empty(spec)
    orders, customers = list(orders), list(customers)
    batch = batch_id or load_id
    _land(engine, RAW_ORDER_LINES.name, orders, load_id, batch, "orders", has_hours)
    if customers:
        _land(engine, RAW_CUSTOMERS.name, customers, load_id + 1000, batch, "customers", has_hours)


def land_ratings(engine: DuckDBEngine, ratings: Iterable[Mapping[str, Any]], *, load_id: int = 2001) -> None:
    """Put typed rows of ratings where landing would put them, without a file; `row_number` counts them."""
    for spec in RAW_TABLES:
        engine.create_empty(spec)
    _land(engine, RAW_RATINGS.name, list(ratings), load_id, load_id, "ratings", hours=True)


def _land(
    engine: DuckDBEngine,
    table: str,
    rows: list[Mapping[str, Any]],
    load_id: int,
    batch_id: int,
    shape: str,
    hours: bool,
) -> None:
    if rows:
        section = {"section": 1} if table == RAW_ORDER_LINES.name else {}
        every_column: dict[str, Any] = dict.fromkeys(name for row in rows for name in row)
        filled = [
            {**every_column, **section, "load_id": load_id, "row_number": number, **row}
            for number, row in enumerate(rows, start=1)
        ]
        engine.insert_arrow(table, pa.Table.from_pylist(filled))
    load = {
        "load_id": load_id, "batch_id": batch_id, "source": f"{shape}_{load_id}.csv", "shape": shape,
        "fingerprint": str(load_id), "loaded_at": datetime(2026, 11, 20, 12, 0), "n_rows": len(rows), "n_rejected": 0,
        "has_hours": hours, "mapping": "{}",
    }  # fmt: skip
    engine.insert_arrow(RAW_LOADS.name, pa.Table.from_pylist([load]))

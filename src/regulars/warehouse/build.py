"""Raw rows become facts and dimensions, in one transaction.

What is guaranteed of the facts, and what happens to rows that cannot give it:

* Every row of an orders source is in exactly one of `fct_order_lines`, `fct_returns` and `set_aside`, with its money.
* Ids are trimmed, an empty id is null, and ``13085.0`` is ``13085``; leading zeros and case stay (and are audited).
* A row with a positive quantity and a price that is not negative is a sale, and a line of its order; one with a negative
  quantity or amount is a return, at its own instant. A negative line of kind ``discount`` on an order that also sells
  stays a line of that order.
* Set aside by themselves: rows from the future or from before 1990, of orders that are none by their status, of test
  customers, with neither order nor customer, adjustments of the books, amounts that no shop has, quantities of zero,
  prices of zero, stock adjustments.
* A line that several copies of one batch tell (files, sheets, sections) counts as often as in the copy that has it most
  often (``overlap``). Between batches the last telling of an order wins (``superseded``), or, where the source stamps its
  orders, every version is kept with the stretch during which it was known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query, load
from regulars.errors import WorkspaceForeign
from regulars.ingest.tables import RAW_TABLES
from regulars.settings import Settings
from regulars.terms.progress import Progress, Silence
from regulars.terms.tables import TableSpec
from regulars.warehouse import identities, rules, tables

STAGED_FIRST = (
    "parts",
    "kinds_of_products",
    "kinds_of_descriptions",
    "test_customers",
    "ratings",
    "lines",
    "flagged",
    "told",
    "counted_once",
    "resolved",
)
STAGED_AFTER = ("sold_discounts", "order_amounts", "spread", "unspread")
LARGE_ROWS = 2_000_000
"""From so many order lines on, the cleaned lines are staged in the warehouse's own file for as long as the build lasts:
there they are compressed, which takes longer than keeping them in memory but stays small."""


@dataclass(frozen=True)
class Built:
    """What a build made: rows per table."""

    rows: dict[str, int]


def build(engine: DuckDBEngine, settings: Settings, progress: Progress | None = None) -> Built:
    """Make all facts and dimensions anew from the raw tables; all of them or none.

    Raises
    ------
    InputError
        When amounts are in several currencies without rates.

    Examples
    --------
    >>> from regulars.testing.shops import land_rows, six_customer_orders
    >>> engine = DuckDBEngine()
    >>> land_rows(engine, six_customer_orders())
    >>> build(engine, Settings()).rows["fct_orders"]
    13
    """
    progress = progress or Silence()
    values = {
        "timezone": settings.shop.timezone,
        "prices_include_tax": settings.revenue.prices_include_tax,
        "lowest_rating": settings.ratings.lowest,
        "highest_rating": settings.ratings.highest,
    }
    with engine.transaction():
        for spec in RAW_TABLES:
            engine.create_empty(spec)
        progress.step("clean the order lines")
        _stage(engine, settings, values)
        progress.step("make orders, returns and products of them")
        _make_facts(engine, values)
        progress.step("check that nothing was lost")
        identities.check(engine, prices_include_tax=settings.revenue.prices_include_tax)
        _clear(engine)
    return Built({spec.name: engine.count(spec.name) for spec in tables.WAREHOUSE_TABLES})


def _stage(engine: DuckDBEngine, settings: Settings, values: dict[str, Any]) -> None:
    rules.put_rules(engine, settings)
    is_large = engine.count("raw_order_lines") >= LARGE_ROWS
    for name in STAGED_FIRST:
        in_memory = name != "lines" or not is_large
        engine.create(f"stg_{name}", _query(f"staging/{name}"), values, temporary=in_memory)
    engine.create_view("stg_settled", _query("staging/settled"))
    for name in STAGED_AFTER:
        engine.create(f"stg_{name}", _query(f"staging/{name}"), values, temporary=True)


def _make_facts(engine: DuckDBEngine, values: dict[str, Any]) -> None:
    _make(engine, tables.DIM_PRODUCTS, "dimensions/products", values)
    _make(engine, tables.DIM_CUSTOMERS, "dimensions/customers", values)
    _make(engine, tables.FCT_ORDER_LINES, "facts/order_lines", values)
    _make(engine, tables.FCT_ORDER_CATEGORIES, "facts/order_categories", values)
    _make(engine, tables.FCT_CUSTOMER_PRODUCTS, "facts/first_bought", values)
    for name in ("linked_returns", "status_returns"):
        engine.create(f"stg_{name}", _query(f"facts/{name}"), values, temporary=True)
    _make(engine, tables.FCT_ORDERS, "facts/orders", values)
    engine.create("stg_stated_refunds", _query("facts/stated_refunds"), values, temporary=True)
    _make(engine, tables.FCT_RETURNS, "facts/returns", values)
    _make(engine, tables.FCT_CANCELLATIONS, "facts/cancellations", values)
    part_what_ended(engine)
    _make(engine, tables.FCT_RATINGS, "facts/ratings", values)
    _make(engine, tables.SET_ASIDE, "facts/set_aside", values)
    engine.create_empty(tables.AUDITS, replace=True)


def check_is_current(engine: DuckDBEngine) -> None:
    """See that a warehouse which is read without being built anew has all facts that this version reads.

    Raises
    ------
    WorkspaceForeign
        An earlier version built it, which kept others.
    """
    missing = {spec.name for spec in tables.WAREHOUSE_TABLES} - set(engine.tables())
    if missing and tables.FCT_ORDERS.name in engine.tables():
        raise WorkspaceForeign(
            "the warehouse was built by an earlier version, which kept no " + ", ".join(sorted(missing)),
            hint="build it anew from what was loaded with `regulars run`",
        )


def part_what_ended(engine: DuckDBEngine) -> None:
    """Say of the few products that were taken back from when until when their customers count as having bought them.

    All others count from the first line on, which is what stands there.
    """
    bought = tables.FCT_CUSTOMER_PRODUCTS.name
    engine.create("stg_ended", _query("facts/ended"), temporary=True)
    engine.remove(bought, ("customer_id", "product_id"), "stg_ended")
    engine.insert(bought, _query("facts/stretches"))


def _make(engine: DuckDBEngine, spec: TableSpec, name: str, values: dict[str, Any]) -> None:
    """Make a table exactly as its spec says, of a query's rows."""
    engine.create_empty(spec, replace=True)
    engine.insert(spec.name, _query(name), values)


def _query(name: str) -> Query:
    return load("regulars.warehouse", name)


def _clear(engine: DuckDBEngine) -> None:
    engine.drop_view("stg_settled")
    for table in engine.tables():
        if table.startswith("stg_"):
            engine.drop(table)

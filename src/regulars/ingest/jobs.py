"""What is to be landed: tables, and which tables belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.errors import MappingUnclear
from regulars.ingest.categories import Categories, naming
from regulars.ingest.mapping import Mapping, entry_lines


@dataclass(frozen=True)
class Job:
    """A table to land, with the tables that tell its orders and its customers."""

    mapping: Mapping
    headers: Mapping | None = None
    items: Mapping | None = None
    """The table that has the lines, when this one has the orders."""
    aliases: Mapping | None = None
    categories: Categories | None = None

    @property
    def shape(self) -> str:
        return "orders" if self.mapping.shape == "order_items" else self.mapping.shape


def plan(
    engine: DuckDBEngine, mappings: Sequence[Mapping], categories: Sequence[Categories] = ()
) -> list[Job]:
    """Return what is to be landed, in the order given; order lines are put together with their orders.

    Raises
    ------
    MappingUnclear
        Lines whose orders are nowhere, or orders without amounts whose lines are nowhere.
    """
    aliases = next((mapping for mapping in mappings if "alias_id" in mapping.columns), None)
    items = [mapping for mapping in mappings if mapping.shape == "order_items"]
    headers = {id(each): _headers_of(engine, each, mappings) for each in items}
    lines_of = {id(header): each for each in reversed(items) for header in [headers[id(each)]]}
    jobs = []
    for mapping in mappings:
        if mapping.needs_items and id(mapping) not in lines_of:
            raise MappingUnclear(
                f"{mapping.table.label}: the orders have no amount, and no table with their lines was given",
                hint="give the table of order items as well, or name the column with the amounts:\n\n"
                + entry_lines(mapping.table, mapping.shape, {**mapping.columns, "amount": "…"}),
            )
        jobs.append(
            Job(
                mapping,
                headers=headers.get(id(mapping)),
                items=lines_of.get(id(mapping)),
                aliases=aliases if mapping.shape in ("orders", "order_items") else None,
                categories=naming(engine, mapping, categories) if mapping.shape == "products" else None,
            )
        )
    return jobs


def _headers_of(engine: DuckDBEngine, items: Mapping, mappings: Sequence[Mapping]) -> Mapping:
    """Return the table with the orders of these lines: of those that could be, the one that knows most of them."""
    could = [
        mapping
        for mapping in mappings
        if mapping.shape == "orders"
        and "order_id" in mapping.columns
        and not {"unit_price", "quantity"} & set(mapping.columns)
    ]
    if not could:
        raise MappingUnclear(
            f"{items.table.label}: these are lines of orders, without time and customer, and no table with their"
            " orders was given",
            hint="give the table of orders as well; or, if the rows tell it, name the columns:\n\n"
            + entry_lines(items.table, "orders", {**items.columns, "ordered_at": "…", "customer_id": "…"}),
        )
    return max(could, key=lambda each: _shared_orders(engine, items, each)) if len(could) > 1 else could[0]


def _shared_orders(engine: DuckDBEngine, items: Mapping, orders: Mapping) -> int:
    ours, theirs = quoted(items.columns["order_id"]), quoted(orders.columns["order_id"])
    found = engine.row(
        f"SELECT count(DISTINCT CAST({ours} AS VARCHAR)) AS n FROM {quoted(items.table.rows)} WHERE CAST({ours} AS VARCHAR)"  # noqa: S608
        f" IN (SELECT CAST({theirs} AS VARCHAR) FROM {quoted(orders.table.rows)})"
    )
    return int(found["n"])

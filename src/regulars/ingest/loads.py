"""Loads: one table of a source each, from their cells to our raw tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import load
from regulars.errors import MappingUnclear
from regulars.ingest import sections
from regulars.ingest.examine import column_types
from regulars.ingest.mapping import Mapping, entry_lines
from regulars.ingest.relations import (
    ROOM,
    Views,
    cells_of,
    names_of,
    other_cells,
    section_of,
    their_cells,
    views,
)
from regulars.ingest.sources.table import ROW_NUMBER
from regulars.ingest.tables import (
    RAW_CUSTOMERS,
    RAW_LOADS,
    RAW_ORDER_LINES,
    RAW_PRODUCTS,
    RAW_RATINGS,
    RAW_REJECTS,
)
from regulars.settings import Settings
from regulars.terms.progress import Progress
from regulars.terms.tables import TableSpec

TARGETS: dict[str, TableSpec] = {
    "orders": RAW_ORDER_LINES,
    "order_items": RAW_ORDER_LINES,
    "customers": RAW_CUSTOMERS,
    "products": RAW_PRODUCTS,
    "ratings": RAW_RATINGS,
}


@dataclass(frozen=True)
class Load:
    """One table that was landed: a row of `raw_loads`."""

    load_id: int
    source: str
    part: str | None
    shape: str
    n_rows: int
    n_rejected: int
    n_sections: int = 1
    n_told: int = 0
    """Rows of a table of orders that are told with the lines of another table."""


@dataclass(frozen=True)
class Job:
    """A table to land, with the tables that tell its orders and its customers."""

    mapping: Mapping
    headers: Mapping | None = None
    items: Mapping | None = None
    """The table that has the lines, when this one has the orders."""
    aliases: Mapping | None = None

    @property
    def shape(self) -> str:
        return "orders" if self.mapping.shape == "order_items" else self.mapping.shape


def plan(engine: DuckDBEngine, mappings: Sequence[Mapping]) -> list[Job]:
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


class Loader:
    """Lands jobs, inside the transaction of whoever calls."""

    def __init__(
        self, engine: DuckDBEngine, settings: Settings, progress: Progress, notes: list[str]
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.progress = progress
        self.notes = notes
        self.loaded_at = datetime.now(UTC).replace(tzinfo=None)
        last = engine.row(
            "SELECT coalesce(max(load_id), 0) AS load_id, coalesce(max(batch_id), 0) AS batch_id FROM raw_loads"
        )
        self.next_load: int = last["load_id"] + 1
        self.batch_id: int = last["batch_id"] + 1

    def land(self, jobs: Sequence[Job]) -> list[Load]:
        """Land what was not landed before; return what was."""
        loads = []
        for job in jobs:
            mark = self._fingerprint(job)
            if self._landed_before(job, mark):
                continue
            self._replace_older_reading(job)
            self.progress.step(f"land {job.mapping.table.label}")
            with views(self.engine) as held:
                n_sections = self._land_rows(job, held)
            loads.append(self._record(job, mark, n_sections))
            self.next_load += 1
        return loads

    def _fingerprint(self, job: Job) -> str:
        told: list[Any] = [self.settings.shop.timezone, self.settings.revenue.prices_include_tax, job.shape]
        for mapping in (job.mapping, job.headers, job.items, job.aliases):
            told.append([mapping.table.fingerprint, mapping.record()] if mapping else None)
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def _landed_before(self, job: Job, mark: str) -> bool:
        found = self.engine.rows("SELECT load_id FROM raw_loads WHERE fingerprint = $mark", {"mark": mark})
        if found:
            self.notes.append(
                f"{job.mapping.table.label} was landed before, with the same content read in the same way"
                f" (load {found[0]['load_id']}); it was not landed again."
            )
        return bool(found)

    def _replace_older_reading(self, job: Job) -> None:
        """Take away what the same content became when it was read in another way."""
        older = self.engine.rows(
            "SELECT load_id FROM raw_loads WHERE json_extract_string(mapping, '$.content') = $content AND batch_id < $batch",
            {"content": job.mapping.table.fingerprint, "batch": self.batch_id},
        )
        for row in older:
            for spec in (RAW_LOADS, RAW_ORDER_LINES, RAW_CUSTOMERS, RAW_PRODUCTS, RAW_RATINGS, RAW_REJECTS):
                self.engine.execute(
                    f"DELETE FROM {spec.name} WHERE load_id = $load_id",  # noqa: S608
                    {"load_id": row["load_id"]},
                )
            self.notes.append(
                f"{job.mapping.table.label} was landed before (load {row['load_id']}) and read in another way;"
                " this reading replaces it."
            )

    def _land_rows(self, job: Job, held: Views) -> int:
        """Land the rows of one job; return the number of sections."""
        table = job.mapping.table
        types = column_types(self.engine, table)
        held.put("landing_names", names_of(job.mapping, [job.headers] if job.headers else []))
        held.put("landing_source", cells_of(job.mapping))
        if job.items:
            self._take_told_orders(job, held, types)
        elif job.headers:
            self._join_orders(job, held, types)
        else:
            held.put("landing_cells", self._cells(job.mapping, types))
        starts = self._land_orders(job, held) if job.mapping.shape in ("orders", "order_items") else None
        if starts is None:
            self._land_others(job, held)
        self._reject(
            f"SELECT {ROW_NUMBER} AS row_number, reason, detail, CAST(cells AS JSON) AS cells FROM {quoted(table.rejects)}",  # noqa: S608
            table.part,
        )
        return 1 + len(starts or ())

    def _cells(self, mapping: Mapping, types: dict[str, str], shape: Any = None) -> str:
        cells = their_cells(mapping, types, self.settings, shape)
        if mapping.shape in ("customers", "products"):
            return cells.replace("SELECT ", f"SELECT {other_cells(mapping)} AS attributes, ", 1)
        return cells

    def _join_orders(self, job: Job, held: Views, types: dict[str, str]) -> None:
        """Give lines what the table of orders tells; of an order that is there twice, the last row."""
        headers = job.headers
        assert headers is not None
        held.put("landing_items", self._cells(job.mapping, types, "order_items"))
        self._put_headers(headers, held)
        held.put_relation("landing_cells", "joined")
        held.put(
            "landing_source",
            f"SELECT i.row_number, map_concat(coalesce(h.cells, map()), s.cells) AS cells FROM ({cells_of(job.mapping)}) AS s"  # noqa: S608
            " INNER JOIN landing_items AS i ON i.row_number = s.row_number"
            " LEFT JOIN landing_headers AS o ON o.order_id = i.order_id"
            f" LEFT JOIN ({cells_of(headers)}) AS h ON h.row_number = o.row_number",
        )

    def _put_headers(self, headers: Mapping, held: Views) -> None:
        types = column_types(self.engine, headers.table)
        held.put("landing_all_headers", self._cells(headers, types))
        held.keep(
            "landing_headers",
            "SELECT * FROM landing_all_headers WHERE row_number IN"
            " (SELECT max(row_number) FROM landing_all_headers WHERE order_id IS NOT NULL GROUP BY order_id)",
        )

    def _take_told_orders(self, job: Job, held: Views, types: dict[str, str]) -> None:
        """Leave of a table of orders those that no line tells; without an amount they cannot be landed."""
        items = job.items
        assert items is not None
        self._put_headers(job.mapping, held)
        item_order = quoted(items.columns["order_id"])
        told = f"order_id IN (SELECT CAST({item_order} AS VARCHAR) FROM {quoted(items.table.rows)})"  # noqa: S608
        again = "row_number NOT IN (SELECT row_number FROM landing_headers) AND order_id IS NOT NULL"
        lost = "SELECT h.row_number, {reason} AS reason, h.order_id AS detail, CAST(to_json(s.cells) AS JSON) AS cells FROM landing_all_headers AS h INNER JOIN landing_source AS s ON s.row_number = h.row_number WHERE {which}"
        which = again.replace("row_number NOT", "h.row_number NOT").replace("AND order_id", "AND h.order_id")
        self._reject(lost.format(reason="'repeated_order'", which=which), job.mapping.table.part)
        rest = f"SELECT * FROM landing_all_headers WHERE NOT ({again}) AND coalesce(NOT ({told}), true)"  # noqa: S608
        if job.mapping.has_money:
            held.put("landing_cells", rest)
        else:
            held.put("landing_untold", rest)
            self._reject(
                lost.format(
                    reason="'order_without_lines'",
                    which="h.row_number IN (SELECT row_number FROM landing_untold)",
                ),
                job.mapping.table.part,
            )
            held.put("landing_cells", "SELECT * FROM landing_all_headers WHERE false")

    def _land_orders(self, job: Job, held: Views) -> list[int]:
        if job.aliases:
            self._call_by_person(job.aliases, held)
        goes_on = self.engine.rows(
            "SELECT 1 AS found FROM landing_cells WHERE ordered_at_text IS NULL AND order_id IS NOT NULL LIMIT 1"
        )
        if goes_on:
            held.put_relation("landing_filled", "filled")
        else:
            held.put("landing_filled", "SELECT * FROM landing_cells")
        starts = sections.starts(self.engine, held)
        if starts:
            rows = ", ".join(f"{start:,}" for start in starts)
            self.notes.append(
                f"{job.mapping.table.label} starts over at row {rows}: time jumps back and orders told before"
                " come again; what both stretches tell counts once."
            )
        flags = ", ".join(f"{value} AS {name}" for name, value in self._flags(job).items())
        held.put(
            "landing_rows",
            f"SELECT *, {section_of(starts)} AS section, {flags} FROM landing_filled",  # noqa: S608
        )
        held.put_relation("landing_judged", "orders")
        of_order = {"order_discount", "order_tax", "order_shipping", "order_refund"}
        told = set(job.mapping.columns) | set(job.headers.columns if job.headers else ())
        if of_order & told and "order_id" in told:
            held.put_relation("landing_good", "first_lines")
        else:
            held.put("landing_good", "SELECT * FROM landing_judged WHERE bad IS NULL")
        self._insert(RAW_ORDER_LINES, job)
        return starts

    def _call_by_person(self, aliases: Mapping, held: Views) -> None:
        """Put the person for the id that the orders use."""
        types = column_types(self.engine, aliases.table)
        held.put("landing_people", their_cells(aliases, types, self.settings))
        held.keep(
            "landing_aliases",
            "SELECT alias_id, min(customer_id) AS customer_id FROM landing_people WHERE alias_id IS NOT NULL GROUP BY alias_id",
        )
        held.put("landing_their_ids", self._view_text("landing_cells"))
        held.put(
            "landing_cells",
            "SELECT c.* REPLACE (coalesce(a.customer_id, c.customer_id) AS customer_id) FROM landing_their_ids AS c"
            " LEFT JOIN landing_aliases AS a ON a.alias_id = c.customer_id",
        )

    def _view_text(self, view: str) -> str:
        found = self.engine.row(
            "SELECT sql FROM duckdb_views() WHERE view_name = $view AND temporary", {"view": view}
        )
        return str(found["sql"]).split(" AS ", 1)[1].rstrip().rstrip(";")

    def _flags(self, job: Job) -> dict[str, str]:
        """Return how money is to be understood, as constants that `orders.sql` reads."""
        columns = job.mapping.columns
        share = "discount" in columns and is_share(self.engine, job.mapping)
        if share:
            self.notes.append(
                f"{job.mapping.table.label}: {columns['discount']!r} was read as a share of the price, not as money."
            )
        net = "amount" in columns and "gross" not in columns["amount"].casefold()
        one_row = not {"product_id", "quantity", "unit_price"} & set(columns)
        money = next(
            (name for name in ("unit_price", "amount", "order_total", "order_subtotal") if name in columns),
            "amount",
        )
        return {
            "amount_is_net": _truth(net and not share),
            "order_amount_is_net": _truth(net and one_row),
            "discount_is_share": _truth(share),
            "has_quantity": _truth("quantity" in columns),
            "prices_include_tax": _truth(self.settings.revenue.prices_include_tax),
            "money_column": f"'{money}'",
            **({} if job.headers else {"order_missing": "false"}),
        }

    def _land_others(self, job: Job, held: Views) -> None:
        held.put("landing_rows", "SELECT * FROM landing_cells")
        held.put_relation("landing_judged", job.mapping.shape)
        held.put("landing_good", "SELECT * FROM landing_judged WHERE bad IS NULL")
        self._insert(TARGETS[job.mapping.shape], job)

    def _insert(self, target: TableSpec, job: Job) -> None:
        columns = ", ".join(name for name in target.column_names if name not in ("load_id", "part"))
        origin = {"load_id": self.next_load, "part": job.mapping.table.part}
        self.engine.execute(
            f"INSERT INTO {target.name} BY NAME SELECT CAST($load_id AS INTEGER) AS load_id, CAST($part AS VARCHAR) AS part,"  # noqa: S608
            f" {columns} FROM landing_good",
            origin,
        )
        landed = self._count(target.name)
        wanted = "landing_cells" if job.items else job.mapping.table.rows
        if landed < self.engine.count(wanted):
            self._reject(load_query("rejected"), job.mapping.table.part)

    def _reject(self, query: str, part: str | None) -> None:
        self.engine.execute(
            f"INSERT INTO {RAW_REJECTS.name} BY NAME SELECT CAST($load_id AS INTEGER) AS load_id,"  # noqa: S608
            f" CAST($part AS VARCHAR) AS part, row_number, reason, detail, cells FROM ({query})",
            {"load_id": self.next_load, "part": part},
        )

    def _count(self, table: str) -> int:
        found = self.engine.row(
            f"SELECT count(*) AS n FROM {table} WHERE load_id = $load_id",  # noqa: S608
            {"load_id": self.next_load},
        )
        return int(found["n"])

    def _record(self, job: Job, mark: str, n_sections: int) -> Load:
        table = job.mapping.table
        rows = self.engine.count(table.rows) + self.engine.count(table.rejects)
        rejected = self._count(RAW_REJECTS.name)
        told = rows - rejected - self._count(TARGETS[job.mapping.shape].name) if job.items else 0
        landed = Load(
            self.next_load, table.source, table.part, job.shape, rows, rejected, n_sections, n_told=told
        )
        times = [
            (job.headers or job.mapping).dates.get(name)
            for name in ("ordered_at", "signed_up_at", "rated_at")
        ]
        hours = next((reading.has_hours for reading in times if reading), None)
        row = {
            "load_id": landed.load_id, "batch_id": self.batch_id, "source": landed.source, "shape": landed.shape,
            "fingerprint": mark, "loaded_at": self.loaded_at, "n_rows": landed.n_rows, "n_rejected": landed.n_rejected,
            "has_hours": hours,
            "mapping": json.dumps({**job.mapping.record(), "content": table.fingerprint, "n_told": told}, ensure_ascii=False, default=str),
        }  # fmt: skip
        names = ", ".join(row)
        values = ", ".join(f"${name}" for name in row)
        self.engine.execute(f"INSERT INTO {RAW_LOADS.name} ({names}) VALUES ({values})", row)  # noqa: S608
        return landed


def load_query(name: str) -> str:
    """Return the text of one of the room's relations."""
    return load(ROOM, name).text


def is_share(engine: DuckDBEngine, mapping: Mapping) -> bool:
    """Whether the discount is a share of the price (0.2, 20 %) and not money."""
    if "discount" in mapping.numbers.percent:
        return True
    seen = engine.row(
        "SELECT max(abs(discount)) <= 1 AND bool_or(discount <> 0 AND abs(discount) < 1)"
        " AND coalesce(median(abs(coalesce(unit_price, amount))), 0) > 2 AS share FROM landing_filled"
    )
    return bool(seen["share"])


def _truth(value: bool) -> str:
    return "true" if value else "false"

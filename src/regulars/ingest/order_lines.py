"""Rows of orders on their way: joined to their orders, filled down, told apart by section, judged row by row.

The relations follow each other as temporary views:

```
landing_cells ─▶ landing_named ─▶ landing_called ─▶ landing_filled ─▶ landing_rows ─▶ landing_judged ─▶ landing_good
our columns      people for ids   addresses for     attributes of     + section and    + what is bad     money of orders
                                  guests            orders filled     how money is                       on one line
                                                    down              meant
```

Where no money but that of whole orders is told, `landing_whole` gives it to all their rows before they are judged, and
`landing_good` shares it out among them.
"""

from __future__ import annotations

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import load
from regulars.ingest import sections
from regulars.ingest.examine import column_types
from regulars.ingest.jobs import Job
from regulars.ingest.mapping import Mapping
from regulars.ingest.relations import ROOM, Views, cells_of, section_of, their_cells
from regulars.ingest.synonyms import FIELDS, squash
from regulars.settings import Settings

MONEY_OF_ORDERS = {"order_discount", "order_tax", "order_shipping", "order_refund"}
STATE_OF_ORDERS = {"status", "updated_at", "cancelled_at", "currency", "consent"}
"""What is said once per order where it is not said on every line."""
MANY_ORDERS = 10


def put_good_lines(job: Job, held: Views, settings: Settings, notes: list[str]) -> list[int]:
    """Make `landing_good` and `landing_judged` of `landing_cells`; return the rows at which a section begins."""
    engine = held.engine
    _put_people(job.aliases, held, settings)
    _put_guests(job, held)
    told = set(job.mapping.columns) | set(job.headers.columns if job.headers else ())
    if _goes_on(held, told):
        held.put_relation("landing_filled", "filled")
    else:
        held.put("landing_filled", "SELECT * FROM landing_called")
    starts = sections.starts(engine, held)
    if starts:
        rows = ", ".join(f"{start:,}" for start in starts)
        notes.append(
            f"{job.mapping.table.label} starts over at row {rows}: time jumps back and orders told before"
            " come again; what both stretches tell counts once."
        )
    whole = _tells_whole_orders(engine, job, told, notes)
    if whole:
        held.put_relation("landing_whole", "whole_orders")
    flags = ", ".join(f"{value} AS {name}" for name, value in _flags(engine, job, settings, notes).items())
    held.put(
        "landing_rows",
        f"SELECT *, {section_of(starts)} AS section, {flags} FROM {'landing_whole' if whole else 'landing_filled'}",  # noqa: S608
    )
    held.put_relation("landing_judged", "orders")
    good = "landing_kept" if whole else "landing_good"
    if MONEY_OF_ORDERS & told and "order_id" in told:
        held.put_relation(good, "first_lines")
    else:
        held.put(good, "SELECT * FROM landing_judged WHERE bad IS NULL")
    if whole:
        held.put_relation("landing_good", "shared_totals")
    return starts


def _tells_whole_orders(engine: DuckDBEngine, job: Job, told: set[str], notes: list[str]) -> bool:
    """Say whether money is told of whole orders alone, on orders of several rows: then it is shared out among these.

    A column that is called a total, and might be that of a line, is one of orders if no order of many has two of them.
    """
    money = next((name for name in ("order_subtotal", "order_total", "amount") if name in told), None)
    if (
        money is None
        or "order_id" not in told
        or "unit_price" in told
        or (money != "amount" and "amount" in told)
    ):
        return False
    column = {**(job.headers.columns if job.headers else {}), **job.mapping.columns}[money]
    seen = engine.row(load(ROOM, "order_totals"))
    if money == "amount":
        is_whole = (
            FIELDS["order_total"].strength(squash(column)) > 0
            and seen["n_whole"] == seen["n_orders"] >= MANY_ORDERS
            and 2 * seen["n_different"] > seen["n_orders"]
        )
    else:
        is_whole = 2 * seen["n_whole"] > seen["n_orders"]
    if is_whole:
        notes.append(
            f"{job.mapping.table.label}: {column!r} is the money of a whole order, and nothing tells that of its lines:"
            " it counts once, shared out evenly among them. Revenue of products and categories is a guess."
        )
    return is_whole


def _goes_on(held: Views, told: set[str]) -> bool:
    """Make `landing_going_on`; return whether any row leaves out what its order's first line says."""
    held.put_relation("landing_going_on", "going_on")
    where = "goes_on" if STATE_OF_ORDERS & told else "goes_on AND ordered_at_text IS NULL"
    return bool(held.engine.rows(f"SELECT 1 AS found FROM landing_going_on WHERE {where} LIMIT 1"))  # noqa: S608


def put_joined_lines(job: Job, headers: Mapping, held: Views, settings: Settings) -> None:
    """Give lines what the table of orders tells; of an order that is there twice, the last row."""
    types = column_types(held.engine, job.mapping.table)
    held.put("landing_items", their_cells(job.mapping, types, settings))
    _put_headers(headers, held, settings)
    held.put_relation("landing_cells", "joined")
    held.put(
        "landing_source",
        f"SELECT i.row_number, map_concat(coalesce(h.cells, map()), s.cells) AS cells FROM ({cells_of(job.mapping)}) AS s"  # noqa: S608
        " INNER JOIN landing_items AS i ON i.row_number = s.row_number"
        " LEFT JOIN landing_headers AS o ON o.order_id = i.order_id"
        f" LEFT JOIN ({cells_of(headers)}) AS h ON h.row_number = o.row_number",
    )


def put_untold_orders(job: Job, items: Mapping, held: Views, settings: Settings) -> None:
    """Leave in `landing_cells` the orders of which no line tells; put into `landing_lost` those that cannot be landed.

    An order without lines can be landed when it has an amount of its own.
    """
    _put_headers(job.mapping, held, settings)
    ours = quoted(items.columns["order_id"])
    held.put(
        "landing_told",
        f"SELECT DISTINCT CAST({ours} AS VARCHAR) AS order_id FROM {quoted(items.table.rows)}",  # noqa: S608
    )
    held.put_relation("landing_untold", "untold")
    has_money = "true" if job.mapping.has_money else "false"
    held.put(
        "landing_cells",
        f"SELECT * EXCLUDE (is_repeated) FROM landing_untold WHERE NOT is_repeated AND {has_money}",  # noqa: S608
    )
    held.put(
        "landing_lost",
        "SELECT u.row_number, CASE WHEN u.is_repeated THEN 'repeated_order' ELSE 'order_without_lines' END AS reason,"  # noqa: S608
        " u.order_id AS detail, CAST(to_json(s.cells) AS JSON) AS cells FROM landing_untold AS u"
        f" INNER JOIN landing_source AS s ON s.row_number = u.row_number WHERE u.is_repeated OR NOT {has_money}",
    )


def _put_headers(headers: Mapping, held: Views, settings: Settings) -> None:
    types = column_types(held.engine, headers.table)
    held.put("landing_all_headers", their_cells(headers, types, settings))
    held.keep(
        "landing_headers",
        "SELECT * FROM landing_all_headers WHERE row_number IN"
        " (SELECT max(row_number) FROM landing_all_headers WHERE order_id IS NOT NULL GROUP BY order_id)",
    )


def _put_people(aliases: Mapping | None, held: Views, settings: Settings) -> None:
    """Put the person for the id that the orders use, where a table of customers tells."""
    if aliases is None:
        held.put("landing_named", "SELECT * FROM landing_cells")
        return
    types = column_types(held.engine, aliases.table)
    held.put("landing_people", their_cells(aliases, types, settings))
    held.keep(
        "landing_aliases",
        "SELECT alias_id, min(customer_id) AS customer_id FROM landing_people WHERE alias_id IS NOT NULL GROUP BY alias_id",
    )
    held.put(
        "landing_named",
        "SELECT c.* REPLACE (coalesce(a.customer_id, c.customer_id) AS customer_id) FROM landing_cells AS c"
        " LEFT JOIN landing_aliases AS a ON a.alias_id = c.customer_id",
    )


def _put_guests(job: Job, held: Views) -> None:
    """Put the address for the customer where an order with an address has no id, or the id of all guests."""
    columns = {**(job.headers.columns if job.headers else {}), **job.mapping.columns}
    if "email" in columns and columns["email"] != columns.get("customer_id"):
        for name in ("nobodies", "known_addresses"):
            held.keep(f"landing_{name}", load(ROOM, name).text)
        held.put_relation("landing_called", "guests")
    else:
        held.put("landing_called", "SELECT * FROM landing_named")


def _flags(engine: DuckDBEngine, job: Job, settings: Settings, notes: list[str]) -> dict[str, str]:
    """Return how money is to be understood, as constants that `orders.sql` reads."""
    columns = job.mapping.columns
    share = "discount" in columns and _is_share(engine, job.mapping)
    if share:
        notes.append(
            f"{job.mapping.table.label}: {columns['discount']!r} was read as a share of the price, not as money."
        )
    inside = {"discount", "order_discount", "order_subtotal"} <= set(columns) and _is_inside(engine)
    if inside:
        notes.append(
            f"{job.mapping.table.label}: {columns['order_discount']!r} has {columns['discount']!r} in it"
            f" ({columns['order_subtotal']!r} says so); it was taken off once."
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
        "discount_is_inside": _truth(inside),
        "has_quantity": _truth("quantity" in columns),
        "prices_include_tax": _truth(settings.revenue.prices_include_tax),
        "money_column": f"'{money}'",
        **({} if job.headers else {"order_missing": "false"}),
    }


def _is_share(engine: DuckDBEngine, mapping: Mapping) -> bool:
    """Whether the discount is a share of the price (0.2, 20 %) and not money."""
    if "discount" in mapping.numbers.percent:
        return True
    seen = engine.row(
        "SELECT max(abs(discount)) <= 1 AND bool_or(discount <> 0 AND abs(discount) < 1)"
        " AND coalesce(median(abs(coalesce(unit_price, amount))), 0) > 2 AS share FROM landing_filled"
    )
    return bool(seen["share"])


def _is_inside(engine: DuckDBEngine) -> bool:
    """Whether the discount of an order has those of its lines in it, as its subtotal tells."""
    seen = engine.row(load(ROOM, "discounts"))
    return bool(seen["n_orders"] and seen["n_inside"] > seen["n_orders"] / 2)


def _truth(value: bool) -> str:
    return "true" if value else "false"

"""Shops that Hypothesis makes up, for laws that must hold of any shop.

They hold what trips people: several orders at one instant, orders at midnight, gaps of months, customers with one
order, lines without a customer, lines told twice within an order, returns (of what was bought, of more than was bought,
of nothing that was bought), postage and discounts, prices with four decimals, orders that change afterwards and shops
in which nothing ever happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows

OPENED = datetime(2025, 1, 1)
Row = dict[str, Any]

CUSTOMERS = ("ann", "bob", "cat", "dan", "eve", "fay", None)
PRODUCTS = (
    ("TEA-1", "Green tea", "Tea"),
    ("TEA-2", "Black tea", "Tea"),
    ("CUP-1", "Small cup", "Cups"),
    ("CUP-2", "Large cup", None),
    ("POST", "Postage", None),
    ("D", "Discount", None),
)
PRICES = tuple(Decimal(text) for text in ("0.0001", "0.8333", "2.5", "4.95", "10", "19.9999", "250"))
# Days after opening: neighbors, a gap of months, and a year later; times: midnight, the minute before, and within a day.
_DAYS = (0, 1, 2, 30, 31, 59, 60, 150, 151, 364, 365, 366)
_MINUTES = (0, 1, 8 * 60, 8 * 60 + 16, 17 * 60, 23 * 60 + 59)


@dataclass(frozen=True)
class Shop:
    """What a made-up shop has on file, as rows of `raw_order_lines` and `raw_customers`."""

    orders: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)

    def land(self, engine: DuckDBEngine, **landing: Any) -> None:
        """Put the rows where landing would put them (`land_rows`)."""
        land_rows(engine, self.orders, self.customers, **landing)

    def before(self, cutoff: Cutoff) -> Shop:
        """Return what the files would have held at a cut-off; the first version of an order is as it was placed."""
        first: dict[str, datetime] = {}
        for row in self.orders:
            if stamp := row.get("updated_at"):
                first[row["order_id"]] = min(stamp, first.get(row["order_id"], stamp))
        return replace(
            self,
            orders=[
                row
                for row in self.orders
                if row["ordered_at"] < cutoff.at
                and (
                    row.get("updated_at") in (None, first.get(row["order_id"]))
                    or row["updated_at"] < cutoff.at
                )
            ],
            customers=[row for row in self.customers if row["signed_up_at"] < cutoff.at],
        )

    def with_events(self, *rows: Row) -> Shop:
        return replace(self, orders=[*self.orders, *rows])


def instants() -> st.SearchStrategy[datetime]:
    """Instants with many ties, at midnight and around it, next to each other and months apart."""
    return st.builds(
        lambda day, minute: OPENED + timedelta(days=day, minutes=minute),
        st.sampled_from(_DAYS),
        st.sampled_from(_MINUTES),
    )


def cutoffs() -> st.SearchStrategy[Cutoff]:
    """Cut-offs that fall on events, between them, and outside of them."""
    return st.builds(Cutoff, instants())


@st.composite
def shops(
    draw: st.DrawFn,
    *,
    max_orders: int = 8,
    returns: bool = True,
    versions: bool = False,
    sign_ups: bool = True,
) -> Shop:
    """Make up a shop; `versions` lets orders change afterwards (with stamps in `updated_at`)."""
    rows: list[Row] = []
    for number in range(draw(st.integers(0, max_orders))):
        order = draw(_orders(f"A{number}"))
        rows += draw(_versions(order)) if versions else order
    if returns:
        sold = [row for row in rows if row["product_id"] != "D"]
        for number in range(draw(st.integers(0, 4)) if sold else 0):
            rows += draw(_returns(f"C{number}", sold))
    customers = draw(_sign_ups()) if sign_ups else []
    return Shop(draw(st.permutations(rows)) if draw(st.booleans()) else rows, customers)


@st.composite
def later_events(draw: st.DrawFn, shop: Shop, cutoff: Cutoff) -> list[Row]:
    """Make up rows at or after a cut-off: new orders, and returns of what was sold before and after it."""
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 3))):
        after = timedelta(minutes=draw(st.sampled_from((0, 1, 1440, 45 * 1440))))
        moved = [{**row, "ordered_at": cutoff.at + after} for row in draw(_orders(f"L{number}"))]
        rows += moved
    sold = [row for row in [*shop.orders, *rows] if row["quantity"] > 0 and row["product_id"] != "D"]
    for number in range(draw(st.integers(0, 2)) if sold else 0):
        for row in draw(_returns(f"LC{number}", sold)):
            rows.append({**row, "ordered_at": max(row["ordered_at"], cutoff.at)})
    return rows


@st.composite
def _orders(draw: st.DrawFn, order_id: str) -> list[Row]:
    """One order of one to four lines, at one instant, some of them alike."""
    head = {
        "order_id": order_id,
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
        "ordered_at": draw(instants()),
        "country": draw(st.sampled_from(("United Kingdom", "France", None))),
        "channel": draw(st.sampled_from(("web", "shop", None))),
    }
    lines = draw(st.lists(_lines(), min_size=1, max_size=4))
    return [{**head, **line} for line in lines]


@st.composite
def _lines(draw: st.DrawFn) -> Row:
    product_id, description, category = draw(st.sampled_from(PRODUCTS))
    price = draw(st.sampled_from(PRICES))
    return {
        "product_id": product_id,
        "description": description,
        "category": category,
        "quantity": Decimal(draw(st.sampled_from((1, 2, 3, 100)))),
        "unit_price": -price if product_id == "D" else price,
    }


@st.composite
def _returns(draw: st.DrawFn, return_id: str, sold: list[Row]) -> list[Row]:
    """One credit note: lines of one customer as they were sold, less of them, or more."""
    first = draw(st.sampled_from(sold))
    after = timedelta(minutes=draw(st.sampled_from((0, 16, 1440, 40 * 1440))))
    order = [row for row in sold if row["order_id"] == first["order_id"]]
    whole = draw(st.booleans())
    rows = []
    for row in order if whole else [first]:
        quantity = (
            row["quantity"] if whole else draw(st.sampled_from((Decimal(1), row["quantity"], Decimal(500))))
        )
        rows.append(
            {**row, "order_id": return_id, "ordered_at": row["ordered_at"] + after, "quantity": -quantity}
        )
        rows[-1].pop("updated_at", None)
    return rows


@st.composite
def _versions(draw: st.DrawFn, order: list[Row]) -> list[Row]:
    """Tell an order once or several times, each time changed and with a later stamp."""
    told: list[Row] = []
    stamp = order[0]["ordered_at"]
    lines = order
    for _ in range(draw(st.integers(1, 3))):
        stamp += timedelta(minutes=draw(st.sampled_from((1, 60, 1440, 35 * 1440))))
        status = draw(st.sampled_from(("paid", "paid", "paid", "cancelled", "refunded")))
        told += [{**row, "updated_at": stamp, "status": status} for row in lines]
        change = draw(st.sampled_from(("nothing", "quantity", "fewer lines")))
        if change == "quantity":
            lines = [{**lines[0], "quantity": lines[0]["quantity"] + 1}, *lines[1:]]
        elif change == "fewer lines" and len(lines) > 1:
            lines = lines[:-1]
    return told


@st.composite
def _sign_ups(draw: st.DrawFn) -> list[Row]:
    who = draw(st.lists(st.sampled_from(("ann", "bob", "gus", "hal")), unique=True, max_size=3))
    return [
        {"customer_id": name, "signed_up_at": draw(instants()), "country": "United Kingdom"} for name in who
    ]

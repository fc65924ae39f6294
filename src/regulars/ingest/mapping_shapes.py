"""What a row can be: the shapes, what each may and must have, and which columns could be what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from regulars.ingest.mapping_content import Look
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.synonyms import FIELDS, squash, table_shape
from regulars.settings import Shape

COMPARABLE = 0.05
"""Two columns whose evidence differs by no more could both be meant."""
UNNAMED = re.compile(r"column_?\d+", re.IGNORECASE)

ORDER_FIELDS = (
    "order_id", "customer_id", "ordered_at", "ordered_time", "product_id", "description", "quantity", "unit_price",
    "amount", "discount", "tax", "shipping", "order_total", "order_subtotal", "order_discount", "order_tax",
    "order_shipping", "order_refund", "unit_cost", "status", "updated_at", "cancelled_at", "currency", "country",
    "channel", "category", "consent", "email",
)  # fmt: skip
ITEM_FIELDS = (
    "order_id", "product_id", "description", "quantity", "unit_price", "amount", "discount", "tax", "shipping",
    "unit_cost", "category",
)  # fmt: skip
CRITICAL = frozenset(
    ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price", "amount", "rating"]
)
"""Columns about which nothing is guessed when two could be meant."""
EVENTS = ("orders", "order_items")
LINE_MONEY = {
    "amount": "order_total",
    "discount": "order_discount",
    "tax": "order_tax",
    "shipping": "order_shipping",
}


@dataclass(frozen=True)
class ShapeRule:
    """What a shape may have, and what it must have: of each group at least one."""

    grain: str
    fields: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    weights: dict[str, float] = field(default_factory=dict)


SHAPES: dict[Shape, ShapeRule] = {
    "ratings": ShapeRule(
        "one row per customer and product rated", ("customer_id", "product_id", "rating", "rated_at"),
        (("rating",), ("customer_id",), ("product_id",)), {"rating": 3.0},
    ),
    "orders": ShapeRule(
        "one row per order line", ORDER_FIELDS,
        (("ordered_at",), ("customer_id", "order_id"), ("amount", "unit_price", "order_total", "order_subtotal")),
    ),
    "order_items": ShapeRule(
        "one row per order line, whose order is in another table", ITEM_FIELDS,
        (("order_id",), ("product_id", "description"), ("amount", "unit_price")),
    ),
    "customers": ShapeRule(
        "one row per customer",
        ("customer_id", "alias_id", "signed_up_at", "valid_from", "name", "email", "country", "consent"),
        (("customer_id",),), {"signed_up_at": 1.5},
    ),
    "products": ShapeRule(
        "one row per product", ("product_id", "description", "category", "unit_price", "unit_cost"),
        (("product_id",), ("description", "category", "unit_price", "unit_cost")),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A column that could be a field, how strongly, and why."""

    field: str
    column: str
    strength: float
    why: str


@dataclass
class Shaped:
    """A shape with its columns, what speaks for it and what it lacks."""

    shape: Shape
    columns: dict[str, str]
    evidence: dict[str, str]
    strengths: dict[str, float]
    given: frozenset[str]
    missing: list[tuple[str, ...]]
    score: float
    notes: list[str] = field(default_factory=list)
    rivals: dict[str, list[Candidate]] = field(default_factory=dict)

    def take(self, candidate: Candidate) -> None:
        """Let a column stand for a field."""
        self.columns[candidate.field] = candidate.column
        self.evidence[candidate.field] = candidate.why
        self.strengths[candidate.field] = candidate.strength

    def drop(self, name: str) -> None:
        """Let no column stand for a field, unless the settings say so."""
        if name not in self.given:
            for kept in (self.columns, self.evidence, self.strengths):
                kept.pop(name, None)

    def free(self, table: SourceTable) -> list[str]:
        """Return the columns that stand for nothing yet."""
        return [column for column in table.columns if column not in self.columns.values()]


def candidates(table: SourceTable, looks: dict[str, Look], shape: Shape) -> list[Candidate]:
    """Return every column that could be a field of a shape, strongest first."""
    said = table_shape(table.part or table.source)
    squashed = {column: squash(column) for column in table.columns}
    is_export = {"lineitemname", "lineitemprice", "financialstatus", "cartdiscountamount"} & set(
        squashed.values()
    )
    found = []
    for name in SHAPES[shape].fields:
        for column in table.columns:
            strength, why = FIELDS[name].strength(squashed[column]), f"named {column!r}"
            if squashed[column] in ("id", "uuid", "guid", "key") and shape == said and name == _own_id(shape):
                strength, why = 0.85, f"named {column!r} in a table of {shape}"
            if name == "product_id" and shape in EVENTS and looks[column].is_row_id:
                strength /= 2
            if shape == "orders" and is_export:
                strength = _as_exported(name, squashed[column], strength)
            if strength and looks[column].fits(FIELDS[name].kind):
                found.append(Candidate(name, column, strength, f"{why}; {looks[column].shown}"))
    order = {name: position for position, name in enumerate(SHAPES[shape].fields)}
    place = {column: position for position, column in enumerate(table.columns)}
    return sorted(found, key=lambda one: (-one.strength, order[one.field], place[one.column]))


def _as_exported(name: str, squashed: str, strength: float) -> float:
    """Read columns of Shopify and WooCommerce as they mean them: what is not the line's is the order's."""
    if squashed in ("name", "source"):
        return 1.0 if (name, squashed) in (("order_id", "name"), ("channel", "source")) else 0.0
    position = squashed == "itemnumber"  # WooCommerce counts an order's lines in it
    if position or (name in LINE_MONEY and not squashed.startswith(("lineitem", "item"))):
        return 0.0
    if name == "order_discount" and squashed == "discountamount":
        return 0.95
    return strength


def _own_id(shape: Shape) -> str:
    return {"customers": "customer_id", "products": "product_id", "orders": "order_id"}.get(shape, "")

"""What a row can be, and which shape a table's columns speak for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from regulars.ingest.mapping_content import Look
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.synonyms import CUSTOMER_WITNESSES, EMAIL_AS_ID, FIELDS, squash, table_shape
from regulars.settings import Shape

COMPARABLE = 0.05
"""Two columns whose evidence differs by no more could both be meant."""
NAMED_TABLE = 2.0
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


def choose_shape(
    table: SourceTable, looks: dict[str, Look], given: dict[str, str], forced: Shape | None
) -> Shaped:
    """Return the shape that the columns speak for; when none is complete, the nearest with what it lacks."""
    said = table_shape(table.part or table.source)
    tried = [_shaped(table, looks, shape, given) for shape in SHAPES if forced in (None, shape)]
    for one in tried:
        one.score += NAMED_TABLE if one.shape == said else 0.0
        one.score += _witness(table, looks, one)
    complete = [
        one for one in tried
        if (not one.missing or _is_header(one)) and (forced or said == one.shape or not _rows_are_events(table, looks, one))
    ]  # fmt: skip
    tried = [one for one in tried if one.missing] or tried
    chosen = max(complete or tried, key=lambda one: (-len(one.missing) if not complete else 0, one.score))
    if _is_header(chosen):
        chosen.missing = []
    return chosen


def _rows_are_events(table: SourceTable, looks: dict[str, Look], one: Shaped) -> bool:
    """Whether what would be one row per customer has customers again, or a date of something they did."""
    if one.shape != "customers" or "valid_from" in one.columns or "customer_id" not in one.columns:
        return False
    seen = looks[one.columns["customer_id"]]
    known = {one.columns.get(name) for name in ("signed_up_at", "valid_from")}
    dated = any(
        each.field == "ordered_at" and each.strength >= 0.8 and each.column not in known
        for each in candidates(table, looks, "orders")
    )
    return dated or seen.n_distinct < 0.9 * seen.n_filled


def _is_header(one: Shaped) -> bool:
    """Whether only the amounts are missing: orders whose lines are in another table."""
    return (
        one.shape == "orders" and one.missing == [SHAPES["orders"].needs[2]] and "order_id" in one.columns
        and "customer_id" in one.columns
    )  # fmt: skip


def _witness(table: SourceTable, looks: dict[str, Look], one: Shaped) -> float:
    """Return what else speaks for or against a shape."""
    names = {squash(column) for column in table.columns}
    said_items = table_shape(table.part or table.source) == "order_items"
    if one.shape == "customers":
        buys = {"order_id", "product_id", "quantity"} & _would_be(table, looks)
        return 0.8 * len(names & CUSTOMER_WITNESSES) - 3.0 * len(buys)
    if one.shape == "products":
        return -3.0 * len({"customer_id", "order_id", "quantity"} & _would_be(table, looks) - {"quantity"})
    if one.shape == "order_items" and "customer_id" in _would_be(table, looks, at_least=0.8):
        return -3.0
    if one.shape == "orders" and "customer_id" not in one.columns and said_items:
        return -3.0
    return 0.0


def _would_be(table: SourceTable, looks: dict[str, Look], at_least: float = 0.9) -> set[str]:
    return {one.field for one in candidates(table, looks, "orders") if one.strength >= at_least}


def _shaped(table: SourceTable, looks: dict[str, Look], shape: Shape, given: dict[str, str]) -> Shaped:
    rule = SHAPES[shape]
    columns = {name: column for name, column in given.items() if name in rule.fields}
    evidence = dict.fromkeys(columns, "as the settings say")
    strengths = dict.fromkeys(columns, 1.0)
    one = Shaped(shape, columns, evidence, strengths, frozenset(columns), [], 0.0)
    for candidate in candidates(table, looks, shape):
        if candidate.field not in columns and candidate.column not in columns.values():
            _take(one, candidate)
    if shape in ("orders", "ratings"):
        _from_content(table, looks, one)
    if shape == "orders":
        _tidy_orders(table, looks, one)
    if shape == "customers":
        _tidy_customers(table, one)
    if "customer_id" not in columns and "email" in columns and shape in ("orders", "customers"):
        columns["customer_id"], evidence["customer_id"] = (
            columns["email"],
            "the e-mail address stands for the customer",
        )
        strengths["customer_id"] = EMAIL_AS_ID
    one.missing = [names for names in rule.needs if not any(name in columns for name in names)]
    one.score = sum(rule.weights.get(name, 1.0) * strength for name, strength in strengths.items())
    columns_in_order = {name: columns[name] for name in rule.fields if name in columns}
    one.columns.clear()
    one.columns.update(columns_in_order)
    return one


def _take(one: Shaped, candidate: Candidate) -> None:
    one.columns[candidate.field] = candidate.column
    one.evidence[candidate.field] = candidate.why
    one.strengths[candidate.field] = candidate.strength


def _drop(one: Shaped, name: str) -> None:
    if name not in one.given:
        for kept in (one.columns, one.evidence, one.strengths):
            kept.pop(name, None)


def _free(table: SourceTable, one: Shaped) -> list[str]:
    return [column for column in table.columns if column not in one.columns.values()]


def _from_content(table: SourceTable, looks: dict[str, Look], one: Shaped) -> None:
    """Take by its cells what has no name that is known: the only column of dates; all columns, where none has a name."""
    if one.shape == "orders" and "ordered_at" not in one.columns:
        known = {
            candidate
            for name in FIELDS
            if FIELDS[name].kind == "time"
            for candidate in FIELDS[name].strengths
        }
        dates = [
            column for column in _free(table, one)
            if looks[column].sure_dates and squash(column) not in known and not _another_date(column)
            and (not looks[column].compact_dates or UNNAMED.fullmatch(column))
        ]  # fmt: skip
        if len(dates) == 1:
            _take(
                one,
                Candidate("ordered_at", dates[0], 0.5, f"the only column of dates; {looks[dates[0]].shown}"),
            )
    if one.shape == "orders" and all(UNNAMED.fullmatch(column) for column in table.columns):
        _without_names(table, looks, one)


def _another_date(column: str) -> bool:
    """Whether the name says that it is the date of something else."""
    return bool(
        re.search(
            r"birth|geb|naiss|nacim|ship|deliver|liefer|due|expir|estimat|approv|cancel|valid|signup|regist|join",
            squash(column),
        )
    )


def _without_names(table: SourceTable, looks: dict[str, Look], one: Shaped) -> None:
    """Read columns without a header: what comes back is who, small numbers are units, decimals are money."""
    roles: dict[str, list[Candidate]] = {"customer_id": [], "quantity": [], "amount": []}
    for column in _free(table, one):
        seen = looks[column]
        if seen.n_filled == 0 or seen.sure_dates:
            continue
        if seen.integers == 1.0 and seen.top >= 0.15 and not _padded(seen):
            roles["quantity"].append(Candidate("quantity", column, 0.5, f"small whole numbers; {seen.shown}"))
        elif seen.numbers == 1.0 and seen.integers < 1.0:
            why = f"numbers with decimals, the price of a row since there is no product; {seen.shown}"
            roles["amount"].append(Candidate("amount", column, 0.5, why))
        elif seen.n_distinct < seen.n_filled or _padded(seen):
            roles["customer_id"].append(
                Candidate("customer_id", column, 0.5, f"values that come back; {seen.shown}")
            )
    for name, found in roles.items():
        if found and name not in one.columns:
            _take(one, found[0])
            one.rivals[name] = found[1:]


def _padded(seen: Look) -> bool:
    return any(re.fullmatch(r"0\d+", example) for example in seen.examples)


def _tidy_orders(table: SourceTable, looks: dict[str, Look], one: Shaped) -> None:
    """Decide between money of the line and money of the order, and between a name and a code of the product."""
    columns = one.columns
    product = columns.get("product_id")
    if (
        product
        and "description" not in columns
        and any(" " in example for example in looks[product].examples)
    ):
        columns["description"], one.evidence["description"] = product, one.evidence["product_id"]
        one.notes.append(f"{product!r} is both code and name of the product, because there is no code.")
    if (
        "unit_price" in columns
        and "quantity" in columns
        and "amount" in columns
        and "amount" not in one.given
    ):
        one.notes.append(f"{columns['amount']!r} was left out: quantity × unit price is the price of a line.")
        _drop(one, "amount")
    if {"product_id", "unit_price", "quantity"} & set(columns):
        for name in ("order_total", "order_subtotal"):
            if "unit_price" in columns or "amount" in columns:
                _drop(one, name)
    elif (
        "order_id" not in columns
        or looks[columns["order_id"]].n_distinct == looks[columns["order_id"]].n_filled
    ):
        _as_header(one)


def _as_header(one: Shaped) -> None:
    """Read money on a row that is an order without lines as money of the order."""
    for line, order in LINE_MONEY.items():
        if line in one.columns and order not in one.columns and line not in one.given:
            column = one.columns[line]
            if line == "amount" and FIELDS["order_total"].strength(squash(column)) == 0:
                continue  # called revenue or sales: what the shop keeps, nothing to take off
            why, strength = one.evidence[line], one.strengths[line]
            _drop(one, line)
            _take(one, Candidate(order, column, strength, why))


def _tidy_customers(table: SourceTable, one: Shaped) -> None:
    """Take the person for the customer where the orders use another id beside it (Olist)."""
    person = next(
        (column for column in table.columns if squash(column) in ("customeruniqueid", "personid")), None
    )
    if person and one.columns.get("customer_id") not in (person, None) and "customer_id" not in one.given:
        _take(one, Candidate("alias_id", one.columns["customer_id"], 1.0, "the id that orders use"))
        _take(one, Candidate("customer_id", person, 1.0, f"named {person!r}"))
        one.notes.append(f"{person!r} is the person; {one.columns['alias_id']!r} is what orders call them.")


def contested(found: Shaped, every: list[Candidate]) -> dict[str, list[Candidate]]:
    """Return, for each column about which nothing is guessed, the rivals with comparable evidence."""
    taken = set(found.columns.values())
    rivals = {name: others for name, others in found.rivals.items() if others}
    for name in found.columns:
        if name in CRITICAL and name not in found.given:
            close = [
                one for one in every
                if one.field == name and one.column not in taken and one.strength >= found.strengths[name] - COMPARABLE
            ]  # fmt: skip
            if close:
                rivals[name] = close
    return rivals

"""Which shape a table's columns speak for."""

from __future__ import annotations

from regulars.ingest.mapping_content import Look
from regulars.ingest.mapping_orders import from_content, tidy_orders
from regulars.ingest.mapping_shapes import COMPARABLE, CRITICAL, SHAPES, Candidate, Shaped, candidates
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.synonyms import CUSTOMER_WITNESSES, EMAIL_AS_ID, squash, table_shape
from regulars.settings import Shape

NAMED_TABLE = 2.0
"""What the name of a table counts for, beside columns that count one each at most."""


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
            one.take(candidate)
    if shape in ("orders", "ratings"):
        from_content(table, looks, one)
    if shape == "orders":
        tidy_orders(table, looks, one)
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


def _tidy_customers(table: SourceTable, one: Shaped) -> None:
    """Take the person for the customer where the orders use another id beside it (Olist)."""
    person = next(
        (column for column in table.columns if squash(column) in ("customeruniqueid", "personid")), None
    )
    if person and one.columns.get("customer_id") not in (person, None) and "customer_id" not in one.given:
        one.take(Candidate("alias_id", one.columns["customer_id"], 1.0, "the id that orders use"))
        one.take(Candidate("customer_id", person, 1.0, f"named {person!r}"))
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

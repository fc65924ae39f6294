"""Columns of orders: by their cells where there is no name, and which money is the line's and which the order's."""

from __future__ import annotations

import re

from regulars.ingest.mapping_content import Look
from regulars.ingest.mapping_shapes import LINE_MONEY, UNNAMED, Candidate, Shaped
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.synonyms import FIELDS, squash


def from_content(table: SourceTable, looks: dict[str, Look], one: Shaped) -> None:
    """Take by its cells what has no name that is known: the only column of dates; all columns, where none has a name."""
    if one.shape == "orders" and "ordered_at" not in one.columns:
        known = {
            candidate
            for name in FIELDS
            if FIELDS[name].kind == "time"
            for candidate in FIELDS[name].strengths
        }
        dates = [
            column for column in one.free(table)
            if looks[column].sure_dates and squash(column) not in known and not _another_date(column)
            and (not looks[column].compact_dates or UNNAMED.fullmatch(column))
        ]  # fmt: skip
        if len(dates) == 1:
            one.take(
                Candidate("ordered_at", dates[0], 0.5, f"the only column of dates; {looks[dates[0]].shown}")
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
    for column in one.free(table):
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
            one.take(found[0])
            one.rivals[name] = found[1:]


def _padded(seen: Look) -> bool:
    return any(re.fullmatch(r"0\d+", example) for example in seen.examples)


def tidy_orders(table: SourceTable, looks: dict[str, Look], one: Shaped) -> None:
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
        one.drop("amount")
    if {"product_id", "unit_price", "quantity"} & set(columns):
        told_twice = {"discount", "order_discount"} <= set(columns)  # the subtotal tells whether it is
        for name in ("order_total",) if told_twice else ("order_total", "order_subtotal"):
            if "unit_price" in columns or "amount" in columns:
                one.drop(name)
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
            one.drop(line)
            one.take(Candidate(order, column, strength, why))

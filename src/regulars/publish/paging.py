"""Pages of customers: filters, an order, and where the page before ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from regulars.engines.duckdb import quoted
from regulars.errors import InputError, NotFound
from regulars.terms.tables import TableSpec


def page_query(
    specs: Sequence[TableSpec],
    equal: Mapping[str, str | None],
    *,
    search: str | None,
    order_by: str,
    descending: bool,
    after: str | None,
) -> tuple[str, dict[str, Any]]:
    """Return the query for the next $n customers of tables with one row per customer, and its parameters.

    A page begins behind the customer `after`, by that customer's value in the same release; it stays right whatever
    the page before looked like.

    Raises
    ------
    InputError
        The tables have no such column to order by.
    NotFound
        They have none of that name to filter by.
    """
    first, *others = specs
    columns = [column.name for spec in specs for column in spec]
    if order_by not in columns:
        there_are = ", ".join(dict.fromkeys(columns))
        raise InputError(f"customers have no {order_by!r}", hint=f"there are: {there_are}")
    for name, value in equal.items():
        if value is not None and name not in columns:
            near = get_close_matches(name, columns, 1)
            raise NotFound(f"customers have no {name!r}", hint=f"did you mean {near[0]}?" if near else "")
    rows = quoted(first.name) + "".join(
        f" LEFT JOIN {quoted(spec.name)} USING (customer_id)" for spec in others
    )
    values = {name: value for name, value in equal.items() if value is not None}
    conditions = [f"{quoted(name)} = ${name}" for name in values]
    if search is not None:
        conditions.append(
            "(contains(lower(customer_id), lower($search)) OR contains(lower(coalesce(name, '')), lower($search))"
            " OR contains(lower(coalesce(email, '')), lower($search)))"
        )
        values["search"] = search
    if after is not None:
        conditions.append(_behind(order_by, descending))
        values["after"] = after
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    direction = "DESC" if descending else "ASC"
    text = (
        f"WITH everybody AS (SELECT * FROM {rows}) SELECT * FROM everybody {where}"  # noqa: S608
        f"ORDER BY {quoted(order_by)} {direction} NULLS LAST, customer_id LIMIT $n"
    )
    return text, values


def _behind(order_by: str, descending: bool) -> str:
    """Return the condition of lying behind the customer $after: nulls are last, ties go by id."""
    column = quoted(order_by)
    last = f"(SELECT {column} FROM everybody WHERE customer_id = $after)"  # noqa: S608
    further = f"{column} {'<' if descending else '>'} {last} OR ({column} IS NULL AND {last} IS NOT NULL)"
    return f"({further} OR ({column} IS NOT DISTINCT FROM {last} AND customer_id > $after))"

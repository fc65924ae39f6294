"""What came of a campaign: from a file of outcomes, from the shop's own orders, or from an experiment made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from regulars.campaigns.differences import Numbers
from regulars.campaigns.handed_in import customer_column, demand_column, number, plain_id, read_rows
from regulars.errors import MappingUnclear, NothingUsable

BEFORE = ("pre_", "before_")
"""A column named so holds an outcome of the time before the start: pre_revenue belongs to revenue."""
FULL_LIST = 0.9
"""A file that names so many of a campaign's customers is a list of all of them, so that missing ones mean something."""


@dataclass(frozen=True)
class Outcomes:
    """One place per customer in every array: their arm, what they did, and what they did before."""

    arms: NDArray[np.object_]
    values: dict[str, Numbers]
    before: dict[str, Numbers] = field(default_factory=dict)
    """Outcome → the same customers' figure of the time before."""
    listed: NDArray[np.bool_] | None = None
    """Who is in the file; None where everybody is."""
    n_unknown: int = 0
    source: str = ""

    def kind(self, name: str) -> Literal["share", "amount"]:
        """Return whether an outcome happens or not, or is an amount."""
        return "share" if set(np.unique(self.values[name])) <= {0.0, 1.0} else "amount"


def outcomes_from_file(
    path: Path,
    members: Sequence[Mapping[str, Any]],
    *,
    customer: str | None = None,
    outcomes: Sequence[str] = (),
) -> Outcomes:
    """Read outcomes of a campaign's customers: a column of customer ids, and one or more of what they did.

    A customer with several rows counts once: amounts are added up, and what happened once has happened. A customer
    without a row did nothing. Outcomes are all columns of numbers unless they are named.

    Raises
    ------
    FileUnreadable, MappingUnclear, NothingUsable
        The file cannot be read, has no column of customers or of numbers, or names nobody of the campaign.
    """
    rows, columns = read_rows(path)
    who = customer_column(path, columns, customer)
    ids = [plain_id(row[who]) for row in rows]
    names = _outcome_columns(path, columns, rows, outcomes, without={who})
    numbers = {name: _numbers(path, name, rows) for name in names}
    places = {member["customer_id"]: place for place, member in enumerate(members)}
    at = np.array([places.get(one, -1) for one in ids], dtype=np.int64)
    known = at >= 0
    if not known.any():
        raise NothingUsable(
            f"{path.name} has {len(ids):,} rows, and none of them is of a customer in this campaign",
            hint=f"customers were looked for in the column {who!r}; name another with --customer",
        )
    collected = {name: _collected(numbers[name][known], at[known], len(members)) for name in names}
    values, before = _with_before(collected)
    listed = np.zeros(len(members), dtype=bool)
    listed[at[known]] = True
    unknown = {one for one, is_known in zip(ids, known, strict=True) if not is_known and one}
    arms = np.array([member["arm"] for member in members], dtype=object)
    return Outcomes(arms, values, before, listed, len(unknown), path.name)


def outcomes_from_experiment(
    path: Path, *, arm: str, outcomes: Sequence[str], before: Mapping[str, str] | None = None
) -> tuple[Outcomes, list[dict[str, Any]]]:
    """Read an experiment that was made elsewhere, one row a customer; return its outcomes and its rows.

    Parameters
    ----------
    arm
        The column that says which group a row was in.
    before
        Outcome → the column with the same customers' figure of the time before.
    """
    rows, columns = read_rows(path)
    wanted = [arm, *outcomes, *(before or {}).values()]
    for name in wanted:
        demand_column(path, columns, name)
    arms = np.array([str(row[arm]) if row[arm] is not None else "" for row in rows], dtype=object)
    if "" in arms:
        raise NothingUsable(
            f"{path.name}: {int((arms == '').sum()):,} rows have no {arm}", hint="every row needs its group"
        )
    values = {name: np.nan_to_num(_numbers(path, name, rows)) for name in outcomes}
    earlier = {name: np.nan_to_num(_numbers(path, column, rows)) for name, column in (before or {}).items()}
    return Outcomes(arms, values, earlier, None, 0, path.name), rows


def outcomes_from_orders(
    members: Sequence[Mapping[str, Any]], orders: Iterable[Mapping[str, Any]]
) -> Outcomes:
    """Return what a campaign's customers ordered in the shop, from rows of ``customer_id, ordered, revenue, revenue_before``."""
    found = {row["customer_id"]: row for row in orders}
    nothing: dict[str, float] = {"ordered": 0, "revenue": 0, "revenue_before": 0}
    mine = [found.get(member["customer_id"], nothing) for member in members]
    column = {name: np.array([float(row[name]) for row in mine], dtype=float) for name in nothing}
    earlier = column["revenue_before"]
    return Outcomes(
        np.array([member["arm"] for member in members], dtype=object),
        {"ordered": column["ordered"], "revenue": column["revenue"]},
        {"ordered": earlier, "revenue": earlier},
        source="the shop's own orders",
    )


def _outcome_columns(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    given: Sequence[str],
    without: set[str],
) -> list[str]:
    if given:
        chosen = [demand_column(path, columns, name) for name in given]
        return chosen + [
            name for name in columns if any(name == f"{how}{one}" for one in chosen for how in BEFORE)
        ]
    found = [
        name
        for name in columns
        if name not in without
        and any(row[name] is not None for row in rows)
        and all(row[name] is None or number(row[name]) is not None for row in rows)
    ]
    if not any(not name.startswith(BEFORE) for name in found):
        raise MappingUnclear(
            f"{path.name} has no column of numbers beside the customer; it has: {', '.join(columns)}",
            hint="add a column of what customers did, such as ordered (0 or 1) or revenue",
        )
    return found


def _numbers(path: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Numbers:
    values = np.full(len(rows), np.nan)
    for place, row in enumerate(rows):
        if row[name] is None:
            continue
        found = number(row[name])
        if found is None:
            raise NothingUsable(
                f"{path.name}, row {place + 1}: {name} is {row[name]!r}, which is not a number",
                hint="write outcomes as plain numbers, or as yes and no",
            )
        values[place] = found
    return values


def _collected(values: Numbers, at: NDArray[np.int64], n: int) -> Numbers:
    """Return one value per customer out of rows: the largest where it is yes or no, else the sum."""
    known = np.nan_to_num(values)
    total = np.zeros(n)
    gather: Callable[..., None] = np.maximum.at if set(np.unique(known)) <= {0.0, 1.0} else np.add.at
    gather(total, at, known)
    return total


def _with_before(collected: Mapping[str, Numbers]) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
    """Part outcomes from the same figures of the time before."""
    values = {name: one for name, one in collected.items() if not name.startswith(BEFORE)}
    before = {
        name: collected[f"{how}{name}"] for name in values for how in BEFORE if f"{how}{name}" in collected
    }
    return values, before

"""Orders taken in live: durable when `take_in` returns, in a release exactly once.

An order waits in `state.sqlite` until a run comes. The run gives all that wait one number, their *intake*, and lands
them as one more source, ``live-orders-000001.jsonl``. The rows of an intake never change, and landing the same content
twice is landing it once; so whatever kills a run, the next lands the same intake again, and nothing is counted twice.
Which intakes a warehouse or a release holds is said by their own lists of sources, and by nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from regulars.errors import OrderConflict
from regulars.publish.state import State
from regulars.settings import Settings, Source

COLUMNS = (
    "order_id", "customer_id", "ordered_at", "product_id", "description", "category", "quantity", "unit_price",
    "amount", "discount", "status", "currency", "country", "channel",
)  # fmt: skip
"""Columns of `raw_order_lines` that a live order may fill."""
SOURCE = re.compile(r"live-orders-(\d{6,})\.jsonl")
Line = Mapping[str, str | None]


@dataclass(frozen=True)
class LiveOrder:
    """An order as it is taken in: its lines hold text for every one of `COLUMNS`."""

    order_id: str
    customer_id: str | None
    ordered_at: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return json.dumps(self.lines, ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    """What became of an order that was sent."""

    order_id: str
    is_new: bool
    received_at: str


def source_name(intake: int) -> str:
    """Return what an intake is called among the sources of a release."""
    return f"live-orders-{intake:06d}.jsonl"


def last_intake(sources: Iterable[str]) -> int:
    """Return the last intake that a list of sources holds; 0 when it holds none.

    >>> last_intake(["orders.csv", "live-orders-000002.jsonl", "live-orders-000001.jsonl"])
    2
    """
    return max((int(found[1]) for name in sources if (found := SOURCE.fullmatch(name))), default=0)


def take_in(state: State, orders: Sequence[LiveOrder]) -> list[Taken]:
    """Take in orders, all or none; they are on the disk when this returns. An order sent again is taken in once.

    Raises
    ------
    OrderConflict
        An order of the same id that says something else was taken in before.
    WorkspaceBusy
        Somebody else was writing for too long.
    """
    taken = []
    with state.transaction():
        for order in orders:
            is_new = state.execute(
                "INSERT INTO live_orders (order_id, customer_id, ordered_at, digest, lines) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (order_id) DO NOTHING",
                [order.order_id, order.customer_id, order.ordered_at, order.digest, order.text],
            )
            (row,) = state.rows(
                "SELECT digest, received_at FROM live_orders WHERE order_id = ?", [order.order_id]
            )
            if row["digest"] != order.digest:
                raise OrderConflict(
                    f"order {order.order_id!r} was taken in before and said something else",
                    hint="an order is sent once; changes, returns and cancellations come with the next file of orders",
                )
            taken.append(Taken(order.order_id, bool(is_new), row["received_at"]))
    return taken


def waiting(state: State, after: int, customer_id: str | None = None) -> list[LiveOrder]:
    """Return the orders that came in after an intake, the oldest first; of one customer when given."""
    whose, values = ("", [after]) if customer_id is None else ("customer_id = ? AND ", [customer_id, after])
    return [
        LiveOrder(row["order_id"], row["customer_id"], row["ordered_at"], tuple(json.loads(row["lines"])))
        for row in state.rows(
            f"SELECT * FROM live_orders WHERE {whose}(intake IS NULL OR intake > ?) ORDER BY sequence",  # noqa: S608
            values,
        )
    ]


def last_sequence(state: State, after: int, customer_id: str) -> int:
    """Return a number that grows with every order of a customer that came in after an intake; 0 without any."""
    (row,) = state.rows(
        "SELECT coalesce(max(sequence), 0) AS n FROM live_orders"
        " WHERE customer_id = ? AND (intake IS NULL OR intake > ?)",
        [customer_id, after],
    )
    return int(row["n"])


def newest_order_at(state: State, after: int) -> str | None:
    """Return the instant of the newest order that came in after an intake."""
    (row,) = state.rows(
        "SELECT max(ordered_at) AS newest FROM live_orders WHERE intake IS NULL OR intake > ?", [after]
    )
    newest: str | None = row["newest"]
    return newest


def hand_over(state: State, landed: Iterable[str], folder: Path) -> list[Path]:
    """Write the intakes that are not among the landed sources into a folder, one file each, the oldest first."""
    with state.transaction():
        (row,) = state.rows("SELECT coalesce(max(intake), 0) AS last FROM live_orders")
        state.execute("UPDATE live_orders SET intake = ? WHERE intake IS NULL", [row["last"] + 1])
    known = set(landed)
    files = []
    for row in state.rows("SELECT DISTINCT intake FROM live_orders ORDER BY intake"):
        if source_name(row["intake"]) in known:
            continue
        path = folder / source_name(row["intake"])
        with path.open("w", encoding="utf-8") as file:
            for order in state.rows(
                "SELECT lines FROM live_orders WHERE intake = ? ORDER BY sequence", [row["intake"]]
            ):
                for line in json.loads(order["lines"]):
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
        files.append(path)
    return files


def reading(settings: Settings) -> Settings:
    """Return the settings that say how the file of an intake is read: nothing of it is to be guessed."""
    entry = Source(
        files="live-orders-*.jsonl",
        shape="orders",
        columns={name: name for name in COLUMNS},
        date_order="year_first",
        decimal=".",
    )
    return settings.model_copy(update={"sources": [entry]})

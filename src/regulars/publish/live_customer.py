"""Everything about one customer as of now: the document of a release, with what came in after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.errors import NotFound, RegularsError
from regulars.publish.intake import LiveOrder, last_sequence, newest_order_at, waiting
from regulars.publish.live import LiveScores, Scored, live_cutoff
from regulars.terms.windows import Cutoff

if TYPE_CHECKING:
    from regulars.publish.reader import Reader
    from regulars.publish.state import State

ONE_ROW = ("features", "predictions")
LISTS = ("target_predictions", "reasons")
NOBODY: dict[str, Any] = {"customer": None, "features": None, "segments": None, "predictions": None}


@dataclass(frozen=True)
class Since:
    """What came in of a customer after a release: their orders, the number of the last, the shop's newest instant."""

    orders: tuple[LiveOrder, ...] = ()
    sequence: int = 0
    newest: str | None = None

    @classmethod
    def of(cls, state: State, last_intake: int, customer_id: str) -> Since:
        """Return what came in after the last intake that the release holds."""
        sequence = last_sequence(state, last_intake, customer_id)
        if not sequence:
            return cls()
        orders = waiting(state, last_intake, customer_id)
        return cls(tuple(orders), sequence, newest_order_at(state, last_intake))

    def cutoff(self, released: Cutoff) -> Cutoff:
        """Return until when a customer is known, with these orders."""
        return live_cutoff(released, self.newest)


def document_now(
    reader: Reader, customer_id: str, since: Since, live: Callable[[], LiveScores]
) -> dict[str, Any]:
    """Return a customer's document with ``as_of``, ``is_newer_than_release``, ``note`` and ``live_orders``.

    Where orders came in after the release, features, predictions and reasons are of ``as_of`` and count them; everything
    else stays the release's. Where they cannot be scored, the release's scores stand, and ``note`` says why.

    Parameters
    ----------
    live
        Gives the scores; asked only when something came in.

    Raises
    ------
    NotFound
        Neither the release nor what came in knows the customer.
    """
    about = {
        "customer_id": customer_id,
        "is_newer_than_release": False,
        "note": "",
        "as_of": reader.cutoff.at.isoformat(),
        "live_orders": [_shown(order) for order in reversed(since.orders)],
    }
    try:
        document = reader.profile(customer_id)
    except NotFound:
        if not since.orders:
            raise
        document = dict(NOBODY)
    if not since.orders:
        return {**document, **about}
    cutoff = since.cutoff(reader.cutoff)
    try:
        scored = live().of_customer(customer_id, since.orders, cutoff, since.sequence)
    except RegularsError as problem:  # the release's scores are better than none
        return {**document, **about, "note": f"{problem}; {problem.hint}"}
    revenue = {row["order_id"]: row["revenue"] for row in scored["orders"]}
    about |= {
        "as_of": cutoff.at.isoformat(),
        "is_newer_than_release": True,
        "live_orders": [_shown(order, revenue.get(order.order_id)) for order in reversed(since.orders)],
    }
    return {**document, **without_keys(scored, document, given_targets(reader)), **about}


def given_targets(reader: Reader) -> frozenset[str]:
    """Return the targets that the data itself gives: no order changes what is said of them."""
    return frozenset(row["target"] for row in reader.manifest.targets if row.get("horizon_days", 0) is None)


def _shown(order: LiveOrder, revenue: float | None = None) -> dict[str, Any]:
    return {"order_id": order.order_id, "ordered_at": order.ordered_at, "revenue": revenue}


def without_keys(
    scored: Scored, document: Mapping[str, Any] | None = None, given: Collection[str] = ()
) -> dict[str, Any]:
    """Return live scores as a document has them: rows without the columns that they all share.

    Of the document, what it says of the ``given`` targets stays.
    """
    shown: dict[str, Any] = {}
    for name in (*ONE_ROW, *LISTS):
        rows = [
            {key: value for key, value in row.items() if key not in ("customer_id", "cutoff")}
            for row in scored.get(name, [])
        ]
        stays = (
            [row for row in (document or {}).get(name) or [] if row["target"] in given]
            if name in LISTS
            else []
        )
        shown[name] = (rows[0] if rows else None) if name in ONE_ROW else [*rows, *stays]
    return shown

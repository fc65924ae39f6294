"""New orders come in, and histories are scored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from fastapi import APIRouter, BackgroundTasks, Request, Response

from regulars.api.access import needs
from regulars.api.house import Current, House, house_of, of
from regulars.api.metrics import ORDERS
from regulars.api.order_shapes import History, Order, Orders, live_orders, shop_time
from regulars.api.problems import responses
from regulars.api.shapes import OrdersTaken, OrderTaken, Scores
from regulars.errors import RegularsError
from regulars.publish.intake import LiveOrder, Taken, take_in
from regulars.publish.live import live_cutoff
from regulars.publish.live_customer import Since, without_keys
from regulars.terms.money import NO_CURRENCY
from regulars.terms.windows import Cutoff

router = APIRouter(prefix="/v1", tags=["orders"])
SCORED_AHEAD = 20
"""Of so many customers at most the scores are made as soon as their orders are in, before anybody asks."""
SOMEBODY = "somebody"


@router.post(
    "/orders", status_code=201, summary="Take in an order", responses=responses(409, 507),
    dependencies=[needs("write")],
)  # fmt: skip
def take_in_order(request: Request, tasks: BackgroundTasks, order: Order) -> OrderTaken:
    """The order is on the disk when this answers; an order of the same id and content is taken in once.

    It counts in the customer's next read, and in a release with the next `regulars run`.
    """
    return _take_in(house_of(request), tasks, [order])[0]


@router.post(
    "/orders/batch", status_code=201, summary="Take in several orders", responses=responses(409, 507),
    dependencies=[needs("write")],
)  # fmt: skip
def take_in_orders(request: Request, tasks: BackgroundTasks, batch: Orders) -> OrdersTaken:
    """All of them or none: one that cannot be taken in refuses the others."""
    return OrdersTaken(orders=_take_in(house_of(request), tasks, batch.orders))


def _take_in(house: House, tasks: BackgroundTasks, orders: Sequence[Order]) -> list[OrderTaken]:
    kept = live_orders(orders, house.settings, _currency(house))
    with house.records.writing() as state:
        taken = take_in(state, kept)
    for one in taken:
        ORDERS.labels(str(one.is_new).lower()).inc()
    new = {one.order_id for one in taken if one.is_new}
    tasks.add_task(_score_ahead, house, [order for order in kept if order.order_id in new])
    return [_shown(one) for one in taken]


def _shown(taken: Taken) -> OrderTaken:
    return OrderTaken(**vars(taken))


def _currency(house: House) -> str:
    with suppress(RegularsError), house.releases.held() as held:
        return held.reader.manifest.shop.currency
    return NO_CURRENCY


def _score_ahead(house: House, orders: Sequence[LiveOrder]) -> None:
    """Make the scores of whoever has ordered, so that the next read finds them ready."""
    who = list(dict.fromkeys(order.customer_id for order in orders if order.customer_id))
    with suppress(RegularsError), house.releases.held() as held:  # a read says what is wrong
        for customer_id in who[:SCORED_AHEAD]:
            with house.records.reading() as state:
                since = Since.of(state, held.last_intake, customer_id)
            held.live.of_customer(customer_id, since.orders, since.cutoff(held.reader.cutoff), since.sequence)


@router.post("/score", summary="Score a history", responses=responses(), dependencies=[needs("read")])
def score(request: Request, response: Response, held: Current, history: History) -> Scores:
    """Features, predictions and reasons of somebody whose whole history is given; nothing of it is kept.

    They are what a run would say of a customer with these orders, by the release's models.
    """
    settings = house_of(request).settings
    orders = live_orders(history.orders, settings, held.reader.manifest.shop.currency, customer_id=SOMEBODY)
    if history.cutoff is not None:
        cutoff = Cutoff(shop_time(history.cutoff, settings.shop.timezone))
    else:
        cutoff = live_cutoff(held.reader.cutoff, max(order.ordered_at for order in orders))
    scored = held.live.of_history(SOMEBODY, orders, cutoff)
    response.headers["Cache-Control"] = "no-store"
    return Scores(**of(held), as_of=cutoff.at.isoformat(), **without_keys(scored))

"""Orders as they are sent, checked so that no run can stumble over one that was taken in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from regulars.errors import InputError
from regulars.ingest.cells import ABSENT
from regulars.publish.intake import COLUMNS, LiveOrder
from regulars.settings import Settings
from regulars.terms.money import NO_CURRENCY

FIRST_YEAR = 1990
AHEAD = timedelta(minutes=10)
"""So far a till's clock may be ahead of ours."""
EXAMPLE: dict[str, Any] = {
    "order_id": "W-10023",
    "customer_id": "13085",
    "ordered_at": "2026-03-02T14:05:00",
    "lines": [{"product_id": "TEA-1", "description": "Green tea", "quantity": 2, "unit_price": "10.50"}],
}


def _plain_text(text: str) -> str:
    found = text.strip()
    if any(unicodedata.category(one) in ("Cc", "Cs", "Co", "Cn") for one in found):
        raise ValueError("it holds characters that are not text")
    return "" if found in ABSENT else found


def _some_text(text: str) -> str:
    if not (found := _plain_text(text)):
        raise ValueError("it is empty, or a word for nothing")
    return found


Id = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_some_text)]
Text = Annotated[str, Field(max_length=500), AfterValidator(_plain_text)]
Money = Annotated[Decimal, Field(max_digits=13, decimal_places=4, allow_inf_nan=False)]


class Line(BaseModel):
    """A line of an order; a negative quantity gives back."""

    model_config = ConfigDict(extra="forbid")

    product_id: Id
    description: Text | None = None
    category: Text | None = None
    quantity: Annotated[Money, Field(description="Units; negative when given back.")] = Decimal(1)
    unit_price: Annotated[Money | None, Field(ge=0, description="Price of a unit.")] = None
    amount: Annotated[
        Money | None, Field(description="Price of the line; unit_price × quantity when not given.")
    ] = None
    discount: Annotated[Money | None, Field(ge=0, description="Taken off the line.")] = None

    @model_validator(mode="after")
    def _worth_something(self) -> Line:
        if self.unit_price is None and self.amount is None:
            raise ValueError("a line takes unit_price or amount")
        if self.quantity == 0:
            raise ValueError("a quantity of 0 is no line")
        return self


class Order(BaseModel):
    """An order as it was placed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    order_id: Annotated[Id, Field(description="An order that is sent twice is taken in once.")]
    customer_id: Annotated[Id | None, Field(description="Null: nobody knows who bought.")] = None
    ordered_at: Annotated[
        datetime, Field(description="On the shop's clock; with an offset it is put on the shop's clock.")
    ]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    country: Text | None = None
    channel: Text | None = None
    status: Annotated[Text | None, Field(description="As in the shop's files: paid, cancelled …")] = None
    lines: Annotated[list[Line], Field(min_length=1, max_length=1000)]


class Orders(BaseModel):
    """Several orders, taken in together or not at all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"orders": [EXAMPLE]}})

    orders: Annotated[list[Order], Field(min_length=1)]


class History(BaseModel):
    """All that a customer ever bought."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"orders": [EXAMPLE], "cutoff": "2026-04-01T00:00:00"}},
    )

    orders: Annotated[list[Order], Field(min_length=1)]
    cutoff: Annotated[
        datetime | None,
        Field(
            description="What was bought before it is known. The release's cut-off, or the first midnight after the last order."
        ),
    ] = None


def live_orders(
    orders: Sequence[Order], settings: Settings, currency: str, *, customer_id: str | None = None
) -> list[LiveOrder]:
    """Return orders as they are kept; all of one customer when given.

    Raises
    ------
    InputError
        An order lies in the future, in no year a shop has, or in a currency without a rate.
    """
    if len(orders) > settings.api.largest_batch:
        raise InputError(
            f"{len(orders):,} orders are more than {settings.api.largest_batch:,}",
            hint="send them in several requests; `regulars run` is the way for files",
        )
    return [_live_order(order, settings, currency, customer_id) for order in orders]


def shop_time(given: datetime, timezone: str) -> datetime:
    """Return an instant on the shop's clock."""
    if given.tzinfo is None:
        return given
    try:
        return given.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    except (OverflowError, ValueError):
        raise InputError(f"{given.isoformat()} is no instant that a clock shows") from None


def _live_order(order: Order, settings: Settings, currency: str, customer_id: str | None) -> LiveOrder:
    at = shop_time(order.ordered_at, settings.shop.timezone)
    now = datetime.now(UTC).astimezone(ZoneInfo(settings.shop.timezone)).replace(tzinfo=None)
    if at.year < FIRST_YEAR or at > now + AHEAD:
        raise InputError(
            f"order {order.order_id!r} is dated {at.isoformat()}; orders lie between {FIRST_YEAR} and now",
            hint="ordered_at is on the shop's clock",
        )
    _check_currency(order, settings, currency)
    who = customer_id if customer_id is not None else _as_the_facts_have_it(order.customer_id)
    whole: dict[str, Any] = {
        "order_id": order.order_id, "customer_id": who, "ordered_at": at.isoformat(timespec="seconds"),
        "status": order.status or None, "currency": order.currency,
        "country": order.country or None, "channel": order.channel or None,
    }  # fmt: skip
    lines = []
    for line in order.lines:
        own = {
            "product_id": line.product_id, "description": line.description or None, "category": line.category or None,
            "quantity": _number(line.quantity), "unit_price": _number(line.unit_price),
            "amount": _number(line.amount), "discount": _number(line.discount),
        }  # fmt: skip
        lines.append({name: (whole | own)[name] for name in COLUMNS})
    return LiveOrder(order.order_id, who, whole["ordered_at"], tuple(lines))


def _check_currency(order: Order, settings: Settings, currency: str) -> None:
    known = {settings.shop.currency or currency, *settings.shop.exchange_rates} - {NO_CURRENCY}
    if order.currency is not None and order.currency not in known:
        raise InputError(
            f"order {order.order_id!r} is in {order.currency}, and there is no rate for it",
            hint="set shop.currency or shop.exchange_rates in regulars.toml",
        )


def _as_the_facts_have_it(customer_id: str | None) -> str | None:
    """Return an id as the warehouse cleans it: ``13085.0`` is ``13085``."""
    if customer_id is None:
        return None
    whole = customer_id.removesuffix(".0")
    return whole if whole.isascii() and whole.isdecimal() else customer_id


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")

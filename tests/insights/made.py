"""Shops in which nothing happens, and shops in which one thing happens that has to be found.

Customers come at a constant rate, order at a constant rate while they last, and leave; what is in a basket and what
comes back does not change. Whatever a test finds in such a shop is chance. The stretch before the opening is played,
too, so that the shop is not growing when it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.terms.windows import Cutoff

OPENED, CUTOFF = datetime(2024, 1, 1), Cutoff(datetime(2026, 3, 1))
WARM_UP_DAYS, STAY_DAYS, GAP_DAYS = 900, 200.0, 25.0
PRODUCTS, CATEGORIES = 30, 5
Row = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """An order while the shop is being made: whoever plants an effect may drop, double or change it."""

    number: int
    customer: int
    came_day: float
    day: float
    is_first: bool


Effect = Callable[[Order, np.random.Generator], float]
"""How many times what was drawn an order brings; 0 takes it away."""
Weights = Callable[[float], "np.ndarray[Any, Any]"]
"""The weight of each product on a day."""


def unchanged(order: Order, rng: np.random.Generator) -> float:
    return 1.0


def made(
    seed: int,
    orders_a_day: float = 8.0,
    effect: Effect = unchanged,
    tilt: dict[int, Callable[[float], float]] | None = None,
    returned: dict[int, float] | None = None,
    opened: datetime = OPENED,
) -> list[Row]:
    """Return the order lines of a shop, credit notes included.

    Parameters
    ----------
    effect
        What an order brings, as a multiple; 1 for all in a shop where nothing happens.
    tilt
        Category → its popularity on a day, as a multiple.
    returned
        Product → share of its lines given back; 3 % where not given.
    """
    rng = np.random.default_rng(seed)
    days = (CUTOFF.at - opened).days
    customers = int(orders_a_day * (days + WARM_UP_DAYS) / (1 + STAY_DAYS / GAP_DAYS))
    popularity = 1 / np.arange(1, PRODUCTS + 1) ** 0.7
    prices = np.round(rng.uniform(4, 30, PRODUCTS), 2)
    lavish = np.exp(rng.normal(0, 0.4, customers))
    rows: list[Row] = []
    for order in _orders(rng, customers, days):
        times = effect(order, rng)
        if times <= 0:
            continue
        at = opened + timedelta(days=float(order.day))
        weights = popularity.copy()
        for category, change in (tilt or {}).items():
            weights[category::CATEGORIES] *= change(order.day)
        for product in rng.choice(
            PRODUCTS, size=rng.integers(1, 4), replace=False, p=weights / weights.sum()
        ):
            quantity = max(1, round(times * lavish[order.customer] * rng.integers(1, 5)))
            line = {
                "order_id": f"A{order.number}", "customer_id": f"c{order.customer:05d}", "ordered_at": at,
                "product_id": f"P{product:02d}", "description": f"Product {product:02d}",
                "category": f"Category {product % CATEGORIES}", "quantity": Decimal(quantity),
                "unit_price": Decimal(str(prices[product])),
            }  # fmt: skip
            rows.append(line)
            back_at = at + timedelta(days=float(rng.uniform(1, 12)))
            if rng.random() < (returned or {}).get(int(product), 0.03) and back_at < CUTOFF.at:
                rows.append(
                    {
                        **line,
                        "order_id": f"C{order.number}",
                        "quantity": -Decimal(quantity),
                        "ordered_at": back_at,
                    }
                )
    return rows


def _orders(rng: np.random.Generator, customers: int, days: int) -> list[Order]:
    """Draw who comes when, how long they stay, and when they order; only what falls into the shop's days."""
    found = []
    for customer, came in enumerate(rng.uniform(-WARM_UP_DAYS, days, customers)):
        stays = rng.exponential(STAY_DAYS)
        later = np.sort(rng.uniform(0, stays, rng.poisson(stays / GAP_DAYS)))
        for place, after in enumerate([0.0, *later]):
            if 0 <= came + after < days:
                found.append((came + after, customer, came, place == 0))
    return [
        Order(number, customer, came, day, is_first)
        for number, (day, customer, came, is_first) in enumerate(sorted(found))
    ]


def day_of(year: int, month: int, day: int = 1) -> int:
    """Return how many days after the opening a day is."""
    return (datetime(year, month, day) - OPENED).days

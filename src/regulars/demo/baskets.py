"""What they buy: favorites, a staple, things to their taste, and what belongs to them.

Everything that is put into a basket is put there independently of the rest, and the same product twice is one line
with both quantities; so the expected value of an order is a sum, and `truth.py` has it without sampling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.demo.customers import FAVORITES, People, Shelves
from regulars.demo.process import Purchases
from regulars.demo.season import Calendar, Floats, Integers

DISCOUNTS = ((0.10, 0.75), (0.20, 0.25))
"""Rates and their shares among orders with a discount code."""
MEAN_DISCOUNT = sum(rate * share for rate, share in DISCOUNTS)


@dataclass(frozen=True)
class Lines:
    """One row per product of an order, ordered by order: what the order `order` (a row of `Purchases`) holds."""

    order: Integers
    product: Integers
    quantity: Integers
    price_cents: Integers
    discount_cents: Integers

    @property
    def amount_cents(self) -> Integers:
        """What the customer pays for the line."""
        return self.quantity * self.price_cents - self.discount_cents


def fill_baskets(
    rng: np.random.Generator, bought: Purchases, people: People, shelves: Shelves, calendar: Calendar
) -> Lines:
    """Draw the lines of all orders."""
    catalog = shelves.catalog
    day = bought.minute // (24 * 60)
    n = len(bought.person)
    extra = rng.poisson(people.extra_lines[bought.person] * calendar.fullness[day])
    order = np.repeat(np.arange(n), extra + 1)
    person = bought.person[order]
    is_favorite = rng.random(len(order)) < people.favorite_share[person]
    favorite = people.favorites[person, rng.integers(FAVORITES, size=len(order))]
    product = np.where(is_favorite, favorite, shelves.any_product.draw(people.group[person], rng))

    with_staple = np.flatnonzero(rng.random(n) < people.staple_share[bought.person])
    order = np.concatenate([order, with_staple])
    product = np.concatenate([product, people.staple[bought.person[with_staple]]])
    several = people.extra_units[bought.person[order]] * catalog.quantity_factor[product]
    quantity = 1 + rng.poisson(several)

    taken_along = rng.random(len(order)) < catalog.complement_probability[product]
    taken_along[len(taken_along) - len(with_staple) :] = False
    order = np.concatenate([order, order[taken_along]])
    quantity = np.concatenate([quantity, np.ones(int(taken_along.sum()), dtype=np.int64)])
    product = np.concatenate([product, catalog.complement[product[taken_along]]])

    order, product, quantity = _together(order, product, quantity, len(catalog))
    price = catalog.prices_cents(int(calendar.price_year.max()) + 1)[calendar.price_year[day[order]], product]
    rate = _discount_rate(rng, people.discount_share[bought.person] * calendar.promotion[day])
    discount = np.round(quantity * price * rate[order]).astype(np.int64)
    return Lines(order, product, quantity, price, discount)


def _together(
    order: Integers, product: Integers, quantity: Integers, n_products: int
) -> tuple[Integers, Integers, Integers]:
    """Make the same product twice in an order one line."""
    key = order * n_products + product
    by_key = np.argsort(key, kind="stable")
    key = key[by_key]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if key.size else key
    summed = np.add.reduceat(quantity[by_key], first) if key.size else quantity
    return key[first] // n_products, key[first] % n_products, summed


def _discount_rate(rng: np.random.Generator, probability: Floats) -> Floats:
    (low, _), (high, high_share) = DISCOUNTS
    with_code = rng.random(len(probability)) < probability
    return np.where(with_code, np.where(rng.random(len(probability)) < high_share, high, low), 0.0)

"""What real exports have and nobody wants: cancellations, returns, postage, duplicates, free lines, tests."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.demo.baskets import Lines
from regulars.demo.customers import CHANNELS, People
from regulars.demo.parameters import ShopParameters
from regulars.demo.process import Purchases
from regulars.demo.season import Calendar, Integers
from regulars.demo.tables import FILE_ROWS

Rows = dict[str, Integers]

CANCELLATION_NUMBER = 10_000
RETURN_NUMBER = 20_000
"""Credit notes are numbered from here: the number of the order they take back, plus this."""
TEST_ACCOUNT = 2**31 - 1
RETURN_DAYS = (3, 40)
_HOME_POSTAGE, _FAR_POSTAGE = 395, 995
_DAY = 24 * 60


@dataclass(frozen=True)
class Dirt:
    """Turns clean orders before the end into rows of a file, and counts what it does."""

    calendar: Calendar
    parameters: ShopParameters
    n_products: int
    counts: Counter[str]

    def rows(self, rng: np.random.Generator, bought: Purchases, lines: Lines, people: People) -> list[Rows]:
        """Return the rows of all orders before the end; `bought` and `lines` may reach beyond it."""
        end = self.calendar.end_day * _DAY
        channel = _channels(rng, bought, people)
        orders = _Orders(bought, channel, people)
        before = bought.minute[lines.order] < end
        order, product = lines.order[before], lines.product[before]
        quantity, price = lines.quantity[before], lines.price_cents[before]
        discount, amount = lines.discount_cents[before], lines.amount_cents[before]

        total = np.bincount(order, weights=amount, minlength=len(bought.minute))
        in_file = bought.minute < end
        posted = np.flatnonzero(in_file & (channel <= 1) & (total < self.parameters.postage_free_from * 100))
        postage = np.where(people.country[bought.person[posted]] == 0, _HOME_POSTAGE, _FAR_POSTAGE)
        sold = orders.rows(order, product, quantity, price, discount)
        post = orders.rows(
            posted, np.full(len(posted), self.n_products), np.ones(len(posted), np.int64), postage
        )

        minutes_until_cancelled = rng.integers(3, 46, len(bought.minute))
        cancelled = in_file & (rng.random(len(bought.minute)) < self.parameters.cancelled_share)
        cancelled &= bought.minute + minutes_until_cancelled < end
        paid = amount // quantity
        credit = orders.rows(order, product, -quantity, paid)
        credit["minute"] = credit["minute"] + minutes_until_cancelled[order]
        credit["number"] = credit["number"] + CANCELLATION_NUMBER
        post_credit = orders.rows(posted, post["product"], -post["quantity"], postage)
        post_credit["minute"] = post_credit["minute"] + minutes_until_cancelled[posted]
        post_credit["number"] = post_credit["number"] + CANCELLATION_NUMBER

        back_at = self._back_at(rng, bought.minute)
        back = (rng.random(len(order)) < people.return_share[bought.person[order]]) & ~cancelled[order]
        back &= back_at[order] < end
        returned = orders.rows(order, product, -quantity, paid)
        returned["minute"] = back_at[order]
        returned["number"] = returned["number"] + RETURN_NUMBER

        twice = (rng.random(len(order)) < self.parameters.duplicate_share) & ~cancelled[order]
        free = np.flatnonzero(in_file & (rng.random(len(in_file)) < self.parameters.zero_price_share))
        free_product = rng.integers(self.n_products, size=len(free))
        ones, nothing = np.ones(len(free), np.int64), np.zeros(len(free), np.int64)

        self.counts.update(
            {
                "order_lines": len(order),
                "placed_cents": int(amount.sum()),
                "postage_lines": len(posted),
                "cancelled_orders": int(cancelled.sum()),
                "guest_cancelled_orders": int((cancelled & (people.account[bought.person] < 0)).sum()),
                "cancelled_lines": int(cancelled[order].sum() + cancelled[posted].sum()),
                "cancelled_cents": int(amount[cancelled[order]].sum()),
                "returned_lines": int(back.sum()),
                "returned_cents": int(amount[back].sum()),
                "duplicate_lines": int(twice.sum()),
                "duplicate_cents": int(amount[twice].sum()),
                "zero_price_lines": len(free),
            }
        )
        return [
            sold,
            post,
            _where(cancelled[order], credit),
            _where(cancelled[posted], post_credit),
            _where(back, returned),
            _where(twice, sold),
            orders.rows(free, free_product, ones, nothing),
        ]

    def test_rows(self, rng: np.random.Generator, n: int) -> Rows:
        """Return orders that somebody placed to try the shop out: one line each, on weekdays at office hours."""
        workdays = [
            number
            for number, day in enumerate(self.calendar.dates[: self.calendar.end_day])
            if day.weekday() < 5
        ]
        minute = rng.choice(workdays, n) * _DAY + rng.integers(9 * 60, 17 * 60, n)
        self.counts.update({"test_orders": n})
        zeros = np.zeros(n, dtype=np.int64)
        return {
            "minute": minute, "account": zeros + TEST_ACCOUNT, "number": np.arange(n),
            "product": rng.integers(self.n_products, size=n), "quantity": zeros + 1, "price_cents": zeros + 100,
            "discount_cents": zeros, "country": zeros, "channel": zeros,
        }  # fmt: skip

    def _back_at(self, rng: np.random.Generator, minute: Integers) -> Integers:
        """When an order's returns are booked: some days later, during the day."""
        first, last = RETURN_DAYS
        days = minute // _DAY + rng.integers(first, last + 1, len(minute))
        return days * _DAY + rng.integers(9 * 60, 17 * 60, len(minute))


@dataclass(frozen=True)
class _Orders:
    """What rows of one order have in common."""

    bought: Purchases
    channel: Integers
    people: People

    def rows(
        self,
        order: Integers,
        product: Integers,
        quantity: Integers,
        price: Integers,
        discount: Integers | None = None,
    ) -> Rows:
        person = self.bought.person[order]
        return {
            "minute": self.bought.minute[order],
            "account": self.people.account[person],
            "number": self.bought.number[order],
            "product": product,
            "quantity": quantity,
            "price_cents": price,
            "discount_cents": np.zeros(len(order), dtype=np.int64) if discount is None else discount,
            "country": self.people.country[person],
            "channel": self.channel[order],
        }


def together(parts: list[Rows]) -> Rows:
    """Put rows under one another."""
    return {column.name: np.concatenate([part[column.name] for part in parts]) for column in FILE_ROWS}


def _where(which: NDArray[np.bool_], rows: Rows) -> Rows:
    return {name: values[which] for name, values in rows.items()}


def _channels(rng: np.random.Generator, bought: Purchases, people: People) -> Integers:
    """Where each order is placed: mostly where the customer likes to; the shop and its telephone close at six."""
    n = len(bought.minute)
    elsewhere = rng.random(n) < 0.12
    found = np.where(elsewhere, rng.integers(2, size=n), people.channel[bought.person])
    hour = bought.minute // 60 % 24
    shop = CHANNELS.index("shop")
    is_closed = (found >= shop) & ((hour < 9) | (hour >= 18))
    is_far = (found == shop) & (people.country[bought.person] != 0)
    return np.where(is_closed | is_far, 0, found)

"""Who is in which chunk, and the list of everybody who signed up.

Accounts are numbered in the order of arrival: number n of N arrives when a share of (n + u) / N of all arrivals has come,
u uniform. So chunks of accounts are stretches of time, any number of them can be drawn one after the other, and ids
grow with time as real ones do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from regulars.demo.customers import COUNTRIES, People, draw_names
from regulars.demo.parameters import Format, ShopParameters
from regulars.demo.season import CUSTOMER_TYPES, Calendar, Floats, Integers
from regulars.demo.writing import NAME, FileWriter, customer_ids, instants, labels, named

CHUNK_ACCOUNTS = 20_000

_COLUMNS = pa.schema([
    ("customer_id", pa.string()), ("name", pa.string()), ("email", pa.string()), ("country", NAME),
    ("signed_up_at", pa.timestamp("s")), ("consent", NAME), ("business", NAME),
])  # fmt: skip


@dataclass(frozen=True)
class Chunk:
    """A stretch of accounts: those with orders, those without, and the guests of the same stretch of time."""

    number: int
    buyers: Integers
    buyer_shares: Floats
    visitors: Integers
    visitor_shares: Floats
    guests: Integers
    guest_shares: Floats


def chunks(customers: int, parameters: ShopParameters, seed: int) -> Iterator[Chunk]:
    """Yield the shop's accounts, a chunk at a time."""
    visitors = round(customers * parameters.never_ordered_share)
    accounts = customers + visitors
    guests = round(customers * parameters.guest_orders_per_customer)
    for number, first in enumerate(range(0, accounts, CHUNK_ACCOUNTS)):
        rng = generator(seed, number, "arrivals")
        last = min(first + CHUNK_ACCOUNTS, accounts)
        account = np.arange(first, last)
        share = (account + rng.random(len(account))) / accounts
        buys = (account + 1) * visitors // accounts == account * visitors // accounts
        guest = np.arange(first * guests // accounts, last * guests // accounts)
        yield Chunk(
            number=number,
            buyers=account[buys],
            buyer_shares=share[buys],
            visitors=account[~buys],
            visitor_shares=share[~buys],
            guests=-1 - guest,
            guest_shares=(guest + rng.random(len(guest))) / max(guests, 1),
        )


def generator(seed: int, chunk: int, use: str) -> np.random.Generator:
    """Return a source of chance of its own for every chunk and use, so that neither order nor size matters."""
    return np.random.default_rng([seed, chunk, *use.encode()])


class CustomerFile:
    """The list of everybody who signed up, with or without an order."""

    def __init__(self, path: Path, form: Format, calendar: Calendar) -> None:
        self._file = FileWriter(path, _COLUMNS, form)
        self._calendar = calendar

    def write(self, rng: np.random.Generator, chunk: Chunk, people: People) -> None:
        n_buyers, n_visitors = len(chunk.buyers), len(chunk.visitors)
        kind = rng.integers(len(CUSTOMER_TYPES), size=n_visitors)
        first_minute = (people.born_hour * 60).round().astype(np.int64)
        early = rng.random(n_buyers) < 0.3
        before = np.where(early, rng.exponential(20 * 1440, n_buyers), rng.integers(1, 15, n_buyers)).astype(
            np.int64
        )
        visited = (self._calendar.arrivals(kind, chunk.visitor_shares) * 60).astype(np.int64)
        account = np.concatenate([chunk.buyers, chunk.visitors])
        minute = np.concatenate([np.maximum(first_minute - before, 0), visited])
        country = np.concatenate(
            [people.country, rng.choice(len(COUNTRIES), n_visitors, p=list(COUNTRIES.values()))]
        )
        business = np.concatenate([people.is_business, np.zeros(n_visitors, dtype=bool)])
        order = np.argsort(account)
        first, last = draw_names(rng, len(account))
        yes_or_no = labels(["no", "yes"])
        ids = customer_ids(account[order])
        mailbox = pa.array([f"{a}.{b}.".lower() for a, b in zip(first, last, strict=True)])
        self._file.write([
            ids,
            pa.array(first + " " + last),
            pa.compute.binary_join_element_wise(mailbox, ids, "@post.example", ""),
            named(labels(list(COUNTRIES)), country[order]),
            instants(minute[order], self._calendar.start),
            named(yes_or_no, rng.random(len(account)) < 0.64),
            named(yes_or_no, business[order]),
        ])  # fmt: skip

    def __enter__(self) -> CustomerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

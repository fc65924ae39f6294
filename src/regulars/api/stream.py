"""Orders from a stream of JSON Lines: the same intake as `POST /v1/orders`, without HTTP."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from regulars.api.order_shapes import Order, live_orders
from regulars.errors import InputError, NoRelease, OrderConflict
from regulars.publish.intake import LiveOrder, take_in
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.money import NO_CURRENCY
from regulars.terms.places import Places


@dataclass(frozen=True)
class Refusal:
    """A line that is no order, by its place among those that were given, and why."""

    place: int
    reason: str


CHUNK_BYTES = 1 << 18
LOOKED_EVERY_SECONDS = 0.5


class Stream:
    """Takes in lines, each an order as `POST /v1/orders` has it; counts what became of them."""

    def __init__(self, places: Places) -> None:
        self.settings = Settings.load(places.root)
        self.currency = NO_CURRENCY
        with suppress(NoRelease), Reader.open(places) as reader:
            self.currency = reader.manifest.shop.currency
        self.state = State.open(places)
        self.n_new = self.n_known = self.n_refused = 0

    def close(self) -> None:
        self.state.close()

    def take(self, lines: Sequence[bytes]) -> list[Refusal]:
        """Take in lines with one write to the disk; return what is wrong with those that are no orders."""
        refusals: list[Refusal] = []
        orders: list[tuple[int, LiveOrder]] = []
        for place, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                orders.append((place, self._order(line)))
            except InputError as problem:
                refusals.append(Refusal(place, str(problem)))
        try:
            self._keep([order for _, order in orders])
        except OrderConflict:  # one of them: each by itself, so that the others are not held up
            for place, order in orders:
                try:
                    self._keep([order])
                except OrderConflict as problem:
                    refusals.append(Refusal(place, str(problem)))
        self.n_refused += len(refusals)
        return refusals

    def _order(self, line: bytes) -> LiveOrder:
        try:
            order = Order.model_validate_json(line)
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{where}: {first['msg']}".removeprefix(": ")) from None
        return live_orders([order], self.settings, self.currency)[0]

    def _keep(self, orders: Sequence[LiveOrder]) -> None:
        taken = take_in(self.state, orders)
        new = sum(one.is_new for one in taken)
        self.n_new, self.n_known = self.n_new + new, self.n_known + len(taken) - new


def whole_lines(descriptor: int, *, follow: bool = False) -> Iterator[list[bytes]]:
    r"""Yield the lines of a file or pipe as they come, as many at once as are there; the end of a file is no end to follow.

    >>> readable, writable = os.pipe()
    >>> _ = os.write(writable, b"one\ntwo\nthr"); os.close(writable)
    >>> list(whole_lines(readable))
    [[b'one', b'two'], [b'thr']]
    """
    rest = b""
    while True:
        chunk = os.read(descriptor, CHUNK_BYTES)
        if not chunk:
            if not follow:
                break
            time.sleep(LOOKED_EVERY_SECONDS)
            continue
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield lines
    if rest:
        yield [rest]

"""What the pages are made from: the current release, held open, and what was already asked of it.

A page asks for aggregates and for the rows of one customer, never for a whole table. What was asked once is kept as long
as the release is the current one.
"""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from regulars.engines.queries import load
from regulars.errors import NotFound
from regulars.publish.campaigns import members, remembered, started_campaigns
from regulars.publish.current import current_id
from regulars.publish.exports import write_table
from regulars.publish.intake import last_intake
from regulars.publish.live import LiveScores
from regulars.publish.live_customer import Since, document_now
from regulars.publish.reader import Reader
from regulars.publish.report.sections.material import plain
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.money import Currency
from regulars.terms.places import Places
from regulars.terms.windows import Cutoff

Row = dict[str, Any]
ROOM = "regulars.app"
ANSWERS_KEPT = 256
MOST_ROWS = 5_000
"""No answer is longer; what is asked for is an aggregate or a page of rows."""


class Release:
    """One release as the pages ask it; may be used by many sessions at once."""

    def __init__(self, reader: Reader, settings: Settings) -> None:
        self.reader = reader
        self.settings = settings
        self._places = Places(reader.folder.parents[1])
        self._last_intake = last_intake(one.source for one in reader.manifest.sources)
        self._answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._turn, self._scoring = threading.Lock(), threading.Lock()
        self._scores: LiveScores | None = None

    def close(self) -> None:
        """Let go of the release."""
        with self._scoring:
            if self._scores is not None:
                self._scores.close()
        self.reader.close()

    @property
    def id(self) -> str:
        return self.reader.id

    @property
    def shop(self) -> str:
        return str(
            self.report.get("release", {}).get("shop") or self.reader.manifest.shop.name or "Your shop"
        )

    @property
    def currency(self) -> Currency:
        return Currency(self.reader.manifest.shop.currency)

    @property
    def cutoff(self) -> Cutoff:
        return self.reader.cutoff

    @property
    def horizon_days(self) -> int:
        return self.reader.manifest.horizon.days

    @property
    def last_day(self) -> date:
        """The last observed day, the one before the cut-off."""
        return (self.cutoff.at - timedelta(days=1)).date()

    @cached_property
    def report(self) -> dict[str, Any]:
        """What the report knows: sentences and aggregates."""
        return self.reader.report()

    def section(self, name: str) -> Row:
        """Return a section of the report's summary; one that says it is missing when the release lacks it."""
        found = self.report.get(name)
        return found if found else {"missing": "This release has nothing about it."}

    def has(self, *tables: str) -> bool:
        """Whether the release has these tables, each with rows."""
        known = self.reader.manifest.tables
        return all(table in known and known[table].rows for table in tables)

    def ask(self, question: str, **params: Any) -> list[Row]:
        """Return the rows of one of our `.sql` files; the same question is answered from memory."""
        query = load(ROOM, f"queries/{question}")
        wanted = {name: params[name] for name in sorted(query.parameters)}
        return list(self._kept(question, wanted, lambda: self._select(query.text, wanted)))

    def rows_of(self, table: str, customer_id: str) -> list[Row]:
        """Return the rows of one customer; of none when the release has no such table."""
        if not self.has(table):
            return []
        found = self.reader.rows_of(table, customer_id).to_pylist()
        return [plain(row) for row in found[-MOST_ROWS:]]

    def csv(self, question: str, **params: Any) -> bytes:
        """Return all rows of one of our `.sql` files as a CSV."""
        query = load(ROOM, f"queries/{question}")
        found = self.reader.sql(query.text, {name: params[name] for name in query.parameters} or None)
        with tempfile.TemporaryDirectory() as folder:
            return write_table(found, Path(folder) / "rows.csv").read_bytes()

    def left_out(self) -> list[str]:
        """Return customers who are not to be written to now: never, or because they just were, or a campaign has them."""
        with self._state() as state:
            memory = remembered(state, self.cutoff.at)
        quiet = self.cutoff.at - timedelta(days=self.settings.campaigns.quiet_days)
        out = set(memory.suppressed) | {row["customer_id"] for row in memory.members}
        out |= {row["customer_id"] for row in memory.contacts if row["contacted_at"] >= quiet}
        return sorted(out)

    def started_members(self, campaign: str) -> tuple[list[Row] | None, list[str]]:
        """Return a started campaign's customers as they were drawn, None before its start; and those never to be written to."""
        with self._state() as state:
            suppressed = remembered(state, self.cutoff.at).suppressed
            is_started = any(one.campaign == campaign for one in started_campaigns(state))
            return (members(state, campaign) if is_started else None), list(suppressed)

    def _state(self) -> State:
        return State.open(self._places)

    def customer(self, customer_id: str) -> Row | None:
        """Return everything about one customer, with what came in since; None when there is no such customer."""
        with self._state() as state:
            since = Since.of(state, self._last_intake, customer_id)
        try:
            return document_now(self.reader, customer_id, since, self.live)
        except NotFound:
            return None

    def reasons(self, customer_id: str) -> list[Row]:
        """Return the reasons of a customer for whom the run kept none, as it would have found them.

        Raises
        ------
        ReleaseError
            The release does not hold what that takes.
        """
        return self.live().of_customer(customer_id, (), self.cutoff, 0)["reasons"]

    def live(self) -> LiveScores:
        """Return what scores one customer, made when it is first asked for."""
        with self._scoring:
            if self._scores is None:
                self._scores = LiveScores(self.reader, self._places)
            return self._scores

    def _select(self, text: str, params: Row) -> list[Row]:
        rows = self.reader.sql(text, params or None).to_pylist()
        return [plain(row) for row in rows[:MOST_ROWS]]

    def _kept(self, question: str, wanted: Row, answer: Any) -> list[Row]:
        key = (question, *(_hashable(item) for item in wanted.items()))
        with self._turn:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]  # type: ignore[no-any-return]
        found: list[Row] = answer()
        with self._turn:
            self._answers[key] = found
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return found


def _hashable(item: tuple[str, Any]) -> tuple[str, Any]:
    name, value = item
    return name, tuple(value) if isinstance(value, list) else value


class Shelf:
    """Keeps the current release of a workspace open, and the one before it for pages that are still being drawn.

    Parameters
    ----------
    prepare
        Is handed each release in a thread of its own, to make ready what takes long.
    """

    def __init__(self, places: Places, prepare: Callable[[Release], None] | None = None) -> None:
        self.places, self.prepare = places, prepare
        self._open: list[Release] = []
        self._turn = threading.Lock()

    def current(self) -> Release:
        """Return the current release; a newer one is opened as soon as it is published.

        Raises
        ------
        NoRelease
            Nothing has been published yet.
        ReleaseDamaged
            A file of it is missing.
        """
        with self._turn:
            if not self._open or self._open[-1].id != current_id(self.places):
                self._open.append(Release(Reader.open(self.places), Settings.load(self.places.root)))
                if self.prepare:
                    threading.Thread(target=self.prepare, args=self._open[-1:], daemon=True).start()
                for old in self._open[:-2]:
                    old.close()
                self._open = self._open[-2:]
            return self._open[-1]

    def close(self) -> None:
        """Let go of every release."""
        with self._turn:
            for one in self._open:
                one.close()
            self._open = []

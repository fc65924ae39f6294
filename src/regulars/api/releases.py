"""The release that is read: found anew for each request, held for as long as one is under way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from regulars.api.log import note, note_mistake
from regulars.api.metrics import RELEASE_AT
from regulars.errors import RegularsError
from regulars.publish.current import current_id, find_release
from regulars.publish.intake import last_intake
from regulars.publish.reader import Reader
from regulars.terms.places import Places

if TYPE_CHECKING:
    from regulars.publish.live import LiveScores

MOST_OPEN = 2
"""So many releases stay open; one that nobody reads any more is closed when more are: pages go on in the release they began in."""


class Held:
    """One release that is open: its reader, and what scores live with it, made when it is first asked for."""

    def __init__(self, places: Places, release_id: str) -> None:
        self.places = places
        self.reader = Reader.open(places, release_id)
        self.last_intake = last_intake(source.source for source in self.reader.manifest.sources)
        self.users = 0
        self._turn = threading.Lock()
        self._live: LiveScores | None = None

    @property
    def id(self) -> str:
        return self.reader.id

    @property
    def live(self) -> LiveScores:
        from regulars.publish.live import LiveScores

        with self._turn:
            if self._live is None:
                self._live = LiveScores(self.reader, self.places)
            return self._live

    def make_ready(self) -> None:
        """Score one customer live: what is done once, from imports to prepared queries, is done then."""
        some = self.reader.sql("SELECT customer_id FROM customers LIMIT 1").to_pylist()
        for row in some:
            self.live.of_customer(row["customer_id"], (), self.reader.cutoff, 0)

    def close(self) -> None:
        if self._live is not None:
            self._live.close()
        self.reader.close()


class Releases:
    """Opens releases and closes them again; may be asked from any thread.

    Parameters
    ----------
    ready_ahead
        Whether the current release is made ready for live scores when it is opened: in one thread of its own, so that
        nobody waits for it who asks for something else.
    """

    def __init__(self, places: Places, *, ready_ahead: bool = False) -> None:
        self.places = places
        self._open: dict[str, Held] = {}
        self._turn = threading.Lock()
        self._preparing = ThreadPoolExecutor(1, "make-ready") if ready_ahead else None

    def open_ahead(self) -> None:
        """Open the current release before anybody asks, where releases are made ready ahead."""
        if self._preparing:
            self._preparing.submit(self._open_current)

    def _open_current(self) -> None:
        with suppress(RegularsError), self.held():  # whoever asks is told
            pass

    @contextmanager
    def held(self, release_id: str | None = None) -> Iterator[Held]:
        """Hold a release, the current one by default, and the same one for as long as the block lasts.

        Raises
        ------
        NoRelease
            Nothing has been published yet.
        NotFound
            There is no such release (any more).
        """
        found = self._take(release_id)
        try:
            yield found
        finally:
            self._give_back(found)

    def _take(self, release_id: str | None) -> Held:
        with self._turn:
            wanted = find_release(self.places, release_id) if release_id else current_id(self.places)
            if wanted not in self._open:
                self._open[wanted] = Held(self.places, wanted)
                if not release_id:
                    RELEASE_AT.set(self._open[wanted].reader.manifest.created_at.timestamp())
                    if self._preparing:
                        self._preparing.submit(self._make_ready, wanted)
            found = self._open.pop(wanted)
            self._open[wanted] = found  # the last used is the last to go
            found.users += 1
            self._close_unused(besides=wanted)
            return found

    def _give_back(self, found: Held) -> None:
        with self._turn:
            found.users -= 1

    def _close_unused(self, besides: str) -> None:
        idle = [one for one in self._open.values() if not one.users and one.id != besides]
        for one in idle[: max(len(self._open) - MOST_OPEN, 0)]:
            del self._open[one.id]
            one.close()

    def _make_ready(self, release_id: str) -> None:
        """Make a release ready; where that fails, the read that needs it says why."""
        started = time.perf_counter()
        try:
            with self.held(release_id) as found:
                found.make_ready()
        except RegularsError as problem:
            note(logging.WARNING, release_id=release_id, not_ready_to_score=type(problem).__name__)
        except Exception as mistake:
            note_mistake(mistake, release_id=release_id)
        else:
            seconds = round(time.perf_counter() - started, 2)
            note(logging.INFO, release_id=release_id, ready_to_score_after_seconds=seconds)

    def close(self) -> None:
        if self._preparing:
            self._preparing.shutdown(cancel_futures=True)
        with self._turn:
            while self._open:
                self._open.popitem()[1].close()

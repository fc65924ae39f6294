"""The workspace's state, open for as long as the server runs: one connection reads, one writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.publish.state import State
from regulars.terms.places import Places


class Records:
    """May be used from any thread; a reader never waits for a writer."""

    def __init__(self, places: Places) -> None:
        self._reader = State.open(places, any_thread=True)
        self._writer = State.open(places, any_thread=True)
        self._reading, self._writing = threading.Lock(), threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[State]:
        with self._reading:
            yield self._reader

    @contextmanager
    def writing(self) -> Iterator[State]:
        with self._writing:
            yield self._writer

    def close(self) -> None:
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

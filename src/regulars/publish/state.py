"""`state.sqlite`: what must survive every run and every release.

Orders taken in live, API keys, campaigns with their arms and contacts, and who is never to be written to. Releases can
be made again from the files; this cannot, so nothing in regulars ever removes the file, and its form only grows: each
version is one file in `migrations/`, applied once and in order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from types import TracebackType
from typing import Any

from regulars.errors import WorkspaceBusy, WorkspaceError, WorkspaceForeign
from regulars.publish.storage import storage_errors_in_words
from regulars.terms.places import Places

BUSY_SECONDS = 10.0
MIGRATIONS = ("001_state", "002_campaigns", "003_api")
Values = Mapping[str, Any] | Sequence[Any]


class State:
    """The state of a workspace; many processes may have it open at once.

    >>> import tempfile; from pathlib import Path
    >>> with State.open(Places(Path(tempfile.mkdtemp()))) as state:
    ...     with state.transaction():
    ...         state.execute("INSERT INTO suppressions (customer_id, reason) VALUES (?, ?)", ["ann", "asked us to"])
    ...     [row["reason"] for row in state.rows("SELECT * FROM suppressions")]
    1
    ['asked us to']
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, places: Places, *, any_thread: bool = False) -> State:
        """Open the state, and make it or bring it up to this version where needed.

        Parameters
        ----------
        any_thread
            Other threads than this one may use it, one at a time.

        Raises
        ------
        WorkspaceForeign
            A newer version of regulars made it, or it is not a state.
        WorkspaceError
            It cannot be opened or written.
        """
        with storage_errors_in_words(places.state):
            places.root.mkdir(parents=True, exist_ok=True)
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(
                places.state,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=not any_thread,
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "PRAGMA synchronous = FULL"
            )  # what was taken in is taken in, even without power
            connection.execute("PRAGMA foreign_keys = ON")
            state = cls(connection)
            state._migrate()
        except sqlite3.DatabaseError as problem:
            if connection:
                connection.close()
            raise _opening_error(places, problem) from problem
        except WorkspaceForeign:
            if connection:
                connection.close()
            raise
        return state

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    @property
    def version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def rows(self, text: str, values: Values = ()) -> list[dict[str, Any]]:
        """Return a query's rows."""
        with _busy_in_words():
            return [dict(row) for row in self._connection.execute(text, values)]

    def execute(self, text: str, values: Values = ()) -> int:
        """Run a statement for its effect and return how many rows it changed."""
        with _busy_in_words():
            return self._connection.execute(text, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing of it; one writer at a time, the others wait for their turn."""
        with _busy_in_words():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _migrate(self) -> None:
        if self.version > len(MIGRATIONS):
            raise WorkspaceForeign(
                f"state.sqlite has version {self.version}; this version of regulars knows up to {len(MIGRATIONS)}",
                hint="update regulars, or use the version that made this workspace",
            )
        if self.version == len(MIGRATIONS):
            return
        with self.transaction():  # two processes may come here at once: the second finds nothing left to do
            for number in range(self.version + 1, len(MIGRATIONS) + 1):
                for statement in _statements(MIGRATIONS[number - 1]):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {number}")


@contextmanager
def _busy_in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as problem:
        if "locked" not in str(problem) and "busy" not in str(problem):
            raise
        raise WorkspaceBusy(
            f"somebody else has been writing state.sqlite for more than {BUSY_SECONDS:g} seconds",
            hint="try again",
        ) from problem


def _statements(name: str) -> Iterator[str]:
    """Yield a file's statements one by one; running it as a whole would end the transaction."""
    text = files("regulars.publish").joinpath("migrations", f"{name}.sql").read_text(encoding="utf-8")
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _opening_error(places: Places, problem: sqlite3.DatabaseError) -> WorkspaceError:
    if isinstance(problem, sqlite3.OperationalError):
        return WorkspaceError(
            f"{places.state} cannot be opened: {problem}",
            hint="check who owns the folder and whether there is room",
        )
    return WorkspaceForeign(
        f"{places.state} is not a state that regulars made: {problem}",
        hint="put back a copy of it; moving it away loses keys, campaigns and orders taken in live",
    )

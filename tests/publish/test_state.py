from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from regulars.errors import WorkspaceError, WorkspaceForeign
from regulars.publish.state import MIGRATIONS, State
from regulars.terms.places import Places


def test_a_new_state_has_every_table_and_its_version(places: Places) -> None:
    with State.open(places) as state:
        assert state.version == len(MIGRATIONS) == 3
        names = {row["name"] for row in state.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert {
            "live_orders",
            "api_keys",
            "campaigns",
            "campaign_arms",
            "contacts",
            "suppressions",
        } <= names
        assert state.rows("PRAGMA journal_mode") == [{"journal_mode": "wal"}]


def test_what_was_written_is_there_the_next_time(places: Places) -> None:
    with State.open(places) as state, state.transaction():
        state.execute("INSERT INTO suppressions (customer_id, reason) VALUES (:id, 'asked')", {"id": "ann"})
    with State.open(places) as state:
        (row,) = state.rows("SELECT * FROM suppressions")
        assert row["customer_id"] == "ann"
        assert row["since"].endswith("Z")


def test_a_transaction_is_all_or_nothing(places: Places) -> None:
    with State.open(places) as state:

        def suppress_twice() -> None:
            with state.transaction():
                for _ in range(2):
                    state.execute("INSERT INTO suppressions (customer_id, reason) VALUES ('ann', 'asked')")

        with pytest.raises(sqlite3.IntegrityError):
            suppress_twice()
        assert state.rows("SELECT * FROM suppressions") == []


def test_arms_are_drawn_once(places: Places) -> None:
    insert = "INSERT INTO campaign_arms (campaign, customer_id, arm) VALUES"
    with State.open(places) as state:
        state.execute("INSERT INTO campaigns VALUES ('win back', 'r', 1, '{}', '2026-03-01', NULL)")
        state.execute(f"{insert} ('win back', 'ann', 'hold-out')")
        with pytest.raises(sqlite3.IntegrityError):
            state.execute(f"{insert} ('win back', 'ann', 'written to')")
        with pytest.raises(sqlite3.IntegrityError):
            state.execute(f"{insert} ('no such campaign', 'ann', 'a')")


def test_several_may_open_and_write_at_once(places: Places) -> None:
    problems: list[BaseException] = []

    def write(i: int) -> None:
        try:
            with State.open(places) as state, state.transaction():
                state.execute("INSERT INTO suppressions (customer_id, reason) VALUES (?, 'asked')", [f"c{i}"])
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with State.open(places) as state:
        assert len(state.rows("SELECT * FROM suppressions")) == 6


def test_a_state_of_a_newer_version_is_left_alone(places: Places) -> None:
    with State.open(places) as state:
        state.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceForeign, match="version 99") as problem:
        State.open(places)
    assert "update" in problem.value.hint


def test_a_file_that_is_no_state_is_left_alone(places: Places, tmp_path: Path) -> None:
    places.root.mkdir()
    places.state.write_bytes(b"something else entirely, and long enough to be read as a header " * 9)
    before = places.state.read_bytes()
    with pytest.raises(WorkspaceForeign, match="not a state that regulars made"):
        State.open(places)
    assert places.state.read_bytes() == before
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError):
        State.open(Places(tmp_path / "file"))

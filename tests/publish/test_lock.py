from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from regulars.errors import WorkspaceBusy, WorkspaceError
from regulars.publish.lock import workspace_lock
from regulars.terms.places import Places

HOLD = """
import sys, time
from pathlib import Path
from regulars.publish.lock import workspace_lock
from regulars.terms.places import Places
with workspace_lock(Places(Path(sys.argv[1])), "regulars run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_holder_is_named(places: Places) -> None:
    with workspace_lock(places, "regulars run"):
        with (
            pytest.raises(
                WorkspaceBusy, match=rf"in use by process {os.getpid()} \(regulars run, since 20"
            ) as problem,
            workspace_lock(places),
        ):
            pass
        assert "wait" in problem.value.hint
    with workspace_lock(places):
        pass


def test_a_killed_holder_leaves_nothing_to_clear_away(places: Places) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(places.root)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(WorkspaceBusy, match=f"process {holder.pid} "), workspace_lock(places):
            pass
        holder.send_signal(signal.SIGKILL)
    with workspace_lock(places):
        pass


def test_it_is_given_up_when_the_block_fails(places: Places) -> None:
    with pytest.raises(RuntimeError), workspace_lock(places):
        raise RuntimeError
    with workspace_lock(places):
        pass
    assert places.lock.read_text() == ""


def test_a_workspace_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be written"), workspace_lock(Places(tmp_path / "file")):
        pass

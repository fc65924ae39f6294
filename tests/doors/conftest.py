"""Another process that holds a workspace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOLD = """
import sys, time
from pathlib import Path
from regulars.publish.lock import workspace_lock
from regulars.terms.places import Places
with workspace_lock(Places(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def hold_workspace() -> Iterator[Callable[[Path], int]]:
    """Return a function that lets a process of its own hold a workspace, and returns its number."""
    holders: list[subprocess.Popen[str]] = []

    def hold(workspace: Path) -> int:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(workspace)], stdout=subprocess.PIPE, text=True
        )
        holders.append(holder)
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        return holder.pid

    yield hold
    for holder in holders:
        holder.kill()
        holder.communicate()

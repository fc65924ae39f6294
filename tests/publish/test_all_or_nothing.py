"""Law 6: a run that is killed, or runs out of room, at any point leaves the last release readable and current."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EVERY = 7
"""Of about ninety places at which a run could be killed; `killed_run.py WORKSPACE` looks at all."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_run_killed_anywhere_leaves_a_release_whole_and_current(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "killed_run.py"), str(tmp_path / "shop"), str(EVERY)]
    talk = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert talk.returncode == 0, talk.stdout + talk.stderr
    *lines, last, leftovers = talk.stdout.splitlines()
    *killed, ended = lines
    assert len(killed) > 8
    current = 1
    for number, line in enumerate(killed):
        n_customers = 1 + number * EVERY + 1  # what the killed run was about to publish
        found = re.fullmatch(r"killed at .*; current has (\d+) customers", line)
        assert found, line
        assert int(found[1]) in (current, n_customers)
        current = int(found[1])
    assert current > 1  # the last of the killed had switched already
    assert re.fullmatch(r"current has \d+ customers", ended)
    assert last == "current has 1 customers"  # the next run after all that succeeds
    assert leftovers == "current"  # and nothing of the killed ones lies around


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_whole_run_killed_at_any_step_leaves_a_release_whole_and_current(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "killed_flow.py"), str(tmp_path / "shop")]
    talk = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert talk.returncode == 0, talk.stdout + talk.stderr
    first, *killed, ended = talk.stdout.splitlines()
    assert first == "current has 5 orders"  # A1, D1, A2, F1, F2
    assert ended == "current has 13 orders"
    assert len(killed) >= 8
    for line in killed[:-1]:
        assert re.fullmatch(r"killed at .*; current has 5 orders", line)
    # The last step comes after the switch.
    assert re.fullmatch(r"killed at remove releases.*; current has 13 orders", killed[-1])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk of its own")
def test_a_full_disk_leaves_the_last_release_and_says_so(tmp_path: Path) -> None:
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if (
        not shutil.which("unshare")
        or subprocess.run(
            [*alone, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)], capture_output=True
        ).returncode
    ):
        pytest.skip("this machine does not let us mount a small disk")
    command = [*alone, sys.executable, str(HERE / "full_disk.py"), str(tmp_path)]
    talk = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert talk.returncode == 0, talk.stdout + talk.stderr
    read_only, refused = talk.stdout.splitlines()
    assert "cannot be written: Read-only file system" in read_only
    found = re.fullmatch(r"refused (\d+) times, then published", refused)
    assert found
    assert int(found[1]) > 2

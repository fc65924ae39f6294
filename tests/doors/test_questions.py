"""Questions to whoever sits at the terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="a terminal of its own needs a Unix")

TWO = "order_id,Customer Number,Client ID,date,amount\n1,A,x,2024-01-13,5.00\n2,A,y,2024-01-14,6.00\n3,B,y,2024-01-14,1.00\n"


def read(terminal: int, until: str, seconds: float) -> str:
    """Return what a terminal shows until a text comes, the program ends or the time is over."""
    shown, end = b"", time.monotonic() + seconds
    while time.monotonic() < end and (not until or until.encode() not in shown):
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side has gone
            break
    return shown.decode(errors="replace")


def test_a_question_stays_until_it_is_answered(tmp_path: Path) -> None:
    """The bar went on moving and wiped the question away ten times a second."""
    (tmp_path / "orders.csv").write_text(TWO)
    terminal, other_side = pty.openpty()
    asked = subprocess.Popen(
        [sys.executable, "-m", "regulars", "init", "orders.csv"],
        cwd=tmp_path, stdin=other_side, stdout=other_side, stderr=other_side, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(other_side)
    assert "[Customer Number/Client ID]" in read(terminal, "Client ID]", 60)
    assert "read orders.csv" not in read(terminal, "", 1.0)
    os.write(terminal, b"Client ID\n")
    assert "as you said" in read(terminal, "settings:", 60)
    assert asked.wait(60) == 0
    os.close(terminal)
    written = tomllib.loads((tmp_path / "shop" / "regulars.toml").read_text())
    assert written["sources"][0]["columns"]["customer_id"] == "Client ID"

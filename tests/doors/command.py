"""Commands as people give them: in a process of their own, or in this one, where Python and its libraries are at hand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from regulars.cli.main import main

WIDTH = "200"


class Said(NamedTuple):
    """What a command ended with, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def alone(folder: Path, *words: str, **environment: str) -> Said:
    """Run `regulars` as a person would, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "regulars", *words],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": WIDTH, **environment},
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def here(folder: Path, *words: str) -> Said:
    """Run `regulars` in this process; what would end another with a traceback is raised."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.chdir(folder)
        patched.setenv("COLUMNS", WIDTH)
        patched.setattr(sys, "argv", ["regulars", *words])
        with pytest.raises(SystemExit) as ended:
            main()
    return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())

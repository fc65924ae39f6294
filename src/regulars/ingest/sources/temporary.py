"""Temporary folders that are gone when they are done with, and at the next run when their process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: what a killed process leaves is left to the system
    fcntl = None  # type: ignore[assignment]

PREFIX = "regulars-"
IN_USE = ".in-use"
YOUNGEST_SECONDS = 60
"""A folder younger than this may not have its lock yet."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Have a folder for as long as the block lasts.

    The process holds a lock on a file in it, which the system lets go of however the process ends: that is how the
    next one knows what was left behind.
    """
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with (folder / IN_USE).open("w") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def _sweep(parent: Path) -> None:
    """Remove the folders of processes that were killed."""
    if fcntl is None:
        return
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # in use, somebody else's, or gone by now
            if folder.is_symlink() or time.time() - folder.stat().st_mtime < YOUNGEST_SECONDS:
                continue
            with os.fdopen(os.open(folder / IN_USE, os.O_RDWR), "r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)

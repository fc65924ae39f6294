"""Files that are there completely or not at all, and storage that fails in words."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regulars.errors import DiskFull, WorkspaceError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def storage_errors_in_words(place: Path) -> Iterator[None]:
    """Turn what the operating system says about a place into what a user can do about it."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        if "full" not in str(problem):
            raise
        raise _disk_full(place) from problem
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise _disk_full(place) from problem
        if problem.errno in NOT_ALLOWED or isinstance(problem, NotADirectoryError | FileExistsError):
            raise WorkspaceError(
                f"{problem.filename or place} cannot be written: {problem.strerror}",
                hint="check who owns the folder, or choose another with --workspace",
            ) from problem
        raise


def _disk_full(place: Path) -> DiskFull:
    return DiskFull(
        f"there is no room left to write {place}; the last release is untouched",
        hint="free some space, or put the workspace on another disk with --workspace",
    )


def sync(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk itself."""
    if path.is_dir() and sys.platform == "win32":  # Windows keeps folders in order by itself
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Write a small file so that readers see the old text or the new, whatever happens in between."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    sync(draft)
    draft.replace(path)
    sync(path.parent)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a draft's path beside `path`; when the block ends well, the draft takes its place at once."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        yield draft
        sync(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder as far as that is possible; what is left is swept by the next run."""
    with suppress(OSError):
        shutil.rmtree(folder)

"""One run at a time: a lock on the workspace that says who holds it and dies with its holder."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO

from regulars.errors import WorkspaceBusy
from regulars.publish.storage import storage_errors_in_words
from regulars.terms.places import Places

FAR_BYTE = 1 << 30
"""Windows locks bytes, and nobody can read locked ones: a byte behind the text is locked, not the text."""


@contextmanager
def workspace_lock(places: Places, doing: str = "regulars run") -> Iterator[None]:
    """Hold the workspace for as long as the block lasts.

    The operating system gives it up when the process ends, however it ends: a killed run leaves nothing to clear away.

    Raises
    ------
    WorkspaceBusy
        Another process holds it; the message says which.
    WorkspaceError
        The folder cannot be made or written.
    """
    with storage_errors_in_words(places.root):
        places.root.mkdir(parents=True, exist_ok=True)
        file = places.lock.open("a+", encoding="utf-8")
    with file:
        if not _take(file):
            raise WorkspaceBusy(
                f"{places.root} is in use by {_holder(file)}",
                hint="wait until it is finished, or stop it, and try again",
            )
        with storage_errors_in_words(places.root):
            _rewrite(file, json.dumps(_myself(doing)))
        try:
            yield
        finally:
            with suppress(OSError):  # a full disk must not hide what went wrong in the block
                _rewrite(file, "")


def _myself(doing: str) -> dict[str, object]:
    since = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    return {"pid": os.getpid(), "doing": doing, "since": since}


def _holder(file: IO[str]) -> str:
    file.seek(0)
    try:
        holder = json.loads(file.read())
    except ValueError:
        return "another process"
    return f"process {holder['pid']} ({holder['doing']}, since {holder['since']})"


def _rewrite(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        file.seek(FAR_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

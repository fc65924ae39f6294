"""Which releases are kept, and how one goes without anybody noticing.

A reader holds its release by a shared lock on the manifest; a release that is held is left alone until a later run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from regulars.publish.current import REMOVING, current_id, release_ids
from regulars.publish.manifest import MANIFEST_FILE
from regulars.publish.storage import remove_folder
from regulars.terms.places import Places


def kept(ids: Iterable[str], keep: int) -> set[str]:
    """Return the ids that stay: the last `keep`, and each month's last.

    >>> sorted(kept(["20260105-…", "20260131-…", "20260201-…", "20260202-…", "20260203-…"], keep=1))
    ['20260131-…', '20260203-…']
    """
    ordered = sorted(ids)
    months = {release_id[:6]: release_id for release_id in ordered}
    return {*ordered[-keep:], *months.values()}


def prune(places: Places, keep: int) -> list[str]:
    """Remove releases that are not kept, not current and not being read; return the ids of those removed."""
    ids = release_ids(places)
    removed = []
    for release_id in sorted(set(ids) - kept(ids, keep) - {current_id(places)}):
        folder = places.releases / release_id
        with _unheld(folder) as nobody_reads:
            if nobody_reads:
                grave = places.releases / f"{REMOVING}{release_id}"
                with suppress(OSError):  # Windows: somebody has a file of it open
                    folder.rename(grave)
                    removed.append(release_id)
                    remove_folder(grave)
    return removed


if sys.platform == "win32":

    def hold(folder: Path) -> IO[bytes]:
        """Keep a release from being removed for as long as the file is open: Windows sees to it."""
        return (folder / MANIFEST_FILE).open("rb")

    @contextmanager
    def _unheld(folder: Path) -> Iterator[bool]:
        yield True

else:
    import fcntl

    def hold(folder: Path) -> IO[bytes]:
        """Keep a release from being removed for as long as the file is open.

        Raises
        ------
        FileNotFoundError
            It is gone, or on its way.
        """
        path = folder / MANIFEST_FILE
        file = path.open("rb")
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise FileNotFoundError(f"{folder} is being removed") from None
        except OSError:  # a file system without locks: nothing is ever removed from it
            pass
        if not path.exists():  # it was moved away between opening and locking
            file.close()
            raise FileNotFoundError(f"{folder} was removed")
        return file

    @contextmanager
    def _unheld(folder: Path) -> Iterator[bool]:
        """Tell whether nobody holds a release, and keep it so for as long as the block lasts."""
        with ExitStack() as stack:
            try:
                file = stack.enter_context((folder / MANIFEST_FILE).open("rb"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                unheld = True
            except OSError:  # held, or a file system without locks: better kept than taken away
                unheld = False
            yield unheld

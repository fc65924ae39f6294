"""Which releases there are, and which one is current.

`releases/current` is a small text file that holds an id, not a symbolic link: Windows makes links only for
administrators, archives and object stores lose them, and a text file is switched just as atomically.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from regulars.errors import NoRelease, NotFound
from regulars.publish.manifest import MANIFEST_FILE
from regulars.publish.storage import remove_folder, replace_text
from regulars.terms.places import Places

CURRENT_FILE = "current"
BUILDING = ".building-"
REMOVING = ".removing-"
ID = re.compile(r"\d{8}-\d{6}-\d{3}")
ID_FORM = "%Y%m%d-%H%M%S"
HINT = "publish one with `regulars run orders.csv`"


def release_ids(places: Places) -> list[str]:
    """Return the ids of all complete releases, oldest first: ids sort by time."""
    if not places.releases.is_dir():
        return []
    return sorted(
        folder.name
        for folder in places.releases.iterdir()
        if ID.fullmatch(folder.name) and (folder / MANIFEST_FILE).is_file()
    )


def current_id(places: Places) -> str:
    """Return the id of the last published release.

    Raises
    ------
    NoRelease
        Nothing has been published yet.
    """
    try:
        found = (places.releases / CURRENT_FILE).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NoRelease(f"nothing has been published in {places.root} yet", hint=HINT) from None
    if not ID.fullmatch(found):
        raise NoRelease(
            f"{places.releases / CURRENT_FILE} says {found[:40]!r}, which is not a release",
            hint="write the name of a folder beside it into it, or publish anew with `regulars run`",
        )
    return found


def find_release(places: Places, release_id: str) -> str:
    """Return the id of a release that is there; the beginning of an id is enough when only one begins so."""
    ids = release_ids(places)
    found = [one for one in ids if one.startswith(release_id)] if release_id else []
    if len(found) == 1:
        return found[0]
    if not ids:
        raise NoRelease(f"nothing has been published in {places.root} yet", hint=HINT)
    problem = "there is no release" if not found else "several releases begin with"
    raise NotFound(f"{problem} {release_id!r}", hint="there are: " + ", ".join((found or ids)[-5:]))


def switch(places: Places, release_id: str) -> None:
    """Make a complete release the current one, in one step."""
    replace_text(places.releases / CURRENT_FILE, f"{release_id}\n")


def next_id(places: Places, now: datetime) -> str:
    """Return an id that sorts behind every release there is, even when the clock went back."""
    for existing in reversed(release_ids(places)):
        now = max(now, instant(existing) + timedelta(milliseconds=1))
        break
    return f"{now:{ID_FORM}}-{now.microsecond // 1000:03d}"


def instant(release_id: str) -> datetime:
    """Return when a release was begun."""
    second, milliseconds = release_id.rsplit("-", 1)
    return datetime.strptime(second, ID_FORM).replace(tzinfo=UTC) + timedelta(milliseconds=int(milliseconds))


def sweep(places: Places) -> None:
    """Remove what killed runs left behind; only whoever holds the workspace's lock may."""
    for prefix in (BUILDING, REMOVING):
        for leftover in places.releases.glob(f"{prefix}*"):
            remove_folder(leftover)

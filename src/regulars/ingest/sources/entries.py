"""Which `[[sources]]` entry of the settings speaks of which file or table.

`files` may be the name of a file, its path, a pattern of either, or ``shop.xlsx:Orders``, ``export.zip:jan.csv``,
``shop.sqlite:orders``; the first entry that fits counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from regulars.ingest.sources.content import Content
from regulars.settings import Source


def entry_of(entries: Sequence[Source], content: Content, part: str | None = None) -> Source | None:
    """Return the entry that speaks of a file, or of one sheet or table in it."""
    places = {place for place in (part, content.inner, content.name if content.inner else None) if place}
    for entry in entries:
        if fits(entry.files, content, part) and (entry.sheet is None or not places or entry.sheet in places):
            return entry
    return None


def chosen_parts(entries: Sequence[Source], content: Content) -> set[str]:
    """Return the sheets, tables or inner files that the settings say are the only ones."""
    return {entry.sheet for entry in entries if entry.sheet and fits(entry.files, content)}


def fits(pattern: str, content: Content, part: str | None = None) -> bool:
    """Whether `files` of an entry speaks of a file, or of one sheet or table in it."""
    names = {content.path.name, content.label, content.name, content.path.as_posix()}
    if part:
        names |= {f"{name}:{part}" for name in (content.path.name, content.label, content.path.as_posix())}
    ending = f"*/{pattern.removeprefix('./')}"
    return any(pattern == name or fnmatchcase(name, pattern) or fnmatchcase(name, ending) for name in names)

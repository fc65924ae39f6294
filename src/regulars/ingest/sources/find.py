"""From paths, folders and patterns to files, and what kind each file is."""

from __future__ import annotations

import glob
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content, Packing, reading

Kind = Literal["delimited", "workbook", "parquet", "json", "sqlite", "duckdb"]

ENDINGS: dict[str, Kind] = {
    ".csv": "delimited", ".tsv": "delimited", ".tab": "delimited", ".psv": "delimited", ".txt": "delimited",
    ".xlsx": "workbook", ".xlsm": "workbook", ".xlsb": "workbook", ".xls": "workbook", ".ods": "workbook",
    ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "json", ".ndjson": "json", ".json": "json",
    ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite", ".db3": "sqlite",
    ".duckdb": "duckdb", ".ddb": "duckdb",
}  # fmt: skip
PROSE = ("readme", "license", "licence", "changelog", "copying")
"""Text files of these names, found in a folder, are about the data."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Found:
    """A file to be read; `table` when one table of a database was asked for."""

    content: Content
    kind: Kind
    table: str | None = None


def find(paths: Iterable[str | Path], notes: list[str]) -> list[Found]:
    """Return the files that are meant, each once, in the order given; what is left out is noted.

    A file that is named is read whatever its name ends in; of a folder or pattern, hidden files and files of
    unknown kinds are left out.

    Raises
    ------
    FileUnreadable
        A path or pattern leads nowhere.
    """
    found: list[Found] = []
    for given in paths:
        path, table = _address(str(given))
        if path.is_dir():
            here = list(_in_folder(path, notes))
            if not here:
                raise FileUnreadable(
                    f"the folder {path} has no file that can be read",
                    hint=f"files that can be read end in {', '.join(sorted(ENDINGS))}, also with .gz or in a .zip",
                )
            found += here
        elif path.exists():
            found += _named(path, table, notes)
        else:
            found += _matching(str(given), notes)
    return list(dict.fromkeys(found))


def _address(given: str) -> tuple[Path, str | None]:
    """Part ``database.sqlite:table`` and ``archive.zip:file``; a file that has a colon in its name stays whole."""
    path = Path(given).expanduser()
    if not path.exists():
        for colon in re.finditer(":", given):
            file = Path(given[: colon.start()]).expanduser()
            if file.is_file() and colon.end() < len(given):
                return file, given[colon.end() :]
    return path, None


def _matching(pattern: str, notes: list[str]) -> list[Found]:
    expanded = str(Path(pattern).expanduser())
    matches = sorted(map(Path, glob.glob(expanded, recursive=True)))  # noqa: PTH207 - absolute patterns too
    if not _is_pattern(expanded):
        matches = []
    found: list[Found] = []
    for match in matches:
        found += _in_folder(match, notes) if match.is_dir() else _listed(match, notes)
    if not found:
        what = "no file fits" if _is_pattern(expanded) else "there is no file"
        raise FileUnreadable(
            f"{what} {pattern}",
            hint="check the path, its spelling and the folder you are in (no file was read)",
        )
    return found


def _is_pattern(text: str) -> bool:
    return glob.escape(text) != text


def _in_folder(folder: Path, notes: list[str]) -> Iterator[Found]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield from _listed(path, notes)


def _listed(path: Path, notes: list[str]) -> list[Found]:
    """Return a file that a folder or pattern brought up, unless nobody knows its kind."""
    name = path.name.lower().removesuffix(".gz")
    known = Path(name).suffix in ENDINGS or name.endswith(".zip")
    if not known or name.startswith(PROSE):
        notes.append(f"{path.name} was left out: its kind is not known.")
        return []
    return _named(path, None, notes)


def _named(path: Path, table: str | None, notes: list[str]) -> list[Found]:
    """Return the file, or the files inside it when it is a zip archive."""
    with reading(Content(path)):
        with path.open("rb") as stream:
            head = stream.read(8)
        if (head.startswith(b"PK") and not _is_workbook(path)) or path.suffix.lower() == ".zip":
            return _inside(path, table, notes)
    packing: Packing = "gzip" if head.startswith(b"\x1f\x8b") or path.suffix.lower() == ".gz" else "plain"
    content = Content(path, packing)
    return [Found(content, kind_of(content), table)]


def _inside(path: Path, wanted: str | None, notes: list[str]) -> list[Found]:
    found = []
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            parts = PurePosixPath(member.filename).parts
            if member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts):
                continue
            if wanted and wanted != member.filename:
                continue
            content = Content(path, "zip", member.filename)
            if member.flag_bits & 1:
                raise FileUnreadable(
                    f"{content.label} is protected by a password",
                    hint="unpack it yourself and give the unpacked file",
                )
            content.refuse_bomb(member.file_size)
            if Path(content.name.lower()).suffix not in ENDINGS or content.name.lower().startswith(PROSE):
                notes.append(f"{content.label} was left out: its kind is not known.")
                continue
            found.append(Found(content, kind_of(content)))
    if not found:
        raise FileUnreadable(
            f"the archive {path.name} has no file {wanted or 'that can be read'}",
            hint=f"files that can be read end in {', '.join(sorted(ENDINGS))}",
        )
    return found


def _is_workbook(path: Path) -> bool:
    """Whether a zip archive is an Excel or OpenDocument workbook."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    return "[Content_Types].xml" in names or "content.xml" in names


def kind_of(content: Content) -> Kind:
    """Return the kind of a file: as its first bytes say, else as its name ends."""
    with content.open() as stream:
        head = stream.read(16)
    ending = Path(content.name.lower()).suffix
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if head[8:12] == b"DUCK":
        return "duckdb"
    if head.startswith((b"PK\3\4", OLE)):
        return "workbook"
    _refuse_others(head, content)
    kind = ENDINGS.get(ending, "delimited")
    if head and kind in ("sqlite", "duckdb", "parquet", "workbook"):
        raise FileUnreadable(
            f"{content.label} is called {ending} and is none: its first bytes are {head[:8]!r}",
            hint="it is damaged, or something else under that name; export it again, or rename it to what it is",
        )
    return kind


def _refuse_others(head: bytes, content: Content) -> None:
    others = {
        b"%PDF": "a PDF document", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"BZh": "a bzip2 archive",
        b"7z\xbc\xaf": "a 7-Zip archive", b"Rar!": "a RAR archive", b"\xfd7zXZ": "an xz archive",
        b"(\xb5/\xfd": "a Zstandard archive", b"<!DOC": "a web page", b"<html": "a web page", b"<?xml": "an XML file",
        b"{\\rtf": "a text document", b"ARROW1": "an Arrow file", b"ORC": "an ORC file",
    }  # fmt: skip
    for first, what in others.items():
        if head.lower().startswith(first.lower()):
            raise FileUnreadable(
                f"{content.label} is {what}, which holds no table that can be read here",
                hint="export the orders as CSV, Excel, Parquet or JSON Lines; unpack archives of other kinds first",
            )

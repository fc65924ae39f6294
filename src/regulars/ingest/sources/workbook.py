"""Workbooks (Excel, OpenDocument): one table a sheet, blank rows and titles above the header passed over.

Cells become text: a date `2026-01-05`, an instant `2026-01-05 10:15:00`, a number without `.0` when it is whole. A
formula gives the value that was saved with it. Data rows are numbered from the row below the header.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FileUnreadable
from regulars.ingest.sources.careful import place
from regulars.ingest.sources.content import Content, reading, refuse_bomb
from regulars.ingest.sources.dialect import is_header
from regulars.ingest.sources.entries import chosen_parts, entry_of
from regulars.ingest.sources.names import column_names
from regulars.ingest.sources.spool import Spool, Spooled
from regulars.ingest.sources.survey import fingerprint, sha256
from regulars.ingest.sources.table import SourceTable
from regulars.settings import Source

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

SAMPLE_ROWS = 200


def workbook_tables(
    content: Content, wanted: str | None, entries: Sequence[Source], notes: list[str]
) -> list[SourceTable]:
    """Return the tables of a workbook's sheets; empty and hidden sheets are left out with a note.

    Parameters
    ----------
    content
        The file.
    wanted
        The only sheet that was asked for, or None.
    entries
        What the settings say of sources.
    notes
        Takes what a person should know.

    Raises
    ------
    FileUnreadable
        It is no workbook, is locked, or has no such sheet, or none with rows.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    content_hash = sha256(content)
    asked = {wanted} if wanted else chosen_parts(entries, content)
    tables = []
    with opened_book(content) as book:
        names = book.sheet_names
        for sheet in book.sheets_metadata:
            if (asked and sheet.name not in asked) or sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != SheetVisibleEnum.Visible and not asked:
                notes.append(f"The hidden sheet {sheet.name} of {content.label} was left out.")
                continue
            layout = _layout(list(_some_rows(book, sheet.name)))
            if layout is None:
                notes.append(
                    f"The sheet {sheet.name} of {content.label} was left out: it has no rows of data."
                )
                continue
            entry = entry_of(entries, content, sheet.name)
            tables.append(_table(content, content_hash, sheet.name, layout, entry))
    if not tables:
        what = f"no sheet {', '.join(sorted(asked))}" if asked else "no sheet"
        raise FileUnreadable(
            f"{content.label} has {what} with rows of data",
            hint=f"its sheets are {', '.join(names)}; the first row of a sheet should name the columns",
        )
    return tables


@contextmanager
def opened_book(content: Content) -> Iterator[CalamineWorkbook]:
    """Read a workbook.

    Raises
    ------
    FileUnreadable
        It is damaged, or protected by a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with content.open() as stream:
        data = stream.read()
    _refuse_bomb(content, data)
    try:
        yield CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, ValueError) as problem:
        if isinstance(problem, PasswordError) or _is_encrypted(data):
            raise FileUnreadable(
                f"{content.label} is protected by a password",
                hint="open it in a spreadsheet, remove the password and save it again",
            ) from problem
        raise FileUnreadable(
            f"{content.label} is not a workbook that can be read: {problem}",
            hint="open it in a spreadsheet and save it again as .xlsx, or export it as CSV",
        ) from problem


@dataclass(frozen=True)
class Layout:
    """Where the data of a sheet begin."""

    columns: tuple[str, ...]
    has_header: bool
    first_row: int


@dataclass(frozen=True)
class SheetReader:
    """Brings the rows of a sheet."""

    content: Content
    sheet: str
    layout: Layout

    def spool(self, folder: Path) -> Spooled:
        columns = self.layout.columns
        with opened_book(self.content) as book, Spool.of_text(folder, columns) as spool:
            for position, row in enumerate(book.get_sheet_by_name(self.sheet).iter_rows()):
                number = position - self.layout.first_row + 1
                cells = [as_text(cell) for cell in row]
                if number > 0 and len(cells) == len(columns):
                    spool.add_row(number, cells)
                elif number > 0:
                    place(spool, columns, number, cells + [""] * (len(columns) - len(cells)))
        return spool.spooled


def as_text(cell: Any) -> str:
    """Return a cell as text.

    >>> [as_text(cell) for cell in (13085.0, 2.55, datetime(2026, 1, 5, 10, 15), datetime(2026, 1, 5), True, "x ")]
    ['13085', '2.55', '2026-01-05 10:15:00', '2026-01-05', 'true', 'x ']
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).replace("\0", "")


def _texts(row: Sequence[Any]) -> list[str]:
    cells = [as_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _some_rows(book: CalamineWorkbook, sheet: str) -> Iterator[list[str]]:
    for position, row in enumerate(book.get_sheet_by_name(sheet).iter_rows()):
        if position >= SAMPLE_ROWS:
            return
        yield _texts(row)


def _layout(rows: Sequence[Sequence[str]]) -> Layout | None:
    """Return where the data begin: below the first row that is about as wide as the table."""
    width = max((len(row) for row in rows), default=0)
    wide = (position for position, row in enumerate(rows) if sum(map(bool, row)) >= min(width, 2))
    first = next(wide, None)
    if first is None:
        return None
    below = [row for row in rows[first + 1 :] if row]
    has_header = is_header(rows[first], below)
    if has_header and not below:
        return None
    columns = column_names(rows[first] if has_header else [], width)
    return Layout(columns, has_header, first + has_header)


def _table(
    content: Content, content_hash: str, sheet: str, layout: Layout, entry: Source | None
) -> SourceTable:
    part = f"{content.inner}:{sheet}" if content.inner else sheet
    read_as: dict[str, Any] = {
        "kind": "workbook",
        "packing": content.packing,
        "sheet": sheet,
        "header": layout.has_header,
        "titles": layout.first_row - layout.has_header,
    }
    return SourceTable(
        source=content.path.name,
        part=part,
        path=content.path,
        columns=layout.columns,
        typed=False,
        read_as=read_as,
        fingerprint=fingerprint(content_hash, {**read_as, "columns": layout.columns}, part),
        reader=SheetReader(content, sheet, layout),
        entry=entry,
    )


def _refuse_bomb(content: Content, data: bytes) -> None:
    """Stop before a workbook unpacks to more than a real one would; most kinds are zip archives."""
    if data.startswith(b"PK"):
        with reading(content), zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        refuse_bomb(content.label, len(data), unpacked)


def _is_encrypted(data: bytes) -> bool:
    """Whether the file is the envelope that Office puts around an encrypted workbook."""
    return "EncryptedPackage".encode("utf-16-le") in data

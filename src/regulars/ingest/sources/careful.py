"""Delimited text cell by cell, for files that a fast reader cannot follow: stray quotes, giant cells, torn rows.

A quote that is opened and never closed would swallow the rows after it. Here it costs its own line only: the line is
set aside as `unclosed_quote` and the lines after it are read again.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from regulars.ingest.sources.dialect import Dialect
from regulars.ingest.sources.encoding import Utf8
from regulars.ingest.sources.names import by_name
from regulars.ingest.sources.spool import Spool

LARGEST_CELL = 1_000_000
LONGEST_ROW = 32_000_000
"""In characters. A row that is longer is either one giant cell or a quote that is never closed."""


class Lines:
    """Hands lines to the parser, remembers those of the row being parsed, and takes them back."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._length = 0
        self.begin_row()

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = ""
        if self._length <= LONGEST_ROW:
            line = self._again.popleft() if self._again else self._text.readline(LONGEST_ROW)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) >= LONGEST_ROW and not line.endswith(("\n", "\r")):
            self.cut = True
            self._skip_line()
        self.row.append(line)
        self._length += len(line)
        return line

    def begin_row(self) -> None:
        self.row: list[str] = []
        self.cut = self.ended = False
        self._length = 0

    @property
    def is_short(self) -> bool:
        """Whether the row is one line in which nothing can be too large or torn."""
        return len(self.row) == 1 and self._length <= LARGEST_CELL and not self.ended

    def read_again(self, lines: Sequence[str]) -> None:
        self._again.extendleft(reversed(lines))

    def _skip_line(self) -> None:
        while (rest := self._text.readline(LONGEST_ROW)) and not rest.endswith(("\n", "\r")):
            pass


def read_carefully(text: Utf8, layout: Dialect, spool: Spool) -> None:
    """Bring every row of a text into the spool, or set it aside."""
    lines = Lines(io.TextIOWrapper(io.BufferedReader(_Raw(text), 1 << 20), "utf-8", "replace", newline=""))
    number, width = 0, len(layout.columns)
    with cells_of_any_size():
        parser = _parser(lines, layout)
        while True:
            lines.begin_row()
            cells = next(parser, None)
            if cells is None:
                if not lines.row:
                    return
                parser, cells = _parser(lines, layout), []
            if cells or lines.ended:
                number += 1
                if len(cells) == width and lines.is_short:
                    spool.add_row(number, cells)
                else:
                    _place(spool, layout, number, cells, lines)
                if lines.ended:
                    parser = _parser(lines, layout)


def _place(spool: Spool, layout: Dialect, number: int, cells: list[str], lines: Lines) -> None:
    columns = layout.columns
    if lines.cut:
        detail = f"a row of more than {LONGEST_ROW:,} characters"
        spool.reject(number, "cell_too_large", detail, by_name(columns, cells))
        lines.read_again(lines.row[1:])
    elif lines.ended or (len(lines.row) > 1 and not _well_formed(lines.row, layout)):
        first, *rest = lines.row
        lines.read_again(rest)
        cells = next(_parser(iter([first]), layout), [])
        detail = "a double quote is opened and never closed"
        spool.reject(number, "unclosed_quote", detail, by_name(columns, cells))
    elif (longest := max(map(len, cells), default=0)) > LARGEST_CELL:
        detail = f"a cell of {longest:,} characters, where {LARGEST_CELL:,} are the limit"
        spool.reject(number, "cell_too_large", detail, by_name(columns, cells))
    else:
        place(spool, columns, number, cells)


def place(spool: Spool, columns: tuple[str, ...], number: int, cells: Sequence[str]) -> None:
    """Keep a row, filled up where trailing cells are missing; set it aside when cells are too many or too few."""
    values: list[str | None] = [cell or None for cell in cells]
    if fits(cells, columns):
        spool.add_row(number, [*values[: len(columns)], *[None] * (len(columns) - len(values))])
    elif len(cells) > len(columns):
        detail = f"{len(cells)} cells where the file has {len(columns)} columns"
        spool.reject(number, "too_many_cells", detail, by_name(columns, values))
    else:
        spool.reject(
            number, "too_few_cells", f"{len(cells)} of {len(columns)} cells", by_name(columns, values)
        )


def fits(cells: Sequence[str | None], columns: Sequence[str]) -> bool:
    """Whether a row has all its cells, but for empty ones at its end."""
    if len(cells) > len(columns):
        return not any(cells[len(columns) :])
    return 2 * len(cells) >= len(columns)


@contextmanager
def cells_of_any_size() -> Iterator[None]:
    """Let the parser of the standard library take cells of any size, for as long as the block lasts."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def parsed(line: str, layout: Dialect) -> list[str]:
    """Return the cells of one row."""
    with cells_of_any_size():
        return next(_parser(iter([line]), layout), [])


def _well_formed(row: list[str], layout: Dialect) -> bool:
    """Whether the quotes of a row of several lines close where a cell ends."""
    try:
        return next(_parser(iter(row), layout, strict=True), None) is not None
    except csv.Error:
        return False


def _parser(lines: Iterator[str], layout: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    if layout.quoted:
        return csv.reader(lines, delimiter=layout.character, strict=strict)
    return csv.reader(lines, delimiter=layout.character, quoting=csv.QUOTE_NONE)


class _Raw(io.RawIOBase):
    """The standard library's view of a clean stream."""

    def __init__(self, text: Utf8) -> None:
        self._source = text

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        piece = self._source.read(len(view))
        view[: len(piece)] = piece
        return len(piece)

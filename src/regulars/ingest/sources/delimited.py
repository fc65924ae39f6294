"""CSV and its relatives: fast through Arrow; carefully, cell by cell, where Arrow gives up.

Decided here:

* a row with too few cells is filled up with nulls when at least half of its cells are there (spreadsheets leave trailing
  empty cells out); otherwise it is rejected as `too_few_cells`, because it is a piece of a row torn by a line break;
* a row with too many cells is kept when those beyond the last column are empty, and rejected as `too_many_cells` otherwise;
* a cell of more than a million characters makes its row `cell_too_large`;
* a quote that is never closed makes its line `unclosed_quote`; the lines after it are read as if it were not there;
* a cell that goes over several lines is read carefully, because it may be rows that a stray quote has swallowed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.ingest.sources.careful import LARGEST_CELL, parsed, place, read_carefully
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.dialect import BLANKS, Dialect, detect
from regulars.ingest.sources.encoding import Utf8
from regulars.ingest.sources.spool import Spool, Spooled
from regulars.ingest.sources.survey import fingerprint, survey
from regulars.ingest.sources.table import SourceTable
from regulars.settings import Source

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BLOCK_BYTES = 1 << 22


def delimited_table(content: Content, entry: Source | None = None) -> SourceTable:
    """Return the table of a text file."""
    seen = survey(content, encoding=entry.encoding if entry else None)
    layout = detect(
        seen.text, whole=seen.whole, delimiter=entry.delimiter if entry else None, name=content.label
    )
    read_as: dict[str, Any] = {
        "kind": "delimited",
        "packing": content.packing,
        "encoding": seen.encoding,
        "delimiter": layout.delimiter,
        "quoted": layout.quoted,
        "header": layout.has_header,
        "titles": layout.n_titles,
    }
    notes = list(seen.notes)
    if layout.n_titles:
        notes.append(f"{layout.n_titles} rows above the header were passed over.")
    if not layout.has_header:
        notes.append("The first row is data, so the columns are called column_1, column_2 and so on.")
    return SourceTable(
        source=content.path.name,
        part=content.inner,
        path=content.path,
        columns=layout.columns,
        typed=False,
        read_as=read_as,
        fingerprint=fingerprint(seen.sha256, {**read_as, "columns": layout.columns}, content.inner),
        reader=DelimitedReader(content, seen.encoding, layout),
        entry=entry,
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class DelimitedReader:
    """Brings the rows of a text file: as fast as the file allows."""

    content: Content
    encoding: str
    layout: Dialect

    def spool(self, folder: Path) -> Spooled:
        for read in (_read_fast, _read_numbered, read_carefully):
            with suppress(_NotThisWay):
                return self._read(read, folder)
        raise AssertionError("the careful reader reads everything")

    def _read(self, read: Callable[[Utf8, Dialect, Spool], None], folder: Path) -> Spooled:
        layout = self.layout
        with self.content.open() as stream, Spool.of_text(folder, layout.columns) as spool:
            blanks = layout.delimiter == BLANKS
            text = Utf8(stream, self.encoding, blanks_to_tabs=blanks, skip_bytes=layout.skip_bytes)
            read(text, layout, spool)
        return spool.spooled


class _NotThisWay(Exception):
    """The file has rows that this way of reading cannot do right."""


class _OddRows:
    """What Arrow does with a row that has too many or too few cells."""

    def __init__(self, layout: Dialect, spool: Spool | None) -> None:
        self.layout = layout
        self.spool = spool
        self.numbers: array[int] = array("q")

    def __call__(self, row: Any) -> str:
        if self.spool is None or "\n" in row.text or "\r" in row.text:
            return "error"
        self.numbers.append(row.number)
        place(self.spool, self.layout.columns, row.number, parsed(row.text, self.layout))
        return "skip"


def _read_fast(text: Utf8, layout: Dialect, spool: Spool) -> None:
    """With several threads; for files in which every row has all its cells."""
    _through_arrow(text, layout, spool, _OddRows(layout, None))


def _read_numbered(text: Utf8, layout: Dialect, spool: Spool) -> None:
    """With one thread, which knows the numbers of the odd rows."""
    _through_arrow(text, layout, spool, _OddRows(layout, spool))


def _through_arrow(text: Utf8, layout: Dialect, spool: Spool, odd: _OddRows) -> None:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = list(layout.columns)
    options: dict[str, Any] = {
        "read_options": arrow_csv.ReadOptions(
            block_size=BLOCK_BYTES, column_names=names, use_threads=odd.spool is None
        ),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=layout.character,
            quote_char='"' if layout.quoted else False,
            newlines_in_values=layout.quoted,
            invalid_row_handler=odd,
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    }
    numbers = _Numbers(odd.numbers)
    try:
        for batch in arrow_csv.open_csv(text, **options):
            has_quotes = layout.quoted and text.n_quotes > 0
            if any(_needs_care(column, quotes=has_quotes) for column in batch.columns):
                raise _NotThisWay
            spool.add_batch(numbers.next(batch.num_rows), batch)
    except pa.ArrowInvalid as problem:
        raise _NotThisWay from problem
    if layout.quoted and text.n_quotes % 2:
        raise _NotThisWay


def _needs_care(column: pa.Array, *, quotes: bool) -> bool:
    """Whether a column has a cell of several lines, which may be rows swallowed by a stray quote, or one too large."""
    from pyarrow import compute

    letters = column.buffers()[2]
    if quotes and letters is not None:
        text = letters.to_pybytes()
        if b"\n" in text or b"\r" in text:
            return True
    if column.nbytes <= LARGEST_CELL:
        return False
    longest = compute.max(compute.binary_length(column)).as_py()
    return longest is not None and longest > LARGEST_CELL


class _Numbers:
    """Numbers the rows that Arrow returns, leaving out the numbers of those it passed over."""

    def __init__(self, passed_over: array[int]) -> None:
        self._passed_over = passed_over
        self._next = 1
        self._used = 0

    def next(self, n_rows: int) -> np.ndarray:
        import numpy as np

        numbers = np.arange(self._next, self._next + n_rows, dtype=np.int64)
        gaps = np.array(self._passed_over[self._used :], dtype=np.int64)
        rows_before_gap = gaps - self._next - np.arange(len(gaps))
        numbers += np.searchsorted(rows_before_gap, np.arange(n_rows), side="right")
        if n_rows:
            self._next = int(numbers[-1]) + 1
            self._used += int(np.searchsorted(gaps, self._next))
        return numbers

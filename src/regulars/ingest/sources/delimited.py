"""CSV and its relatives: fast through Arrow; carefully, cell by cell, where Arrow gives up.

Decided here:

* a row with too few cells is filled up with nulls when at least half of its cells are there (spreadsheets leave trailing
  empty cells out); otherwise it is rejected as `too_few_cells`, because it is a piece of a row torn by a line break;
* a row with too many cells is kept when those beyond the last column are empty, and rejected as `too_many_cells` otherwise;
* a cell of more than a million bytes makes its row `cell_too_large`;
* a quote that is never closed makes its row `unclosed_quote`; when it would swallow more than the last rows, reading
  stops with an error instead.
"""

from __future__ import annotations

import csv
import threading
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.dialect import BLANKS, NAMES, Dialect, detect
from regulars.ingest.sources.encoding import Utf8
from regulars.ingest.sources.names import by_name
from regulars.ingest.sources.spool import Spool, Spooled
from regulars.ingest.sources.survey import fingerprint, survey
from regulars.ingest.sources.table import SourceTable
from regulars.settings import Source

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 1 << 22
LARGEST_CELL_BYTES = 1_000_000


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
    """Brings the rows of a text file."""

    content: Content
    encoding: str
    layout: Dialect

    def spool(self, folder: Path) -> Spooled:
        import pyarrow as pa

        try:
            return self._fast(folder, numbered=False)
        except _OddRows:
            return self._fast(folder, numbered=True)
        except pa.ArrowInvalid as problem:
            raise FileUnreadable(f"{self.content.label}: {problem}") from problem

    def _fast(self, folder: Path, *, numbered: bool) -> Spooled:
        """Read through Arrow; with several threads as long as every row has all its cells."""
        layout = self.layout
        with self.content.open() as stream, Spool.of_text(folder, layout.columns) as spool:
            text = Utf8(
                stream, self.encoding, blanks_to_tabs=layout.delimiter == BLANKS, skip_bytes=layout.skip_bytes
            )
            odd = _OddRowHandler(layout, spool, numbered=numbered)
            _read(text, layout, spool, odd)
        return spool.spooled


class _OddRows(Exception):  # noqa: N818
    """A row has too many or too few cells: row numbers have to be counted."""


@dataclass
class _OddRowHandler:
    """What happens to rows with too many or too few cells."""

    layout: Dialect
    spool: Spool
    numbered: bool
    met: bool = False
    numbers: array[int] = field(default_factory=lambda: array("q"))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, row: Any) -> str:
        self.met = True
        if not self.numbered:
            return "error"
        with self.lock:
            self.numbers.append(row.number)
        quoting = csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE
        cells = next(csv.reader([row.text], delimiter=self.layout.character, quoting=quoting), [])
        place(self.spool, self.layout.columns, row.number, cells)
        return "skip"


def place(spool: Spool, columns: tuple[str, ...], number: int, cells: list[str]) -> None:
    """Keep a row with too many or too few cells, or set it aside."""
    values: list[str | None] = [cell or None for cell in cells]
    extra = [cell for cell in values[len(columns) :] if cell]
    if extra:
        detail = f"{len(cells)} cells where the file has {len(columns)} columns"
        spool.reject(number, "too_many_cells", detail, by_name(columns, values))
    elif 2 * len(values) < len(columns):
        detail = f"{len(cells)} of {len(columns)} cells"
        spool.reject(number, "too_few_cells", detail, by_name(columns, values))
    else:
        spool.add_row(number, [*values[: len(columns)], *[None] * (len(columns) - len(values))])


def _read(text: Utf8, layout: Dialect, spool: Spool, odd: _OddRowHandler) -> None:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = list(layout.columns)
    try:
        batches = arrow_csv.open_csv(
            text,
            read_options=arrow_csv.ReadOptions(
                block_size=BLOCK_BYTES, column_names=names, use_threads=not odd.numbered
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.character,
                quote_char='"' if layout.quoted else False,
                newlines_in_values=layout.quoted,
                invalid_row_handler=odd,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        numbers = _Numbers(odd.numbers)
        for batch in batches:
            spool.add_batch(numbers.next(batch.num_rows), batch)
    except pa.ArrowInvalid as problem:
        if odd.met and not odd.numbered:
            raise _OddRows from problem
        if "Empty CSV file" not in str(problem):
            raise


class _Numbers:
    """Numbers the rows that Arrow returns, leaving out the numbers of those it passed over."""

    def __init__(self, passed_over: array[int]) -> None:
        self._passed_over = passed_over
        self._next = 1
        self._used = 0

    def next(self, n_rows: int) -> pa.Array:
        import numpy as np
        import pyarrow as pa

        numbers = np.arange(self._next, self._next + n_rows)
        gaps = np.array(self._passed_over[self._used :], dtype=np.int64)
        rows_before_gap = gaps - self._next - np.arange(len(gaps))
        numbers += np.searchsorted(rows_before_gap, np.arange(n_rows), side="right")
        if n_rows:
            self._next = int(numbers[-1]) + 1
            self._used += int(np.searchsorted(gaps, self._next))
        return pa.array(numbers)

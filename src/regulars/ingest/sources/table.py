"""What every reader hands on: one table of a source, its columns known, its rows still in the file.

Guaranteed while a table is open:

* the relation that `open` yields holds `__row_number` (BIGINT: which data row of its part, from 1, in the order of the
  file; blank lines do not count) and the columns of the source, by the names in `columns`;
* all columns are VARCHAR and an empty cell is null, unless the table is `typed` (then they have the types of the source);
* a row is either there or in the relation `rejects` with `__row_number`, `reason`, `detail`, `cells`; never in both;
* rows come in no promised order; `__row_number` is what tells it;
* memory stays bounded: rows are spooled to a temporary folder, which is gone when the table is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.errors import FileUnreadable
from regulars.ingest.sources.spool import ROW_NUMBER, Spooled, no_rejects, room_to_write
from regulars.ingest.sources.temporary import temporary_folder
from regulars.settings import Source

__all__ = ["ROW_NUMBER", "Reader", "SourceTable", "Sources"]


class Reader(Protocol):
    """Knows how to bring the rows of one table into a folder."""

    def spool(self, folder: Path) -> Spooled:
        """Return Parquet files with the rows and the rejected rows, in the folder or where they are."""


@dataclass(frozen=True)
class SourceTable:
    """One table of a source: a file, a sheet, a file of an archive or a table of a database.

    Parameters
    ----------
    source
        Name of the file, without its folder.
    part
        Sheet of a workbook, file of an archive or table of a database; None when the file is the table.
    path
        Where the file is.
    columns
        Names of the columns: trimmed, never empty, different even when upper and lower case are not told apart.
    typed
        Whether the columns have the types of the source; all are text otherwise.
    read_as
        How it was read (kind, delimiter, encoding, header, …), for the record.
    fingerprint
        SHA-256 of the content and of how it was read.
    reader
        Brings the rows.
    entry
        The `[[sources]]` entry of the settings that speaks of this table.
    notes
        What a person should know of how it was read, in sentences.
    """

    source: str
    part: str | None
    path: Path
    columns: tuple[str, ...]
    typed: bool
    read_as: Mapping[str, Any]
    fingerprint: str
    reader: Reader = field(repr=False)
    entry: Source | None = None
    notes: tuple[str, ...] = ()
    seen: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", _state(self.path))

    @property
    def label(self) -> str:
        """How messages call it: ``shop.xlsx:Orders``."""
        return f"{self.source}:{self.part}" if self.part else self.source

    @property
    def rows(self) -> str:
        """Name of the relation with the rows, while the table is open."""
        return f"source_{self.fingerprint[:16]}"

    @property
    def rejects(self) -> str:
        """Name of the relation with the rows whose structure could not be read, while the table is open.

        Columns: `__row_number` BIGINT, `reason` VARCHAR (a code), `detail` VARCHAR, `cells` VARCHAR (JSON: their
        column names to text; cells beyond the last column are `column_N`).
        """
        return f"{self.rows}_rejects"

    @contextmanager
    def open(self, engine: DuckDBEngine) -> Iterator[str]:
        """Read the rows and let queries see them under the yielded name (`rows`), for as long as the block lasts.

        Raises
        ------
        FileUnreadable
            The file breaks off or is not what it seemed.
        DiskFull
            There is no room for the temporary copy.
        """
        with temporary_folder() as folder:
            with room_to_write(folder):
                spooled = self.reader.spool(folder)
                rejects = spooled.rejects or no_rejects(folder)
            if _state(self.path) != self.seen:
                raise FileUnreadable(
                    f"{self.path.name} was changed while it was being read",
                    hint="wait until it is complete, and run again",
                )
            _view(engine, self.rows, spooled.rows, numbered=spooled.numbered)
            _view(engine, self.rejects, rejects, numbered=True)
            try:
                yield self.rows
            finally:
                for view in (self.rejects, self.rows):
                    with suppress(duckdb.Error):  # a broken transaction takes the views with it
                        engine.execute(f"DROP VIEW IF EXISTS {quoted(view)}")


class Sources(list[SourceTable]):
    """The tables that were found, and what a person should know of the search."""

    def __init__(self, tables: Iterable[SourceTable] = (), notes: Iterable[str] = ()) -> None:
        super().__init__(tables)
        self.notes = list(notes)


def _state(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written to."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _view(engine: DuckDBEngine, name: str, file: Path, *, numbered: bool) -> None:
    """Let queries see a Parquet file; a file that has no row numbers gets them."""
    path = str(file).replace("'", "''")
    select = (
        "SELECT *" if numbered else f"SELECT file_row_number + 1 AS {ROW_NUMBER}, * EXCLUDE (file_row_number)"
    )
    number = "" if numbered else ", file_row_number = true"
    engine.execute(
        f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {select} FROM read_parquet('{path}'{number})"
    )

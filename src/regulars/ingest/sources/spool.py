"""The temporary copy of a table: rows and rejected rows as Parquet, written a batch at a time."""

from __future__ import annotations

import errno
import functools
import json
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from regulars.errors import DiskFull

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROW_NUMBER = "__row_number"
BUFFERED_ROWS = 5_000
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
SHOWN_CHARACTERS = 1_000
"""So much of a cell is kept of a rejected row; the file itself has the rest."""


@dataclass(frozen=True)
class Spooled:
    """Where the rows of a table are; `numbered` tells whether the file has the column of row numbers."""

    rows: Path
    rejects: Path | None = None
    numbered: bool = True


class Spool:
    """Writes rows and rejected rows of one table into a folder.

    Rows come in Arrow batches (`add_batch`) or one by one (`add_row`). May be called from several threads.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        import pyarrow as pa

        self.schema = schema.insert(0, pa.field(ROW_NUMBER, pa.int64()))
        self.rows_path = folder / "rows.parquet"
        self.rejects_path = folder / "rejects.parquet"
        self.rejects_path.unlink(missing_ok=True)
        self._rows = _writer(self.rows_path, self.schema)
        self._rejects: Any = None
        self._waiting: list[tuple[Any, ...]] = []
        self._refused: list[tuple[int, str, str, str]] = []
        self._lock = threading.RLock()

    @classmethod
    def of_text(cls, folder: Path, columns: Sequence[str]) -> Spool:
        """All columns are text."""
        import pyarrow as pa

        return cls(folder, pa.schema([(column, pa.string()) for column in columns]))

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        try:
            if kind is None:
                self._flush_rows()
                self._flush_rejects()
        finally:
            self._rows.close()
            if self._rejects is not None:
                self._rejects.close()

    @property
    def spooled(self) -> Spooled:
        return Spooled(self.rows_path, self.rejects_path if self.rejects_path.exists() else None)

    def add_batch(self, numbers: np.ndarray, batch: pa.RecordBatch) -> None:
        """Write rows; `numbers` are their row numbers (64 bits). Rows without any content are left out."""
        import pyarrow as pa
        from pyarrow import compute

        if batch.num_rows:
            # Not pa.array(numbers), which imports pandas where it is installed: a second lost.
            column = pa.Array.from_buffers(pa.int64(), batch.num_rows, [None, pa.py_buffer(numbers)])
            numbered = pa.RecordBatch.from_arrays([column, *batch.columns], schema=self.schema)
            if all(column.null_count for column in batch.columns):
                present = [compute.is_valid(column) for column in batch.columns]
                numbered = numbered.filter(functools.reduce(compute.or_, present))
            with self._lock:
                self._rows.write_batch(numbered)

    def add_row(self, number: int, cells: Sequence[str | None]) -> None:
        """Write one row of text; an empty cell is null."""
        with self._lock:
            self._waiting.append((number, *cells))
            if len(self._waiting) >= BUFFERED_ROWS:
                self._flush_rows()

    def reject(self, number: int, reason: str, detail: str, cells: Mapping[str, str | None]) -> None:
        """Set a row aside."""
        shown = {column: shortened(cell) for column, cell in cells.items()}
        with self._lock:
            self._refused.append((number, reason, detail, json.dumps(shown, ensure_ascii=False)))
            if len(self._refused) >= BUFFERED_ROWS:
                self._flush_rejects()

    def _flush_rows(self) -> None:
        import pyarrow as pa
        from pyarrow import compute

        if self._waiting:
            numbers, *columns = _batch(self._waiting, self.schema).columns
            empty = [compute.equal(column, "") for column in columns]
            columns = [
                compute.if_else(none, None, column) for none, column in zip(empty, columns, strict=True)
            ]
            self._waiting = []
            self.add_batch(
                numbers.to_numpy(), pa.RecordBatch.from_arrays(columns, names=self.schema.names[1:])
            )

    def _flush_rejects(self) -> None:
        if self._refused:
            if self._rejects is None:
                self._rejects = _writer(self.rejects_path, _rejects_schema())
            self._rejects.write_batch(_batch(self._refused, _rejects_schema()))
            self._refused = []


def row_numbers(first: int, n_rows: int) -> np.ndarray:
    """Return the numbers of rows that follow each other."""
    import numpy as np

    return np.arange(first, first + n_rows, dtype=np.int64)


def shortened(cell: str | None) -> str | None:
    """Return a cell as it is shown, cut when it is long."""
    if cell is None or len(cell) <= SHOWN_CHARACTERS:
        return cell
    return f"{cell[:SHOWN_CHARACTERS]}… ({len(cell):,} characters)"


def no_rejects(folder: Path) -> Path:
    """Return an empty file of rejected rows."""
    path = folder / "rejects.parquet"
    _writer(path, _rejects_schema()).close()
    return path


@contextmanager
def room_to_write(folder: Path) -> Iterator[None]:
    """Say it in words when the disk is full."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in NO_ROOM:
            raise
        free = shutil.disk_usage(folder).free if folder.exists() else 0
        raise DiskFull(
            f"the disk of {folder.parent} is full ({free / 1e6:,.0f} MB free); nothing was changed",
            hint="free some space, or point TMPDIR to a folder on a larger disk",
        ) from problem


def _rejects_schema() -> pa.Schema:
    import pyarrow as pa

    text = pa.string()
    return pa.schema([(ROW_NUMBER, pa.int64()), ("reason", text), ("detail", text), ("cells", text)])


def _batch(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _writer(path: Path, schema: pa.Schema) -> Any:
    from pyarrow import parquet

    return parquet.ParquetWriter(
        path,
        schema,
        compression="lz4",
        use_dictionary=[field.name for field in schema if field.name != ROW_NUMBER],
        column_encoding={ROW_NUMBER: "DELTA_BINARY_PACKED"},
        write_statistics=False,
    )

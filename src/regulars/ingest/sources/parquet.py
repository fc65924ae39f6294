"""Parquet: read where it lies, with its own types."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.names import column_names
from regulars.ingest.sources.spool import NO_ROOM, Spool, Spooled, row_numbers
from regulars.ingest.sources.survey import fingerprint, sha256
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.sources.temporary import temporary_folder
from regulars.settings import Source


def parquet_table(content: Content, entry: Source | None = None) -> SourceTable:
    """Return the table of a Parquet file."""
    from pyarrow import parquet

    content_hash = sha256(content)
    with (
        temporary_folder() as folder,
        content.on_disk(folder) as path,
        _damage_in_words(content),
    ):
        metadata = parquet.read_metadata(path)
        names = metadata.schema.to_arrow_schema().names
    if not metadata.num_rows:
        raise FileUnreadable(
            f"{content.label} has columns and no rows", hint="write it again with the rows, or leave it out"
        )
    columns = column_names(names)
    read_as: dict[str, Any] = {"kind": "parquet", "packing": content.packing}
    return SourceTable(
        source=content.path.name,
        part=content.inner,
        path=content.path,
        columns=columns,
        typed=True,
        read_as=read_as,
        fingerprint=fingerprint(content_hash, read_as, content.inner),
        reader=ParquetReader(content, columns, tuple(names)),
        entry=entry,
    )


@dataclass(frozen=True)
class ParquetReader:
    """Hands on the file itself where it can be named to the engine as it is, and a copy otherwise."""

    content: Content
    columns: tuple[str, ...]
    names: tuple[str, ...]

    def spool(self, folder: Path) -> Spooled:
        with self.content.on_disk(folder) as path, _damage_in_words(self.content):
            if self.columns != self.names:
                return self._renamed(path, folder)
            if path != self.content.path or any(sign in str(path) for sign in "*?["):
                path = Path(shutil.copyfile(path, folder / "rows.parquet"))
            _read_all_pages(path)
        return Spooled(path.resolve(), numbered=False)

    def _renamed(self, path: Path, folder: Path) -> Spooled:
        import pyarrow as pa
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            types = file.schema_arrow.types
            schema = pa.schema(list(zip(self.columns, types, strict=True)))
            number = 1
            with Spool(folder, schema) as spool:
                for batch in file.iter_batches():
                    spool.add_batch(row_numbers(number, batch.num_rows), batch)
                    number += batch.num_rows
        return spool.spooled


def _read_all_pages(path: Path) -> None:
    """Let the engine decode the whole file once, so that damage is found before anything is landed."""
    with closing(duckdb.connect()) as connection:
        connection.execute("SELECT bit_xor(hash(rows)) FROM read_parquet($path) AS rows", {"path": str(path)})


@contextmanager
def _damage_in_words(content: Content) -> Iterator[None]:
    from pyarrow import ArrowException

    try:
        yield
    except (ArrowException, duckdb.Error, OSError, ValueError) as problem:
        if isinstance(problem, OSError) and problem.errno in NO_ROOM:
            raise
        raise FileUnreadable(
            f"{content.label} is not a Parquet file that can be read: {str(problem).splitlines()[0]}",
            hint="it is damaged or was cut while being copied; write it again",
        ) from problem

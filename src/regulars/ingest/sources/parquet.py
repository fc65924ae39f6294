"""Parquet: read where it lies, with its own types."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.names import column_names
from regulars.ingest.sources.spool import Spool, Spooled
from regulars.ingest.sources.survey import fingerprint, sha256
from regulars.ingest.sources.table import SourceTable
from regulars.settings import Source


def parquet_table(content: Content, entry: Source | None = None) -> SourceTable:
    """Return the table of a Parquet file."""
    from pyarrow import ArrowException, parquet

    content_hash = sha256(content)
    try:
        with tempfile.TemporaryDirectory(prefix="regulars-") as folder, content.on_disk(Path(folder)) as path:
            metadata = parquet.read_metadata(path)
            names = metadata.schema.to_arrow_schema().names
    except (ArrowException, OSError) as problem:
        raise FileUnreadable(
            f"{content.label} is not a Parquet file that can be read: {str(problem).splitlines()[0]}",
            hint="it is damaged or was cut while being copied; write it again",
        ) from problem
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
        path = self.content.path
        if self.columns != self.names:
            return self._renamed(folder)
        if self.content.packing == "plain" and not any(sign in str(path) for sign in "*?["):
            return Spooled(path.resolve(), numbered=False)
        with self.content.on_disk(folder) as unpacked:
            copy = folder / "rows.parquet"
            shutil.copyfile(unpacked, copy)
        return Spooled(copy, numbered=False)

    def _renamed(self, folder: Path) -> Spooled:
        import pyarrow as pa
        from pyarrow import parquet

        with self.content.on_disk(folder) as path, parquet.ParquetFile(path) as file:
            types = file.schema_arrow.types
            schema = pa.schema(list(zip(self.columns, types, strict=True)))
            number = 1
            with Spool(folder, schema) as spool:
                for batch in file.iter_batches():
                    spool.add_batch(pa.array(range(number, number + batch.num_rows), pa.int64()), batch)
                    number += batch.num_rows
        return spool.spooled

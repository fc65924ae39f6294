"""From paths to tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from regulars.ingest.sources.content import Content
from regulars.ingest.sources.delimited import delimited_table
from regulars.ingest.sources.table import Sources
from regulars.settings import Settings


def open_sources(paths: Sequence[str | Path], settings: Settings) -> Sources:
    """Return the tables of files, folders, patterns, archives, workbooks and databases, in order.

    Raises
    ------
    FileUnreadable
        A file is missing, empty, broken, locked or in a form nobody knows.
    """
    tables = []
    for given in paths:
        path = Path(given)
        packing = "gzip" if path.suffix == ".gz" else "plain"
        tables.append(delimited_table(Content(path, packing)))
    return Sources(tables)

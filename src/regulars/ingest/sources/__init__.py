"""Readers of files and databases, one file each; every one yields tables with numbered rows."""

from regulars.ingest.sources.opening import open_sources
from regulars.ingest.sources.table import ROW_NUMBER, Sources, SourceTable

__all__ = ["ROW_NUMBER", "SourceTable", "Sources", "open_sources"]

"""What the tests of landing share: files from text, and what is in the raw tables afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes text to a file and returns its path."""

    def written(text: str, name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def rows(engine: DuckDBEngine) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that gives the rows of a raw table, without what is null."""

    def found(table: str = "raw_order_lines") -> list[dict[str, Any]]:
        order = "load_id, part, row_number" if table != "raw_loads" else "load_id"
        return [
            {name: value for name, value in row.items() if value is not None}
            for row in engine.rows(f"FROM {table} ORDER BY {order}")
        ]

    return found

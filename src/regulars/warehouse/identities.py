"""Arithmetic that must hold of every build: nothing is lost and nothing counted twice, neither rows nor money."""

from __future__ import annotations

from regulars.engines.duckdb import DuckDBEngine


def check(engine: DuckDBEngine) -> None:
    """Verify it."""

"""The rooms follow the data: an import may only point to a room that comes earlier (DESIGN 3)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import regulars

PACKAGE = Path(regulars.__file__).parent

ORDER = [
    "errors", "terms", "settings", "engines", "ingest", "warehouse", "features", "labels", "models", "segments",
    "recommend", "describe", "evaluation", "monitor", "insights", "campaigns", "publish", "steps", "flow", "workspace",
    "api", "app", "demo", "cli", "__main__",
]  # fmt: skip
"""Earlier rooms to the left. `testing` may use everything but the doors, and no other room uses it."""

DRIVERS = {
    "duckdb": ("engines", "ingest/sources"),
    "pyspark": ("engines",),
    "psycopg": ("ingest/sources", "publish/postgres"),
    "sqlite3": ("ingest/sources", "publish"),
    "mlflow": ("publish/mlflow",),
    "streamlit": ("app",),
    "fastapi": ("api",),
    "confluent_kafka": ("api/kafka",),
    "pickle": (),
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def upward(importer: str, name: str) -> bool:
    """Whether a room reaches for one that comes after it."""
    parts = name.split(".")
    if parts[0] != "regulars" or len(parts) == 1:
        return False
    target = parts[1]
    if target == "testing":
        return importer != "testing"
    if importer in ("testing", "__init__") or target == "__version__":
        return False
    return target in ORDER and ORDER.index(target) > ORDER.index(importer)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_to_earlier_rooms(path: Path) -> None:
    assert room(path) in [*ORDER, "testing", "__init__"], f"{path}: a room that the order does not name"
    assert [name for name in imported(path) if upward(room(path), name)] == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_drivers_stay_in_their_rooms(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    for name in imported(path):
        allowed = DRIVERS.get(name.split(".")[0])
        assert allowed is None or place.startswith(allowed), f"{place} imports {name}"


def test_an_arrow_that_points_upwards_is_noticed() -> None:
    assert upward("terms", "regulars.engines.duckdb")
    assert upward("features", "regulars.publish.reader")
    assert upward("publish", "regulars.testing.shops")
    assert not upward("publish", "regulars.terms.tables")

"""A small run, and what it publishes."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.publish.reader import Reader
from regulars.publish.release import Release, publish
from regulars.settings import Settings
from regulars.terms.places import Places


@pytest.fixture(scope="session")
def small_run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("small_run", Path(__file__).with_name("small_run.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "tea shop's [1] *")


def _publish(small_run: ModuleType, where: Places, n: int, **more: Any) -> Release:
    with DuckDBEngine() as engine:
        small_run.fill(engine, n)
        given = {"tables": small_run.TABLES, "settings": Settings(), **more}
        return publish(engine, where, cutoff=small_run.CUTOFF, horizon=small_run.HORIZON, **given)


@pytest.fixture
def publish_small(small_run: ModuleType, places: Places) -> Callable[..., Release]:
    """Return a function that publishes a small run, in the workspace of `places` when not told otherwise."""

    def publish_it(n: int = 40, where: Places = places, **more: Any) -> Release:
        return _publish(small_run, where, n, **more)

    return publish_it


@pytest.fixture(scope="session")
def published(small_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return a release of forty customers that tests only read."""
    return _publish(small_run, Places(tmp_path_factory.mktemp("tea shop's [1] *", numbered=False)), 40)


@pytest.fixture
def reader(published: Release) -> Iterator[Reader]:
    with Reader.at(published.folder) as opened:
        yield opened

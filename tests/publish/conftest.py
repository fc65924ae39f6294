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


@pytest.fixture
def publish_small(small_run: ModuleType, places: Places) -> Callable[..., Release]:
    """Return a function that publishes a small run, in the workspace of `places` when not told otherwise."""

    def publish_it(n: int = 40, where: Places = places, **more: Any) -> Release:
        with DuckDBEngine() as engine:
            small_run.fill(engine, n)
            given = {"tables": small_run.TABLES, "settings": Settings(), **more}
            return publish(engine, where, cutoff=small_run.CUTOFF, horizon=small_run.HORIZON, **given)

    return publish_it


@pytest.fixture
def reader(publish_small: Callable[..., Release], places: Places) -> Iterator[Reader]:
    publish_small()
    with Reader.open(places) as opened:
        yield opened

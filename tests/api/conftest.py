"""A workspace with a release, and real servers on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.api.servers import WAIT_SECONDS, free_port, serving

from regulars.terms.places import Places


@pytest.fixture
def own_root(demo_shop: Path, tmp_path: Path) -> Path:
    """Return a workspace of the test's own."""
    return Path(shutil.copytree(demo_shop, tmp_path / "shop"))


@pytest.fixture
def places(own_root: Path) -> Places:
    return Places(own_root)


@pytest.fixture(scope="session")
def client(demo_shop: Path) -> Iterator[httpx.Client]:
    """Return a client to a server of the shop that tests only read."""
    with serving(demo_shop) as found:
        yield found


@pytest.fixture
def serve_process() -> Iterator[Callable[..., tuple[subprocess.Popen[str], httpx.Client]]]:
    """Return a function that starts `regulars serve` as a process of its own, and a client to it."""
    started: list[tuple[subprocess.Popen[str], httpx.Client]] = []

    def start(root: Path, *more: str) -> tuple[subprocess.Popen[str], httpx.Client]:
        port = free_port()
        command = [sys.executable, "-m", "regulars", "serve", "-w", str(root), "--port", str(port), *more]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_SECONDS)
        started.append((process, client))
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and process.poll() is None:
            try:
                client.get("/health")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        return process, client

    yield start
    for process, client in started:
        client.close()
        process.kill()
        process.communicate()

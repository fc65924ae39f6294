"""The app as a process of its own over a real release, and a browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.report.conftest import SIZES, report_of, six_customers

__all__ = ["report_of", "six_customers"]

WAIT_MS = 30_000
DRAWN = """() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'
  && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')"""
"""The page's script has ended, and no part is still waiting for its code or shows what was there before."""


class App:
    """A running `regulars app`."""

    def __init__(self, root: Path, **environment: str) -> None:
        command = [sys.executable, "-m", "regulars", "app", "-w", str(root), "--port", "0"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        until = time.monotonic() + WAIT_MS / 1000
        while time.monotonic() < until and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/_stcore/health")
                break
            except httpx.TransportError:
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)


class Window:
    """A window of the browser, and what the page said and asked for."""

    def __init__(self, browser: Any, app: App, size: str = "desk", scheme: str = "light") -> None:
        self.app = app
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(viewport=SIZES[size], accept_downloads=True, color_scheme=scheme)
        self.context.set_default_timeout(WAIT_MS)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _heard(self, message: Any) -> None:
        # Streamlit looks for itself below the page's address before it looks at the root.
        probing = re.search(r"/\w+/_stcore/(health|host-config)", message.location.get("url", ""))
        if message.type == "error" and not probing:
            self.said.append(message.text)

    def open(self, place: str, heading: str | None = None) -> None:
        self.page.goto(self.app.url + place)
        self.settle(heading)

    def settle(self, heading: str | None = None) -> None:
        """Wait until nothing is being drawn any more."""
        self.page.get_by_role("heading", level=1, name=heading).first.wait_for()
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(DRAWN)

    def outside(self) -> list[str]:
        """Return what was asked of anybody but the app."""
        return [url for url in self.asked if not url.startswith((self.app.url, "data:", "blob:"))]

    def is_as_wide_as_its_window(self) -> bool:
        inside = "document.querySelector('[data-testid=stMain]').scrollWidth"
        return self.page.evaluate(inside) <= self.page.viewport_size["width"]


@pytest.fixture(scope="session")
def shop_root(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with one release, which takes in orders on the way."""
    return Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("app") / "shop"))


@pytest.fixture(scope="session")
def app(shop_root: Path) -> Iterator[App]:
    running = App(shop_root)
    yield running
    running.stop()


@pytest.fixture
def start() -> Iterator[Callable[..., App]]:
    """Return a function that starts another app."""
    started: list[App] = []

    def run(root: Path, **environment: str) -> App:
        started.append(App(root, **environment))
        return started[-1]

    yield run
    for one in started:
        one.stop()


@pytest.fixture
def window(browser: Any, app: App) -> Iterator[Callable[..., Window]]:
    """Return a function that opens a window on the app."""
    opened: list[Window] = []

    def look(at: App = app, **more: str) -> Window:
        opened.append(Window(browser, at, **more))
        return opened[-1]

    yield look
    for one in opened:
        one.context.close()

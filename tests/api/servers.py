"""Real servers on this machine, and orders to send them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from regulars.api.app import create_app
from regulars.api.wire import PromptProtocol
from regulars.settings import Settings
from regulars.terms.places import Places

WAIT_SECONDS = 60


class QuickProtocol(PromptProtocol):
    """Does not wait as long as the real one."""

    head_seconds = 1.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(
    root: Path, *, open_without_keys: bool = True, ready_ahead: bool = False, **api: Any
) -> Iterator[httpx.Client]:
    """Serve a workspace from a thread of this process, and yield a client to it."""
    settings = Settings.load(root)
    settings = settings.model_copy(update={"api": settings.api.model_copy(update=api)})
    app = create_app(settings, Places(root), open_without_keys=open_without_keys, ready_ahead=ready_ahead)
    server = uvicorn.Server(
        uvicorn.Config(app, http=QuickProtocol, port=0, log_level="critical", timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + WAIT_SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_SECONDS) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)


def order(order_id: str = "L1", customer_id: str | None = "10001", **more: Any) -> dict[str, Any]:
    """Return an order as it is sent."""
    line = {"product_id": "P-1", "description": "Tea", "quantity": 2, "unit_price": "9.50"}
    at = "2026-10-03T10:00:00"
    return {"order_id": order_id, "customer_id": customer_id, "ordered_at": at, "lines": [line], **more}

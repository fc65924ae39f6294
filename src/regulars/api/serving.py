"""The server: uvicorn around the app, in one process or several."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.errors import AccessRefused
from regulars.publish.keys import any_key
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.places import Places

if TYPE_CHECKING:
    from fastapi import FastAPI

SERVED = "REGULARS_SERVED_WORKSPACE"
OPEN = "REGULARS_SERVED_OPEN"


def serve(settings: Settings, places: Places) -> None:
    """Serve the API of a workspace until it is told to stop; requests under way are answered first.

    Raises
    ------
    AccessRefused
        It was to listen beyond this machine, and there is no key.
    """
    import uvicorn

    from regulars.api.access import is_loopback
    from regulars.api.wire import PromptProtocol

    api = settings.api
    local = is_loopback(api.host)
    with State.open(places) as state:
        if not local and not any_key(state):
            raise AccessRefused(
                f"listening on {api.host} would let everybody in who can reach this machine: there is no key",
                hint="make one with `regulars keys add NAME`, or listen on 127.0.0.1",
            )
    os.environ[SERVED], os.environ[OPEN] = str(places.root.absolute()), "yes" if local else ""
    os.environ.update(_as_environment(settings))
    with tempfile.TemporaryDirectory(prefix="regulars-metrics-") as folder:
        if api.workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        uvicorn.run(
            "regulars.api.serving:app_of_process",
            factory=True,
            http=PromptProtocol,
            host=api.host,
            port=api.port,
            workers=api.workers if api.workers > 1 else None,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=api.stop_seconds,
            timeout_keep_alive=30,
            limit_concurrency=1_000,
            proxy_headers=False,
        )


def app_of_process() -> FastAPI:
    """Return the app of one process of the server; it finds what to serve in its environment."""
    from regulars.api.app import create_app

    log_to_stderr()
    places = Places(Path(os.environ[SERVED]))
    settings = Settings.load(places.root)
    return create_app(settings, places, open_without_keys=bool(os.environ[OPEN]), ready_ahead=True)


def log_to_stderr() -> None:
    """Write a line of JSON per request to stderr."""
    log = logging.getLogger("regulars.api")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)


def _as_environment(settings: Settings) -> dict[str, str]:
    """Return what was given by hand as the processes of the server read it."""
    api = settings.api
    return {
        "REGULARS_API__HOST": api.host,
        "REGULARS_API__PORT": str(api.port),
        "REGULARS_API__WORKERS": str(api.workers),
    }

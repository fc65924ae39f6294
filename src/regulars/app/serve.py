"""Starting the app: where it listens, and that it talks to nobody else."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from regulars.app.access import Doorkeeper, refuse_open_door
from regulars.app.look import theme_options
from regulars.app.warm import warm
from regulars.errors import SettingsError
from regulars.settings import AppDoor

SCRIPT = Path(__file__).with_name("main.py")
QUIET: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "global.developmentMode": False,
    "logger.hideWelcomeMessage": True,
    "logger.level": "warning",
    "runner.magicEnabled": False,
    "secrets.files": [],
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 1,
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
}


def options(address: str, port: int) -> dict[str, Any]:
    """Return Streamlit's settings: where it listens, our colors, nothing sent anywhere."""
    return {**QUIET, **theme_options(), "server.address": address, "server.port": port}


def url(address: str, port: int) -> str:
    """Return where the app is reached.

    >>> url("127.0.0.1", 8501), url("0.0.0.0", 80), url("::1", 8501)
    ('http://127.0.0.1:8501', 'http://localhost:80', 'http://[::1]:8501')
    """
    host = "localhost" if address in ("0.0.0.0", "::") else address  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def secrets_of(door: AppDoor, address: str, port: int) -> dict[str, Any]:
    """Return what Streamlit needs for signing in with a provider; nothing without one."""
    provider = Doorkeeper.of(door).provider
    return provider.secrets(door.public_url or url(address, port)) if provider else {}


def prepare(door: AppDoor, address: str | None = None, port: int | None = None) -> tuple[str, int]:
    """Return where the app is to listen; a port of 0 becomes a free one.

    Raises
    ------
    SettingsError
        Other machines would reach it and nobody would have to sign in, or the port is taken.
    """
    where = address or door.address
    refuse_open_door(where, Doorkeeper.of(door))
    return where, _free_port(where, door.port if port is None else port)


def serve(workspace: Path, address: str, port: int, secrets: dict[str, Any]) -> None:
    """Serve a workspace's current release until stopped."""
    from streamlit.runtime.secrets import secrets_singleton
    from streamlit.web import bootstrap

    threading.Thread(target=warm, args=[str(workspace)], daemon=True).start()
    chosen = options(address, port)
    bootstrap.load_config_options({name.replace(".", "_"): value for name, value in chosen.items()})
    secrets_singleton.merge_programmatic_secrets(secrets)
    bootstrap.run(
        str(SCRIPT),
        False,
        [str(workspace)],
        {name.replace(".", "_"): value for name, value in chosen.items()},
    )


def _free_port(address: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError as problem:
            raise SettingsError(
                f"the app cannot listen on {address}, port {port}: {problem.strerror}",
                hint="stop what listens there, or give another port: `regulars app --port 8600`",
            ) from None
        return int(tried.getsockname()[1])

"""`regulars serve`: the REST API."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from regulars.cli.options import WorkspaceOption, workspace_folder


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on. Default: the setting api.host, this machine alone."),
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Default: the setting api.port.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that answer.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Serve the REST API of a workspace until Ctrl-C.

    regulars serve

    curl http://127.0.0.1:8321/v1/customers?limit=3
    """
    from regulars.cli.console import talk
    from regulars.errors import SettingsError
    from regulars.settings import Settings
    from regulars.terms.places import Places

    if missing := [name for name in ("fastapi", "uvicorn", "prometheus_client") if find_spec(name) is None]:
        raise SettingsError(
            f"the API needs {', '.join(missing)}", hint="install it: pip install 'regulars[api]'"
        )
    from regulars.api.serving import serve as serve_it

    places = Places(workspace_folder(workspace))
    settings = Settings.load(places.root)
    given = {"host": host, "port": port, "workers": workers}
    api = settings.api.model_copy(update={name: one for name, one in given.items() if one is not None})
    if not (places.releases / "current").exists():
        talk.print(
            f"nothing has been published in {places.root} yet: `regulars run orders.csv`", markup=False
        )
    talk.print(f"http://{api.host}:{api.port}/v1/customers  (Ctrl-C stops it)", markup=False)
    serve_it(settings.model_copy(update={"api": api}), places)

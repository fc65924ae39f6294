"""`regulars app`: the web app over the current release, and the passwords of those who may look."""

from __future__ import annotations

from types import ModuleType
from typing import Annotated

import typer

from regulars.cli.options import WorkspaceOption, workspace_folder

app = typer.Typer(
    help="The web app: look customers up, see what to do and how sure it is.",
    invoke_without_command=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def serve(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Where to listen. Default: from the settings, 127.0.0.1."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=0, max=65535, help="Default: from the settings, 8501; a free one with 0."
        ),
    ] = None,
) -> None:
    """Open the web app on this machine; a new release shows without a restart.

    regulars app

    regulars app --workspace shop --port 8600
    """
    if context.invoked_subcommand is not None:
        return
    from regulars.cli.console import data, talk
    from regulars.settings import Settings

    folder = workspace_folder(workspace).absolute()
    door = Settings.load(folder).app
    server = _server()
    where, chosen = server.prepare(door, address, port)
    data.print(server.url(where, chosen), markup=False)
    talk.print(f"the app shows {folder}; stop it with Ctrl+C", markup=False)
    server.serve(folder, where, chosen, server.secrets_of(door, where, chosen))


@app.command()
def password() -> None:
    """Ask for a password and print what may be kept of it, for REGULARS_APP__EDITOR_PASSWORD_HASH or …VIEWER….

    regulars app password

    printf '%s' "$PASSWORD" | regulars app password
    """
    import sys
    from getpass import getpass

    from regulars.app.access import hash_password
    from regulars.cli.console import data
    from regulars.errors import SettingsError

    if sys.stdin.isatty():
        given = getpass("Password: ")
        if getpass("Once more: ") != given:
            raise SettingsError("the two passwords differ", hint="run it again")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    data.print(hash_password(given), markup=False)


def _server() -> ModuleType:
    """Return the room that serves; its parts come with an extra."""
    from importlib.util import find_spec

    from regulars.errors import SettingsError

    if any(find_spec(name) is None for name in ("streamlit", "plotly")):
        raise SettingsError(
            "the web app needs Streamlit and Plotly, which are not installed",
            hint='pip install "regulars[app]"',
        )
    from regulars.app import serve as server

    return server

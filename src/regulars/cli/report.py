"""`regulars report`: where the report of a release is."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder


def report(
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the path of the report, one HTML file that opens offline; or show it in the browser."""
    import webbrowser

    from regulars.cli.console import data, print_json, talk
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    with Reader.open(Places(workspace_folder(workspace)), release) as reader:
        if as_json:
            print_json(reader.report())
            return
        page = (reader.folder / "report.html").resolve()
    data.print(str(page))
    if open_it and not webbrowser.open(page.as_uri()):
        talk.print("no browser could be started; open the file yourself")

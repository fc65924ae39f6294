"""`regulars run`: everything, one release."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder


def run(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Order files, folders, patterns or databases. Without any, what was loaded before is run again.",
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    cutoff: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="What may be seen ends before it. Default: the first midnight after the last order.",
        ),
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option(metavar="DAYS", min=1, help="How far ahead is looked. Default: from the shop's rhythm."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Load orders, build everything and publish one release with its report.

    Files may overlap and may be loaded again: nothing is counted twice.

    regulars run orders.csv

    regulars run exports/*.csv --workspace myshop

    regulars run shop.sqlite:order_lines --cutoff 2026-01-01
    """
    from regulars import flow
    from regulars.cli.console import ask, may_ask, progress
    from regulars.cli.outcome import print_release

    root = workspace_folder(workspace)
    with progress(quiet=as_json) as moving:
        release = flow.run(
            root,
            sources or [],
            cutoff=cutoff,
            horizon_days=horizon,
            progress=moving,
            ask=ask if may_ask() else None,
        )
    print_release(release, root, as_json)

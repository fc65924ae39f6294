"""`regulars check`: the audit alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder

if TYPE_CHECKING:
    from regulars.warehouse.audits import DataAudit


def check(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, patterns or databases.")
    ],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Audit order files: what is in them, what is wrong with them, and what that is worth.

    Nothing is kept. The settings of a workspace apply when there is one. Ends with exit code 1 when there are
    warnings, so that a scheduled job notices.
    """
    from regulars import flow
    from regulars.cli.console import print_json, progress
    from regulars.settings import Settings

    settings = Settings.load(workspace_folder(workspace))
    with progress(quiet=as_json) as moving:
        audit = flow.check(sources, settings, moving)
    if as_json:
        print_json(audit.to_dict())
    else:
        show_audit(audit)
    if audit.has_warnings:
        raise typer.Exit(1)


def show_audit(audit: DataAudit) -> None:
    """Print an audit for people: the balance of rows and money, then findings by money."""
    ...

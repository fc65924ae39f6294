"""`regulars init`: look at the data, propose the mapping, write the settings."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli.options import WorkspaceOption, workspace_folder


def init(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, patterns or databases.")
    ],
    name: Annotated[str, typer.Option(help="The shop's name, for the report.")] = "",
    currency: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="ISO 4217 code of all amounts, as GBP. Default: what the data names.",
            show_default=False,
        ),
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="The shop's clock, as Europe/London.")
    ] = "UTC",
    force: Annotated[bool, typer.Option("--force", help="Replace settings that are there.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Look at files, say what was taken for what and why, and write regulars.toml into the workspace.

    Nothing is loaded. Change the file where it is wrong; `regulars run` then goes by it.
    """
    from rich.text import Text

    from regulars.cli.console import ask, data, may_ask, progress, talk
    from regulars.cli.outcome import print_pairs
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.ingest.init import write_settings
    from regulars.ingest.landing import survey
    from regulars.settings import Settings

    root = workspace_folder(workspace)
    with progress() as moving, DuckDBEngine() as engine:
        found = survey(engine, sources, Settings.load(root), ask if may_ask() else None, moving)
    for note in found.notes:
        talk.print(f"note: {note}", markup=False)
    for mapping in found.mappings:
        data.print(Text(f"{mapping.table.label}: {mapping.shape}", style="bold"))
        print_pairs(
            {
                ours: f"{theirs}  ({mapping.evidence.get(ours, 'given')})"
                for ours, theirs in mapping.columns.items()
            }
        )
        if mapping.outcomes:
            data.print(
                Text(
                    f"outcomes: {', '.join(mapping.outcomes)}  (each to be predicted from the other columns)"
                )
            )
        if mapping.others:
            kept = "kept as attributes" if mapping.shape == "customers" else "not used"
            data.print(Text(f"{kept}: {', '.join(mapping.others)}", style="dim"))
    for named in found.categories:
        data.print(Text(f"{named.table.label}: categories, {named.name} of {named.key}", style="bold"))
    path = write_settings(
        root,
        found.mappings,
        name=name,
        currency=currency,
        timezone=timezone,
        categories=found.categories,
        overwrite=force,
    )
    data.print(Text(f"settings: {path}"))
    if Settings.load(root).shop.currency is None:
        talk.print(f"the data names no currency; set shop.currency in {path}", markup=False)

"""What several commands ask for, spelled once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_WORKSPACE = "shop"

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", metavar="DIR", show_default=False,
        help="Folder that holds the settings, the warehouse and the releases. "
        "Default: REGULARS_WORKSPACE, else this folder if it is a workspace, else ./shop.",
    ),
]  # fmt: skip
JsonOption = Annotated[bool, typer.Option("--json", help="Write the result to stdout as JSON, for programs.")]
ReleaseOption = Annotated[
    str | None, typer.Option("--release", metavar="ID", help="An earlier release instead of the current one.")
]


def workspace_folder(given: Path | None) -> Path:
    """Return the workspace that is meant."""
    if given is not None:
        return given
    if named := os.environ.get("REGULARS_WORKSPACE"):
        return Path(named)
    here = Path()
    return (
        here if (here / "regulars.toml").exists() or (here / "releases").is_dir() else Path(DEFAULT_WORKSPACE)
    )

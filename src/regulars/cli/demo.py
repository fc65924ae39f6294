"""`regulars demo`: a synthetic shop with known truth, through everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import JsonOption

DEMO_WORKSPACE = Path("demo-shop")


def demo(
    customers: Annotated[
        int, typer.Option(min=50, max=10_000_000, help="How many customers the shop has.")
    ] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same shop.")] = 7,
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", metavar="DIR", help="Where the shop is put.")
    ] = DEMO_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Make a tea shop that behaves like one, and run everything on it.

    Its order files are in DIR/files, as a shop system would export them, with the mistakes that real exports have;
    what is really true of every customer is in DIR/truth.parquet and is never looked at by a run.
    """
    ...

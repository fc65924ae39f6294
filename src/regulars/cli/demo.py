"""`regulars demo`: a synthetic shop with known truth, through everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import JsonOption

DEMO_WORKSPACE = Path("demo-shop")
NAME, CURRENCY, TIMEZONE = "Tea and kitchen", "GBP", "Europe/London"
MANY = 200_000
"""From so many customers on, files are Parquet instead of CSV."""


def demo(
    customers: Annotated[
        int, typer.Option(min=50, max=10_000_000, help="How many customers the shop has.")
    ] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same shop.")] = 7,
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", metavar="DIR", help="Where the shop is put.")
    ] = DEMO_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Make a tea shop that behaves like one, and run everything on it.

    Its order files are in DIR/files, as a shop system would export them, with the mistakes that real exports have.
    What is really true of every customer lies beside them and is never looked at by a run.
    """
    from regulars import flow
    from regulars.cli.console import progress, talk
    from regulars.cli.outcome import print_release
    from regulars.demo.shop import write_shop
    from regulars.ingest.init import write_settings
    from regulars.terms.places import Places

    with progress(quiet=as_json) as moving:
        shop = write_shop(
            workspace, customers, seed, format="parquet" if customers >= MANY else "csv", progress=moving
        )
        if not Places(workspace).settings.exists():
            write_settings(workspace, [], name=NAME, currency=CURRENCY, timezone=TIMEZONE)
        release = flow.run(workspace, shop.paths, progress=moving)
    print_release(release, workspace, as_json)
    talk.print(f"the shop's files: {shop.paths[0].parent}; what is really true: {shop.truth}", markup=False)

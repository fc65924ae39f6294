"""`regulars export`: tables and lists for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder

if TYPE_CHECKING:
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

ALL = "all"
SEGMENTS = "segments"
CAMPAIGN, CAMPAIGNS = "campaign", "campaigns"


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="segments, campaigns, campaign, all, or the name of any table of the release.",
        ),
    ],
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="[CAMPAIGN]", help="After campaign: the name of the campaign.", show_default=False
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="PATH",
            help="A file that ends in .csv or .parquet, or a folder. Default: NAME.csv; a folder for segments and all.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Literal["csv", "parquet"] | None,
        typer.Option("--format", help="For tables in a folder. Default: csv.", show_default=False),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Mark CSV files so that Excel on Windows reads them as UTF-8.")
    ] = False,
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write tables of a release to files; prints their paths.

    [bold]segments[/bold] to a folder gives a CSV per segment, ready for a CRM: who, scores, worth, last order, action.
    [bold]campaign[/bold] gives the list of one campaign: who is to be written to, who is held out, why, when and with
    which products; [bold]campaigns[/bold] to a folder all of them.
    [bold]all[/bold] gives every table. CSV files are safe to open in a spreadsheet; Parquet files are exact.

    regulars export segments --to lists/

    regulars export campaign win_back_valuable

    regulars export features --to features.parquet

    regulars export all --format parquet --to tables/
    """
    from regulars.cli.console import data, print_json
    from regulars.errors import NotFound
    from regulars.publish.exports import export as write
    from regulars.publish.exports import export_segments
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    if (name == CAMPAIGN) is (which is None):
        raise NotFound(
            "which campaign?" if which is None else f"{which!r} says nothing after {name!r}",
            hint="regulars export campaign NAME; `regulars campaign list` shows what there is",
        )
    with Reader.open(places, release) as reader:
        if which is not None:
            written = _campaigns(places, reader, [which], to or Path(f"{which}.csv"), excel)
        elif name == CAMPAIGNS and (to is None or not to.suffix):
            folder = to or Path(CAMPAIGNS)
            folder.mkdir(parents=True, exist_ok=True)
            written = _campaigns(places, reader, None, folder, excel)
        elif name == ALL:
            folder = to or Path("tables")
            folder.mkdir(parents=True, exist_ok=True)
            written = [write(reader, table, folder, format, excel=excel) for table in reader.tables()]
        elif name == SEGMENTS and (to is None or not to.suffix):
            written = export_segments(reader, to or Path(SEGMENTS), excel=excel)
        else:
            written = [write(reader, name, to or Path(f"{name}.{format or 'csv'}"), format, excel=excel)]
    if as_json:
        print_json([str(path) for path in written])
        return
    for path in written:
        data.print(str(path), markup=False)


def _campaigns(places: Places, reader: Reader, names: list[str] | None, to: Path, excel: bool) -> list[Path]:
    """Write the lists of campaigns: as they were drawn if they were started, else as the release proposes them."""
    from regulars.publish.campaigns import members, remembered, started_campaigns
    from regulars.publish.exports import export_campaign
    from regulars.publish.state import State

    with State.open(places) as state:
        suppressed = remembered(state, reader.cutoff.at).suppressed
        started = {one.campaign for one in started_campaigns(state)}
        if names is None:
            plans = reader.table("campaign_plans").to_pylist()
            names = [plan["campaign"] for plan in plans if plan["n_customers"]]
        return [
            export_campaign(
                reader, name, to, members=members(state, name) if name in started else None,
                suppressed=suppressed, excel=excel,
            )
            for name in names
        ]  # fmt: skip

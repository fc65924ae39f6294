"""`regulars export`: tables and lists for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder

ALL = "all"
SEGMENTS = "segments"


def export(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="segments, all, or the name of any table of the release.")
    ],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="PATH",
            help="A file that ends in .csv or .parquet, or a folder. Default: NAME.csv; a folder for segments and all.",
            show_default=False,
        ),
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
    [bold]all[/bold] gives every table. CSV files are safe to open in a spreadsheet; Parquet files are exact.

    regulars export segments --to lists/

    regulars export features --to features.parquet
    """
    from regulars.cli.console import data, print_json
    from regulars.publish.exports import export as write
    from regulars.publish.exports import export_segments
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    with Reader.open(Places(workspace_folder(workspace)), release) as reader:
        if name == ALL:
            folder = to or Path("tables")
            folder.mkdir(parents=True, exist_ok=True)
            written = [write(reader, table, folder, excel=excel) for table in reader.tables()]
        elif name == SEGMENTS and (to is None or not to.suffix):
            written = export_segments(reader, to or Path(SEGMENTS), excel=excel)
        else:
            written = [write(reader, name, to or Path(f"{name}.csv"), excel=excel)]
    if as_json:
        print_json([str(path) for path in written])
        return
    for path in written:
        data.print(str(path), markup=False)

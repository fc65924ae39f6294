"""`regulars sql`: a release answers in SQL."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A SELECT over the tables of the release.")],
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a release something in SQL (DuckDB's dialect).

    regulars sql "SHOW TABLES"

    regulars sql "SELECT segment, count(*) FROM segments GROUP BY ALL ORDER BY 2 DESC"
    """
    from regulars.cli.console import print_json
    from regulars.cli.outcome import print_table
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    with Reader.open(Places(workspace_folder(workspace)), release) as reader:
        answer = reader.sql(query)
    if as_json:
        print_json(answer.to_pylist())
    else:
        print_table(answer)

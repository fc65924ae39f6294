"""`regulars check`: the audit alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder

if TYPE_CHECKING:
    from regulars.warehouse.data_audit import DataAudit


def check(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, patterns or databases.")
    ],
    rows: Annotated[
        str | None,
        typer.Option("--rows", metavar="AUDIT", help="Show the rows that are the answer to one question."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Audit order files: what is in them, what is wrong with them, what that is worth.

    Nothing is kept; the settings of a workspace apply where there is one. Ends with exit code 1 when there is
    something to warn of, so that a scheduled job notices.

    regulars check orders.csv

    regulars check orders.csv --rows untracked_revenue
    """
    from regulars import flow
    from regulars.cli.console import ask, may_ask, print_json, progress
    from regulars.cli.outcome import print_table
    from regulars.settings import Settings
    from regulars.warehouse.audits import audit_rows

    settings = Settings.load(workspace_folder(workspace))
    with (
        progress(quiet=as_json) as moving,
        flow.examined(sources, settings, moving, ask if may_ask() else None) as (engine, _, audit),
    ):
        answer = audit_rows(engine, rows, settings) if rows else None
    if answer is not None:
        print_json(answer.to_pylist()) if as_json else print_table(answer)
        return
    if as_json:
        print_json(audit.to_dict())
    else:
        print_audit(audit)
    if any(finding.severity in ("warning", "stop") for finding in audit.findings):
        raise typer.Exit(1)


def print_audit(audit: DataAudit) -> None:
    """Print an audit for people: the balance of rows and money, then what was found, most money first."""
    from rich.text import Text

    from regulars.cli.console import data
    from regulars.cli.outcome import print_pairs
    from regulars.terms.money import Currency

    money = Currency(audit.currency)
    data.print(Text(f"data score {audit.score} of 100", style="bold"))
    balance = {
        "rows": f"{audit.rows_in:,} in = {audit.rows_kept:,} kept + {audit.rows_set_aside:,} set aside",
        "money": f"{money.text(audit.money_in, 2)} in = {money.text(audit.money_kept, 2)} kept"
        f" + {money.text(audit.money_set_aside, 2)} set aside",
        "ratings": f"{audit.ratings_in:,} in = {audit.ratings_kept:,} kept + {audit.ratings_set_aside:,} set aside",
        "customers": f"{audit.customers_told:,} told by a table of customers",
    }
    without = {"ratings": not audit.ratings_in, "customers": not audit.customers_told}
    print_pairs({name: words for name, words in balance.items() if not without.get(name)})
    marks = {"stop": ("✗", "bold red"), "warning": ("!", "bold yellow"), "note": ("·", "dim")}
    for finding in audit.findings:
        if finding.severity == "good":
            continue
        mark, style = marks[finding.severity]
        data.print()
        data.print(Text(f"{mark} {finding.audit}  ", style=style) + Text(finding.sentence))
        if finding.hint:
            data.print(Text(f"  {finding.hint}", style="dim"))
    good = [finding.audit for finding in audit.findings if finding.severity == "good"]
    if good:
        data.print()
        data.print(Text(f"nothing found by {len(good)} questions: {', '.join(good)}", style="dim"))

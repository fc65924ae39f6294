"""`regulars findings`: what is worth saying and doing, on the terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder
from regulars.terms.money import Currency

TITLES = {"now": "now (within 30 days)", "next": "next (within 90 days)", "later": "later"}


def findings(
    finding: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="One finding: its place in the list, or the beginning of its id."
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what is worth saying and doing: now, next and later, each with the most money at stake first.

    With the place or id of a finding, the customers behind it and the query that opens its rows.
    """
    from regulars.cli.console import print_json
    from regulars.publish.findings import chosen_finding, findings_document
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    with Reader.open(Places(workspace_folder(workspace)), release) as reader:
        document = findings_document(reader)
        one = None if finding is None else chosen_finding(document, finding)
        places = {row["finding_id"]: row["place"] for row in document["findings"]}
    currency = Currency(document["currency"])
    if as_json:
        print_json(document if one is None else one)
    elif one is None:
        _print_plan(document, currency, places)
    else:
        _print_finding(one, currency, places)


def _shared(row: dict[str, Any], places: dict[str, int]) -> str:
    """Return the places of the findings that count some of the same revenue."""
    return ", ".join(map(str, sorted(places[other] for other in row["overlaps_with"])))


def _print_plan(document: dict[str, Any], currency: Currency, places: dict[str, int]) -> None:
    from rich.text import Text

    from regulars.cli.console import data, talk

    if not document["findings"]:
        data.print("There is nothing to say yet.")
    for when, title in TITLES.items():
        rows = [row for row in document["findings"] if row["act_when"] == when]
        if rows:
            data.print(Text(title, style="bold"))
        for row in rows:
            data.print(
                Text(f"{row['place']:>3}. ")
                + Text(currency.text(row["money"]), style="bold")
                + Text(f" {row['money_meaning']}")
            )
            data.print(Text(f"     {row['sentence']}"))
            data.print(Text(f"     → {row['action']} Effort: {row['effort']}.", style="dim"))
            if shared := _shared(row, places):
                data.print(Text(f"     Counts revenue that is also in {shared}.", style="dim"))
    for row in document["tests"]:
        if row["silent_because"]:
            talk.print(Text(f"no {row['kind'].replace('_', ' ')}: {row['silent_because']}", style="dim"))
    if document["findings"]:
        talk.print("behind one of them: regulars findings 1 · its rows: regulars sql")


def _print_finding(row: dict[str, Any], currency: Currency, places: dict[str, int]) -> None:
    from rich.text import Text

    from regulars.cli.console import data
    from regulars.cli.outcome import print_pairs

    data.print(Text(row["sentence"], style="bold"))
    interval = row["ci_low"] is not None and row["ci_high"] is not None
    print_pairs(
        {
            "money": f"{currency.text(row['money'])} {row['money_meaning']}",
            "interval": f"{currency.text(row['ci_low'])} to {currency.text(row['ci_high'])}"
            if interval
            else "counted, not estimated",
            "what to do": f"{row['action']} Effort: {row['effort']}. When: {row['act_when']}.",
            "for": row["audience"] + (f" ({row['n_customers']:,})" if row["n_customers"] else ""),
            "also counted in": _shared(row, places) or "no other finding",
            "id": row["finding_id"],
            "its rows": row["rows_query"],
        }
    )
    if row["customers"]:
        data.print(Text("customers behind it, those with the most money", style="dim"))
        print_pairs(
            {
                who["customer_id"]: "–"
                if who["money"] is None
                else currency.text(who["money"]) + (f"  {who['reason']}" if who["reason"] else "")
                for who in row["customers"]
            }
        )

"""`regulars campaign`: what is proposed, what was started, and whether it worked."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.cli.campaign_read import read, uplift
from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder

app = typer.Typer(
    help="Whom to write to: proposals, hold-outs, and whether it worked.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the campaign.")]
HOLDOUT_SHARES = (0.1, 0.2, 0.3, 0.5)
IDS_NAMED = 5


@app.command("list")
def list_campaigns(
    workspace: WorkspaceOption = None, release: ReleaseOption = None, as_json: JsonOption = False
) -> None:
    """List the campaigns that the release proposes, and those that were started."""
    from regulars.campaigns.tables import CAMPAIGN_PLANS
    from regulars.cli.console import data, print_json
    from regulars.publish.campaigns import started_campaigns
    from regulars.publish.reader import Reader
    from regulars.publish.state import State
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    with Reader.open(places, release) as reader, State.open(places) as state:
        rows = reader.table(CAMPAIGN_PLANS.name).to_pylist()
        started = started_campaigns(state)
    shown = {row["campaign"] for row in rows if row["status"] == "running"}
    over = [one for one in started if one.campaign not in shown]
    if as_json:
        print_json({"release": rows, "started": [one.to_json() for one in started]})
        return
    for row in rows:
        data.print(f"{row['campaign']}: {row['status'].replace('_', ' ')}. {row['sentence']}", markup=False)
    for one in over:
        until = f" to {one.ended_at:%Y-%m-%d}" if one.ended_at else ""
        data.print(f"{one.campaign}: started, from {one.started_at:%Y-%m-%d}{until}.", markup=False)


@app.command()
def plan(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One campaign; all when not given.")
    ] = None,
    effect: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", min=0.0001, max=0.9999, help="Lift worth knowing: 0.02 is two in a hundred."
        ),
    ] = None,
    baseline: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", min=0, max=1, help="Share who order anyway. Default: from the predictions."
        ),
    ] = None,
    power: Annotated[
        float | None, typer.Option(metavar="SHARE", min=0.5, max=0.9999, help="Chance of seeing the effect.")
    ] = None,
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what campaigns are assumed to bring, on which assumptions, and what their hold-outs can show.

    regulars campaign plan

    regulars campaign plan win_back_valuable --effect 0.03
    """
    from regulars.campaigns.tables import CAMPAIGN_PLANS
    from regulars.cli.console import print_json
    from regulars.publish.campaigns import proposal
    from regulars.publish.reader import Reader
    from regulars.settings import Settings
    from regulars.terms.money import Currency
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    with Reader.open(places, release) as reader:
        names = [name] if name else [row["campaign"] for row in reader.table(CAMPAIGN_PLANS.name).to_pylist()]
        plans = [proposal(reader, one) for one in names]
        currency = Currency(reader.manifest.shop.currency)
    demands = Settings.load(places.root).campaigns
    sizes = {
        row["campaign"]: _sizes(row, effect, baseline, demands.significance, power or demands.power)
        for row in plans
    }
    if as_json:
        print_json([row | {"hold_outs": sizes[row["campaign"]]} for row in plans])
        return
    for row in plans:
        _print_plan(row, sizes[row["campaign"]], currency, detailed=name is not None)
    if name is None and sum(row["status"] == "proposed" for row in plans) > 1:
        _print_sum(plans, currency)


def _sizes(
    row: dict[str, Any], effect: float | None, baseline: float | None, significance: float, power: float
) -> list[dict[str, Any]]:
    """Return, for several hold-outs, how many customers the effect takes and which effect these customers show."""
    from regulars.campaigns.power import detectable_effect, n_needed

    rate = row["baseline_rate"] if baseline is None else baseline
    wanted, n = effect or row["smallest_effect"], row["n_customers"]
    if rate is None or not n:
        return []
    shares = sorted({*HOLDOUT_SHARES, *([row["holdout_share"]] if row["holdout_share"] else [])})
    return [
        {
            "holdout_share": share,
            "n_control": round(n * share),
            "smallest_effect": wanted,
            "baseline_rate": rate,
            "n_needed": n_needed(rate, wanted, share, significance, power),
            "detectable_effect": detectable_effect(
                n - round(n * share), round(n * share), rate, significance, power
            ),
        }
        for share in shares
    ]


def _print_plan(row: dict[str, Any], sizes: list[dict[str, Any]], currency: Any, *, detailed: bool) -> None:
    from rich.text import Text

    from regulars.cli.console import data

    data.print(Text(row["campaign"], style="bold") + Text(f"  {row['title']}", style="dim"))
    data.print(row["sentence"], markup=False)
    if row["n_customers"] and row["assumptions"]:
        data.print(row["assumptions"], markup=False)
    if detailed and sizes:
        _print_sizes(row, sizes)
    data.print()


def _print_sizes(row: dict[str, Any], sizes: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    from regulars.cli.console import data
    from regulars.cli.outcome import print_table
    from regulars.terms.results import Table

    wanted, rate = 100 * sizes[0]["smallest_effect"], 100 * sizes[0]["baseline_rate"]
    shown = [
        {
            "held out": f"{100 * size['holdout_share']:.0f} %",
            "customers held out": size["n_control"],
            "customers needed": size["n_needed"],
            "smallest lift these show": _points(size["detectable_effect"]),
        }
        for size in sizes
    ]
    data.print(
        f"To see a lift of {wanted:g} percentage points where {rate:.1f} % order anyway:", markup=False
    )
    print_table(Table(pa.Table.from_pylist(shown)))
    if not any(size["n_needed"] and size["n_needed"] <= row["n_customers"] for size in sizes):
        data.print(_too_small(row["n_customers"], sizes), markup=False)


def _too_small(n_customers: int, sizes: list[dict[str, Any]]) -> str:
    from regulars.campaigns.power import NOTHING_SHOWS
    from regulars.terms.phrases import count

    if not any(size["n_needed"] for size in sizes):
        return "No audience is large enough to see that lift."
    if all(size["detectable_effect"] is None for size in sizes):
        return f"With {count(n_customers, 'customer')} {NOTHING_SHOWS}."
    return f"An audience of {n_customers:,} is too small for that, however many are held out; it shows larger effects."


def _points(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.1f} points"


def _print_sum(plans: list[dict[str, Any]], currency: Any) -> None:
    from regulars.cli.console import data

    paid = [row for row in plans if row["status"] == "proposed"]
    cost, value = sum(row["cost"] for row in paid), sum(row["expected_value"] for row in paid)
    data.print(
        f"All {len(paid)} proposals together: expected to bring {currency.text(value)} after {currency.text(cost)} of contact costs. "
        "A customer goes to the campaign with the highest expected value, money to the contacts with the highest return.",
        markup=False,
    )


OnOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="Date, or date and time, on the shop's clock. Default: now."),
]


@app.command()
def start(name: NameArgument, on: OnOption = None, workspace: WorkspaceOption = None) -> None:
    """Start a campaign as the current release proposes it: from here on its arms are fixed.

    Its customers are left out of other campaigns until it ends. `regulars export campaign NAME` writes the list.
    """
    from regulars.campaigns.tables import CONTROL
    from regulars.cli.console import data
    from regulars.publish.campaigns import members
    from regulars.publish.campaigns import start as begin
    from regulars.publish.reader import Reader
    from regulars.publish.state import State
    from regulars.settings import Settings
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    with Reader.open(places) as reader, State.open(places) as state:
        begun = begin(state, reader, name, Settings.load(places.root), _instant(on))
        arms = [member["arm"] for member in members(state, name)]
    sizes = ", ".join(f"{arm} {arms.count(arm):,}" for arm in sorted(set(arms)))
    until = (
        f"Measured until {begun.ended_at:%Y-%m-%d}."
        if CONTROL in arms
        else f"It ends on {begun.ended_at:%Y-%m-%d}. Nobody is held out, so its effect cannot be measured."
    )
    data.print(f"{name} started on {begun.started_at:%Y-%m-%d}: {sizes}. {until}", markup=False)


@app.command()
def stop(name: NameArgument, on: OnOption = None, workspace: WorkspaceOption = None) -> None:
    """End a running campaign early: it is measured until here, and its customers are free for others."""
    from regulars.cli.console import data
    from regulars.publish.campaigns import stop as end
    from regulars.publish.state import State
    from regulars.settings import Settings
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    with State.open(places) as state:
        ended = end(state, name, Settings.load(places.root), _instant(on))
    data.print(f"{name} ended on {ended.ended_at:%Y-%m-%d}.", markup=False)


def _instant(text: str | None) -> datetime | None:
    from regulars.terms.windows import Cutoff

    return None if text is None else Cutoff.parse(text).at


@app.command()
def suppress(
    customers: Annotated[
        list[str], typer.Argument(metavar="CUSTOMER", help="Customer ids, or a file with a column of them.")
    ],
    reason: Annotated[str, typer.Option(help="Why; kept on the list.")] = "asked not to be written to",
    workspace: WorkspaceOption = None,
) -> None:
    """Never write to these customers again; no later list holds them."""
    from regulars.campaigns.handed_in import customers_in
    from regulars.cli.console import data, talk
    from regulars.errors import NoRelease
    from regulars.publish.campaigns import ids_of_nobody
    from regulars.publish.campaigns import suppress as keep_out
    from regulars.publish.reader import Reader
    from regulars.publish.state import State
    from regulars.terms.places import Places

    ids = [
        one
        for given in customers
        for one in (customers_in(Path(given)) if Path(given).is_file() else [given])
    ]
    places = Places(workspace_folder(workspace))
    with State.open(places) as state:
        new = keep_out(state, ids, reason)
    data.print(f"{new:,} of {len(ids):,} are new on the list of those never to be written to.", markup=False)
    with contextlib.suppress(NoRelease), Reader.open(places) as reader:
        if nobody := ids_of_nobody(reader, ids):
            talk.print(_of_nobody(nobody), markup=False)


def _of_nobody(ids: list[str]) -> str:
    if len(ids) == 1:
        return (
            f"No customer of the release has the id {ids[0]}; it stays on the list, in case one comes later."
        )
    more = f" and {len(ids) - IDS_NAMED:,} more" if len(ids) > IDS_NAMED else ""
    return (
        f"No customer of the release has these {len(ids):,} ids: {', '.join(ids[:IDS_NAMED])}{more}; "
        "they stay on the list, in case one comes later."
    )


@app.command()
def log(
    contacts: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A file with a column of customer ids and one of when they were written to."
        ),
    ],
    campaign: Annotated[
        str | None, typer.Option(metavar="NAME", help="The campaign that it was for.")
    ] = None,
    channel: Annotated[str | None, typer.Option(help="How: email, letter, call …")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Tell who was really written to, from this or any other program, so that they are left in peace for a while."""
    from regulars.campaigns.handed_in import contacts_in
    from regulars.cli.console import data
    from regulars.publish.campaigns import find_started, log_contact
    from regulars.publish.state import State
    from regulars.terms.places import Places

    told = contacts_in(contacts)
    with State.open(Places(workspace_folder(workspace))) as state:
        if campaign is not None:
            find_started(state, campaign)
        with state.transaction():
            new = sum(log_contact(state, who, when, campaign, channel) for who, when in told)
    data.print(f"{new:,} of {len(told):,} contacts are new.", markup=False)


for command in (read, uplift):
    app.command()(command)

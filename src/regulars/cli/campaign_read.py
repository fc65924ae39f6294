"""`regulars campaign read` and `uplift`: whether it worked, and whom it moved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder

if TYPE_CHECKING:
    from regulars.campaigns.memory import Started
    from regulars.campaigns.outcomes import Outcomes
    from regulars.campaigns.readout import ReadOut
    from regulars.campaigns.uplift import Experiment, Uplift
    from regulars.publish.reader import Reader
    from regulars.publish.state import State
    from regulars.terms.places import Places

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the campaign.")]
OutcomesArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[OUTCOMES]",
        help="A file of what customers did. Default: the shop's own orders since the start.",
    ),
]
CustomerOption = Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of customer ids.")]
ArmOption = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="For an experiment made elsewhere: the column with the group of each row."
    ),
]
ControlOption = Annotated[str, typer.Option(metavar="GROUP", help="The group that was not written to.")]


def read(
    name: NameArgument,
    outcomes: OutcomesArgument = None,
    customer: CustomerOption = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN", help="A column of what they did; all columns of numbers when not given."
        ),
    ] = None,
    arm: ArmOption = None,
    control: ControlOption = "control",
    before: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="A figure of the time before, for an experiment made elsewhere."),
    ] = None,
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a campaign worked: lift with interval against the hold-out, in plain words.

    Ends with 1 when the groups do not have the sizes they were drawn with, so that nothing can be believed.

    regulars campaign read win_back_valuable

    regulars campaign read win_back_valuable outcomes.csv

    regulars campaign read email_test test.csv --arm segment --control "No E-Mail" --outcome visit --outcome spend
    """
    from regulars.cli.console import data, print_json, talk

    if arm is not None:
        found = _read_experiment(name, outcomes, arm, control, outcome or [], before)
    else:
        found = _read_own(name, outcomes, customer, outcome or [], workspace, release)
    if as_json:
        print_json(found.to_json())
    else:
        for sentence in found.sentences:
            data.print(sentence, markup=False)
        for note in found.notes:
            talk.print(note, markup=False)
    if not found.is_sound:
        raise typer.Exit(1)


def _read_experiment(
    name: str, path: Path | None, arm: str, control: str, outcomes: list[str], before: str | None
) -> ReadOut:
    from regulars.campaigns.readout import read_out
    from regulars.terms.money import NO_CURRENCY, Currency

    earlier = dict.fromkeys(outcomes, before) if before else None
    found, _ = _experiment(path, arm, control, outcomes, earlier)
    return read_out(name, found, Currency(NO_CURRENCY), control=control)


def _experiment(
    path: Path | None, arm: str, control: str, outcomes: Sequence[str], before: dict[str, str] | None = None
) -> tuple[Outcomes, list[dict[str, Any]]]:
    """Return the outcomes and the rows of an experiment made elsewhere."""
    from regulars.campaigns.outcomes import outcomes_from_experiment
    from regulars.errors import SettingsError

    if path is None or not outcomes:
        raise SettingsError(
            "an experiment made elsewhere needs its file and the columns of what customers did",
            hint="regulars campaign read NAME FILE --arm COLUMN --control GROUP --outcome COLUMN",
        )
    found, rows = outcomes_from_experiment(path, arm=arm, outcomes=outcomes, before=before)
    if control not in found.arms:
        raise SettingsError(
            f"no row of {path.name} has {arm} {control!r}",
            hint=f"name the group with --control; there are: {', '.join(sorted(set(found.arms)))}",
        )
    return found, rows


def _read_own(
    name: str,
    path: Path | None,
    customer: str | None,
    outcomes: list[str],
    workspace: Path | None,
    release: str | None,
) -> ReadOut:
    from regulars.campaigns.readout import read_out, shares_of
    from regulars.publish.campaigns import contacted_control, find_started
    from regulars.publish.reader import Reader
    from regulars.publish.state import State
    from regulars.settings import Settings
    from regulars.terms.money import Currency
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    with State.open(places) as state, Reader.open(places, release) as reader:
        started = find_started(state, name)
        found, notes = _own_outcomes(state, reader, started, path, customer, outcomes)
        if wrongly := contacted_control(state, name):
            notes.append(
                f"{wrongly:,} customers of the hold-out were written to all the same; the effect is larger than it looks."
            )
        currency = Currency(reader.manifest.shop.currency)
    return read_out(
        name,
        found,
        currency,
        shares=shares_of(started.design, sorted(set(found.arms))),
        significance=Settings.load(places.root).campaigns.significance,
        contact_cost=started.design["contact_cost"],
        notes=notes,
    )


def _own_outcomes(
    state: State,
    reader: Reader,
    started: Started,
    path: Path | None,
    customer: str | None,
    outcomes: Sequence[str],
) -> tuple[Outcomes, list[str]]:
    """Return what a campaign's customers did, by a file or by the shop's own orders, and notes on it."""
    from regulars.campaigns.outcomes import outcomes_from_file, outcomes_from_orders
    from regulars.publish.campaigns import members, own_orders

    inside = members(state, started.campaign)
    if path is not None:
        return outcomes_from_file(path, inside, customer=customer, outcomes=outcomes), []
    rows, note = own_orders(reader, started)
    return outcomes_from_orders(inside, rows), [note]


def uplift(
    name: NameArgument,
    outcomes: OutcomesArgument = None,
    customer: CustomerOption = None,
    outcome: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="What it was to bring about. Default: whether they ordered."),
    ] = None,
    treated: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help="One group of several. Default: all that were written to."),
    ] = None,
    arm: ArmOption = None,
    control: ControlOption = "control",
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN", help="For an experiment made elsewhere: a column of what was known before it."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="Where to write the customers of the current release, the most moved first.",
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn from a campaign whom a contact moves, and say whether that beats a random choice.

    Customers are described by their features at the release that the campaign was started from; of an experiment made
    elsewhere, by the columns that are named.

    regulars campaign uplift win_back_valuable --to moved.csv

    regulars campaign uplift email_test test.csv --arm segment --control "No E-Mail" --outcome visit --by recency
    """
    from regulars.campaigns.uplift import learn_uplift
    from regulars.cli.console import data, print_json
    from regulars.errors import CampaignError
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    if arm is not None:
        experiment = _experiment_elsewhere(outcomes, arm, control, outcome, treated, by or [])
    else:
        experiment = _own_experiment(places, name, outcomes, customer, outcome, treated)
    found = learn_uplift(experiment)
    if as_json:
        print_json(found.to_json())
    else:
        for one in found.judged:
            data.print(
                f"{one.learner}: Qini {one.qini.area:.5f} (interval {one.qini.ci_low:.5f} to {one.qini.ci_high:.5f}; random 0)",
                markup=False,
            )
        data.print(found.sentence, markup=False)
    if to is not None:
        if arm is not None or found.scorer is None:
            raise CampaignError(
                "there is nothing to write: "
                + ("the customers are not this shop's" if arm else "no learner beats a random choice")
            )
        _write_scores(places, found, experiment.names, to)


def _experiment_elsewhere(
    path: Path | None, arm: str, control: str, outcome: str | None, treated: str | None, by: Sequence[str]
) -> Experiment:
    from regulars.campaigns.uplift import Experiment, encoded
    from regulars.errors import SettingsError

    found, rows = _experiment(path, arm, control, [outcome] if outcome else [])
    columns = [column for column in rows[0] if not column.startswith("__")]
    if not by or any(column not in columns for column in by):
        unknown = ", ".join(column for column in by if column not in columns)
        raise SettingsError(
            f"there is no column {unknown}"
            if by
            else "what was known of these customers before has to be named",
            hint=f"name columns with --by, nothing that came after it; there are: {', '.join(columns)}",
        )
    names, values = encoded(rows, by)
    everybody = Experiment(names, values, found.arms != control, found.values[str(outcome)])
    return everybody.take((found.arms == control) | (found.arms == treated)) if treated else everybody


def _own_experiment(
    places: Places,
    name: str,
    path: Path | None,
    customer: str | None,
    outcome: str | None,
    treated: str | None,
) -> Experiment:
    """Join what customers did with what was known of them when the campaign was started."""
    import numpy as np

    from regulars.campaigns.tables import CONTROL
    from regulars.campaigns.uplift import Experiment
    from regulars.errors import CampaignError, NotFound
    from regulars.publish.campaigns import find_started, members
    from regulars.publish.reader import Reader
    from regulars.publish.state import State

    with State.open(places) as state, Reader.open(places) as now:
        started = find_started(state, name)
        found, _ = _own_outcomes(state, now, started, path, customer, [outcome] if outcome else [])
        inside = [member["customer_id"] for member in members(state, name)]
    try:
        with Reader.open(places, started.release_id) as then:
            ids, names, values = _known(then)
    except NotFound:
        raise CampaignError(
            f"release {started.release_id}, from which {name} was started, is not kept any more",
            hint="raise publishing.keep_releases before the next campaign",
        ) from None
    place = {one: number for number, one in enumerate(ids)}
    rows = np.array([place.get(one, -1) for one in inside])
    column = outcome or next(iter(found.values))
    kept = (rows >= 0) & ((found.arms == CONTROL) | (found.arms == treated) | (treated is None))
    return Experiment(names, values[rows], found.arms != CONTROL, found.values[column]).take(kept)


def _known(reader: Reader) -> tuple[list[str], tuple[str, ...], Any]:
    """Return customers, names of their features that are numbers, and the features."""
    import numpy as np

    spec = reader.spec("features")
    names = tuple(c.name for c in spec if c.type in ("DOUBLE", "INTEGER", "BIGINT", "BOOLEAN"))
    table = reader.table("features", ["customer_id", *names]).arrow
    columns = [table.column(one).cast("double").to_numpy(zero_copy_only=False) for one in names]
    return table.column("customer_id").to_pylist(), names, np.column_stack(columns).astype(float)


def _write_scores(places: Places, found: Uplift, names: tuple[str, ...], to: Path) -> None:
    from regulars.cli.console import data
    from regulars.publish.exports import write_rows
    from regulars.publish.reader import Reader

    with Reader.open(places) as reader:
        ids, now, values = _known(reader)
    at = [now.index(one) for one in names]
    assert found.scorer is not None
    scores = found.scorer(values[:, at])
    rows = [
        {"customer_id": one, "predicted_uplift": float(score)} for one, score in zip(ids, scores, strict=True)
    ]
    data.print(
        str(write_rows(sorted(rows, key=lambda row: (-row["predicted_uplift"], row["customer_id"])), to)),
        markup=False,
    )

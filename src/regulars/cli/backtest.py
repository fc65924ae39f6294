"""`regulars backtest`: the proof on the terminal."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder

WORDS_WIDTH = 8
"""Of the head of a column of figures; longer words stand whole."""


def backtest(
    target: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="One target alone: churn, value, orders or next_order cut-off by cut-off, or an outcome that the data gives.",
        ),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Judge forests, boosting and more beside the usual ones, and publish a release with the comparison. "
            "Takes minutes.",
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how predictions did on futures they had not seen, beside plain rules.

    regulars backtest

    regulars backtest --target churn

    regulars backtest --compare
    """  # fmt: skip
    from regulars.cli.console import print_json
    from regulars.cli.given import show_outcome
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    if compare and release:
        raise typer.BadParameter("--compare makes a release of its own; leave --release away")
    root = workspace_folder(workspace)
    if compare:
        release = _compared(root, quiet=as_json)
    with Reader.open(Places(root), release) as reader:
        report = reader.report()
    proof, given = report.get("proof") or {}, (report.get("outcomes") or {}).get("targets", [])
    chosen, outcomes = _chosen(proof.get("targets", []), given, target)
    if as_json:
        print_json({**proof, "targets": chosen, "outcomes": outcomes})
        return
    if chosen or not outcomes:
        _show(proof, chosen, by_cutoff=target is not None)
    for one in outcomes:
        show_outcome(one)


def _compared(root: Path, quiet: bool) -> str:
    """Run again with everybody, and return the new release."""
    from regulars import flow
    from regulars.cli.console import progress

    with progress(quiet=quiet) as moving:
        return flow.run(root, compare=True, progress=moving).id


def _chosen(
    targets: list[dict[str, Any]], outcomes: list[dict[str, Any]], name: str | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the targets that look ahead, and the outcomes that the data gives, of a name; all without one."""
    from regulars.errors import NotFound

    found, given = ([one for one in rows if name in (None, one["target"])] for rows in (targets, outcomes))
    if name is not None and not found and not given:
        known = ", ".join(dict.fromkeys(one["target"] for one in [*targets, *outcomes])) or "none"
        raise NotFound(f"nothing was judged for {name!r}", hint=f"judged were: {known}")
    return found, given


def _show(proof: dict[str, Any], targets: list[dict[str, Any]], by_cutoff: bool) -> None:
    from rich.text import Text

    from regulars.cli.console import data

    missing = proof.get("missing") or (None if proof else "This release holds no backtest.")
    for sentence in (missing, proof.get("sentence")):
        if sentence:
            data.print(Text(sentence))
    if (last := proof.get("last_forecast")) and not by_cutoff:
        data.print(Text(last["sentence"]))
    for one in targets:
        _show_target(one)
        if by_cutoff:
            _show_series(one)
    for one in proof.get("unjudged", []):
        data.print(Text(f"{one['title']}: {one['sentence']}"))


def _show_target(target: dict[str, Any]) -> None:
    """Print who was judged for a target: the middle of each figure over past cut-offs."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from regulars.cli.console import data
    from regulars.publish.report.sections.proof import apart, written
    from regulars.publish.report.words import label

    data.print()
    data.print(Text(f"{target['title']}, {target['horizon_days']} days ahead", style="bold"))
    for sentence in (target["sentence"], *target["warnings"]):
        data.print(Text(sentence))
    shown = Table(box=SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    shown.add_column("judged", min_width=16)  # the one column that gives way in a narrow terminal
    for figure in (*target["metrics"], "against_used"):
        words = textwrap.fill(label(figure), WORDS_WIDTH, break_long_words=False)
        shown.add_column(words, justify="right", no_wrap=True)
    most = max(one["n_cutoffs"] for one in target["contenders"])
    for one in target["contenders"]:
        name = one["label"] + (" ← used" if one["is_winner"] else " (rule)" if one["is_baseline"] else "")
        if one["n_cutoffs"] < most:
            name += f", at {one['n_cutoffs']}"
        figures = [written(metric, one["figures"][metric]["median"]) for metric in target["metrics"]]
        distance = apart(target["metrics"][0], one["against_used"]) if target["metrics"] else ""
        shown.add_row(
            name,
            *figures,
            distance.rstrip(")").replace(" (", "\n"),
            style="bold" if one["is_winner"] else None,
        )
    data.print(shown)


def _show_series(target: dict[str, Any]) -> None:
    """Print the winner beside its rival, cut-off by cut-off."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from regulars.cli.console import data
    from regulars.publish.report.sections.proof import written
    from regulars.publish.report.words import label, model

    metric = target["metrics"][0]
    shown = Table(box=SIMPLE_HEAD, header_style="bold")
    for name in ("cut-off", f"{label(metric)}: {model(target['winner'])}", "95 % interval"):
        shown.add_column(name, justify="left" if name == "cut-off" else "right")
    if target["rival"]:
        shown.add_column(model(target["rival"]), justify="right")
    for row in target["series"]:
        low, high, winner, rival = (
            written(metric, row[name]) for name in ("ci_low", "ci_high", "winner", "rival")
        )
        interval = "–" if row["ci_low"] is None else f"{low} to {high}"
        shown.add_row(row["cutoff"], winner, interval, *([rival] if target["rival"] else []))
    data.print(shown)

"""An outcome that the data gives, on the terminal: who predicts it, and how well."""

from __future__ import annotations

from typing import Any

MOST_FIGURES = 4
"""So many fit beside each other on a terminal; the report has all."""


def show_outcome(outcome: dict[str, Any]) -> None:
    """Print who was judged for an outcome, each figure with its interval."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from regulars.cli.console import data
    from regulars.publish.report.sections.outcomes import written
    from regulars.publish.report.words import label

    data.print()
    data.print(Text(f"{outcome['title']}, judged over folds", style="bold"))
    for sentence in (outcome["made_of"], outcome["sentence"], *outcome["warnings"], *outcome["notes"]):
        if sentence:
            data.print(Text(sentence))
    if outcome["dropped"]:
        dropped = "; ".join(f"{one['column']} ({one['reason']})" for one in outcome["dropped"])
        data.print(Text(f"Not predicted from: {dropped}.", style="dim"))
    if not outcome["contenders"]:
        return
    shown = Table(box=SIMPLE_HEAD, header_style="bold")
    shown.add_column("judged", min_width=16)
    first, *others = outcome["metrics"][:MOST_FIGURES]
    shown.add_column(label(f"given_{first}"), justify="right", min_width=6)
    shown.add_column("95 % interval", justify="right", min_width=14)
    for metric in others:
        shown.add_column(label(f"given_{metric}"), justify="right", min_width=6)
    for one in outcome["contenders"]:
        figures, best = one["figures"], one["figures"][first]
        between = (
            "–"
            if best["ci_low"] is None
            else f"{written(first, best['ci_low'])} to {written(first, best['ci_high'])}"
        )
        row = (
            written(first, best["value"]),
            between,
            *(written(metric, figures[metric]["value"]) for metric in others),
        )
        shown.add_row(one["label"] + _mark(one), *row, style="bold" if one["is_winner"] else None)
    data.print(shown)


def _mark(one: dict[str, Any]) -> str:
    if one["is_winner"]:
        return " (used)"
    return " (rule)" if one["is_baseline"] else "" if one["can_win"] else " (compared)"

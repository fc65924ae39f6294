"""Outcomes that the data itself gives: who predicts each and how well, curves, columns, and what a threshold does."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import show
from regulars.app.look import form
from regulars.app.source import Release, Row
from regulars.publish.report.sections.outcomes import written
from regulars.publish.report.words import label

AXES = {
    "roc": ("ROC", "others called in vain", "found"),
    "pr": ("Precision and recall", "found (recall)", "calls that were right (precision)"),
}


def draw_outcomes(release: Release, targets: list[Row]) -> None:
    """Draw the outcomes of a release, one below the other."""
    for row in targets:
        show.part(row["title"], " ".join(text for text in (row["made_of"], row["sentence"]) if text))
        for warning in row["warnings"]:
            st.warning(show.plain_text(warning), icon=":material/warning:")
        for note in (row["how"], *row["notes"]):
            if note:
                st.caption(show.plain_text(note))
        if not row["contenders"]:
            continue
        _contenders(row)
        for curve in AXES:
            _curve(row, curve)
        _thresholds(release, row)
        _columns(row)


def _contenders(row: Row) -> None:
    shown = [
        {
            "model": one["label"], "ships": "yes" if one["is_winner"] else "" if one["can_win"] else "compared",
            **{metric: _figure(metric, one["figures"][metric]) for metric in row["metrics"]}, "decision": one["decision"],
        }
        for one in row["contenders"]
    ]  # fmt: skip
    show.table(
        shown, key=f"outcome-{row['target']}", says="Figures with 95 % intervals, over all folds.",
        kinds={
            "model": ("Model", "text"), "ships": ("In use", "text"),
            **{metric: (label(f"given_{metric}"), "text") for metric in row["metrics"]}, "decision": ("Why", "text"),
        },
    )  # fmt: skip


def _figure(metric: str, found: Row) -> str:
    if found["ci_low"] is None:
        return written(metric, found["value"])
    return f"{written(metric, found['value'])} ({written(metric, found['ci_low'])} to {written(metric, found['ci_high'])})"


def _curve(row: Row, curve: str) -> None:
    lines = [one for one in row["curves"] if one["curve"] == curve]
    if not lines:
        return
    title, x_title, y_title = AXES[curve]
    colors, figure = show.colors(), go.Figure()
    for place, line in enumerate(lines):
        figure.add_scatter(
            x=[point["x"] for point in line["points"]], y=[point["y"] for point in line["points"]], name=line["label"], mode="lines",
            line={"width": 1 if place else 2.5, **({} if place else {"color": colors.accent})},
        )  # fmt: skip
    form(figure, colors, height=380).update_xaxes(range=[0, 1], tickformat=".0%", title=x_title)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title=y_title)
    show.chart(
        figure, key=f"{curve}-{row['target']}", title=f"{title}: {row['title']}",
        says="Every point is a threshold; each customer was predicted by models that had not learned from them.",
        rows=[{"model": line["label"], **point} for line in lines for point in line["points"]],
        kinds={"model": ("Model", "text"), "x": (x_title.capitalize(), "share"), "y": (y_title.capitalize(), "share")},
    )  # fmt: skip


def _thresholds(release: Release, row: Row) -> None:
    if not row["thresholds"]:
        return
    show.table(
        row["thresholds"], key=f"thresholds-{row['target']}", currency=release.currency,
        says="What calling everybody from a probability on would do, and what contacts cost for each one found.",
        kinds={
            "threshold": ("From", "share"), "flagged_share": ("Called", "share"), "precision": ("Calls that are right", "share"),
            "recall": ("Found", "share"), "f1": ("F1", "share"), "cost_of_one": (label("given_cost_of_one"), "money"),
        },
    )  # fmt: skip


def _columns(row: Row) -> None:
    if row["columns"]:
        show.table(
            row["columns"], key=f"columns-{row['target']}", says="How much each column moves the predictions.",
            kinds={"column": ("Column", "text"), "share": ("Part", "share")},
        )  # fmt: skip

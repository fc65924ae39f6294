"""Proof: how predictions did on futures they had not seen, beside plain rules, and what a threshold would have cost."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.look import form, money_axis
from regulars.app.source import Release, Row
from regulars.app.views.outcomes import draw_outcomes
from regulars.app.views.threshold import draw_threshold
from regulars.publish.report.sections.proof import apart, written
from regulars.publish.report.words import label, model
from regulars.terms.phrases import day, percent

TITLE, ICON = "Proof", ":material/fact_check:"
CHANCE = {"roc": ([0, 1], [0, 1])}
CURVES = {
    "roc": (
        "ROC: leavers found against customers called in vain",
        "called though they ordered",
        "leavers found",
    ),
    "pr": ("Precision and recall", "leavers found (recall)", "calls that were right (precision)"),
}


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("proof")
    show.head("What the predictions are worth", section.get("sentence") or "")
    targets = section.get("targets") or []
    given = release.section("outcomes").get("targets") or []
    if section.get("missing") or not targets:
        if not given:
            show.nothing(section.get("missing") or "No prediction was judged.")
        draw_outcomes(release, given)
        return
    names = [f"{row['target']}-{row['horizon_days']}" for row in targets]
    titles = {
        name: f"{row['title']}, {row['horizon_days']} days" for name, row in zip(names, targets, strict=True)
    }
    name = links.choose(st, "Prediction", names, "target", lambda one: titles[one])
    row = targets[names.index(name)] if name in names else targets[0]
    _verdict(row)
    _contenders(row)
    _over_time(row)
    if row["target"] == "churn":
        _reliability(row)
        _curves(release, row)
        draw_threshold(release, row)
    elif row["groups"]:
        _deciles(release, row)
    if row["target"] == "value":
        _totals(release, section)
    draw_outcomes(release, given)


def _verdict(row: Row) -> None:
    show.part(row["question"], row["sentence"])
    if row["why"]:
        st.caption(show.plain_text(row["why"]))
    for warning in row["warnings"]:
        st.warning(show.plain_text(str(warning)), icon=":material/warning:")


def _contenders(row: Row) -> None:
    shown = [
        {
            "model": one["label"], "is_rule": "plain rule" if one["is_baseline"] else "model", "ships": "yes" if one["is_winner"] else "",
            "n_cutoffs": one["n_cutoffs"],
            **{figure: _range(figure, one["figures"].get(figure)) for figure in row["metrics"]},
            "against_used": apart(row["metrics"][0], one["against_used"]) if row["metrics"] else "", "decision": one["decision"],
        }
        for one in row["contenders"]
    ]  # fmt: skip
    st.subheader("All contenders", anchor=False)
    st.caption("The median over the past cut-offs, and from the least to the most.")
    show.table(
        shown, key="contenders",
        kinds={
            "model": ("Model", "text"), "ships": ("In use", "text"), "is_rule": ("Kind", "text"),
            **{figure: (label(figure), "text") for figure in row["metrics"]}, "against_used": (label("against_used"), "text"),
            "n_cutoffs": ("Cut-offs", "count"), "decision": ("Why", "text"),
        },
    )  # fmt: skip


def _range(figure: str, found: Row | None) -> str | None:
    if not found or found["median"] is None:
        return None
    return f"{written(figure, found['median'])} ({written(figure, found['least'])} to {written(figure, found['most'])})"


def _over_time(row: Row) -> None:
    series = row["series"]
    if len(series) < 2:
        return
    metric, colors, figure = row["metrics"][0], show.colors(), go.Figure()
    band = [one for one in series if one["ci_low"] is not None and one["ci_high"] is not None]
    days = [one["cutoff"] for one in band]
    figure.add_scatter(
        x=days + days[::-1], y=[one["ci_high"] for one in band] + [one["ci_low"] for one in band][::-1], fill="toself", mode="lines",
        line={"width": 0}, fillcolor=colors.accent, opacity=0.15, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    for field, name, color in (
        ("rival", row["rival"], colors.second),
        ("winner", row["winner"], colors.accent),
    ):
        if name:
            figure.add_scatter(
                x=[one["cutoff"] for one in series], y=[one[field] for one in series], name=model(name), mode="lines+markers",
                line={"color": color, "width": 2}, hovertemplate="%{x|%d %b %Y}: %{y:.3f}<extra></extra>",
            )  # fmt: skip
    show.chart(
        form(figure, colors), key="over-time", title=f"{label(metric)} at each past cut-off",
        says=f"{'Lower' if metric == 'pinball' else 'Higher'} is better. The shade holds the true value in 95 of 100 cases.",
        rows=[{**one, "cutoff": day(one["cutoff"])} for one in series],
        kinds={
            "cutoff": ("Past cut-off", "text"), "winner": (model(row["winner"]), "number"), "ci_low": ("From", "number"), "ci_high": ("To", "number"),
            "rival": (model(row["rival"]) if row["rival"] else "Rival", "number"),
        },
    )  # fmt: skip


def _reliability(row: Row) -> None:
    groups = row["groups"]
    if not groups:
        return
    colors, figure = show.colors(), go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="What was predicted came",
        line={"color": colors.muted, "dash": "dash", "width": 1},
        hoverinfo="skip",
    )
    single = [at for one in groups for at in one["cutoffs"]]
    figure.add_scatter(
        x=[at["predicted"] for at in single], y=[at["observed"] for at in single], mode="markers", name="One cut-off", marker={"color": colors.third, "size": 5},
        customdata=[day(at["cutoff"]) for at in single], hovertemplate="%{customdata}: %{x:.0%} predicted, %{y:.0%} came<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[one["predicted"] for one in groups], y=[one["observed"] for one in groups], mode="lines+markers", name="All cut-offs",
        line={"color": colors.accent, "width": 2.5}, marker={"size": 8}, hovertemplate="%{x:.0%} predicted, %{y:.0%} came<extra></extra>",
    )  # fmt: skip
    form(figure, colors, height=400).update_xaxes(
        range=[0, 1], tickformat=".0%", title_text="predicted not to order"
    )
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text="did not order")
    worst = max(groups, key=lambda one: abs(one["predicted"] - one["observed"]))
    show.chart(
        figure, key="reliability", title="Can the probabilities be believed",
        says=f"On the dashed line what was predicted is what came. Furthest off: {percent(worst['predicted'])} predicted, {percent(worst['observed'])} came.",
        rows=groups, kinds={"bin": ("Tenth", "count"), "n": ("Predictions", "count"), "predicted": ("Predicted", "share"), "observed": ("What came", "share")},
    )  # fmt: skip


def _curves(release: Release, row: Row) -> None:
    if not release.has("curves"):
        return
    show.part("Rankings in full")
    cutoffs = sorted(
        {
            one["cutoff"][:10]
            for one in release.ask("cutoffs")
            if (one["target"], one["horizon_days"]) == (row["target"], row["horizon_days"])
        }
    )
    if not cutoffs:
        show.nothing("This release has no curves for it.")
        return
    left, right = st.columns([1, 2])
    cutoff = links.choose(left, "Past cut-off", cutoffs[::-1], "cutoff", day)
    names = [one["model"] for one in row["contenders"]]
    default = [name for name in (row["winner"], row["rival"]) if name]
    chosen = right.multiselect(
        "Models",
        names,
        default=default,
        key="models",
        bind="query-params",
        max_selections=4,
        format_func=model,
    )
    for place, curve in zip(st.columns(2), CURVES, strict=True):
        with place:
            _curve(release, row, str(cutoff), curve, chosen)


def _curve(release: Release, row: Row, cutoff: str, curve: str, chosen: list[str]) -> None:
    title, across, up = CURVES[curve]
    points = release.ask(
        "curve", target=row["target"], horizon_days=row["horizon_days"], cutoff=cutoff, curve=curve
    )
    colors, figure = show.colors(), go.Figure()
    looks = [
        (colors.accent, "solid"),
        (colors.second, "dash"),
        (colors.third, "dot"),
        (colors.muted, "dashdot"),
    ]
    if curve in CHANCE:
        figure.add_scatter(
            x=CHANCE[curve][0],
            y=CHANCE[curve][1],
            mode="lines",
            name="Chance",
            line={"color": colors.third, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
    for name, (color, dash) in zip(chosen, looks, strict=False):
        mine = [point for point in points if point["model"] == name]
        figure.add_scatter(
            x=[point["x"] for point in mine], y=[point["y"] for point in mine], mode="lines", name=model(name), line={"color": color, "dash": dash, "width": 2},
            customdata=[point["threshold"] for point in mine], hovertemplate="%{x:.0%}, %{y:.0%} from %{customdata:.0%} on<extra></extra>",
        )  # fmt: skip
    form(figure, colors, height=380).update_xaxes(range=[0, 1], tickformat=".0%", title_text=across)
    figure.update_yaxes(range=[0, 1.01], tickformat=".0%", title_text=up)
    show.chart(
        figure, key=f"curve-{curve}", title=title, says=f"On the customers of {day(cutoff)} and what they did in the {row['horizon_days']} days after.",
        rows=[{**point, "model": model(point["model"])} for point in points if point["model"] in chosen],
        kinds={"model": ("Model", "text"), "threshold": ("From probability", "share"), "x": (across.capitalize(), "share"), "y": (up.capitalize(), "share")},
    )  # fmt: skip


def _deciles(release: Release, row: Row) -> None:
    colors, figure, groups = show.colors(), go.Figure(), row["groups"]
    for field, name, color in (
        ("predicted", "Predicted", colors.third),
        ("observed", "What came", colors.accent),
    ):
        figure.add_bar(
            x=[one["bin"] for one in groups],
            y=[one[field] for one in groups],
            name=name,
            marker={"color": color},
            hovertemplate="tenth %{x}: %{y:,.2f}<extra>" + name + "</extra>",
        )
    form(figure, colors).update_xaxes(title_text="tenth of the customers, by prediction", dtick=1)
    if row["target"] == "value":
        figure.update_yaxes(**money_axis(release.currency))
    kind = "cents" if row["target"] == "value" else "number"
    show.chart(
        figure, key="deciles", title="Predicted and what came, from the lowest tenth to the highest", says="Mean per customer, over all past cut-offs.", rows=groups,
        currency=release.currency,
        kinds={"bin": ("Tenth", "count"), "n": ("Predictions", "count"), "predicted": ("Predicted", kind), "observed": ("What came", kind)},
    )  # fmt: skip


def _totals(release: Release, section: Row) -> None:
    rows = section.get("totals") or []
    if len(rows) < 2:
        return
    colors, figure = show.colors(), go.Figure()
    for field, name, color in (
        ("predicted", "Forecast", colors.second),
        ("actual", "What came", colors.accent),
    ):
        figure.add_scatter(
            x=[row["cutoff"] for row in rows],
            y=[row[field] for row in rows],
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 2},
            hovertemplate="%{x|%d %b %Y}: %{y:,.0f}<extra>" + name + "</extra>",
        )
    form(figure, colors).update_yaxes(**money_axis(release.currency), rangemode="tozero")
    show.chart(
        figure, key="totals", title="Forecasts of the past, in money", says=(section.get("last_forecast") or {}).get("sentence") or "All customers known at a cut-off.",
        rows=[{**row, "cutoff": day(row["cutoff"]), "off": row["predicted"] - row["actual"]} for row in rows], currency=release.currency,
        kinds={"cutoff": ("Past cut-off", "text"), "predicted": ("Forecast", "money"), "actual": ("What came", "money"), "off": ("Off by", "money")},
    )  # fmt: skip

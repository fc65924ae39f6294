"""Segments: how many, what they bring, how they differ, where value is at risk, who moved."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.heat import heat_map
from regulars.app.look import faint, form
from regulars.app.source import Release, Row
from regulars.terms.phrases import count, day, number, percent, spoken

TITLE, ICON = "Segments", ":material/groups:"
SPOKES = {
    "mean_r_score": "Recently (R)", "mean_f_score": "Often (F)", "mean_m_score": "Much (M)", "mean_n_products": "Variety",
    "median_order_value": "Order value", "median_days_since_first_order": "Known for",
}  # fmt: skip
BANDS = ("low", "medium", "high", "critical")


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("segments")
    show.head("Segments", section.get("sentence") or "")
    rows = section.get("rows") or []
    if not rows:
        show.nothing(section.get("missing") or "This release has no segments.")
        return
    _shares(release, rows)
    _one(release, rows)
    _at_risk(release, rows)
    _moved(release)
    _stages(release, section)


def prepare(release: Release) -> None:
    """Ask what takes longest on this page."""
    if release.has("predictions", "segments"):
        release.ask("value_at_risk")


def _shares(release: Release, rows: list[Row]) -> None:
    colors, figure = show.colors(), go.Figure()
    for field, name, color in (
        ("customer_share", "Share of customers", colors.third),
        ("revenue_share", "Share of revenue", colors.accent),
    ):
        figure.add_bar(
            y=[row["segment"] for row in rows], x=[row[field] for row in rows], name=name, orientation="h", marker={"color": color},
            hovertemplate="%{y}: %{x:.1%}<extra>" + name + "</extra>",
        )  # fmt: skip
    form(figure, colors, height=90 + 38 * len(rows)).update_xaxes(tickformat=".0%")
    figure.update_yaxes(autorange="reversed")
    show.part("How many, and what they bring")
    show.chart(
        figure, key="segment-shares", title="Share of customers and share of revenue", currency=release.currency, rows=rows,
        says="Gray: how many they are. Blue: what they bring. Where blue is longer, a customer is worth more than the average.",
        kinds={
            "segment": ("Segment", "text"), "n_customers": ("Customers", "count"), "customer_share": ("Share of customers", "share"),
            "revenue": ("Net revenue", "money"), "revenue_share": ("Share of revenue", "share"),
            "revenue_last_365d": ("Last 365 days", "money"), "rule": ("Rule", "text"), "action": ("What to do", "text"),
        },
    )  # fmt: skip


def _one(release: Release, rows: list[Row]) -> None:
    show.part("One segment, beside all")
    name = links.choose(st, "Segment", [row["segment"] for row in rows], "segment")
    row = next((row for row in rows if row["segment"] == name), rows[0])
    st.markdown(show.plain_text(f"Who: {row['rule']}."))
    st.markdown(f"**What to do:** {show.plain_text(row['action'])}")
    left, right = st.columns([3, 2])
    profiles = [
        row
        for row in release.ask("segment_profiles")
        if row["n_customers"] and row["mean_r_score"] is not None
    ]
    if any(one["segment"] == name for one in profiles):
        with left:
            _radar(profiles, str(name))
    with right:
        show.figures(
            [
                (one["label"], _written(one, release), None, None)
                for one in row["profile"]
                if one["value"] is not None
            ],
            2,
        )
    st.subheader("Its biggest customers", anchor=False)
    show.table(
        row["customers"], key="segment-customers", currency=release.currency, opens_customers=True,
        kinds={
            "customer_id": ("Customer", "text"), "revenue": ("Revenue to date", "money"), "n_orders": ("Orders", "count"),
            "last_order_on": ("Last order", "day"), "median_days_between_orders": ("Usual gap, days", "count"), "country": ("Country", "text"),
        },
    )  # fmt: skip
    links.link("customers", f"All of {name}", segment=str(name))


def _written(one: Row, release: Release) -> str:
    value, decimals = one["value"], one["decimals"]
    if one["unit"] == "currency":
        return release.currency.text(value, decimals)
    if one["unit"] == "share":
        return percent(value, decimals)
    return f"{number(value, decimals)} days" if one["unit"] == "days" else number(value, decimals)


def _radar(profiles: list[Row], name: str) -> None:
    """Draw a segment's figures on a scale from the least to the most that any segment has."""
    colors, figure = show.colors(), go.Figure()
    spokes = [field for field in SPOKES if all(row[field] is not None for row in profiles)]
    if len(spokes) < 3:
        return
    ends = {
        field: (min(row[field] for row in profiles), max(row[field] for row in profiles)) for field in spokes
    }
    total = sum(row["n_customers"] for row in profiles)
    mean = {field: sum(row[field] * row["n_customers"] for row in profiles) / total for field in spokes}
    mine = next(row for row in profiles if row["segment"] == name)
    for values, label, color, dash in (
        (mean, "All customers", colors.third, "dot"),
        (mine, name, colors.accent, "solid"),
    ):
        scaled = [_scaled(values[field], *ends[field]) for field in spokes]
        figure.add_scatterpolar(
            r=[*scaled, scaled[0]], theta=[SPOKES[field] for field in [*spokes, spokes[0]]], name=label, fill="toself" if dash == "solid" else "none",
            fillcolor=faint(color), line={"color": color, "dash": dash, "width": 2}, hovertemplate="%{theta}<extra>" + label + "</extra>",
        )  # fmt: skip
    form(figure, colors, height=380).update_layout(margin={"l": 64, "r": 88}).update_polars(
        bgcolor="rgba(0,0,0,0)", radialaxis={"range": [0, 1], "showticklabels": False, "gridcolor": colors.rule, "ticks": "", "showline": False},
        angularaxis={"gridcolor": colors.rule, "linecolor": colors.rule},
    )  # fmt: skip
    show.chart(
        figure, key="segment-radar", title=f"{name}, beside all customers",
        says="Each spoke runs from the segment with the least to the one with the most.",
        rows=[{"figure": SPOKES[field], "segment": mine[field], "all": mean[field], "least": ends[field][0], "most": ends[field][1]} for field in spokes],
        kinds={"figure": ("Figure", "text"), "segment": (name, "number"), "all": ("All customers", "number"), "least": ("Least", "number"), "most": ("Most", "number")},
    )  # fmt: skip


def _scaled(value: float, low: float, high: float) -> float:
    """Return where a value lies between the least and the most; a little above the middle of the circle at least."""
    return 0.05 + 0.95 * ((value - low) / (high - low) if high > low else 1.0)


def _at_risk(release: Release, rows: list[Row]) -> None:
    show.part("Where value is at risk")
    if not show.is_there(release, "predictions", "segments", what="predictions to weigh the segments by"):
        return
    cells = release.ask("value_at_risk")
    if not cells:
        show.nothing("No risk could be told.")
        return
    names = [row["segment"] for row in rows if any(cell["segment"] == row["segment"] for cell in cells)]
    bands = [band for band in BANDS if any(cell["risk_band"] == band for cell in cells)]
    found = {(cell["segment"], cell["risk_band"]): cell for cell in cells}
    grid = [[(found.get((name, band)) or {}).get("revenue_at_risk") for band in bands] for name in names]
    figure = heat_map(
        grid, bands, names, release.currency.symbol, shown=lambda value: release.currency.text(value)
    )
    worst = max(cells, key=lambda cell: cell["revenue_at_risk"] or 0)
    show.chart(
        figure, key="value-at-risk", title="Revenue at risk by segment and risk", rows=cells, currency=release.currency,
        says=f"Most lies with {worst['segment']} at {worst['risk_band']} risk: {release.currency.text(worst['revenue_at_risk'] or 0)} "
        f"of the next {release.horizon_days} days, from {count(worst['n_customers'], 'customer')}.",
        kinds={
            "segment": ("Segment", "text"), "risk_band": ("Risk", "text"), "n_customers": ("Customers", "count"),
            "mean_p_churn": ("Likely not to order, mean", "share"), "expected_revenue": ("Expected revenue", "money"),
            "revenue_at_risk": ("Revenue at risk", "money"),
        },
    )  # fmt: skip


def _moved(release: Release) -> None:
    show.part("Who moved since the last release")
    if not release.has("movements"):
        show.nothing(
            "There is no earlier release with an earlier cut-off to compare with.",
            "After the next `regulars run` with newer orders this shows who moved where.",
        )
        return
    rows = release.ask("movements")
    names = list(dict.fromkeys(row["segment_from"] for row in rows))
    to = list(dict.fromkeys(row["segment_to"] for row in rows))
    found = {(row["segment_from"], row["segment_to"]): row["n_customers"] for row in rows}
    grid = [[found.get((name, other)) for other in to] for name in names]
    moved = [row for row in rows if row["segment_from"] != row["segment_to"]]
    says = f"From (left) to (top), since {day(rows[0]['previous_cutoff'])}."
    if moved:
        says += f" Most went from {moved[0]['segment_from']} to {moved[0]['segment_to']}: {count(moved[0]['n_customers'], 'customer')}."
    show.chart(
        heat_map(grid, to, names, shown=number), key="movements", title="Customers by segment then and now", says=says, rows=rows, currency=release.currency,
        kinds={
            "segment_from": ("From", "text"), "segment_to": ("To", "text"), "direction": ("Direction", "text"), "n_customers": ("Customers", "count"),
            "revenue_before": ("Revenue before", "money"), "revenue_now": ("Revenue now", "money"), "revenue_change": ("Change", "money"),
        },
    )  # fmt: skip


def _stages(release: Release, section: Row) -> None:
    show.part("Other ways to see them")
    st.subheader("By where they stand in their own rhythm", anchor=False)
    show.prose(
        [{**row, "segment": spoken(row["segment"])} for row in section.get("stages") or []], key="stages", currency=release.currency,
        kinds={
            "segment": ("Stage", "text"), "n_customers": ("Customers", "count"), "customer_share": ("Share of customers", "share"),
            "revenue": ("Net revenue", "money"), "revenue_share": ("Share of revenue", "share"), "rule": ("Rule", "text"), "action": ("What to do", "text"),
        },
    )  # fmt: skip
    for track in release.section("clusters").get("tracks") or []:
        if track["missing"] or not track["groups"]:
            continue
        st.subheader(show.plain_text(f"Who is alike: {track['title']}"), anchor=False)
        st.markdown(show.plain_text(track["sentence"]))
        show.prose(
            track["groups"], key=f"clusters-{track['track']}", currency=release.currency,
            kinds={
                "name": ("Group", "text"), "n_customers": ("Customers", "count"), "customer_share": ("Share of customers", "share"),
                "revenue": ("Net revenue", "money"), "revenue_share": ("Share of revenue", "share"), "persona": ("Who they are", "text"),
            },
        )  # fmt: skip

"""Rhythm: when customers buy, and when to write to them."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.heat import LABELS, heat_map
from regulars.app.look import TOOLS, form
from regulars.app.source import Release, Row
from regulars.describe.rhythm import share_of
from regulars.terms.phrases import WEEKDAYS, count, hour, percent, spoken

TITLE, ICON = "Rhythm", ":material/schedule:"
EVERY = "All customers"
MEASURES = {"n_orders": "Orders", "revenue": "Revenue"}


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("rhythm")
    show.head("When they buy", section.get("sentence") or "")
    if section.get("missing") or not section.get("rows"):
        show.nothing(section.get("missing") or "No time of an order is known.")
        return
    _week(release, section)
    _windows(section)
    _personas(release, section)
    _send_times(section)


def _week(release: Release, section: Row) -> None:
    segments = {row["segment"]: row for row in section["segments"]}
    left, right = st.columns([2, 1])
    name = links.choose(left, "Segment", [EVERY, *segments], "segment")
    measure = links.choose(right, "Measure", list(MEASURES), "measure", lambda one: MEASURES[one])
    chosen = segments.get(str(name), section)
    cells = chosen["rows"]
    if not section["has_hours"]:
        _days(release, cells, str(measure), chosen["sentence"])
        return
    known = [cell for cell in cells if cell["hour"] is not None]
    hours = list(range(min(cell["hour"] for cell in known), max(cell["hour"] for cell in known) + 1))
    found = {(cell["weekday"], cell["hour"]): cell[measure] for cell in known}
    grid = [[found.get((weekday, one), 0) for weekday in range(1, 8)] for one in hours]
    figure = heat_map(
        grid,
        [day[:3] for day in WEEKDAYS],
        [hour(one) for one in hours],
        release.currency.symbol if measure == "revenue" else "",
    )
    figure.update_layout(height=TOOLS + LABELS + 26 * len(hours))
    show.chart(
        figure, key="week", title=f"{MEASURES[str(measure)]} by weekday and hour: {name}", says=chosen["sentence"], currency=release.currency,
        rows=[{**cell, "weekday": WEEKDAYS[cell["weekday"] - 1], "hour": hour(cell["hour"])} for cell in known],
        kinds={"weekday": ("Day", "text"), "hour": ("Hour", "text"), "n_orders": ("Orders", "count"), "revenue": ("Revenue", "money")},
    )  # fmt: skip


def _days(release: Release, cells: list[Row], measure: str, sentence: str) -> None:
    colors, figure = show.colors(), go.Figure()
    found = {cell["weekday"]: cell[measure] for cell in cells}
    figure.add_bar(
        x=list(WEEKDAYS),
        y=[found.get(day, 0) for day in range(1, 8)],
        marker={"color": colors.accent},
        hovertemplate="%{x}: %{y:,.0f}<extra></extra>",
    )
    show.chart(
        form(figure, colors, legend=False), key="week", title=f"{MEASURES[measure]} by weekday", says=f"{sentence} The data has dates without hours.",
        rows=[{**cell, "weekday": WEEKDAYS[cell["weekday"] - 1]} for cell in cells], currency=release.currency,
        kinds={"weekday": ("Day", "text"), "n_orders": ("Orders", "count"), "revenue": ("Revenue", "money")},
    )  # fmt: skip


def _windows(section: Row) -> None:
    windows = section.get("windows") or []
    if not windows:
        return
    show.part("How much falls into which hours")
    for row in windows:
        st.markdown(f"- {show.plain_text(row['sentence'])}")
    if section["has_hours"]:
        _any_window(section["rows"])
    with st.expander("Numbers: windows of the week"):
        show.table(
            [{**row, "window_name": spoken(row["window_name"])} for row in windows], key="windows",
            kinds={
                "window_name": ("Window", "text"), "week_share": ("Of the week", "share"), "order_share": ("Of orders", "share"),
                "revenue_share": ("Of the order value", "share"), "weekday_revenue_share": ("On these days", "share"), "hour_revenue_share": ("In these hours", "share"),
            },
        )  # fmt: skip


def _any_window(cells: list[Row]) -> None:
    """Tell the joint share of whatever days and hours are asked for."""
    left, right = st.columns(2)
    days = left.pills(
        "Days", range(1, 8), default=range(1, 6), selection_mode="multi", wrap=True, format_func=lambda day: WEEKDAYS[day - 1][:3],
        key="days", bind="query-params",
    )  # fmt: skip
    first, last = right.slider("Hours", 0, 24, (9, 17), key="hours", bind="query-params")
    if days and first < last:
        st.markdown(show.plain_text(share_of(cells, list(days), (first, last)).sentence))


def _personas(release: Release, section: Row) -> None:
    rows = section.get("personas") or []
    if not rows:
        return
    colors, figure = show.colors(), go.Figure()
    for field, name, color in (
        ("customer_share", "Share of customers", colors.third),
        ("revenue_share", "Share of revenue", colors.accent),
    ):
        figure.add_bar(
            y=[spoken(row["persona"]) for row in rows], x=[row[field] for row in rows], name=name, orientation="h", marker={"color": color},
            hovertemplate="%{y}: %{x:.1%}<extra>" + name + "</extra>",
        )  # fmt: skip
    form(figure, colors, height=90 + 38 * len(rows)).update_xaxes(tickformat=".0%")
    figure.update_yaxes(autorange="reversed")
    show.part("Who buys when")
    show.chart(
        figure, key="personas", title="Timing personas", says="A customer has one when enough of their orders fall into its stretch of the week.",
        rows=[{**row, "persona": spoken(row["persona"])} for row in rows], currency=release.currency,
        kinds={
            "persona": ("Persona", "text"), "n_customers": ("Customers", "count"), "customer_share": ("Share of customers", "share"), "n_orders": ("Orders", "count"),
            "inside_share": ("Orders inside", "share"), "revenue": ("Net revenue", "money"), "revenue_share": ("Share of revenue", "share"),
        },
    )  # fmt: skip


def _send_times(section: Row) -> None:
    times = section.get("send_times") or {}
    if not times.get("sentence"):
        return
    show.part("When to write to them", times["sentence"])
    if proof := times.get("proof"):
        with st.expander("Does the advice help"):
            first = proof[0]
            st.markdown(
                show.plain_text(
                    f"{count(first['n_customers'], 'customer')} were advised from their past and looked at afterwards; {percent(first['hit_share'])} ordered as advised."
                )
            )
            show.table(
                [{**row, "measure": spoken(row["measure"]), "given_to": spoken(row["given_to"]), "advice": spoken(row["advice"])} for row in proof], key="send-times",
                kinds={"measure": ("Of", "text"), "given_to": ("Given to", "text"), "advice": ("Advice", "text"), "n_customers": ("Customers", "count"), "hit_share": ("Ordered then", "share")},
            )  # fmt: skip

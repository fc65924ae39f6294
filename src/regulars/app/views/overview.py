"""Overview: what to do first, what it is worth, how sure we are."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.look import Palette, form, money_axis
from regulars.app.source import Release, Row
from regulars.terms.phrases import count, day, month, number, percent

TITLE, ICON = "Overview", ":material/storefront:"
FIRST = 3
WHERE = {
    "outlook": "customers", "segments": "segments", "concentration": "segments", "cohorts": "segments",
    "findings": "insights", "revenue": "data", "data_health": "data",
}  # fmt: skip
"""Which page shows what a headline of the report points to."""


def draw(release: Release) -> None:
    """Draw the page."""
    show.head("What matters", f"{release.shop}, known until {day(release.last_day)}.")
    _to_do(release)
    show.part("The shop in figures")
    show.figures([_figure(row, release) for row in release.report.get("key_figures", [])])
    _sure(release)
    _revenue(release)
    _risk(release)


def _figure(row: Row, release: Release) -> tuple[str, str, str | None, str | None]:
    value = row["value"]
    written = {
        "currency": lambda: release.currency.text(value),
        "share": lambda: percent(value, 1),
    }.get(row["unit"], lambda: number(value))()
    meanings = {one["figure"]: one["sentence"] for one in release.report["definitions"]}
    return row["label"], written, row["note"], meanings.get(row["figure"])


def _to_do(release: Release) -> None:
    show.part("What to do first")
    headlines = release.report.get("headlines", [])
    if not headlines:
        show.nothing(release.report["release"].get("without_orders") or "Nothing stands out in this release.")
        return
    for place, headline in enumerate(headlines[:FIRST]):
        _headline(headline, release, place)
    if headlines[FIRST:]:
        with st.expander(f"And {len(headlines) - FIRST} more"):
            for place, headline in enumerate(headlines[FIRST:], FIRST):
                _headline(headline, release, place)


def _headline(headline: Row, release: Release, place: int) -> None:
    with st.container(border=True, key=f"to-do-{place}"):
        words, worth = st.columns([4, 1], vertical_alignment="center")
        words.markdown(f"**{show.plain_text(headline['action'])}**")
        words.markdown(show.plain_text(headline["sentence"]))
        worth.metric(headline["worth"].capitalize(), release.currency.text(headline["money"]))
        with words:
            _way_on(headline, release)


def _way_on(headline: Row, release: Release) -> None:
    """Lead to the customers that a headline is about, or to the page that shows it."""
    plans = release.section("findings").get("plans") or []
    findings = [row for plan in plans for row in plan["rows"] if row["sentence"] == headline["sentence"]]
    if findings and findings[0]["customers"]:
        who = count(findings[0]["n_customers"], "customer")
        links.link("insights", f"See the {who}", finding=findings[0]["finding_id"])
    else:
        page = WHERE.get(headline["section"], "insights")
        links.link(page, f"Open {TITLES[page]}")


TITLES = {"customers": "customers", "segments": "segments", "insights": "insights", "data": "data health"}


def _sure(release: Release) -> None:
    show.part("How sure we are")
    proof = release.section("proof")
    if proof.get("missing"):
        show.nothing(proof["missing"])
        return
    said = [proof["last_forecast"]["sentence"]] if proof.get("last_forecast") else []
    said += [sentence for target in proof["targets"] if (sentence := _in_plain_words(target))]
    for sentence in said:
        st.markdown(f"- {show.plain_text(sentence)}")
    links.link("proof", "Open the proof: every model, beside plain rules")


def _in_plain_words(target: Row) -> str | None:
    """Say how well leavers are told from others, as somebody would who never heard of a ROC curve; None for other predictions."""
    winner: Row = next((one for one in target["contenders"] if one["is_winner"]), {"figures": {}})
    ranking, error = (winner["figures"].get(name) for name in ("roc_auc", "calibration_error"))
    if target["target"] != "churn" or not ranking or ranking["median"] is None:
        return None
    said = f"Of two customers, one who left and one who ordered, the first had the higher risk in {percent(ranking['median'])} of pairs"
    if error and error["median"] is not None:
        said += f"; risks were off by {percent(error['median'], 1)} on average"
    return f"{said} (over {count(winner['n_cutoffs'], 'past cut-off')})."


def _revenue(release: Release) -> None:
    section = release.section("revenue")
    if section.get("missing") or not section["rows"]:
        return
    forecast = (release.section("outlook").get("forecast") or {}).get("rows") or []
    colors, rows = show.colors(), section["rows"]
    figure = go.Figure(revenue_bars(rows, colors))
    if forecast:
        figure.add_scatter(
            x=[row["month"] for row in forecast], y=[row["expected_revenue"] for row in forecast], name="Forecast, 8 in 10 cases",
            mode="markers", marker={"color": colors.second, "size": 9},
            error_y={
                "type": "data", "symmetric": False, "color": colors.second, "thickness": 1.5,
                "array": [row["high"] - row["expected_revenue"] for row in forecast],
                "arrayminus": [row["expected_revenue"] - row["low"] for row in forecast],
            },
            hovertemplate="%{x|%B %Y}: %{y:,.0f} expected<extra></extra>",
        )  # fmt: skip
    form(figure, colors).update_yaxes(**money_axis(release.currency)).update_layout(barmode="relative")
    show.part("Revenue")
    show.chart(
        figure, key="revenue-by-month", title="Net revenue by month, and what is expected",
        says=_said(section, release), rows=_months(rows, forecast), currency=release.currency,
        kinds={
            "month": ("Month", "text"), "revenue": ("Net revenue", "money"), "n_orders": ("Orders", "count"),
            "n_customers": ("Customers", "count"), "n_new_customers": ("New customers", "count"),
            "expected": ("Expected", "money"), "low": ("From", "money"), "high": ("To", "money"),
        },
    )  # fmt: skip


def revenue_bars(rows: list[Row], colors: Palette) -> list[go.Bar]:
    """Return bars of the months that are complete, and of those that are not, where there are any."""
    kinds = [("Net revenue", colors.accent, [row for row in rows if row["is_complete"]])]
    kinds.append(("Not complete", colors.third, [row for row in rows if not row["is_complete"]]))
    return [
        go.Bar(
            x=[row["month"] for row in months], y=[row["revenue"] for row in months], name=name, marker={"color": color},
            hovertemplate="%{x|%B %Y}: %{y:,.0f}<extra></extra>",
        )
        for name, color, months in kinds if months
    ]  # fmt: skip


def _said(section: Row, release: Release) -> str:
    forecast = release.section("outlook").get("forecast") or {}
    gray = " Gray months are not complete." if any(not row["is_complete"] for row in section["rows"]) else ""
    return f"{section['sentence']} {forecast.get('sentence') or ''}{gray}".strip()


def _months(rows: list[Row], forecast: list[Row]) -> list[Row]:
    found: dict[str, Row] = {row["month"]: {**row, "month": month(row["month"])} for row in rows}
    for row in forecast:
        told: dict[str, Any] = {"expected": row["expected_revenue"], "low": row["low"], "high": row["high"]}
        found.setdefault(row["month"], {"month": month(row["month"])}).update(told)
    return [found[name] for name in sorted(found)]


def _risk(release: Release) -> None:
    outlook = release.section("outlook")
    bands = outlook.get("bands") or []
    if outlook.get("missing") or not bands:
        return
    colors = show.colors()
    figure = go.Figure()
    for field, name, color in (
        ("customer_share", "Share of customers", colors.third),
        ("risk_share", "Share of revenue at risk", colors.accent),
    ):
        figure.add_bar(
            y=[row["band"] for row in bands], x=[row[field] for row in bands], name=name, orientation="h",
            marker={"color": color}, hovertemplate="%{y}: %{x:.1%}<extra>" + name + "</extra>",
        )  # fmt: skip
    form(figure, colors, height=300).update_xaxes(tickformat=".0%")
    figure.update_yaxes(autorange="reversed")
    show.part("Who may not come back")
    show.chart(
        figure, key="risk-bands", title="Customers and revenue at risk, by risk", says=outlook["sentence"], rows=bands,
        currency=release.currency,
        kinds={
            "band": ("Risk", "text"), "meaning": ("Meaning", "text"), "n_customers": ("Customers", "count"),
            "expected_leavers": ("Expected not to order", "count"), "expected_revenue": ("Expected revenue", "money"),
            "revenue_at_risk": ("Revenue at risk", "money"), "risk_share": ("Share of revenue at risk", "share"),
        },
    )  # fmt: skip
    links.link("customers", "Those with the most at risk", order="revenue_at_risk")

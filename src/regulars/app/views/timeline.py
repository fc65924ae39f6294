"""One customer over time: orders, returns, and the probability not to order as past cut-offs saw it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plotly.subplots import make_subplots

from regulars.app import show
from regulars.app.look import form
from regulars.app.source import Release, Row
from regulars.terms.phrases import count


def draw_timeline(release: Release, document: Row) -> None:
    """Draw what happened over time: orders and returns below, the risk as it was seen above."""
    who = document["customer_id"]
    orders = [row for row in release.rows_of("orders", who) if row["revenue"]]
    newer = [row for row in document["live_orders"] if row["revenue"]]
    returns = release.rows_of("returns", who)
    past = [row for row in release.rows_of("backtest_predictions", who) if row["target"] == "churn"]
    if not orders and not newer:
        show.nothing("This customer has not ordered yet.")
        return
    figure = _drawn(release, document, orders, newer, returns, past)
    show.chart(
        figure, key="timeline", title="Orders, returns, and the risk as it was seen", says=_told(past, newer),
        rows=_events(orders, newer, returns, past), currency=release.currency,
        kinds={
            "when": ("When", "time"), "what": ("What", "text"), "number": ("Number", "text"), "amount": ("Amount", "cents"),
            "p_churn": ("Likely not to order", "share"), "came": ("What came", "text"),
        },
    )  # fmt: skip


def _told(past: list[Row], newer: list[Row]) -> str:
    striped = " Striped bars are newer than the release." if newer else ""
    if not past:
        return (
            f"Bars up are orders, bars down returns; the shade is when the next order is expected.{striped}"
        )
    right = sum((row["predicted"] >= 0.5) == (row["observed"] >= 0.5) for row in past)
    return (
        "Above: the probability not to order as it was predicted at past cut-offs, filled where they then did not order; below: orders up, "
        f"returns down, and in the shade the next order. At {right} of {count(len(past), 'past cut-off')} the likelier outcome came.{striped}"
    )


def _events(orders: list[Row], newer: list[Row], returns: list[Row], past: list[Row]) -> list[Row]:
    events = [
        {
            "when": row["ordered_at"],
            "what": "order, taken back" if row["is_cancelled"] else "order",
            "number": row["order_id"],
            "amount": row["revenue"],
        }
        for row in orders
    ]
    events += [
        {
            "when": row["ordered_at"],
            "what": "order, newer than the release",
            "number": row["order_id"],
            "amount": row["revenue"],
        }
        for row in newer
    ]
    events += [
        {"when": row["returned_at"], "what": "return", "number": row["return_id"], "amount": -row["amount"]}
        for row in returns
    ]
    events += [
        {
            "when": row["cutoff"],
            "what": "prediction",
            "p_churn": row["predicted"],
            "came": "no order" if row["observed"] else "ordered",
        }
        for row in past
    ]
    return sorted(events, key=lambda row: row["when"])


def _drawn(
    release: Release, document: Row, orders: list[Row], newer: list[Row], returns: list[Row], past: list[Row]
) -> Any:
    colors, predicted = show.colors(), document.get("predictions") or {}
    width = _width([*orders, *newer])
    has_risk = bool(past) or predicted.get("p_churn") is not None
    figure = (
        make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.4, 0.6], vertical_spacing=0.06)
        if has_risk
        else make_subplots()
    )
    row = 2 if has_risk else 1
    money = release.currency.symbol
    for name, bars, shape in (("Orders", orders, ""), ("Newer than the release", newer, "/")):
        if bars:
            figure.add_bar(
                x=[one["ordered_at"] for one in bars], y=[one["revenue"] for one in bars], name=name, width=width,
                marker={"color": colors.accent, "pattern": {"shape": shape}}, customdata=[one["order_id"] for one in bars],
                hovertemplate="%{x|%d %b %Y}: order %{customdata}, " + money + "%{y:,.2f}<extra></extra>", row=row, col=1,
            )  # fmt: skip
    if returns:
        came_back = returned_by_instant(returns)
        figure.add_bar(
            x=list(came_back), y=[-amount for amount in came_back.values()], name="Returns", marker={"color": colors.second}, width=width,
            hovertemplate="%{x|%d %b %Y}: return, " + money + "%{y:,.2f}<extra></extra>", row=row, col=1,
        )  # fmt: skip
    figure.update_yaxes(tickprefix=money, tickformat=",.0f", nticks=5, row=row, col=1)
    if has_risk:
        _add_risk(figure, document, past)
    figure.add_vline(x=document["as_of"], line={"color": colors.muted, "dash": "dot", "width": 1})
    if predicted.get("next_order_on_low") and predicted.get("next_order_on_high"):
        figure.add_vrect(
            x0=predicted["next_order_on_low"],
            x1=predicted["next_order_on_high"],
            fillcolor=colors.accent,
            opacity=0.12,
            line_width=0,
        )
    if predicted.get("next_order_on"):
        figure.add_vline(
            x=predicted["next_order_on"], line={"color": colors.accent, "width": 2, "dash": "dash"}
        )
    return form(figure, colors, height=440 if has_risk else 300).update_layout(barmode="overlay")


def returned_by_instant(returns: list[Row]) -> dict[str, float]:
    """Return what came back at each instant: the bars of lines returned at once would hide one another.

    >>> at = "2026-03-01T10:00:00"
    >>> returned_by_instant([{"returned_at": at, "amount": 8.0}, {"returned_at": at, "amount": 5.0}])
    {'2026-03-01T10:00:00': 13.0}
    """
    sums: dict[str, float] = {}
    for row in returns:
        sums[row["returned_at"]] = sums.get(row["returned_at"], 0.0) + row["amount"]
    return sums


def _width(orders: list[Row]) -> float:
    """Return how wide a bar is, in milliseconds: narrow beside the stretch of all, and no less than a day."""
    ends = [datetime.fromisoformat(row["ordered_at"]) for row in orders]
    return max((max(ends) - min(ends)).total_seconds() * 1000 / 120, 86_400_000)


def _add_risk(figure: Any, document: Row, past: list[Row]) -> None:
    colors, predicted = show.colors(), document.get("predictions") or {}
    points = sorted(past, key=lambda row: row["cutoff"])
    x = [row["cutoff"] for row in points]
    y = [row["predicted"] for row in points]
    fill = [colors.second if row["observed"] else colors.paper for row in points]
    said = ["did not order" if row["observed"] else "ordered" for row in points]
    if predicted.get("p_churn") is not None:
        x, y = [*x, document["as_of"]], [*y, predicted["p_churn"]]
        fill, said = [*fill, colors.muted], [*said, "not known yet"]
    figure.add_scatter(
        x=x, y=y, mode="lines+markers", name="Likely not to order", customdata=said,
        line={"color": colors.second, "width": 1.5}, marker={"size": 9, "color": fill, "line": {"color": colors.second, "width": 1.5}},
        hovertemplate="%{x|%d %b %Y}: %{y:.0%} likely not to order; %{customdata}<extra></extra>", row=1, col=1,
    )  # fmt: skip
    figure.update_yaxes(range=[-0.04, 1.04], tickformat=".0%", nticks=3, row=1, col=1)

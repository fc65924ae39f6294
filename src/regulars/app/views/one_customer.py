"""One customer: who, worth what, how likely to stay and why, what to show them, and the rows behind."""

from __future__ import annotations

from calendar import day_name
from datetime import datetime
from typing import Any

import streamlit as st
from plotly.subplots import make_subplots

from regulars.app import links, show
from regulars.app.look import form
from regulars.app.source import Release, Row
from regulars.terms.phrases import count, day, number, percent, spoken

LISTS = {"buy_again": "Show them again", "try_next": "New to them"}
TOPICS = {"churn": "Why this risk", "value": "Why this amount"}
BEHIND = {
    "orders": "Orders", "order_lines": "Order lines", "returns": "Returns", "backtest_predictions": "Predictions at past cut-offs",
    "target_predictions": "All predictions", "campaigns": "Campaigns", "finding_customers": "Findings",
}  # fmt: skip
SHOWN = 5


def draw_customer(release: Release, profile: Row) -> None:
    """Draw everything about a customer."""
    _who(profile)
    _figures(release, profile)
    _why(release, profile)
    _timeline(release, profile)
    _recommended(profile)
    _campaigns(release, profile)
    _behind(release, profile["customer_id"])


def _who(profile: Row) -> None:
    customer, segment, rhythm = (
        profile["customer"],
        profile.get("segments") or {},
        profile.get("rhythm_personas") or {},
    )
    name = customer.get("name")
    show.part(f"{name} ({customer['customer_id']})" if name else str(customer["customer_id"]))
    said = [
        segment.get("segment"),
        segment.get("lifecycle_stage"),
        segment.get("cluster_behavior"),
        customer.get("country"),
    ]
    if customer.get("first_ordered_at"):
        said.append(f"customer since {day(customer['first_ordered_at'])}")
    if customer.get("email"):
        said.append(customer["email"])
    if customer.get("consent") is not None:
        said.append("may be written to" if customer["consent"] else "must not be written to")
    if rhythm.get("send_weekday"):
        hour = "" if rhythm.get("send_hour") is None else f" at {rhythm['send_hour']}:00"
        said.append(f"best written to on {day_name[rhythm['send_weekday'] - 1]}{hour}")
    st.markdown(show.plain_text(" · ".join(str(word) for word in said if word)))


def _figures(release: Release, profile: Row) -> None:
    predicted, features = profile.get("predictions") or {}, profile.get("features") or {}
    money, days = release.currency.text, release.horizon_days
    items: list[tuple[str, str, str | None, str | None]] = []
    if predicted.get("p_churn") is not None:
        items.append(
            (
                "Likely not to order", percent(predicted["p_churn"]), f"{predicted['risk_band']} risk, next {days} days",
                "Of 100 customers with 70 %, about 30 do order. The page Proof shows how far it can be believed.",
            )
        )  # fmt: skip
    if predicted.get("predicted_clv") is not None:
        low, high = predicted.get("predicted_clv_low"), predicted.get("predicted_clv_high")
        note = None if low is None or high is None else f"8 in 10 cases: {money(low)} to {money(high)}"
        items.append(
            (
                f"Expected within {days} days",
                money(predicted["predicted_clv"]),
                note,
                "Net revenue, on average over what may happen.",
            )
        )
    if predicted.get("revenue_at_risk") is not None:
        items.append(
            (
                "At risk",
                money(predicted["revenue_at_risk"]),
                f"{predicted['value_tier']} value",
                "Probability not to order × what they would bring if they stay.",
            )
        )
    if predicted:
        when, low, high = (predicted.get(f"next_order_on{end}") for end in ("", "_low", "_high"))
        span = (
            f"8 in 10 cases: {day(low)} to {day(high)}"
            if low and high
            else predicted.get("next_purchase_window")
        )
        items.append(
            (
                "Next order about",
                day(when) if when else "not expected",
                span,
                "As likely to have come by then as not.",
            )
        )
    if features:
        orders = count(features.get("n_orders") or 0, "order")
        items.append(
            ("Revenue to date", money(features.get("revenue_to_date") or 0), orders, "Net of returns.")
        )
        gap, since = features.get("median_days_between_orders"), features.get("days_since_last_order")
        note = f"last order {count(since, 'day')} ago" if since is not None else None
        items.append(
            (
                "Usual gap",
                "none yet" if gap is None else count(gap, "day"),
                note,
                "Median of the days between purchase days.",
            )
        )
    show.figures(items)
    if predicted.get("confidence_tier"):
        needs = predicted.get("next_tier_needs")
        more = f"; for more certainty: {needs}" if needs else ""
        st.caption(
            show.plain_text(
                f"How much their history can carry: {spoken(predicted['confidence_tier']).lower()}{more}."
            )
        )
    elif not predicted:
        show.nothing(
            "There is no prediction for this customer.",
            "Predictions need at least one order before the cut-off, and a past window to be judged by.",
        )


def _why(release: Release, profile: Row) -> None:
    reasons = profile.get("reasons") or []
    if not reasons:
        if profile.get("predictions"):
            kept = release.settings.predictions.reasons_for
            st.caption(
                f"Reasons are kept for the {number(kept)} customers with the most revenue at risk (setting predictions.reasons_for); "
                "this customer is not among them."
            )
        return
    topics = [topic for topic in TOPICS if any(row["target"] == topic for row in reasons)]
    for place, topic in zip(st.columns(len(topics) or 1), topics, strict=False):
        with place:
            st.subheader(TOPICS[topic], anchor=False)
            chosen = sorted((row for row in reasons if row["target"] == topic), key=lambda row: row["rank"])
            st.markdown(
                "\n".join(f"{row['rank']}. {show.plain_text(row['sentence'])}" for row in chosen[:SHOWN])
            )


def _timeline(release: Release, profile: Row) -> None:
    who = profile["customer_id"]
    orders = [row for row in release.rows_of("orders", who) if row["revenue"]]
    returns = release.rows_of("returns", who)
    past = [row for row in release.rows_of("backtest_predictions", who) if row["target"] == "churn"]
    if not orders:
        show.nothing("This customer has not ordered yet.")
        return
    figure = _drawn(release, profile.get("predictions") or {}, orders, returns, past)
    show.chart(
        figure, key="timeline", title="Orders, returns, and the risk as it was seen", says=_told(past),
        rows=_events(orders, returns, past), currency=release.currency,
        kinds={
            "when": ("When", "time"), "what": ("What", "text"), "number": ("Number", "text"), "amount": ("Amount", "cents"),
            "p_churn": ("Likely not to order", "share"), "came": ("What came", "text"),
        },
    )  # fmt: skip


def _told(past: list[Row]) -> str:
    if not past:
        return "Bars up are orders, bars down returns; the shade is when the next order is expected."
    right = sum((row["predicted"] >= 0.5) == (row["observed"] >= 0.5) for row in past)
    return (
        "Above: the probability not to order as it was predicted at past cut-offs, filled where they then did not order; below: orders up, "
        f"returns down, and in the shade the next order. At {right} of {count(len(past), 'past cut-off')} the likelier outcome came."
    )


def _events(orders: list[Row], returns: list[Row], past: list[Row]) -> list[Row]:
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


def _drawn(release: Release, predicted: Row, orders: list[Row], returns: list[Row], past: list[Row]) -> Any:
    colors = show.colors()
    has_risk = bool(past) or predicted.get("p_churn") is not None
    figure = (
        make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.4, 0.6], vertical_spacing=0.06)
        if has_risk
        else make_subplots()
    )
    row = 2 if has_risk else 1
    money = release.currency.symbol
    figure.add_bar(
        x=[one["ordered_at"] for one in orders], y=[one["revenue"] for one in orders], name="Orders", marker={"color": colors.accent}, width=_width(orders),
        customdata=[one["order_id"] for one in orders], hovertemplate="%{x|%d %b %Y}: order %{customdata}, " + money + "%{y:,.2f}<extra></extra>",
        row=row, col=1,
    )  # fmt: skip
    if returns:
        figure.add_bar(
            x=[one["returned_at"] for one in returns], y=[-one["amount"] for one in returns], name="Returns", marker={"color": colors.second}, width=_width(orders),
            hovertemplate="%{x|%d %b %Y}: return, " + money + "%{y:,.2f}<extra></extra>", row=row, col=1,
        )  # fmt: skip
    figure.update_yaxes(tickprefix=money, tickformat=",.0f", nticks=5, row=row, col=1)
    if has_risk:
        _add_risk(figure, release, predicted, past)
    cut = release.cutoff.at.isoformat()
    figure.add_vline(x=cut, line={"color": colors.muted, "dash": "dot", "width": 1})
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


def _width(orders: list[Row]) -> float:
    """Return how wide a bar is, in milliseconds: narrow beside the stretch of all, and no less than a day."""
    ends = [datetime.fromisoformat(row["ordered_at"]) for row in orders]
    return max((max(ends) - min(ends)).total_seconds() * 1000 / 120, 86_400_000)


def _add_risk(figure: Any, release: Release, predicted: Row, past: list[Row]) -> None:
    colors = show.colors()
    points = sorted(past, key=lambda row: row["cutoff"])
    x = [row["cutoff"] for row in points]
    y = [row["predicted"] for row in points]
    fill = [colors.second if row["observed"] else colors.paper for row in points]
    said = ["did not order" if row["observed"] else "ordered" for row in points]
    if predicted.get("p_churn") is not None:
        x, y = [*x, release.cutoff.at.isoformat()], [*y, predicted["p_churn"]]
        fill, said = [*fill, colors.muted], [*said, "not known yet"]
    figure.add_scatter(
        x=x, y=y, mode="lines+markers", name="Likely not to order", customdata=said,
        line={"color": colors.second, "width": 1.5}, marker={"size": 9, "color": fill, "line": {"color": colors.second, "width": 1.5}},
        hovertemplate="%{x|%d %b %Y}: %{y:.0%} likely not to order; %{customdata}<extra></extra>", row=1, col=1,
    )  # fmt: skip
    figure.update_yaxes(range=[-0.04, 1.04], tickformat=".0%", nticks=3, row=1, col=1)


def _recommended(profile: Row) -> None:
    rows = [row for row in profile.get("recommendations") or [] if row["rank"] <= SHOWN]
    line = profile.get("retention_recommendations")
    if not rows and not line:
        return
    show.part("What to show them")
    if line:
        st.markdown(show.plain_text(f"To keep them: {line['products']}."))
    names = [name for name in LISTS if any(row["list"] == name for row in rows)]
    for place, name in zip(st.columns(len(names) or 1), names, strict=False):
        with place:
            st.subheader(LISTS[name], anchor=False)
            chosen = sorted((row for row in rows if row["list"] == name), key=lambda row: row["rank"])
            st.markdown(
                "\n".join(
                    f"{row['rank']}. **{show.plain_text(row['product'] or row['product_id'])}**: {show.plain_text(row['reason'])}"
                    for row in chosen
                )
            )


def _campaigns(release: Release, profile: Row) -> None:
    rows = profile.get("campaigns") or []
    if not rows:
        return
    show.part("Campaigns they are in")
    for row in rows:
        held = (
            "held out, do not write to them"
            if row["arm"] == "control"
            else f"to be written to on {day(row['send_at'])}"
        )
        st.markdown(show.plain_text(f"{spoken(row['campaign'])}, {row['status']}: {held}. {row['reason']}"))


def _behind(release: Release, customer_id: str) -> None:
    show.part("The rows behind")
    tables = [name for name in BEHIND if release.has(name)]
    chosen = links.choose(st, "Table", tables, "rows", lambda name: BEHIND[name])
    if chosen is None:
        return
    rows = release.rows_of(chosen, customer_id)
    if not rows:
        show.nothing(f"{BEHIND[chosen]}: none for this customer.")
        return
    spec = release.reader.spec(chosen)
    kinds = {
        column.name: (spoken(column.name), _kind(column.type))
        for column in spec
        if column.name != "customer_id" and any(row[column.name] is not None for row in rows)
    }
    show.table(rows, kinds, key=f"rows-{chosen}", currency=release.currency, says=spec.grain)


def _kind(type_name: str) -> str:
    if type_name.startswith("DECIMAL") or type_name == "DOUBLE":
        return "number"
    return {
        "TIMESTAMP": "time",
        "DATE": "day",
        "INTEGER": "count",
        "BIGINT": "count",
        "TINYINT": "count",
    }.get(type_name, "text")

"""One customer: who, worth what, how likely to stay and why, what to show them, and the rows behind."""

from __future__ import annotations

from calendar import day_name

import streamlit as st

from regulars.app import show
from regulars.app.source import Release, Row
from regulars.app.views.behind import draw_behind
from regulars.app.views.given import draw_given, is_told
from regulars.app.views.timeline import draw_timeline
from regulars.errors import ReleaseError
from regulars.terms.phrases import count, day, percent, spoken

LISTS = {"buy_again": "Show them again", "try_next": "New to them"}
TOPICS = {"churn": "Why this risk", "value": "Why this amount"}
SHOWN = 5


def draw_customer(release: Release, document: Row) -> None:
    """Draw everything about a customer."""
    _who(document)
    _newer(release, document)
    _figures(release, document)
    _why(release, document)
    draw_given(release, document)
    draw_timeline(release, document)
    _recommended(document)
    _campaigns(document)
    draw_behind(release, document)


def _who(document: Row) -> None:
    customer, segment, rhythm = (
        document.get("customer") or {},
        document.get("segments") or {},
        document.get("rhythm_personas") or {},
    )
    name, customer_id = customer.get("name"), document["customer_id"]
    show.part(f"{name} ({customer_id})" if name else customer_id)
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


def _newer(release: Release, document: Row) -> None:
    """Say what came in after the release, and which figures count it."""
    orders = document["live_orders"]
    if not orders:
        return
    several, last = len(orders) > 1, day(orders[0]["ordered_at"])
    said = f"{count(len(orders), 'order')} newer than the release, {'the last ' if several else ''}on {last}"
    if document["is_newer_than_release"]:
        worth = release.currency.text(sum(one["revenue"] or 0 for one in orders), 2)
        said += f", {worth}{' in all' if several else ''}. Risk, value, next order and reasons count {'them' if several else 'it'}"
        said += "; segment and recommendations are as of the release."
    else:
        said += f". The figures do not count them: {document['note']}"
    st.info(show.plain_text(said), icon=":material/bolt:")


def _figures(release: Release, document: Row) -> None:
    predicted, features = document.get("predictions") or {}, document.get("features") or {}
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
    elif not predicted and not is_told(document):
        show.nothing(
            "There is no prediction for this customer.",
            "Predictions need at least one order before the cut-off, and a past window to be judged by.",
        )


def _why(release: Release, document: Row) -> None:
    if not document.get("predictions"):
        return
    try:
        kept = [row for row in document.get("reasons") or [] if row["target"] in TOPICS]
        reasons = kept or release.reasons(document["customer_id"])
    except ReleaseError as problem:
        st.caption(show.plain_text(f"Reasons are not there: {problem}."))
        return
    topics = [topic for topic in TOPICS if any(row["target"] == topic for row in reasons)]
    for place, topic in zip(st.columns(len(topics) or 1), topics, strict=False):
        with place:
            st.subheader(TOPICS[topic], anchor=False)
            chosen = sorted((row for row in reasons if row["target"] == topic), key=lambda row: row["rank"])
            st.markdown(
                "\n".join(f"{row['rank']}. {show.plain_text(row['sentence'])}" for row in chosen[:SHOWN])
            )


def _recommended(document: Row) -> None:
    rows = [row for row in document.get("recommendations") or [] if row["rank"] <= SHOWN]
    line = document.get("retention_recommendations")
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


def _campaigns(document: Row) -> None:
    rows = document.get("campaigns") or []
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

"""Data health: can the data be trusted, what was set aside and why, where it came from."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.look import SHARE_AXIS, form
from regulars.app.source import Release, Row
from regulars.publish.report.words import reason
from regulars.terms.phrases import number

TITLE, ICON = "Data health", ":material/health_and_safety:"
LISTED = 200


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("data_health")
    show.head("Can the data be trusted", section.get("sentence") or "")
    _score(section)
    _reconciliation(release, section)
    _audits(release, section)
    _untracked(release)
    _set_aside(release)
    _about(release)


def _score(section: Row) -> None:
    items = []
    if section.get("score") is not None:
        items.append(("Data score", number(section["score"]), "of 100", section.get("formula")))
    checks = section.get("checks") or []
    passed = sum(check["passed"] for check in checks)
    items.append(
        (
            "Checks of the release",
            f"{passed} of {len(checks)}",
            "passed",
            "; ".join(check["sentence"] for check in checks),
        )
    )
    items.append(("Rows set aside", number(section.get("n_set_aside") or 0), "each with its reason", None))
    show.figures(items)


def _reconciliation(release: Release, section: Row) -> None:
    rows = section.get("reconciliation") or []
    if rows:
        show.part("Nothing is lost", "Rows and money that came in are kept, or set aside with a reason.")
        show.table(
            rows,
            key="reconciliation",
            currency=release.currency,
            kinds={
                "words": ("Part", "text"),
                "n_rows": ("Rows", "count"),
                "money": ("Money on rows", "money"),
            },
        )


def _audits(release: Release, section: Row) -> None:
    found = [row for row in section.get("audits") or [] if row["n_rows"]]
    show.part("What was found, and what to do about it")
    if not found:
        show.nothing("Every question that was asked of the data came back clean.")
        return
    only = st.toggle("Only what touches figures", key="grave", bind="query-params")
    shown = [row for row in found if row["severity"] in ("stop", "warning")] if only else found
    if not shown:
        show.nothing("Nothing of what was found touches figures.")
        return
    show.prose(
        shown, key="audits", currency=release.currency,
        kinds={"severity": ("Severity", "text"), "sentence": ("What", "text"), "hint": ("What to do", "text"), "n_rows": ("Rows", "count"), "money": ("Money", "money")},
    )  # fmt: skip


def _untracked(release: Release) -> None:
    rows = release.section("revenue").get("rows") or []
    if not any(row["untracked_share"] for row in rows):
        return
    colors, figure = show.colors(), go.Figure()
    figure.add_scatter(
        x=[row["month"] for row in rows], y=[row["untracked_share"] for row in rows], mode="lines+markers", line={"color": colors.accent, "width": 2},
        hovertemplate="%{x|%B %Y}: %{y:.1%}<extra></extra>",
    )  # fmt: skip
    form(figure, colors, height=260, legend=False).update_yaxes(**SHARE_AXIS, rangemode="tozero")
    show.chart(
        figure, key="untracked", title="Sales that name no customer", says="They count for the shop and for no customer.", rows=rows, currency=release.currency,
        kinds={"month": ("Month", "day"), "untracked_share": ("Share of sales", "share"), "untracked_revenue": ("No customer named", "money"), "tracked_revenue": ("From known customers", "money")},
    )  # fmt: skip


def _set_aside(release: Release) -> None:
    show.part("Rows that were set aside")
    if not release.has("set_aside"):
        show.nothing("No row was set aside.")
        return
    reasons = release.ask("reasons_set_aside")
    show.prose(
        [{**row, "reason": reason(row["reason"])} for row in reasons], key="reasons", currency=release.currency,
        kinds={"reason": ("Because", "text"), "source": ("Source", "text"), "n_rows": ("Rows", "count"), "money": ("Money on rows", "money")},
    )  # fmt: skip
    codes = list(dict.fromkeys(row["reason"] for row in reasons))
    chosen = links.choose(st, "Look at the rows", codes, "reason", reason)
    st.caption(f"The first {LISTED} by money.")
    show.table(
        release.ask("rows_set_aside", reason=chosen, n=LISTED), key="set-aside", currency=release.currency,
        kinds={
            "source": ("Source", "text"), "row_number": ("Row", "count"), "detail": ("Detail", "text"), "amount": ("Amount", "cents"), "order_id": ("Order", "text"),
            "customer_id": ("Customer", "text"), "ordered_at": ("Ordered", "time"), "product_id": ("Product", "text"), "description": ("Description", "text"),
            "quantity": ("Quantity", "number"), "unit_price": ("Unit price", "cents"),
        },
    )  # fmt: skip


def _about(release: Release) -> None:
    about = release.report.get("release") or {}
    show.part("About this release")
    st.markdown(
        show.plain_text(
            f"{release.id}, made by version {about.get('code_version')}; looks {release.horizon_days} days ahead: {about.get('horizon_reason')}."
        )
    )
    show.table(
        about.get("sources") or [], key="sources",
        kinds={"source": ("Source", "text"), "shape": ("Shape", "text"), "n_rows": ("Rows", "count"), "n_rejected": ("Rejected", "count"), "loaded_at": ("Loaded", "time"), "fingerprint": ("Fingerprint", "text")},
    )  # fmt: skip
    if unknown := about.get("unknown"):
        st.subheader("What it cannot know", anchor=False)
        st.markdown("\n".join(f"- {show.plain_text(sentence)}" for sentence in unknown))

"""Campaigns: whom to write to, what it is assumed to bring, what its hold-out can show, and the list to send."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from regulars.app import links, show
from regulars.app.source import Release, Row
from regulars.app.views.audience import draw_audience
from regulars.app.views.sample_size import draw_sample_size
from regulars.publish.exports import export_campaign
from regulars.terms.phrases import number, percent, spoken

TITLE, ICON = "Campaigns", ":material/campaign:"
OWN = "own"
LISTED = 200


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("campaigns")
    show.head("Whom to write to", section.get("sentence") or section.get("missing") or "")
    for note in section.get("notes") or []:
        st.caption(show.plain_text(note))
    rows = {row["campaign"]: row for row in section.get("rows") or []}
    titles = {name: f"{row['title']} ({row['status']})" for name, row in rows.items()} | {
        OWN: "An audience of your own"
    }
    chosen = links.choose(st, "Campaign", titles, "campaign", lambda name: titles[name])
    if chosen == OWN:
        draw_audience(release)
    else:
        _campaign(release, rows[chosen])
    if empty := section.get("empty"):
        with st.expander("Campaigns with nobody in them"):
            for row in empty:
                st.markdown(show.plain_text(f"{row['title']}: {row['sentence']}"))


def _campaign(release: Release, row: Row) -> None:
    money = release.currency.text
    show.part(row["title"], row["sentence"])
    show.figures(
        [
            ("Expected value", money(row["expected_value"]), f"after {money(row['cost'])} of contact costs", row["assumptions"]),
            ("Written to", number(row["n_treated"]), "customers", None),
            ("Held out", number(row["n_control"]), "not to be written to", "What they do shows what would have happened anyway."),
            ("Order anyway", "–" if row["baseline_rate"] is None else percent(row["baseline_rate"]), "by the predictions", None),
            ("Smallest lift it shows", "none" if row["detectable_effect"] is None else f"{number(100 * row['detectable_effect'], 1)} points", "more of 100 who order", None),
            (f"For a lift of {number(100 * row['smallest_effect'], 1)} points", "–" if row["n_needed"] is None else number(row["n_needed"]), "customers needed", None),
        ]
    )  # fmt: skip
    st.caption(show.plain_text(row["assumptions"]))
    st.subheader("The list", anchor=False)
    show.save(
        f"{row['campaign']}.csv",
        partial(_list, release, row["campaign"]),
        key="campaign-list",
        label="Save the list with its hold-out",
        primary=True,
    )
    if not show.may_export():
        st.caption("Editors can save the list.")
    people = release.ask("campaign_customers", campaign=row["campaign"], n=LISTED)
    show.table(
        [{**one, "arm": arm(one["arm"])} for one in people], key="campaign-customers", currency=release.currency, opens_customers=True,
        height=420, exports=False,
        kinds={
            "customer_id": ("Customer", "text"), "arm": ("Arm", "text"), "expected_value": ("Expected value", "cents"), "reason": ("Why", "text"),
            "send_at": ("Write at", "time"), "product_names": ("Show them", "text"),
        },
    )  # fmt: skip
    st.caption(
        f"To start it, so that its arms are kept and its effect can be measured: `regulars campaign start {row['campaign']}`"
    )
    if row["baseline_rate"] is not None and row["n_customers"]:
        draw_sample_size(release, row["n_customers"], row["baseline_rate"])


def arm(name: str) -> str:
    """Return what an arm is called.

    >>> arm("control"), arm("treat"), arm("short_letter")
    ('held out', 'write', 'write: Short letter')
    """
    if name == "control":
        return "held out"
    return "write" if name == "treat" else f"write: {spoken(name)}"


def _list(release: Release, campaign: str) -> bytes:
    """Return the list of a campaign as a CSV: as it was drawn if it was started, without those never to be written to."""
    members, suppressed = release.started_members(campaign)
    with tempfile.TemporaryDirectory() as folder:
        path = export_campaign(
            release.reader, campaign, Path(folder) / "list.csv", members=members, suppressed=suppressed
        )
        return path.read_bytes()

"""An audience of one's own: who fits, what it is worth, how many it takes, and the list with its hold-out."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from regulars.app import links, show
from regulars.app.source import Release, Row
from regulars.app.views.assumed import ask_assumptions
from regulars.app.views.sample_size import draw_sample_size
from regulars.terms.phrases import count, number, percent

EVERY = "All segments"
LISTED = 100
MOST_LISTED = 200_000


def draw_audience(release: Release) -> None:
    """Draw the builder."""
    show.part(
        "An audience of your own",
        "Customers by segment, risk and money at risk; those who may not be written to are left out.",
    )
    if not show.is_there(release, "predictions", what="predictions to choose customers by"):
        return
    wanted, cost = _asked(release)
    found = release.ask("audience", **wanted)[0]
    n = found["n_customers"]
    if not n:
        show.nothing(
            "Nobody fits who may be written to.", f"{count(found['n_matched'], 'customer')} fit otherwise."
        )
        return
    holdout = release.settings.campaigns.holdout_share
    _figures(release, found, cost, holdout)
    _listed(release, wanted, holdout)
    if found["baseline_rate"] is not None:
        draw_sample_size(release, n, found["baseline_rate"])


def _asked(release: Release) -> tuple[Row, float]:
    names = [row["segment"] for row in release.section("segments").get("rows") or []]
    first, second, third = st.columns(3)
    segment = links.choose(first, "Segment", [EVERY, *names], "segment")
    low, high = second.slider("Likely not to order, %", 0, 100, (50, 100), key="risk", bind="query-params")
    least = third.number_input(
        f"At risk at least {release.currency.symbol}".rstrip(),
        0.0,
        value=10.0,
        step=10.0,
        key="least",
        bind="query-params",
    )
    cost, kept = ask_assumptions(release, st.columns(3))
    wanted: dict[str, Any] = {
        "segment": None if segment == EVERY else segment, "least_risk": low / 100, "most_risk": high / 100, "least_at_risk": least,
        "needs_consent": _needs_consent(release), "left_out": release.left_out(), "kept_share": kept, "contact_cost": cost,
    }  # fmt: skip
    return wanted, cost


def _needs_consent(release: Release) -> bool:
    setting = release.settings.campaigns.unknown_consent
    return setting == "leave_out" or (setting == "auto" and release.ask("known_consent")[0]["n_known"] > 0)


def _figures(release: Release, found: Row, cost: float, holdout: float) -> None:
    money, n = release.currency.text, found["n_customers"]
    control = round(n * holdout)
    gain = found["gain_of_all"] * (1 - control / n)
    show.figures(
        [
            ("Written to", number(n - control), f"{number(found['n_matched'] - n)} fit and may not be written to", None),
            ("Held out", number(control), f"{percent(holdout)} of the audience", "Setting campaigns.holdout_share."),
            ("At risk", money(found["revenue_at_risk"]), f"in the next {release.horizon_days} days", None),
            ("Expected value", money(gain), f"after {money((n - control) * cost)} of contact costs", "What writing to them is assumed to keep, after its cost. The share kept is an assumption until a campaign has measured it."),
            ("Order anyway", percent(found["baseline_rate"]), "by the predictions", None),
            ("Each is worth", money(found["gain_of_all"] / n, 2), "per contact", None),
        ]
    )  # fmt: skip
    if gain <= 0:
        st.warning(
            "At these costs writing to them does not pay: choose a higher risk or more money at risk.",
            icon=":material/warning:",
        )


def _listed(release: Release, wanted: Row, holdout: float) -> None:
    drawn = {**wanted, "holdout_share": holdout, "seed": release.settings.campaigns.seed}
    show.save(
        "audience.csv",
        partial(release.csv, "audience_drawn", **drawn, n=MOST_LISTED),
        key="audience",
        label="Save the list with its hold-out",
        primary=True,
    )
    if not show.may_export():
        st.caption("Editors can save the list.")
    rows = release.ask("audience_drawn", **drawn, n=LISTED)
    show.table(
        [{**row, "arm": "held out" if row["arm"] == "control" else "write"} for row in rows], key="audience-list", currency=release.currency, opens_customers=True, height=420, exports=False,
        kinds={
            "customer_id": ("Customer", "text"), "arm": ("Arm", "text"), "name": ("Name", "text"), "segment": ("Segment", "text"),
            "p_churn": ("Likely not to order", "share"), "revenue_at_risk": ("At risk", "money"), "expected_value": ("Expected value", "cents"),
        },
    )  # fmt: skip
    st.caption(
        f"The first {LISTED} of them; the list holds all, up to {number(MOST_LISTED)}, with the hold-out at its end."
    )

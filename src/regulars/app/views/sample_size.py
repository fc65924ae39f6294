"""How many customers it takes to see whether a campaign worked."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import show
from regulars.app.look import form
from regulars.app.source import Release
from regulars.campaigns.power import NOTHING_SHOWS, detectable_effect, n_needed
from regulars.terms.phrases import count, number, percent

HOLDOUTS = (5, 10, 15, 20, 25, 30, 35, 40, 45, 50)


def draw_sample_size(release: Release, n_customers: int, baseline: float) -> None:
    """Draw what lift an audience of this size can show, by how many are held out."""
    demands = release.settings.campaigns
    show.part(
        "Will it be seen whether it worked",
        "The larger the hold-out, the smaller the effect that can be told from chance.",
    )
    left, right = st.columns(2)
    effect = left.number_input(
        "Lift worth knowing, in points of the share who order",
        0.1,
        50.0,
        value=100 * demands.smallest_effect,
        step=0.5,
        key="lift",
        bind="query-params",
    )
    share = right.slider(
        "Held out, %",
        5,
        50,
        max(5, round(100 * demands.holdout_share)),
        step=5,
        key="holdout",
        bind="query-params",
    )
    needed = n_needed(baseline, effect / 100, share / 100, demands.significance, demands.power)
    rows = [
        {
            "holdout": each / 100, "n_control": round(n_customers * each / 100),
            "detectable": detectable_effect(n_customers - round(n_customers * each / 100), round(n_customers * each / 100), baseline, demands.significance, demands.power),
            "needed": n_needed(baseline, effect / 100, each / 100, demands.significance, demands.power),
        }
        for each in HOLDOUTS
    ]  # fmt: skip
    seen = [row for row in rows if row["detectable"] is not None]
    enough = needed is not None and needed <= n_customers
    if needed is None:
        st.markdown("No audience is large enough to see that lift.")
    else:
        st.markdown(
            show.plain_text(
                f"With {share} % held out, a lift of {number(effect, 1)} points takes {count(needed, 'customer')}; this audience has {number(n_customers)}. "
                + (
                    "It is large enough."
                    if enough
                    else "It is too small: hold more out, or be content with seeing a larger lift."
                    if seen
                    else "It is too small."
                )
            )
        )
    if not seen:
        if needed is not None:
            show.nothing(f"With {count(n_customers, 'customer')} {NOTHING_SHOWS}.")
        return
    colors, figure = show.colors(), go.Figure()
    figure.add_scatter(
        x=[row["holdout"] for row in seen], y=[row["detectable"] for row in seen], mode="lines+markers", name="Smallest lift it shows", line={"color": colors.accent, "width": 2},
        hovertemplate="%{x:.0%} held out: a lift of %{y:.1%} and more<extra></extra>",
    )  # fmt: skip
    figure.add_hline(
        y=effect / 100,
        line={"color": colors.second, "dash": "dash", "width": 1.5},
        annotation_text="worth knowing",
        annotation_font_color=colors.second,
    )
    form(figure, colors, height=300, legend=False).update_xaxes(tickformat=".0%", title_text="held out")
    figure.update_yaxes(tickformat=".1%", rangemode="tozero")
    show.chart(
        figure, key="sample-size", title="Smallest lift that this audience shows",
        says=f"{percent(baseline)} are expected to order anyway; seen in {percent(demands.power)} of cases, with {percent(demands.significance)} chance of a false alarm.",
        rows=rows, kinds={"holdout": ("Held out", "share"), "n_control": ("Customers held out", "count"), "detectable": ("Smallest lift it shows", "share"), "needed": ("Customers needed", "count")},
    )  # fmt: skip

"""The threshold explorer: whom a probability would have called a leaver, how often rightly, and what it would have brought."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.heat import heat_map
from regulars.app.look import form, money_axis
from regulars.app.source import Release, Row
from regulars.app.views.assumed import ask_assumptions
from regulars.terms.phrases import day, number, percent


@dataclass(frozen=True)
class Called:
    """What calling everybody from a probability on a leaver would have meant."""

    threshold: float
    left_called: int
    stayed_called: int
    left_missed: int
    stayed_spared: int
    gain: float

    @property
    def precision(self) -> float | None:
        called = self.left_called + self.stayed_called
        return self.left_called / called if called else None

    @property
    def recall(self) -> float | None:
        left = self.left_called + self.left_missed
        return self.left_called / left if left else None


def called_from(hundredths: list[Row], threshold: int, contact_cost: float, kept_share: float) -> Called:
    """Return what a threshold, in hundredths, would have meant.

    Parameters
    ----------
    kept_share
        Share of what leavers would have brought that a contact is assumed to save, the margin counted in.

    >>> rows = [{"hundredth": 20, "n": 10, "n_left": 1, "stake_of_leavers": 50.0}, {"hundredth": 80, "n": 4, "n_left": 3, "stake_of_leavers": 300.0}]
    >>> called_from(rows, 50, contact_cost=1.0, kept_share=0.1)
    Called(threshold=0.5, left_called=3, stayed_called=1, left_missed=1, stayed_spared=9, gain=26.0)
    """
    above = [row for row in hundredths if row["hundredth"] >= threshold]
    below = [row for row in hundredths if row["hundredth"] < threshold]
    n, left = sum(row["n"] for row in above), sum(row["n_left"] for row in above)
    missed = sum(row["n_left"] for row in below)
    gain = sum(row["stake_of_leavers"] for row in above) * kept_share - n * contact_cost
    return Called(threshold / 100, left, n - left, missed, sum(row["n"] for row in below) - missed, gain)


def prepare(release: Release) -> None:
    """Ask what the explorer begins with: the newest past cut-off."""
    if not release.has("backtest_predictions"):
        return
    for target in release.section("proof").get("targets") or []:
        if target["target"] == "churn" and (cutoffs := _cutoffs(target)):
            _calls(release, target, cutoffs[0])


def _cutoffs(target: Row) -> list[str]:
    return sorted({one["cutoff"] for one in target["series"]}, reverse=True)


def _calls(release: Release, target: Row, cutoff: str) -> list[Row]:
    return release.ask("calls", model=target["winner"], cutoff=cutoff, horizon_days=target["horizon_days"])


def draw_threshold(release: Release, target: Row) -> None:
    """Draw the explorer for the newest complete past cut-off."""
    show.part(
        "From which probability on to write",
        "What it would have brought at a past cut-off to write to everybody from a probability on.",
    )
    if not show.is_there(release, "backtest_predictions", what="predictions at past cut-offs"):
        return
    cutoffs = _cutoffs(target)
    if not cutoffs:
        show.nothing("No past cut-off was judged.")
        return
    first, *others = st.columns(4)
    cutoff = links.choose(first, "Past cut-off", cutoffs, "at", day)
    contact, kept = ask_assumptions(release, others)
    rows = _calls(release, target, cutoff)
    if not rows:
        show.nothing("Predictions of that cut-off were not kept.")
        return
    every = [called_from(rows, step, contact, kept) for step in range(101)]
    best = max(every, key=lambda one: (one.gain, one.threshold))
    chosen = st.slider(
        "Write from this probability on, %",
        0,
        100,
        round(best.threshold * 100),
        key="threshold",
        bind="query-params",
    )
    _verdict(release, every[chosen], best)
    left, right = st.columns([3, 2])
    with left:
        _gains(release, every, every[chosen])
    with right:
        _matrix(every[chosen])


def _verdict(release: Release, chosen: Called, best: Called) -> None:
    money, n = release.currency.text, chosen.left_called + chosen.stayed_called
    most = (
        f"Most, {money(best.gain)}, would have come from {percent(best.threshold)} on." if best.gain > 0
        else "At these costs no threshold would have paid."
    )  # fmt: skip
    st.markdown(show.plain_text(most))
    show.figures(
        [
            ("Would have brought", money(chosen.gain), "after contact costs", "What the contacts keep of leavers' expected revenue, less what they cost. The share kept is an assumption."),
            ("Written to", number(n), "customers", None),
            ("Calls that were right", "–" if chosen.precision is None else percent(chosen.precision), "precision", "Of those written to, the share who did not order."),
            ("Leavers reached", "–" if chosen.recall is None else percent(chosen.recall), "recall", "Of those who did not order, the share written to."),
        ],
        4,
    )  # fmt: skip


def _gains(release: Release, every: list[Called], chosen: Called) -> None:
    colors, figure = show.colors(), go.Figure()
    figure.add_scatter(
        x=[one.threshold for one in every], y=[one.gain for one in every], mode="lines", name="Gain", line={"color": colors.accent, "width": 2.5},
        hovertemplate="from %{x:.0%} on: %{y:,.0f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[chosen.threshold],
        y=[chosen.gain],
        mode="markers",
        name="Chosen",
        marker={"color": colors.second, "size": 12},
        hoverinfo="skip",
    )
    form(figure, colors, height=340).update_xaxes(
        tickformat=".0%", title_text="written to from this probability on"
    )
    figure.update_yaxes(**money_axis(release.currency))
    show.chart(
        figure, key="threshold-gain", title="What each threshold would have brought", says="Net of what the contacts cost, under the assumptions above.",
        rows=[{"threshold": one.threshold, "gain": one.gain, "precision": one.precision, "recall": one.recall, "n": one.left_called + one.stayed_called} for one in every],
        kinds={
            "threshold": ("From", "share"), "n": ("Written to", "count"), "precision": ("Calls that were right", "share"), "recall": ("Leavers reached", "share"),
            "gain": ("Would have brought", "money"),
        },
        currency=release.currency,
    )  # fmt: skip


def _matrix(chosen: Called) -> None:
    grid = [[chosen.left_called, chosen.left_missed], [chosen.stayed_called, chosen.stayed_spared]]
    across, down = ["written to", "not written to"], ["did not order", "ordered"]
    figure = heat_map(grid, across, down, shown=number).update_layout(height=340)
    figure.update_annotations(font_size=16)
    show.chart(
        figure, key="confusion", title="Who was called, and who left", says="The upper left and the lower right are what one wants.",
        rows=[{"came": name, "called": line[0], "spared": line[1]} for name, line in zip(down, grid, strict=True)],
        kinds={"came": ("What they did", "text"), "called": ("Written to", "count"), "spared": ("Not written to", "count")},
    )  # fmt: skip

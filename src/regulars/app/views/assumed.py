"""What contacting customers is assumed to cost and to keep: one form for every page that asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.app.source import Release


def ask_assumptions(release: Release, places: Sequence[Any]) -> tuple[float, float]:
    """Draw three fields into three places; return what a contact costs, and the share of leavers' revenue it keeps.

    They begin at the settings and stay the same from page to page; the margin is counted in the share.
    """
    costs = release.settings.predictions
    first, second, third = places
    cost = first.number_input(
        "A contact costs",
        0.0,
        value=float(costs.contact_cost),
        step=0.5,
        key="contact_cost",
        bind="query-params",
    )
    saved = second.number_input(
        "Of leavers it keeps, %",
        0.0,
        100.0,
        value=100 * costs.save_rate,
        step=1.0,
        key="saves",
        bind="query-params",
    )
    margin = third.number_input(
        "Margin of revenue, %",
        0.0,
        100.0,
        value=100 * (costs.margin or 1.0),
        step=5.0,
        key="margin",
        bind="query-params",
    )
    return cost, saved / 100 * margin / 100

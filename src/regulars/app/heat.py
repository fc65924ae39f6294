"""Heat maps: light to dark in one hue, with the value in each cell where they are few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from regulars.app import show
from regulars.app.look import TOOLS, form, readable_on

LABELS = 28
"""So high are the names above the columns."""


def heat_map(
    grid: Sequence[Sequence[Any]],
    across: Sequence[str],
    down: Sequence[str],
    unit: str = "",
    *,
    shown: Callable[[Any], str] | None = None,
) -> Any:
    """Return a heat map from none to the most that a cell holds.

    Parameters
    ----------
    shown
        How a value is written into its cell: in black or white, whichever can be read there.
    """
    colors = show.colors()
    most = max((value for line in grid for value in line if value is not None), default=0) or 1
    figure = go.Figure(
        go.Heatmap(
            z=grid, x=across, y=down, colorscale=colors.shade_scale(), zmin=0, zmax=most, xgap=2, ygap=2, showscale=False,
            text=[["" if value is None else shown(value) for value in line] for line in grid] if shown else None,
            hovertemplate="%{y}, %{x}: " + ("%{text}" if shown else unit + "%{z:,.0f}") + "<extra></extra>",
        )
    )  # fmt: skip
    form(figure, colors, height=90 + 32 * len(down), legend=False)
    figure.update_layout(margin={"t": TOOLS + LABELS}).update_xaxes(side="top", showgrid=False)
    if shown:
        cells = [
            (x, y, value)
            for y, line in zip(down, grid, strict=True)
            for x, value in zip(across, line, strict=True)
        ]
        figure.update_layout(
            annotations=[
                {"x": x, "y": y, "text": shown(value), "showarrow": False, "font": {"color": readable_on(colors.shade(value / most))}}
                for x, y, value in cells
                if value is not None
            ]
        )  # fmt: skip
    return figure.update_yaxes(autorange="reversed", showgrid=False)

"""Making ready what takes a second before anybody asks for it: imports, the first charts, what each page begins with."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

from regulars.app.source import Release, Shelf
from regulars.errors import RegularsError
from regulars.terms.places import Places


@cache
def shelf(workspace: str) -> Shelf:
    """Return the one shelf that all sessions of this process share."""
    return Shelf(Places(Path(workspace)), prepare)


def warm(workspace: str) -> None:
    """Import what pages are made of, draw one of each kind of chart, and open the release."""
    import pandas  # noqa: F401  (Streamlit imports it with the first table)
    import plotly.graph_objects as go

    from regulars.app import views  # noqa: F401

    for kind in (go.Bar(x=[1]), go.Scatter(y=[1]), go.Heatmap(z=[[1]]), go.Scatterpolar(r=[1])):
        go.Figure(kind).update_layout(template="plotly").to_json()
    with suppress(RegularsError):  # whoever asks is told
        shelf(workspace).current()


def prepare(release: Release) -> None:
    """Ask what the pages of a large release begin with."""
    from regulars.app.views import customers, segments, threshold

    for page in (segments, threshold, customers):
        with suppress(RegularsError):
            page.prepare(release)

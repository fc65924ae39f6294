"""Bars with their figures beside them, a name in front of each: as many below one another as there are names."""

from __future__ import annotations

from regulars.publish.report.charts import ACCENT, INK, THIRD, Frame, Spec
from regulars.publish.report.pictures.axes import LABEL, legend
from regulars.publish.report.sections.material import Row


def paired_bars(values: list[Row], names: list[str], frame: Frame) -> Spec:
    """Return two bars for each ``name``, one per ``part`` (gray, then blue), as long as its ``share``."""
    most = max(value["share"] for value in values)
    n = len({value["name"] for value in values})
    shared: Spec = {
        "y": {
            "field": "name", "type": "nominal", "sort": None,
            "axis": {"title": None, "domain": False, "ticks": False, "labelColor": INK, "labelLimit": 200},
            "scale": {"paddingInner": 0.3},
        },
        "yOffset": {"field": "part", "sort": names},
        "x": {
            "field": "share", "type": "quantitative", "axis": None,
            "scale": {"domainMax": most * (1.85 if frame.is_narrow else 1.15) or 1, "nice": False},
        },
    }  # fmt: skip
    color: Spec = {
        "legend": legend(frame),
        "field": "part", "type": "nominal", "title": None, "scale": {"domain": names, "range": [THIRD, ACCENT]},
    }  # fmt: skip
    return {
        "height": 46 * n,
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {**shared, "color": color, "description": LABEL}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {**shared, "text": {"field": "text"}},
            },
        ],
    }


def counted_bars(values: list[Row], room: float = 1.4) -> Spec:
    """Return a bar for each ``name``, as long as its ``n``; the longest leaves ``room`` for the text behind it."""
    most = max(value["n"] for value in values)
    y: Spec = {
        "field": "name", "type": "nominal", "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 170},
        "scale": {"paddingInner": 0.25},
    }  # fmt: skip
    x: Spec = {
        "field": "n", "type": "quantitative", "axis": None, "scale": {"domainMax": most * room or 1, "nice": False},
    }  # fmt: skip
    return {
        "height": 22 * len(values),
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "description": LABEL}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
    }

"""Pictures of what goes together: points with their intervals, on a scale from −1 to 1."""

from __future__ import annotations

from regulars.describe.correlations import FEATURES
from regulars.describe.groups import MEASURES
from regulars.publish.report.charts import ACCENT, INK, MUTED, RULE, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

DRAWN = 12
"""So many of the strongest are drawn; the table has all."""
NEGLIGIBLE = 0.147
BREAK = "|"


def relationship_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw the strongest correlations and the largest differences between groups."""
    drawn = []
    if section["correlations"]:
        drawn.append(_correlations(section["correlations"]))
    if section["differences"]:
        drawn.append(_differences(section["differences"]))
    return drawn


def _correlations(rows: list[Row]) -> Picture:
    points = [
        {
            "name": f"{FEATURES[row['feature_a']]}{BREAK}and {FEATURES[row['feature_b']]}",
            "value": row["correlation"], "low": row["ci_low"], "high": row["ci_high"], "tip": tip(row["sentence"]),
            "text": phrases.number(row["correlation"], 2),
        }
        for row in rows[:DRAWN]
    ]  # fmt: skip
    return picture(
        "correlations",
        "Figures that rise and fall together",
        "To the right: both rise together. To the left: one falls as the other rises. The bar is the range in which the true "
        "value lies. That two go together does not say that one makes the other.",
        "One point with its interval for each pair of figures, the strongest first, from −1 to 1.",
        ("Pair", "Customers", "Correlation", "Interval from", "to"),
        [
            (
                f"{phrases.spoken(FEATURES[row['feature_a']])} and {FEATURES[row['feature_b']]}",
                phrases.number(row["n"]),
                *(phrases.number(row[name], 2) for name in ("correlation", "ci_low", "ci_high")),
            )
            for row in rows
        ],
        lambda frame: _forest(points, frame),
    )


def _differences(rows: list[Row]) -> Picture:
    points = [
        {
            "name": f"{MEASURES[row['measure']]}{BREAK}{_short(row['group_a'])} or {_short(row['group_b'])}",
            "value": row["cliffs_delta"], "low": row["ci_low"], "high": row["ci_high"], "tip": tip(row["sentence"]),
            "text": phrases.number(row["cliffs_delta"], 2),
        }
        for row in rows[:DRAWN]
    ]  # fmt: skip
    return picture(
        "group-differences",
        "Differences between groups of customers",
        "To the right, a customer of the first group is more often above one of the second than below. Inside the gray band the "
        "difference is too small to matter.",
        "One point with its interval for each comparison of two groups, the largest difference first, from −1 to 1.",
        ("Figure", "First group", "Customers", "Median", "Second group", "Customers", "Median", "Difference",
         "Interval from", "to", "Size", "p, adjusted"),
        [
            (
                phrases.spoken(MEASURES[row["measure"]]),
                row["group_a"], phrases.number(row["n_a"]), phrases.number(row["median_a"], 2),
                row["group_b"], phrases.number(row["n_b"]), phrases.number(row["median_b"], 2),
                *(phrases.number(row[name], 2) for name in ("cliffs_delta", "ci_low", "ci_high")),
                row["effect"], "under 0.001" if row["p_adjusted"] < 0.001 else phrases.number(row["p_adjusted"], 3),
            )
            for row in rows
        ],
        lambda frame: _forest(points, frame, NEGLIGIBLE),
    )  # fmt: skip


def _short(group: str) -> str:
    return group.removeprefix("customers ").removeprefix("who ")


def _forest(points: list[Row], frame: Frame, negligible: float = 0) -> Spec:
    """Return points with intervals below one another; names break into two lines where they must."""
    y: Spec = {
        "field": "name", "type": "nominal", "sort": None,
        "axis": {
            "title": None, "domain": False, "ticks": False, "labelColor": INK, "labelLimit": 225 if frame.is_narrow else 400,
            "labelExpr": f"split(datum.value, '{BREAK}')", "labelLineHeight": 16, "labelOffset": -8,
        },
    }  # fmt: skip
    # Room on both sides for the value of what is near −1 or 1; a phone has none.
    room = 1.05 if frame.is_narrow else 1.25
    scale = {"domain": [-room, room], "nice": False}
    axis = {"title": None, "values": [-1, 0, 1] if frame.is_narrow else [-1, -0.5, 0, 0.5, 1], "format": "~g"}
    x: Spec = {"field": "value", "type": "quantitative", "scale": scale, "axis": axis}
    band: Spec = {
        "data": {"values": [{"low": -negligible, "high": negligible}]},
        "mark": {"type": "rect", "color": RULE},
        "encoding": {
            "x": {"field": "low", "type": "quantitative", "scale": scale, "axis": axis},
            "x2": {"field": "high"},
        },
    }
    middle: Spec = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1},
        "encoding": {"x": {"field": "zero", "type": "quantitative", "scale": scale, "axis": axis}},
    }
    interval: Spec = {
        "data": {"values": points},
        "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2.5},
        "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y, "description": LABEL},
    }
    point: Spec = {
        "data": {"values": points},
        "mark": {"type": "point", "color": ACCENT},
        "encoding": {"x": x, "y": y, "description": LABEL},
    }
    texts: list[Spec] = [
        {
            "data": {"values": [at for at in points if (at["value"] < 0) == is_left]},
            "mark": {"type": "text", "align": "right" if is_left else "left", "dx": -9 if is_left else 9},
            "encoding": {"x": x | {"field": "low" if is_left else "high"}, "y": y, "text": {"field": "text"}},
        }
        for is_left in (True, False)
    ]
    layers = [*([band] if negligible else []), middle, interval, point, *([] if frame.is_narrow else texts)]
    return {"height": 44 * len(points), "layer": layers}

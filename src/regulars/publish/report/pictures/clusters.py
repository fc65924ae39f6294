"""Pictures of groups: what sets each apart, where they lie, and how their number was chosen."""

from __future__ import annotations

import math
from textwrap import wrap

from regulars.publish.report.charts import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    SMALL_FRAMES,
    THIRD,
    Frame,
    Picture,
    Spec,
    picture,
    tip,
)
from regulars.publish.report.pictures.axes import LABEL
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

PALETTE = ["#1b5e8c", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c7a00", "#6b6b6b"]
"""Okabe and Ito's colors, told apart with any color vision, the page's own first."""
RINGS, REACH, INNER = (-1, 0, 1, 2), 2.0, 0.5
"""Drawn standard deviations from the mean, the farthest, and how far the least is from the middle."""
LABEL_WIDTH = 14
PIXELS = 14
"""So many for a standard deviation, upwards and sidewards."""
CURVES = (
    ("silhouette", "Silhouette", "More is better: nearer to their own group than to the next.", 2),
    ("davies_bouldin", "Davies–Bouldin", "Less is better: width of the groups beside their distance.", 2),
    ("inertia", "Sum of squares", "Where it bends more groups stop to help; the bend is an open ring.", 0),
    (
        "stability_ari",
        "Stability",
        "How much of the grouping other samples of the customers give again; 1 is all.",
        2,
    ),
)


def cluster_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw for each track its groups, its map and its curves; keys begin with the track."""
    return [drawn for track in section["tracks"] if track["missing"] is None for drawn in _track(track)]


def _track(track: Row) -> list[Picture]:
    groups = [group for group in track["groups"] if group["cluster"]]
    return [
        *(_radar(track, group) for group in groups),
        *([_map(track, groups)] if track["points"] else []),
        *(_curve(track, *curve) for curve in CURVES),
    ]


def _radar(track: Row, group: Row) -> Picture:
    """Draw a group as a shape around the ring of the mean customer."""
    features = group["features"]
    n = len(features)

    def at(place: int, value: float) -> dict[str, float]:
        length = max(-REACH, min(REACH, value)) + REACH + INNER
        angle = 2 * math.pi * place / n
        return {"x": length * math.sin(angle), "y": length * math.cos(angle), "order": place}

    rings = [
        {**at(place % n, ring), "ring": ring, "order": place} for ring in RINGS for place in range(n + 1)
    ]
    shape = [
        {**at(place % n, features[place % n]["standardized_mean"]), "order": place} for place in range(n + 1)
    ]
    ends = [
        {
            **at(place, each["standardized_mean"]),
            "tip": tip(f"{each['label']}: {phrases.number(each['standardized_mean'], 1)} standard deviations from the mean"),
        }
        for place, each in enumerate(features)
    ]  # fmt: skip
    corners = [(at(place, REACH), wrap(each["label"], LABEL_WIDTH)) for place, each in enumerate(features)]
    names = [(corner["x"], corner["y"], text) for corner, text in corners]
    height = 2 * PIXELS * (2 * REACH + INNER) + 100

    def axis(name: str, pixels: float) -> Spec:
        half = pixels / PIXELS / 2
        return {
            "field": name,
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [-half, half], "nice": False},
        }

    x, y = axis("x", SMALL_FRAMES[0].width), axis("y", height)

    def spec(frame: Frame) -> Spec:
        line: Spec = {"x": x, "y": y, "order": {"field": "order"}}
        return {
            "height": height,
            "layer": [
                {
                    "data": {"values": rings},
                    "mark": {"type": "line", "strokeWidth": 1},
                    "encoding": {
                        **line,
                        "detail": {"field": "ring"},
                        "color": {"condition": {"test": "datum.ring == 0", "value": MUTED}, "value": RULE},
                    },
                },
                {
                    "data": {"values": shape},
                    "mark": {"type": "line", "strokeWidth": 2.5, "color": ACCENT, "filled": True, "fill": ACCENT, "fillOpacity": 0.15},
                    "encoding": line,
                },
                {
                    "data": {"values": ends},
                    "mark": {"type": "point", "size": 45},
                    "encoding": {"x": x, "y": y, "description": LABEL},
                },
                *(
                    {"data": {"values": [{"x": right, "y": up, "text": text}]}, "mark": _beside(right, up),
                     "encoding": {"x": x, "y": y, "text": {"field": "text"}}}
                    for right, up, text in names
                ),
            ],
        }  # fmt: skip

    return picture(
        f"{track['track']}-group-{group['cluster']}",
        group["name"],
        group["persona"],
        "A shape with a corner for each input; outside of the dark ring is more than the mean customer, inside is less.",
        ("Input", "Middle customer", "Of the other groups", "Standard deviations from the mean"),
        [
            (
                each["label"],
                _written(each["median_value"], each["unit"]),
                "–" if each["median_of_others"] is None else _written(each["median_of_others"], each["unit"]),
                phrases.number(each["standardized_mean"], 2),
            )
            for each in features
        ],
        spec,
        frames=SMALL_FRAMES,
    )


def _map(track: Row, groups: list[Row]) -> Picture:
    names = {group["cluster"]: group["name"] for group in groups}
    order = [names[number] for number in sorted(names)]
    values = [
        {"x": point["x"], "y": point["y"], "group": names[point["cluster"]]}
        for point in track["points"]
        if point["cluster"] in names
    ]
    xs, ys = ([value[axis] for value in values] for axis in ("x", "y"))
    if track["map_x_share"] is None:
        sees = "Neighbors on the map are alike (UMAP); distances and directions mean nothing else."
    else:
        sees = (
            f"From left to right {phrases.percent(track['map_x_share'])} of all differences, from bottom to top "
            f"{phrases.percent(track['map_y_share'])}; the rest cannot be seen here, so groups that touch may be apart."
        )

    def spec(frame: Frame) -> Spec:
        return {
            "height": 300 if frame.is_narrow else 400,
            "data": {"values": values},
            "mark": {"type": "point", "size": 24, "opacity": 0.75},
            "encoding": {
                "x": {
                    "field": "x", "type": "quantitative", "axis": {"title": None, "labels": False, "grid": False},
                    "scale": {"domain": [min(xs), max(xs)], "zero": False},
                },
                "y": {
                    "field": "y", "type": "quantitative", "axis": {"title": None, "labels": False, "grid": False},
                    "scale": {"domain": [min(ys), max(ys)], "zero": False},
                },
                "color": {
                    "field": "group", "type": "nominal", "title": None,
                    "scale": {"domain": order, "range": [PALETTE[place % len(PALETTE)] for place in range(len(order))]},
                    "legend": {"direction": "vertical", "symbolType": "circle", "symbolOpacity": 1, "labelLimit": frame.width - 30},
                },
            },
        }  # fmt: skip

    counted = {name: sum(value["group"] == name for value in values) for name in order}
    return picture(
        f"{track['track']}-map",
        "The groups on a map",
        f"{phrases.count(len(values), 'customer')} drawn by lot. {sees}",
        "A cloud of points, one per customer, colored by group.",
        ("Group", "Customers drawn"),
        [(name, phrases.number(n)) for name, n in counted.items()],
        spec,
    )


def _curve(track: Row, name: str, title: str, sentence: str, decimals: int) -> Picture:
    values = [
        {
            "k": row["k"], "value": row[name], "is_chosen": row["is_chosen"],
            "tip": tip(f"{phrases.count(row['k'], 'group')}: {phrases.number(row[name], decimals)}"),
        }
        for row in track["choice"]
    ]  # fmt: skip
    elbows = [value for value, row in zip(values, track["choice"], strict=True) if row["is_elbow"]]
    chosen = [value for value in values if value["is_chosen"]]

    def spec(frame: Frame) -> Spec:
        encoding: Spec = {
            "x": {"field": "k", "type": "ordinal", "axis": {"title": "number of groups", "labelAngle": 0}},
            "y": {
                "field": "value", "type": "quantitative", "scale": {"zero": False},
                "axis": {"title": None, "tickCount": 4, "format": f",.{decimals}f"},
            },
            "description": LABEL,
        }  # fmt: skip
        ring = {"type": "point", "filled": False, "size": 190, "stroke": MUTED, "strokeWidth": 1.5}
        return {
            "height": 150,
            "layer": [
                {"data": {"values": values}, "mark": {"type": "line", "color": THIRD}, "encoding": encoding},
                {"data": {"values": values}, "mark": {"type": "point", "size": 40, "color": THIRD}, "encoding": encoding},
                *([{"data": {"values": elbows}, "mark": ring, "encoding": encoding}] if name == "inertia" else []),
                {"data": {"values": chosen}, "mark": {"type": "point", "size": 110}, "encoding": encoding},
            ],
        }  # fmt: skip

    return picture(
        f"{track['track']}-{name.replace('_', '-')}",
        title,
        sentence,
        "A line over the number of groups; the number that is used is marked.",
        ("Groups", title, "Used"),
        [
            (
                phrases.number(value["k"]),
                phrases.number(value["value"], decimals),
                "yes" if value["is_chosen"] else "",
            )
            for value in values
        ],
        spec,
        frames=SMALL_FRAMES,
    )


def _beside(right: float, up: float) -> Spec:
    """Return the mark of a text that stands outside of a corner."""
    side = 0 if abs(right) < 0.1 else 1 if right > 0 else -1
    return {
        "type": "text", "color": INK, "align": {0: "center", 1: "left", -1: "right"}[side], "dx": 8 * side,
        "baseline": "bottom" if up > 0.1 else "top" if up < -0.1 else "middle", "dy": -18 if up > 0.1 else 9 if up < -0.1 else 0,
    }  # fmt: skip


def _written(value: float, unit: str) -> str:
    if unit == "share":
        return phrases.percent(value)
    return phrases.number(value, 1 if abs(value) < 10 and value != round(value) else 0)

"""Pictures of outcomes that the data gives: ROC and precision–recall of everybody, and which columns matter."""

from __future__ import annotations

from regulars.publish.report.charts import (
    ACCENT,
    HALF_FRAMES,
    SECOND,
    Frame,
    Picture,
    Spec,
    picture,
    tip,
)
from regulars.publish.report.pictures.axes import LABEL, legend, percent_axis
from regulars.publish.report.pictures.bars import counted_bars
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

AXES = {
    "roc": ("others called in vain", "found", "ROC"),
    "pr": ("found (recall)", "calls that were right (precision)", "Precision and recall"),
}


def outcome_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw for each outcome the curves of who ships beside others, and the columns by how much they matter."""
    drawn = []
    for row in section["targets"]:
        key = row["target"].replace("_", "-")
        for curve in AXES:
            lines = _lines(row, curve)
            if lines:
                drawn.append(_curve(row, curve, lines, key))
        if row["columns"]:
            drawn.append(_columns(row, key))
    return drawn


def _lines(row: Row, curve: str) -> list[Row]:
    """Return who ships (else who ranks best) and the best plain rule: more lines could not be told apart."""
    first = next(iter(row["contenders"]), None)
    rule = next((one for one in row["contenders"] if one["is_baseline"] and one is not first), None)
    shown = [one["model"] for one in (first, rule) if one]
    return [one for one in row["curves"] if one["curve"] == curve and one["model"] in shown]


def _curve(row: Row, curve: str, lines: list[Row], key: str) -> Picture:
    x_title, y_title, title = AXES[curve]
    names = [line["label"] for line in lines]
    points = [
        {
            "x": point["x"], "y": point["y"], "who": line["label"], "order": place,
            "tip": tip(f"{line['label']}: {phrases.percent(point['y'])} {y_title} at {phrases.percent(point['x'])} {x_title}"),
        }
        for line in lines
        for place, point in enumerate(line["points"])
    ]  # fmt: skip

    def spec(frame: Frame) -> Spec:
        scale = {"domain": [0, 1]}
        return {
            "height": 280,
            "data": {"values": points},
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "scale": scale, "axis": percent_axis(frame) | {"title": x_title}},
                "y": {"field": "y", "type": "quantitative", "scale": scale, "axis": percent_axis(frame) | {"title": y_title}},
                "order": {"field": "order"},
                "color": {
                    "field": "who", "type": "nominal", "title": None, "legend": legend(frame) | {"labelLimit": 300},
                    "scale": {"domain": names, "range": [ACCENT, SECOND][: len(names)]},
                },
                "description": LABEL,
            },
        }  # fmt: skip

    return picture(
        f"{curve}-{key}",
        f"{title}: {row['title']}",
        "Every point is a threshold; each customer was predicted by models that had not learned from them.",
        f"Lines for {', '.join(names)}: {y_title} against {x_title}.",
        ("Predicted by", x_title.capitalize(), y_title.capitalize()),
        [
            (line["label"], phrases.percent(point["x"], 1), phrases.percent(point["y"], 1))
            for line in lines
            for point in line["points"][:: max(1, len(line["points"]) // 10)]
        ],
        spec,
        frames=HALF_FRAMES,
    )


def _columns(row: Row, key: str) -> Picture:
    bars = [
        {
            "name": one["column"].replace("_", " "), "n": one["share"], "text": phrases.percent(one["share"]),
            "tip": tip(f"{one['column']}: {phrases.percent(one['share'], 1)} of what moves the predictions"),
        }
        for one in row["columns"]
    ]  # fmt: skip
    return picture(
        f"columns-{key}",
        f"What it is predicted from: {row['title']}",
        "How much each column moves the predictions, as parts of a whole; not what causes the outcome.",
        "A bar for each column.",
        ("Column", "Part"),
        [
            (bar["name"], phrases.percent(one["share"], 1))
            for bar, one in zip(bars, row["columns"], strict=True)
        ],
        lambda frame: counted_bars(bars),
        frames=HALF_FRAMES,
    )

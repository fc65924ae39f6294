"""Pictures of the proof: are probabilities believed, is money found, does it hold over time, how far off were forecasts."""

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
from regulars.publish.report.pictures.axes import LABEL, legend, money_axis, month_x
from regulars.publish.report.pictures.groups import CAME, PREDICTED, deciles, reliability
from regulars.publish.report.sections.material import Row
from regulars.publish.report.sections.proof import written
from regulars.publish.report.words import label, model
from regulars.terms import phrases
from regulars.terms.money import Currency


def proof_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw for each target the winner over the cut-offs and its predictions beside what came; and forecasts in money."""
    drawn = []
    for row in section["targets"]:
        key = f"{row['target'].replace('_', '-')}-{row['horizon_days']}d"
        if len(row["series"]) > 1:
            drawn.append(_over_time(row, key))
        if row["groups"]:
            drawn.append(reliability(row, key) if row["target"] == "churn" else deciles(row, key, currency))
    if len(section["totals"]) > 1:
        drawn.append(_totals(section["totals"], currency))
    return drawn


def _over_time(row: Row, key: str) -> Picture:
    figure = row["metrics"][0]
    winner = model(row["winner"])
    rival = model(row["rival"]) if row["rival"] else None
    series = row["series"]
    points = [
        {
            "month": one["cutoff"], "who": who, "value": one[field],
            "tip": tip(f"{phrases.day(one['cutoff'])}, {who}: {written(figure, one[field])}"),
        }
        for one in series
        for field, who in (("winner", winner), ("rival", rival))
        if one[field] is not None
    ]  # fmt: skip
    band = [
        {"month": one["cutoff"], "low": one["ci_low"], "high": one["ci_high"]}
        for one in series
        if one["ci_low"] is not None and one["ci_high"] is not None
    ]
    names = [winner, *([rival] if rival and any(point["who"] == rival for point in points) else [])]
    months = sorted({one["cutoff"] for one in series})

    def spec(frame: Frame) -> Spec:
        x = month_x(frame, _first_days(months))
        y: Spec = {
            "field": "value", "type": "quantitative", "scale": {"zero": figure == "pinball", "nice": True},
            "axis": {"title": None, "tickCount": 4, "format": "~g"},
        }  # fmt: skip
        color: Spec = {
            "field": "who", "type": "nominal", "title": None, "legend": legend(frame) | {"labelLimit": 300},
            "scale": {"domain": names, "range": [ACCENT, SECOND][: len(names)]},
        }  # fmt: skip
        shade: Spec = {
            "data": {"values": band},
            "mark": {"type": "area", "color": ACCENT, "opacity": 0.15},
            "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}},
        }
        lines: Spec = {
            "data": {"values": points},
            "mark": {"type": "line", "point": {"size": 45}},
            "encoding": {"x": x, "y": y, "color": color, "description": LABEL},
        }
        return {"height": 280, "layer": [shade, lines] if band else [lines]}

    better = "Lower is better." if figure == "pinball" else "Higher is better."
    shaded = " The shade holds the true value in 95 of 100 cases." if band else ""
    return picture(
        f"over-time-{key}",
        f"{label(figure)} at each past cut-off",
        f"{better} A prediction worth having stays ahead of the best {'model' if row['is_rule'] else 'plain rule'} all year.{shaded}",
        "Lines over the past cut-offs: who ships, and the best of the others.",
        ("Past cut-off", winner, "Interval from", "to", *([rival] if rival else [])),
        [
            (
                phrases.day(one["cutoff"]),
                *(written(figure, one[name]) for name in ("winner", "ci_low", "ci_high")),
                *([written(figure, one["rival"])] if rival else []),
            )
            for one in series
        ],
        spec,
        frames=HALF_FRAMES,
    )


def _first_days(days: list[str]) -> list[str]:
    return sorted({f"{day[:7]}-01" for day in days})


def _totals(rows: list[Row], currency: Currency) -> Picture:
    days = phrases.count(rows[0]["horizon_days"], "day")
    points = [
        {
            "month": row["cutoff"], "part": part, "value": row[field],
            "tip": tip(f"{days} from {phrases.day(row['cutoff'])}, {part.lower()}: {currency.text(row[field])}"),
        }
        for row in rows
        for field, part in (("predicted", PREDICTED), ("actual", CAME))
    ]  # fmt: skip
    months = _first_days([row["cutoff"] for row in rows])

    def spec(frame: Frame) -> Spec:
        return {
            "height": 240,
            "data": {"values": points},
            "mark": {"type": "line", "point": {"size": 45}},
            "encoding": {
                "x": month_x(frame, months),
                "y": {"field": "value", "type": "quantitative", "axis": money_axis(currency, frame), "scale": {"zero": True}},
                "color": {
                    "field": "part", "type": "nominal", "title": None, "legend": legend(frame),
                    "scale": {"domain": [PREDICTED, CAME], "range": [SECOND, ACCENT]},
                },
                "description": LABEL,
            },
        }  # fmt: skip

    return picture(
        "forecast-totals",
        "Forecasts of the past, in money",
        f"What all customers known at a cut-off were expected to bring in the {days} after it, and what they brought.",
        "Two lines over the past cut-offs: the forecast total and the actual total.",
        ("Past cut-off", PREDICTED, CAME, "Off by"),
        [
            (
                phrases.day(row["cutoff"]),
                currency.text(row["predicted"]),
                currency.text(row["actual"]),
                currency.text(row["predicted"] - row["actual"]),
            )
            for row in rows
        ],
        spec,
    )

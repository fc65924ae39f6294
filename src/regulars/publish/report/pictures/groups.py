"""Pictures of predictions beside what came, by tenth of the customers."""

from __future__ import annotations

from regulars.publish.report.charts import (
    ACCENT,
    HALF_FRAMES,
    MUTED,
    THIRD,
    Frame,
    Picture,
    Spec,
    picture,
    tip,
)
from regulars.publish.report.pictures.axes import LABEL, legend, money_axis, percent_axis
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

PREDICTED, CAME = "Predicted", "What came"


def reliability(row: Row, key: str) -> Picture:
    """Draw predicted against observed shares, with the line on which they are the same."""
    groups = row["groups"]
    pooled = [
        {
            "predicted": one["predicted"], "observed": one["observed"],
            "tip": tip(
                f"Predicted {phrases.percent(one['predicted'], 1)}, came {phrases.percent(one['observed'], 1)} "
                f"({phrases.count(one['n'], 'prediction')})"
            ),
        }
        for one in groups
    ]  # fmt: skip
    single = [
        {
            "predicted": at["predicted"], "observed": at["observed"],
            "tip": tip(
                f"{phrases.day(at['cutoff'])}: predicted {phrases.percent(at['predicted'], 1)}, came "
                f"{phrases.percent(at['observed'], 1)}"
            ),
        }
        for one in groups
        for at in one["cutoffs"]
    ]  # fmt: skip
    even = [{"predicted": share, "observed": share} for share in (0, 1)]

    def spec(frame: Frame) -> Spec:
        scale = {"domain": [0, 1]}
        x: Spec = {
            "field": "predicted", "type": "quantitative", "scale": scale,
            "axis": percent_axis(frame) | {"title": "predicted not to order"},
        }  # fmt: skip
        y: Spec = {
            "field": "observed", "type": "quantitative", "scale": scale,
            "axis": percent_axis(frame) | {"title": "did not order"},
        }  # fmt: skip
        places = {"x": x, "y": y}
        return {
            "height": 280,
            "layer": [
                {
                    "data": {"values": even},
                    "mark": {"type": "line", "color": MUTED, "strokeDash": [4, 4], "strokeWidth": 1},
                    "encoding": places,
                },
                {
                    "data": {"values": single},
                    "mark": {"type": "point", "color": THIRD, "size": 25},
                    "encoding": {**places, "description": LABEL},
                },
                {
                    "data": {"values": pooled},
                    "mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 60}},
                    "encoding": {**places, "order": {"field": "predicted"}, "description": LABEL},
                },
            ],
        }

    worst = max(groups, key=lambda one: abs(one["predicted"] - one["observed"]))
    return picture(
        f"reliability-{key}",
        "Can the probabilities be believed",
        "On the dashed line what was predicted is what came. Blue: tenths of the customers over all past cut-offs; gray: each "
        f"cut-off alone. Furthest off: {phrases.percent(worst['predicted'])} predicted, {phrases.percent(worst['observed'])} came.",
        "Points of predicted against observed shares, with a diagonal.",
        ("Tenth", "Predictions", PREDICTED, CAME),
        [
            (
                phrases.number(one["bin"]), phrases.number(one["n"]), phrases.percent(one["predicted"], 1),
                phrases.percent(one["observed"], 1),
            )
            for one in groups
        ],
        spec,
        frames=HALF_FRAMES,
    )  # fmt: skip


def deciles(row: Row, key: str, currency: Currency) -> Picture:
    """Draw predicted and observed amounts beside each other."""
    is_money = row["target"] == "value"

    def text(value: float) -> str:
        return currency.text(value) if is_money else phrases.number(value, 2)

    values = [
        {
            "bin": one["bin"], "part": part, "value": one[field],
            "tip": tip(f"Tenth {one['bin']}, {part.lower()}: {text(one[field])} per customer"),
        }
        for one in row["groups"]
        for field, part in (("predicted", PREDICTED), ("observed", CAME))
    ]  # fmt: skip

    def spec(frame: Frame) -> Spec:
        axis = money_axis(currency, frame) if is_money else {"title": None, "tickCount": 4, "format": "~g"}
        return {
            "height": 280,
            "data": {"values": values},
            "mark": {"type": "bar"},
            "encoding": {
                "x": {
                    "field": "bin", "type": "ordinal",
                    "axis": {"title": "tenth of the customers, by prediction", "labelAngle": 0},
                },
                "xOffset": {"field": "part", "sort": [PREDICTED, CAME]},
                "y": {"field": "value", "type": "quantitative", "axis": axis},
                "color": {
                    "field": "part", "type": "nominal", "title": None, "legend": legend(frame),
                    "scale": {"domain": [PREDICTED, CAME], "range": [THIRD, ACCENT]},
                },
                "description": LABEL,
            },
        }  # fmt: skip

    top = row["groups"][-1]
    return picture(
        f"deciles-{key}",
        "Predicted and what came, from the lowest tenth to the highest",
        f"Mean per customer, over all past cut-offs. The tenth predicted highest was expected to "
        f"{'bring' if is_money else 'order on'} {text(top['predicted'])}{'' if is_money else ' days'}; it was {text(top['observed'])}.",
        "Two bars for each tenth of the customers: predicted and observed mean.",
        ("Tenth", "Predictions", PREDICTED, CAME),
        [
            (
                phrases.number(one["bin"]),
                phrases.number(one["n"]),
                text(one["predicted"]),
                text(one["observed"]),
            )
            for one in row["groups"]
        ],
        spec,
        frames=HALF_FRAMES,
    )

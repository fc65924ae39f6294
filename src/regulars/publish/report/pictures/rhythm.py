"""Pictures of weekdays and hours, for the shop and for each segment."""

from __future__ import annotations

from regulars.publish.report.charts import (
    FRAMES,
    PAPER,
    SHADES,
    SMALL_FRAMES,
    Frame,
    Picture,
    Spec,
    picture,
    tip,
)
from regulars.publish.report.pictures.axes import LABEL, SHORT_DAYS
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency


def rhythm_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw weekday × hour for the shop, in both widths; for each segment small, in one."""
    everybody = _week(
        "orders-by-hour",
        "Orders by weekday and hour",
        section["sentence"],
        section["rows"],
        section["has_hours"],
    )
    each = [
        _week(
            f"orders-by-hour-{place}",
            row["segment"],
            row["sentence"],
            row["rows"],
            section["has_hours"],
            small=True,
        )
        for place, row in enumerate(section["segments"], start=1)
    ]
    return [everybody, *each]


def _week(
    key: str, title: str, sentence: str, cells: list[Row], has_hours: bool, small: bool = False
) -> Picture:
    total = sum(cell["n_orders"] for cell in cells)
    found = {(cell["weekday"], cell["hour"]): cell["n_orders"] for cell in cells}
    hours = sorted({hour for _, hour in found if hour is not None})
    span = list(range(hours[0], hours[-1] + 1)) if has_hours else [None]
    values = [
        {
            "day": SHORT_DAYS[day - 1], "hour": hour, "orders": found.get((day, hour), 0),
            "tip": tip(
                phrases.WEEKDAYS[day - 1] + ("" if hour is None else f", {phrases.hour(hour)} to {phrases.hour(hour + 1)}")
                + f": {phrases.count(found.get((day, hour), 0), 'order')} "
                f"({phrases.percent(found.get((day, hour), 0) / total, 1)})"
            ),
        }
        for day in range(1, 8)
        for hour in span
    ]  # fmt: skip
    day: Spec = {
        "field": "day", "type": "ordinal", "sort": SHORT_DAYS,
        "axis": {"title": None, "domain": False, "ticks": False, "labelAngle": 0},
    }  # fmt: skip

    def by_hour(frame: Frame) -> Spec:
        every = 1 if len(span) <= (7 if frame.is_narrow else 16) else 3 if frame.is_narrow else 2
        labels = [hour for hour in span if hour is not None and hour % every == 0]
        return {
            "height": 7 * (18 if small else 26),
            "data": {"values": values},
            "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
            "encoding": {
                "y": day,
                "x": {
                    "field": "hour", "type": "ordinal", "scale": {"domain": span},
                    "axis": {
                        "title": None if small else "hour of the day", "labelAngle": 0, "domain": False, "ticks": False,
                        "values": labels,
                    },
                },
                "color": {
                    "field": "orders", "type": "quantitative", "title": None, "scale": {"range": SHADES, "domainMin": 0},
                    "legend": None if small else {
                        "gradientLength": 160, "gradientThickness": 10, "format": ",.0f", "tickCount": 3,
                    },
                },
                "description": LABEL,
            },
        }  # fmt: skip

    def by_day(frame: Frame) -> Spec:
        return {
            "height": 150 if small else 200,
            "data": {"values": values},
            "mark": {"type": "bar", "width": {"band": 0.7}},
            "encoding": {
                "x": day,
                "y": {
                    "field": "orders",
                    "type": "quantitative",
                    "axis": {"title": None, "format": ",.0f", "tickCount": 3},
                },
                "description": LABEL,
            },
        }

    rows = [
        (
            phrases.WEEKDAYS[number - 1],
            *(phrases.number(found.get((number, hour), 0)) for hour in span),
        )
        for number in range(1, 8)
    ]
    return picture(
        key,
        title,
        sentence,
        "A grid of weekdays and hours; darker means more orders." if has_hours else "Bars, one per weekday.",
        ("Weekday", *("Orders" if hour is None else phrases.hour(hour) for hour in span)),
        rows,
        by_hour if has_hours else by_day,
        frames=SMALL_FRAMES if small else FRAMES,
    )

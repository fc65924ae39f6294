"""Pictures of what happened when: months, cohorts, weekdays and hours."""

from __future__ import annotations

from regulars.publish.report import phrases
from regulars.publish.report.charts import (
    ACCENT,
    FRAMES,
    PAPER,
    SECOND,
    SHADES,
    SMALL_FRAMES,
    THIRD,
    Frame,
    Picture,
    Spec,
    picture,
    tip,
)
from regulars.publish.report.pictures.axes import (
    LABEL,
    SHORT_DAYS,
    legend,
    money_axis,
    month_x,
    percent_axis,
)
from regulars.publish.report.sections.material import Row
from regulars.terms.money import Currency


def revenue_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw revenue by month with its trend, and the share that nobody's name is on."""
    months = section["rows"]
    if len(months) < 2:
        return []
    drawn = [_months(section, currency)]
    if any(row["untracked_share"] for row in months):
        drawn.append(_untracked(months))
    return drawn


def _months(section: Row, currency: Currency) -> Picture:
    months = section["rows"]
    parts = (("tracked_revenue", "From known customers"), ("untracked_revenue", "No customer named"))
    bars = [
        {
            "month": row["month"], "part": name, "place": place, "revenue": row[field],
            "tip": tip(f"{phrases.month(row['month'])}, {name.lower()}: {currency.text(row[field])}"),
        }
        for row in months
        for place, (field, name) in enumerate(parts)
    ]  # fmt: skip
    trend = [{"month": row["month"], "trend": row["trend"]} for row in months if row["trend"] is not None]
    names = [name for _, name in parts] if any(row["untracked_revenue"] for row in months) else [parts[0][1]]

    def spec(frame: Frame) -> Spec:
        bar: Spec = {
            "data": {"values": bars},
            "mark": {"type": "bar", "width": {"band": 0.8}, "binSpacing": 0},
            "encoding": {
                "x": month_x(frame, [row["month"] for row in months], timeUnit="utcyearmonth", bandPosition=0.5),
                "y": {"field": "revenue", "type": "quantitative", "stack": True, "axis": money_axis(currency, frame)},
                "order": {"field": "place"},
                "color": {
                    "field": "part", "type": "nominal", "title": None,
                    "scale": {"domain": names, "range": [ACCENT, THIRD]},
                    "legend": legend(frame) if len(names) > 1 else None,
                },
                "description": LABEL,
            },
        }  # fmt: skip
        line: Spec = {
            "data": {"values": trend},
            "mark": {"type": "line", "color": SECOND, "strokeWidth": 2.5},
            "encoding": {
                "x": month_x(
                    frame, [row["month"] for row in months], timeUnit="utcyearmonth", bandPosition=0.5
                ),
                "y": {"field": "trend", "type": "quantitative"},
            },
        }
        return {"height": 260 if frame.is_narrow else 300, "layer": [bar, line] if trend else [bar]}

    sentence = section["sentence"] + (" The orange line is the trend, without the season." if trend else "")
    return picture(
        "revenue-by-month",
        "Net revenue by month",
        sentence,
        f"Stacked bars, one per month from {phrases.month(months[0]['month'])} to {phrases.month(months[-1]['month'])}.",
        (
            "Month",
            "Net revenue",
            "From known customers",
            "No customer named",
            "Returns",
            "Orders",
            "Customers",
            "Trend",
        ),
        [
            (
                phrases.month(row["month"]) + ("" if row["is_complete"] else " (not complete)"),
                *(
                    currency.text(row[name])
                    for name in ("revenue", "tracked_revenue", "untracked_revenue", "return_value")
                ),
                phrases.number(row["n_orders"]),
                phrases.number(row["n_customers"]),
                "–" if row["trend"] is None else currency.text(row["trend"]),
            )
            for row in months
        ],
        spec,
    )


def _untracked(months: list[Row]) -> Picture:
    shown = [row for row in months if row["untracked_share"] is not None]
    most = max(shown, key=lambda row: row["untracked_share"])
    values = [
        {
            "month": row["month"],
            "share": row["untracked_share"],
            "tip": tip(f"{phrases.month(row['month'])}: {phrases.percent(row['untracked_share'], 1)}"),
        }
        for row in shown
    ]

    def spec(frame: Frame) -> Spec:
        return {
            "height": 170,
            "data": {"values": values},
            "mark": {"type": "line", "point": {"size": 45}},
            "encoding": {
                "x": month_x(frame, [row["month"] for row in months]),
                "y": {
                    "field": "share",
                    "type": "quantitative",
                    "axis": percent_axis(frame),
                    "scale": {"zero": True},
                },
                "description": LABEL,
            },
        }

    return picture(
        "untracked-share",
        "Share of sales with no customer named",
        f"Highest in {phrases.month(most['month'])}: {phrases.percent(most['untracked_share'], 1)} of what was sold. "
        "Nobody can be thanked, reminded or won back for these orders.",
        "A line of the untracked share of gross revenue by month.",
        ("Month", "Untracked share"),
        [(phrases.month(row["month"]), phrases.percent(row["untracked_share"], 1)) for row in shown],
        spec,
    )


def cohort_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw the grid of cohorts twice: customers who came back, and money that came back."""
    kinds = (
        ("retention_rate", "customers", "Customers who order again", section["sentence"]),
        (
            "revenue_retention", "revenue", "Revenue that comes again",
            "Each month's revenue of a cohort as a share of what it brought in its first month.",
        ),
    )  # fmt: skip
    return [_cohort_grid(section["rows"], *kind) for kind in kinds]


def _cohort_grid(rows: list[Row], field: str, noun: str, title: str, sentence: str) -> Picture:
    cells = [row for row in rows if row["period"] > 0 and row[field] is not None]
    months = sorted({row["cohort_month"] for row in rows})
    periods = max(row["period"] for row in rows)
    # One strong month must not make all others look alike: shades end at the share that one cell in fifty exceeds.
    by_size = sorted(row[field] for row in cells)
    top = by_size[int(0.98 * (len(by_size) - 1))] or 1
    values = [
        {
            "cohort": row["cohort_month"][:7], "period": row["period"], "share": row[field],
            "tip": tip(
                f"First order in {phrases.month(row['cohort_month'])}, {phrases.count(row['period'], 'month')} later: "
                f"{phrases.percent(row[field])} of {noun}"
            ),
        }
        for row in cells
    ]  # fmt: skip

    def spec(frame: Frame) -> Spec:
        every = 2 if len(months) > 14 else 1
        labels = [month[:7] for place, month in enumerate(months) if place % every == 0]
        step = next(step for step in (1, 2, 3, 6, 12) if periods / step <= (8 if frame.is_narrow else 24))
        label = "utcFormat(utcParse(datum.value, '%Y-%m'), '%b %Y')"
        return {
            "height": max(17 * len(months), 60),
            "data": {"values": values},
            "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
            "encoding": {
                "y": {
                    "field": "cohort", "type": "ordinal", "scale": {"domain": [month[:7] for month in months]},
                    "axis": {"title": None, "labelExpr": label, "values": labels, "domain": False, "ticks": False},
                },
                "x": {
                    "field": "period", "type": "ordinal", "scale": {"domain": list(range(1, periods + 1))},
                    "axis": {
                        "title": "months since the first order", "labelAngle": 0, "domain": False, "ticks": False,
                        "values": [period for period in range(1, periods + 1) if period % step == 0],
                    },
                },
                "color": {
                    "field": "share", "type": "quantitative", "title": None,
                    "scale": {"domain": [0, top], "range": SHADES, "clamp": True},
                    "legend": {
                        "labelExpr": "format(datum.value * 100, '.0f') + '\u00a0%'", "gradientLength": 160, "tickCount": 3,
                        "gradientThickness": 10,
                    },
                },
                "description": LABEL,
            },
        }  # fmt: skip

    grid: dict[str, dict[int, Row]] = {month: {} for month in months}
    for row in rows:
        grid[row["cohort_month"]][row["period"]] = row
    return picture(
        f"cohorts-{noun}",
        title,
        sentence,
        f"A grid: one row per month of first order, one column per month since; darker means more {noun}.",
        ("First order", "Customers", *(str(period) for period in range(1, periods + 1))),
        [
            (
                phrases.month(month),
                phrases.number(by_period[0]["cohort_size"]),
                *("" if (cell := by_period.get(period)) is None or cell[field] is None else phrases.percent(cell[field])
                  for period in range(1, periods + 1)),
            )
            for month, by_period in grid.items()
        ],
        spec,
    )  # fmt: skip


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

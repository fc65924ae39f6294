"""Pictures of months: revenue with its trend, and what nobody's name is on."""

from __future__ import annotations

from regulars.publish.report.charts import ACCENT, SECOND, THIRD, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL, legend, money_axis, month_x, percent_axis
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
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

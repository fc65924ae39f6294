"""Pictures of who comes back, by month of first order."""

from __future__ import annotations

from regulars.publish.report.charts import PAPER, SHADES, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency


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

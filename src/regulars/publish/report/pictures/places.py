"""Pictures of where customers are."""

from __future__ import annotations

from regulars.publish.report.charts import ACCENT, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL, log_ticks, money_axis
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

DRAWN = 25
"""So many countries are drawn; the table has more."""


def geography_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw net revenue by country as points on a logarithmic scale, so that small ones can be compared too."""
    rows = [row for row in section["rows"] if row["revenue"] > 0][:DRAWN]
    if len(rows) < 2:
        return []
    values = [
        {
            "country": row["country"], "revenue": row["revenue"], "text": currency.text(row["revenue"]),
            "tip": tip(
                f"{row['country']}: {currency.text(row['revenue'])}, {phrases.count(row['n_customers'], 'customer')}, "
                f"{phrases.count(row['n_orders'], 'order')}"
            ),
        }
        for row in rows
    ]  # fmt: skip
    low, high = max(rows[-1]["revenue"] * 0.7, 0.01), rows[0]["revenue"]

    def spec(frame: Frame) -> Spec:
        # Room to the right of the last point for its label.
        room = (high / low) ** (1.1 if frame.is_narrow else 0.25)
        ticks = [tick for tick in log_ticks(low, high * 1.5, frame) if tick >= low]
        x: Spec = {
            "field": "revenue", "type": "quantitative",
            "scale": {"type": "log", "domain": [low, high * room], "nice": False},
            "axis": money_axis(currency, frame, values=ticks[:: 3 if frame.is_narrow else 1], labelFlush=False),
        }  # fmt: skip
        y: Spec = {
            "field": "country", "type": "nominal", "sort": None,
            "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 140 if frame.is_narrow else 220},
        }  # fmt: skip
        return {
            "height": 24 * len(rows),
            "data": {"values": values},
            "layer": [
                {
                    "mark": {"type": "point", "color": ACCENT},
                    "encoding": {"x": x, "y": y, "description": LABEL},
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 9},
                    "encoding": {"x": x, "y": y, "text": {"field": "text"}},
                },
            ],
        }

    return [
        picture(
            "revenue-by-country",
            "Net revenue by country",
            f"{section['sentence']} The scale is logarithmic: each step to the right is a multiple.",
            "One point per country on a logarithmic scale, the biggest first.",
            ("Country", "Net revenue", "Share of sales", "Customers", "Orders", "Mean order value"),
            [
                (
                    row["country"],
                    currency.text(row["revenue"]),
                    "–" if row["sales_share"] is None else phrases.percent(row["sales_share"], 1),
                    phrases.number(row["n_customers"]),
                    phrases.number(row["n_orders"]),
                    "–" if row["mean_order_value"] is None else currency.text(row["mean_order_value"]),
                )
                for row in section["rows"]
            ],
            spec,
        )
    ]

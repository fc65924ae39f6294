"""Who moved between segments, and how much money moved with them."""

from __future__ import annotations

from regulars.publish.report.charts import (
    ACCENT,
    FONT_SIZE,
    INK,
    PAPER,
    SECOND,
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

LOST_TO_GAINED = [SECOND, PAPER, ACCENT]


def finding_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw the migration matrix; nothing without an earlier release."""
    return [_matrix(section["movements"], currency)] if section["movements"] else []


def _matrix(moved: Row, currency: Currency) -> Picture:
    rows, names = moved["rows"], moved["segments"]
    values = [
        {
            "from": row["segment_from"], "to": row["segment_to"], "change": row["revenue_change"],
            "n": phrases.number(row["n_customers"]),
            "tip": tip(
                f"From {row['segment_from']} to {row['segment_to']}: {phrases.count(row['n_customers'], 'customer')}, revenue of a "
                f"year from {currency.text(row['revenue_before'])} to {currency.text(row['revenue_now'])}"
            ),
        }
        for row in rows
    ]  # fmt: skip
    reach = max((abs(value["change"]) for value in values), default=0) or 1.0
    before = [name for name in names if any(row["segment_from"] == name for row in rows)]
    after = [name for name in names if any(row["segment_to"] == name for row in rows)]

    def spec(frame: Frame) -> Spec:
        axis: Spec = {
            "title": None,
            "domain": False,
            "ticks": False,
            "labelColor": INK,
            "labelLimit": 130 if frame.is_narrow else 170,
        }
        y: Spec = {"field": "from", "type": "nominal", "sort": before, "axis": axis}
        x: Spec = {
            "field": "to", "type": "nominal", "sort": after, "axis": axis | {"orient": "top", "labelAngle": -90},
        }  # fmt: skip
        color: Spec = {
            "field": "change", "type": "quantitative", "legend": None,
            "scale": {"range": LOST_TO_GAINED, "domain": [-reach, 0, reach], "type": "linear", "interpolate": "rgb"},
        }  # fmt: skip
        cells: Spec = {
            "mark": {"type": "rect", "stroke": "#e3e7ec", "strokeWidth": 1},
            "encoding": {"x": x, "y": y, "color": color, "description": LABEL},
        }
        numbers: Spec = {
            "mark": {"type": "text", "fontSize": FONT_SIZE},
            "encoding": {
                "x": x, "y": y, "text": {"field": "n"},
                "color": {
                    "condition": {"test": f"abs(datum.change) > {0.6 * reach}", "value": PAPER},
                    "value": INK,
                },
            },
        }  # fmt: skip
        return {
            "height": 26 * len(before),
            "data": {"values": values},
            "layer": [cells] if frame.is_narrow else [cells, numbers],
        }

    return picture(
        "movements",
        f"Who moved since {phrases.day(moved['previous_cutoff'])}",
        f"{moved['sentence']} Rows: segment then; columns: segment now; on a wide page with the customers of each. Blue: their revenue of a year went up; "
        "brown: it went down.",
        "A grid of segments then against segments now; each cell says how many customers moved, its color how much money.",
        ("From", "to", "Customers", "Ordered since", "A year's revenue then", "added since", "now older than a year", "now", "What moved them"),
        [
            (
                row["segment_from"], row["segment_to"], phrases.number(row["n_customers"]),
                phrases.number(row["n_bought_since"]), currency.text(row["revenue_before"]),
                currency.text(row["revenue_since"]), currency.text(row["revenue_aged_out"]),
                currency.text(row["revenue_now"]), row["moved_by"],
            )
            for row in rows
        ],
        spec,
    )  # fmt: skip

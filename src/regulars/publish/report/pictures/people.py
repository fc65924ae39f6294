"""Pictures of customers: segments, concentration, spread, what goes together."""

from __future__ import annotations

from regulars.publish.report.charts import HALF_FRAMES, MUTED, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL, percent_axis
from regulars.publish.report.pictures.bars import counted_bars, paired_bars
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency


def segment_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw for each segment its share of the customers beside its share of their revenue."""
    rows = section["rows"]
    if len(rows) < 2 or any(row["revenue_share"] is None for row in rows):
        return []
    parts = (("customer_share", "Share of customers"), ("revenue_share", "Share of revenue"))
    values = [
        {
            "name": row["segment"], "part": name, "place": place, "share": row[field],
            "text": phrases.percent(row[field], 1),
            "tip": tip(
                f"{row['segment']}: {phrases.percent(row['customer_share'], 1)} of customers, "
                f"{phrases.percent(row['revenue_share'], 1)} of revenue ({currency.text(row['revenue'])})"
            ),
        }
        for row in rows
        for place, (field, name) in enumerate(parts)
    ]  # fmt: skip
    names = [name for _, name in parts]
    return [
        picture(
            "segment-shares",
            "Share of customers and share of revenue",
            "Gray: how many they are. Blue: what they bring. Where blue is longer, a customer is worth more than the average.",
            "Two bars for each segment: its share of customers and its share of their net revenue.",
            ("Segment", "Customers", "Share of customers", "Net revenue", "Share of revenue"),
            [
                (
                    row["segment"],
                    phrases.number(row["n_customers"]),
                    phrases.percent(row["customer_share"], 1),
                    currency.text(row["revenue"]),
                    phrases.percent(row["revenue_share"], 1),
                )
                for row in rows
            ],
            lambda frame: paired_bars(values, names, frame),
        )
    ]


def concentration_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw how revenue gathers on the biggest customers, beside the line on which all would bring the same."""
    rows = section["rows"]
    curve = [
        {
            "customers": row["top_pct"] / 100, "revenue": row["revenue_share"],
            "tip": tip(
                f"The biggest {row['top_pct']}\u00a0% ({phrases.count(row['n_customers'], 'customer')}): "
                f"{phrases.percent(row['revenue_share'], 1)} of revenue"
            ),
        }
        for row in rows
    ]  # fmt: skip
    marked = [point for point, row in zip(curve, rows, strict=True) if row["top_pct"] in (10, 20, 50)]
    even = [{"customers": share, "revenue": share} for share in (0, 1)]

    def spec(frame: Frame) -> Spec:
        x: Spec = {
            "field": "customers", "type": "quantitative", "scale": {"domain": [0, 1]},
            "axis": percent_axis(frame) | {"title": "share of customers, the biggest first"},
        }  # fmt: skip
        y: Spec = {
            "field": "revenue", "type": "quantitative", "scale": {"domain": [0, 1]},
            "axis": percent_axis(frame) | {"title": "share of their revenue"},
        }  # fmt: skip
        places = {"x": x, "y": y}
        return {
            "height": 280 if frame.is_narrow else 360,
            "layer": [
                {
                    "data": {"values": even},
                    "mark": {"type": "line", "color": MUTED, "strokeDash": [4, 4], "strokeWidth": 1},
                    "encoding": places,
                },
                {"data": {"values": curve}, "mark": {"type": "line", "strokeWidth": 2.5}, "encoding": places},
                {"data": {"values": curve}, "mark": {"type": "point", "size": 90, "opacity": 0},
                 "encoding": {**places, "description": LABEL}},
                {"data": {"values": marked}, "mark": {"type": "point"}, "encoding": {**places, "description": LABEL}},
            ],
        }  # fmt: skip

    return [
        picture(
            "revenue-by-biggest-customers",
            "Revenue by share of customers",
            f"{section['sentence']} On the dashed line all customers would bring the same.",
            "A curve that rises from nothing to all revenue as customers are added, the biggest first.",
            ("Biggest customers", "Customers", "Net revenue", "Share of revenue", "Each at least"),
            [
                (
                    f"{row['top_pct']}\u00a0%",
                    phrases.number(row["n_customers"]),
                    currency.text(row["revenue"]),
                    phrases.percent(row["revenue_share"], 1),
                    currency.text(row["lowest_revenue"]),
                )
                for row in rows
                if row["top_pct"] and (row["top_pct"] in (1, 2, 5) or row["top_pct"] % 10 == 0)
            ],
            spec,
        )
    ]


def distribution_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw each spread as bars, one per range; ranges grow with the value."""
    return [_spread(row) for row in section["rows"]]


def _spread(row: Row) -> Picture:
    values = [
        {
            "name": part["label"], "n": part["n"], "text": phrases.number(part["n"]),
            "tip": tip(f"{part['label']}: {phrases.count(part['n'], row['noun'])}, {phrases.percent(part['share'], 1)}"),
        }
        for part in row["bins"]
    ]  # fmt: skip
    return picture(
        f"spread-{row['measure'].replace('_', '-')}",
        row["title"],
        row["sentence"],
        f"Bars: how many {row['noun']}s lie in each range.",
        (row["title"], phrases.spoken(f"{row['noun']}s"), "Share"),
        [
            (part["label"], phrases.number(part["n"]), phrases.percent(part["share"], 1))
            for part in row["bins"]
        ],
        lambda frame: counted_bars(values),
        frames=HALF_FRAMES,
    )

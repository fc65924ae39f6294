"""Pictures of what is likely: risk in bands, when the next orders are due, revenue ahead."""

from __future__ import annotations

from regulars.publish.report.charts import ACCENT, INK, SECOND, THIRD, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL, legend, money_axis, month_x
from regulars.publish.report.pictures.bars import counted_bars, paired_bars
from regulars.publish.report.sections.forecast import PARTS, WHOLE
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

CAME = "Came in"
COLORS = {
    CAME: THIRD,
    PARTS["existing"]: ACCENT,
    PARTS["new"]: SECOND,
    PARTS["untracked"]: "#9cc3dd",
    PARTS[WHOLE]: ACCENT,
}


def outlook_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw customers and revenue at risk by band, the windows of the next orders, and the months ahead."""
    drawn = []
    if len(section["bands"]) > 1 and all(row["risk_share"] is not None for row in section["bands"]):
        drawn.append(_bands(section["bands"], currency))
    if len(section["windows"]) > 1:
        drawn.append(_windows(section["windows"], currency))
    if section["forecast"]["rows"]:
        drawn.append(_forecast(section["forecast"], currency))
    return drawn


def _bands(rows: list[Row], currency: Currency) -> Picture:
    parts = (("customer_share", "Share of customers"), ("risk_share", "Share of revenue at risk"))
    names = [name for _, name in parts]
    values = [
        {
            "name": phrases.spoken(row["band"]), "part": name, "share": row[field], "text": phrases.percent(row[field], 1),
            "tip": tip(
                f"{phrases.spoken(row['band'])}: {phrases.count(row['n_customers'], 'customer')}, "
                f"{currency.text(row['revenue_at_risk'])} at risk"
            ),
        }
        for row in rows
        for field, name in parts
    ]  # fmt: skip
    return picture(
        "risk-bands",
        "Who may not order, and what hangs on them",
        "Gray: how many they are. Blue: their part of the revenue at risk. Where blue is longer, keeping a customer is worth more "
        "than the average.",
        "Two bars for each risk band: its share of customers and its share of the revenue at risk.",
        ("Risk band", "Customers", "Share of customers", "Expected not to order", "Revenue at risk", "Share of revenue at risk"),
        [
            (
                phrases.spoken(row["band"]),
                phrases.number(row["n_customers"]),
                phrases.percent(row["customer_share"], 1),
                phrases.number(row["expected_leavers"]),
                currency.text(row["revenue_at_risk"]),
                phrases.percent(row["risk_share"], 1),
            )
            for row in rows
        ],
        lambda frame: paired_bars(values, names, frame),
    )  # fmt: skip


def _windows(rows: list[Row], currency: Currency) -> Picture:
    values = [
        {
            "name": phrases.spoken(row["window"]), "n": row["n_customers"],
            "text": f"{phrases.number(row['n_customers'])} ({phrases.percent(row['customer_share'])})",
            "tip": tip(f"{phrases.spoken(row['window'])}: {phrases.count(row['n_customers'], 'customer')} {row['meaning']}"),
        }
        for row in rows
    ]  # fmt: skip
    most = max(rows, key=lambda row: row["n_customers"])
    meanings = "; ".join(f"{row['window']}: {row['meaning']}" for row in rows if row["meaning"])
    return picture(
        "next-purchase-windows",
        "When the next orders are due",
        f"{phrases.percent(most['customer_share'])} of customers are {most['window']}. Counted from the cut-off: {meanings}.",
        "One bar for each window of the next order: how many customers are expected in it.",
        ("Next order expected", "Meaning", "Customers", "Share of customers", "Expected revenue"),
        [
            (
                phrases.spoken(row["window"]),
                row["meaning"],
                phrases.number(row["n_customers"]),
                phrases.percent(row["customer_share"], 1),
                "–" if row["expected_revenue"] is None else currency.text(row["expected_revenue"]),
            )
            for row in rows
        ],
        lambda frame: {**counted_bars(values, 1.85 if frame.is_narrow else 1.4), "height": 34 * len(values)},
    )


def _forecast(section: Row, currency: Currency) -> Picture:
    rows, earlier = section["rows"], section["earlier"]
    came = {row["month"][:10]: row["revenue"] for row in earlier}
    names = [
        CAME,
        *dict.fromkeys(PARTS.get(part["part"], part["part"]) for row in rows for part in row["parts"]),
    ]
    bars = [
        {
            "month": month, "part": CAME, "place": 0, "revenue": revenue,
            "tip": tip(f"{phrases.month(month)}: {currency.text(revenue)} came in"),
        }
        for month, revenue in came.items()
    ]  # fmt: skip
    for row in rows:
        for part in row["parts"]:
            name = PARTS.get(part["part"], part["part"])
            said = f"{_when(row)}, {name.lower()}: {currency.text(part['expected_revenue'])} expected{_in_all(row, currency)}"
            bars.append({
                "month": row["month"], "part": name, "place": names.index(name), "revenue": part["expected_revenue"],
                "tip": tip(said),
            })  # fmt: skip
    bounds = [
        {"month": row["month"], **{end: came.get(row["month"], 0) + row[end] for end in ("low", "high")}}
        for row in rows
        if row["low"] is not None and row["high"] is not None
    ]
    months = sorted({bar["month"] for bar in bars})
    shown = [name for name in names if any(bar["part"] == name for bar in bars)]
    sentence = section["sentence"] + (
        " The thin line is the range that holds eight times in ten." if bounds else ""
    )
    return picture(
        "revenue-forecast",
        "Revenue ahead, by month",
        sentence,
        "Stacked bars: the months that came in, then those ahead, with an interval over each.",
        ("Month", "Forecast", "Eight times in ten from", "to", *(f"{PARTS.get(name, name)}" for name in _parts(rows))),
        [
            (
                _when(row),
                currency.text(row["expected_revenue"]),
                *("–" if row[name] is None else currency.text(row[name]) for name in ("low", "high")),
                *(_amount(row, name, currency) for name in _parts(rows)),
            )
            for row in rows
        ],
        lambda frame: _months(bars, bounds, months, shown, currency, frame),
    )  # fmt: skip


def _parts(rows: list[Row]) -> list[str]:
    return [
        name for name in dict.fromkeys(part["part"] for row in rows for part in row["parts"]) if name != WHOLE
    ]


def _amount(row: Row, name: str, currency: Currency) -> str:
    found = next((part["expected_revenue"] for part in row["parts"] if part["part"] == name), None)
    return "–" if found is None else currency.text(found)


def _in_all(row: Row, currency: Currency) -> str:
    if row["low"] is None or row["high"] is None:
        return ""
    low, high = currency.text(row["low"]), currency.text(row["high"])
    return f"\nIn all {currency.text(row['expected_revenue'])}, eight times in ten {low} to {high}"


def _when(row: Row) -> str:
    if row["starts_on"].endswith("-01"):
        return phrases.month(row["month"])
    return f"{phrases.month(row['month'])}, from the {int(row['starts_on'][8:])}."


def _months(
    bars: list[Row], bounds: list[Row], months: list[str], names: list[str], currency: Currency, frame: Frame
) -> Spec:
    x = month_x(frame, months, timeUnit="utcyearmonth", bandPosition=0.5)
    axis = money_axis(currency, frame)
    bar: Spec = {
        "data": {"values": bars},
        "mark": {"type": "bar", "width": {"band": 0.8}, "binSpacing": 0},
        "encoding": {
            "x": x,
            "y": {"field": "revenue", "type": "quantitative", "stack": True, "axis": axis},
            "order": {"field": "place"},
            "color": {
                "field": "part", "type": "nominal", "title": None,
                "scale": {"domain": names, "range": [COLORS.get(name, INK) for name in names]},
                "legend": legend(frame),
            },
            "description": LABEL,
        },
    }  # fmt: skip
    interval: Spec = {
        "data": {"values": bounds},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
        "encoding": {
            "x": x,
            "y": {"field": "low", "type": "quantitative"},
            "y2": {"field": "high"},
        },
    }
    ends: list[Spec] = [
        {
            "data": {"values": bounds},
            "mark": {"type": "tick", "color": INK, "thickness": 1.5, "size": 9, "orient": "horizontal"},
            "encoding": {"x": x, "y": {"field": end, "type": "quantitative"}},
        }
        for end in ("low", "high")
    ]
    layers = [bar, interval, *ends] if bounds else [bar]
    return {"height": 260 if frame.is_narrow else 300, "layer": layers}

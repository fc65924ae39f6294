"""Axes that charts share: money in full, months, weekdays, hours."""

from __future__ import annotations

import json

from regulars.publish.report.charts import Frame, Spec
from regulars.terms.money import Currency

MONTH_LABEL = "[utcFormat(datum.value, '%b'), utcmonth(datum.value) == 0 || datum.index == 0 ? utcFormat(datum.value, '%Y') : '']"
SHORT_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
LABEL = {"field": "tip", "type": "nominal"}
"""What a mark says on hover."""


def money_axis(currency: Currency, frame: Frame, **more: object) -> Spec:
    """Label amounts in full, with the currency's symbol."""
    symbol = json.dumps(currency.symbol)
    label = f"(datum.value < 0 ? '−' : '') + {symbol} + format(abs(datum.value), ',.0f')"
    return {"title": None, "labelExpr": label, "tickCount": 3 if frame.is_narrow else 5, **more}


def percent_axis(frame: Frame, **more: object) -> Spec:
    """Label shares of one as percentages."""
    label = "format(datum.value * 100, ',.0f') + '\u00a0%'"
    return {"title": None, "labelExpr": label, "tickCount": 4 if frame.is_narrow else 5, **more}


def legend(frame: Frame) -> Spec:
    """Set the entries of a legend beside each other on a page, below each other on a phone."""
    return {"direction": "vertical"} if frame.is_narrow else {}


def month_x(frame: Frame, months: list[str], **more: object) -> Spec:
    """Place months, and label as many as there is room for, with the year where it begins."""
    room = 5 if frame.is_narrow else 12
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if len(months) / step <= room), 120)
    labeled = [month for month in months if (int(month[5:7]) - 1) % min(step, 12) == 0][
        :: max(step // 12, 1)
    ] or months[:1]
    values = [{"year": int(month[:4]), "month": int(month[5:7]), "date": 1, "utc": True} for month in labeled]
    axis = {"title": None, "labelExpr": MONTH_LABEL, "values": values, "grid": False}
    return {"field": "month", "type": "temporal", "scale": {"type": "utc"}, "axis": axis, **more}


def log_ticks(low: float, high: float, frame: Frame) -> list[float]:
    """Return round values for a logarithmic axis: powers of ten, with 2 and 5 between them when few.

    >>> log_ticks(3, 2000, Frame("wide", 720))
    [5, 10, 20, 50, 100, 200, 500, 1000, 2000]
    >>> log_ticks(3, 20000, Frame("narrow", 328))
    [10, 100, 1000, 10000]
    """
    powers = range(-2, 12)
    few = [10**power for power in powers if low <= 10**power <= high]
    many = [digit * 10**power for power in powers for digit in (1, 2, 5) if low <= digit * 10**power <= high]
    return many if len(many) <= (5 if frame.is_narrow else 9) else few

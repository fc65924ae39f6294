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
    label = "format(datum.value * 100, ',.0f') + '\u00a0%'"
    return {"title": None, "labelExpr": label, "tickCount": 4 if frame.is_narrow else 5, **more}


def month_axis(frame: Frame, n_months: int) -> Spec:
    """Label as many months as there is room for, and the year where it begins."""
    room = 5 if frame.is_narrow else 12
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if n_months / step <= room), 120)
    return {
        "title": None, "format": "%b", "labelExpr": MONTH_LABEL, "tickCount": {"interval": "month", "step": step},
        "grid": False, "labelFlush": True,
    }  # fmt: skip


def month_x(frame: Frame, n_months: int, **more: object) -> Spec:
    scale = {"type": "utc"}
    return {"field": "month", "type": "temporal", "scale": scale, "axis": month_axis(frame, n_months), **more}


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

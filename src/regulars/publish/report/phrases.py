"""How numbers, dates and names are put into words: as everywhere (`terms/phrases.py`)."""

from __future__ import annotations

from regulars.terms.phrases import (
    NO_BREAK,
    WEEKDAYS,
    count,
    day,
    hour,
    listed,
    month,
    month_name,
    number,
    percent,
    sentence,
    spoken,
)

__all__ = [
    "NO_BREAK", "WEEKDAYS", "count", "day", "hour", "listed", "month", "month_name", "number", "percent", "sentence",
    "spoken",
]  # fmt: skip

"""What the revenue forecast makes: months ahead, and the same forecast at past months beside what came."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_PARTS = (
    "existing (customers known at the time), new (customers yet to come), untracked (sales that name no customer; only "
    "where the shop has such) or all (their sum)."
)
_HORIZON = "0 is the rest of the month in progress, 1 the first whole month ahead, and so on."

FORECAST = TableSpec(
    name="forecast",
    grain="one row per calendar month ahead and part of the revenue",
    key=("month", "part"),
    time_column="month",
    columns=(
        Column("month", "DATE", "Its first day."),
        Column("part", "VARCHAR", f"Whose: {_PARTS}"),
        Column("horizon_months", "INTEGER", _HORIZON, "months"),
        Column("starts_on", "DATE", "From this day: that of the cut-off in the month in progress, else the first."),
        Column("expected_revenue", MONEY_TYPE, "Net revenue expected from that day to the end of the month.", "currency", "too little history to go by; the note says what is missing"),
        Column("low", MONEY_TYPE, "One time in ten it is below this.", "currency", "no forecast"),
        Column("high", MONEY_TYPE, "One time in ten it is above this.", "currency", "no forecast"),
        Column("note", "VARCHAR", "What it rests on, and how far off it was at past months."),
    ),
)  # fmt: skip

FORECAST_BACKTEST = TableSpec(
    name="forecast_backtest",
    grain="one row per past month end (or the cut-off's day in a past month), month ahead of it and part of the revenue",
    key=("origin", "month", "part"),
    time_column="origin",
    columns=(
        Column("origin", "TIMESTAMP", "Known was what lies before this instant; all that came after was not looked at."),
        Column("month", "DATE", "The month that was forecast, its first day."),
        Column("part", "VARCHAR", f"Whose: {_PARTS}"),
        Column("horizon_months", "INTEGER", _HORIZON, "months"),
        Column("rule", "VARCHAR", "How the revenue of the whole was drawn on: the rule that had been best until then."),
        Column("expected", MONEY_TYPE, "What the forecast was.", "currency"),
        Column("low", MONEY_TYPE, "Lower end of its interval.", "currency"),
        Column("high", MONEY_TYPE, "Upper end of its interval.", "currency"),
        Column("actual", MONEY_TYPE, "What came: net revenue of these days.", "currency"),
        Column("same_month_last_year", MONEY_TYPE, "Baseline: what the same part brought a year earlier.", "currency", "less than a year of history"),
        Column("last_month", MONEY_TYPE, "Baseline: what the same part brought in the last such month before.", "currency", "no such month in the history"),
    ),
)  # fmt: skip

FORECAST_TABLES = (FORECAST, FORECAST_BACKTEST)

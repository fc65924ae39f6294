"""What a forecast rests on and how far off it was, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.models.forecast_rules import Rule
from regulars.terms.money import Currency

BASELINES = {"same_month_last_year": "the same month of last year", "last_month": "the last month"}


def note(rule: Rule, past: Sequence[dict[str, Any]], currency: Currency, *, knows_a_year: bool) -> str:
    """Return the note beside a forecast.

    ``past`` are its rows of the backtest, of the same part and month ahead; those that knew as much of the season as
    the forecast does are spoken of. A baseline is named where it exists at all of them. ``knows_a_year`` says whether
    last year's months could have been drawn on.
    """
    words = f"{rule.sentence}. "
    alike = [row for row in past if row["rule"].seasonal == rule.seasonal]
    if not alike:
        words += "There is no past month yet at which such a forecast could be judged."
    else:
        times = "the one past month" if len(alike) == 1 else f"{len(alike)} past months"
        words += f"At {times} where it could be judged it was off by {currency.text(_missed(alike, 'expected'))} on average"
        for baseline, name in BASELINES.items():
            if all(row[baseline] is not None for row in alike):
                words += f"; taking {name} instead, by {currency.text(_missed(alike, baseline))}"
        words += "."
    if not rule.seasonal and knows_a_year:
        words += " Last year's months foretold worse, so the season is left out and the interval is wide."
    elif not rule.seasonal:
        words += " With less than a year of history the season is not known, so the interval is wide."
    return words


def without_forecast(history_days: int) -> str:
    """Return why there is none."""
    return (
        f"There are {history_days} days of history; a forecast needs two whole months, to see how many customers come "
        "back and how many are new."
    )


def _missed(rows: Sequence[dict[str, Any]], guess: str) -> float:
    return float(sum(abs(row[guess] - row["actual"]) for row in rows)) / len(rows)

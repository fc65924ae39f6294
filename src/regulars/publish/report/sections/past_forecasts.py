"""How wrong forecasts of the past were, in money."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases


def past_totals(rows: list[Row]) -> list[Row]:
    """Return what the winner for value forecast for everybody, and what came; of the shortest horizon."""
    won = [row for row in rows if row["target"] == "value" and row["is_winner"]]
    if not won:
        return []
    days = min(row["horizon_days"] for row in won)
    by_cutoff: dict[str, Row] = defaultdict(dict)
    for row in won:
        if row["horizon_days"] == days:
            by_cutoff[row["cutoff"][:10]][row["metric"]] = row["value"]
    return [
        {
            "cutoff": at,
            "horizon_days": days,
            "predicted": found["predicted_total"],
            "actual": found["actual_total"],
        }
        for at, found in sorted(by_cutoff.items())
        if found.get("predicted_total") is not None and found.get("actual_total") is not None
    ]


def last_forecast(material: Material, totals: list[Row]) -> Row | None:
    """Say how wrong the last forecast was, in money."""
    if not totals:
        return None
    money, last = material.currency.text, totals[-1]
    off = last["predicted"] - last["actual"]
    share = off / last["actual"] if last["actual"] > 0 else None
    sentence = (
        f"On {phrases.day(last['cutoff'])} the forecast for the next {phrases.count(last['horizon_days'], 'day')} was "
        f"{money(last['predicted'])}; {money(last['actual'])} came: "
    )
    if round(off) == 0:
        sentence += "right to the unit."
    else:
        sentence += f"{money(abs(off))} too {'much' if off > 0 else 'little'}"
        sentence += "." if share is None else f" ({phrases.percent(abs(share), 1)})."
    misses = {row["cutoff"]: abs(row["predicted"] / row["actual"] - 1) for row in totals if row["actual"] > 0}
    if len(misses) > 1:
        worst = max(misses, key=lambda at: misses[at])
        sentence += (
            f" Over {phrases.count(len(misses), 'such forecast')} it was off by {phrases.percent(median(misses.values()), 1)} in "
            f"the middle, and by {phrases.percent(misses[worst], 1)} at worst, on {phrases.day(worst)}."
        )
    return {**last, "off": off, "off_share": share, "sentence": sentence}

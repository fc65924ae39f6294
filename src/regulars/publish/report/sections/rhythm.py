"""When they buy: weekday and hour, for the shop and for each segment."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

SHOWN = ("weekday", "hour", "n_orders", "revenue")
WINDOW = (
    "window_name", "week_share", "revenue_share", "order_share", "weekday_revenue_share", "hour_revenue_share",
    "sentence",
)  # fmt: skip
PERSONA = ("persona", "n_customers", "customer_share", "n_orders", "inside_share", "revenue", "revenue_share")
TRIAL = ("measure", "given_to", "advice", "n_customers", "hit_share")
EVERYBODY = "all"


def rhythm(material: Material) -> Row:
    """Return orders and revenue by weekday and hour; by weekday alone when the source has no hours."""
    groups = {
        segment: [{name: row[name] for name in SHOWN} for row in rows]
        for segment, rows in groupby(material.rows("rhythm"), key=itemgetter("segment"))
    }
    cells = groups.pop(EVERYBODY, [])
    if not sum(cell["n_orders"] for cell in cells):
        missing = "There is no order before the cut-off, so there is no rhythm to show."
        nothing: Row = {"missing": missing, "sentence": "", "has_hours": False, "rows": [], "segments": []}
        return nothing | {"windows": [], "personas": [], "send_times": None}
    order = {row["segment"]: row["place"] for row in material.rows("segment_profiles")}
    has_hours = any(cell["hour"] is not None for cell in cells)
    return {
        "missing": None,
        "sentence": _sentence(cells, has_hours),
        "has_hours": has_hours,
        "rows": cells,
        "segments": [
            {"segment": name, "sentence": _sentence(rows, has_hours), "rows": rows}
            for name, rows in sorted(groups.items(), key=lambda group: order.get(group[0], 0))
            if sum(row["n_orders"] for row in rows)
        ],
        "windows": [{name: row[name] for name in WINDOW} for row in material.rows("rhythm_windows")],
        "personas": _personas(material),
        "send_times": _send_times(material),
    }


def _personas(material: Material) -> list[Row]:
    if not material.has("rhythm_personas"):
        return []
    return [{name: row[name] for name in PERSONA} for row in material.ask("timing_personas")]


def _send_times(material: Material) -> Row | None:
    """Return whose orders the times to write come from, and how such advice did on orders it had not seen."""
    if not material.has("rhythm_personas"):
        return None
    sources = material.ask("send_times")
    trials = [{name: row[name] for name in TRIAL} for row in material.rows("send_time_trials")]
    return {"sentence": _advice(sources, trials), "sources": sources, "tried": trials}


def _advice(sources: list[Row], trials: list[Row]) -> str:
    n = {row["send_from"]: row["n_customers"] for row in sources}
    if not n:
        return "Nobody has ordered, so there is no time to write."
    words = {"own": "from their own orders", "segment": "from their segment's", "shop": "from the shop's"}
    text = "Each customer has a time to write: " + phrases.listed(
        [f"{phrases.count(n[source], 'customer')} {said}" for source, said in words.items() if source in n]
    )
    tried = [
        _tried(trials, measure, said)
        for measure, said in (("weekday", "the day"), ("hour", "the hour, or the one beside it,"))
    ]
    told = [one for one in tried if one]
    if not told:
        return f"{text}. Too few have ordered twice to ask how good such advice is."
    return f"{text}. Advice from all but the last order of a customer would have met {phrases.listed(told)}."


def _tried(trials: list[Row], measure: str, said: str) -> str | None:
    """Return how often advice met the last order, beside the shop's one time for everybody."""
    shares = {}
    for advice in ("given", "shop"):
        rows = [row for row in trials if row["measure"] == measure and row["advice"] == advice]
        n = sum(row["n_customers"] for row in rows)
        if not n:
            return None
        shares[advice] = sum(row["n_customers"] * row["hit_share"] for row in rows) / n
    return f"{said} of {phrases.percent(shares['given'], 1)} of last orders (one time for all: {phrases.percent(shares['shop'], 1)})"


def _sentence(cells: list[Row], has_hours: bool) -> str:
    total = sum(cell["n_orders"] for cell in cells)
    days = _summed(cells, "weekday")
    busiest = max(days, key=lambda day: days[day])
    name = phrases.WEEKDAYS[busiest - 1]
    if not has_hours:
        return f"The busiest day is {name}, with {phrases.percent(days[busiest] / total)} of orders; the source has no hours."
    hours = _summed([cell for cell in cells if cell["hour"] is not None], "hour")
    start = max(range(22), key=lambda hour: sum(hours.get(hour + ahead, 0) for ahead in range(3)))
    share = sum(hours.get(start + ahead, 0) for ahead in range(3)) / (sum(hours.values()) or 1)
    return (
        f"The busiest day is {name}, with {phrases.percent(days[busiest] / total)} of orders; the busiest three hours are "
        f"{phrases.hour(start)} to {phrases.hour(start + 3)}, with {phrases.percent(share)}."
    )


def _summed(cells: list[Row], by: str) -> dict[int, int]:
    sums: dict[int, int] = {}
    for cell in cells:
        sums[cell[by]] = sums.get(cell[by], 0) + cell["n_orders"]
    return sums

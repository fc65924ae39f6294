"""When they buy: weekday and hour, for the shop and for each segment."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from regulars.publish.report import phrases
from regulars.publish.report.sections.material import Material, Row

SHOWN = ("weekday", "hour", "n_orders", "revenue")
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
        return {"missing": missing, "sentence": "", "has_hours": False, "rows": [], "segments": []}
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
    }


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

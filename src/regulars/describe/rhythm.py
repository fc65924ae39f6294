"""How much of a week's business falls into a window of weekdays and hours, told honestly.

"80 % is placed Monday to Thursday and 80 % between 10 and 16 h" does not mean that 80 % falls into both; the joint
share is what a shift plan or a send time can count on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.terms import phrases

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Persona

Cells = Sequence[Mapping[str, Any]]
CELLS = "SELECT weekday, hour, n_orders, revenue FROM rhythm WHERE segment = $segment"
"""The weekdays and hours of everybody, or of a segment: at most 175 rows."""
WHOLE_DAY = (0, 24)
HALF = 0.5


@dataclass(frozen=True)
class WindowShare:
    """The joint share of a window beside the two shares that are easily taken for it.

    Null means: no order whose time is known.
    """

    sentence: str
    weekdays: tuple[int, ...]
    hours: tuple[int, int]
    revenue_share: float | None
    order_share: float | None
    weekday_revenue_share: float | None
    hour_revenue_share: float | None
    n_orders: int


def window_share(
    engine: DuckDBEngine,
    weekdays: tuple[int, int] | Collection[int],
    hours: tuple[int, int] = WHOLE_DAY,
    segment: str = "all",
) -> WindowShare:
    """Return how much of what was ordered falls on these weekdays and into these hours at once.

    Parameters
    ----------
    engine
        Where the table ``rhythm`` is.
    weekdays
        First and last as a tuple, both included (``(6, 1)`` is Saturday to Monday), or any others as a list; 1 is Monday.
    hours
        From, and the hour at which the window ends: ``(10, 16)`` is 10:00 to 15:59, ``(22, 6)`` what lies before 6 and
        after 22 on these days.
    segment
        Whose orders; everybody's by default.
    """
    return share_of(engine.rows(CELLS, {"segment": segment}), weekdays, hours)


def share_of(
    cells: Cells, weekdays: tuple[int, int] | Collection[int], hours: tuple[int, int] = WHOLE_DAY
) -> WindowShare:
    r"""Return the shares of a window of cells (weekday, hour, n_orders, revenue), as `window_share` does.

    >>> cells = [
    ...     {"weekday": 1, "hour": 9, "n_orders": 1, "revenue": 60.0},
    ...     {"weekday": 1, "hour": 20, "n_orders": 1, "revenue": 20.0},
    ...     {"weekday": 7, "hour": 9, "n_orders": 2, "revenue": 20.0},
    ... ]
    >>> share_of(cells, (1, 5), (9, 17)).sentence
    'Monday to Friday, 9–17\xa0h: 60.0\xa0% of the order value falls into both (80.0\xa0% on these days, 80.0\xa0% in these hours).'
    """
    days = _days(weekdays)
    if (
        not days
        or not days <= set(range(1, 8))
        or not (0 <= hours[0] < 24 and 0 < hours[1] <= 24)
        or hours[0] == hours[1]
    ):
        raise ValueError(f"weekdays run from 1 to 7 and hours from 0 to 24, not {weekdays} and {hours}")
    known = [cell for cell in cells if cell["hour"] is not None or hours == WHOLE_DAY]
    on_days = [cell for cell in known if cell["weekday"] in days]
    in_hours = [cell for cell in known if _is_in(cell["hour"], hours)]
    both = [cell for cell in on_days if _is_in(cell["hour"], hours)]
    revenue, orders = _summed(known, "revenue"), _summed(known, "n_orders")
    shares = (
        _part(_summed(both, "revenue"), revenue), _part(_summed(both, "n_orders"), orders),
        _part(_summed(on_days, "revenue"), revenue), _part(_summed(in_hours, "revenue"), revenue),
    )  # fmt: skip
    name = window_name(days, hours)
    if shares[0] is None:
        sentence = f"{name}: no orders with a time of day."
    elif hours == WHOLE_DAY or len(days) == 7:
        sentence = f"{name}: {phrases.percent(shares[0], 1)} of the order value."
    else:
        in_both, of_days, of_hours = (phrases.percent(share or 0, 1) for share in (shares[0], *shares[2:]))
        sentence = f"{name}: {in_both} of the order value falls into both ({of_days} on these days, {of_hours} in these hours)."
    return WindowShare(sentence, tuple(sorted(days)), hours, *shares, n_orders=int(orders))


def busiest_window(cells: Cells, least_share: float = HALF) -> WindowShare | None:
    """Return the smallest stretch of weekdays and hours that holds a share of the revenue; None without hours or revenue.

    Smallest by its hours a week; of equals the one that holds most, then the earliest.
    """
    import numpy as np

    week = np.zeros((7, 24))
    for cell in cells:
        if cell["hour"] is not None:
            week[cell["weekday"] - 1, cell["hour"]] += float(cell["revenue"])
    if not week.sum() > 0:
        return None
    found = []
    for first in range(7):
        for n_days in range(1, 8 if first == 0 else 7):
            by_hour = np.cumsum([0.0, *week[[(first + ahead) % 7 for ahead in range(n_days)]].sum(axis=0)])
            share = (by_hour[None, :] - by_hour[:, None]) / week.sum()  # from row to column
            for start, end in zip(*np.nonzero(share >= least_share - 1e-12), strict=True):
                found.append(
                    (
                        n_days * int(end - start),
                        -round(float(share[start, end]), 9),
                        first,
                        n_days,
                        int(start),
                        int(end),
                    )
                )
    _, _, first, n_days, start, end = min(found)
    return share_of(cells, [(first + ahead) % 7 + 1 for ahead in range(n_days)], (start, end))


def window_rows(cells: Cells, personas: Sequence[Persona]) -> list[dict[str, Any]]:
    """Return rows of ``rhythm_windows``: the busiest stretch and those of the timing personas."""
    busiest = busiest_window(cells)
    named = [("busiest_half", busiest)] if busiest else []
    named += [(one.name, share_of(cells, one.weekdays, (one.from_hour, one.to_hour))) for one in personas]
    return [
        _row(place, name, window)
        for place, (name, window) in enumerate(named, start=1)
        if window.revenue_share is not None
    ]


def window_name(days: Collection[int], hours: tuple[int, int]) -> str:
    r"""Return a window in words.

    >>> window_name([1, 2, 3, 4], (10, 16)), window_name([6, 7, 1], (0, 24)), window_name([2, 5], (22, 6))
    ('Monday to Thursday, 10–16\xa0h', 'Saturday to Monday', 'Tuesday and Friday, 22–6\xa0h')
    """
    days = set(days)
    first = next((day for day in sorted(days) if (day - 2) % 7 + 1 not in days), min(days))
    run = [(first - 1 + ahead) % 7 + 1 for ahead in range(len(days))]
    if len(days) == 7:
        text = "Every day"
    elif len(days) > 2 and set(run) == days:
        text = f"{phrases.WEEKDAYS[run[0] - 1]} to {phrases.WEEKDAYS[run[-1] - 1]}"
    else:
        text = phrases.listed(
            [phrases.WEEKDAYS[day - 1] for day in (run if set(run) == days else sorted(days))]
        )
    return text if hours == WHOLE_DAY else f"{text}, {hours[0]}–{hours[1]}{phrases.NO_BREAK}h"


def _row(place: int, name: str, window: WindowShare) -> dict[str, Any]:
    n_hours = (window.hours[1] - window.hours[0]) % 24 or 24
    return {
        "place": place, "window_name": name, "weekdays": ",".join(map(str, window.weekdays)), "from_hour": window.hours[0],
        "to_hour": window.hours[1], "week_share": len(window.weekdays) * n_hours / 168, "n_orders": window.n_orders,
        "revenue_share": window.revenue_share, "order_share": window.order_share,
        "weekday_revenue_share": window.weekday_revenue_share, "hour_revenue_share": window.hour_revenue_share,
        "sentence": window.sentence,
    }  # fmt: skip


def _days(weekdays: tuple[int, int] | Collection[int]) -> set[int]:
    if isinstance(weekdays, tuple) and len(weekdays) == 2:
        first, last = weekdays
        return (
            {(first - 1 + ahead) % 7 + 1 for ahead in range((last - first) % 7 + 1)}
            if 1 <= min(weekdays) <= max(weekdays) <= 7
            else set()
        )
    return set(weekdays)


def _is_in(hour: int | None, hours: tuple[int, int]) -> bool:
    if hours == WHOLE_DAY or hour is None:
        return hours == WHOLE_DAY
    return hours[0] <= hour < hours[1] if hours[0] < hours[1] else hour >= hours[0] or hour < hours[1]


def _summed(cells: Cells, name: str) -> float:
    return float(sum(cell[name] for cell in cells))


def _part(part: float, whole: float) -> float | None:
    return part / whole if whole else None

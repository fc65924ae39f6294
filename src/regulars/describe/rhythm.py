"""How much of a week's business falls into a window of weekdays and hours, told honestly.

"80 % is placed Monday to Thursday and 80 % between 10 and 16 h" does not mean that 80 % falls into both; the joint
share is what a shift plan or a send time can count on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.engines.queries import load

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class WindowShare:
    """The joint share of a window beside the two shares that are easily taken for it.

    Null means: no order with a time of day.
    """

    sentence: str
    revenue_share: float | None
    order_share: float | None
    weekday_revenue_share: float | None
    hour_revenue_share: float | None
    n_orders: int


def window_share(
    engine: DuckDBEngine, weekdays: tuple[int, int], hours: tuple[int, int], segment: str = "all"
) -> WindowShare:
    """Return how much of what was ordered falls on these weekdays and into these hours at once.

    Parameters
    ----------
    engine
        Where the table ``rhythm`` is.
    weekdays
        First and last, both included; 1 is Monday.
    hours
        From, and the hour at which the window ends: ``(10, 16)`` is 10:00 to 15:59.
    segment
        Whose orders; everybody's by default.
    """
    window = {
        "segment": segment, "first_weekday": weekdays[0], "last_weekday": weekdays[1], "from_hour": hours[0],
        "to_hour": hours[1],
    }  # fmt: skip
    found = engine.row(load("regulars.describe", "window_share"), window)
    name = f"{WEEKDAYS[weekdays[0] - 1]} to {WEEKDAYS[weekdays[1] - 1]}, {hours[0]}–{hours[1]} h"
    if found["revenue_share"] is None:
        sentence = f"{name}: no orders with a time of day."
    else:
        sentence = (
            f"{name}: {found['revenue_share']:.1%} of the order value falls into both ({found['weekday_revenue_share']:.1%} "
            f"on these days, {found['hour_revenue_share']:.1%} in these hours)."
        )
    return WindowShare(sentence, **found)

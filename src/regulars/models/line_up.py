"""Who competes: the models and baselines of every run, for each target."""

from __future__ import annotations

from regulars.models.baselines import baselines
from regulars.models.churn import AveragedChurn, BoostedChurn, LinearChurn, SeasonalChurn
from regulars.models.contender import Contender, Target
from regulars.models.timing import CalendarTiming, SeasonalTiming, ShapedTiming, UsualGap
from regulars.models.value import SeasonalOrders, SeasonalValue
from regulars.models.value_boosted import BoostedOrders, BoostedValue


def line_up() -> list[Contender]:
    """Return the contenders of a run, none of them fitted.

    >>> {target: sum(one.target == target for one in line_up()) for target in ("churn", "orders", "value", "next_order")}
    {'churn': 10, 'orders': 7, 'value': 7, 'next_order': 4}
    """
    return [
        *baselines(),
        SeasonalChurn(),
        LinearChurn(),
        BoostedChurn(),
        AveragedChurn(),
        SeasonalOrders(),
        BoostedOrders(),
        SeasonalValue(),
        BoostedValue(),
        UsualGap(),
        CalendarTiming(),
        SeasonalTiming(),
        ShapedTiming(),
    ]


def contender_named(target: Target, name: str) -> Contender:
    """Return a contender of the line-up, not fitted."""
    return next(one for one in line_up() if (one.target, one.name) == (target, name))

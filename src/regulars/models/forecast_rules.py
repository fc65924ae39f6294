"""How revenue ahead is drawn on from what is known at an origin: plain rules, and the shares of old and new customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.models.forecast_pieces import YEAR, Numbers, Pieces

RECENT = 6
"""Months, and past origins, that growth, newcomers and shares are read from."""
FEWEST_JUDGED = 6
"""Past origins that all rules must have been judged at before one is chosen for its record."""
MOST_JUDGED = 24
CLEARLY = 0.9
"""A rule must have missed less than this part of what the plainest missed."""


@dataclass(frozen=True)
class Rule:
    """The revenue of a month ahead, as last year's month or as the mean of the last months."""

    name: str
    sentence: str
    growth: float | None = None
    """To the power of which the growth since last year counts; None: last year is not looked at."""
    months: int = RECENT
    """So many last months: their mean, or their growth over the same ones a year earlier."""

    @property
    def seasonal(self) -> bool:
        return self.growth is not None

    def fits(self, pieces: Pieces, origin: int) -> bool:
        return not self.seasonal or origin - YEAR >= pieces.first

    def level(self, pieces: Pieces, series: Numbers, origin: int, ahead: int) -> float:
        """Return the revenue that is expected in a month ahead of an origin; never below zero."""
        window = pieces.window(origin, ahead)
        start = max(pieces.first, origin - 2 * self.months)
        if self.growth is None:
            recent = slice(start, origin)
            return max(float(series[recent].sum()) * pieces.days(window) / pieces.days(recent), 0.0)
        level = max(float(series[window.start - YEAR : window.stop - YEAR].sum()), 0.0)
        start = max(start, pieces.first + YEAR)
        lately, before = float(series[start:origin].sum()), float(series[start - YEAR : origin - YEAR].sum())
        return level * (lately / before) ** self.growth if min(lately, before) > 0 else level


RULES = (
    Rule("last_year", "Drawn on from last year's month", growth=0.0),
    Rule(
        "last_year_half_growth", "Drawn on from last year's month with half of the growth since", growth=0.5
    ),
    Rule("last_year_growth", "Drawn on from last year's month with the growth since", growth=1.0),
    Rule("last_3_months", "Drawn on from the mean of the last three months", months=3),
    Rule("last_6_months", "Drawn on from the mean of the last six months", months=6),
    Rule("last_month", "Drawn on from the last month", months=1),
)
"""Where last year is known, that is the plainest; else the mean of three months."""


def best_rule(pieces: Pieces, origin: int, aheads: Sequence[int]) -> Rule:
    """Return the rule that had missed least at the past origins where all that fit now did fit.

    The first that fits is the plainest; it is kept until there is reason to believe in another.
    """
    fitting = [rule for rule in RULES if rule.fits(pieces, origin)]
    judged = [
        (past, ahead)
        for ahead in aheads
        for past in pieces.over(ahead, origin)[-MOST_JUDGED:]
        if all(rule.fits(pieces, past) for rule in fitting)
    ]
    if len({past for past, _ in judged}) < FEWEST_JUDGED:
        return fitting[0]
    series = pieces.tracked

    def missed(rule: Rule) -> float:
        return sum(
            abs(rule.level(pieces, series, past, ahead) - float(series[pieces.window(past, ahead)].sum()))
            for past, ahead in judged
        )

    best = min(fitting, key=missed)
    return best if missed(best) < CLEARLY * missed(fitting[0]) else fitting[0]


def expected_by_part(pieces: Pieces, rule: Rule, origin: int, ahead: int) -> dict[str, float]:
    """Return what is expected of existing and of new customers, and of sales that name nobody."""
    levels = [rule.level(pieces, pieces.tracked, origin, nearer) for nearer in range(ahead + 1)]
    existing = levels[-1] * _existing_share(pieces, origin, ahead)
    new = _newcomers(pieces, origin, levels) * _early_value(pieces, origin, ahead)
    scale = levels[-1] / (existing + new) if existing + new > 0 else 0.0
    return {
        "existing": existing * scale,
        "new": new * scale,
        "untracked": rule.level(pieces, pieces.untracked, origin, ahead),
    }


def _recently_over(pieces: Pieces, origin: int, ahead: int) -> tuple[list[int], int]:
    """Return the latest past origins whose month ahead was over; of a nearer month where there is none yet."""
    while ahead > 0 and not pieces.over(ahead, origin):
        ahead -= 1
    return pieces.over(ahead, origin)[-RECENT:], ahead


def _existing_share(pieces: Pieces, origin: int, ahead: int) -> float:
    """Return the share of revenue that customers known at past origins brought so many months later."""
    origins, ahead = _recently_over(pieces, origin, ahead)
    existing = sum(pieces.came("existing", past, ahead) for past in origins)
    new = sum(pieces.came("new", past, ahead) for past in origins)
    return min(max(existing / (existing + new), 0.0), 1.0) if existing + new > 0 else 1.0


def _newcomers(pieces: Pieces, origin: int, levels: Sequence[float]) -> float:
    """Return how many new customers are expected from the origin to the end of the last month ahead.

    As many a day as lately, more or fewer as the expected revenue of each month is above or below the recent one. The
    first month of the data does not count: everybody is new in it.
    """
    recent = slice(max(pieces.first + 2, origin - 2 * RECENT), origin)
    a_day = float(pieces.newcomers[recent].sum()) / pieces.days(recent)
    usual = max(float(pieces.tracked[recent].sum()), 0.0) / pieces.days(recent)
    days = [pieces.days(pieces.window(origin, ahead)) for ahead in range(len(levels))]
    if usual <= 0:
        return a_day * sum(days)
    return a_day * sum(levels) / usual


def _early_value(pieces: Pieces, origin: int, ahead: int) -> float:
    """Return what a customer who came after a past origin brought, on average, in the month so far ahead of it."""
    origins, ahead = _recently_over(pieces, origin, ahead)
    came = sum(pieces.came("new", past, ahead) for past in origins)
    newcomers = sum(pieces.newcomers[past : pieces.window(past, ahead).stop].sum() for past in origins)
    return max(came / float(newcomers), 0.0) if newcomers else 0.0

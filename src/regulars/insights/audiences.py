"""Whom to act on: valuable customers about to leave, and where revenue can be won, each customer in one audience.

Money is what the shop's own models expect, or what customers in the same place brought a horizon earlier; no share of
success is assumed. Its interval is how far expected revenue was off at past cut-offs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from regulars.insights.bands import NORMAL_975
from regulars.insights.finding import Behind, Claim, Finding, Search, silent
from regulars.insights.ground import Ground
from regulars.terms import phrases

WARNING, OPPORTUNITY = "churn_warning", "opportunity"
WARNING_METHOD = "customers who bring most and are likely not to order within the horizon (without predictions, or where all have the same: who are overdue), counted"
OPPORTUNITY_METHOD = (
    "audiences that do not overlap, with the revenue expected of each by the models, or by what customers in the same place "
    "brought a horizon earlier"
)
DUE_DAYS = 30
FEWEST_PAST = 3
"""An interval is made of how far off expected revenue was at so many past cut-offs at least."""


@dataclass(frozen=True)
class Audiences:
    """Who is in which audience, and what is known to judge them by."""

    members: dict[str, dict[str, Any]]
    earlier: dict[str, dict[str, Any]]
    ratios: tuple[float, ...]
    """What came ÷ what was expected, at past cut-offs."""

    def interval(self, money: float) -> tuple[float, float] | None:
        """Return what expected money would have been with the best and the worst of the past errors."""
        if len(self.ratios) < FEWEST_PAST:
            return None
        return money * min(self.ratios), money * max(self.ratios)


def audiences(ground: Ground) -> Audiences:
    """Read the audiences of ``insight_customers``."""
    tables = ground.history.engine.tables()
    ratios = ground.rows("past_ratios", horizon_days=ground.horizon_days) if "backtests" in tables else []
    ground.history.need("orders", "purchase_days", "customers")
    return Audiences(
        {row["audience"]: row for row in ground.rows("audiences")},
        {row["audience"]: row for row in ground.rows("earlier_alike", horizon_days=ground.horizon_days)},
        tuple(float(row["ratio"]) for row in ratios if row["ratio"]),
    )


def churn_warnings(ground: Ground, known: Audiences) -> Search:
    """Warn of valuable customers who are likely not to come back."""
    if not ground.standing["n_buyers"]:
        return silent(WARNING, WARNING_METHOD, "no known customer has bought yet")

    def findings(_: Sequence[float]) -> list[Finding]:
        save = known.members.get("save")
        if not save:
            return []
        return [_predicted(ground, known, save) if save["n_predicted"] else _overdue(ground, save)]

    return Search(WARNING, WARNING_METHOD, findings)


def _predicted(ground: Ground, known: Audiences, save: dict[str, Any]) -> Finding:
    n, money = save["n_customers"], save["revenue_at_risk"] or 0.0
    days = phrases.count(ground.horizon_days, "day")
    at_least = phrases.percent(ground.settings.warn_from)
    sentence = (
        f"{phrases.count(n, 'customer')} out of the {_best_words(ground)} {'is' if n == 1 else 'are'} at least {at_least} likely "
        f"not to order in the next {days}; about {phrases.number(save['expected_leavers'])} "
        f"{'is' if round(save['expected_leavers']) == 1 else 'are'} expected to stay away. They brought "
        f"{ground.money(save['revenue_365d'])} in the {ground.year_words}, and {ground.money(money)} of the coming {days} is at "
        "risk with them."
    )
    return Finding(
        kind=WARNING,
        subject="valuable",
        sentence=sentence,
        money=money,
        money_meaning=f"revenue at risk in the next {days}",
        period_start=ground.end,
        period_end=ground.end + timedelta(days=ground.horizon_days),
        n_customers=n,
        audience=f"of the {_best_words(ground)}, those at least {at_least} likely not to order in {days}",
        action="Write or call now, the biggest first, each with the reason in their profile.",
        effort="medium",
        act_when="now",
        mood="bad",
        claim=Claim("ahead", ground.end, ground.end + timedelta(days=ground.horizon_days), _audience("save")),
        behind=Behind(ground.query("behind_audience"), {"audience": "save"}),
        interval=known.interval(money),
    )


def _overdue(ground: Ground, save: dict[str, Any]) -> Finding:
    n, money = save["n_customers"], save["revenue_365d"]
    return Finding(
        kind=WARNING,
        subject="valuable",
        sentence=f"{phrases.count(n, 'customer')} out of the {_best_words(ground)} {'is' if n == 1 else 'are'} overdue by "
        f"their own rhythm: {'together they' if n > 1 else 'they'} brought {ground.money(money)} in the {ground.year_words}.",
        money=money,
        money_meaning=f"brought by them in the {ground.year_words}",
        period_start=ground.year_start,
        period_end=ground.end,
        n_customers=n,
        audience=f"of the {_best_words(ground)}, those who are slipping or have lapsed",
        action="Write or call now, the biggest first.",
        effort="medium",
        act_when="now",
        mood="bad",
        claim=Claim("past", ground.year_start, ground.end, known=True),
        behind=Behind(ground.query("behind_audience"), {"audience": "save"}),
    )


def _best_words(ground: Ground) -> str:
    return f"{phrases.percent(ground.settings.valuable_share)} who brought most in the {ground.year_words}"


def opportunities(ground: Ground, known: Audiences) -> Search:
    """Say where revenue can be won: orders that are due, second and first orders, and those worth winning back."""
    if not ground.standing["n_buyers"] and not ground.standing["n_never_ordered"]:
        return silent(OPPORTUNITY, OPPORTUNITY_METHOD, "there is no known customer yet")

    def findings(_: Sequence[float]) -> list[Finding]:
        found = (
            _due(ground, known),
            _second_order(ground, known),
            _win_back(ground, known),
            _first_order(ground, known),
        )
        return [finding for finding in found if finding and finding.money > 0]

    return Search(OPPORTUNITY, OPPORTUNITY_METHOD, findings)


def _due(ground: Ground, known: Audiences) -> Finding | None:
    row = known.members.get("due")
    if not row or row["n_customers"] < ground.settings.fewest_customers:
        return None
    n, money = row["n_customers"], row["expected_30d"]
    likely = phrases.percent(ground.settings.due_from)
    return _opportunity(
        ground,
        known,
        subject="due",
        sentence=f"{phrases.count(n, 'customer')} are at least {likely} likely to order within {DUE_DAYS} days; about "
        f"{phrases.number(row['expected_buyers'])} of them are expected to, for {ground.money(money)} at their usual order value.",
        money=money,
        meaning=f"expected orders of the next {DUE_DAYS} days at the usual value of each",
        days=DUE_DAYS,
        n_customers=n,
        audience=f"at least {likely} likely to order within {DUE_DAYS} days, and not at risk",
        action="Be in stock with what they usually buy, and remind them a few days before they would order.",
        act_when="now",
    )


def _second_order(ground: Ground, known: Audiences) -> Finding | None:
    row, earlier = known.members.get("second_order"), known.earlier.get("second_order")
    if not row or row["n_customers"] < ground.settings.fewest_customers:
        return None
    n, days = row["n_customers"], phrases.count(ground.horizon_days, "day")
    money, interval = row["predicted_clv"], None
    if money is None:
        if not earlier or earlier["n_customers"] < ground.settings.fewest_customers:
            return None
        money, interval = _as_earlier(n, earlier)
    came = ""
    if earlier and earlier["n_customers"] >= ground.settings.fewest_customers:
        rate = earlier["n_ordered"] / earlier["n_customers"]
        came = (
            f" Of the {phrases.number(earlier['n_customers'])} who were in that place {days} earlier, {phrases.percent(rate)} "
            "ordered again within the same time."
        )
    return _opportunity(
        ground,
        known,
        subject="second_order",
        sentence=f"{phrases.count(n, 'customer')} ordered for the first time in the last {days} and not again yet.{came} "
        f"{ground.money(money)} is expected from them in the next {days}.",
        money=money,
        meaning=f"expected from them in the next {days}",
        days=ground.horizon_days,
        n_customers=n,
        audience=f"one purchase day so far, in the last {days}; not due and not at risk",
        action="Win the second order: say thank you, show what goes with the first, and do not wait.",
        act_when="now",
        interval=interval,
    )


def _win_back(ground: Ground, known: Audiences) -> Finding | None:
    row = known.members.get("win_back")
    if not row or row["n_customers"] < ground.settings.fewest_customers:
        return None
    n, days = row["n_customers"], phrases.count(ground.horizon_days, "day")
    return _opportunity(
        ground,
        known,
        subject="win_back",
        sentence=f"{phrases.count(n, 'customer')} of the fifth who ever spent most have lapsed: they have brought "
        f"{ground.money(row['revenue_to_date'])} to date, and {ground.money(row['predicted_clv'])} is expected of them in the next "
        f"{days} if nothing is done.",
        money=row["predicted_clv"],
        meaning=f"expected from them in the next {days}",
        days=ground.horizon_days,
        n_customers=n,
        audience="the fifth who ever spent most, lapsed, and in no other audience",
        action="Write to those worth most with what is new since they left; leave the rest in peace.",
        act_when="next",
    )


def _first_order(ground: Ground, known: Audiences) -> Finding | None:
    n, earlier = ground.standing["n_never_ordered"], known.earlier.get("first_order")
    fewest = ground.settings.fewest_customers
    if n < fewest or not earlier or earlier["n_customers"] < fewest or not earlier["n_ordered"]:
        return None
    days = phrases.count(ground.horizon_days, "day")
    money, interval = _as_earlier(n, earlier)
    rate = earlier["n_ordered"] / earlier["n_customers"]
    found = _opportunity(
        ground,
        known,
        subject="first_order",
        sentence=f"{phrases.count(n, 'customer')} signed up and never kept an order. Of the "
        f"{phrases.number(earlier['n_customers'])} in that place {days} ago {phrases.percent(rate, 1)} have ordered since; at that "
        f"rate {ground.money(money)} comes from them in the next {days}.",
        money=money,
        meaning=f"expected from them in the next {days}, at the rate of those before them",
        days=ground.horizon_days,
        n_customers=n,
        audience="signed up, no order kept",
        action="Help with the first order; where one was taken back, find out why.",
        act_when="next",
        interval=interval,
    )
    return found


def _as_earlier(n: int, earlier: dict[str, Any]) -> tuple[float, tuple[float, float]]:
    """Return what `n` bring if they bring what those before them brought, and the 95 % interval of that."""
    m = earlier["n_customers"]
    mean = earlier["revenue"] / m
    variance = max(earlier["sum_squares"] / m - mean**2, 0.0) * m / max(m - 1, 1)
    reach = NORMAL_975 * math.sqrt(variance / m)
    return n * mean, (n * max(mean - reach, 0.0), n * (mean + reach))


def _opportunity(
    ground: Ground,
    known: Audiences,
    *,
    subject: str,
    sentence: str,
    money: float,
    meaning: str,
    days: int,
    n_customers: int,
    audience: str,
    action: str,
    act_when: Any,
    interval: tuple[float, float] | None = None,
) -> Finding:
    start, end = ground.end, ground.end + timedelta(days=days)
    return Finding(
        kind=OPPORTUNITY,
        subject=subject,
        sentence=sentence,
        money=money,
        money_meaning=meaning,
        period_start=start,
        period_end=end,
        n_customers=n_customers,
        audience=audience,
        action=action,
        effort="low",
        act_when=act_when,
        mood="good",
        claim=Claim("ahead", start, end, _audience(subject)),
        behind=(
            Behind(ground.query("behind_never_ordered"))
            if subject == "first_order"
            else Behind(ground.query("behind_audience"), {"audience": subject})
        ),
        interval=interval or known.interval(money),
    )


def _audience(name: str) -> frozenset[str]:
    """Stand for the members of an audience: audiences share nobody."""
    return frozenset({f"audience {name}"})

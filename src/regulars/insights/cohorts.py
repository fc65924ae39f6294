"""Do the newest customers come back as earlier ones did at the same age?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from regulars.insights.bands import NORMAL_975
from regulars.insights.finding import Behind, Claim, Finding, Search, silent
from regulars.insights.ground import YEAR_DAYS, Ground
from regulars.terms import phrases

KIND = "cohort_change"
METHOD = (
    "share of the newest customers who came back within the horizon, and what they brought in it, against customers who came "
    "in the same weeks a year earlier (else all earlier ones): Fisher's exact and Mann–Whitney test"
)


@dataclass(frozen=True)
class Newcomers:
    """All customers whose first ``horizon_days`` are over: when each came, what they brought, whether they came back."""

    first_day: NDArray[np.datetime64]
    revenue: NDArray[np.float64]
    came_back: NDArray[np.bool_]

    @classmethod
    def read(cls, ground: Ground) -> Newcomers:
        ground.history.need("purchase_days", "orders")
        rows = ground.history.engine.arrow(
            ground.query("newcomers"), {**ground.history.parameters, "horizon_days": ground.horizon_days}
        )
        first_day, revenue, came_back = (
            rows.column(name).to_numpy(zero_copy_only=False) for name in ("first_day", "revenue", "came_back")
        )
        return cls(first_day.astype("datetime64[D]"), revenue.astype(float), came_back.astype(bool))

    @property
    def mean_revenue(self) -> float:
        """What a new customer brings in that time."""
        return float(self.revenue.mean()) if len(self.revenue) else 0.0

    def between(self, start: date, end: date) -> Cohort:
        """Return those who came in a stretch of days."""
        chosen = (self.first_day >= np.datetime64(start)) & (self.first_day < np.datetime64(end))
        return Cohort(start, end, self.revenue[chosen], int(self.came_back[chosen].sum()))


@dataclass(frozen=True)
class Cohort:
    """Customers who came in a stretch of days, watched for the same number of days each."""

    start: date
    end: date
    revenue: NDArray[np.float64]
    n_came_back: int

    @property
    def n(self) -> int:
        return len(self.revenue)

    @property
    def mean(self) -> float:
        return float(self.revenue.mean())

    @property
    def rate(self) -> float:
        return self.n_came_back / self.n

    @property
    def variance_of_mean(self) -> float:
        return float(self.revenue.var(ddof=1)) / self.n


def cohort_changes(ground: Ground, newcomers: Newcomers) -> Search:
    """Compare the newest customers whose first ``horizon_days`` are over with earlier ones at the same age."""
    pair = _pair(ground, newcomers)
    if pair is None:
        why = (
            f"fewer than {ground.settings.fewest_customers:,} customers came recently enough, or long enough ago, for their "
            f"first {ground.horizon_days} days to be compared"
        )
        return silent(KIND, METHOD, why)
    newest, earlier = pair
    p_values = [_rate_test(newest, earlier), _revenue_test(newest, earlier)]

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        rate, worth = p_adjusted
        limit = ground.settings.false_discovery_rate
        if min(rate, worth) > limit:
            return []
        return [_finding(ground, newest, earlier, rate <= limit, min(p_adjusted))]

    return Search(KIND, METHOD, findings, p_values)


def _pair(ground: Ground, newcomers: Newcomers) -> tuple[Cohort, Cohort] | None:
    """Return the newest cohort and the one it is held against; None when one of them is too small."""
    end = ground.end - timedelta(days=ground.horizon_days)
    start = end - timedelta(days=max(ground.horizon_days, 90))
    first = ground.standing["first_day"] or ground.end
    # who is new cannot be known in the first months of the data
    known_from = first + timedelta(days=90)
    year = timedelta(days=YEAR_DAYS)
    newest = newcomers.between(start, end)
    before = newcomers.between(start - year, end - year) if start - year >= known_from else None
    fewest = ground.settings.fewest_customers
    if before is None or before.n < fewest:
        before = newcomers.between(known_from, start)
    return None if min(newest.n, before.n) < fewest else (newest, before)


def _rate_test(newest: Cohort, earlier: Cohort) -> float:
    from scipy.stats import fisher_exact

    table = [[one.n_came_back, one.n - one.n_came_back] for one in (newest, earlier)]
    return float(fisher_exact(table).pvalue)


def _revenue_test(newest: Cohort, earlier: Cohort) -> float:
    from scipy.stats import mannwhitneyu

    if len(np.unique(np.concatenate([newest.revenue, earlier.revenue]))) < 2:
        return 1.0
    return float(mannwhitneyu(newest.revenue, earlier.revenue, method="asymptotic").pvalue)


def _finding(ground: Ground, newest: Cohort, earlier: Cohort, by_rate: bool, p: float) -> Finding:
    difference = newest.mean - earlier.mean
    reach = NORMAL_975 * math.sqrt(newest.variance_of_mean + earlier.variance_of_mean)
    money = difference * newest.n
    less = newest.rate < earlier.rate if by_rate else difference < 0
    days = phrases.count(ground.horizon_days, "day")
    verb = (
        "come back less"
        if by_rate and less
        else "come back more"
        if by_rate
        else "bring less"
        if less
        else "bring more"
    )
    rates = f"{phrases.percent(newest.rate)} ordered again within {days} (earlier: {phrases.percent(earlier.rate)})"
    worth = f"they brought {ground.money(newest.mean)} each in their first {days} (earlier: {ground.money(earlier.mean)})"
    sentence = (
        f"New customers {verb} than earlier ones: of the {phrases.number(newest.n)} who came from {phrases.day(newest.start)} to "
        f"{phrases.day(newest.end - timedelta(days=1))}, {rates}; {worth}. Earlier ones are the {phrases.number(earlier.n)} who came "
        f"from {phrases.day(earlier.start)} to {phrases.day(earlier.end - timedelta(days=1))}."
    )
    return Finding(
        kind=KIND,
        subject="newest customers",
        sentence=sentence,
        money=money,
        money_meaning=f"of their first {days}, against what earlier customers brought at that age",
        period_start=newest.start,
        period_end=newest.end,
        n_customers=newest.n,
        audience=f"customers who came from {phrases.day(newest.start)} to {phrases.day(newest.end - timedelta(days=1))}",
        action=(
            "Look at where they came from and what their first order was; write to them before they are forgotten."
            if less
            else "See where they came from, and bring more of them."
        ),
        effort="medium",
        act_when="next",
        mood="bad" if less else "good",
        claim=Claim("past", newest.start, newest.end + timedelta(days=ground.horizon_days), known=True),
        rows_query=(
            "SELECT customers.* FROM customers "  # noqa: S608
            f"WHERE first_ordered_at >= '{newest.start}' AND first_ordered_at < '{newest.end}' ORDER BY customer_id"
        ),
        behind=Behind(
            ground.query("behind_newcomers"),
            {"period_start": newest.start, "period_end": newest.end, "horizon_days": ground.horizon_days},
        ),
        interval=((difference - reach) * newest.n, (difference + reach) * newest.n),
        p_adjusted=p,
    )

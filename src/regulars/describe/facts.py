"""Figures about the whole shop, each with a sentence that says what it rests on."""

from __future__ import annotations

import math
from calendar import month_name
from typing import TYPE_CHECKING, Any

from regulars.describe.computed import NORMAL_975
from regulars.describe.trend import SEASON_MONTHS, SLOPE_MONTHS, YEAR
from regulars.terms.phrases import NO_BREAK, number, percent

if TYPE_CHECKING:
    from regulars.describe.trend import Trend
    from regulars.terms.money import Currency

Fact = dict[str, Any]
FEW_CUSTOMERS = 50


def fact(
    name: str,
    value: float | None,
    unit: str,
    sentence: str,
    n: int | None = None,
    interval: tuple[float, float] | None = None,
) -> Fact:
    """Return a row of ``shop_facts``."""
    low, high = interval or (None, None)
    return {
        "fact": name, "value": None if value is None else float(value), "unit": unit, "ci_low": low, "ci_high": high,
        "n": n, "sentence": sentence,
    }  # fmt: skip


def counted(n: int, noun: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "order"), counted(1200, "customer")
    ('1 order', '1,200 customers')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def rate_interval(k: int, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a rate; None without anybody.

    Reference: Wilson (1927), Journal of the American Statistical Association 22, 209–212.

    >>> [round(end, 3) for end in rate_interval(8, 10)]
    [0.49, 0.943]
    """
    if n == 0:
        return None
    z2 = NORMAL_975**2
    middle, reach = k + z2 / 2, NORMAL_975 * math.sqrt(k * (n - k) / n + z2 / 4)
    return max(0.0, (middle - reach) / (n + z2)), min(1.0, (middle + reach) / (n + z2))


def count_facts(counts: dict[str, Any], currency: Currency) -> list[Fact]:
    """Return the facts that are counted: orders, customers, money, who came back."""
    return [*_orders(counts), *_money(counts, currency), *_customers(counts), *_coming_back(counts)]


def _orders(c: dict[str, Any]) -> list[Fact]:
    if c["first_order_on"] is None:
        return [fact("n_orders", 0, "orders", "There is no order before the cut-off.")]
    days = (c["last_order_on"] - c["first_order_on"]).days + 1
    back = c["n_cancelled_orders"]
    cancelled = f", beside {back:,} taken back in full" if back else ""
    untracked = c["n_untracked_orders"] / c["n_orders"] if c["n_orders"] else None
    return [
        fact("n_orders", c["n_orders"], "orders", f"{counted(c['n_orders'], 'order')}{cancelled}.", c["n_orders"]),
        fact("order_period_days", days, "days",
             f"Orders from {c['first_order_on']:%d %B %Y} to {c['last_order_on']:%d %B %Y}: {counted(days, 'day')}."),
        fact("untracked_order_share", untracked, "share",
             f"{c['n_untracked_orders']:,} of {counted(c['n_orders'], 'order')} without a known customer; "
             "they count in revenue, and in nothing that is said about customers.", c["n_orders"]),
    ]  # fmt: skip


def _money(c: dict[str, Any], currency: Currency) -> list[Fact]:
    gross, back = c["gross_revenue"], c["return_value"]
    net, tracked = gross - back, gross - c["untracked_gross_revenue"] - c["tracked_return_value"]
    facts = [
        fact("gross_revenue", gross, "currency", f"Orders were placed for {currency.text(gross)}."),
        fact(
            "revenue",
            net,
            "currency",
            f"{currency.text(net)} is left after returns of {currency.text(back)}.",
        ),
    ]
    if gross > 0:
        share = c["untracked_gross_revenue"] / gross
        facts += [
            fact("return_share", back / gross, "share", f"{percent(back / gross, 1)} of what was sold came back."),
            fact("untracked_revenue_share", share, "share",
                 f"{percent(share, 2)} of revenue as placed ({currency.text(c['untracked_gross_revenue'])}) has no known customer."),
        ]  # fmt: skip
    if c["n_orders"]:
        mean, median = c["kept_order_value"] / c["n_orders"], c["median_order_value"]
        facts.append(
            fact("mean_order_value", mean, "currency",
                 f"An order is worth {currency.text(mean, 2)} on average; half are below {currency.text(median, 2)}.",
                 c["n_orders"])
        )  # fmt: skip
    if c["n_buyers"]:
        each, middle = tracked / c["n_buyers"], c["median_revenue"]
        facts.append(
            fact("revenue_per_customer", each, "currency",
                 f"A customer has spent {currency.text(each, 2)} on average, net of returns; half spent less than "
                 f"{currency.text(middle, 2)}.", c["n_buyers"])
        )  # fmt: skip
    return facts


def _customers(c: dict[str, Any]) -> list[Fact]:
    facts = [
        fact(
            "n_customers",
            c["n_buyers"],
            "customers",
            f"{counted(c['n_buyers'], 'known customer')} with an order that was kept.",
        )
    ]
    if not c["n_registered"]:
        sentence = (
            "The data has no list of sign-ups, so how many of the registered ever order cannot be known."
        )
        return [*facts, fact("activation_rate", None, "share", sentence)]
    k, n = c["n_registered_buyers"], c["n_registered"]
    low, high = rate_interval(k, n) or (0.0, 1.0)
    sentence = (
        f"{k:,} of {counted(n, 'customer')} with a dated sign-up ordered: {percent(k / n, 1)} "
        f"(95 % interval {percent(low, 1)} to {percent(high, 1)})."
    )
    return [*facts, fact("activation_rate", k / n, "share", sentence, n, (low, high))]


def _coming_back(c: dict[str, Any]) -> list[Fact]:
    n = c["n_one_time"] + c["n_repeat"]
    if n == 0:
        return [fact("one_time_share", None, "share", "Nobody known has ordered yet.")]
    facts = [
        fact("one_time_share", c["n_one_time"] / n, "share",
             f"{c['n_one_time']:,} of {counted(n, 'customer')} ordered just once: {percent(c['n_one_time'] / n, 1)}.",
             n, rate_interval(c["n_one_time"], n)),
        fact("repeat_rate", c["n_repeat"] / n, "share",
             f"{c['n_repeat']:,} of {counted(n, 'customer')} came back: {percent(c['n_repeat'] / n, 1)}.",
             n, rate_interval(c["n_repeat"], n)),
        fact("returner_share", c["n_returners"] / n, "share",
             f"{c['n_returners']:,} of {counted(n, 'customer')} returned something: {percent(c['n_returners'] / n, 1)}.",
             n, rate_interval(c["n_returners"], n)),
    ]  # fmt: skip
    if c["median_gap_days"] is not None:
        gap, second = c["median_gap_days"], c["median_days_to_second"]
        facts += [
            fact("median_days_between_orders", gap, "days",
                 f"Half of all gaps between two purchase days of a customer are {gap:g} days or shorter."),
            fact("median_days_to_second_order", second, "days",
                 f"Of those who came back on another day, half did so within {second:g} days."),
        ]  # fmt: skip
    return facts


def concentration_facts(
    top: dict[int, dict[str, Any]], n_buyers: int, gini: float | None, currency: Currency
) -> list[Fact]:
    """Return how unequal customers are: the share of the top 1, 5, 10 and 20 % (where that is a customer), and Gini's."""
    facts = []
    for top_percent in (1, 5, 10, 20):
        row = top.get(top_percent)
        if row and row["revenue_share"] is not None and top_percent * n_buyers >= 100:
            sentence = (
                f"The biggest {top_percent} % of customers ({row['n_customers']:,}) brought {percent(row['revenue_share'], 1)} of "
                f"net revenue; each spent at least {currency.text(row['lowest_revenue'])}."
            )
            facts.append(
                fact(
                    f"top_{top_percent}_pct_share",
                    row["revenue_share"],
                    "share",
                    sentence,
                    row["n_customers"],
                )
            )
    if gini is None:
        return [
            *facts,
            fact("gini", None, "none", "Without revenue nothing can be said about its concentration."),
        ]
    sentence = (
        f"Gini's coefficient of net revenue over customers is {gini:.3f} (0: all equal, 1: one has it all)."
    )
    return [*facts, fact("gini", gini, "none", sentence)]


def trend_facts(found: Trend, currency: Currency) -> list[Fact]:
    """Return where monthly revenue is heading and what the season does, or why that cannot be known."""
    n, slope = len(found.months), found.slope
    if slope is None:
        why = f"{counted(n, 'complete month')} cannot show a trend; {SLOPE_MONTHS} are needed."
        return [fact("revenue_trend", None, "currency", why, n), _no_season(n)]
    bounded = math.isfinite(slope.low) and math.isfinite(slope.high)
    heading = (
        "rises" if slope.low > 0 else "falls" if slope.high < 0 else "neither rises nor falls for certain"
    )
    interval = (
        f"95 % interval {currency.text(slope.low)} to {currency.text(slope.high)}"
        if bounded
        else "no interval"
    )
    how = "comparing months of the same name" if found.season else "the season is not taken out"
    sentence = f"Monthly revenue {heading}: {currency.text(slope.per_month)} a month ({interval}; {n} complete months, {how})."
    facts = [
        fact(
            "revenue_trend",
            slope.per_month,
            "currency",
            sentence,
            n,
            (slope.low, slope.high) if bounded else None,
        )
    ]
    if found.season is None:
        return [*facts, _no_season(n)]
    return [*facts, *_season(found, currency), *_year_over_year(found, currency)]


def _no_season(n: int) -> Fact:
    seen = counted(n, "complete month")
    why = f"The season cannot be known from {seen}; {SEASON_MONTHS} are needed to see every month twice."
    return fact("season_strength", None, "none", why, n)


def _season(found: Trend, currency: Currency) -> list[Fact]:
    strength, n = found.season_strength, len(found.months)
    if not strength:
        return [fact("season_strength", strength, "none", "No season can be seen.", n)]
    best, worst = (choose(range(1, YEAR + 1), key=found.season_of) for choose in (max, min))
    caution = " Every month was seen only twice: take it as a hint." if n < 3 * YEAR else ""
    sentence = (
        f"{month_name[best]} is the strongest month ({currency.text(found.season_of(best))} above the trend), "
        f"{month_name[worst]} the weakest ({currency.text(-found.season_of(worst))} below); the season explains "
        f"{percent(strength)} of what the trend does not.{caution}"
    )
    return [fact("season_strength", strength, "none", sentence, n)]


def _year_over_year(found: Trend, currency: Currency) -> list[Fact]:
    this, before = sum(found.revenue[-YEAR:]), sum(found.revenue[-2 * YEAR : -YEAR])
    if before <= 0:
        return []
    change = this / before - 1
    more = f"{'+' if change > 0 else ''}{number(100 * change, 1)}{NO_BREAK}%"
    sentence = f"The last 12 complete months brought {currency.text(this)}, the 12 before {currency.text(before)}: {more}."
    return [fact("year_over_year", change, "share", sentence, len(found.months))]

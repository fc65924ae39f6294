"""How the customers stand as a whole: healthy and at-risk revenue, how much hangs on how few, and who is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.insights.finding import Behind, Claim, Finding, Search, silent
from regulars.insights.ground import Ground, days_query, text
from regulars.terms import phrases

TOP_SHARE = 0.1
FEWEST = 10
"""With fewer customers, a tenth is nobody."""
TIMES_EQUAL = 3


def portfolio(ground: Ground) -> Search:
    """Say how much of the last year's revenue comes from customers on their rhythm, slipping and lapsed."""
    kind, method = "portfolio", "net revenue of the last 365 days by lifecycle stage, counted"
    parts = {row["health"]: row for row in ground.rows("portfolio")}
    whole = sum(row["revenue"] for name, row in parts.items() if name != "quiet")
    if whole <= 0:
        return silent(kind, method, "no known customer brought anything in the last year")

    def findings(_: Sequence[float]) -> list[Finding]:
        return [_portfolio(ground, parts, whole)]

    return Search(kind, method, findings)


def _portfolio(ground: Ground, parts: dict[str, dict[str, Any]], whole: float) -> Finding:
    def revenue(name: str) -> float:
        return float(parts[name]["revenue"]) if name in parts else 0.0

    def customers(name: str) -> int:
        return int(parts[name]["n_customers"]) if name in parts else 0

    at_risk = revenue("slipping") + revenue("lapsed")
    n_at_risk = customers("slipping") + customers("lapsed")
    healthy = customers("on rhythm")
    keep = f"{phrases.count(healthy, 'customer')} who {'keeps' if healthy == 1 else 'keep'} their rhythm"
    parted = (
        f"{phrases.percent(revenue('on rhythm') / whole)} of it comes from {keep}, "
        f"{phrases.percent(revenue('slipping') / whole)} from {phrases.number(customers('slipping'))} slipping and "
        f"{phrases.percent(revenue('lapsed') / whole)} from {phrases.number(customers('lapsed'))} lapsed."
        if n_at_risk
        else f"all of it comes from {keep}."
    )
    sentence = f"Known customers brought {ground.money(whole)} in the {ground.year_words}: {parted}"
    return Finding(
        kind="portfolio",
        subject="health",
        sentence=sentence,
        money=at_risk,
        money_meaning=f"brought in the {ground.year_words} by customers who are slipping or have lapsed",
        period_start=ground.year_start,
        period_end=ground.end,
        n_customers=n_at_risk,
        audience="customers who are slipping or have lapsed and brought something in that time",
        action="Keep this share under watch from release to release; the lists below say with whom to begin.",
        effort="low",
        act_when="later",
        mood="neutral",
        claim=Claim("past", ground.year_start, ground.end, known=True),
        rows_query="SELECT features.customer_id, lifecycle_stage, revenue_last_365d FROM features JOIN segments USING "
        "(customer_id) WHERE lifecycle_stage IN ('slipping', 'lapsed') AND revenue_last_365d > 0 ORDER BY revenue_last_365d DESC, "
        "features.customer_id",
        behind=Behind(ground.query("behind_health")),
    )


def concentration(ground: Ground) -> Search:
    """Say how much hangs on the best tenth, and on single customers."""
    kind, method = (
        "concentration",
        "share of the best tenth, Gini's coefficient and the biggest customers, counted",
    )
    found = ground.row("concentration", top_share=TOP_SHARE)
    if found["n_customers"] < FEWEST or found["revenue"] <= 0:
        return silent(kind, method, f"fewer than {FEWEST} known customers brought anything in the last year")

    def findings(_: Sequence[float]) -> list[Finding]:
        # among few customers each brings much; one who is told of brings several times an equal part as well
        least = max(ground.settings.dependence_share, TIMES_EQUAL / found["n_customers"])
        said = [_single(ground, row, found["revenue"]) for row in ground.rows("biggest", least_share=least)]
        if found["top_revenue"] >= ground.settings.concentration_share * found["revenue"]:
            said.append(_top(ground, found))
        return said

    return Search(kind, method, findings)


def _top(ground: Ground, found: dict[str, Any]) -> Finding:
    share = found["top_revenue"] / found["revenue"]
    n = found["n_top"]
    each = found["top_revenue"] / n
    rest = (found["revenue"] - found["top_revenue"]) / max(found["n_customers"] - n, 1)
    return Finding(
        kind="concentration",
        subject="best tenth",
        sentence=f"The best tenth of those who bought in the {ground.year_words} ({phrases.count(n, 'customer')}) brought "
        f"{phrases.percent(share)} of what known customers brought: {ground.money(each)} each, against "
        f"{ground.money(rest)} each from the others (Gini's coefficient {found['gini']:.2f}; 0 is all equal).",
        money=found["top_revenue"],
        money_meaning=f"brought in the {ground.year_words} by the best tenth",
        period_start=ground.year_start,
        period_end=ground.end,
        n_customers=n,
        audience="the tenth that brought most",
        action="Know them by name, and notice the day one of them goes quiet.",
        effort="medium",
        act_when="later",
        mood="neutral",
        claim=Claim("past", ground.year_start, ground.end, known=True),
        rows_query="SELECT customer_id, revenue_last_365d FROM features WHERE revenue_last_365d > 0 "  # noqa: S608
        f"ORDER BY revenue_last_365d DESC, customer_id LIMIT {n}",
        behind=Behind(ground.query("behind_top"), {"top_share": TOP_SHARE}),
    )


def _single(ground: Ground, row: dict[str, Any], whole: float) -> Finding:
    who = row["customer_id"]
    share = phrases.percent(row["revenue"] / whole, 1)
    return Finding(
        kind="concentration",
        subject=f"customer {who}",
        sentence=f"{share} of what known customers brought in the {ground.year_words} comes from one: customer {who}, "
        f"{ground.money(row['revenue'])}, last order {phrases.count(row['days_since_last_order'], 'day')} ago.",
        money=row["revenue"],
        money_meaning=f"brought by this customer in the {ground.year_words}",
        period_start=ground.year_start,
        period_end=ground.end,
        n_customers=1,
        audience=f"customer {who}",
        action="Make this customer somebody's personal business, and ask what would make them leave.",
        effort="low",
        act_when="next",
        mood="neutral",
        claim=Claim("past", ground.year_start, ground.end, customers=frozenset({who}), known=True),
        rows_query=f"SELECT * FROM orders WHERE customer_id = {text(who)} ORDER BY ordered_at, order_id",  # noqa: S608
        behind=Behind(ground.query("behind_ids"), {"customer_ids": [who], "reasons": [None]}),
    )


def untracked(ground: Ground) -> Search:
    """Say how much of the last year's sales names no customer."""
    kind, method = (
        "untracked_revenue",
        "net revenue of orders without a customer in the last 365 days, counted",
    )
    found = ground.standing
    if not found["n_orders"]:
        return silent(kind, method, "there is no order in the last year")

    def findings(_: Sequence[float]) -> list[Finding]:
        money = found["untracked_revenue"]
        if money <= 0:
            return []
        share = phrases.percent(found["untracked_gross"] / found["gross"], 1)
        return [
            Finding(
                kind=kind,
                subject="no customer",
                sentence=f"{phrases.count(found['n_untracked'], 'order')} of the {ground.year_words} "
                f"{'names' if found['n_untracked'] == 1 else 'name'} no customer: {ground.money(money)} after returns, {share} of "
                "all that was ordered. Nobody can be thanked for it, or won back.",
                money=money,
                money_meaning=f"net revenue of the {ground.year_words} without a customer",
                period_start=ground.year_start,
                period_end=ground.end,
                n_customers=0,
                audience="buyers who left no name",
                action="Ask for an address or a customer number at the checkout.",
                effort="high",
                act_when="later",
                mood="bad",
                claim=Claim("past", ground.year_start, ground.end, known=False),
                rows_query=days_query(
                    "orders", "ordered_at", ground.year_start, ground.end, " AND customer_id IS NULL"
                ),
            )
        ]

    return Search(kind, method, findings)

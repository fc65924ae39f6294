"""Products that come back more often than others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.insights.finding import Behind, Claim, Finding, Search, silent
from regulars.insights.ground import Ground, text
from regulars.terms import phrases

KIND = "returned_product"
METHOD = "orders of a product that were given back, against the share in the whole shop: exact binomial test, one-sided"


def returned_products(ground: Ground) -> Search:
    """Look for products given back far more often than the shop's products are."""
    period = {"period_start": ground.year_start, "period_end": ground.end}
    ground.history.need("order_lines", "returns", "products")
    chosen = ground.settings
    rows = ground.rows("returned_products", **period, fewest=chosen.fewest_orders, most=chosen.most_products)
    if not rows:
        return silent(KIND, METHOD, "no product was sold in the last year")
    sold, back = rows[0]["n_orders_of_all"], rows[0]["n_returned_of_all"]
    if not back:
        return silent(KIND, METHOD, "nothing that was ordered in the last year is known to have come back")
    often = [row for row in rows if row["n_orders"] >= chosen.fewest_orders]
    p_values = [_test(row, back / sold) for row in often]

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        return [
            _finding(ground, row, back / sold, p)
            for row, p in zip(often, p_adjusted, strict=True)
            if p <= chosen.false_discovery_rate
        ]

    return Search(KIND, METHOD, findings, p_values)


def _test(row: dict[str, Any], rate: float) -> float:
    from scipy.stats import binom

    return float(binom.sf(row["n_returned"] - 1, row["n_orders"], rate))


def _finding(ground: Ground, row: dict[str, Any], rate: float, p: float) -> Finding:
    product = text(row["product_id"])
    start, end = ground.year_start, ground.end
    buyers = ground.history.engine.row(
        f"SELECT count(*) AS n FROM ({ground.query('behind_returns').text}) AS behind",  # noqa: S608
        {"period_start": start, "period_end": end, "product_id": row["product_id"]},
    )["n"]
    return Finding(
        kind=KIND,
        subject=row["product_id"],
        sentence=f"{row['name']} comes back often: from {phrases.number(row['n_returned'])} of "
        f"{phrases.count(row['n_orders'], 'order')} in the {ground.year_words} "
        f"({phrases.percent(row['n_returned'] / row['n_orders'], 1)}, against {phrases.percent(rate, 1)} for all products), worth "
        f"{ground.money(row['return_value'])} of {ground.money(row['sold_value'])} sold.",
        money=-row["return_value"],
        money_meaning=f"given back of what was ordered in the {ground.year_words}",
        period_start=start,
        period_end=end,
        n_customers=buyers,
        audience="known customers who gave it back",
        action="Look at what is promised about it, at its quality and at how it is packed.",
        effort="medium",
        act_when="next",
        mood="bad",
        claim=Claim("past", start, end, products=frozenset({row["product_id"]})),
        rows_query=f"SELECT returns.* FROM returns JOIN orders USING (order_id) WHERE product_id = {product} "  # noqa: S608
        f"AND NOT is_cancelled AND ordered_at >= '{start}' AND ordered_at < '{end}' ORDER BY returned_at, return_id, return_line",
        behind=Behind(
            ground.query("behind_returns"),
            {"period_start": start, "period_end": end, "product_id": row["product_id"]},
        ),
        p_adjusted=p,
    )

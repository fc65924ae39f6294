"""Customers like nobody else, found by an isolation forest and told by the features in which they stand out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regulars.describe.computed import doubles
from regulars.engines.duckdb import quoted
from regulars.insights.bands import CONSISTENT
from regulars.insights.finding import Behind, Claim, Finding, Search, silent
from regulars.insights.ground import Ground, text
from regulars.terms import phrases

if TYPE_CHECKING:
    import pyarrow

KIND = "unusual_customers"
METHOD = "isolation forest over a sample of customers; told by the features in which they are robustly far from the middle"
TRAITS = {
    "revenue_last_365d": ("money", "{} in the last 365 days"),
    "n_orders_last_365d": ("count", "{} orders in the last 365 days"),
    "mean_order_value": ("money", "{} an order"),
    "max_units_per_line": ("count", "{} units on a line"),
    "n_products": ("count", "{} different products"),
    "return_value": ("money", "{} given back"),
    "mean_unit_price": ("money", "{} a unit"),
}
FEWEST = 50
"""Among fewer, nobody can be called unusual."""
TREES, SEED, A_TREE = 100, 7, 256
MOST = 10
"""The most isolated so many are told."""
NAMED = 3
TOLD = 2
"""So many traits are told of each."""
Matrix = NDArray[np.float64]


def unusual_customers(ground: Ground) -> Search:
    """Look for customers like nobody else; silent when nobody is."""
    columns = ", ".join(quoted(name) for name in TRAITS)
    buyers = ground.history.engine.arrow(
        f"SELECT customer_id, {columns} FROM features WHERE revenue_last_365d > 0 "  # noqa: S608
        f"ORDER BY md5(customer_id), customer_id LIMIT {ground.settings.unusual_sample}"
    )
    if len(buyers) < FEWEST:
        return silent(
            KIND,
            METHOD,
            f"{phrases.count(len(buyers), 'customer')} of the last year cannot show what is usual",
        )
    found = stand_out(buyers, ground.settings.unusual_distance)

    def findings(_: Sequence[float]) -> list[Finding]:
        return [_finding(ground, buyers, found)] if found else []

    return Search(KIND, METHOD, findings)


def stand_out(buyers: pyarrow.Table, least_distance: float) -> list[tuple[int, list[tuple[str, float]]]]:
    """Return the rows that stand out, the most isolated first, each with its traits and how far out these are.

    A trait stands out when it lies ``least_distance`` robust standard deviations above the middle, on a scale of
    logarithms; a customer stands out when one trait does, and the forest isolates them as quickly as that, too.
    """
    distances = _distances(buyers)
    isolation = _isolation(distances)
    spread = CONSISTENT * float(np.median(np.abs(isolation - np.median(isolation))))
    names = list(TRAITS)
    found: list[tuple[int, list[tuple[str, float]]]] = []
    for row in np.argsort(-isolation, kind="stable"):
        is_isolated = spread > 0 and isolation[row] - np.median(isolation) >= least_distance * spread
        if not is_isolated or len(found) == MOST:
            break
        far = [
            int(place)
            for place in np.argsort(-distances[row], kind="stable")
            if distances[row, place] >= least_distance
        ]
        if far:
            found.append((int(row), [(names[place], float(distances[row, place])) for place in far[:TOLD]]))
    return found


def _distances(buyers: pyarrow.Table) -> Matrix:
    """Return how many robust standard deviations each trait lies from the middle, as logarithms; 0 where unknown."""
    columns = []
    for name in TRAITS:
        values = np.log1p(np.maximum(np.nan_to_num(doubles(buyers, name)), 0))
        middle = float(np.median(values))
        spread = CONSISTENT * float(np.median(np.abs(values - middle)))
        # what most have nothing of (returns) is measured among those who have some
        if spread <= 0 and (some := values[values > 0]).size >= FEWEST:
            middle = float(np.median(some))
            spread = CONSISTENT * float(np.median(np.abs(some - middle)))
        columns.append((values - middle) / spread if spread > 0 else np.zeros(len(values)))
    return np.column_stack(columns)


def _isolation(distances: Matrix) -> NDArray[np.float64]:
    """Return how quickly a forest of random cuts isolates each row, higher is quicker."""
    from sklearn.ensemble import IsolationForest  # type: ignore[import-untyped]

    forest = IsolationForest(
        n_estimators=TREES, max_samples=min(A_TREE, len(distances)), random_state=SEED, n_jobs=1
    ).fit(distances)
    return np.asarray(-forest.score_samples(distances), dtype=float)


def _finding(
    ground: Ground, buyers: pyarrow.Table, found: list[tuple[int, list[tuple[str, float]]]]
) -> Finding:
    ids = [str(value) for value in buyers.column("customer_id").to_pylist()]
    traits = {name: buyers.column(name).to_pylist() for name in TRAITS}
    middles = {name: float(np.median(np.nan_to_num(doubles(buyers, name)))) for name in TRAITS}
    told = {
        ids[row]: " and ".join(
            _told(ground, name, float(traits[name][row]), middles[name]) for name, _ in far
        )
        for row, far in found
    }
    revenue = {ids[row]: float(traits["revenue_last_365d"][row]) for row, _ in found}
    named = list(told)[:NAMED]
    n = len(told)
    brought = f"brought {ground.money(sum(revenue.values()))} in the {ground.year_words}"
    examples = "; ".join(f"{who} ({told[who]})" for who in named)
    if n == 1:
        sentence = f"One customer is like nobody else: {examples}. They {brought}."
    elif n == MOST:
        sentence = f"The {n} customers who are least like others, such as {examples}, {brought}."
    else:
        sentence = f"{n} customers are like nobody else, such as {examples}. They {brought}."
    listed = ", ".join(text(who) for who in sorted(told))
    return Finding(
        kind=KIND,
        subject="isolated",
        sentence=sentence,
        money=sum(revenue.values()),
        money_meaning=f"brought by them in the {ground.year_words}",
        period_start=ground.year_start,
        period_end=ground.end,
        n_customers=n,
        audience="customers far outside of what is usual",
        action="Look at each: a reseller, a mistake in the data, or somebody worth a call of their own.",
        effort="low",
        act_when="next",
        mood="neutral",
        claim=Claim("past", ground.year_start, ground.end, customers=frozenset(told), known=True),
        rows_query=f"SELECT * FROM features WHERE customer_id IN ({listed}) ORDER BY customer_id",  # noqa: S608
        behind=Behind(
            ground.query("behind_ids"),
            {"customer_ids": sorted(told), "reasons": [told[who] for who in sorted(told)]},
        ),
    )


def _told(ground: Ground, name: str, value: float, middle: float) -> str:
    unit, words = TRAITS[name]
    written = (
        (ground.currency.text(value, 0 if value >= 100 else 2)) if unit == "money" else phrases.number(value)
    )
    if middle <= 0:
        return f"{words.format(written)}, where most have none"
    times = value / middle
    usual = (
        ground.currency.text(middle, 0 if middle >= 100 else 2) if unit == "money" else phrases.number(middle)
    )
    return f"{words.format(written)}, {phrases.number(times)} times the usual {usual}"

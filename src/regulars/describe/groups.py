"""Do two groups of customers differ, and by how much that matters?

The Mann–Whitney test asks whether a customer of one group tends to be above one of the other; Cliff's delta says how
often (share above − share below). With many customers everything is significant: the size of the effect is what counts.

Reference: Cliff (1993), Psychological Bulletin 114, 494–509, eq. 4–6 for delta and its variance; words for its size:
Romano et al. (2006), 0.147, 0.33, 0.474; p-values adjusted by Benjamini & Hochberg (1995).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.describe.computed import NORMAL_975, doubles
from regulars.terms.phrases import percent

if TYPE_CHECKING:
    import numpy as np
    import pyarrow

FEWEST = 5
SIZES = ((0.147, "negligible"), (0.33, "small"), (0.474, "medium"), (math.inf, "large"))
MEASURES = {
    "revenue_to_date": "money spent",
    "n_orders": "number of orders",
    "mean_order_value": "mean order value",
    "days_since_last_order": "days since the last order",
    "first_order_value": "value of the first order",
    "first_order_lines": "lines of the first order",
    "return_rate": "share returned",
}
SPENDING = ("revenue_to_date", "n_orders", "mean_order_value", "days_since_last_order", "return_rate")
BEGINNING = ("first_order_value", "first_order_lines")


@dataclass(frozen=True)
class Comparison:
    """Two groups told apart by one feature; customers for whom it is unknown are in neither."""

    name: str
    feature: str
    is_a: Callable[[Any], Any]
    group_a: str
    group_b: str
    measures: tuple[str, ...]


COMPARISONS = (
    Comparison(
        "home country", "is_home_country", lambda x: x > 0, "customers at home", "customers abroad", SPENDING
    ),
    Comparison(
        "weekend", "weekend_share", lambda x: x >= 0.5, "weekend shoppers", "weekday shoppers", SPENDING
    ),
    Comparison(
        "coming back", "n_orders", lambda x: x > 1, "customers who came back", "one-time buyers",
        (*BEGINNING, "return_rate"),
    ),
    Comparison(
        "new customers", "days_since_first_order", lambda x: x < 90, "customers of the last 90 days",
        "earlier customers", (*BEGINNING, "mean_order_value"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """How two samples differ: Cliff's delta with its 95 % interval, and the p-value of the Mann–Whitney test."""

    delta: float
    low: float
    high: float
    p_value: float

    @property
    def effect(self) -> str:
        return next(word for limit, word in SIZES if abs(self.delta) < limit)


def group_differences(features: pyarrow.Table) -> list[dict[str, Any]]:
    """Return one row per comparison and measure over customers who have ordered, p-values adjusted together."""
    rows = [_row(features, one, measure) for one in COMPARISONS for measure in one.measures]
    tested = [row for row in rows if row["p_value"] is not None]
    if tested:
        from scipy.stats import false_discovery_control

        for row, p in zip(tested, false_discovery_control([row["p_value"] for row in tested]), strict=True):
            row["p_adjusted"] = float(p)
    for row in rows:
        row["sentence"] = _sentence(row)
    return rows


def difference(a: np.ndarray, b: np.ndarray) -> Difference:
    """Compare two samples of at least two values each.

    >>> import numpy as np
    >>> found = difference(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6]))
    >>> found.delta, found.effect
    (-0.75, 'large')
    """
    import numpy as np
    from scipy.stats import mannwhitneyu

    n, m = len(a), len(b)
    a, b = np.sort(a), np.sort(b)
    below, up_to = np.searchsorted(b, a, "left"), np.searchsorted(b, a, "right")
    of_a = (below - (m - up_to)) / m
    of_b = ((n - np.searchsorted(a, b, "right")) - np.searchsorted(a, b, "left")) / n
    delta = float(of_a.mean())
    if min(a[0], b[0]) == max(a[-1], b[-1]):
        return Difference(0.0, 0.0, 0.0, 1.0)
    untied = float((m - (up_to - below)).sum())
    spread = (
        m**2 * float(((of_a - delta) ** 2).sum())
        + n**2 * float(((of_b - delta) ** 2).sum())
        - (untied - n * m * delta**2)
    ) / (n * m * (n - 1) * (m - 1))
    reach = NORMAL_975 * math.sqrt(max(spread, (1 - delta**2) / (n * m - 1)))
    p = float(mannwhitneyu(a, b, method="asymptotic").pvalue)
    return Difference(delta, max(-1.0, delta - reach), min(1.0, delta + reach), p)


def _row(features: pyarrow.Table, one: Comparison, measure: str) -> dict[str, Any]:
    import numpy as np

    key, values = doubles(features, one.feature), doubles(features, measure)
    known = ~(np.isnan(key) | np.isnan(values))
    in_a = np.zeros(len(key), dtype=bool)
    in_a[known] = one.is_a(key[known])
    a, b = values[known & in_a], values[known & ~in_a]
    found = difference(a, b) if min(len(a), len(b)) >= FEWEST else None
    return {
        "comparison": one.name, "measure": measure, "group_a": one.group_a, "group_b": one.group_b,
        "n_a": len(a), "n_b": len(b),
        "median_a": float(np.median(a)) if len(a) else None, "median_b": float(np.median(b)) if len(b) else None,
        "mean_a": round(float(a.mean()), 6) if len(a) else None, "mean_b": round(float(b.mean()), 6) if len(b) else None,
        "cliffs_delta": found and round(found.delta, 10), "ci_low": found and round(found.low, 10),
        "ci_high": found and round(found.high, 10), "effect": found and found.effect,
        "p_value": None if found is None else found.p_value, "p_adjusted": None,
    }  # fmt: skip


def _sentence(row: dict[str, Any]) -> str:
    a, b, measure = row["group_a"], row["group_b"], MEASURES[row["measure"]]
    if row["effect"] is None:
        return f"Too few to compare {a} ({row['n_a']:,}) and {b} ({row['n_b']:,}) by {measure}."
    groups = f"{row['n_a']:,} {a} and {row['n_b']:,} {b}"
    medians = f"medians {row['median_a']:,.2f} and {row['median_b']:,.2f}"
    if row["p_adjusted"] > 0.05:
        return f"No difference in {measure} is established between {groups} ({medians}, p = {row['p_adjusted']:.2f})."
    if row["effect"] == "negligible":
        return f"The difference in {measure} between {groups} is too small to matter ({medians})."
    chance = (1 + row["cliffs_delta"]) / 2
    return (
        f"A {row['effect']} difference in {measure} between {groups}: drawn one of each, the first is above the "
        f"second in {percent(chance)} of cases ({medians})."
    )

"""Which features rise and fall together, over all customers, with how many and how sure.

Both methods are given because money has a long tail: Spearman asks whether two features rise together at all, Pearson
whether they do so on a line, and a few big customers can make or hide the second.

Reference: Fisher's z for Pearson; for Spearman its variance as (1 + r² / 2) / (n − 3), Bonett & Wright (2000),
Psychometrika 65, 23–28, eq. 5.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

from regulars.describe.computed import NORMAL_975, doubles

if TYPE_CHECKING:
    import numpy as np
    import pyarrow

FEATURES = {
    "n_orders": "orders",
    "revenue_to_date": "money spent",
    "mean_order_value": "mean order value",
    "days_since_last_order": "days since the last order",
    "days_since_first_order": "days since the first order",
    "median_days_between_orders": "days between orders",
    "n_products": "different products",
    "mean_units_per_order": "units per order",
    "return_rate": "share returned",
    "weekend_share": "share of weekend orders",
}
"""The features compared, each with its name in a sentence."""


def correlations(features: pyarrow.Table) -> list[dict[str, Any]]:
    """Return one row per pair of features and method, over the customers who have both.

    Parameters
    ----------
    features
        Of customers who have ordered, in a fixed order: sums of doubles depend on it.
    """
    columns = {name: doubles(features, name) for name in FEATURES}
    rows = []
    for a, b in combinations(FEATURES, 2):
        for method in ("spearman", "pearson"):
            n, found = correlation(columns[a], columns[b], method)
            low, high = interval(found, n, method)
            rows.append(
                {
                    "feature_a": a, "feature_b": b, "method": method, "n": n, "correlation": found,
                    "ci_low": low, "ci_high": high, "sentence": _sentence(a, b, method, n, found, low, high),
                }
            )  # fmt: skip
    return rows


def correlation(a: np.ndarray, b: np.ndarray, method: str) -> tuple[int, float | None]:
    """Return how many have both values, and their correlation; None when one never varies.

    >>> import numpy as np
    >>> correlation(np.array([1.0, 2, 3, np.nan]), np.array([1.0, 4, 9, 16]), "spearman")
    (3, 1.0)
    """
    import numpy as np

    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    if len(a) < 2 or a.min() == a.max() or b.min() == b.max():
        return len(a), None
    if method == "spearman":
        from scipy.stats import rankdata

        a, b = rankdata(a), rankdata(b)
    a, b = a - a.mean(), b - b.mean()
    spread = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b))
    return len(a), round(min(1.0, max(-1.0, float(a @ b) / spread)), 10) if spread > 0 else None


def interval(found: float | None, n: int, method: str) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a correlation; None with fewer than four customers.

    >>> [round(end, 3) for end in interval(0.5, 103, "pearson")]
    [0.339, 0.632]
    """
    if found is None or n < 4:
        return None, None
    if abs(found) == 1:
        return found, found
    spread = math.sqrt((1 + found**2 / 2 if method == "spearman" else 1) / (n - 3))
    z = math.atanh(found)
    return math.tanh(z - NORMAL_975 * spread), math.tanh(z + NORMAL_975 * spread)


def _sentence(
    a: str, b: str, method: str, n: int, found: float | None, low: float | None, high: float | None
) -> str:
    name = f"{FEATURES[a]} and {FEATURES[b]}"
    if found is None:
        return f"Whether {name} go together cannot be told from {n:,} customers: one of the two never varies."
    sure = "" if low is None or high is None else f", 95 % interval {low:.2f} to {high:.2f}"
    figures = f"({method.capitalize()} {found:.2f}{sure}, {n:,} customers)"
    if low is None or high is None or low <= 0 <= high:
        return f"No relation between {name} is established {figures}."
    size = abs(found)
    word = "hardly" if size < 0.1 else "weakly" if size < 0.3 else "moderately" if size < 0.5 else "strongly"
    how = "rise together" if found > 0 else "run against each other"
    return f"{name[0].upper()}{name[1:]} {word} {how} {figures}."

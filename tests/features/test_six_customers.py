"""Every feature of the catalog, worked out by hand on the six-customer shop.

Seen from 2026-03-01; the last observed day is Saturday 28 February. Cat's only order was taken back in full, eve has not
ordered yet: both have no order. What bob has is left out where it says nothing new (one order of 4 × 12.50).
"""

from __future__ import annotations

from math import cos, log, pi, sin, sqrt
from typing import Any

import pytest

from regulars.features.catalog import CATALOG

NONE = {"cat": None, "eve": None}
ZERO = {"cat": 0, "eve": 0}


def share_of_days(gaps: list[int], n_plus_1: int) -> float:
    return sum(gap / n_plus_1 * log(gap / n_plus_1) for gap in gaps)


BY_HAND: dict[str, dict[str, Any]] = {
    # Last orders: ann Mon 9 Feb, bob Sat 14 Feb, dan Sat 28 Feb, fay Sat 21 Feb; counted to 28 February.
    "days_since_last_order": {"ann": 19, "bob": 14, "dan": 0, "fay": 7, **NONE},
    # First orders: 5 Jan (26 + 28), 14 Feb, 10 Jan (21 + 28), 31 Jan (0 + 28).
    "days_since_first_order": {"ann": 54, "bob": 14, "dan": 49, "fay": 28, **NONE},
    "active_span_days": {"ann": 35, "bob": 0, "dan": 49, "fay": 21, **NONE},
    "n_orders": {"ann": 3, "bob": 1, "dan": 2, "fay": 3, **ZERO},
    "n_purchase_days": {"ann": 3, "bob": 1, "dan": 2, "fay": 2, **ZERO},  # F1 and F2 on one day
    "frequency": {"ann": 2, "bob": 0, "dan": 1, "fay": 1, **NONE},
    "recency": {"ann": 35, "bob": 0, "dan": 49, "fay": 21, **NONE},
    "T": {"ann": 54, "bob": 14, "dan": 49, "fay": 28, **NONE},
    "active_months_count": {"ann": 2, "bob": 1, "dan": 2, "fay": 2, **ZERO},  # January and February
    "activity_rate": {"ann": 2 / 2, "bob": 1 / 1, "dan": 2 / 2, "fay": 2 / 2, **NONE},
    "orders_per_month": {"ann": 3 / 2, "bob": 1 / 1, "dan": 2 / 2, "fay": 3 / 2, **NONE},
    # ann 28 + 30 + 28 − 8 for the cup; cat 600 − 600; dan 16 + 11, postage is no revenue, D2 comes back later.
    "revenue_to_date": {"ann": 78, "bob": 50, "cat": 0, "dan": 27, "eve": 0, "fay": 37},
    "gross_revenue_to_date": {"ann": 86, "bob": 50, "cat": 600, "dan": 27, "eve": 0, "fay": 37},
    "mean_order_value": {"ann": 86 / 3, "bob": 50, "dan": 27 / 2, "fay": 37 / 3, **NONE},
    "median_order_value": {"ann": 28, "bob": 50, "dan": 13.5, "fay": 12.5, **NONE},
    "max_order_value": {"ann": 30, "bob": 50, "dan": 16, "fay": 12.5, **NONE},
    "min_order_value": {"ann": 28, "bob": 50, "dan": 11, "fay": 12, **NONE},
    # ann around 28⅔: −⅔, 1⅓, −⅔, squares 24/9, ÷ 2; fay around 12⅓: ⅙, −⅓, ⅙, squares 6/36, ÷ 2.
    "order_value_std": {"ann": sqrt(24 / 9 / 2), "bob": None, "dan": None, "fay": sqrt(6 / 36 / 2), **NONE},
    "order_value_cv": {"ann": sqrt(4 / 3) / (86 / 3), "dan": None, "fay": sqrt(1 / 12) / (37 / 3), **NONE},
    # Days after the first: ann 30 and 28, dan 11, fay 12.50.
    "mean_repeat_order_value": {"ann": 29, "bob": None, "dan": 11, "fay": 12.5, **NONE},
    "last_order_value": {"ann": 28, "bob": 50, "dan": 11, "fay": 12.5, **NONE},
    "last_order_value_ratio": {"ann": 28 / (86 / 3), "bob": 1, "dan": 11 / 13.5, "fay": 12.5 / (37 / 3), **NONE},
    # Since 30 January: ann A3 28 − 8; cat 600 − 600; dan D2; fay all three.
    "revenue_last_30d": {"ann": 20, "bob": 50, "cat": 0, "dan": 11, "eve": 0, "fay": 37},
    "revenue_last_90d": {"ann": 78, "bob": 50, "cat": 0, "dan": 27, "eve": 0, "fay": 37},
    "revenue_last_180d": {"ann": 78, "bob": 50, "cat": 0, "dan": 27, "eve": 0, "fay": 37},
    "revenue_last_365d": {"ann": 78, "bob": 50, "cat": 0, "dan": 27, "eve": 0, "fay": 37},
    "revenue_trend": {"ann": 1, "bob": 1, "dan": 1, "fay": 1, **NONE},  # the 90 days before hold nothing
    # ann 5 → 19 Jan 14, → 9 Feb 21; dan 10 Jan → 28 Feb 49; fay 31 Jan → 21 Feb 21.
    "mean_days_between_orders": {"ann": 17.5, "bob": None, "dan": 49, "fay": 21, **NONE},
    "median_days_between_orders": {"ann": 17.5, "bob": None, "dan": 49, "fay": 21, **NONE},
    "std_days_between_orders": {"ann": sqrt(2 * 3.5**2), "bob": None, "dan": None, "fay": None, **NONE},
    "max_days_between_orders": {"ann": 21, "bob": None, "dan": 49, "fay": 21, **NONE},
    "days_between_orders_cv": {"ann": sqrt(24.5) / 17.5, "dan": None, "fay": None, **NONE},
    # The shop's gaps are 14, 21, 21, 49, so bob is measured by 21.
    "overdue_ratio": {"ann": 19 / 17.5, "bob": 14 / 21, "dan": 0, "fay": 7 / 21, **NONE},
    "overdue_days": {"ann": 1.5, "bob": 0, "dan": 0, "fay": 0, **NONE},
    "n_orders_last_30d": {"ann": 1, "bob": 1, "dan": 1, "fay": 3, **ZERO},
    "n_orders_last_90d": {"ann": 3, "bob": 1, "dan": 2, "fay": 3, **ZERO},
    "n_orders_last_180d": {"ann": 3, "bob": 1, "dan": 2, "fay": 3, **ZERO},
    "n_orders_last_365d": {"ann": 3, "bob": 1, "dan": 2, "fay": 3, **ZERO},
    "order_trend": {"ann": 1, "bob": 1, "dan": 1, "fay": 1, **NONE},
    # ann: day 1 is 5 Jan, day 55 is 28 Feb, N + 1 = 56; stretches 1, 14, 21 and 56 − 36 = 20; n = 3.
    "clumpiness": {"ann": 1 + share_of_days([1, 14, 21, 20], 56) / log(4), "bob": None, "dan": None, **NONE},
    "n_products": {"ann": 3, "bob": 1, "dan": 2, "fay": 2, **ZERO},  # ann keeps none of the cup but bought it
    "n_categories": {"ann": 2, "bob": 1, "dan": 2, "fay": 2, **ZERO},
    "product_diversity": {"ann": 3 / 5, "bob": 1, "dan": 2 / 2, "fay": 2 / 3, **NONE},  # postage is no line
    # ann tea 20 + 30 + 28, cups 8; dan cups 16, tea 11; fay cups 25, tea 12.
    "category_concentration": {
        "ann": (78**2 + 8**2) / 86**2, "bob": 1, "dan": (16**2 + 11**2) / 27**2, "fay": (25**2 + 12**2) / 37**2, **NONE,
    },
    "top_category_share": {"ann": 78 / 86, "bob": 1, "dan": 16 / 27, "fay": 25 / 37, **NONE},
    "top_category": {"ann": "Tea", "bob": "Cups", "dan": "Cups", "fay": "Cups", **NONE},
    # After the first order: ann tea again, tea again, black tea; dan tea; fay black tea, cup again.
    "repeat_product_share": {"ann": 2 / 3, "bob": None, "dan": 0, "fay": 1 / 2, **NONE},
    "new_products_last_90d": {"ann": 3, "bob": 1, "dan": 2, "fay": 2, **ZERO},
    "mean_lines_per_order": {"ann": 5 / 3, "bob": 1, "dan": 1, "fay": 1, **NONE},
    "mean_units_per_order": {"ann": 9 / 3, "bob": 4, "dan": 3 / 2, "fay": 4 / 3, **NONE},
    "max_units_per_line": {"ann": 3, "bob": 4, "dan": 2, "fay": 2, **NONE},
    # Means 1.33, 1.5, 3, 4: nine tenths of four customers is the fourth.
    "is_bulk_buyer": {"ann": False, "bob": True, "cat": False, "dan": False, "eve": False, "fay": False},
    # ann 10, 8, 10, 11, 6; dan 8, 11; fay 12.50, 6, 12.50.
    "mean_unit_price": {"ann": 45 / 5, "bob": 12.5, "dan": 19 / 2, "fay": 31 / 3, **NONE},
    "max_unit_price": {"ann": 11, "bob": 12.5, "dan": 11, "fay": 12.5, **NONE},
    "unit_price_range": {"ann": 5, "bob": 0, "dan": 3, "fay": 6.5, **NONE},
    # Usual prices: cups 8 and 12.50; teas 6 and 10 (met at 10 by ann, at 11 by dan: the lower of two equals). Half the
    # boundaries of a category are at either price, so the lower stands at 25, the upper at 75 and dan's 11 at 100.
    "price_tier": {"ann": (25 + 75 + 25) / 3, "bob": 75, "dan": (25 + 100) / 2, "fay": (75 + 25) / 2, **NONE},
    "discount_share": {"ann": None, "bob": None, "dan": None, "fay": None, **NONE},  # the source has no discounts
    "n_returns": {"ann": 1, "bob": 0, "cat": 1, "dan": 0, "eve": 0, "fay": 0},
    "return_value": {"ann": 8, "bob": 0, "cat": 600, "dan": 0, "eve": 0, "fay": 0},
    "return_rate": {"ann": 8 / 86, "bob": 0, "cat": 1, "dan": 0, "eve": None, "fay": 0},
    "cancelled_order_share": {"ann": 0, "bob": 0, "cat": 1, "dan": 0, "eve": None, "fay": 0},
    # ann 10, 10, 18; dan 16 and 23, the earlier; fay 11, 15, 11.
    "preferred_hour": {"ann": 10, "bob": 12, "dan": 16, "fay": 11, **NONE},
    # Shares ⅔ and ⅓ for ann and fay, ½ and ½ for dan.
    "hour_concentration": {
        "ann": 1 - (log(3) - 2 / 3 * log(2)) / log(24), "bob": 1, "dan": 1 - log(2) / log(24),
        "fay": 1 - (log(3) - 2 / 3 * log(2)) / log(24), **NONE,
    },
    "preferred_weekday": {"ann": 1, "bob": 6, "dan": 6, "fay": 6, **NONE},  # Mondays, Saturdays
    "weekend_share": {"ann": 0, "bob": 1, "dan": 1, "fay": 1, **NONE},
    "preferred_quarter": {"ann": 1, "bob": 1, "dan": 1, "fay": 1, **NONE},
    "quarter_concentration": {"ann": 1, "bob": 1, "dan": 1, "fay": 1, **NONE},
    "n_orders_same_window_last_year": {"ann": None, "bob": None, "dan": None, "fay": None, **NONE},  # opened in January
    "revenue_same_window_last_year": {"ann": None, "bob": None, "dan": None, "fay": None, **NONE},
    # 1 March is day 60 of the year.
    "cutoff_day_of_year_sin": dict.fromkeys(("ann", "bob", "cat", "dan", "eve", "fay"), sin(2 * pi * 60 / 365.25)),
    "cutoff_day_of_year_cos": dict.fromkeys(("ann", "bob", "cat", "dan", "eve", "fay"), cos(2 * pi * 60 / 365.25)),
    "first_order_month": {"ann": 1, "bob": 2, "dan": 1, "fay": 1, **NONE},
    "first_order_weekday": {"ann": 1, "bob": 6, "dan": 6, "fay": 6, **NONE},
    "first_order_value": {"ann": 28, "bob": 50, "dan": 16, "fay": 12.5, **NONE},  # fay: F1, four hours before F2
    "first_order_lines": {"ann": 2, "bob": 1, "dan": 1, "fay": 1, **NONE},
    "country": {
        "ann": "United Kingdom", "bob": "United Kingdom", "cat": "United Kingdom", "dan": "United Kingdom",
        "eve": "United Kingdom", "fay": "Germany",
    },
    "is_home_country": {"ann": True, "bob": True, "cat": True, "dan": True, "eve": True, "fay": False},
    "top_channel": {"ann": "web", "bob": "shop", "dan": "shop", "fay": "web", **NONE},
    "top_channel_share": {"ann": 1, "bob": 1, "dan": 1, "fay": 1, **NONE},
    # Four customers, so places 12.5, 37.5, 62.5, 87.5, and the middle of those that are shared.
    #   orders     bob 1: 12.5, dan 2: 37.5, ann and fay 3: 75      tenure  bob 12.5, fay 37.5, dan 62.5, ann 87.5
    #   activity   all 1: 50      regularity  ann is the only one with evidence: 50, the others 0
    "loyalty_index": {
        "ann": (75 + 87.5 + 50 + 50) / 4, "bob": (12.5 + 12.5 + 50 + 0) / 4, "dan": (37.5 + 62.5 + 50 + 0) / 4,
        "fay": (75 + 37.5 + 50 + 0) / 4, **NONE,
    },
    # Overdue ratios: dan 0, fay ⅓, bob ⅔, ann 1.09.
    "rule_churn_risk_score": {"ann": 87.5, "bob": 62.5, "dan": 12.5, "fay": 37.5, **NONE},
}  # fmt: skip


def test_every_feature_has_a_value_by_hand() -> None:
    assert list(BY_HAND) == [one.name for one in CATALOG]


@pytest.mark.parametrize("name", BY_HAND)
def test_feature(name: str, six: dict[str, dict[str, Any]]) -> None:
    for customer_id, value in BY_HAND[name].items():
        found = six[customer_id][name]
        assert found == (pytest.approx(value) if isinstance(value, int | float) else value), customer_id


def test_types_are_those_of_the_catalog(six: dict[str, dict[str, Any]]) -> None:
    kinds = {"INTEGER": int, "DOUBLE": float, "VARCHAR": str, "BOOLEAN": bool}
    for one in CATALOG:
        values = [row[one.name] for row in six.values() if row[one.name] is not None]
        assert {type(value) for value in values} <= {kinds[one.type]}, one.name


def test_never_null_is_never_null(six: dict[str, dict[str, Any]]) -> None:
    for one in CATALOG:
        if not one.null_means:
            assert None not in [row[one.name] for row in six.values()], one.name

"""Why a score is what it is, in words: the features that moved it most, each with the customer's own value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.features.catalog import CATALOG
from regulars.models.explained import SEASON, Explains, Explanation
from regulars.models.matrix import FeatureMatrix
from regulars.terms.phrases import percent

if TYPE_CHECKING:
    from regulars.models.contender import Contender

REASONS_PER_SCORE = 5
Row = dict[str, float]
Sentence = Callable[[Row], str]
_CATALOG = {one.name: one for one in CATALOG}


def reasons(
    target: str, contender: Contender, matrix: FeatureMatrix, per_score: int = REASONS_PER_SCORE
) -> list[dict[str, Any]]:
    """Return the strongest reasons for each row's score, as rows of the table ``reasons``; none when it has no parts.

    Contributions are exact: with those of all features and the base they add up to the log-odds of leaving, or to the
    logarithm of the expected amount. A positive one makes leaving likelier, or the amount higher.
    """
    if not isinstance(contender, Explains) or not len(matrix):
        return []
    found: list[dict[str, Any]] = []
    for number, rank, feature, contribution in strongest(contender.explain(matrix), per_score):
        row = {name: float(value) for name, value in zip(matrix.names, matrix.values[number], strict=True)}
        value = row.get(feature, float("nan"))
        found.append(
            {
                "customer_id": matrix.customer_ids[number],
                "target": target,
                "rank": rank,
                "feature": feature,
                "value": value if np.isfinite(value) else None,
                "contribution": contribution,
                "sentence": sentence(feature, row, contribution),
            }
        )
    return found


def strongest(explanation: Explanation, per_score: int) -> Iterator[tuple[int, int, str, float]]:
    """Yield for each row its strongest features: the row's place, rank from 1, feature and contribution."""
    for number, parts in enumerate(explanation.contributions):
        order = np.argsort(-np.abs(parts), kind="stable")[:per_score]
        for rank, place in enumerate((one for one in order if parts[one]), start=1):
            yield number, rank, explanation.features[place], float(parts[place])


def sentence(feature: str, row: Row, contribution: float = 0.0) -> str:
    """Say what a feature of a customer is, in words a marketer reads.

    >>> sentence("overdue_ratio", {"median_days_between_orders": 23.0, "days_since_last_order": 61.0})
    'usually orders every 23 days; last order 61 days ago'
    >>> sentence("days_since_last_order", {"days_since_last_order": 0.0})
    'last order on the last day seen'
    >>> sentence("revenue_last_90d", {"revenue_last_90d": 0.0})
    'in the last 90 days brought nothing'
    """
    if feature == SEASON:
        return (
            "the time of year: the shop is busier then"
            if contribution > 0
            else "the time of year: the shop is quieter then"
        )
    if feature in _SENTENCES:
        return _SENTENCES[feature](row)
    known = _CATALOG.get(feature)
    words = known.sentence.rstrip(".") if known else feature.replace("_", " ")
    value = row.get(feature, float("nan"))
    if not np.isfinite(value):
        return f"{words}: unknown" + (f" ({known.null_means})" if known and known.null_means else "")
    return f"{words}: {_number(value)}"


def _number(value: float) -> str:
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def _days(n: float) -> str:
    return "1 day" if round(n) == 1 else f"{n:,.0f} days"


def _count(n: float, one: str, many: str) -> str:
    return f"no {many}" if not n else f"1 {one}" if round(n) == 1 else f"{n:,.0f} {many}"


def _value(row: Row, name: str) -> float:
    found = row.get(name, float("nan"))
    return found if np.isfinite(found) else 0.0


def _last_order(row: Row) -> str:
    days = _value(row, "days_since_last_order")
    return f"last order {_days(days)} ago" if round(days) else "last order on the last day seen"


def _rhythm(row: Row) -> str:
    last = _last_order(row)
    gap = row.get("median_days_between_orders", float("nan"))
    return (
        f"usually orders every {_days(gap)}; {last}"
        if np.isfinite(gap)
        else f"has ordered on one day; {last}"
    )


def _in_days(name: str, days: int) -> Sentence:
    return lambda row: f"{_count(_value(row, name), 'order', 'orders')} in the last {days} days"


def _share(name: str, words: str) -> Sentence:
    return lambda row: f"{percent(_value(row, name))} {words}"


def _money(name: str, words: str) -> Sentence:
    return lambda row: f"{words} {_value(row, name):,.0f}" if round(_value(row, name)) else f"{words} nothing"


_SENTENCES: dict[str, Sentence] = {
    "overdue_ratio": _rhythm,
    "overdue_days": _rhythm,
    "days_since_last_order": _last_order,
    "days_since_first_order": lambda row: f"customer for {_days(_value(row, 'days_since_first_order'))}",
    "T": lambda row: f"customer for {_days(_value(row, 'T'))}",
    "active_span_days": lambda row: f"{_days(_value(row, 'active_span_days'))} from first to last order",
    "recency": lambda row: f"{_days(_value(row, 'recency'))} from first to last order",
    "n_orders": lambda row: f"{_count(_value(row, 'n_orders'), 'order', 'orders')} so far",
    "n_purchase_days": lambda row: f"has ordered on {_days(_value(row, 'n_purchase_days'))}",
    "frequency": lambda row: f"has come back {_count(_value(row, 'frequency'), 'time', 'times')}",
    **{f"n_orders_last_{days}d": _in_days(f"n_orders_last_{days}d", days) for days in (30, 90, 180, 365)},
    **{
        f"revenue_last_{days}d": _money(f"revenue_last_{days}d", f"in the last {days} days brought")
        for days in (30, 90, 180, 365)
    },
    "n_orders_same_window_last_year": lambda row: (
        f"{_count(_value(row, 'n_orders_same_window_last_year'), 'order', 'orders')} at this time last year"
    ),
    "revenue_same_window_last_year": _money("revenue_same_window_last_year", "at this time last year brought"),
    "activity_rate": _share("activity_rate", "of the months as a customer had an order"),
    "cancelled_order_share": _share("cancelled_order_share", "of all orders were taken back"),
    "return_rate": _share("return_rate", "of what was bought came back"),
    "revenue_to_date": _money("revenue_to_date", "has brought"),
    "mean_order_value": _money("mean_order_value", "an order is usually worth"),
    "median_order_value": _money("median_order_value", "a typical order is worth"),
    "last_order_value": _money("last_order_value", "the last order was worth"),
    "n_products": lambda row: f"has bought {_count(_value(row, 'n_products'), 'product', 'products')}",
    "n_categories": lambda row: f"has bought from {_count(_value(row, 'n_categories'), 'category', 'categories')}",
}  # fmt: skip


def reasons_for(
    targets: Sequence[tuple[str, Contender]], matrix: FeatureMatrix, per_score: int = REASONS_PER_SCORE
) -> list[dict[str, Any]]:
    """Return the reasons for several targets of the same customers, in one list."""
    return [row for target, contender in targets for row in reasons(target, contender, matrix, per_score)]

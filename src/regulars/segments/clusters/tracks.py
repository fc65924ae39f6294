"""The two tracks: which inputs each looks at, where they come from, and the words for much and little of them.

A share or a pace rests on few orders for most customers. It is pulled towards the usual customer's by as much as is not
known: (total + weight × usual) ÷ (evidence + weight). So one order on a Sunday counts for as much as it tells of the next,
and a customer of one day has no pace of 365 orders a year.

Reference: length, recency, frequency, money: Chang & Tsay (2004); the pull is the posterior mean of a beta or gamma prior.
"""

from __future__ import annotations

from dataclasses import dataclass

OUTLIER = "outlier"


@dataclass(frozen=True)
class Input:
    """One dimension of the space that customers are grouped in.

    ``column`` is a feature; with ``evidence`` it is a share of that (or, where ``is_total``, a count over it) and is
    pulled with the given weight. ``high`` and ``low`` stand in a name before "buyers", or after it where they open with
    "with" or "who"; ``more`` and ``less`` compare two groups that would share a name. ``always`` names those of whom
    nearly all have one value.
    """

    name: str
    label: str
    unit: str
    column: str
    high: str
    low: str
    more: str
    less: str
    evidence: str = ""
    weight: float = 0.0
    is_total: bool = False
    shown_times: float = 1.0
    always: tuple[float, str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.evidence) if self.evidence else (self.column,)


@dataclass(frozen=True)
class Track:
    """A way of looking at customers, with its inputs."""

    name: str
    title: str
    question: str
    inputs: tuple[Input, ...]


RFM = Track(
    "rfm",
    "By value",
    "how recently, how often, for how long and for how much they bought",
    (
        Input(
            "days_since_last_order", "Days since the last order", "days", "days_since_last_order",
            "long absent", "recent", "longer absent", "more recent",
        ),
        Input(
            "n_orders", "Orders", "orders", "n_orders", "frequent", "occasional", "more orders", "fewer orders",
            always=(1.0, "one-time"),
        ),
        Input(
            "revenue_to_date", "Net revenue to date", "currency", "revenue_to_date", "high-spending", "low-spending",
            "higher spending", "lower spending",
        ),
        Input(
            "active_span_days", "Days from first to last order", "days", "active_span_days", "long-standing",
            "short-lived", "longer with the shop", "shorter with the shop",
        ),
    ),
)  # fmt: skip

BEHAVIOR = Track(
    "behavior",
    "By habit",
    "how often, on which days, how much at a time and whether the same again",
    (
        Input(
            "purchase_days_per_year", "Repeat purchase days a year", "a year", "frequency", "frequent", "infrequent",
            "more often", "less often", evidence="T", weight=60.0, is_total=True, shown_times=365.0,
        ),
        Input(
            "weekend_share", "Orders on weekends", "share", "weekend_share", "weekend", "weekday", "more on weekends",
            "less on weekends", evidence="n_orders", weight=3.0,
        ),
        Input(
            "mean_lines_per_order", "Lines of an order", "lines", "mean_lines_per_order", "with large baskets",
            "with small baskets", "larger baskets", "smaller baskets",
        ),
        Input(
            "repeat_product_share", "Lines bought before", "share", "repeat_product_share", "who buy the same again",
            "who buy something new", "more of the same", "more that is new", evidence="frequency", weight=3.0,
        ),
    ),
)  # fmt: skip

TRACKS = (RFM, BEHAVIOR)

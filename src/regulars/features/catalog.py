"""The catalog: every feature once, with what people need to know to trust it.

The SQL of each group returns exactly these columns, in this order (tested); the table, the data dictionary and the
documentation page are made from this list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from regulars.terms.tables import Column

NEVER = "never ordered"
ALL = "all"


@dataclass(frozen=True)
class Feature:
    """One column of the feature table.

    ``lookback`` is how far before the cut-off it reaches, in days or ``all``. ``null_means`` is empty when it is
    never null: then a customer without any order has 0 (or no, for a statement). ``relation`` is the query that
    computes it, ``covers`` the feature of the reference systems that it stands for.
    """

    name: str
    sentence: str
    unit: str
    null_means: str = ""
    lookback: str = ALL
    covers: str = ""
    type: str = "DOUBLE"
    group: str = ""
    relation: str = ""

    @property
    def column(self) -> Column:
        return Column(self.name, self.type, self.sentence, self.unit, self.null_means)


def _group(title: str, relation: str, *features: Feature) -> tuple[Feature, ...]:
    return tuple(replace(one, group=title, relation=one.relation or relation) for one in features)


def _days(name: str, sentence: str, null_means: str = NEVER, covers: str = "") -> Feature:
    return Feature(name, sentence, "days", null_means, covers=covers, type="INTEGER")


def _count(
    name: str,
    sentence: str,
    unit: str,
    null_means: str = "",
    lookback: str = ALL,
    covers: str = "",
    relation: str = "",
) -> Feature:
    return Feature(name, sentence, unit, null_means, lookback, covers, "INTEGER", relation=relation)


RECENCY_FREQUENCY = _group(
    "recency & frequency",
    "recency_frequency",
    _days("days_since_last_order", "Days from the last order to the last observed day.", covers="Recency, days_since_last"),
    _days("days_since_first_order", "Days from the first order to the last observed day.", covers="tenure_days"),
    _days("active_span_days", "Days from the first order to the last order.", covers="customer_lifetime_days"),
    _count("n_orders", "Orders that were not cancelled.", "orders", covers="Frequency, purchase_frequency"),
    _count("n_purchase_days", "Days with at least one order.", "days", covers="days_active"),
    _count("frequency", "Purchase days after the first one (x of buy-till-you-die models).", "days", NEVER),
    _days("recency", "Days from the first to the last purchase day (t_x of buy-till-you-die models)."),
    _days("T", "Days from the first purchase day to the last observed day (T of buy-till-you-die models)."),
    _count("active_months_count", "Calendar months with an order.", "months", covers="active_months"),
    Feature(
        "activity_rate", "Months with an order ÷ months since the first order, both ends counted.", "share 0–1", NEVER,
        covers="activity_rate",
    ),
    Feature(
        "orders_per_month", "Orders ÷ calendar months since the first order, both ends counted.", "orders per month",
        NEVER, covers="purchase_velocity",
    ),
)  # fmt: skip

MONETARY = _group(
    "monetary",
    "monetary",
    Feature(
        "revenue_to_date", "What the customer has brought so far: orders minus what was given back.", "currency",
        covers="Monetary, total_revenue, clv",
    ),
    Feature("gross_revenue_to_date", "All orders as placed, before returns and cancellations.", "currency"),
    Feature("mean_order_value", "Mean value of an order, as placed.", "currency", NEVER, covers="aov, avg_basket_value"),
    Feature("median_order_value", "Middle value of an order, as placed.", "currency", NEVER),
    Feature("max_order_value", "Largest order, as placed.", "currency", NEVER, covers="aov_max"),
    Feature("min_order_value", "Smallest order, as placed.", "currency", NEVER, covers="aov_min"),
    Feature(
        "order_value_std", "Standard deviation of the values of orders.", "currency", "fewer than 3 orders",
        covers="aov_std",
    ),
    Feature(
        "order_value_cv", "Standard deviation of the values of orders ÷ their mean.", "ratio",
        "fewer than 3 orders, or all of them free", covers="spending_cv",
    ),
    Feature(
        "mean_repeat_order_value", "Mean revenue of a purchase day after the first one (Gamma-Gamma).", "currency",
        "no repeat purchase day",
    ),
    Feature("last_order_value", "Value of the last order, as placed.", "currency", NEVER),
    Feature(
        "last_order_value_ratio", "Value of the last order ÷ mean value of an order.", "ratio",
        "never ordered, or all orders free",
    ),
    *(
        Feature(
            f"revenue_last_{days}d", f"Orders minus returns in the last {days} days.", "currency",
            lookback=f"{days} days", relation="momentum",
        )
        for days in (30, 90, 180, 365)
    ),
    Feature(
        "revenue_trend", "Orders as placed: (last 90 days − the 90 before) ÷ both together.", "−1 to 1",
        "nothing bought in 180 days", "180 days", "revenue_growth", relation="momentum",
    ),
)  # fmt: skip

CADENCE = _group(
    "cadence",
    "cadence",
    Feature(
        "mean_days_between_orders", "Mean days between consecutive purchase days.", "days",
        "fewer than 2 purchase days", covers="avg_inter_purchase_days",
    ),
    Feature(
        "median_days_between_orders", "Middle number of days between consecutive purchase days.", "days",
        "fewer than 2 purchase days",
    ),
    Feature(
        "std_days_between_orders", "Standard deviation of the days between consecutive purchase days.", "days",
        "fewer than 3 purchase days", covers="std_inter_purchase_days",
    ),
    _days("max_days_between_orders", "Longest stretch between consecutive purchase days.", "fewer than 2 purchase days"),
    Feature(
        "days_between_orders_cv", "Standard deviation of the days between purchase days ÷ their mean.", "ratio",
        "fewer than 3 purchase days", covers="engagement_consistency = 1 ÷ (1 + cv)",
    ),
    Feature(
        "overdue_ratio",
        "Days since the last order ÷ the usual days between orders (the customer's middle, else the shop's).", "ratio",
        "never ordered, or nobody in the shop ever came back", covers="days_overdue, churn_risk_score",
    ),
    Feature(
        "overdue_days", "Days since the last order beyond the usual days between orders, at least 0.", "days",
        "never ordered, or nobody in the shop ever came back", covers="days_overdue",
    ),
    *(
        replace(
            _count(f"n_orders_last_{days}d", f"Orders in the last {days} days.", "orders", lookback=f"{days} days"),
            relation="momentum",
        )
        for days in (30, 90, 180, 365)
    ),
    Feature(
        "order_trend", "Orders: (last 90 days − the 90 before) ÷ both together.", "−1 to 1",
        "no order in 180 days", "180 days", relation="momentum",
    ),
    Feature(
        "clumpiness", "How unevenly purchase days lie: 0 evenly spread, 1 all in one clump (Zhang, Bradlow & Small 2015).",
        "0 to 1", "fewer than 3 purchase days",
    ),
)  # fmt: skip

ASSORTMENT = _group(
    "assortment",
    "assortment",
    _count(
        "n_products", "Different products bought and not taken back.", "products", covers="unique_products", relation="products",
    ),
    _count("n_categories", "Different categories bought from.", "categories"),
    Feature(
        "product_diversity", "Different products ÷ order lines.", "share 0–1", "no product lines",
        covers="product_diversity",
    ),
    Feature(
        "category_concentration", "Herfindahl index of revenue by category: 1 is all in one.", "0 to 1",
        "no revenue in a known category",
    ),
    Feature(
        "top_category_share", "Share of revenue of the category with the most.", "share 0–1",
        "no revenue in a known category",
    ),
    Feature(
        "top_category", "The category with the most revenue, the first by name on ties.", "name",
        "no known category", type="VARCHAR",
    ),
    Feature(
        "repeat_product_share", "Lines for products bought before ÷ lines, both after the first order.", "share 0–1",
        "no product lines after the first order",
    ),
    _count(
        "new_products_last_90d", "Products first bought in the last 90 days.", "products", lookback="90 days",
        relation="products",
    ),
    Feature("mean_lines_per_order", "Mean product lines of an order.", "lines", NEVER, covers="avg_basket_size"),
    Feature("mean_units_per_order", "Mean units of an order.", "units", NEVER, covers="avg_basket_size"),
    Feature(
        "max_units_per_line", "Largest quantity of a line.", "units", "no product lines",
        covers="max_quantity_single_txn",
    ),
    Feature(
        "is_bulk_buyer",
        "Whether the mean units of an order are at or above the shop's 90th percentile at the cut-off.", "yes or no",
        covers="is_bulk_buyer", type="BOOLEAN", relation="composite",
    ),
)  # fmt: skip

PRICE_DISCOUNT = _group(
    "price & discount",
    "price_discount",
    Feature(
        "mean_unit_price", "Mean price of a unit over lines.", "currency", "no product lines",
        covers="avg_item_price, avg_price",
    ),
    Feature("max_unit_price", "Highest price of a unit.", "currency", "no product lines", covers="max_price"),
    Feature(
        "unit_price_range", "Highest minus lowest price of a unit.", "currency", "no product lines",
        covers="price_range",
    ),
    Feature(
        "price_tier", "Mean over products of where their price stands among the prices of their category.",
        "percentile 0–100", "no products", relation="products",
    ),
    Feature(
        "discount_share", "Revenue of lines with a discount ÷ revenue, where discounts are known.", "share 0–1",
        "unknown",
    ),
)  # fmt: skip

RETURNS = _group(
    "returns",
    "returns",
    _count("n_returns", "Return events: credit notes, cancellations and refunds.", "returns"),
    Feature("return_value", "Money given back.", "currency", covers="return_value"),
    Feature(
        "return_rate", "Money given back ÷ orders as placed.", "share", "nothing bought", covers="return_rate"
    ),
    Feature(
        "cancelled_order_share", "Orders taken back in full ÷ all orders.", "share 0–1", "no orders at all"
    ),
)

SEASON = _group(
    "time of day and week, season",
    "season",
    Feature(
        "preferred_hour", "Hour of the day with the most orders, the earliest on ties.", "hour 0–23",
        "never ordered, or the source has no times of day", covers="preferred_hour", type="INTEGER",
        relation="time_of_day",
    ),
    Feature(
        "hour_concentration", "How far orders keep to few hours: 0 evenly over 24, 1 always the same.", "0 to 1",
        "never ordered, or the source has no times of day", covers="hour_concentration", relation="time_of_day",
    ),
    Feature(
        "preferred_weekday", "Day of the week with the most orders, the earliest on ties.", "1 Monday – 7 Sunday",
        NEVER, covers="preferred_day", type="INTEGER", relation="time_of_day",
    ),
    Feature(
        "weekend_share", "Orders on Saturday and Sunday ÷ orders.", "share 0–1", NEVER,
        covers="weekend_ratio, is_weekend_shopper", relation="time_of_day",
    ),
    Feature(
        "preferred_quarter", "Quarter of the year with the most orders, the earliest on ties.", "quarter 1–4", NEVER,
        covers="preferred_quarter", type="INTEGER",
    ),
    Feature(
        "quarter_concentration", "How far orders keep to few quarters: 0 evenly over 4, 1 always the same.", "0 to 1",
        NEVER, covers="quarter_concentration",
    ),
    _count(
        "n_orders_same_window_last_year", "Orders in the window that is predicted, a year earlier.", "orders",
        "the shop's history is shorter than a year", "365 days",
    ),
    Feature(
        "revenue_same_window_last_year", "Orders minus returns in the window that is predicted, a year earlier.",
        "currency", "the shop's history is shorter than a year", "365 days",
    ),
    Feature("cutoff_day_of_year_sin", "Where in the year the cut-off lies: sine of its angle.", "−1 to 1", lookback="none"),
    Feature("cutoff_day_of_year_cos", "Where in the year the cut-off lies: cosine of its angle.", "−1 to 1", lookback="none"),
    Feature(
        "first_order_month", "Month of the first order.", "month 1–12", NEVER, type="INTEGER", relation="first_order",
    ),
    Feature(
        "first_order_weekday", "Day of the week of the first order.", "1 Monday – 7 Sunday", NEVER, type="INTEGER",
        relation="first_order",
    ),
    Feature("first_order_value", "Value of the first order, as placed.", "currency", NEVER, relation="first_order"),
    Feature(
        "first_order_lines", "Product lines of the first order.", "lines", NEVER, type="INTEGER",
        relation="first_order",
    ),
)  # fmt: skip

GEOGRAPHY_CHANNEL = _group(
    "geography & channel",
    "geography_channel",
    Feature("country", "Where the customer was last known to be.", "name", "unknown", type="VARCHAR"),
    Feature(
        "is_home_country", "Whether that is where most customers of the shop are.", "yes or no", "country unknown",
        type="BOOLEAN",
    ),
    Feature(
        "top_channel", "The channel with the most orders, the first by name on ties.", "name",
        "never ordered, or the source has no channels", type="VARCHAR",
    ),
    Feature(
        "top_channel_share", "Orders through that channel ÷ orders whose channel is known.", "share 0–1",
        "never ordered, or the source has no channels",
    ),
)  # fmt: skip

COMPOSITE = _group(
    "composite scores",
    "composite",
    Feature(
        "loyalty_index",
        "Mean of four percentiles among customers: orders, time since the first order, activity rate, regularity "
        "(evenness of the days between orders; 0 without evidence). For people, not for models.",
        "0–100", NEVER, covers="loyalty_index",
    ),
    Feature(
        "rule_churn_risk_score", "Percentile of the overdue ratio among customers. For people, not for models.",
        "0–100", "never ordered, or nobody in the shop ever came back", covers="churn_risk_score, is_at_risk",
    ),
)  # fmt: skip

CATALOG: tuple[Feature, ...] = (
    *RECENCY_FREQUENCY, *MONETARY, *CADENCE, *ASSORTMENT, *PRICE_DISCOUNT, *RETURNS, *SEASON, *GEOGRAPHY_CHANNEL,
    *COMPOSITE,
)  # fmt: skip
"""All features, in the order of the table."""

COMPOSITE_NAMES = frozenset(one.name for one in COMPOSITE)
"""Made for people from other features; never inputs of the models they summarize."""


def page(own: Sequence[Feature] = ()) -> str:
    """Return the documentation page of the catalog, in Markdown."""
    lines = [
        "# Features",
        "",
        "One row per customer and cut-off. Everything is computed from what was known before the cut-off. An order is an",
        "order that was not cancelled before the cut-off; revenue is net of what was given back before it, each return at",
        "its own instant; values of orders are as placed. A feature that is never null is 0 (or no) for a customer who",
        "signed up and has not ordered yet. This page is made from the catalog in the code.",
    ]
    features = [*CATALOG, *own]
    for title in dict.fromkeys(one.group for one in features):
        lines += ["", f"## {title[0].upper()}{title[1:]}", "", "| feature | what it says | unit | looks back | null means | stands for |"]  # fmt: skip
        lines += ["|---|---|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | {one.sentence} | {one.unit} | {one.lookback} | {one.null_means or 'never null'} | {one.covers or '–'} |"
            for one in features
            if one.group == title
        ]
    return "\n".join(lines) + "\n"

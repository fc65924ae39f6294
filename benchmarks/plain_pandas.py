"""The same work as an analyst would write it with pandas: facts first, then the catalog, one groupby after the other.

Idiomatic means what the manual of pandas would have one write for each definition: `groupby` with `agg`, `transform`,
`first` and `diff`, `merge`, `crosstab`, `mode`; vectorized, no loop over rows, the rows of a customer and product found once,
and no column that the catalog does not need. It does not mean what one writes after profiling. That is `TUNED`: text as
categories, and the two slow idioms (`crosstab`, `mode` within `agg`) written as counts. A test holds the values to ours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)


class Idioms(NamedTuple):
    """How the two things are written that pandas has a slow word for."""

    counts: Callable[[pd.Series, pd.Series], pd.DataFrame]
    """Rows by customer and kind."""
    usual_prices: Callable[[pd.DataFrame], pd.Series]
    """The commonest first price of each category and product, of several the lowest."""


def features(
    lines: pd.DataFrame,
    returns: pd.DataFrame,
    cancellations: pd.DataFrame,
    cutoff: datetime,
    horizon_days: int,
) -> pd.DataFrame:
    """Return one row per customer with an order before the cut-off."""
    return catalog(facts(lines, returns, cancellations, cutoff), cutoff, horizon_days)


class Facts(NamedTuple):
    """What was known before a cut-off, per line, return, order, customer and product."""

    lines: pd.DataFrame
    returns: pd.DataFrame
    everything: pd.DataFrame
    products: pd.DataFrame


def facts(lines: pd.DataFrame, returns: pd.DataFrame, cancellations: pd.DataFrame, cutoff: datetime) -> Facts:
    """Return what the catalog rests on."""
    cut = pd.Timestamp(cutoff)
    lines = lines[lines.ordered_at < cut]
    cancelled = set(cancellations.loc[cancellations.cancelled_at < cut, "order_id"])
    everything = _orders(lines)
    everything["is_cancelled"] = everything.index.isin(cancelled)
    lines = lines[~lines.order_id.isin(cancelled)]
    returns = returns[returns.returned_at < cut]
    return Facts(lines, returns, everything, _customer_products(lines))


def catalog(known: Facts, cutoff: datetime, horizon_days: int, idioms: Idioms | None = None) -> pd.DataFrame:
    """Return the whole catalog from facts."""
    lines, returns, everything, products = known
    idioms = idioms or PLAIN
    cut = pd.Timestamp(cutoff)
    last_day = (cut - pd.Timedelta(microseconds=1)).normalize()
    orders = everything[~everything.is_cancelled]
    table = pd.DataFrame(index=pd.Index(everything.customer_id.unique(), name="customer_id"))
    parts = [
        _recency_frequency(orders, last_day),
        _monetary(everything, orders, returns),
        _momentum(everything, returns, cut),
        _cadence(orders, last_day),
        _assortment(lines, products, orders, cut),
        _prices(lines, products, idioms),
        _returns(everything, returns),
        _clock(orders, idioms),
        _last_year(everything, returns, cut, horizon_days),
        _firsts(orders),
        _places(everything, orders, idioms),
    ]
    for part in parts:
        table = table.join(part)
    return _composite(table)


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    bought = lines.groupby(["customer_id", "product_id"]).ordered_at.transform("min")
    lines = lines.assign(is_repeat=bought < lines.ordered_at)
    return lines.groupby("order_id").agg(
        customer_id=("customer_id", "first"),
        ordered_at=("ordered_at", "min"),
        revenue=("amount", "sum"),
        n_lines=("product_id", "size"),
        n_units=("quantity", "sum"),
        max_units=("quantity", "max"),
        sum_price=("unit_price", "sum"),
        min_price=("unit_price", "min"),
        max_price=("unit_price", "max"),
        n_repeat_lines=("is_repeat", "sum"),
        country=("country", "first"),
        channel=("channel", "first"),
    )


def _customer_products(lines: pd.DataFrame) -> pd.DataFrame:
    in_time = lines.sort_values(["ordered_at", "unit_price"])
    columns = ["category", "unit_price", "ordered_at"]
    return in_time.groupby(["customer_id", "product_id"])[columns].first().reset_index()


def _days(orders: pd.DataFrame) -> pd.DataFrame:
    days = (
        orders.assign(day=orders.ordered_at.dt.normalize())
        .groupby(["customer_id", "day"])
        .agg(n_orders=("revenue", "size"), revenue=("revenue", "sum"))
        .reset_index()
        .sort_values(["customer_id", "day"])
    )
    days["gap"] = days.groupby("customer_id").day.diff() / DAY
    return days


def _months(stamps: pd.Series) -> pd.Series:
    return stamps.dt.year * 12 + stamps.dt.month


def _recency_frequency(orders: pd.DataFrame, last_day: pd.Timestamp) -> pd.DataFrame:
    days = _days(orders)
    by = days.groupby("customer_id")
    first, last = by.day.min(), by.day.max()
    out = pd.DataFrame(
        {
            "days_since_last_order": (last_day - last) / DAY,
            "days_since_first_order": (last_day - first) / DAY,
            "active_span_days": (last - first) / DAY,
            "n_orders": by.n_orders.sum(),
            "n_purchase_days": by.size(),
        }
    )
    out["frequency"] = out.n_purchase_days - 1
    out["recency"] = out.active_span_days
    out["T"] = out.days_since_first_order
    out["active_months_count"] = _months(days.day).groupby(days.customer_id).nunique()
    months = last_day.year * 12 + last_day.month - _months(first) + 1
    out["activity_rate"] = out.active_months_count / months
    out["orders_per_month"] = out.n_orders / months
    return out


def _monetary(everything: pd.DataFrame, orders: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    by = orders.groupby("customer_id").revenue
    gross = everything.groupby("customer_id").revenue.sum()
    out = pd.DataFrame({"gross_revenue_to_date": gross})
    out["revenue_to_date"] = gross.sub(returns.groupby("customer_id").amount.sum(), fill_value=0)
    out["mean_order_value"] = by.mean()
    out["median_order_value"] = by.median()
    out["max_order_value"] = by.max()
    out["min_order_value"] = by.min()
    out["order_value_std"] = by.std().where(by.size() >= 3)
    out["order_value_cv"] = out.order_value_std / out.mean_order_value
    days = _days(orders)
    out["mean_repeat_order_value"] = days[days.gap.notna()].groupby("customer_id").revenue.mean()
    in_time = orders.reset_index().sort_values(["ordered_at", "order_id"])
    out["last_order_value"] = in_time.groupby("customer_id").revenue.last()
    out["last_order_value_ratio"] = out.last_order_value / out.mean_order_value
    return out


def _momentum(everything: pd.DataFrame, returns: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    out = pd.DataFrame(index=everything.customer_id.unique())
    kept = everything[~everything.is_cancelled]
    for days in (30, 90, 180, 365):
        since = cut - days * DAY
        placed = everything[everything.ordered_at >= since].groupby("customer_id").revenue.sum()
        back = returns[returns.returned_at >= since].groupby("customer_id").amount.sum()
        recent = kept[kept.ordered_at >= since].groupby("customer_id").revenue
        out[f"revenue_last_{days}d"] = placed.sub(back, fill_value=0)
        out[f"n_orders_last_{days}d"] = recent.size()
        if days in (90, 180):
            out[f"value_{days}"] = recent.sum()
    out = out.fillna(0)
    out["revenue_trend"] = (2 * out.value_90 - out.value_180) / out.value_180.replace(0, np.nan)
    out["order_trend"] = (
        2 * out.n_orders_last_90d - out.n_orders_last_180d
    ) / out.n_orders_last_180d.replace(0, np.nan)
    return out.drop(columns=["value_90", "value_180"])


def _cadence(orders: pd.DataFrame, last_day: pd.Timestamp) -> pd.DataFrame:
    days = _days(orders)
    by = days.groupby("customer_id")
    out = pd.DataFrame(
        {
            "mean_days_between_orders": by.gap.mean(),
            "median_days_between_orders": by.gap.median(),
            "std_days_between_orders": by.gap.std(),
            "max_days_between_orders": by.gap.max(),
        }
    )
    out["days_between_orders_cv"] = out.std_days_between_orders / out.mean_days_between_orders
    since = (last_day - by.day.max()) / DAY
    usual = out.median_days_between_orders.fillna(days.gap.median())
    out["overdue_ratio"] = since / usual
    out["overdue_days"] = (since - usual).clip(lower=0)
    n, total = by.size(), (last_day - by.day.min()) / DAY + 2
    weights = (days.gap * np.log(days.gap)).groupby(days.customer_id).sum() + (since + 1) * np.log(since + 1)
    out["clumpiness"] = (1 + (weights / total - np.log(total)) / np.log(n + 1)).where(n >= 3)
    return out


def _assortment(
    lines: pd.DataFrame, products: pd.DataFrame, orders: pd.DataFrame, cut: pd.Timestamp
) -> pd.DataFrame:
    by = orders.groupby("customer_id")
    out = pd.DataFrame({"n_products": products.groupby("customer_id").size()})
    revenue = lines.groupby(["customer_id", "category"]).amount.sum().reset_index()
    revenue["share"] = revenue.amount / revenue.groupby("customer_id").amount.transform("sum")
    revenue = revenue.sort_values(["customer_id", "amount", "category"], ascending=[True, False, True])
    out["n_categories"] = revenue.groupby("customer_id").size()
    n_lines = by.n_lines.sum()
    out["product_diversity"] = out.n_products / n_lines
    out["category_concentration"] = (revenue.share**2).groupby(revenue.customer_id).sum()
    top = revenue.groupby("customer_id").first()
    out["top_category_share"], out["top_category"] = top.share, top.category
    later = orders[orders.ordered_at > by.ordered_at.transform("min")].groupby("customer_id")
    out["repeat_product_share"] = later.n_repeat_lines.sum() / later.n_lines.sum()
    new = products[products.ordered_at >= cut - 90 * DAY]
    out["new_products_last_90d"] = new.groupby("customer_id").size().reindex(out.index, fill_value=0)
    out["mean_lines_per_order"] = by.n_lines.mean()
    out["mean_units_per_order"] = by.n_units.mean()
    out["max_units_per_line"] = by.max_units.max()
    out["is_bulk_buyer"] = out.mean_units_per_order >= np.quantile(
        out.mean_units_per_order, 0.9, method="inverted_cdf"
    )
    return out


def _prices(lines: pd.DataFrame, products: pd.DataFrame, idioms: Idioms) -> pd.DataFrame:
    by = lines.groupby("customer_id").unit_price
    out = pd.DataFrame({"mean_unit_price": by.mean(), "max_unit_price": by.max()})
    out["unit_price_range"] = by.max() - by.min()
    met = products.merge(
        _mid_rank(idioms.usual_prices(products)).rename("standing").reset_index(),
        on=["category", "product_id"],
    )
    out["price_tier"] = met.groupby("customer_id").standing.mean()
    return out


def _mid_rank(values: pd.Series) -> pd.Series:
    by = values.groupby("category")
    return (by.rank(method="average") - 0.5) / by.transform("size") * 100


def _returns(everything: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    by = everything.groupby("customer_id")
    back = returns.groupby("customer_id")
    out = pd.DataFrame(index=by.size().index)
    out["n_returns"] = back.return_id.nunique().reindex(out.index, fill_value=0)
    out["return_value"] = back.amount.sum().reindex(out.index, fill_value=0)
    out["return_rate"] = out.return_value / by.revenue.sum()
    out["cancelled_order_share"] = by.is_cancelled.mean()
    return out


def _concentration(counts: pd.DataFrame, n_kinds: int) -> pd.Series:
    shares = counts.div(counts.sum(axis=1), axis=0)
    return 1 + (shares * np.log(shares.where(shares > 0, 1))).sum(axis=1) / np.log(n_kinds)


def _clock(orders: pd.DataFrame, idioms: Idioms) -> pd.DataFrame:
    customers = orders.customer_id
    hours = idioms.counts(customers, orders.ordered_at.dt.hour)
    weekdays = idioms.counts(customers, orders.ordered_at.dt.day_of_week + 1)
    quarters = idioms.counts(customers, orders.ordered_at.dt.quarter)
    return pd.DataFrame(
        {
            "preferred_hour": hours.idxmax(axis=1),
            "preferred_weekday": weekdays.idxmax(axis=1),
            "preferred_quarter": quarters.idxmax(axis=1),
            "hour_concentration": _concentration(hours, 24),
            "quarter_concentration": _concentration(quarters, 4),
            "weekend_share": weekdays[[6, 7]].sum(axis=1) / weekdays.sum(axis=1),
        }
    )


def _last_year(everything: pd.DataFrame, returns: pd.DataFrame, cut: pd.Timestamp, days: int) -> pd.DataFrame:
    start, end = cut - 365 * DAY, cut - 365 * DAY + days * DAY
    placed = everything[everything.ordered_at.between(start, end, inclusive="left")]
    back = (
        returns[returns.returned_at.between(start, end, inclusive="left")].groupby("customer_id").amount.sum()
    )
    out = pd.DataFrame(index=everything.customer_id.unique())
    out["n_orders_same_window_last_year"] = placed[~placed.is_cancelled].groupby("customer_id").size()
    out["revenue_same_window_last_year"] = placed.groupby("customer_id").revenue.sum().sub(back, fill_value=0)
    out = out.fillna(0)
    angle = 2 * np.pi * cut.day_of_year / 365.25
    out["cutoff_day_of_year_sin"], out["cutoff_day_of_year_cos"] = np.sin(angle), np.cos(angle)
    return out


def _firsts(orders: pd.DataFrame) -> pd.DataFrame:
    first = orders.reset_index().sort_values(["ordered_at", "order_id"]).groupby("customer_id").first()
    return pd.DataFrame(
        {
            "first_order_month": first.ordered_at.dt.month,
            "first_order_weekday": first.ordered_at.dt.day_of_week + 1,
            "first_order_value": first.revenue,
            "first_order_lines": first.n_lines,
        }
    )


def _places(everything: pd.DataFrame, orders: pd.DataFrame, idioms: Idioms) -> pd.DataFrame:
    out = pd.DataFrame(
        {"country": everything.sort_values("ordered_at").groupby("customer_id").country.last()}
    )
    out["is_home_country"] = out.country == out.country.mode().iloc[0]
    channels = idioms.counts(orders.customer_id, orders.channel)
    out["top_channel"] = channels.idxmax(axis=1)
    out["top_channel_share"] = channels.max(axis=1) / channels.sum(axis=1)
    return out


def _composite(table: pd.DataFrame) -> pd.DataFrame:
    def percentile(values: pd.Series) -> pd.Series:
        return (values.rank() - 0.5) / values.count() * 100

    regularity = (100 - percentile(table.days_between_orders_cv)).fillna(0)
    table["loyalty_index"] = (
        percentile(table.n_orders)
        + percentile(table.days_since_first_order)
        + percentile(table.activity_rate)
        + regularity
    ) / 4
    table["rule_churn_risk_score"] = percentile(table.overdue_ratio)
    return table


def _usual_prices(products: pd.DataFrame) -> pd.Series:
    return products.groupby(["category", "product_id"]).unit_price.agg(lambda prices: prices.mode().iloc[0])


PLAIN = Idioms(pd.crosstab, _usual_prices)


def with_categories(lines: pd.DataFrame, returns: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return lines and returns with text as categories; the first thing that one does after profiling."""
    text = ["order_id", "customer_id", "product_id", "category", "country", "channel"]
    lines = lines.astype(dict.fromkeys(text, "category"))
    return lines, returns.astype({"customer_id": lines.customer_id.dtype})


def _counted(customers: pd.Series, values: pd.Series) -> pd.DataFrame:
    return values.groupby([customers, values]).size().unstack(fill_value=0)


def _counted_prices(products: pd.DataFrame) -> pd.Series:
    counts = products.groupby(["category", "product_id", "unit_price"]).size().rename("n").reset_index()
    in_order = counts.sort_values(["n", "unit_price"], ascending=[False, True])
    return (
        in_order.drop_duplicates(["category", "product_id"]).set_index(["category", "product_id"]).unit_price
    )


TUNED = Idioms(_counted, _counted_prices)

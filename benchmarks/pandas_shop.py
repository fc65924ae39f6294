"""What `regulars run` does before any model, as an analyst would write it with pandas: read, clean, features, segments,
cohorts, months, places, rhythm. It writes plain Parquet files; no audit, no release, no report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.plain_pandas import features

NAMES = {
    "Invoice": "order_id", "InvoiceNo": "order_id", "Order ID": "order_id", "Customer ID": "customer_id",
    "CustomerID": "customer_id", "InvoiceDate": "ordered_at", "Order date": "ordered_at", "StockCode": "product_id",
    "Product code": "product_id", "Description": "description", "Quantity": "quantity", "Price": "unit_price",
    "UnitPrice": "unit_price", "Unit price": "unit_price", "Country": "country", "Category": "category",
    "Discount": "discount", "Channel": "channel",
}  # fmt: skip
NOT_PRODUCTS = {"POST", "DOT", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK", "B", "ADJUST", "ADJUST2"}
LINE = ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"]
HORIZON_DAYS = 90


def whole_run(paths: list[str], folder: str) -> dict[str, Any]:
    """Do all of it, write tables into a folder, and return a few figures to compare."""
    lines = read(paths)
    sales, returns, cancellations = clean(lines)
    cutoff = sales.ordered_at.max().normalize() + pd.Timedelta(days=1)
    tracked = sales[sales.customer_id.notna()]
    table = features(tracked, returns[returns.customer_id.notna()], cancellations, cutoff, HORIZON_DAYS)
    segments = segment(table)
    results = {
        "features": table,
        "segments": segments,
        "segment_profiles": profiles(table, segments),
        "cohorts": cohorts(tracked),
        "revenue_by_month": months(sales),
        "geography": places(sales),
        "rhythm": rhythm(tracked, segments),
        "orders": sales.groupby("order_id").agg(
            customer_id=("customer_id", "first"), revenue=("amount", "sum")
        ),
        "order_lines": sales,
    }
    for name, result in results.items():
        result.to_parquet(Path(folder) / f"{name}.parquet")
    return {
        "customers": len(table),
        "rows": len(lines),
        "revenue": round(float(tracked.amount.sum()), 2),
        "features": table.shape[1],
        "segments": int(segments.segment.nunique()),
    }


def read(paths: list[str]) -> pd.DataFrame:
    """Read the files and take what they share once."""
    parts = []
    for number, path in enumerate(paths):
        frame = pd.read_csv(path, dtype={"Invoice": str, "StockCode": str, "Order ID": str})
        frame = frame.rename(columns=NAMES)
        frame["ordered_at"] = pd.to_datetime(frame.ordered_at)
        backwards = frame.ordered_at.diff() < -pd.Timedelta(days=1)
        frame["section"] = number * 1000 + backwards.cumsum()
        parts.append(frame)
    lines = pd.concat(parts, ignore_index=True)
    lines["copy"] = lines.groupby([*LINE, "section"], dropna=False).cumcount()
    return lines.drop_duplicates([*LINE, "copy"])


def clean(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Part sales from returns, and find the orders that were taken back in full."""
    lines = lines[~lines.product_id.isin(NOT_PRODUCTS) & (lines.unit_price > 0)].copy()
    ids = lines.customer_id
    if pd.api.types.is_float_dtype(ids):
        ids = ids.astype("Int64")
    lines["customer_id"] = ids.astype("string")
    lines = lines[lines.customer_id.ne("TEST").fillna(True)]
    lines["discount"] = lines.get("discount", pd.Series(0.0, lines.index)).fillna(0.0)
    lines["amount"] = lines.quantity * lines.unit_price - lines.discount
    lines["category"] = lines.get("category", pd.Series("all", lines.index)).fillna("all")
    lines["channel"] = lines.get("channel", pd.Series("web", lines.index))
    sales = lines[lines.quantity > 0]
    returns = lines[lines.quantity < 0].rename(columns={"order_id": "return_id", "ordered_at": "returned_at"})
    returns = returns.assign(quantity=-returns.quantity, amount=-returns.amount)
    linked = returns.merge(sales, on=["customer_id", "product_id", "quantity"], suffixes=("_back", ""))
    linked = linked[linked.ordered_at < linked.returned_at].sort_values("ordered_at")
    linked = linked.groupby(["return_id", "product_id"], as_index=False).last()
    back = linked.groupby("order_id").agg(
        n_back=("product_id", "nunique"), cancelled_at=("returned_at", "max")
    )
    n_lines = sales.groupby("order_id").product_id.nunique()
    cancelled = back[back.n_back >= n_lines.reindex(back.index)]
    return sales, returns, cancelled.reset_index()[["order_id", "cancelled_at"]]


def segment(table: pd.DataFrame) -> pd.DataFrame:
    """Score by quintiles and name the segments."""
    buyers = table[table.n_orders > 0]
    r = pd.qcut(buyers.days_since_last_order.rank(method="first", ascending=False), 5, labels=False) + 1
    f = pd.qcut(buyers.n_orders.rank(method="first"), 5, labels=False) + 1
    m = pd.qcut(buyers.revenue_to_date.rank(method="first"), 5, labels=False) + 1
    rules = {
        "Champions": (r == 5) & (f == 5) & (m == 5), "Loyal": (r >= 4) & (f >= 4) & (m >= 3),
        "Potential Loyalists": (r >= 3) & (f <= 3) & (m <= 3), "Need Attention": (r == 3) & f.between(2, 3),
        "About To Sleep": r.between(2, 3) & f.between(2, 3), "Can't Lose": (r <= 2) & (f >= 4) & (m >= 4),
        "At Risk": (r <= 2) & (f >= 2) & (m >= 2), "Hibernating": (r <= 2) & (f <= 2) & (m <= 2),
    }  # fmt: skip
    names = np.select(list(rules.values()), list(rules), default="Lost")
    return pd.DataFrame({"r_score": r, "f_score": f, "m_score": m, "segment": names}, index=buyers.index)


def profiles(table: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Return size, money and habits of the segments."""
    joined = table.join(segments)
    return joined.groupby("segment").agg(
        n_customers=("n_orders", "size"),
        revenue=("revenue_to_date", "sum"),
        mean_recency=("days_since_last_order", "mean"),
        median_recency=("days_since_last_order", "median"),
        mean_orders=("n_orders", "mean"),
        median_value=("revenue_to_date", "median"),
    )


def cohorts(sales: pd.DataFrame) -> pd.DataFrame:
    """Return customers and revenue by month of the first order and months since."""
    month = sales.ordered_at.dt.to_period("M")
    first = month.groupby(sales.customer_id).transform("min")
    since = (month.dt.year - first.dt.year) * 12 + month.dt.month - first.dt.month
    by = sales.groupby([first.astype(str).rename("cohort"), since.rename("period")])
    return by.agg(n_customers=("customer_id", "nunique"), revenue=("amount", "sum")).reset_index()


def months(sales: pd.DataFrame) -> pd.DataFrame:
    """Return revenue, orders and customers by month, tracked and untracked."""
    keys = [
        sales.ordered_at.dt.to_period("M").astype(str).rename("month"),
        sales.customer_id.isna().rename("untracked"),
    ]
    by = sales.groupby(keys)
    return by.agg(
        revenue=("amount", "sum"), orders=("order_id", "nunique"), customers=("customer_id", "nunique")
    ).reset_index()


def places(sales: pd.DataFrame) -> pd.DataFrame:
    """Return revenue, orders and customers by country."""
    by = sales.groupby("country")
    return by.agg(
        revenue=("amount", "sum"), orders=("order_id", "nunique"), customers=("customer_id", "nunique")
    )


def rhythm(sales: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Return orders and revenue by segment, weekday and hour."""
    joined = sales.join(segments.segment, on="customer_id")
    keys = [
        joined.segment,
        joined.ordered_at.dt.weekday.rename("weekday"),
        joined.ordered_at.dt.hour.rename("hour"),
    ]
    return joined.groupby(keys).agg(orders=("order_id", "nunique"), revenue=("amount", "sum")).reset_index()

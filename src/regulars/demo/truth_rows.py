"""The truth as rows of its table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from regulars.demo.baskets import Lines
from regulars.demo.catalog import TASTES, TIERS
from regulars.demo.customers import People, Shelves
from regulars.demo.parameters import HORIZONS_DAYS
from regulars.demo.process import Purchases
from regulars.demo.season import CUSTOMER_TYPES, Calendar
from regulars.demo.tables import TRUTH
from regulars.demo.truth import OrderValue, outcomes, outlook
from regulars.demo.writing import CENTS, customer_ids, instants, money

_ARROW = {
    "INTEGER": pa.int32(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("s"), "DECIMAL(18,4)": CENTS,
}  # fmt: skip
TRUTH_COLUMNS = pa.schema([(column.name, _ARROW[column.type]) for column in TRUTH])
_A_CENTURY_DAYS = 36_525


def truth_rows(
    people: People, bought: Purchases, lines: Lines, shelves: Shelves, calendar: Calendar
) -> list[pa.Array]:
    """Return the columns of the truth of a chunk of customers."""
    n = len(people)
    ahead = outlook(people, bought.waited, shelves, calendar)
    orders_after, cents_after = outcomes(bought, lines, n, calendar)
    before = bought.minute < calendar.end_day * 1440
    left = instants(np.minimum(people.gone_day, _A_CENTURY_DAYS) * 1440, calendar.start)
    far = pa.array(people.gone_day > _A_CENTURY_DAYS)
    staple = pa.array(shelves.catalog.product_ids).take(pa.array(people.staple))
    values = {
        "customer_id": customer_ids(people.account),
        "first_ordered_at": instants((people.born_hour * 60).round().astype(np.int64), calendar.start),
        "left_at": pa.compute.if_else(far, pa.scalar(None, pa.timestamp("s")), left),
        "is_alive": people.gone_day > calendar.end_day,
        "n_orders": np.bincount(bought.person[before], minlength=n),
        "orders_per_day": people.orders_per_day,
        "leaving_per_day": people.leaving_per_day,
        "regularity": people.regularity,
        "customer_type": pa.array(CUSTOMER_TYPES).take(pa.array(people.kind)),
        "taste": pa.array(list(TASTES)).take(pa.array(people.taste)),
        "price_tier": pa.array(TIERS).take(pa.array(people.tier)),
        "is_business": people.is_business,
        "staple_product_id": pa.compute.if_else(
            pa.array(people.staple_share > 0), staple, pa.scalar(None, pa.string())
        ),
        "staple_share": people.staple_share,
        "return_share": people.return_share,
        "expected_order_value": OrderValue(shelves, calendar).on_an_ordinary_day(people).round(6),
    }
    for number, days in enumerate(HORIZONS_DAYS):
        # the last digits of sums of doubles are the processor's, not the shop's
        values[f"expected_orders_next_{days}d"] = ahead.orders[:, number].round(8)
        values[f"expected_revenue_next_{days}d"] = ahead.revenue[:, number].round(6)
        values[f"n_orders_next_{days}d"] = orders_after[:, number]
        values[f"revenue_next_{days}d"] = money(cents_after[:, number])
    return [
        found if isinstance(found := values[field.name], pa.Array) else pa.array(found, field.type)
        for field in TRUTH_COLUMNS
    ]

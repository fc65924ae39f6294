"""The truth's table, and the rows of the order files before they are written."""

from __future__ import annotations

from regulars.demo.parameters import HORIZONS_DAYS
from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec


def _per_horizon(name: str, kind: str, sentence: str, unit: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"{name}_next_{days}d", kind, sentence.format(days=days), unit) for days in HORIZONS_DAYS
    )


TRUTH = TableSpec(
    name="truth",
    grain="one row per customer with an order before the end",
    key=("customer_id",),
    time_column="first_ordered_at",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("first_ordered_at", "TIMESTAMP", "The first order."),
        Column(
            "left_at", "TIMESTAMP",
            "The midnight from which the customer never orders again; may lie after the end.",
            null_means="more than a hundred years after the opening",
        ),
        Column("is_alive", "BOOLEAN", "Whether the customer is one at the end (left_at > end)."),
        Column("n_orders", "INTEGER", "Orders before the end, cancelled ones included.", "orders"),
        Column("orders_per_day", "DOUBLE", "The rate λ while a customer, season apart.", "orders/day"),
        Column("leaving_per_day", "DOUBLE", "The rate μ of leaving.", "1/day"),
        Column("regularity", "INTEGER", "Erlang's k of the gaps: 1 at random, 12 like clockwork."),
        Column("customer_type", "VARCHAR", "Which hours the customer keeps: office hours, evening or weekend."),
        Column("taste", "VARCHAR", "What the customer reaches for."),
        Column("price_tier", "VARCHAR", "value, standard or premium."),
        Column("is_business", "BOOLEAN", "A café or small hotel, which takes more of each."),
        Column("staple_product_id", "VARCHAR", "What the customer comes back for.", null_means="nothing in particular"),
        Column("staple_share", "DOUBLE", "Chance that an order contains it."),
        Column("return_share", "DOUBLE", "Chance that a line comes back."),
        Column(
            "expected_order_value", "DOUBLE",
            "Mean of an order at the prices of the end, outside promotions and festive weeks.", "currency",
        ),
        *_per_horizon("expected_orders", "DOUBLE", "Orders to be expected in the {days} days from the end.", "orders"),
        *_per_horizon(
            "expected_revenue", "DOUBLE",
            "Their value as placed, after discounts, before cancellations and returns.", "currency",
        ),
        *_per_horizon("n_orders", "INTEGER", "Orders that did come in the {days} days from the end.", "orders"),
        *_per_horizon("revenue", MONEY_TYPE, "Their value as placed, after discounts.", "currency"),
    ),
)  # fmt: skip

FILE_ROWS = TableSpec(
    name="file_rows",
    grain="one row per row of the order files, overlaps once",
    key=("minute", "account", "number", "product"),
    timeless_because="minutes are counted from the opening; rows only wait here to be sorted",
    columns=(
        Column("minute", "INTEGER", "When, counted from the opening.", "minutes"),
        Column("account", "INTEGER", "Whose; negative for guests."),
        Column("number", "SMALLINT", "Which order of theirs; credit notes have numbers of their own."),
        Column("product", "SMALLINT", "Which product; one past the last is postage."),
        Column("quantity", "INTEGER", "Units, negative on credit notes.", "units"),
        Column("price_cents", "INTEGER", "Price of a unit.", "cents"),
        Column("discount_cents", "INTEGER", "Taken off the line.", "cents"),
        Column("country", "TINYINT", "Where the customer is."),
        Column("channel", "TINYINT", "Where it was ordered."),
    ),
)

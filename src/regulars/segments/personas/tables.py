"""What is told of when customers buy: persona, evidence and the time to write to each; and how such advice did."""

from __future__ import annotations

from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_NO_PERSONA = "no persona"
_NO_ORDERS = "nobody has ordered yet"

RHYTHM_PERSONAS = TableSpec(
    name="rhythm_personas",
    grain="one row per customer",
    key=("customer_id",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column(
            "timing_persona", "VARCHAR",
            "The stretch of the week that holds most of their orders; no_clear_rhythm; or too_few_orders to tell.",
        ),
        Column("n_orders_known", "BIGINT", "Orders it rests on: not taken back, their time known.", "orders"),
        Column("n_orders_inside", "BIGINT", "Of them, in the stretch of the persona.", "orders", _NO_PERSONA),
        Column("inside_share", "DOUBLE", "The same as a share.", "share", _NO_PERSONA),
        Column("send_weekday", "INTEGER", "Day to write to them.", "1 Monday – 7 Sunday", _NO_ORDERS),
        Column("send_hour", "INTEGER", "Hour to write to them.", "hour 0–23", "no order whose hour is known"),
        Column(
            "send_from", "VARCHAR",
            "Whose orders say so: own; segment or shop, where their own are too few to do more than tip the scales.",
            null_means=_NO_ORDERS,
        ),
        Column("send_own_orders", "BIGINT", "Their own orders in it.", "orders", _NO_ORDERS),
        Column("send_weekday_share", "DOUBLE", "Of their orders, expected on that day.", "share", _NO_ORDERS),
        Column(
            "send_hour_share", "DOUBLE", "Of their orders, expected in that hour or the ones beside it.", "share",
            "no order whose hour is known",
        ),
    ),
)  # fmt: skip

SEND_TIME_TRIALS = TableSpec(
    name="send_time_trials",
    grain="one row per measure, group of customers and way of advising them",
    key=("measure", "given_to", "advice"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("measure", "VARCHAR", "weekday, or hour (met when the order is in it or in the ones beside it)."),
        Column(
            "given_to", "VARCHAR",
            "Customers who without their last order had enough for advice of their own (enough_orders), or not (few_orders).",
        ),
        Column(
            "advice", "VARCHAR",
            "given: as in rhythm_personas; own, segment or shop: from these orders alone. Last orders are left out of all.",
        ),
        Column("n_customers", "BIGINT", "Customers whose last order is looked at.", "customers"),
        Column("hit_share", "DOUBLE", "Last orders that the advice would have met.", "share"),
    ),
)  # fmt: skip

RHYTHM_TABLES = (RHYTHM_PERSONAS, SEND_TIME_TRIALS)

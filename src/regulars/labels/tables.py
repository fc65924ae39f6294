"""What the labels room makes: what each customer did in the window after a cut-off."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

LABELS = TableSpec(
    name="labels",
    grain="one row per customer with a purchase before the cut-off, cut-off and horizon",
    key=("customer_id", "cutoff", "horizon_days"),
    time_column="cutoff",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("cutoff", "TIMESTAMP", "The instant that begins the window; itself included."),
        Column("horizon_days", "INTEGER", "How long the window is.", "days"),
        Column("is_at_risk", "BOOLEAN", "Whether the question who leaves is asked about this customer."),
        Column("churned", "BOOLEAN", "No order was placed in the window."),
        Column(
            "n_orders_next", "INTEGER", "Days in the window on which an order was placed.", "purchase days"
        ),
        Column(
            "revenue_next",
            MONEY_TYPE,
            "Orders placed in the window minus what was given back in it.",
            "currency",
        ),
        Column("gross_revenue_next", MONEY_TYPE, "Orders placed in the window, as placed.", "currency"),
        Column(
            "days_to_next_order",
            "INTEGER",
            "Days from the day of the cut-off to the first order of the window; 0 is that very day.",
            "days",
            "no order was placed in the window",
        ),
    ),
)

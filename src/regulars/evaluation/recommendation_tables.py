"""How scorers of recommendations did, as a table: the columns of `backtests`, and how many customers were asked about."""

from __future__ import annotations

from regulars.evaluation.tables import BACKTESTS
from regulars.terms.tables import Column, TableSpec

RECOMMENDATION_BACKTESTS = TableSpec(
    name="recommendation_backtests",
    grain="one row per target, scorer, past cut-off and metric",
    key=BACKTESTS.key,
    time_column="cutoff",
    columns=(
        Column(
            "target",
            "VARCHAR",
            "next_basket (the first order of the window), buy_again (what was bought before and again) or try_next "
            "(what was new to the customer).",
        ),
        Column("model", "VARCHAR", "The scorer."),
        *(column for column in BACKTESTS if column.name not in ("target", "model")),
        Column(
            "n_customers",
            "BIGINT",
            "Customers who were asked about: of those who bought something of the kind, 2,000 at most.",
            "customers",
        ),
    ),
)

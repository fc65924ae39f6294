"""What the models room makes: predictions, the long form of them, why, and what is predicted at all."""

from __future__ import annotations

from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_NO_MODEL = "no model may be published; prediction_targets says why"
_NOT_ASKED = "no model may be published, or the last order is older than churn_lookback_days"
_GIVEN = "an outcome that the data gives has no horizon"
_NO_BAND = "the model gives no band"
_NO_YEAR = "no past cut-off has a complete year behind it, or no model; prediction_targets says why"

PREDICTIONS = TableSpec(
    name="predictions",
    grain="one row per customer with a purchase",
    key=("customer_id",),
    time_column="cutoff",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("cutoff", "TIMESTAMP", "The instant from which on is predicted."),
        Column("horizon_days", "INTEGER", "How far ahead is looked, unless a name says otherwise.", "days"),
        Column("p_churn", "DOUBLE", "Probability of no order within the horizon.", "0–1", _NOT_ASKED),
        Column("risk_band", "VARCHAR", "low, medium, high or critical: p_churn in words.", "", _NOT_ASKED),
        Column("p_alive", "DOUBLE", "Belief that they are still a customer; not a probability of buying soon.", "0–1", "nobody ever came back"),
        Column("expected_orders", "DOUBLE", "Expected days with an order within the horizon.", "purchase days", _NO_MODEL),
        Column("predicted_clv", "DOUBLE", "Expected net revenue within the horizon.", "currency", _NO_MODEL),
        Column("predicted_clv_low", "DOUBLE", "In one of ten cases it is less.", "currency", _NO_BAND),
        Column("predicted_clv_high", "DOUBLE", "In one of ten cases it is more.", "currency", _NO_BAND),
        Column("predicted_clv_365d", "DOUBLE", "Expected net revenue within 365 days, by whoever foretold past years best.", "currency", _NO_YEAR),
        Column("predicted_clv_365d_low", "DOUBLE", "In about one of ten cases it is less.", "currency", _NO_YEAR),
        Column("predicted_clv_365d_high", "DOUBLE", "In about one of ten cases it is more.", "currency", _NO_YEAR),
        Column("predicted_margin", "DOUBLE", "Expected contribution margin within the horizon.", "currency", "neither costs nor a margin are known, or no model"),
        Column("margin_from", "VARCHAR", "Where the margin comes from: costs (of the customer's orders, drawn toward the shop's) or settings.", "", "neither is known"),
        Column("value_tier", "VARCHAR", "low, middle, high or top: predicted_clv among all customers.", "", "everybody is expected to bring the same, or no model"),
        Column("priority", "DOUBLE", "predicted_clv × p_churn: whom to look at first.", "currency", _NOT_ASKED),
        Column("next_order_on", "DATE", "Day by which the next order has come in half of all cases.", "", "an order within 365 days is less likely than not, or no model"),
        Column("next_order_on_low", "DATE", "Day by which it has come in one of ten cases.", "", "not within 365 days, or no model"),
        Column("next_order_on_high", "DATE", "Day by which it has come in nine of ten cases.", "", "not within 365 days, or no model"),
        Column("next_purchase_window", "VARCHAR", "active (by day 30), warming (31 to 90) or dormant (later): where next_order_on lies.", "", _NO_MODEL),
        Column("p_order_within_30d", "DOUBLE", "Probability of an order within 30 days.", "0–1", _NO_MODEL),
        Column("p_order_within_90d", "DOUBLE", "Probability of an order within 90 days.", "0–1", _NO_MODEL),
        Column("revenue_at_risk", "DOUBLE", "p_churn × the revenue to be expected if the customer stays.", "currency", _NOT_ASKED),
        Column("contact_gain", "DOUBLE", "What a contact is expected to bring after its cost, if the settings' save rate holds.", "currency", _NOT_ASKED),
        Column("confidence_tier", "VARCHAR", "new, cold_start, emerging or established: how much the history can carry."),
        Column("next_tier_needs", "VARCHAR", "What is missing for the next tier; empty for established."),
    ),
)  # fmt: skip

TARGET_PREDICTIONS = TableSpec(
    name="target_predictions",
    grain="one row per customer, target and horizon",
    key=("customer_id", "target", "horizon_days"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("target", "VARCHAR", "What is predicted; see prediction_targets."),
        Column("horizon_days", "INTEGER", "How far ahead is looked.", "days", _GIVEN),
        Column("prediction", "DOUBLE", "The prediction.", "as the target", "not within the horizon"),
        Column("low", "DOUBLE", "10 % quantile.", "as the target", "no band, or not within the horizon"),
        Column("high", "DOUBLE", "90 % quantile.", "as the target", "no band, or not within the horizon"),
    ),
)

REASONS = TableSpec(
    name="reasons",
    grain="one row per customer, target and rank; for those whose revenue at risk, or whose given outcome, is highest",
    key=("customer_id", "target", "rank"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("target", "VARCHAR", "Whose score is explained."),
        Column("rank", "INTEGER", "From 1, the strongest."),
        Column("feature", "VARCHAR", "Name of the feature, or season for the time of year."),
        Column("value", "DOUBLE", "The customer's value of it.", "as the feature", "unknown, or not a feature"),
        Column(
            "contribution", "DOUBLE", "What it added; above 0 makes leaving likelier (churn), the amount higher (value, orders), an order within "
            "the horizon likelier (next_order), or a given outcome likelier or higher.",
            "log-odds, logarithm of the amount, or the amount itself where a plain rule made it",
        ),
        Column("sentence", "VARCHAR", "The same in words."),
    ),
)  # fmt: skip

PREDICTION_TARGETS = TableSpec(
    name="prediction_targets",
    grain="one row per target and horizon",
    key=("target", "horizon_days"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("target", "VARCHAR", "What is predicted."),
        Column("horizon_days", "INTEGER", "How far ahead is looked.", "days", _GIVEN),
        Column("kind", "VARCHAR", "probability, amount, count or days."),
        Column("unit", "VARCHAR", "Of the prediction."),
        Column("model", "VARCHAR", "What made it.", "", "nothing could; the sentence says why"),
        Column("sentence", "VARCHAR", "Why this model and how far it can be trusted, or why there is none."),
        Column("decision_threshold", "DOUBLE", "Probability from which on a contact paid most in the newest complete window, or the lowest with the precision asked for.", "0–1", "not a probability, no complete window, or no such precision"),
    ),
)  # fmt: skip

MODEL_TABLES = (PREDICTIONS, TARGET_PREDICTIONS, REASONS, PREDICTION_TARGETS)

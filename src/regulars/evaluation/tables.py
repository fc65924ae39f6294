"""What the evaluation room makes: the proof, as tables."""

from __future__ import annotations

from regulars.terms.tables import Column, TableSpec

_GIVEN = "an outcome that the data gives: it has neither cut-off nor horizon, and is judged over folds"
_WHOM = (
    Column(
        "target",
        "VARCHAR",
        "What is predicted: churn, orders, value, next_order or an outcome that the data gives.",
    ),
    Column("model", "VARCHAR", "The model or baseline."),
)
_WHEN = (
    Column("cutoff", "TIMESTAMP", "The past cut-off at which it was judged.", "", _GIVEN),
    Column("horizon_days", "INTEGER", "How far ahead was looked.", "days", _GIVEN),
)
_KEY = ("target", "model", "cutoff", "horizon_days")

BACKTESTS = TableSpec(
    name="backtests",
    grain="one row per target, model, past cut-off, horizon and metric",
    key=(*_KEY, "metric"),
    time_column="cutoff",
    columns=(
        *_WHOM,
        Column("is_baseline", "BOOLEAN", "Whether it is a plain rule that models are held against."),
        Column("is_winner", "BOOLEAN", "Whether it ships for its target."),
        *_WHEN,
        Column("metric", "VARCHAR", "What was measured."),
        Column("value", "DOUBLE", "The figure, over all customers who were asked about.", null_means="not defined here"),
        Column("ci_low", "DOUBLE", "95 % of redraws of the customers lie above.", null_means="no interval is made of it"),
        Column("ci_high", "DOUBLE", "95 % of redraws of the customers lie below.", null_means="no interval is made of it"),
    ),
)  # fmt: skip

CALIBRATION = TableSpec(
    name="calibration",
    grain="one row per target, model, past cut-off, horizon and tenth of the customers by prediction",
    key=(*_KEY, "bin"),
    time_column="cutoff",
    columns=(
        *_WHOM,
        *_WHEN,
        Column("bin", "INTEGER", "From 1, the lowest predictions, to 10; equal predictions share a bin."),
        Column("predicted", "DOUBLE", "Mean prediction in the bin.", "share, currency or purchase days"),
        Column("observed", "DOUBLE", "Mean of what came in the bin.", "share, currency or purchase days"),
        Column("n", "BIGINT", "Customers in the bin.", "customers"),
    ),
)

CURVES = TableSpec(
    name="curves",
    grain="one row per target, model, past cut-off, horizon, curve and point",
    key=(*_KEY, "curve", "point"),
    time_column="cutoff",
    columns=(
        *_WHOM,
        *_WHEN,
        Column(
            "curve",
            "VARCHAR",
            "roc (false against true positives), pr (recall against precision), gain (share of customers against share of "
            "leavers or money); precision, recall, f1, flagged_share (against the threshold).",
        ),
        Column("point", "INTEGER", "Order of the points, from 1."),
        Column("x", "DOUBLE", "To the right.", "0–1"),
        Column("y", "DOUBLE", "Upwards.", "share"),
        Column("threshold", "DOUBLE", "The prediction from which on customers are counted.", null_means="before the first customer"),
    ),
)  # fmt: skip

IMPORTANCES = TableSpec(
    name="importances",
    grain="one row per target, model, past cut-off, horizon and feature",
    key=(*_KEY, "feature"),
    time_column="cutoff",
    columns=(
        *_WHOM,
        *_WHEN,
        Column("feature", "VARCHAR", "Name of the feature."),
        Column(
            "importance", "DOUBLE", "Its part in the predictions; those of a model add up to 1.", "share 0–1"
        ),
    ),
)

BACKTEST_PREDICTIONS = TableSpec(
    name="backtest_predictions",
    grain="one row per customer, target, winning model, past cut-off and horizon",
    key=("customer_id", *_KEY),
    time_column="cutoff",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        *_WHOM,
        *_WHEN,
        Column(
            "predicted",
            "DOUBLE",
            "What was predicted.",
            "share, currency, purchase days or days",
            "no order within a year is more likely than one",
        ),
        Column(
            "low", "DOUBLE", "10 % quantile.", "as predicted", "the model gives no band, or not within a year"
        ),
        Column(
            "high",
            "DOUBLE",
            "90 % quantile.",
            "as predicted",
            "the model gives no band, or not within a year",
        ),
        Column("observed", "DOUBLE", "What came.", "as predicted", "no order within the horizon"),
    ),
)

MODEL_CARDS = TableSpec(
    name="model_cards",
    grain="one row per target, model and horizon",
    key=("target", "model", "horizon_days"),
    timeless_because="it sums up all past cut-offs",
    columns=(
        *_WHOM,
        Column("horizon_days", "INTEGER", "How far ahead was looked.", "days", _GIVEN),
        Column("is_baseline", "BOOLEAN", "Whether it is a plain rule that models are held against."),
        Column("is_winner", "BOOLEAN", "Whether it ships for its target."),
        Column("decision", "VARCHAR", "Why it ships, or why not."),
        Column("card", "VARCHAR", "Cut-offs, customers, figures, limits and suspicions, as JSON."),
    ),
)

EVALUATION_TABLES = (BACKTESTS, CALIBRATION, CURVES, IMPORTANCES, BACKTEST_PREDICTIONS, MODEL_CARDS)

"""Fitted winners → the tables `predictions`, `target_predictions`, `reasons` and `prediction_targets`.

The same function answers for everybody in a run and for one customer scored live: every number depends on the customer's
own row and on what was fitted, never on who else is scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.models.contender import KINDS, TARGETS, Contender, Predictions, Target
from regulars.models.fitted import Models
from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.reasons import reasons
from regulars.models.tables import MODEL_TABLES, PREDICTION_TARGETS, PREDICTIONS, REASONS, TARGET_PREDICTIONS
from regulars.models.tiers import (
    TIER_NEEDS,
    confidence_tiers,
    contact_gain,
    margins_of,
    revenue_at_risk,
    risk_bands,
)
from regulars.models.timing import window_of

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Predictions as PredictionSettings
    from regulars.terms.tables import TableSpec

YEAR = 365
WITHIN_DAYS = (30, 90)
UNITS = {"churn": "0–1", "orders": "purchase days", "value": "currency", "next_order": "days"}


def predict(
    models: Models, matrix: FeatureMatrix, settings: PredictionSettings, *, explain: int | None = None
) -> dict[str, pyarrow.Table]:
    """Return the tables of `MODEL_TABLES` for the customers of a matrix.

    Parameters
    ----------
    explain
        For how many customers, those with the most revenue at risk first, reasons are given; the setting by default.
    """
    answers = {target: one.predict(matrix) for target, one in models.contenders.items()}
    columns = _columns(models, answers, matrix, settings)
    limit = settings.reasons_for if explain is None else explain
    chosen = _most_at_risk(columns, matrix, limit)
    explained = matrix if len(chosen) == len(matrix) else matrix.rows(chosen)
    why = [
        row
        for target in TARGETS
        if target in models.contenders
        for row in reasons(target, models.contenders[target], explained)
    ]
    return {
        PREDICTIONS.name: _arrow(PREDICTIONS, columns),
        TARGET_PREDICTIONS.name: _long(models, answers, matrix, columns),
        REASONS.name: as_table(
            REASONS, sorted(why, key=lambda row: (row["customer_id"], row["target"], row["rank"]))
        ),
        PREDICTION_TARGETS.name: as_table(PREDICTION_TARGETS, _targets(models)),
    }


def make_predictions(
    engine: DuckDBEngine, models: Models, matrix: FeatureMatrix, settings: PredictionSettings
) -> list[TableSpec]:
    """Make the temporary tables of `MODEL_TABLES` in an engine."""
    from regulars.engines.queries import Query

    for name, rows in predict(models, matrix, settings).items():
        with engine.registered("predicted", rows):
            engine.create(name, Query(name, "SELECT * FROM predicted", {}), temporary=True)
    return list(MODEL_TABLES)


def _columns(
    models: Models,
    answers: Mapping[Target, Predictions],
    matrix: FeatureMatrix,
    settings: PredictionSettings,
) -> dict[str, Any]:
    n, days = len(matrix), models.horizon_days
    nothing = Predictions(np.full(n, np.nan))
    churn = _asked_about(matrix, answers.get("churn", nothing).point, settings)
    orders = answers.get("orders", nothing).point
    value = _discounted(answers.get("value", nothing), days, settings)
    year = _discounted(_of_a_year(models, matrix, answers.get("value", nothing)), YEAR, settings)
    margin = margins_of(matrix, models.margins, settings)
    timing = models.contenders.get("next_order")
    median, earliest, latest = _three(answers.get("next_order", nothing))
    tiers = confidence_tiers(matrix)
    return {
        "customer_id": matrix.customer_ids,
        "cutoff": matrix.cutoffs,
        "horizon_days": np.full(n, days),
        "p_churn": churn,
        "risk_band": risk_bands(churn, settings),
        "p_alive": np.full(n, np.nan) if models.purchases is None else models.purchases.p_alive(matrix),
        "expected_orders": orders,
        **_band("predicted_clv", value),
        **_band("predicted_clv_365d", year),
        "predicted_margin": value.point * margin,
        "margin_from": [_margin_from(models, settings)] * n,
        "value_tier": models.tiers.names(answers.get("value", nothing).point),
        "priority": value.point * churn,
        "next_order_on": _dates(matrix, median),
        "next_order_on_low": _dates(matrix, earliest),
        "next_order_on_high": _dates(matrix, latest),
        "next_purchase_window": [None] * n if timing is None else window_of(median),
        **{f"p_order_within_{within}d": _p_within(timing, matrix, within) for within in WITHIN_DAYS},
        "revenue_at_risk": revenue_at_risk(value.point, churn),
        "contact_gain": contact_gain(value.point, churn, settings, margin),
        "confidence_tier": tiers,
        "next_tier_needs": np.array([TIER_NEEDS[tier] for tier in tiers], dtype=object),
    }


def _asked_about(matrix: FeatureMatrix, p_churn: Numbers, settings: PredictionSettings) -> Numbers:
    """Return the probabilities of those about whom is asked who leaves; of the others there is none."""
    if settings.churn_lookback_days is None:
        return p_churn
    recent = matrix.column("days_since_last_order") < settings.churn_lookback_days
    return np.where(recent, p_churn, np.nan)


def _band(name: str, value: Predictions) -> dict[str, Numbers]:
    point, low, high = _three(value)
    return {name: point, f"{name}_low": low, f"{name}_high": high}


def _three(found: Predictions) -> tuple[Numbers, Numbers, Numbers]:
    nothing = np.full(len(found.point), np.nan)
    low = nothing if found.low is None else found.low
    return found.point, low, nothing if found.high is None else found.high


def _discounted(value: Predictions, days: int, settings: PredictionSettings) -> Predictions:
    """Return amounts as of the cut-off, as if they came in the middle of the window."""
    worth = (1 + settings.annual_discount_rate) ** (-days / 2 / YEAR)
    low, high = (None if one is None else one * worth for one in (value.low, value.high))
    return Predictions(value.point * worth, low, high)


def _of_a_year(models: Models, matrix: FeatureMatrix, value: Predictions) -> Predictions:
    """Return a year's revenue by whoever foretold past years best; the horizon's own when that is a year."""
    return value if models.horizon_days == YEAR else models.year.predict(matrix, value)


def _margin_from(models: Models, settings: PredictionSettings) -> str | None:
    if models.margins is not None:
        return "costs"
    return None if settings.margin is None else "settings"


def _p_within(timing: Contender | None, matrix: FeatureMatrix, days: int) -> Numbers:
    p_within = getattr(timing, "p_within", None)
    if p_within is None:
        return np.full(len(matrix), np.nan)
    return np.asarray(p_within(matrix, days), dtype=np.float64)


def _dates(matrix: FeatureMatrix, days: Numbers) -> NDArray[np.datetime64]:
    """Return the day so many days after each cut-off; no day where it is not finite."""
    whole = np.where(np.isfinite(days), days, 0).astype(np.int64)
    found = matrix.cutoffs.astype("datetime64[D]") + whole
    return np.where(np.isfinite(days), found, np.datetime64("NaT"))


def _most_at_risk(columns: Mapping[str, Any], matrix: FeatureMatrix, limit: int) -> NDArray[np.int64]:
    money = np.nan_to_num(columns["revenue_at_risk"], nan=-1.0)
    order = np.lexsort((matrix.customer_ids.astype(str), -money))
    return np.sort(order[:limit])


def _long(
    models: Models,
    answers: Mapping[Target, Predictions],
    matrix: FeatureMatrix,
    columns: Mapping[str, Any],
) -> pyarrow.Table:
    """Return the long form: one row per customer, target and horizon."""
    import pyarrow as pa

    nothing = np.full(len(matrix), np.nan)
    days = models.horizon_days
    parts: list[tuple[str, int, tuple[Numbers, Numbers, Numbers]]] = []
    if "churn" in models.contenders:
        parts.append(("churn", days, (columns["p_churn"], nothing, nothing)))
    if "orders" in answers:
        parts.append(("orders", days, _three(answers["orders"])))
    amounts = [("predicted_clv", days)] if "value" in models.contenders else []
    if days != YEAR and models.year.contender is not None:
        amounts.append(("predicted_clv_365d", YEAR))
    parts += [
        ("value", horizon, (columns[name], columns[f"{name}_low"], columns[f"{name}_high"]))
        for name, horizon in amounts
    ]
    if "next_order" in answers:
        parts.append(("next_order", YEAR, _three(answers["next_order"])))
    tables = [
        _arrow(
            TARGET_PREDICTIONS,
            {
                "customer_id": matrix.customer_ids,
                "target": [target] * len(matrix),
                "horizon_days": np.full(len(matrix), horizon),
                "prediction": point,
                "low": low,
                "high": high,
            },
        )
        for target, horizon, (point, low, high) in parts
    ]
    return pa.concat_tables(tables) if tables else as_table(TARGET_PREDICTIONS, [])


def _targets(models: Models) -> list[dict[str, Any]]:
    found = []
    for target in TARGETS:
        horizon = YEAR if target == "next_order" else models.horizon_days
        ships = [(horizon, models.contenders.get(target), models.sentences[target])]
        if target == "value" and models.horizon_days != YEAR:
            ships.append((YEAR, models.year.contender, models.year.sentence))
        found += [
            {
                "target": target,
                "horizon_days": days,
                "kind": KINDS[target],
                "unit": UNITS[target],
                "model": None if contender is None else contender.name,
                "sentence": sentence,
                "decision_threshold": models.threshold if target == "churn" else None,
            }
            for days, contender, sentence in ships
        ]
    return found


def _arrow(spec: TableSpec, columns: Mapping[str, Any]) -> pyarrow.Table:
    """Return columns as Arrow in the types of a spec; what is not finite is null."""
    import pyarrow as pa

    arrays = []
    for one in spec:
        values = columns[one.name]
        if one.type == "DOUBLE":
            numbers = np.asarray(values, dtype=np.float64)
            arrays.append(pa.array(numbers, pa.float64(), mask=~np.isfinite(numbers)))
        else:
            arrays.append(pa.array(values, _type(one.type)))
    return pa.table(arrays, names=list(spec.column_names))


def as_table(spec: TableSpec, rows: list[dict[str, Any]]) -> pyarrow.Table:
    """Return rows as Arrow in the types of a spec."""
    import pyarrow as pa

    return pa.Table.from_pylist(rows, pa.schema([(one.name, _type(one.type)) for one in spec]))


def _type(name: str) -> pyarrow.DataType:
    import pyarrow as pa

    return {
        "VARCHAR": pa.string(),
        "DOUBLE": pa.float64(),
        "INTEGER": pa.int32(),
        "TIMESTAMP": pa.timestamp("us"),
        "DATE": pa.date32(),
    }[name]

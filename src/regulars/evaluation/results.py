"""From what was judged to the tables of the proof, in Arrow, sorted by key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.engines.queries import Query
from regulars.evaluation.curves import calibration, curves
from regulars.evaluation.judged import Judged
from regulars.evaluation.metrics import METRIC
from regulars.evaluation.tables import (
    BACKTEST_PREDICTIONS,
    BACKTESTS,
    CALIBRATION,
    CURVES,
    IMPORTANCES,
    MODEL_CARDS,
)
from regulars.terms.tables import TableSpec

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.evaluation.choice import Verdict

Rows = Iterable[Mapping[str, Any]]


def result_tables(
    judged: Sequence[Judged],
    verdicts: Iterable[Verdict],
    cards: Sequence[Mapping[str, Any]],
    horizon_days: int | None,
) -> dict[str, pyarrow.Table]:
    """Return the tables of the proof by name (``EVALUATION_TABLES``); predictions are kept of the winners alone.

    Null means: an outcome given in the data has no horizon and no cut-off.
    """
    winners = {(verdict.target, verdict.winner) for verdict in verdicts}
    won = [one for one in judged if (one.target, one.name) in winners]
    parts: dict[TableSpec, list[dict[str, Any]]] = {
        BACKTESTS: [_figures(one, (one.target, one.name) in winners) for one in judged],
        CALIBRATION: [_calibration(one) for one in judged if not one.predictions.ranks_only],
        CURVES: [_curve(one, *curve) for one in judged for curve in curves(one)],
        IMPORTANCES: [_importances(one) for one in judged],
        BACKTEST_PREDICTIONS: [_predictions(one) for one in won],
    }
    made = {spec.name: _table(spec, columns, horizon_days) for spec, columns in parts.items()}
    return made | {MODEL_CARDS.name: _cards(cards, horizon_days)}


def keep_tables(engine: DuckDBEngine, tables: Mapping[str, pyarrow.Table]) -> None:
    """Make the tables of the proof temporary tables of an engine."""
    for name, rows in tables.items():
        with engine.registered("proof", rows):
            engine.create(name, Query(name, "SELECT * FROM proof", {}), temporary=True)


def add_to_tables(engine: DuckDBEngine, tables: Mapping[str, pyarrow.Table]) -> None:
    """Add rows to tables of the proof that are there."""
    for name, rows in tables.items():
        engine.insert_arrow(name, rows)


def _figures(one: Judged, is_winner: bool) -> dict[str, Any]:
    intervals = [estimate.interval for estimate in one.figures.values()]
    return _head(one, len(intervals)) | {
        "is_baseline": [one.contender.is_baseline] * len(intervals),
        "is_winner": [is_winner] * len(intervals),
        "metric": list(one.figures),
        "value": [_finite(estimate.value) for estimate in one.figures.values()],
        "ci_low": [low for low, _ in intervals],
        "ci_high": [high for _, high in intervals],
    }


def _calibration(one: Judged) -> dict[str, Any]:
    bins, predicted, observed, n = calibration(one)
    return _head(one, len(bins)) | {"bin": bins, "predicted": predicted, "observed": observed, "n": n}


def _curve(one: Judged, name: str, x: Any, y: Any, threshold: Any) -> dict[str, Any]:
    return _head(one, len(x)) | {
        "curve": [name] * len(x), "point": np.arange(1, len(x) + 1), "x": x, "y": y, "threshold": threshold,
    }  # fmt: skip


def _importances(one: Judged) -> dict[str, Any]:
    total = sum(abs(value) for value in one.importances.values()) or 1.0
    return _head(one, len(one.importances)) | {
        "feature": list(one.importances),
        "importance": [abs(value) / total for value in one.importances.values()],
    }


def _predictions(one: Judged) -> dict[str, Any]:
    nothing = np.full(len(one.observed), np.nan)
    low, high = one.predictions.low, one.predictions.high
    return _head(one, len(nothing)) | {
        "customer_id": one.customer_ids,
        "predicted": one.predictions.point,
        "low": nothing if low is None else low,
        "high": nothing if high is None else high,
        "observed": one.observed,
    }


def _head(one: Judged, n: int) -> dict[str, Any]:
    return {
        "target": [one.target] * n,
        "model": [one.name] * n,
        "cutoff": [one.cutoff.at if one.cutoff else None] * n,
    }


def _table(spec: TableSpec, parts: Sequence[Mapping[str, Any]], horizon_days: int | None) -> pyarrow.Table:
    """Put columns of parts under one another, typed as the spec says and sorted by key; what is not finite is null."""
    import pyarrow as pa

    schema = _schema(spec)
    tables = [
        pa.table([_array(part, field, horizon_days) for field in schema], schema=schema) for part in parts
    ]
    whole = pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()
    return whole.sort_by([(name, "ascending") for name in spec.key])


def _array(part: Mapping[str, Any], field: pyarrow.Field, horizon_days: int | None) -> pyarrow.Array:
    import pyarrow as pa

    values = part.get(field.name)
    if values is None:  # the horizon, the only column that is the same everywhere
        values = [horizon_days] * len(part["target"])
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        if not pa.types.is_floating(field.type):
            values = values.astype(np.int64)
        else:
            return pa.array(values, type=field.type, mask=~np.isfinite(values))
    return pa.array(values, type=field.type)


def _schema(spec: TableSpec) -> pyarrow.Schema:
    import pyarrow as pa

    types = {
        "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(),
    }  # fmt: skip
    return pa.schema([pa.field(column.name, types[column.type]) for column in spec])


def _cards(cards: Sequence[Mapping[str, Any]], horizon_days: int | None) -> pyarrow.Table:
    import pyarrow as pa

    rows = [
        {
            "target": card["target"], "model": card["model"], "horizon_days": horizon_days,
            "is_baseline": card["is_baseline"], "is_winner": card["is_winner"], "decision": card["decision"],
            "card": json.dumps(card, ensure_ascii=False, sort_keys=True),
        }
        for card in sorted(cards, key=lambda card: (card["target"], card["model"]))
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_schema(MODEL_CARDS))


def evaluation_card(
    judged: Sequence[Judged], verdict: Verdict, not_judged: Mapping[str, str], suspicion: str, accepted: str
) -> dict[str, Any]:
    """Return what past futures say of a contender: its figures (median, least and most over cut-offs) and its limits."""
    one = judged[0].contender
    is_winner = verdict.winner == one.name
    decision = verdict.sentence if is_winner else (verdict.out or {}).get(one.name, "")
    if not decision:
        decision = f"{verdict.winner} ships: as good as anybody could tell, and no more complex"
    return {
        "target": one.target,
        "model": one.name,
        "is_baseline": one.is_baseline,
        "is_winner": is_winner,
        "can_win": one.can_win,
        "complexity": one.complexity,
        "decision": decision,
        "cutoffs": [str(row.cutoff) for row in judged if row.cutoff],
        "n_customers": [len(row.observed) for row in judged],
        "not_judged": dict(not_judged),
        "metrics": {name: _summed_up(judged, name) for name in METRIC if name in judged[0].figures},
        "inputs": None if one.inputs is None else list(one.inputs),
        "suspicion": suspicion or None,
        "accepted_because": accepted or None,
    }


def _summed_up(judged: Sequence[Judged], metric: str) -> dict[str, float | None]:
    values = [one.value(metric) for one in judged if np.isfinite(one.value(metric))]
    if not values:
        return {"median": None, "least": None, "most": None}
    return {"median": float(np.median(values)), "least": min(values), "most": max(values)}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None

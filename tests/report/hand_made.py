"""Predictions, a forecast and their proof, made by hand for the six-customer shop: every sum is worked out on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from regulars.engines.duckdb import DuckDBEngine
from regulars.terms.tables import Column, TableSpec

Rows = Sequence[Mapping[str, Any]]
NOW = datetime(2026, 3, 1)
TEST_CUTOFFS = [datetime(2025, month, 1) for month in (9, 10, 11)]


def spec(name: str, key: tuple[str, ...], **types: str) -> TableSpec:
    columns = tuple(Column(column, kind, "Made by hand.") for column, kind in types.items())
    return TableSpec(name, "one row per key", key, columns, timeless_because="made by hand")


PREDICTIONS = spec(
    "predictions", ("customer_id",), customer_id="VARCHAR", cutoff="TIMESTAMP", horizon_days="INTEGER", p_churn="DOUBLE",
    risk_band="VARCHAR", p_alive="DOUBLE", expected_orders="DOUBLE", predicted_clv="DOUBLE", predicted_clv_low="DOUBLE",
    predicted_clv_high="DOUBLE", value_tier="VARCHAR", priority="DOUBLE", next_order_on="DATE", next_order_on_low="DATE",
    next_order_on_high="DATE", next_purchase_window="VARCHAR", revenue_at_risk="DOUBLE", confidence_tier="VARCHAR",
)  # fmt: skip
REASONS = spec(
    "reasons", ("customer_id", "target", "rank"), customer_id="VARCHAR", target="VARCHAR", rank="INTEGER", feature="VARCHAR",
    value="DOUBLE", contribution="DOUBLE", sentence="VARCHAR",
)  # fmt: skip
FORECAST = spec(
    "forecast", ("month", "part"), month="DATE", part="VARCHAR", horizon_months="INTEGER", starts_on="DATE",
    expected_revenue="DECIMAL(18,4)", low="DECIMAL(18,4)", high="DECIMAL(18,4)", note="VARCHAR",
)  # fmt: skip
_WHOM = {"target": "VARCHAR", "model": "VARCHAR"}
BACKTESTS = spec(
    "backtests", ("target", "model", "cutoff", "horizon_days", "metric"), **_WHOM, is_baseline="BOOLEAN", is_winner="BOOLEAN",
    cutoff="TIMESTAMP", horizon_days="INTEGER", metric="VARCHAR", value="DOUBLE", ci_low="DOUBLE", ci_high="DOUBLE",
)  # fmt: skip
CALIBRATION = spec(
    "calibration", ("target", "model", "cutoff", "horizon_days", "bin"), **_WHOM, cutoff="TIMESTAMP", horizon_days="INTEGER",
    bin="INTEGER", predicted="DOUBLE", observed="DOUBLE", n="BIGINT",
)  # fmt: skip
MODEL_CARDS = spec(
    "model_cards", ("target", "model", "horizon_days"), **_WHOM, horizon_days="INTEGER", is_baseline="BOOLEAN",
    is_winner="BOOLEAN", decision="VARCHAR", card="VARCHAR",
)  # fmt: skip
SPECS = (PREDICTIONS, REASONS, FORECAST, BACKTESTS, CALIBRATION, MODEL_CARDS)


def customer(
    customer_id: str, p: float | None, band: str | None, clv: float, risk: float | None, **more: Any
) -> dict[str, Any]:
    return {
        "customer_id": customer_id, "cutoff": NOW, "horizon_days": 60, "p_churn": p, "risk_band": band, "p_alive": 0.5,
        "expected_orders": 1.0, "predicted_clv": clv, "predicted_clv_low": 0.0, "predicted_clv_high": 2 * clv,
        "value_tier": "high", "priority": risk, "revenue_at_risk": risk, "confidence_tier": "emerging",
        "next_order_on": date(2026, 3, 20), "next_order_on_low": date(2026, 3, 5), "next_order_on_high": None,
        "next_purchase_window": "active", **more,
    }  # fmt: skip


def predictions() -> Rows:
    # at risk 60 + 30 + 10 + 20 = 120; ann alone holds half of it; expected not to order 0.2 + 0.6 + 0.5 + 0.9 = 2.2
    return [
        customer("ann", 0.2, "low", 240.0, 60.0, confidence_tier="established"),
        customer("bob", 0.6, "high", 20.0, 30.0, next_purchase_window="warming"),
        customer("dan", 0.5, "medium", 10.0, 10.0, confidence_tier="cold_start"),
        customer("fay", 0.9, "high", 2.0, 20.0, next_purchase_window="dormant", next_order_on=None),
    ]


def reasons() -> Rows:
    rows = [
        ("ann", "churn", 1, "Usually orders every 20 days; last order 19 days ago."),
        ("ann", "churn", 2, "Has ordered three times."),
        ("ann", "value", 1, "Spends more than most."),
        ("bob", "value", 1, "Has spent £50."),
    ]
    return [
        {"customer_id": who, "target": target, "rank": rank, "feature": "n_orders", "value": 1.0, "contribution": 0.1, "sentence": said}
        for who, target, rank, said in rows
    ]  # fmt: skip


def forecast() -> Rows:
    found = []
    for month, existing, new in ((3, 60, 40), (4, 50, 50)):
        for part, amount in (("existing", existing), ("new", new), ("all", existing + new)):
            found.append({
                "month": date(2026, month, 1), "part": part, "horizon_months": month - 2, "starts_on": date(2026, month, 1),
                "expected_revenue": amount, "low": amount - 20, "high": amount + 30, "note": f"It rests on {part}.",
            })  # fmt: skip
    return found


MODELS = {
    ("churn", "lightgbm"): (False, {"roc_auc": [0.80, 0.82, 0.81], "calibration_error": [0.02, 0.03, 0.04]}),
    ("churn", "bg_nbd"): (True, {"roc_auc": [0.79, 0.80, 0.78], "calibration_error": [0.10, 0.10, 0.10]}),
    ("churn", "recency"): (True, {"roc_auc": [0.76, 0.75, 0.77]}),
    ("value", "lightgbm"): (
        False,
        {
            "normalized_gini": [0.60, 0.61, 0.62],
            "total_bias_pct": [-10.0, 5.0, 20.0],
            "predicted_total": [90.0, 105.0, 240.0],
            "actual_total": [100.0, 100.0, 200.0],
        },
    ),
    ("value", "same_rate"): (True, {"normalized_gini": [0.59, 0.62, 0.60], "total_bias_pct": [40.0, 50.0, 60.0]}),
    ("next_order", "same_rate"): (True, {"pinball": [12.0, 13.0, 14.0]}),
    ("next_order", "hazard"): (False, {"pinball": [12.5, 13.5, 14.5]}),
}  # fmt: skip
WINNERS = {"churn": "lightgbm", "value": "lightgbm", "next_order": "same_rate"}
DECISIONS = {
    ("churn", "lightgbm"): "lightgbm has the best roc auc at the median over 3 cut-offs: 0.810.",
    ("churn", "bg_nbd"): "lightgbm is ahead of it in 99% of redraws",
}


def backtests(winners: Mapping[str, str | None] = WINNERS) -> Rows:
    return [
        {
            "target": target, "model": name, "is_baseline": is_baseline, "is_winner": winners.get(target) == name,
            "cutoff": cutoff, "horizon_days": 60, "metric": metric, "value": value,
            "ci_low": value - 0.02, "ci_high": value + 0.02,
        }
        for (target, name), (is_baseline, figures) in MODELS.items()
        for metric, values in figures.items()
        for cutoff, value in zip(TEST_CUTOFFS, values, strict=True)
    ]  # fmt: skip


def calibration() -> Rows:
    rows = []
    for place, cutoff in enumerate(TEST_CUTOFFS):
        for tenth in range(1, 11):
            share, n = (tenth - 0.5) / 10, 10 * (place + 1)
            head = {"cutoff": cutoff, "horizon_days": 60, "bin": tenth, "n": n}
            rows += [
                {
                    "target": "churn",
                    "model": "lightgbm",
                    "predicted": share,
                    "observed": share + 0.01 * place,
                    **head,
                },
                {"target": "churn", "model": "bg_nbd", "predicted": share, "observed": 1 - share, **head},
                {
                    "target": "value",
                    "model": "lightgbm",
                    "predicted": 10.0 * tenth,
                    "observed": 11.0 * tenth,
                    **head,
                },
            ]
    return rows


def model_cards(
    winners: Mapping[str, str | None] = WINNERS,
    decisions: Mapping[tuple[str, str], str] = DECISIONS,
    **card: Any,
) -> Rows:
    return [
        {
            "target": target, "model": name, "horizon_days": 60, "is_baseline": is_baseline,
            "is_winner": winners.get(target) == name, "decision": decisions.get((target, name), ""), "card": json.dumps(card),
        }
        for (target, name), (is_baseline, _) in MODELS.items()
    ]  # fmt: skip


def everything(**instead: Rows | None) -> dict[str, Rows]:
    """Return the rows of all tables, or others for some; None leaves a table out."""
    made: dict[str, Rows | None] = {
        "predictions": predictions(), "reasons": reasons(), "forecast": forecast(), "backtests": backtests(),
        "calibration": calibration(), "model_cards": model_cards(),
    }  # fmt: skip
    return {name: rows for name, rows in (made | instead).items() if rows is not None}


def fill(engine: DuckDBEngine, tables: Mapping[str, Rows]) -> list[TableSpec]:
    """Make the tables in the engine, and return their specs."""
    specs = [one for one in SPECS if one.name in tables]
    for one in specs:
        engine.create_empty(one, replace=True)
        if rows := tables[one.name]:
            engine.insert_arrow(one.name, pa.Table.from_pylist([dict(row) for row in rows]))
    return specs

"""All of the above → findings: what is worth saying, to whom it applies, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.describe.computed import keep
from regulars.engines.queries import load
from regulars.insights.anomalies import revenue_anomalies
from regulars.insights.audiences import audiences, churn_warnings, opportunities
from regulars.insights.batch import Batch, finding_rows, settle
from regulars.insights.cohorts import Newcomers, cohort_changes
from regulars.insights.figures import shop_trends
from regulars.insights.ground import ROOM, Ground
from regulars.insights.movements import Previous, movements
from regulars.insights.portfolio import concentration, portfolio, untracked
from regulars.insights.returns import returned_products
from regulars.insights.tables import FINDING_CUSTOMERS, FINDING_TESTS, FINDINGS
from regulars.insights.trends import category_trends, prepare, product_trends
from regulars.insights.unusual import unusual_customers
from regulars.terms.money import NO_CURRENCY, Currency

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.warehouse.history import History

PREDICTED = """
SELECT
    customer_id,
    CASE WHEN differs THEN p_churn END AS p_churn,
    p_order_within_30d,
    predicted_clv,
    CASE WHEN differs THEN revenue_at_risk END AS revenue_at_risk
FROM predictions CROSS JOIN (SELECT min(p_churn) < max(p_churn) AS differs FROM predictions) AS churn
"""
"""A probability to leave that all customers have singles nobody out, so it is taken for none."""
NO_PREDICTIONS = """
SELECT
    CAST(NULL AS VARCHAR) AS customer_id, CAST(NULL AS DOUBLE) AS p_churn, CAST(NULL AS DOUBLE) AS p_order_within_30d,
    CAST(NULL AS DOUBLE) AS predicted_clv, CAST(NULL AS DOUBLE) AS revenue_at_risk
WHERE FALSE
"""


def build_insights(
    history: History, horizon_days: int, settings: Settings, previous: Previous | None = None
) -> None:
    """Make the temporary tables of `INSIGHT_TABLES`.

    Parameters
    ----------
    history
        What was known before the cut-off, with features, segments and descriptions made of it. Predictions, backtests
        and learned categories are used where they are there.
    horizon_days
        How far predictions look ahead.
    previous
        An earlier release to say who moved since; without one nothing is said of it.

    Time: nothing at or after the cut-off is read.
    """
    ground = Ground(
        history,
        settings.insights,
        Currency(settings.shop.currency or NO_CURRENCY),
        horizon_days,
        _standing(history),
    )
    _customers(ground)
    months = prepare(ground)
    newcomers = Newcomers.read(ground)
    known = audiences(ground)
    searches = [
        churn_warnings(ground, known),
        opportunities(ground, known),
        movements(ground, settings.segmentation, previous),
        portfolio(ground),
        concentration(ground),
        revenue_anomalies(ground),
        category_trends(ground, months),
        product_trends(ground, months),
        shop_trends(ground, newcomers.mean_revenue),
        cohort_changes(ground, newcomers),
        returned_products(ground),
        unusual_customers(ground),
        untracked(ground),
    ]
    chosen = settings.insights
    batch = settle(searches, chosen.false_discovery_rate, chosen.most_per_kind, ground.least_money)
    keep(history.engine, FINDINGS, finding_rows(batch, ground))
    keep(history.engine, FINDING_TESTS, batch.tests)
    _keep_customers(history.engine, batch, ground)
    for table in ("insight_product_months", "insight_categories", "insight_customers", "previous_segments"):
        history.engine.drop(table)
    history.engine.drop("insight_predictions")


def _standing(history: History) -> dict[str, Any]:
    history.need("orders", "returns", "customers")
    return history.engine.row(load(ROOM, "standing"), history.parameters)


def _customers(ground: Ground) -> None:
    """Make ``insight_customers``: one row per buyer with value, risk and audience."""
    engine, chosen = ground.history.engine, ground.settings
    source = PREDICTED if "predictions" in engine.tables() else NO_PREDICTIONS
    engine.execute(f"CREATE OR REPLACE TEMP TABLE insight_predictions AS {source}")
    has_risk = engine.row("SELECT count(p_churn) > 0 AS has_risk FROM insight_predictions")["has_risk"]
    engine.create(
        "insight_customers",
        ground.query("customers"),
        {
            "horizon_days": ground.horizon_days,
            "valuable_share": chosen.valuable_share,
            "warn_from": chosen.warn_from,
            "due_from": chosen.due_from,
            "has_risk": has_risk,
        },
        temporary=True,
    )


def _keep_customers(engine: DuckDBEngine, batch: Batch, ground: Ground) -> None:
    """Make ``finding_customers``: of each finding those with the most money."""
    keep(engine, FINDING_CUSTOMERS, [])
    for one in batch.findings:
        if one.behind:
            engine.execute(
                f"INSERT INTO finding_customers SELECT $finding_id, customer_id, money, reason FROM ({one.behind.query.text}) "  # noqa: S608
                "AS behind ORDER BY abs(money) DESC NULLS LAST, customer_id LIMIT $most",
                {
                    **{name: one.behind.parameters[name] for name in one.behind.query.parameters},
                    "finding_id": one.finding_id,
                    "most": ground.settings.most_customers,
                },
            )

"""Features and labels at past cut-offs, each computed once for everything that is judged or learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.features.build import build_features_at
from regulars.labels.build import build_labels
from regulars.models.matrix import read_matrix, sample_bound
from regulars.models.training import Labels, Snapshot
from regulars.terms.progress import Progress, Silence
from regulars.warehouse.aftermath import Aftermath

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.evaluation.plan import Plan
    from regulars.features.own import OwnFeature
    from regulars.settings import Settings
    from regulars.terms.windows import Cutoff


def collect(
    engine: DuckDBEngine,
    plan: Plan,
    settings: Settings,
    own: Sequence[OwnFeature] = (),
    progress: Progress | None = None,
) -> list[Snapshot]:
    """Return what was known, and what happened next, at every cut-off of a plan.

    A huge shop is sampled, by customer: the same customers at every cut-off.

    Time: features before each cut-off, labels in the complete window after it.
    """
    progress, chosen = progress or Silence(), settings.predictions
    share = 1.0
    found = []
    for number, history in enumerate(
        build_features_at(engine, reversed(plan.snapshots), plan.horizon_days, own), 1
    ):
        aftermath = Aftermath(engine, history.cutoff.aftermath(plan.horizon_days))
        build_labels(
            history, aftermath, churn_lookback_days=chosen.churn_lookback_days, known_until=plan.until
        )
        if number == 1:  # the newest cut-off has the most customers
            share = chosen.training_rows / max(engine.count("labels") * len(plan.snapshots), 1)
        found.append(_snapshot(engine, plan.horizon_days, history.cutoff, share))
        progress.advance(number, len(plan.snapshots))
    return found[::-1]


def _snapshot(engine: DuckDBEngine, horizon_days: int, cutoff: Cutoff, share: float) -> Snapshot:
    matrix, _ = read_matrix(engine, sample_share=share)
    labels = engine.arrow(
        "SELECT * FROM labels WHERE md5(customer_id) < $below ORDER BY customer_id",
        {"below": sample_bound(share)},
    )
    if labels["customer_id"].to_pylist() != matrix.customer_ids.tolist():
        raise AssertionError(f"features and labels at {cutoff} are of different customers")
    return Snapshot(cutoff, horizon_days, matrix, Labels.of(labels))

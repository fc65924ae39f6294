"""Is the revenue of a year foretold well? The same proof over 365 days, from the snapshots that a run has made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from regulars.evaluation.backtest import Backtest, judge_all
from regulars.evaluation.plan import HISTORY_DAYS, Plan
from regulars.labels.build import build_labels
from regulars.labels.windows import is_complete
from regulars.models.season import YEAR
from regulars.models.training import Labels, Snapshot
from regulars.models.value_year import year_line_up
from regulars.terms.phrases import NOBODY_NAMED
from regulars.warehouse.aftermath import Aftermath
from regulars.warehouse.history import History

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings

MOST_TESTS, MOST_LEARNED = 3, 3
"""Windows of a year overlap almost wholly from month to month: more of them say little more."""


def judge_year(engine: DuckDBEngine, proof: Backtest, settings: Settings) -> Backtest:
    """Judge who foretells the revenue of a year, at past cut-offs of a proof whose year is over.

    Returns a proof over 365 days, of the target value alone; without a complete year behind any cut-off it has no rows
    and says so. A proof whose horizon is a year is returned as it is.

    Time: at each cut-off the features of the proof's snapshot; labels in the complete year after it.
    """
    if proof.plan.horizon_days == YEAR:
        return proof
    plan = year_plan(proof.plan)
    known = {one.cutoff: one for one in proof.snapshots}
    snapshots = [_with_labels_of_a_year(engine, known[cutoff], plan) for cutoff in plan.snapshots]
    return judge_all(plan, snapshots, year_line_up(), settings)


def year_plan(plan: Plan) -> Plan:
    """Choose, of a plan's cut-offs, those at which a year ahead can be judged and those to learn from."""
    over = [one for one in plan.snapshots if is_complete(one, YEAR, plan.until)]
    tests = tuple(over[-MOST_TESTS:])
    if plan.reason == NOBODY_NAMED:
        return Plan(plan.until, YEAR, (), (), NOBODY_NAMED)
    if not tests:
        reason = (
            f"To judge a year ahead, the history has to be longer than {YEAR} days by at least "
            f"{min(plan.horizon_days, HISTORY_DAYS)}; until then it is not foretold."
        )
        return Plan(plan.until, YEAR, (), (), reason)
    earlier = [one for one in over if is_complete(one, YEAR, tests[-1])][-MOST_LEARNED:]
    snapshots = tuple(sorted({*earlier, *tests}, key=lambda one: one.at))
    n = f"{len(tests)} past cut-offs a month apart" if len(tests) > 1 else "one past cut-off"
    return Plan(plan.until, YEAR, snapshots, tests, f"A year ahead is judged at {n}.")


def with_year(tables: Mapping[str, pyarrow.Table], year: Backtest) -> dict[str, pyarrow.Table]:
    """Return the tables of a proof with those of its year below them; ``horizon_days`` tells them apart."""
    import pyarrow as pa

    if all(year.tables[name] is rows for name, rows in tables.items()):
        return dict(tables)
    return {name: pa.concat_tables([rows, year.tables[name]]) for name, rows in tables.items()}


def _with_labels_of_a_year(engine: DuckDBEngine, snapshot: Snapshot, plan: Plan) -> Snapshot:
    import pyarrow as pa
    import pyarrow.compute as pc

    cutoff = snapshot.cutoff
    build_labels(History(engine, cutoff), Aftermath(engine, cutoff.aftermath(YEAR)), known_until=plan.until)
    labels = engine.arrow("FROM labels ORDER BY customer_id")
    asked = pc.is_in(labels["customer_id"], pa.array(snapshot.matrix.customer_ids, pa.string()))
    return replace(snapshot, horizon_days=YEAR, labels=Labels.of(labels).rows(asked.to_numpy()))

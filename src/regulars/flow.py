"""The table of contents in code: what a run does, in order. It holds no logic of its own.

ingest → build → audit → backtest → features → segments → describe → fit → predict → campaigns → publish
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import steps
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NotFound, NothingUsable
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.progress import Progress, Silence
from regulars.terms.windows import Cutoff, Horizon

if TYPE_CHECKING:
    from regulars.features.catalog import Feature
    from regulars.ingest.landing import Ask, Landing
    from regulars.models.fitted import Models
    from regulars.models.live import Scorer
    from regulars.models.outcomes.fitted import FittedOutcome
    from regulars.publish.release import Release
    from regulars.recommend.ratings.build import FittedRatings
    from regulars.segments.clusters.fitted import Clusters
    from regulars.terms.results import Table
    from regulars.terms.tables import TableSpec
    from regulars.warehouse.data_audit import DataAudit
    from regulars.warehouse.history import History


def run(
    root: Path,
    sources: Sequence[str | Path] = (),
    *,
    cutoff: str | datetime | None = None,
    horizon_days: int | None = None,
    compare: bool = False,
    progress: Progress | None = None,
    ask: Ask | None = None,
) -> Release:
    """Take in the sources, build everything and publish one release; all of it or nothing of it.

    Parameters
    ----------
    root
        The workspace; it is made when it is not there.
    sources
        Files, folders, patterns or databases; without any, what was loaded before is run again.
    cutoff
        Ends what may be seen; by default the setting, else the first midnight after the last order.
    horizon_days
        How far ahead is looked; by default the setting, else chosen from the shop's rhythm.
    compare
        Judge forests, boosting and more beside the usual models, for comparison; takes minutes.
    ask
        Answers questions about columns; without it an unclear mapping is an error that says what to add.

    Raises
    ------
    RegularsError
        What is wrong and what to do about it; the last release is untouched.
    """
    from regulars.publish.checks import data_checks
    from regulars.publish.release import publish

    progress, places = progress or Silence(), Places(root)
    settings = Settings.load(root, **_flags(cutoff, horizon_days))
    if not sources and not places.warehouse.exists() and not any_live_order(places):
        raise NothingUsable(
            f"nothing has been loaded into {root} yet", hint="name your files: `regulars run orders.csv`"
        )
    with locked_warehouse(places, settings) as engine:
        land_live_orders(engine, places, settings, progress)
        _, audit = load(engine, sources, settings, progress, ask)
        settings = settings.in_currency(audit.currency)
        history, horizon = at_cutoff(engine, settings)
        computed = compute(history, horizon, settings, places, progress, compare=compare)
        return publish(
            engine,
            places,
            tables=computed.tables,
            cutoff=history.cutoff,
            horizon=horizon,
            settings=settings,
            audit=audit,
            checks=data_checks(audit),
            targets=engine.rows("FROM prediction_targets ORDER BY target, horizon_days"),
            write_models=lambda folder: write_what_scores(engine, computed, folder),
            write_report=write_report_into,
            progress=progress,
            history=history,
        )


def load(
    engine: DuckDBEngine,
    sources: Sequence[str | Path],
    settings: Settings,
    progress: Progress,
    ask: Ask | None = None,
) -> tuple[Landing | None, DataAudit]:
    """Files become raw rows, raw rows become facts, and the audit says what they are worth."""
    from regulars.ingest.landing import land
    from regulars.warehouse.audits import audit
    from regulars.warehouse.build import build

    landing = land(engine, sources, settings, progress, ask) if sources else None
    for note in landing.notes if landing else ():
        progress.note(note)
    build(engine, settings, progress)
    progress.step("ask the data what is wrong with it")
    return landing, audit(engine, settings)


def land_live_orders(engine: DuckDBEngine, places: Places, settings: Settings, progress: Progress) -> None:
    """Land what was taken in live since the last run: each intake once, whatever killed the runs before."""
    from regulars.ingest.landing import land
    from regulars.ingest.sources.temporary import temporary_folder
    from regulars.publish.intake import hand_over, reading
    from regulars.publish.state import State

    landed = (
        [row["source"] for row in engine.rows("SELECT DISTINCT source FROM raw_loads")]
        if "raw_loads" in engine.tables()
        else []
    )
    with temporary_folder() as folder, State.open(places) as state:
        for intake in hand_over(state, landed, folder):
            land(engine, [intake], reading(settings), progress)


def any_live_order(places: Places) -> bool:
    """Whether an order was ever taken in live."""
    from regulars.publish.intake import waiting
    from regulars.publish.state import State

    if not places.state.exists():
        return False
    with State.open(places) as state:
        return bool(waiting(state, after=0))


def at_cutoff(engine: DuckDBEngine, settings: Settings) -> tuple[History, Horizon]:
    """Put up the wall where the settings say, else after the last order."""
    from regulars.warehouse.build import check_is_current
    from regulars.warehouse.clock import check_cutoff, default_cutoff, default_horizon
    from regulars.warehouse.history import History

    check_is_current(engine)
    given = settings.time
    cutoff = Cutoff(given.cutoff) if given.cutoff else default_cutoff(engine)
    check_cutoff(engine, cutoff)
    if given.horizon_days:
        horizon = Horizon(given.horizon_days, "given in the settings")
    else:
        horizon = default_horizon(engine, cutoff)
    return History(engine, cutoff), horizon


@dataclass(frozen=True)
class Computed:
    """What a run has made at its cut-off: tables of the engine, and the models behind the predictions."""

    tables: list[TableSpec]
    models: Models | None
    clusters: Clusters
    ratings: FittedRatings | None
    outcomes: list[FittedOutcome]

    def write_models(self, folder: Path) -> None:
        """Put the files that made the scores into the folder of a release."""
        from regulars.models.outcomes.store import save_outcomes
        from regulars.models.store import save
        from regulars.recommend.ratings.store import save_ratings
        from regulars.segments.clusters.store import save_clusters

        if self.models is not None:
            save(self.models, folder / "models")
        save_outcomes(self.outcomes, folder / "models")
        save_clusters(self.clusters, folder / "models")
        save_ratings(self.ratings, folder / "models")


def compute(
    history: History,
    horizon: Horizon,
    settings: Settings,
    places: Places,
    progress: Progress,
    *,
    compare: bool = False,
) -> Computed:
    """Make everything that a release tells of a cut-off, as temporary tables of the engine."""
    from regulars.campaigns.build import check_recipes
    from regulars.features.own import read_own_features

    own = read_own_features(places.features)
    check_recipes(settings, [one.feature for one in own])
    if not steps.any_event(history):
        return compute_described(history, settings, [one.feature for one in own], progress, compare=compare)
    proof, year = steps.judge(history, horizon, settings, own, progress, compare=compare)
    scorers = steps.judge_lists(history, horizon, settings, progress)
    clusters = steps.know(history, horizon, settings, own, progress)
    models = steps.predict(history, proof, year, settings, progress)
    outcomes = steps.tell_outcomes(history, settings, progress, compare=compare)
    steps.recommend(history, scorers, settings, progress)
    ratings = steps.rate(history, settings, progress)
    steps.conclude(history, horizon, settings, places, progress)
    steps.propose(history, horizon, settings, own, places, progress)
    return Computed(steps.result_tables([one.feature for one in own]), models, clusters, ratings, outcomes)


def compute_described(
    history: History,
    settings: Settings,
    own: Sequence[Feature],
    progress: Progress,
    *,
    compare: bool = False,
) -> Computed:
    """Make what can be told of customers who are described and of whom no order is known: outcomes, no more."""
    from regulars.segments.clusters.fitted import Clusters

    tables = steps.result_tables(own)
    for spec in tables:
        history.engine.create_empty(spec, replace=True, temporary=True)
    outcomes = steps.tell_outcomes(history, settings, progress, compare=compare)
    return Computed(tables, None, Clusters({}), None, outcomes)


def compute_table(
    name: str, history: History, horizon: Horizon, settings: Settings, places: Places
) -> TableSpec:
    """Make one of the tables that a release tells of a cut-off, without predictions where it rests on none.

    Raises
    ------
    NotFound
        A release has no such table.
    """
    from regulars.features.own import read_own_features

    own = read_own_features(places.features)
    features = [one.feature for one in own]
    specs = {spec.name: spec for spec in steps.result_tables(features)}
    if name not in specs:
        raise NotFound(f"there is no table {name!r}", hint="there are: " + ", ".join(sorted(specs)))
    if name in [spec.name for spec in steps.known_tables(features)]:
        steps.know(history, horizon, settings, own, Silence())
    elif name in [spec.name for spec in steps.listed_tables()]:
        steps.recommend(
            history, steps.judge_lists(history, horizon, settings, Silence()), settings, Silence()
        )
    else:
        compute(history, horizon, settings, places, Silence())
    return specs[name]


def score(scorer: Scorer, engine: DuckDBEngine, customer_id: str) -> dict[str, Table]:
    """Score one customer of a warehouse with the models of a release, as of the first midnight after the last order."""
    from regulars.terms.results import Table
    from regulars.warehouse.build import check_is_current
    from regulars.warehouse.clock import default_cutoff
    from regulars.warehouse.one_customer import facts_of

    check_is_current(engine)
    facts = facts_of(engine, customer_id)
    if not any(rows.num_rows for rows in facts.values()):
        raise NotFound(
            f"nothing that was loaded names a customer {customer_id!r}",
            hint="`regulars export customers` lists them",
        )
    specs = {spec.name: spec for spec in steps.result_tables([one.feature for one in scorer.own])}
    scored = scorer.score(facts, default_cutoff(engine))
    return {name: Table(rows, specs[name]) for name, rows in scored.items()}


def write_what_scores(engine: DuckDBEngine, computed: Computed, folder: Path) -> None:
    """Put into a release what one customer is scored with alone: the models, and everybody's raw rows."""
    from regulars.publish.raw_rows import write_raw_rows

    computed.write_models(folder)
    write_raw_rows(engine, folder)


def write_report_into(folder: Path) -> None:
    """Add the report to a release whose tables are written; it reads what any reader would."""
    from regulars.publish.findings import write_findings
    from regulars.publish.reader import Reader
    from regulars.publish.report.html import write_report

    with Reader.at(folder) as reader:
        write_findings(reader, folder)
        write_report(reader, folder)


@contextmanager
def examined(
    sources: Sequence[str | Path],
    settings: Settings,
    progress: Progress | None = None,
    ask: Ask | None = None,
) -> Iterator[tuple[DuckDBEngine, Landing | None, DataAudit]]:
    """Load files aside from any workspace and audit them; nothing is kept after the block."""
    with (
        tempfile.TemporaryDirectory(prefix="regulars-", ignore_cleanup_errors=True) as folder,
        _engine(Places(Path(folder)).warehouse, settings) as engine,
    ):
        yield engine, *load(engine, sources, settings, progress or Silence(), ask)


@contextmanager
def locked_warehouse(places: Places, settings: Settings) -> Iterator[DuckDBEngine]:
    """Open a workspace's warehouse for writing; nobody else runs meanwhile."""
    from regulars.publish.lock import workspace_lock
    from regulars.publish.state import State

    with workspace_lock(places), State.open(places), _engine(places.warehouse, settings) as engine:
        yield engine


def _engine(path: Path, settings: Settings) -> DuckDBEngine:
    return DuckDBEngine(path, memory_limit=settings.machine.memory_limit, threads=settings.machine.threads)


def _flags(cutoff: str | datetime | None, horizon_days: int | None) -> dict[str, Any]:
    """Return what was given by hand as settings that win over the file's."""
    time: dict[str, Any] = {}
    if cutoff is not None:
        time["cutoff"] = Cutoff.parse(cutoff).at
    if horizon_days is not None:
        time["horizon_days"] = horizon_days
    return {"time": time} if time else {}

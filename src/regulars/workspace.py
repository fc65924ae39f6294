"""The Python door: a workspace, whole or step by step.

```python
import regulars as rg

ws = rg.open("shop")
ws.run("orders.csv")                       # everything, one release
ws.predictions().to_pandas()
ws.sql("SELECT segment, count(*) AS n FROM segments GROUP BY segment")

ws.load("orders.csv")                      # or step by step
past = ws.history("2011-09-09")
past.features(), past.segments(), past.relation("orders")
past.predictions(), past.backtest()        # judged by past futures first, as in a run
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import flow
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.progress import Progress, Silence
from regulars.terms.results import Table
from regulars.terms.windows import Cutoff, Horizon

if TYPE_CHECKING:
    from regulars.describe.rhythm import WindowShare
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.models.live import Scorer
    from regulars.publish.reader import Reader
    from regulars.publish.release import Release
    from regulars.warehouse.data_audit import DataAudit
    from regulars.warehouse.history import History


def open(folder: str | Path = "shop") -> Workspace:
    """Open a workspace; its folder is made when something is first put into it."""
    return Workspace(Path(folder))


class Workspace:
    """A folder with settings, a warehouse and releases."""

    def __init__(self, root: Path) -> None:
        self.places = Places(root)
        self._scorer: Scorer | None = None
        self._scores_by: tuple[object, ...] = ()

    @property
    def settings(self) -> Settings:
        """The settings as they are now, read anew each time."""
        return Settings.load(self.places.root)

    def run(
        self,
        *sources: str | Path,
        cutoff: str | datetime | None = None,
        horizon_days: int | None = None,
        progress: Progress | None = None,
    ) -> Release:
        """Take in sources, build everything and publish one release."""
        return flow.run(
            self.places.root, sources, cutoff=cutoff, horizon_days=horizon_days, progress=progress
        )

    def load(self, *sources: str | Path, progress: Progress | None = None) -> DataAudit:
        """Take in sources and say what they are worth; nothing is published."""
        with self._warehouse() as engine:
            return flow.load(engine, sources, self.settings, progress or Silence())[1]

    def history(self, cutoff: str | datetime | None = None) -> Past:
        """Return what was known before a cut-off; by default everything that was loaded."""
        return Past(self, Cutoff.parse(cutoff) if cutoff is not None else None)

    def features(self, cutoff: str | datetime | None = None) -> Table:
        """Return one row per customer: every feature at the cut-off, from what was loaded."""
        return self.history(cutoff).features()

    def segments(self, cutoff: str | datetime | None = None) -> Table:
        """Return one row per customer: scores, segment and lifecycle stage at the cut-off."""
        return self.history(cutoff).segments()

    def recommend(self, cutoff: str | datetime | None = None) -> Table:
        """Return two lists per customer, what to show again and what is new to them, from what was loaded."""
        return self.history(cutoff).recommendations()

    def fit(self, cutoff: str | datetime | None = None) -> Table:
        """Return which model ships for each target, and why, after all were judged by past futures."""
        return self.history(cutoff).fit()

    def predictions(self) -> Table:
        """Return the current release's predictions: one row per customer with a purchase."""
        return self.table("predictions")

    def backtest(self) -> Table:
        """Return how the current release's models and baselines did at past cut-offs."""
        return self.table("backtests")

    def score(self, customer_id: str) -> dict[str, Table]:
        """Score one customer with the models of the current release: `features`, `predictions`, `reasons` …

        What has been loaded since the release is in it; the release itself stays as it is. The first call for a release
        makes its models ready, which takes seconds; the next ones take a fraction of one.

        Raises
        ------
        NotFound
            Nothing that has been loaded names this customer.
        """
        with self.release() as reader, self._warehouse() as engine:
            return flow.score(self._scorer_of(reader), engine, customer_id)

    def release(self, release_id: str | None = None) -> Reader:
        """Return a reader of a release, the current one by default."""
        from regulars.publish.reader import Reader

        return Reader.open(self.places, release_id)

    def tables(self) -> list[str]:
        """Return the names of the current release's tables."""
        with self.release() as reader:
            return reader.tables()

    def table(self, name: str) -> Table:
        """Return a table of the current release."""
        with self.release() as reader:
            return reader.table(name)

    def sql(self, query: str) -> Table:
        """Ask the current release something in SQL."""
        with self.release() as reader:
            return reader.sql(query)

    def window_share(
        self,
        weekdays: tuple[int, int] | Collection[int],
        hours: tuple[int, int] = (0, 24),
        segment: str = "all",
    ) -> WindowShare:
        """Return how much of the order value falls on these weekdays and into these hours at once (`share_of`)."""
        from regulars.describe.rhythm import CELLS, share_of

        with self.release() as reader:
            return share_of(reader.sql(CELLS, {"segment": segment}).to_pylist(), weekdays, hours)

    def customer(self, customer_id: str) -> dict[str, Any]:
        """Return all that the current release knows of one customer."""
        with self.release() as reader:
            return reader.profile(customer_id)

    def report(self) -> Report:
        """Return the report of the current release."""
        with self.release() as reader:
            return Report(reader.folder / "report.html", reader.report())

    def _scorer_of(self, reader: Reader) -> Scorer:
        """Return what scores with the models of a release, made anew when anything that it rests on is another."""
        from regulars.features.own import read_own_features
        from regulars.models.live import Scorer
        from regulars.models.store import open_models

        settings, own = self.settings.predictions, read_own_features(self.places.features)
        wanted = (reader.id, settings, own)
        if self._scorer is None or self._scores_by != wanted:
            if self._scorer is not None:
                self._scorer.close()
            statistics = reader.table("shop_statistics").arrow
            self._scorer = Scorer(open_models(reader.folder / "models"), statistics, settings, own)
            self._scores_by = wanted
        return self._scorer

    @contextmanager
    def _warehouse(self) -> Iterator[DuckDBEngine]:
        with flow.locked_warehouse(self.places, self.settings) as engine:
            yield engine

    def __repr__(self) -> str:
        return f"<workspace {self.places.root}>"


class Past:
    """What was known before a cut-off; every method computes at it and hands back a table."""

    def __init__(self, workspace: Workspace, cutoff: Cutoff | None) -> None:
        self._workspace = workspace
        self._given = cutoff
        with self._opened() as (history, horizon):
            self.cutoff: Cutoff = history.cutoff
            self.horizon: Horizon = horizon

    def relation(self, name: str) -> Table:
        """Return a relation: orders, order_lines, returns, purchase_days, customers, products …"""
        with self._opened() as (history, _):
            history.need(name)
            return Table(history.engine.arrow(f"FROM history_{name}"))

    def features(self) -> Table:
        """Return one row per customer: every feature at the cut-off."""
        return self.table("features")

    def segments(self) -> Table:
        """Return one row per customer: scores, segment and lifecycle stage."""
        return self.table("segments")

    def predictions(self) -> Table:
        """Return one row per customer with a purchase: who leaves, worth what, buys next when.

        Everything is judged by past futures first, as in a run; with two years of orders that takes a while.
        """
        return self.table("predictions")

    def fit(self) -> Table:
        """Return which model ships for each target, and why, after all were judged by past futures."""
        return self.table("prediction_targets")

    def backtest(self) -> Table:
        """Return how models and baselines did at past cut-offs: one row per target, model, cut-off and metric."""
        return self.table("backtests")

    def recommendations(self) -> Table:
        """Return two lists per customer, what to show again and what is new to them; judged by past futures first."""
        return self.table("recommendations")

    def table(self, name: str) -> Table:
        """Return any table that a release at this cut-off would have: cohorts, geography, segment_profiles …

        Raises
        ------
        NotFound
            A release has no such table.
        """
        workspace = self._workspace
        with self._opened() as (history, horizon):
            spec = flow.compute_table(name, history, horizon, workspace.settings, workspace.places)
            return Table(history.engine.arrow(f"FROM {spec.name} ORDER BY ALL"), spec)

    @contextmanager
    def _opened(self) -> Iterator[tuple[History, Horizon]]:
        settings = self._workspace.settings
        if self._given is not None:
            time = settings.time.model_copy(update={"cutoff": self._given.at})
            settings = settings.model_copy(update={"time": time})
        with self._workspace._warehouse() as engine:
            yield flow.at_cutoff(engine, settings)

    def __repr__(self) -> str:
        return f"<history before {self.cutoff}; horizon {self.horizon.days} days: {self.horizon.reason}>"


class Report:
    """The report of a release: a page for people, a summary for programs."""

    def __init__(self, path: Path, summary: dict[str, Any]) -> None:
        self.path = path
        self.summary = summary

    def __repr__(self) -> str:
        return f"<report {self.path}>"

    def _repr_html_(self) -> str:
        sentences = "".join(f"<li>{escape(line['sentence'])}</li>" for line in self.summary["headlines"])
        return f"<ul>{sentences}</ul><p>the whole report: {escape(str(self.path))}</p>"

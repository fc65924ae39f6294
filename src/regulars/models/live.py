"""One customer scored at once, by the queries and the models of a run: the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from regulars.engines.queries import load
from regulars.engines.recording import RecordingEngine
from regulars.features.build import asked_apart, build_features, put_together
from regulars.features.catalog import CATALOG
from regulars.ingest.tables import RAW_TABLES
from regulars.models.predict import predict
from regulars.models.value_margin import Costs
from regulars.terms.windows import Cutoff
from regulars.warehouse.build import build
from regulars.warehouse.history import History, relations_needed
from regulars.warehouse.one_customer import OF_ONE
from regulars.warehouse.tables import FCT_ORDERS

if TYPE_CHECKING:
    import pyarrow

    from regulars.features.own import OwnFeature
    from regulars.models.fitted import Models
    from regulars.settings import Predictions as PredictionSettings
    from regulars.settings import Settings

NO_CUTOFF = Cutoff(datetime(2000, 1, 1))
"""Where the wall stands while the queries are recorded, over no rows."""


class Scorer:
    """Scores one customer after the other with the models of a release; made once, it answers in milliseconds.

    Parameters
    ----------
    models
        As a release keeps them (`regulars.models.store.open_models`).
    statistics
        The one row of the release's ``shop_statistics``: what customers are compared with.
    settings
        Those of predictions.
    own
        Features of the shop's own, as in the run.
    cleaning
        The shop's settings when raw rows are given, which go through the build of the warehouse first; facts otherwise.
    """

    def __init__(
        self,
        models: Models,
        statistics: pyarrow.Table,
        settings: PredictionSettings,
        own: Sequence[OwnFeature] = (),
        cleaning: Settings | None = None,
    ) -> None:
        self.models, self.settings, self.own = models, settings, own
        self.tables = OF_ONE if cleaning is None else RAW_TABLES
        self.engine = RecordingEngine()
        for spec in self.tables:
            self.engine.create_empty(spec)
        if cleaning is not None:
            build(self.engine, cleaning)
        history, costs = History(self.engine, NO_CUTOFF), load("regulars.models", "costs")
        build_features(history, models.horizon_days, own, statistics)
        history.need(*relations_needed(costs))
        self.features = [*CATALOG, *(one.feature for one in own)]
        wanted = asked_apart(self.features)
        if cleaning is not None:
            wanted["orders"] = f"SELECT order_id, revenue FROM {FCT_ORDERS.name}"  # noqa: S608
        if models.margins is not None:
            wanted["costs"] = costs.text
        self.engine.prepare(wanted, self.tables)

    def close(self) -> None:
        self.engine.close()

    def score(
        self,
        rows: Mapping[str, pyarrow.Table],
        cutoff: Cutoff,
        *,
        newer: Mapping[str, pyarrow.Table] | None = None,
        customer_id: str | None = None,
    ) -> dict[str, pyarrow.Table]:
        """Return ``features`` and the tables of predictions with the rows of the one customer; of raw rows ``orders`` too.

        Parameters
        ----------
        rows
            What is known of the customer, by table (`regulars.warehouse.one_customer.facts_of`, or raw rows).
        newer
            Rows to add to these.
        customer_id
            Whom the rows are to be about, where they may be about others.

        Time: what was known before the cut-off; somebody who had not bought by then has no predictions.
        """
        from pyarrow import compute

        for spec in self.tables:
            self.engine.fill(spec, *(some[spec.name] for some in (rows, newer or {}) if spec.name in some))
        self.engine.bind(
            cutoff=cutoff.at, last_observed_day=cutoff.last_observed_day, customer_id=customer_id
        )
        answers = self.engine.answers()
        features = put_together(answers, self.features, cutoff)
        bought = features.filter(compute.greater(features["n_orders"], 0))
        assert self.models.encoding is not None  # every run keeps it
        matrix = self.models.encoding.matrix(bought)
        if self.models.margins is not None and len(matrix):
            matrix = replace(matrix, costs=Costs.of(answers["costs"], matrix.customer_ids))
        orders = {"orders": answers["orders"]} if "orders" in answers else {}
        return {"features": features, **orders, **predict(self.models, matrix, self.settings, explain=1)}

"""One customer scored at once, by the queries and the models of a run: the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from regulars.engines.queries import load
from regulars.features.live import LiveFeatures
from regulars.models.predict import predict
from regulars.models.value_margin import Costs
from regulars.terms.windows import Cutoff
from regulars.warehouse.one_customer import OneCustomer

if TYPE_CHECKING:
    import pyarrow

    from regulars.features.own import OwnFeature
    from regulars.models.fitted import Models
    from regulars.settings import Predictions as PredictionSettings

COSTS = "live_costs"


class Scorer:
    """Scores one customer after the other with the models of a release; made once, it answers in milliseconds.

    Parameters
    ----------
    models
        As a release keeps them (`regulars.models.store.open_models`).
    statistics
        The one row of the release's ``shop_statistics``.
    settings
        Those of predictions.
    own
        Features of the shop's own, as in the run.
    """

    def __init__(
        self,
        models: Models,
        statistics: pyarrow.Table,
        settings: PredictionSettings,
        own: Sequence[OwnFeature] = (),
    ) -> None:
        self.models, self.settings = models, settings
        self.customer = OneCustomer()
        self.features = LiveFeatures(self.customer, statistics, models.horizon_days, own)
        self.customer.prepare(COSTS, load("regulars.models", "costs"))

    def close(self) -> None:
        self.customer.close()

    def score(self, facts: Mapping[str, pyarrow.Table], cutoff: Cutoff) -> dict[str, pyarrow.Table]:
        """Return ``features`` and the tables of predictions, each with the rows of the one customer.

        Parameters
        ----------
        facts
            What the warehouse holds of the customer (`regulars.warehouse.one_customer.facts_of`).

        Time: what was known before the cut-off; somebody who had not bought by then has no predictions.
        """
        from pyarrow import compute

        self.customer.hold(facts)
        features = self.features.at(cutoff)
        bought = features.filter(compute.greater(features["n_orders"], 0))
        assert self.models.encoding is not None  # every run keeps it
        matrix = self.models.encoding.matrix(bought)
        if self.models.margins is not None and len(matrix):
            matrix = replace(matrix, costs=Costs.of(self.customer.answer(COSTS), matrix.customer_ids))
        return {"features": features, **predict(self.models, matrix, self.settings, explain=1)}

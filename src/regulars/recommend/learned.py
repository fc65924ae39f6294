"""What the lists of one customer rest on besides their own rows: which products are bought, with what, by which scorer.

A run learns it from all customers and keeps it with the release; whoever scores one customer later hands it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.engines.queries import load
from regulars.recommend.purchases import Demand, Purchases, read_purchases
from regulars.recommend.scorers import DEFAULTS, Scorer, Target

if TYPE_CHECKING:
    import pyarrow
    from scipy.sparse import csr_matrix

    from regulars.settings import Settings
    from regulars.warehouse.history import History

ROOM = "regulars.recommend"


@dataclass(frozen=True)
class Learned:
    """Demand for products and their nearest neighbors (``product_demand``, ``product_neighbors``), and what ships."""

    demand: Demand
    cosines: csr_matrix
    scorers: Mapping[Target, Scorer] = field(default_factory=lambda: DEFAULTS)

    @classmethod
    def of(
        cls, demand: pyarrow.Table, neighbors: pyarrow.Table, scorers: Mapping[Target, Scorer] = DEFAULTS
    ) -> Learned:
        """Take the tables of a release."""
        from scipy.sparse import csr_matrix

        found = Demand.of(demand.sort_by("product_id"))
        places = {product: place for place, product in enumerate(found.product_ids.to_pylist())}
        rows, columns = (
            [places[product] for product in neighbors.column(name).to_pylist()]
            for name in ("product_id", "neighbor_id")
        )
        values = neighbors.column("cosine").to_numpy()
        cosines = csr_matrix((values, (rows, columns)), shape=(len(found), len(found)))
        cosines.sort_indices()
        return cls(found, cosines, scorers)


def purchases_and_demand(
    history: History, settings: Settings, demand: Demand | None = None
) -> tuple[Purchases, Demand]:
    """Make ``recommend_interactions``, ``not_recommended`` and ``product_demand``, and read them.

    Parameters
    ----------
    demand
        That of a release, for one customer; without it, it is learned from the history.

    Time: the history alone.
    """
    engine = history.engine
    history.need("order_lines", "customers")
    parameters = {**history.parameters, **_limits(settings)}
    _create(history, "recommend_interactions", "interactions", parameters)
    _create(history, "recommend_customers", "customers", parameters)
    if demand is None:
        history.need("orders", "returns", "products")
        _create(history, "not_recommended", "not_recommended", parameters)
        _create(history, "product_demand", "demand", parameters)
        demand = Demand.of(engine.arrow("FROM product_demand ORDER BY product_id"))
    return read_purchases(engine, demand), demand


def _limits(settings: Settings) -> dict[str, Any]:
    chosen = settings.recommendations
    return {
        "half_life_days": chosen.half_life_days,
        "recent_days": chosen.recent_days,
        "quiet_after_gaps": chosen.quiet_after_gaps,
        "quiet_days": chosen.quiet_days,
        "returned_share": chosen.returned_share,
    }


def _create(history: History, table: str, query: str, parameters: dict[str, Any]) -> None:
    history.engine.create(table, load(ROOM, query), parameters, temporary=True)


def neighbor_rows(cosines: csr_matrix, demand: Demand) -> pyarrow.Table:
    """Return the rows of ``product_neighbors``, the nearest first."""
    import pyarrow as pa

    found = cosines.tocoo()
    order = np.lexsort((found.col, -found.data, found.row))
    rows, columns = found.row[order], found.col[order]
    sizes = np.bincount(rows, minlength=len(demand))
    position = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return pa.table(
        {
            "product_id": demand.product_ids.take(pa.array(rows)),
            "rank": pa.array(position + 1, pa.int32()),
            "neighbor_id": demand.product_ids.take(pa.array(columns)),
            "cosine": found.data[order],
        }
    )

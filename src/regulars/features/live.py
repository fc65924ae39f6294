"""The features of one customer, at once, by the queries of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.engines.queries import Query, load
from regulars.features.build import COMPARED, GROUPS, ROOM, joined
from regulars.features.catalog import CATALOG
from regulars.features.tables import SHOP_STATISTICS
from regulars.terms.windows import Cutoff

if TYPE_CHECKING:
    import pyarrow

    from regulars.features.own import OwnFeature
    from regulars.warehouse.one_customer import OneCustomer

PREPARED = "live_features"


class LiveFeatures:
    """Computes the row of ``features`` of whichever customer a small warehouse holds.

    Parameters
    ----------
    customer
        Its facts change from answer to answer; its tables stay.
    statistics
        What customers are compared with: the one row of ``shop_statistics`` of a release.
    horizon_days
        As in the run that made the statistics.
    own
        Features of the shop's own, put after the catalog.

    Examples
    --------
    >>> from regulars.features.build import build_features
    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> from regulars.warehouse.history import History
    >>> from regulars.warehouse.one_customer import OneCustomer, facts_of
    >>> shop = six_customer_warehouse()
    >>> build_features(History(shop, SIX_CUSTOMERS_CUTOFF), horizon_days=30)
    >>> ann = OneCustomer()
    >>> live = LiveFeatures(ann, shop.arrow("FROM shop_statistics"), horizon_days=30)
    >>> ann.hold(facts_of(shop, "ann"))
    >>> live.at(SIX_CUSTOMERS_CUTOFF).select(["n_orders", "revenue_to_date"]).to_pylist()
    [{'n_orders': 3, 'revenue_to_date': 78.0}]
    """

    def __init__(
        self,
        customer: OneCustomer,
        statistics: pyarrow.Table,
        horizon_days: int,
        own: Sequence[OwnFeature] = (),
    ) -> None:
        self.customer, self.horizon_days = customer, horizon_days
        customer.engine.create_empty(SHOP_STATISTICS, replace=True)
        customer.engine.insert_arrow(SHOP_STATISTICS.name, statistics)
        groups = {f"features_{name}": load(ROOM, f"groups/{name}") for name in (*GROUPS, *COMPARED)}
        groups |= {f"features_{one.feature.relation}": one.typed() for one in own}
        table = joined([*CATALOG, *(one.feature for one in own)])
        customer.prepare(PREPARED, Query(PREPARED, table.text, {"needs": "customers"}), groups)

    def at(self, cutoff: Cutoff) -> pyarrow.Table:
        """Return one row: every feature of the customer that is held, or none before their first event.

        Time: what the facts say of before the cut-off, as in a run.
        """
        self.customer.stand_at(cutoff, self.horizon_days)
        return self.customer.answer(PREPARED)

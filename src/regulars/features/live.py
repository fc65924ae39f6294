"""The features of one customer, at once: the queries of a run put into one, which the engine prepares once.

They are the very texts that a run computes everybody with; only the parameters come from a table of one row, because a
prepared query with parameters would be planned anew each time, and planning is what takes the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.engines.queries import PARAMETER, Query, load
from regulars.features.build import COMPARED, GROUPS, ROOM, joined
from regulars.features.catalog import CATALOG
from regulars.features.tables import SHOP_STATISTICS
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import MARK, PREFIX, relation, relations_needed

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
        self.engine, self.horizon_days = customer.engine, horizon_days
        self.engine.create_empty(SHOP_STATISTICS, replace=True)
        self.engine.insert_arrow(SHOP_STATISTICS.name, statistics)
        self.engine.execute(
            f"CREATE OR REPLACE TABLE {MARK} "
            "(cutoff TIMESTAMP, last_observed_day DATE, customer_id VARCHAR, horizon_days INTEGER)"
        )
        self.engine.prepare(PREPARED, composed(own))

    def at(self, cutoff: Cutoff) -> pyarrow.Table:
        """Return one row: every feature of the customer that is held, or none before their first event.

        Time: what the facts say of before the cut-off, as in a run.
        """
        wall = {
            "cutoff": cutoff.at,
            "last_observed_day": cutoff.last_observed_day,
            "horizon_days": self.horizon_days,
        }
        self.engine.execute(f"DELETE FROM {MARK}")  # noqa: S608
        self.engine.execute(
            f"INSERT INTO {MARK} VALUES ($cutoff, $last_observed_day, NULL, $horizon_days)",  # noqa: S608
            wall,
        )
        return self.engine.arrow_of_prepared(PREPARED)


def composed(own: Sequence[OwnFeature] = ()) -> Query:
    """Return all queries from the facts to the feature table as one, parameters read from the wall's table."""
    groups = {f"features_{name}": load(ROOM, f"groups/{name}") for name in (*GROUPS, *COMPARED)}
    for one in own:
        groups[f"features_{one.feature.relation}"] = one.typed()
    parts: dict[str, Query] = {}
    needed = [
        name for one in (*groups.values(), *(one.query for one in own)) for name in relations_needed(one)
    ]
    for name in (*needed, *(name for one in own for name in one.relations), "customers"):
        _put(name, parts)
    parts |= groups
    texts = ",\n".join(f"{name} AS (\n{part.text}\n)" for name, part in parts.items())
    last = joined([*CATALOG, *(one.feature for one in own)])
    whole = f"WITH {texts}\n{last.text}"
    return Query(PREPARED, PARAMETER.sub(rf"(SELECT \1 FROM {MARK})", whole), {})  # noqa: S608


def _put(name: str, parts: dict[str, Query]) -> None:
    """Put a relation of the history after those that it rests on."""
    query = relation(name)
    for needed in relations_needed(query):
        _put(needed, parts)
    parts.setdefault(PREFIX + name, query)

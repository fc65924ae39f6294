"""From a history to the feature table: one query per group, joined in the order of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import Query, load
from regulars.features.catalog import CATALOG, Feature
from regulars.features.tables import SHOP_STATISTICS
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import History, relations_needed

if TYPE_CHECKING:
    import pyarrow

    from regulars.features.own import OwnFeature

ROOM = "regulars.features"
SPINE = "history_customers"
GROUPS = (
    "recency_frequency", "monetary", "momentum", "cadence", "products", "assortment", "price_discount", "returns", "time_of_day",
    "season", "first_order", "geography_channel",
)  # fmt: skip
"""Computed from the history and from what the shop's histories say together; the assortment looks at the products before it."""
COMPARED = ("composite",)
"""Computed from other features and from what those of all customers say together."""
READ_AGAIN = ("recency_frequency", "cadence", "products", "assortment")
"""What other queries look at too: these groups are kept as tables, the others as views that one query makes together."""


def build_features(
    history: History,
    horizon_days: int,
    own: Sequence[OwnFeature] = (),
    statistics: pyarrow.Table | None = None,
) -> None:
    """Make the temporary tables ``features`` and ``shop_statistics`` of a history.

    Parameters
    ----------
    history
        What was known before the cut-off, of everybody or of one customer.
    horizon_days
        How far is looked ahead; names the window of a year earlier.
    own
        Features of the shop's own, put after the catalog.
    statistics
        One row of ``shop_statistics`` to compare with. Without it the customers of the history are compared with
        one another; with that of a release, one customer alone gets the values that the release has.

    Examples
    --------
    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> engine = six_customer_warehouse()
    >>> build_features(History(engine, SIX_CUSTOMERS_CUTOFF), horizon_days=30)
    >>> ann = "SELECT n_orders, revenue_to_date, overdue_ratio FROM features WHERE customer_id = 'ann'"
    >>> everybody = engine.row(ann)
    >>> everybody
    {'n_orders': 3, 'revenue_to_date': 78.0, 'overdue_ratio': 1.0857142857142856}

    One customer alone, compared with the same shop:

    >>> shop = engine.arrow("FROM shop_statistics")
    >>> build_features(History(engine, SIX_CUSTOMERS_CUTOFF, "ann"), horizon_days=30, statistics=shop)
    >>> engine.row(ann) == everybody
    True
    """
    engine, parameters = history.engine, {**history.parameters, "horizon_days": horizon_days}
    if statistics is None:
        _create(history, "shop_statistics", load(ROOM, "statistics/shop"), parameters)
    else:
        engine.take(SHOP_STATISTICS, statistics)
    for group in GROUPS:
        _make_group(history, group, parameters)
    if statistics is None:
        _create(history, "shop_scores", load(ROOM, "statistics/scores"), parameters)
        engine.create("shop_statistics", load(ROOM, "statistics/joined"), temporary=True)
        engine.drop("shop_scores")
    for group in COMPARED:
        _make_group(history, group, parameters)
    for one in own:
        one.compute(history, parameters)
    history.need("customers")
    engine.create("features", joined([*CATALOG, *(one.feature for one in own)]), parameters, temporary=True)
    for group in (*GROUPS, *COMPARED):
        _drop_group(engine, group)
    for one in own:
        engine.drop(f"features_{one.feature.relation}")


def build_features_at(
    engine: DuckDBEngine, cutoffs: Iterable[Cutoff], horizon_days: int, own: Sequence[OwnFeature] = ()
) -> Iterator[History]:
    """Make ``features`` and ``shop_statistics`` at one cut-off after the other, from facts built once.

    Yields the history of each cut-off while its tables stand; whoever wants to keep rows takes them before the next.
    """
    for cutoff in cutoffs:
        history = History(engine, cutoff)
        build_features(history, horizon_days, own)
        yield history


def _make_group(history: History, group: str, parameters: dict[str, Any]) -> None:
    query = load(ROOM, f"groups/{group}")
    if group in READ_AGAIN:
        _create(history, f"features_{group}", query, parameters)
    else:
        history.need(*relations_needed(query))
        history.engine.create_view(f"features_{group}", query, parameters)


def _drop_group(engine: DuckDBEngine, group: str) -> None:
    if group in READ_AGAIN:
        engine.drop(f"features_{group}")
    else:
        engine.drop_view(f"features_{group}")


def _create(history: History, table: str, query: Query, parameters: dict[str, Any]) -> None:
    history.need(*relations_needed(query))
    history.engine.create(table, query, parameters, temporary=True)


def joined(features: Sequence[Feature]) -> Query:
    """Return the query that puts the groups side by side: names from the catalog, nothing computed."""
    relations = list(dict.fromkeys(one.relation for one in features))
    columns = ",\n    ".join(f"{_filled(one)} AS {quoted(one.name)}" for one in features)
    joins = "\n".join(
        f"LEFT JOIN {quoted('features_' + name)} AS {quoted(name)} ON {quoted(name)}.customer_id = spine.customer_id"
        for name in relations
    )
    return Query(
        "features",
        f"SELECT\n    spine.customer_id,\n    CAST($cutoff AS TIMESTAMP) AS cutoff,\n    {columns}\n"
        f"FROM {SPINE} AS spine\n{joins}",
        {},
    )


def asked_apart(features: Sequence[Feature]) -> dict[str, str]:
    """Return the questions whose answers `put_together` makes one customer's features of: one a group, and who it is.

    Joined by the engine, the groups of one customer take a third longer.
    """
    relations = dict.fromkeys(one.relation for one in features)
    return {SPINE: f"FROM {SPINE}", **{f"features_{name}": f"FROM features_{name}" for name in relations}}


def put_together(
    answers: Mapping[str, pyarrow.Table], features: Sequence[Feature], cutoff: Cutoff
) -> pyarrow.Table:
    """Return the one row of ``features`` that answers `asked_apart` of one customer; none where there is no such customer."""
    import pyarrow as pa

    customers = answers[SPINE]["customer_id"]
    n = len(customers)
    columns = {"customer_id": customers, "cutoff": pa.array([cutoff.at] * n, pa.timestamp("us"))}
    for one in features:
        found = answers[f"features_{one.relation}"][one.name]
        column = found if len(found) == n else pa.nulls(n, found.type)
        columns[one.name] = column if one.null_means else column.fill_null(_nothing(one))
    return pa.table(columns)


def _nothing(feature: Feature) -> bool | int:
    """Return what a customer has of whom a group says nothing, where null is not allowed."""
    return False if feature.type == "BOOLEAN" else 0


def _filled(feature: Feature) -> str:
    """Return a column of a group, never null where that is not allowed."""
    column = f"{quoted(feature.relation)}.{quoted(feature.name)}"
    return column if feature.null_means else f"coalesce({column}, {_nothing(feature)})"

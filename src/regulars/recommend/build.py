"""History → what to show whom: two lists for every customer, similar products, and what is not to be shown.

``buy_again`` holds what a customer bought before, ``try_next`` what they did not. Candidates are a customer's own
products and the nearest neighbors of these; scorers rank them (`scorers`), and what ships is what did best on past
futures (`evaluation.recommendations`). Customers are taken a batch at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regulars.engines.queries import Query, load
from regulars.recommend.learned import ROOM, Learned, neighbor_rows, purchases_and_demand
from regulars.recommend.purchases import Demand, Purchases
from regulars.recommend.ranking import NOTHING, Ranked, evidence, rank
from regulars.recommend.scorers import DEFAULTS, POPULAR, Scorer, Target, fit
from regulars.recommend.similar import neighbors

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.warehouse.history import History

LISTS: tuple[Target, ...] = ("buy_again", "try_next")
PICKS = "recommend_picks"
CUSTOMERS_A_BATCH = 10_000
N_SIMILAR = 10


def build_recommendations(
    history: History,
    settings: Settings,
    scorers: Mapping[Target, Scorer] = DEFAULTS,
    learned: Learned | None = None,
) -> None:
    """Make the temporary tables ``recommendations``, ``similar_products``, ``not_recommended`` and what they rest on.

    Parameters
    ----------
    history
        What was known before the cut-off, of everybody; of one customer with ``learned``.
    scorers
        What ships for each list.
    learned
        What a release knows of products (``product_demand``, ``product_neighbors``) and what it ships: one customer
        alone then gets the lists that the release has (and only ``recommendations`` is made).

    Time: nothing but the history is read.
    """
    engine, chosen = history.engine, settings.recommendations
    purchases, demand = purchases_and_demand(history, settings, learned.demand if learned else None)
    if learned is None:
        kind = next(
            (scorer.cosine for scorer in (scorers[name] for name in LISTS) if scorer.similar), "yes_no"
        )
        cosines = neighbors(purchases, kind, chosen.neighbors, settings.machine.threads or 0)
        learned = Learned(demand, cosines, scorers)
        _keep_products(engine, learned)
    engine.create(PICKS, load(ROOM, "picks"), temporary=True)
    for batch in _picks(purchases, learned, chosen.per_list, settings.machine.threads):
        engine.insert_arrow(PICKS, batch)
    with engine.registered("recommend_demand", _names(learned.demand)):
        parameters = {"recent_days": chosen.recent_days}
        engine.create("recommendations", load(ROOM, "recommendations"), parameters, temporary=True)
    engine.drop(PICKS)


def keep_scorers(engine: DuckDBEngine, sentences: Mapping[Target, tuple[str, str]]) -> None:
    """Make ``recommendation_scorers``: what ships for each list, and why."""
    import pyarrow as pa

    rows = [
        {"list": target, "scorer": scorer, "sentence": sentence}
        for target, (scorer, sentence) in sorted(sentences.items())
    ]
    with engine.registered("chosen_scorers", pa.Table.from_pylist(rows)):
        kept = Query("recommendation_scorers", "SELECT * FROM chosen_scorers", {})
        engine.create("recommendation_scorers", kept, temporary=True)


def _keep_products(engine: DuckDBEngine, learned: Learned) -> None:
    """Make ``product_neighbors`` and ``similar_products``."""
    with engine.registered("near", neighbor_rows(learned.cosines, learned.demand)):
        engine.create("product_neighbors", Query("near", "SELECT * FROM near", {}), temporary=True)
    parameters = {"n_similar": N_SIMILAR}
    engine.create("similar_products", load(ROOM, "similar_products"), parameters, temporary=True)


def _picks(purchases: Purchases, learned: Learned, n: int, n_threads: int | None) -> Iterator[pyarrow.Table]:
    """Yield the lists of one batch of customers after the other, as rows of PICKS; some threads make them."""
    popularity = POPULAR.factors(learned.demand) * learned.demand.is_recommended
    fitted = {target: fit(learned.scorers[target], learned.demand, learned.cosines) for target in LISTS}

    def lists_from(start: int) -> list[pyarrow.Table]:
        batch = purchases.rows(np.arange(start, min(start + CUSTOMERS_A_BATCH, purchases.n_customers)))
        tables = []
        for target, scorer in fitted.items():
            found = rank(scorer, batch, target, n, popularity)
            near = evidence(learned.cosines, batch, found.own_choice()) if scorer.scorer.similar else None
            tables.append(_rows(found, near, target, scorer.scorer.name, batch, learned.demand))
        return tables

    with ThreadPoolExecutor(n_threads or os.cpu_count()) as pool:
        for tables in pool.map(lists_from, range(0, purchases.n_customers, CUSTOMERS_A_BATCH)):
            yield from tables


def _rows(
    found: Ranked,
    near: NDArray[np.int32] | None,
    target: Target,
    scorer: str,
    batch: Purchases,
    demand: Demand,
) -> pyarrow.Table:
    import pyarrow as pa

    rows, columns = np.nonzero(found.products != NOTHING)
    chosen = columns < found.n_own[rows]
    nothing = np.full((len(rows), 2), NOTHING) if near is None else near[rows, columns]
    return pa.table(
        {
            "customer_id": batch.customer_ids.take(pa.array(rows)),
            "list": pa.repeat(target, len(rows)),
            "rank": pa.array(columns + 1, pa.int32()),
            "product_id": demand.product_ids.take(pa.array(found.products[rows, columns])),
            "score": found.scores[rows, columns],
            "first_id": demand.product_ids.take(_places(nothing[:, 0])),
            "second_id": demand.product_ids.take(_places(nothing[:, 1])),
            "scorer": pa.array([POPULAR.name, scorer]).take(pa.array(chosen.astype(np.int8))),
        }
    )


def _places(places: NDArray[np.int32]) -> pyarrow.Array:
    import pyarrow as pa

    return pa.array(places, mask=places == NOTHING)


def _names(demand: Demand) -> pyarrow.Table:
    import pyarrow as pa

    return pa.table(
        {
            "product_id": demand.product_ids,
            "product": demand.names,
            "n_customers": demand.n_customers.astype(np.int64),
            "n_recent_customers": demand.n_recent_customers.astype(np.int64),
        }
    )

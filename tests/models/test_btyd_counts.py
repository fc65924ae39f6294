"""Distinct histories with counts: by hand, by the engine, and back again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regulars.features.build import build_features
from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.sufficient import Histories, compress, counted
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import History


def rows(histories: Histories) -> list[tuple[float, ...]]:
    columns = (*histories.columns, histories.n_customers)
    return sorted(tuple(map(float, row)) for row in zip(*columns, strict=True))


def test_the_engine_counts_the_features() -> None:
    """Of the six, those with a purchase that was not cancelled: the others have no history."""
    engine = six_customer_warehouse()
    build_features(History(engine, SIX_CUSTOMERS_CUTOFF), horizon_days=30)
    table = engine.arrow('SELECT frequency, recency, "T" FROM features WHERE frequency IS NOT NULL')
    alone = [table[name].to_numpy().astype(float) for name in ("frequency", "recency", "T")]
    found = counted(engine)
    assert rows(found) == rows(compress(*alone))
    assert found.n_customers.sum() == len(table)
    assert 0 < len(table) < 6
    model = BetaGeoNBD().fit_histories(found)
    assert np.isfinite(model.expected_purchases(30, *found.columns)).all()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 1.5, 2.0]), st.integers(2, 4)), max_size=30)
)
def test_nobody_is_lost(given_: list[tuple[int, float, int]]) -> None:
    x, t_x, T = np.array(given_, dtype=float).reshape(-1, 3).T
    t_x = np.where(x > 0, t_x, 0.0)
    found = compress(x, t_x, T)
    assert found.n_customers.sum() == len(x)
    assert len(set(rows(found))) == len(found.T)
    for before, after in zip((x, t_x, T), found.columns, strict=True):
        assert (found.expand(after) == before).all()


def test_weights_are_added_up() -> None:
    found = compress([1, 1, 0], [5, 5, 0], [9, 9, 9], weights=[2, 0.5, 4])
    assert rows(found) == [(0, 0, 9, 4), (1, 5, 9, 2.5)]

"""Shops carried through to their descriptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regulars.describe.build import describe
from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.segments.build import build_segments
from regulars.settings import Settings, Shop
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import History

POUNDS = Settings(shop=Shop(currency="GBP"))
Described = Callable[[DuckDBEngine, Cutoff], History]


@pytest.fixture(scope="session")
def described() -> Described:
    """Return a function that describes a built warehouse at a cut-off."""

    def at(engine: DuckDBEngine, cutoff: Cutoff) -> History:
        history = History(engine, cutoff)
        build_features(history, 30)
        build_segments(history, POUNDS)
        describe(history, POUNDS)
        return history

    return at


@pytest.fixture(scope="module")
def six(described: Described) -> DuckDBEngine:
    """Return the six-customer shop, described."""
    return described(six_customer_warehouse(), SIX_CUSTOMERS_CUTOFF).engine

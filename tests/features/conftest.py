"""A shop seen at its cut-off, feature by feature."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.features.build import build_features
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import History

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def six() -> Rows:
    """Return the features of the six-customer shop by customer, 30 days ahead."""
    with six_customer_warehouse() as engine:
        build_features(History(engine, SIX_CUSTOMERS_CUTOFF), 30)
        return {row["customer_id"]: row for row in engine.rows("FROM features")}

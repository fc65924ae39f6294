"""Law 1: nothing that happens at or after the cut-off changes a segment or a description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_orders, six_customer_sign_ups
from regulars.testing.strategies import Shop, cutoffs, later_events, shops
from regulars.warehouse.build import build
from regulars.warehouse.history import History

Described = Callable[[DuckDBEngine, Cutoff], History]
SIX = Shop(six_customer_orders(), six_customer_sign_ups())


def tables(described: Described, shop: Shop, cutoff: Cutoff) -> dict[str, list[dict[str, Any]]]:
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        described(engine, cutoff)
        return {
            spec.name: engine.rows(f"SELECT * FROM {spec.name} ORDER BY {', '.join(spec.key)}")
            for spec in (*SEGMENT_TABLES, *DESCRIBE_TABLES)
        }


def test_the_six_customer_shop_is_described_as_if_the_rest_had_not_happened(described: Described) -> None:
    assert tables(described, SIX, SIX_CUSTOMERS_CUTOFF) == tables(
        described, SIX.before(SIX_CUSTOMERS_CUTOFF), SIX_CUSTOMERS_CUTOFF
    )


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_later_event_is_seen(described: Described, data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=6)), data.draw(cutoffs())
    more = shop.with_events(*data.draw(later_events(shop, cutoff)))
    assert tables(described, more, cutoff) == tables(described, shop.before(cutoff), cutoff)


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_money_and_customers_are_conserved(described: Described, data: st.DataObject) -> None:
    """What the months, the countries and the profiles add up to is what the history holds."""
    shop, cutoff = data.draw(shops(max_orders=8)), data.draw(cutoffs())
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        described(engine, cutoff)

        def one(query: str) -> Any:
            return engine.row(f"SELECT {query} AS it")["it"]

        sold = one("coalesce((SELECT sum(revenue) FROM history_orders), 0)")
        back = one("coalesce((SELECT sum(amount) FROM history_returns WHERE counts_as_revenue), 0)")
        for table in ("revenue_by_month", "geography"):
            if engine.count("history_orders"):
                assert one(f"(SELECT sum(gross_revenue) FROM {table})") == sold
        if engine.count("history_orders"):
            assert one("(SELECT sum(revenue) FROM geography)") == sold - back
        known = engine.count("history_customers")
        assert one("(SELECT sum(n_customers) FROM segment_profiles WHERE segmentation = 'segment')") == known
        assert engine.count("segments") == known
        assert one("coalesce((SELECT sum(n_orders) FROM rhythm WHERE segment = 'all'), 0)") == one(
            "(SELECT count(*) FROM history_orders WHERE NOT is_cancelled)"
        )
        assert one("coalesce((SELECT sum(n_new_customers) FROM revenue_by_month), 0)") == one(
            "(SELECT count(*) FROM history_customers WHERE is_buyer)"
        )
        kept = """customer_id IN (SELECT customer_id FROM history_customers WHERE is_buyer)"""
        assert one("coalesce((SELECT sum(revenue) FROM cohorts), 0)") == one(
            f"""coalesce((SELECT sum(revenue) FROM history_orders WHERE {kept}), 0)
            - coalesce((SELECT sum(amount) FROM history_returns WHERE counts_as_revenue AND {kept}), 0)"""
        )

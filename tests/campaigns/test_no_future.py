"""Law 1: nothing that happens at or after the cut-off changes who is proposed, or in which arm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.campaigns.build import build_campaigns
from regulars.campaigns.recipes import our_recipes
from regulars.campaigns.tables import CAMPAIGN_TABLES
from regulars.features.build import build_features
from regulars.segments.build import build_segments
from regulars.settings import Campaigns, Predictions, Settings
from regulars.terms.windows import Cutoff, Horizon
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_orders, six_customer_sign_ups
from regulars.testing.strategies import Shop, cutoffs, later_events, shops
from regulars.testing.walls import built
from regulars.warehouse.history import History

SIX = Shop(six_customer_orders(), six_customer_sign_ups())
EVERYBODY = Settings(
    predictions=Predictions(contact_cost=0),
    campaigns=Campaigns.model_validate({
        "holdout_share": 0.4,
        "recipes": [
            {"name": "buyers", "title": "Buyers", "gains": "order", "reason": "{revenue_to_date} {n_orders} {country}",
             "conditions": [{"column": "n_orders", "test": "at_least", "value": 1}]},
            *(recipe.model_dump() | {"least_confidence": None} for recipe in our_recipes()),
        ],
    }),
)  # fmt: skip


def proposed(shop: Shop, cutoff: Cutoff) -> dict[str, list[dict[str, Any]]]:
    with built(shop) as engine:
        history = History(engine, cutoff)
        build_features(history, 30)
        build_segments(history, EVERYBODY)
        build_campaigns(history, Horizon(30, "as tests like it"), EVERYBODY)
        return {
            spec.name: engine.rows(f"SELECT * FROM {spec.name} ORDER BY {', '.join(spec.key)}")
            for spec in CAMPAIGN_TABLES
        }


def test_the_six_customer_shop_is_written_to_as_if_the_rest_had_not_happened() -> None:
    found = proposed(SIX, SIX_CUSTOMERS_CUTOFF)
    assert found == proposed(SIX.before(SIX_CUSTOMERS_CUTOFF), SIX_CUSTOMERS_CUTOFF)
    assert {row["customer_id"]: row["campaign"] for row in found["campaigns"]}["eve"] == "onboarding"


@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_later_event_is_seen(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=6)), data.draw(cutoffs())
    more = shop.with_events(*data.draw(later_events(shop, cutoff)))
    assert proposed(more, cutoff) == proposed(shop.before(cutoff), cutoff)

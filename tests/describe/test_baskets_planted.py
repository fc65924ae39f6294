"""The synthetic shop sells some products with others on purpose: these pairs are found, and found first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regulars.demo.catalog import Catalog
from regulars.demo.shop import write_shop
from regulars.describe.baskets.build import build_baskets
from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.landing import land
from regulars.settings import Baskets, Settings
from regulars.terms.money import Currency
from regulars.terms.progress import Silence
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff
from regulars.warehouse.history import History


@pytest.mark.slow
def test_what_was_planted_is_found_first(tmp_path: Path) -> None:
    shop = write_shop(tmp_path, customers=800, seed=3)
    catalog = Catalog.of(np.random.default_rng(3))
    planted = {
        frozenset((catalog.product_ids[place], catalog.product_ids[other]))
        for place, other in enumerate(catalog.complement)
        if other >= 0
    }
    with DuckDBEngine() as engine:
        land(engine, [str(path) for path in shop.paths], Settings(), Silence())
        build(engine, Settings(), Silence())
        engine.execute("CREATE TEMP TABLE segments (customer_id VARCHAR, segment VARCHAR)")
        build_baskets(History(engine, default_cutoff(engine)), Baskets(), Currency("EUR"))
        rules = engine.rows(
            "SELECT antecedent, consequent FROM basket_rules WHERE level = 'product' AND p_adjusted <= 0.05 "
            "AND antecedent < consequent ORDER BY rule_lift_damped DESC, antecedent"
        )
        own = engine.rows("SELECT DISTINCT source FROM product_categories")
    found = [frozenset((rule["antecedent"], rule["consequent"])) in planted for rule in rules]
    assert sum(found[:20]) >= 16, found[:30]
    assert sum(found) > 25, sum(found)
    assert own == [{"source": "data"}]

"""Shops of a few baskets, and what is made of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from regulars.describe.baskets.build import build_baskets
from regulars.describe.baskets.tables import BASKET_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Baskets, Settings
from regulars.terms.money import Currency
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

AT = Cutoff(datetime(2026, 3, 1))
Row = dict[str, Any]
NAMES = {"T": "Green tea", "C": "Large cup", "K": "Milk jug", "U": "Sugar bowl"}


def basket(number: int, products: Iterable[str], customer_id: str | None = "ann", **more: Any) -> list[Row]:
    """Return the lines of an order, one unit at 2.00 of each product; products are letters."""
    return [
        {
            "order_id": f"{number:04d}", "customer_id": customer_id, "ordered_at": datetime(2026, 1, 1 + number % 28, 10),
            "product_id": product, "description": NAMES.get(product, f"Thing {product}"), "quantity": Decimal(1),
            "unit_price": Decimal(2), **more,
        }
        for product in products
    ]  # fmt: skip


def baskets_of(*products: str, **more: Any) -> list[Row]:
    return [row for number, some in enumerate(products) for row in basket(number, some, **more)]


class Found:
    """The tables that were made of a shop's baskets, and the facts."""

    def __init__(
        self,
        orders: Sequence[Row],
        segments: dict[str, str] | None = None,
        settings: Baskets | None = None,
        shuffled: int | None = None,
    ) -> None:
        rows = list(orders)
        if shuffled is not None:
            random.Random(shuffled).shuffle(rows)
        self.engine = DuckDBEngine()
        land_rows(self.engine, rows)
        build(self.engine, Settings())
        self.engine.execute("CREATE TEMP TABLE segments (customer_id VARCHAR, segment VARCHAR)")
        for who, segment in (segments or {}).items():
            self.engine.execute(
                "INSERT INTO segments VALUES ($who, $segment)", {"who": who, "segment": segment}
            )
        made = build_baskets(History(self.engine, AT), settings or Baskets(least_baskets=2), Currency("GBP"))
        self.facts = {fact["fact"]: fact for fact in made}

    def rows(self, table: str, where: str = "TRUE") -> list[Row]:
        return self.engine.rows(f"SELECT * FROM {table} WHERE {where} ORDER BY ALL")

    def rules(self, level: str = "product") -> dict[tuple[str, str], Row]:
        return {
            (row["antecedent"], row["consequent"]): row
            for row in self.rows("basket_rules", f"level = '{level}'")
        }

    def categories(self) -> dict[str, str]:
        return {row["product_id"]: row["category"] for row in self.rows("product_categories")}

    def tables(self) -> dict[str, list[Row]]:
        return {spec.name: self.rows(spec.name) for spec in BASKET_TABLES}

    @property
    def said(self) -> str:
        return " ".join(fact["sentence"] for fact in self.facts.values())

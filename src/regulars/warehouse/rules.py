"""Rules that a shop can edit, as small tables that the cleaning queries join.

Patterns are matched against the whole product code, description, customer id or address, in upper case; ``*`` stands
for anything and every other character for itself.
"""

from __future__ import annotations

from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.currency import shop_currency
from regulars.settings import Settings

NO_RULE = 2_147_483_647
"""Rank of a line that no rule fits: a product."""


def like_pattern(pattern: str) -> str:
    r"""Write a pattern for SQL's LIKE with ``\`` as its escape.

    >>> like_pattern("gift_*"), like_pattern("50%")
    ('GIFT\\_%', '50\\%')
    """
    escaped = pattern.strip().upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def put_rules(engine: DuckDBEngine, settings: Settings) -> None:
    """Make the tables `stg_line_rules`, `stg_kinds`, `stg_statuses`, `stg_test_patterns` and `stg_rates`."""
    own = shop_currency(engine, settings).code
    counted = set(settings.revenue.counted_kinds)
    rules = list(enumerate(settings.cleaning.line_rules, start=1))
    line_rules = [
        {"rank": rank, "field": field, "pattern": like_pattern(pattern)}
        for rank, rule in rules
        for field, patterns in (("product_id", rule.product_ids), ("description", rule.descriptions))
        for pattern in patterns
    ]
    kinds = [
        {"rank": rank, "kind": rule.kind, "counts_as_revenue": rule.kind in counted} for rank, rule in rules
    ]
    kinds.append({"rank": NO_RULE, "kind": "product", "counts_as_revenue": "product" in counted})
    statuses = {word.strip().lower(): meaning for word, meaning in settings.cleaning.statuses.items()}
    rates = {code: rate for code, rate in settings.shop.exchange_rates.items() if code != own}
    engine.put("stg_line_rules", {"rank": "INTEGER", "field": "VARCHAR", "pattern": "VARCHAR"}, line_rules)
    engine.put("stg_kinds", {"rank": "INTEGER", "kind": "VARCHAR", "counts_as_revenue": "BOOLEAN"}, kinds)
    engine.put(
        "stg_statuses",
        {"word": "VARCHAR", "meaning": "VARCHAR"},
        [{"word": word, "meaning": meaning} for word, meaning in statuses.items()],
    )
    engine.put(
        "stg_test_patterns",
        {"pattern": "VARCHAR"},
        [{"pattern": like_pattern(pattern)} for pattern in settings.cleaning.test_customers],
    )
    engine.put(
        "stg_rates",
        {"currency": "VARCHAR", "rate": "DOUBLE"},
        [{"currency": code.upper(), "rate": rate} for code, rate in rates.items()],
    )

"""Rules that a shop can edit, as small tables that the cleaning queries join.

Patterns are matched against the whole product code, description, customer id or address, in upper case; ``*`` stands
for anything and every other character for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.errors import InputError
from regulars.settings import Settings
from regulars.terms.money import NO_CURRENCY, Currency

NO_RULE = 2_147_483_647
"""Rank of a line that no rule fits: a product."""


def like_pattern(pattern: str) -> str:
    r"""Write a pattern for SQL's LIKE with ``\`` as its escape.

    >>> like_pattern("gift_*"), like_pattern("50%")
    ('GIFT\\_%', '50\\%')
    """
    escaped = pattern.strip().upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def shop_currency(engine: DuckDBEngine, settings: Settings) -> Currency:
    """Return the currency of all amounts: the setting, else the only one in the data, else XXX (no currency).

    Raises
    ------
    InputError
        When rows are in a currency for which the settings have no rate.
    """
    found = [
        row["currency"]
        for row in engine.rows(
            "SELECT DISTINCT upper(trim(currency)) AS currency FROM raw_order_lines "
            "WHERE nullif(trim(currency), '') IS NOT NULL ORDER BY currency"
        )
    ]
    own = settings.shop.currency or (found[0] if len(found) == 1 else None)
    missing = [code for code in found if code != own and code not in settings.shop.exchange_rates]
    if own is None and found:
        own, missing = None, found
    if missing:
        chosen = settings.shop.currency or found[0]
        rates = ", ".join(f"{code} = 1.0" for code in found if code != chosen)
        raise InputError(
            f"amounts are in {len(found)} currencies ({', '.join(found)}) and there is no rate for "
            f"{', '.join(code for code in missing if code != chosen)}",
            hint=f'put into regulars.toml, with your rates:\n[shop]\ncurrency = "{chosen}"\n'
            f"exchange_rates = {{ {rates} }}",
        )
    return Currency(own or NO_CURRENCY)


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
    _put(engine, "stg_line_rules", {"rank": "INTEGER", "field": "VARCHAR", "pattern": "VARCHAR"}, line_rules)
    _put(engine, "stg_kinds", {"rank": "INTEGER", "kind": "VARCHAR", "counts_as_revenue": "BOOLEAN"}, kinds)
    _put(
        engine,
        "stg_statuses",
        {"word": "VARCHAR", "meaning": "VARCHAR"},
        [{"word": word, "meaning": meaning} for word, meaning in statuses.items()],
    )
    _put(
        engine,
        "stg_test_patterns",
        {"pattern": "VARCHAR"},
        [{"pattern": like_pattern(pattern)} for pattern in settings.cleaning.test_customers],
    )
    _put(
        engine,
        "stg_rates",
        {"currency": "VARCHAR", "rate": "DOUBLE"},
        [{"currency": code.upper(), "rate": rate} for code, rate in rates.items()],
    )


def _put(
    engine: DuckDBEngine, table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
) -> None:
    import pyarrow as pa

    described = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(table)} ({described})")
    if rows:
        engine.insert_arrow(table, pa.Table.from_pylist([dict(row) for row in rows]))

"""The one currency that all amounts are in."""

from __future__ import annotations

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.settings import Settings
from regulars.terms.money import NO_CURRENCY, Currency


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
        named = (
            f"{len(found)} currencies ({', '.join(found)})"
            if len(found) > 1
            else f"{found[0]}, not {chosen},"
        )
        raise InputError(
            f"amounts are in {named} and there is no rate for "
            f"{', '.join(code for code in missing if code != chosen)}",
            hint=f'put into regulars.toml, with your rates:\n[shop]\ncurrency = "{chosen}"\n'
            f"exchange_rates = {{ {rates} }}",
        )
    return Currency(own or NO_CURRENCY)

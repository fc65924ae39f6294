"""Money: how an amount in the shop's currency is written for people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SYMBOLS = {
    "GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "NZD": "NZ$", "KRW": "₩", "ILS": "₪", "TRY": "₺", "PLN": "zł ", "CHF": "CHF ", "SEK": "SEK ",
    "NOK": "NOK ", "DKK": "DKK ", "CZK": "CZK ", "ZAR": "R ", "MXN": "MX$", "SGD": "S$", "HKD": "HK$",
}  # fmt: skip
NO_CURRENCY = "XXX"
"""ISO 4217's code for no currency: amounts are written without a symbol."""
MONEY_TYPE = "DECIMAL(18,4)"
"""Every amount in a table: exact, so that sums are equal from run to run."""


@dataclass(frozen=True)
class Currency:
    """A currency by its ISO 4217 code.

    >>> Currency("GBP").text(3018.62), Currency("GBP").text(-4.5, decimals=2), Currency("XXX").text(12)
    ('£3,019', '−£4.50', '12')
    >>> Currency("GBP").name, Currency("XXX").name
    ('GBP', 'a currency that the data does not name')
    """

    code: str

    @property
    def name(self) -> str:
        """Say which currency it is, at the end of a sentence."""
        return "a currency that the data does not name" if self.code == NO_CURRENCY else self.code

    @property
    def symbol(self) -> str:
        if self.code == NO_CURRENCY:
            return ""
        return SYMBOLS.get(self.code, f"{self.code} ")

    def text(self, amount: float | Decimal, decimals: int = 0) -> str:
        """Write an amount in full, with thousands separators; never shortened to K or M."""
        digits = f"{abs(amount):,.{decimals}f}"
        sign = "−" if amount < 0 and digits.strip("0.,") else ""
        return f"{sign}{self.symbol}{digits}"

"""What every section is made from: one release, its currency, and rows that JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from regulars.engines.queries import load
from regulars.terms.money import Currency

if TYPE_CHECKING:
    from regulars.publish.reader import Reader

Row = dict[str, Any]
ROOM = "regulars.publish.report"


@dataclass(frozen=True)
class Material:
    """A release to be summarized."""

    reader: Reader

    @property
    def currency(self) -> Currency:
        return Currency(self.reader.manifest.shop.currency)

    def has(self, table: str) -> bool:
        return table in self.reader.manifest.tables

    def rows(self, table: str) -> list[Row]:
        """Return all rows of a small table; of none when the release has no such table."""
        return [plain(row) for row in self.reader.table(table).to_pylist()] if self.has(table) else []

    def ask(self, question: str, **params: Any) -> list[Row]:
        """Return the rows of one of our `.sql` files; these are few, whatever the number of customers."""
        text = load(ROOM, f"queries/{question}").text
        return [plain(row) for row in self.reader.sql(text, params or None).to_pylist()]


def plain(row: Mapping[str, Any]) -> Row:
    """Turn a row into what JSON can hold: exact decimals become numbers, instants ISO text, NaN nothing."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

"""What every search stands on: the history, the shop's last year, its currency, and the thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from regulars.engines.queries import Query, load
from regulars.terms import phrases

if TYPE_CHECKING:
    from regulars.settings import Insights
    from regulars.terms.money import Currency
    from regulars.warehouse.history import History

ROOM = "regulars.insights"
YEAR_DAYS = 365


@dataclass(frozen=True)
class Ground:
    """A history to be searched at its cut-off.

    ``standing`` is the row of `standing.sql`: what the shop did in the last 365 days.
    """

    history: History
    settings: Insights
    currency: Currency
    horizon_days: int
    standing: dict[str, Any]

    @property
    def end(self) -> date:
        """The day after the last observed one."""
        return self.history.cutoff.last_observed_day + timedelta(days=1)

    @property
    def year_start(self) -> date:
        """The first of the last 365 days, or of the history where it is shorter."""
        first: date = self.standing["first_day"] or self.end
        return max(first, self.end - timedelta(days=YEAR_DAYS))

    @property
    def year_words(self) -> str:
        """How the last year is called: it may be shorter than a year."""
        days = self.standing["history_days"]
        return "last 365 days" if days >= YEAR_DAYS else f"{phrases.count(days, 'day')} of history"

    @property
    def least_money(self) -> float:
        """What touches less is not worth a sentence."""
        return float(self.settings.least_money_share * max(self.standing["revenue"], 0.0))

    def money(self, amount: float) -> str:
        return self.currency.text(amount)

    def query(self, name: str) -> Query:
        return load(ROOM, name)

    def rows(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of one of our `.sql` files."""
        return self.history.engine.rows(self.query(name), {**self.history.parameters, **values})

    def row(self, name: str, **values: Any) -> dict[str, Any]:
        """Return the only row of one of our `.sql` files."""
        (only,) = self.rows(name, **values)
        return only


def text(value: str) -> str:
    """Write a text for SQL, whatever is in it.

    >>> text("L'Oréal")
    "'L''Oréal'"
    """
    return "'" + value.replace("'", "''") + "'"


def days_query(table: str, column: str, start: date, end: date, more: str = "") -> str:
    """Return the query that opens the rows of a published table in a stretch of days."""
    return f"SELECT * FROM {table} WHERE {column} >= '{start}' AND {column} < '{end}'{more} ORDER BY ALL"  # noqa: S608

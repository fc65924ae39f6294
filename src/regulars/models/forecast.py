"""History → revenue of the months ahead, of existing customers and of those yet to come, judged at past months.

Four steps, each plain enough to be told in a sentence:

1. The revenue with a known customer is drawn on by one of a handful of rules: last year's month, with all, half or
   none of the growth since, or the mean of the last months. The plainest stays until another was clearly better at
   past origins; with less than a year of history the season cannot be known, and the means are all there is.
2. Existing customers bring the share of it that those known at past origins brought so many months later.
3. New customers: as many as came lately, more or fewer with the season, times what new ones had brought by then. Both
   are scaled to add up to what was drawn on in the first step.
4. The interval is as wide as the forecast was wrong at past origins.

Whoever bought before the data begins looks new at the first purchase in it. For about a year new customers are
therefore expected to bring too much and existing ones too little; their sum is not touched by it.

Time: the history alone. At a past origin nothing is used that came at or after it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import quoted
from regulars.engines.queries import Query
from regulars.models.forecast_pieces import YEAR, Pieces
from regulars.models.forecast_rules import RULES, best_rule, expected_by_part
from regulars.models.forecast_tables import FORECAST, FORECAST_BACKTEST
from regulars.models.forecast_words import note, without_forecast
from regulars.terms.money import NO_CURRENCY, Currency

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.terms.tables import TableSpec
    from regulars.warehouse.history import History

MOST_MONTHS = 12
ERRORS_KEPT = 24
USUAL_ERROR, SEASONLESS_ERROR, USUAL_WEIGHT = 0.2, 0.35, 2
"""An interval begins as if at two earlier origins the forecast had been off by a fifth, or by a third while the season
is not known; then its own errors take over. Without the season it stays at least that wide."""
TAIL = 0.1
Row = dict[str, Any]


def forecast(history: History, settings: Settings, months: int = 3) -> None:
    """Make the temporary tables ``forecast`` and ``forecast_backtest``.

    Parameters
    ----------
    months
        Whole months ahead, 1 to 12; the rest of a month in progress comes on top.

    Time: orders and returns before the cut-off.
    Null means: less than two months of history; the note says so.

    >>> from regulars.settings import Settings
    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> from regulars.warehouse.history import History
    >>> with six_customer_warehouse() as engine:
    ...     forecast(History(engine, SIX_CUSTOMERS_CUTOFF), Settings(), months=1)
    ...     for row in engine.rows("FROM forecast WHERE part = 'all'"):
    ...         print(row["month"], row["expected_revenue"], row["note"])
    2026-03-01 None There are 55 days of history; a forecast needs two whole months, to see how many customers come
    back and how many are new.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"{months} months ahead; the forecast reaches from 1 to {MOST_MONTHS}")
    pieces = Pieces.read(history)
    rows: list[Row] = []
    proof: list[Row] = []
    if pieces is not None:
        outlook = Outlook(pieces, months)
        proof = outlook.past
        rows = [
            _published(row, outlook, Currency(settings.shop.currency or NO_CURRENCY)) for row in outlook.ahead
        ]
    _keep(history.engine, FORECAST, rows)
    _keep(history.engine, FORECAST_BACKTEST, proof)


class Outlook:
    """The forecast at the cut-off, and at every past origin as it would have been made then."""

    def __init__(self, pieces: Pieces, months: int) -> None:
        self.pieces = pieces
        self.aheads = range(months + 1 if pieces.in_progress else months)
        self.parts = ("existing", "new", *(["untracked"] if pieces.untracked.any() else []), "all")
        self.record: dict[tuple[int, str], list[Row]] = defaultdict(list)
        """What was forecast at past origins and what came, by month ahead and part; origins in the order of time."""
        for origin in pieces.origins:
            for row in self._at(origin):
                if self._is_over(row, pieces.now):
                    self.record[row["ahead"], row["part"]].append(self._judged(row))
        self.ahead = self._at(pieces.now) or [
            self._row(pieces.now, ahead, part) for ahead in self.aheads for part in self.parts
        ]
        """One row per month ahead of the cut-off and part."""

    @property
    def past(self) -> list[Row]:
        """One row per past origin, month ahead that is over by now, and part."""
        return sorted(chain.from_iterable(self.record.values()), key=itemgetter("place", "ahead"))

    def _is_over(self, row: Row, until: int) -> bool:
        window = self.pieces.window(row["place"], row["ahead"])
        return window.stop <= until and self.pieces.days(window) > 0

    def _at(self, origin: int) -> list[Row]:
        """Return the forecast at an origin; nothing where no earlier origin can tell old from new customers."""
        pieces = self.pieces
        if not pieces.over(0, origin):
            return []
        rule = best_rule(pieces, origin, self.aheads)
        rows = []
        for ahead in self.aheads:
            expected = expected_by_part(pieces, rule, origin, ahead)
            expected["all"] = sum(expected.values())
            for part in self.parts:
                row = self._row(origin, ahead, part)
                row["rule"] = rule
                spread = self._spread(row, expected)
                row |= {
                    "expected": expected[part],
                    "whole": expected["all"],
                    "low": max(expected[part] - spread, 0.0),
                    "high": expected[part] + spread,
                }
                rows.append(row)
        return rows

    def _row(self, origin: int, ahead: int, part: str) -> Row:
        window = self.pieces.window(origin, ahead)
        return {
            "place": origin,
            "origin": self.pieces.starts(origin),
            "ahead": ahead,
            "part": part,
            "horizon_months": ahead + (0 if self.pieces.in_progress else 1),
            "month": self.pieces.month(window.start).date(),
            "starts_on": self.pieces.starts(window.start).date(),
        }

    def _spread(self, row: Row, expected: dict[str, float]) -> float:
        """Return how far to each side the interval reaches.

        By the errors, as parts of the whole revenue expected, at past origins that knew as much of the season.
        """
        from scipy.special import stdtrit

        whole, seasonal = expected["all"], row["rule"].seasonal
        if whole <= 0:
            return 0.0
        usual = (USUAL_ERROR if seasonal else SEASONLESS_ERROR) * expected[row["part"]] / whole
        errors = [
            (one["actual"] - one["expected"]) / one["whole"]
            for one in self.record[row["ahead"], row["part"]]
            if one["rule"].seasonal == seasonal and one["whole"] > 0 and self._is_over(one, row["place"])
        ][-ERRORS_KEPT:]
        weight = len(errors) + USUAL_WEIGHT
        error = math.sqrt((sum(e * e for e in errors) + USUAL_WEIGHT * usual**2) / weight)
        return whole * (error if seasonal else max(error, usual)) * float(stdtrit(weight, 1 - TAIL))

    def _judged(self, row: Row) -> Row:
        """Put beside a forecast what came, and what the baselines would have said."""
        origin, ahead, part = row["place"], row["ahead"], row["part"]
        pieces = self.pieces
        everybody_is_new = 0 if part in ("untracked", "all") else 2
        needs = pieces.first + everybody_is_new

        def came(then: int) -> float | None:
            return pieces.came(part, then, ahead) if then >= needs else None

        return row | {
            "actual": pieces.came(part, origin, ahead),
            "same_month_last_year": came(origin - YEAR),
            "last_month": came(origin - 2 * ahead - 2),
        }


def _published(row: Row, outlook: Outlook, currency: Currency) -> Row:
    if "rule" not in row:
        days = (row["origin"].date() - outlook.pieces.first_day.date()).days
        return row | {"note": without_forecast(days)}
    past = outlook.record[row["ahead"], row["part"]]
    knows_a_year = any(one.seasonal and one.fits(outlook.pieces, row["place"]) for one in RULES)
    words = note(row["rule"], past, currency, knows_a_year=knows_a_year)
    return row | {"expected_revenue": row["expected"], "note": words}


def _keep(engine: DuckDBEngine, spec: TableSpec, rows: Sequence[Row]) -> None:
    """Make the temporary table of a spec from rows, with the spec's types."""
    import pyarrow as pa

    plain = [row | {"rule": row["rule"].name} if "rule" in row else row for row in rows]
    computed = pa.table({name: pa.array([row.get(name) for row in plain]) for name in spec.column_names})
    columns = ", ".join(
        f"CAST({quoted(column.name)} AS {column.type}) AS {quoted(column.name)}" for column in spec
    )
    with engine.registered("forecast_rows", computed):
        engine.create(spec.name, Query(spec.name, f"SELECT {columns} FROM forecast_rows", {}), temporary=True)  # noqa: S608

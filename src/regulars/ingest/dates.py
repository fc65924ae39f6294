"""Dates: one reading for a whole column, never row by row.

Every value is reduced to its form (digits become 9: ``99/9/9999 9:99``); the few forms of a column say how it can be
read. Guaranteed:

* the order of day, month and year is that of the whole column; when two orders fit, it is asked, with both readings shown;
* a column in which some rows can only be read one way and others only another is refused, and rows are named;
* instants with an offset are converted to the shop's clock; others are on it already;
* a year before 1900 or after 2199 is not a date, and neither is 31 June;
* whether there are hours is said of the column: a column of midnights has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import MappingUnclear
from regulars.ingest.cells import Forms, literal
from regulars.ingest.date_forms import ORDERS, Form, Order, form_of
from regulars.ingest.sources.table import ROW_NUMBER


@dataclass(frozen=True)
class DateReading:
    """How a column of instants is read."""

    order: Order | None = None
    formats: tuple[str, ...] = ()
    zoned: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    native: str = ""
    """The type that the source itself gives: DATE, TIMESTAMP or TIMESTAMP WITH TIME ZONE."""
    has_hours: bool = False
    first: datetime | None = None
    last: datetime | None = None
    sentence: str = ""

    def sql(self, text: str, timezone: str) -> str:
        """Return the expression that makes an instant on the shop's clock of an expression that yields text."""
        zone = literal(timezone)
        if self.native:
            return f"timezone({zone}, {text})" if "ZONE" in self.native else f"CAST({text} AS TIMESTAMP)"
        for old, new in self.replaced:
            text = f"replace({text}, {literal(old)}, {literal(new)})"
        tries = []
        if self.formats:
            tries.append(f"try_strptime({text}, [{', '.join(map(literal, self.formats))}])")
        if self.zoned:
            moment = f"try_strptime({_with_offset(text)}, [{', '.join(map(literal, self.zoned))}])"
            tries.append(f"timezone({zone}, CAST({moment} AS TIMESTAMP WITH TIME ZONE))")
        tries += [_of_number(kind, text, zone) for kind in self.numbers]
        if not tries:
            return "CAST(NULL AS TIMESTAMP)"
        instant = tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"
        return f"(CASE WHEN {instant} BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2199-12-31 23:59:59.999999' THEN {instant} END)"

    def record(self) -> dict[str, Any]:
        """Return what is kept of it with the load."""
        kept = {
            "order": self.order,
            "formats": [*self.formats, *self.zoned],
            "numbers": list(self.numbers),
            "native": self.native,
        }
        return {name: value for name, value in kept.items() if value}


def _with_offset(text: str) -> str:
    return f"regexp_replace({text}, ' ?(Z|UTC|GMT)$', '+00')"


def _of_number(kind: str, text: str, zone: str) -> str:
    if kind == "excel_serial":  # days since 1899-12-30, rounded to the second
        days = f"TRY_CAST({text} AS DOUBLE)"
        return (
            f"(CASE WHEN {days} BETWEEN 20000 AND 80000"
            f" THEN TIMESTAMP '1899-12-30' + to_seconds(CAST(round({days} * 86400) AS BIGINT)) END)"
        )
    digits = "9,10" if kind == "epoch_seconds" else "13"
    scale = 1_000_000 if kind == "epoch_seconds" else 1_000
    micros = f"make_timestamp(CAST({text} AS BIGINT) * {scale})"
    utc = f"CAST(timezone('UTC', {micros}) AS TIMESTAMP WITH TIME ZONE)"
    return f"(CASE WHEN regexp_full_match({text}, '[0-9]{{{digits}}}') THEN timezone({zone}, {utc}) END)"


def infer(
    engine: DuckDBEngine,
    relation: str,
    text: str,
    *,
    column: str,
    table: str,
    timezone: str = "UTC",
    order: Order | None = None,
    lines: str = "",
    ask: Callable[[str, Sequence[str]], str] | None = None,
    seen: Forms | None = None,
) -> DateReading | None:
    """Return how a column of text is read as instants, or None when it holds no dates.

    Parameters
    ----------
    engine, relation, text
        Where the column is: a relation (quoted) and the expression that yields its text.
    column, table
        How messages call it.
    timezone
        The shop's clock.
    order
        What the settings say; then nothing is asked.
    lines
        The head of the TOML lines that a hint shows, to which ``date_order`` is added.
    ask
        Answers when two orders fit.
    seen
        The forms of the column, when somebody has looked at them.

    Raises
    ------
    MappingUnclear
        Two orders fit the whole column, or rows contradict each other.
    """
    written = seen or Forms.of(engine, relation, text)
    forms = [form for example in written.examples if (form := form_of(example))]
    if not forms:
        return None
    replaced = tuple(dict.fromkeys(pair for form in forms for pair in form.replaced))
    fixed = [form for form in forms if form.fixed or form.number]
    loose = [form for form in forms if form.formats]
    certain = _reading(None, fixed, (), replaced)
    if not loose:
        return _seen(engine, relation, text, certain, timezone)
    readings = {
        each: _reading(each, [], loose, replaced)
        for each in ORDERS
        if any(each in form.formats for form in loose)
    }
    if order:
        chosen = _reading(order, fixed, loose, replaced)
        return _seen(engine, relation, text, chosen, timezone)
    facts = _compare(engine, relation, text, {None: certain, **dict(readings.items())}, timezone)
    short_years = any("%y" in text for form in loose for text in form.formats.values())
    chosen_order = _choose(facts, list(readings), column, table, lines, ask, short_years=short_years)
    return None if chosen_order is None else _seen(engine, relation, text, readings[chosen_order], timezone)


def _reading(
    order: Order | None, fixed: Iterable[Form], loose: Iterable[Form], replaced: tuple[tuple[str, str], ...]
) -> DateReading:
    plain: dict[str, None] = {}
    zoned: dict[str, None] = {}
    numbers: dict[str, None] = {}
    for form in [*fixed, *loose]:
        text = form.fixed or (form.formats.get(order, "") if order else "")
        if text:
            (zoned if form.zoned else plain)[text] = None
        if form.number:
            numbers[form.number] = None
    return DateReading(order, tuple(plain), tuple(zoned), tuple(numbers), replaced)


def _seen(
    engine: DuckDBEngine, relation: str, text: str, reading: DateReading, timezone: str
) -> DateReading | None:
    """Add the first and last instant, and whether there are hours; None when nothing can be read."""
    instant = reading.sql(text, timezone)
    row = engine.row(
        f"SELECT min(t) AS first, max(t) AS last, coalesce(bool_or(CAST(t AS TIME) <> TIME '00:00:00'), false) AS hours"  # noqa: S608
        f" FROM (SELECT {instant} AS t FROM {relation})"
    )
    if row["first"] is None:
        return None
    return DateReading(
        reading.order, reading.formats, reading.zoned, reading.numbers, reading.replaced, reading.native,
        row["hours"], row["first"], row["last"], _sentence(reading, row),
    )  # fmt: skip


def native(engine: DuckDBEngine, relation: str, column: str, kind: str, timezone: str) -> DateReading | None:
    """Return how a column is read that has instants already; `column` is quoted, `kind` is its type."""
    return _seen(engine, relation, column, DateReading(native=kind), timezone)


def _sentence(reading: DateReading, row: dict[str, Any]) -> str:
    how = {"year_first": "year first", "day_first": "day first", "month_first": "month first", None: ""}[
        reading.order
    ]
    kinds = [
        how,
        *(kind.replace("_", " ") for kind in reading.numbers),
        "offsets converted" if reading.zoned else "",
    ]
    span = f"{row['first']:%Y-%m-%d} … {row['last']:%Y-%m-%d}"
    return ", ".join(part for part in (span, *kinds, "" if row["hours"] else "no hours") if part)


def _compare(
    engine: DuckDBEngine, relation: str, text: str, readings: dict[Order | None, DateReading], timezone: str
) -> dict[str, Any]:
    """Return, for each order, how many rows it can read, which only it can, and from when to when."""
    names = {order: order or "certain" for order in readings}
    columns = ", ".join(
        f"{reading.sql(text, timezone)} AS {names[order]}" for order, reading in readings.items()
    )
    orders = [name for order, name in names.items() if order]
    facts = []
    for name in names.values():
        others = [f"{other} IS NULL" for other in names.values() if other != name]
        alone = f"{name} IS NOT NULL AND {' AND '.join(others)}"
        facts += [
            f"count({name}) AS n_{name}", f"min({name}) AS first_{name}", f"max({name}) AS last_{name}",
            f"count(*) FILTER ({alone}) AS alone_{name}", f"min(row_number) FILTER ({alone}) AS row_{name}",
            f"min_by(text, row_number) FILTER ({alone}) AS example_{name}",
        ]  # fmt: skip
    differ = " OR ".join(f"{orders[0]} IS DISTINCT FROM {other}" for other in orders[1:]) or "false"
    return engine.row(
        f"SELECT count(coalesce({', '.join(orders)})) AS n_any, count(*) FILTER ({differ}) AS n_differ,"  # noqa: S608
        f" {', '.join(facts)} FROM (SELECT {ROW_NUMBER} AS row_number, {text} AS text, {columns} FROM {relation})"
    )


def _choose(
    facts: dict[str, Any],
    orders: Sequence[Order],
    column: str,
    table: str,
    lines: str,
    ask: Callable[[str, Sequence[str]], str] | None,
    *,
    short_years: bool,
) -> Order | None:
    if facts["n_any"] == 0 and facts["n_certain"] == 0:
        return None
    fitting = [order for order in orders if facts[f"n_{order}"] == facts["n_any"]]
    if (
        short_years and len(fitting) > 1
    ):  # nobody writes 10-12-01 with the year first when it can be read otherwise
        fitting = [order for order in fitting if order != "year_first"]
    if not fitting or facts["n_certain"]:
        raise _contradiction(facts, [*orders, "certain"], column, table, lines)
    if len(fitting) > 1 and facts["n_differ"]:
        if ask:
            spans = {_span(facts, each): each for each in fitting}
            return spans[ask(f"{table}: how are the dates in {column!r} to be read?", list(spans))]
        raise _both_fit(facts, fitting, column, table, lines)
    return fitting[0]


def _words(order: str) -> str:
    return {"certain": "year first or by the name of the month"}.get(order, order.replace("_", " "))


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _span(facts: dict[str, Any], order: Order) -> str:
    return f"{_words(order)}: {facts[f'first_{order}']:%Y-%m-%d} … {facts[f'last_{order}']:%Y-%m-%d}"


def _both_fit(
    facts: dict[str, Any], fitting: Sequence[Order], column: str, table: str, lines: str
) -> MappingUnclear:
    spans = "; ".join(_span(facts, order) for order in fitting)
    choices = " or ".join(f'date_order = "{order}"' for order in fitting)
    return MappingUnclear(
        f"{table}: the dates in {column!r} can be read in {len(fitting)} ways ({spans})",
        hint=f'say which it is in regulars.toml ({choices}):\n\n{lines}date_order = "{fitting[-1]}"\n',
    )


def _contradiction(
    facts: dict[str, Any], kinds: Sequence[str], column: str, table: str, lines: str
) -> MappingUnclear:
    said = [
        f"{_rows(facts[f'alone_{kind}'])} can only be {_words(kind)} (row {facts[f'row_{kind}']}: {facts[f'example_{kind}']!r})"
        for kind in kinds
        if facts[f"alone_{kind}"]
    ]
    return MappingUnclear(
        f"{table}: the dates in {column!r} are written in different orders: {'; '.join(said)}",
        hint="export the column in one format; or say which order holds, and the rows that contradict it are set aside:\n\n"
        f'{lines}date_order = "day_first"\n',
    )

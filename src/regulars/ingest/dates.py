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

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import MappingUnclear
from regulars.ingest.sources.table import ROW_NUMBER

Order = Literal["year_first", "day_first", "month_first"]
ORDERS: tuple[Order, ...] = ("year_first", "day_first", "month_first")
DIGITS = str.maketrans("0123456789", "9999999999")
FORMS_AT_MOST = 5_000
ABSENT = ("", "NULL", "null", "None", "NaN", "nan", "NaT", "N/A", "n/a", "NA", "#N/A", "-")
"""What exports write where there is nothing."""

MONTHS = (
    ("jan", "january januar janvier janv enero ene janeiro gennaio"),
    ("feb", "february februar février fevrier févr fevr febrero fev febbraio"),
    ("mar", "march märz maerz mrz mär mars marzo março"),
    ("apr", "april avril avr abril abr aprile"),
    ("may", "mai mayo maio maggio mag"),
    ("jun", "june juni juin junio junho giugno giu"),
    ("jul", "july juli juillet juil julio julho luglio lug"),
    ("aug", "august août aout agosto ago"),
    ("sep", "september sept septembre septiembre setembro set settembre"),
    ("oct", "october oktober okt octobre octubre outubro out ottobre ott"),
    ("nov", "november novembre noviembre novembro"),
    ("dec", "december dezember dez décembre decembre déc diciembre dic dezembro dicembre"),
)
_MONTH_OF = {word: short.title() for short, others in MONTHS for word in (short, *others.split())}
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TIME = re.compile(
    r"^(?P<between>,? ?T?| - |, | at )(?P<hour>9?9)(?P<mark>[:.h])(?P<minute>99)(?:(?P=mark)(?P<second>99)(?P<fraction>[.,]9{1,9})?)?"
    r"(?P<half> ?[AaPp]\.?[Mm]\.?)?(?P<zone> ?(?:Z|UTC|GMT|[+-]99(?::?99)?))?$"
)


@dataclass(frozen=True)
class Form:
    """One form of value and what it could mean: a strptime format for each order that it allows."""

    formats: dict[Order, str] = field(default_factory=dict)
    fixed: str = ""
    """The only format there is (year of four digits first, or the month by name)."""
    number: str = ""
    """epoch_seconds, epoch_milliseconds or excel_serial."""
    zoned: bool = False
    replaced: tuple[tuple[str, str], ...] = ()


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
        zone = _literal(timezone)
        if self.native:
            return f"timezone({zone}, {text})" if "ZONE" in self.native else f"CAST({text} AS TIMESTAMP)"
        for old, new in self.replaced:
            text = f"replace({text}, {_literal(old)}, {_literal(new)})"
        tries = []
        if self.formats:
            tries.append(f"try_strptime({text}, [{', '.join(map(_literal, self.formats))}])")
        if self.zoned:
            moment = f"try_strptime({_with_offset(text)}, [{', '.join(map(_literal, self.zoned))}])"
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


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def form_of(value: str) -> Form | None:
    """Return what a form (or a value) could mean, or None when it is no date.

    >>> form_of("12/1/2010 8:26").formats["month_first"], form_of("2010-12-01T08:26:00Z").fixed
    ('%m/%d/%Y %H:%M', '%Y-%m-%dT%H:%M:%S%z')
    >>> form_of("1. Dez. 2010").fixed, form_of("hello") is None
    ('%d. %b. %Y', True)
    """
    form = value.strip().translate(DIGITS)
    if re.fullmatch(r"9{5}(\.9+)?", form):
        return Form(number="excel_serial")
    if numeric := {"9" * 9: "epoch_seconds", "9" * 10: "epoch_seconds", "9" * 13: "epoch_milliseconds"}.get(
        form
    ):
        return Form(number=numeric)
    if compact := {"9" * 14: "%Y%m%d%H%M%S", "9" * 12: "%Y%m%d%H%M"}.get(form):
        return Form(fixed=compact)
    return _with_month_name(form) or _of_digits(form)


def _of_digits(form: str) -> Form | None:
    if found := re.match(r"9999([-/. ])9?9\1 ?9?9", form):
        mark, dates = found[1], {}
        fixed = f"%Y{mark}%m{mark}%d"
    elif found := re.match(r"9?9([-/. ]) ?9?9\1 ?(9999|99)(?!9)", form):
        mark, year = found[1], "%Y" if found[2] == "9999" else "%y"
        dates = {"day_first": f"%d{mark}%m{mark}{year}", "month_first": f"%m{mark}%d{mark}{year}"}
        if re.fullmatch(r"99(.)99(?:.)99", found[0]):
            dates["year_first"] = f"%y{mark}%m{mark}%d"
        fixed = ""
    elif found := re.match(r"99999999(?!9)", form):
        dates, fixed = {"year_first": "%Y%m%d", "day_first": "%d%m%Y", "month_first": "%m%d%Y"}, ""
    else:
        return None
    rest = _time_format(form[found.end() :])
    if rest is None:
        return None
    time, zoned, replaced = rest
    formats: dict[Order, str] = {order: dates[order] + time for order in ORDERS if order in dates}
    return Form(formats, fixed + time if fixed else "", zoned=zoned, replaced=replaced)


def _with_month_name(form: str) -> Form | None:
    """Read ``1 Dec 2010``, ``December 1, 2010``, ``Wed, 01-Dec-10 08:26``, and the same in other languages."""
    replaced: list[tuple[str, str]] = []
    if weekday := re.match(rf"({_WEEKDAY})(,? )", form, re.IGNORECASE):
        replaced.append((weekday[0], ""))
        form = form[weekday.end() :]
    name = next((word for word in re.findall(r"[^\W\d_]{3,}", form) if word.casefold() in _MONTH_OF), "")
    if not name:
        return None
    english = _MONTH_OF[name.casefold()]
    if name.casefold() != english.casefold():
        replaced.append((name, english))
    shaped = form.replace(name, "%b", 1)
    for pattern, day_format in (
        (r"(9?9)([-/. ,]{1,2})%b([-/. ,]{1,2})(9999|99)(?!9)", "%d{0}%b{1}{year}"),
        (r"%b([-/. ]{1,2})(9?9)(,? |[-/])(9999|99)(?!9)", "%b{0}%d{1}{year}"),
        (r"(9999)([-/. ])%b([-/. ])(9?9)", "{year}{0}%b{1}%d"),
    ):
        if found := re.match(pattern, shaped):
            marks = [part for part in found.groups() if "9" not in part]
            year = "%y" if found.groups()[-1] == "99" and "{year}{0}" not in day_format else "%Y"
            rest = _time_format(shaped[found.end() :])
            if rest:
                time, zoned, more = rest
                return Form(
                    fixed=day_format.format(*marks, year=year) + time,
                    zoned=zoned,
                    replaced=(*replaced, *more),
                )
    return None


def _time_format(rest: str) -> tuple[str, bool, tuple[tuple[str, str], ...]] | None:
    """Return the format of what follows the date, whether it has an offset, and what is to be replaced first."""
    if not rest:
        return "", False, ()
    found = _TIME.match(rest)
    if not found:
        return None
    mark = found["mark"]
    text = found["between"] + ("%I" if found["half"] else "%H") + mark + "%M"
    if found["second"]:
        text += f"{mark}%S"
    if found["fraction"]:
        text += found["fraction"][0] + ("%f" if len(found["fraction"]) <= 7 else "%n")
    replaced: tuple[tuple[str, str], ...] = ()
    if half := found["half"]:
        text += " %p" if half.startswith(" ") else "%p"
        if "." in half:
            replaced = ((half.strip(), half.strip().replace(".", "")),)
    if zone := found["zone"]:
        text += " %z" if re.match(r" [+-]", zone) else "%z"
    return text, bool(zone), replaced


def text_of(column: str, absent: Sequence[str] = ABSENT, *, tidy: bool = False) -> str:
    """Return the expression that yields a column as trimmed text, null where there is nothing.

    `column` is quoted; `tidy` says that it needs no trimming and has no word for nothing.
    """
    if tidy:
        return f"CAST({column} AS VARCHAR)"
    words = ", ".join(map(_literal, absent))
    text = f"trim(CAST({column} AS VARCHAR))"
    return f"(CASE WHEN {text} IN ({words}) THEN NULL ELSE {text} END)"


@dataclass(frozen=True)
class Forms:
    """The forms that the cells of a column have, digits written as 9, the most frequent first, each with an example."""

    examples: dict[str, str]
    tidy: bool

    @classmethod
    def of(cls, engine: DuckDBEngine, relation: str, column: str, absent: Sequence[str] = ABSENT) -> Forms:
        """Look at a whole column (or expression that yields text)."""
        rows = engine.rows(
            f"SELECT translate({column}, '0123456789', '9999999999') AS form, min({column}) AS example FROM {relation}"  # noqa: S608
            f" WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, form LIMIT {FORMS_AT_MOST}"
        )
        tidy = len(rows) < FORMS_AT_MOST and all(row["form"] == row["form"].strip(" ") for row in rows)
        examples = {row["form"].strip(" "): row["example"].strip(" ") for row in reversed(rows)}
        kept = {form: example for form, example in reversed(examples.items()) if form not in absent}
        return cls(kept, tidy and len(kept) == len(examples))

    @property
    def has_offsets(self) -> bool:
        """Whether an instant has an offset other than that of UTC."""
        return any(re.search(r":99 ?[+-]99:?(99)?$", form) for form in self.examples) and any(
            not re.search(r"[+-]00:?(00)?$", example) for example in self.examples.values()
        )


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

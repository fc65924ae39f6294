"""A table looked at as a whole: what it is, and how its dates and numbers are read."""

from __future__ import annotations

from dataclasses import replace

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.errors import MappingUnclear
from regulars.ingest import dates, numbers
from regulars.ingest.cells import ABSENT, Forms, literal, text_of
from regulars.ingest.date_forms import Order, form_of
from regulars.ingest.dates import DateReading
from regulars.ingest.mapping import Ask, Mapping, Sample, entry_for, entry_lines, recognize
from regulars.ingest.sources.table import ROW_NUMBER, SourceTable
from regulars.ingest.synonyms import FIELDS, currency_in
from regulars.settings import Settings

SAMPLE_FIRST, SAMPLE_SPREAD = 500, 1_500
NUMBERS_ABSENT = tuple(word for word in ABSENT if word.casefold() != "nan")
NEEDED_TIMES = ("ordered_at",)


def examine(engine: DuckDBEngine, table: SourceTable, settings: Settings, ask: Ask | None = None) -> Mapping:
    """Return the mapping of an open table, with the readings of its dates and numbers.

    Raises
    ------
    MappingUnclear
        As `recognize`; and when dates or numbers could be read in two ways.
    """
    mapping = recognize(table, sample(engine, table), settings, ask)
    types = column_types(engine, table)
    seen = _forms(engine, mapping, types)
    tidy = frozenset(mapping.columns[name] for name, forms in seen.items() if forms.tidy)
    mapping = replace(mapping, tidy=tidy)
    mapping = replace(mapping, dates=_dates(engine, mapping, types, seen, settings, ask))
    mapping = replace(mapping, numbers=_numbers(mapping, types, seen))
    if settings.shop.timezone == "UTC" and any(
        forms.has_offsets for name, forms in seen.items() if name in mapping.dates
    ):
        mapping = mapping.with_notes(
            "instants have an offset and were put on the clock of UTC; set shop.timezone to have hours and days of the shop."
        )
    return replace(mapping, currency=_currency(engine, mapping, seen))


def _currency(engine: DuckDBEngine, mapping: Mapping, seen: dict[str, Forms]) -> str | None:
    """Return the only currency that a column, the signs beside the amounts or the names of their columns tell."""
    if "currency" in mapping.columns:
        column = quoted(mapping.columns["currency"])
        found = engine.rows(
            f"SELECT DISTINCT upper(trim(CAST({column} AS VARCHAR))) AS code FROM {quoted(mapping.table.rows)}"  # noqa: S608
            f" WHERE {column} IS NOT NULL LIMIT 2"
        )
        codes = {row["code"] for row in found if len(row["code"]) == 3}
        return codes.pop() if len(codes) == 1 else None
    signs = {
        sign: example
        for name, forms in seen.items()
        for form, example in forms.examples.items()
        if FIELDS[name].kind == "number" and (sign := numbers.currency_of(form))
    }
    signs |= {
        code: column
        for name, column in mapping.columns.items()
        if FIELDS[name].kind == "number" and (code := currency_in(column))
    }
    return numbers.only_currency(signs, mapping.table.label)


def _forms(engine: DuckDBEngine, mapping: Mapping, types: dict[str, str]) -> dict[str, Forms]:
    """Return the forms of all columns of text that are read as instants or numbers."""
    found = {}
    for name, column in mapping.columns.items():
        kind = FIELDS[name].kind
        if kind in ("time", "number") and types[column] == "VARCHAR" and not is_joined(mapping, name):
            found[name] = (
                Forms.of(engine, quoted(mapping.table.rows), quoted(column), NUMBERS_ABSENT)
                if kind == "number"
                else _forms_of_dates(engine, quoted(mapping.table.rows), quoted(column))
            )
    return found


def _forms_of_dates(engine: DuckDBEngine, relation: str, column: str) -> Forms:
    """Look at the first rows, and of the others only at those that are written in another way."""
    first = Forms.of(engine, relation, column, where=f"{ROW_NUMBER} <= {SAMPLE_FIRST}")
    known = [
        form
        for example in first.examples
        if (form := form_of(example)) and not form.zoned and not form.replaced
    ]
    formats = dict.fromkeys(text for form in known for text in (form.fixed, *form.formats.values()) if text)
    if not formats:
        return Forms.of(engine, relation, column)
    tried = ", ".join(map(literal, formats))
    return first.and_more(
        Forms.of(engine, relation, column, where=f"try_strptime({column}, [{tried}]) IS NULL")
    )


def is_joined(mapping: Mapping, name: str) -> bool:
    """Whether an instant is told by two columns, a date and a time."""
    return name == "ordered_at" and "ordered_time" in mapping.columns


def sample(engine: DuckDBEngine, table: SourceTable) -> Sample:
    """Return the first rows of an open table, and rows spread over it, as text."""
    rows = engine.count(table.rows)
    step = max(1, rows // SAMPLE_SPREAD)
    cells = ", ".join(f"CAST({quoted(column)} AS VARCHAR) AS {quoted(column)}" for column in table.columns)
    found = engine.arrow(
        f"SELECT {cells} FROM {quoted(table.rows)}"  # noqa: S608
        f" WHERE {ROW_NUMBER} <= {SAMPLE_FIRST} OR {ROW_NUMBER} % {step} = 0 ORDER BY {ROW_NUMBER}"
    )
    return {column: found[position].to_pylist() for position, column in enumerate(table.columns)}


def column_types(engine: DuckDBEngine, table: SourceTable) -> dict[str, str]:
    """Return the type of every column of an open table."""
    found = engine.rows(f"DESCRIBE {quoted(table.rows)}")
    return {row["column_name"]: row["column_type"] for row in found}


def time_text(mapping: Mapping, name: str) -> str:
    """Return the expression that yields the text of an instant; a date and a time beside it are joined."""
    theirs = mapping.columns[name]
    text = text_of(quoted(theirs), tidy=theirs in mapping.tidy)
    if is_joined(mapping, name):
        day = f"regexp_replace({text}, '[ T]0?0:00(:00([.]0+)?)?$', '')"
        clock = text_of(quoted(mapping.columns["ordered_time"]))
        return f"(CASE WHEN {text} IS NOT NULL THEN concat_ws(' ', {day}, {clock}) END)"
    return f"regexp_replace({text}, '^([0-9]+)[.]0$', '\\1')" if mapping.table.typed else text


def number_text(mapping: Mapping, name: str) -> str:
    """Return the expression that yields the text of a number; NaN is a value in a text, and none in a typed table."""
    theirs = mapping.columns[name]
    absent = ABSENT if mapping.table.typed else NUMBERS_ABSENT
    return text_of(quoted(theirs), absent, tidy=theirs in mapping.tidy)


def is_native(kind: str) -> bool:
    """Whether a type holds instants."""
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def _dates(
    engine: DuckDBEngine,
    mapping: Mapping,
    types: dict[str, str],
    seen: dict[str, Forms],
    settings: Settings,
    ask: Ask | None,
) -> dict[str, DateReading]:
    """Read every column of instants; one that could be read two ways follows those that cannot."""
    names = [name for name in mapping.columns if FIELDS[name].kind == "time"]
    order = mapping.entry.date_order if mapping.entry else None
    read: dict[str, DateReading] = {}
    unclear: dict[str, MappingUnclear] = {}
    for name in names:
        try:
            found = _date(engine, mapping, name, types, seen, settings, order, None)
        except MappingUnclear as problem:
            unclear[name] = problem
            continue
        if found is not None:
            read[name] = found
    known = next((reading.order for reading in read.values() if reading.order), None)
    for name in unclear:
        found = _date(engine, mapping, name, types, seen, settings, known, ask)
        if found is not None:
            read[name] = found
    for name in NEEDED_TIMES:
        if name in mapping.columns and name not in read and engine.count(mapping.table.rows):
            raise _no_dates(engine, mapping, name)
    return read


def _date(
    engine: DuckDBEngine,
    mapping: Mapping,
    name: str,
    types: dict[str, str],
    seen: dict[str, Forms],
    settings: Settings,
    order: Order | None,
    ask: Ask | None,
) -> DateReading | None:
    column, relation, zone = mapping.columns[name], quoted(mapping.table.rows), settings.shop.timezone
    if is_native(types[column]) and not is_joined(mapping, name):
        return dates.native(engine, relation, quoted(column), types[column], zone)
    return dates.infer(
        engine,
        relation,
        time_text(mapping, name),
        column=column,
        table=mapping.table.label,
        timezone=zone,
        order=order,
        lines=_lines(mapping),
        ask=ask,
        seen=seen.get(name),
    )


def _no_dates(engine: DuckDBEngine, mapping: Mapping, name: str) -> MappingUnclear:
    text = time_text(mapping, name)
    found = engine.rows(
        f"SELECT {text} AS cell FROM {quoted(mapping.table.rows)} WHERE {text} IS NOT NULL ORDER BY {ROW_NUMBER} LIMIT 1"  # noqa: S608
    )
    seen = f"row 1 has {found[0]['cell']!r}" if found else "it is empty"
    return MappingUnclear(
        f"{mapping.table.label}: {mapping.columns[name]!r} was taken for {FIELDS[name].words}, and holds no dates: {seen}",
        hint="name the column with the dates in regulars.toml (2010-12-01 08:26, 1.12.2010, 12/1/2010 and most other "
        f"forms can be read):\n\n{_lines(mapping)}",
    )


def _numbers(mapping: Mapping, types: dict[str, str], seen: dict[str, Forms]) -> numbers.NumberReading:
    names = [name for name in mapping.columns if FIELDS[name].kind == "number"]
    written = {name: seen[name] for name in names if name in seen}
    reading = numbers.infer(
        written,
        columns=mapping.columns,
        table=mapping.table.label,
        decimal=mapping.entry.decimal if mapping.entry else None,
        lines=_lines(mapping),
    )
    return replace(reading, plain=reading.plain | (set(names) - set(written)))


def _lines(mapping: Mapping) -> str:
    return entry_lines(mapping.table, mapping.shape, mapping.columns)


__all__ = ["column_types", "entry_for", "examine", "is_native", "number_text", "sample", "time_text"]

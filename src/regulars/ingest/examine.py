"""A table looked at as a whole: what it is, and how its dates and numbers are read."""

from __future__ import annotations

from dataclasses import replace

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.errors import MappingUnclear
from regulars.ingest import dates, numbers
from regulars.ingest.dates import ABSENT, DateReading, text_of
from regulars.ingest.mapping import Ask, Mapping, Sample, entry_for, entry_lines, recognize
from regulars.ingest.sources.table import ROW_NUMBER, SourceTable
from regulars.ingest.synonyms import FIELDS
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
    mapping = replace(mapping, dates=_dates(engine, mapping, types, settings, ask))
    return replace(mapping, numbers=_numbers(engine, mapping, types, settings))


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
    column = quoted(mapping.columns[name])
    text = text_of(column)
    if name == "ordered_at" and "ordered_time" in mapping.columns:
        day = f"regexp_replace({text}, '[ T]0?0:00(:00([.]0+)?)?$', '')"
        return f"(CASE WHEN {text} IS NOT NULL THEN concat_ws(' ', {day}, {text_of(quoted(mapping.columns['ordered_time']))}) END)"
    return f"regexp_replace({text}, '^([0-9]+)[.]0$', '\\1')" if mapping.table.typed else text


def number_text(mapping: Mapping, name: str) -> str:
    """Return the expression that yields the text of a number; NaN is a value in a text, and no value in a table with types."""
    return text_of(quoted(mapping.columns[name]), ABSENT if mapping.table.typed else NUMBERS_ABSENT)


def is_native(kind: str) -> bool:
    """Whether a type holds instants."""
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def _dates(
    engine: DuckDBEngine, mapping: Mapping, types: dict[str, str], settings: Settings, ask: Ask | None
) -> dict[str, DateReading]:
    """Read every column of instants; one that could be read two ways follows those that cannot."""
    names = [name for name in mapping.columns if FIELDS[name].kind == "time"]
    order = mapping.entry.date_order if mapping.entry else None
    read: dict[str, DateReading] = {}
    unclear: dict[str, MappingUnclear] = {}
    for name in names:
        try:
            found = _date(engine, mapping, name, types, settings, order, None)
        except MappingUnclear as problem:
            unclear[name] = problem
            continue
        if found is not None:
            read[name] = found
    known = next((reading.order for reading in read.values() if reading.order), None)
    for name in unclear:
        found = _date(engine, mapping, name, types, settings, known, ask)
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
    settings: Settings,
    order: dates.Order | None,
    ask: Ask | None,
) -> DateReading | None:
    column, relation, zone = mapping.columns[name], quoted(mapping.table.rows), settings.shop.timezone
    if is_native(types[column]) and not (name == "ordered_at" and "ordered_time" in mapping.columns):
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


def _numbers(
    engine: DuckDBEngine, mapping: Mapping, types: dict[str, str], settings: Settings
) -> numbers.NumberReading:
    names = [name for name in mapping.columns if FIELDS[name].kind == "number"]
    written = [name for name in names if types[mapping.columns[name]] == "VARCHAR"]
    reading = numbers.infer(
        engine,
        quoted(mapping.table.rows),
        {name: number_text(mapping, name) for name in written},
        columns=mapping.columns,
        table=mapping.table.label,
        decimal=mapping.entry.decimal if mapping.entry else None,
        lines=_lines(mapping),
    )
    return replace(reading, plain=reading.plain | (set(names) - set(written)))


def _lines(mapping: Mapping) -> str:
    return entry_lines(mapping.table, mapping.shape, mapping.columns)


__all__ = ["column_types", "entry_for", "examine", "is_native", "number_text", "sample", "time_text"]

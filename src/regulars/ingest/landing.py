"""Files into raw tables: all of them or none.

Guaranteed:

* one transaction for everything that is given: a file that fails half-way leaves the workspace as it was;
* every row of a table that fits a shape lands in exactly one of `raw_order_lines`, `raw_customers`, `raw_products`,
  `raw_ratings` and `raw_rejects`; rows of an order table whose lines are in another table are told with these lines,
  and those that no line belongs to are in `raw_rejects`;
* the same content with the same mapping is landed once; with another mapping it replaces what was landed before;
* a rejected row says which column could not be read and what it held, and keeps all its cells;
* what an export says once per order holds for all its lines; money of an order stays on one line;
* ids are text as they came, instants are on the shop's clock, money is exact;
* a table that fits no shape is left out with a note; when none fits, that is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import MappingUnclear, NothingUsable
from regulars.ingest.categories import Categories, categories_of
from regulars.ingest.currency import shop_currency
from regulars.ingest.examine import examine
from regulars.ingest.jobs import plan
from regulars.ingest.loads import Load, Loader
from regulars.ingest.mapping import Ask, Mapping, NothingFits, entry_for
from regulars.ingest.sources.table import Sources, SourceTable
from regulars.ingest.synonyms import is_side_table
from regulars.ingest.tables import RAW_TABLES
from regulars.settings import Settings
from regulars.terms.progress import Progress, Silence

__all__ = ["Ask", "Landing", "land", "survey"]


@dataclass(frozen=True)
class Landing:
    """What was landed: one `Load` per table, and what a person should know, in sentences."""

    loads: tuple[Load, ...] = ()
    notes: tuple[str, ...] = ()
    mappings: tuple[Mapping, ...] = field(default=(), repr=False)
    categories: tuple[Categories, ...] = field(default=(), repr=False)

    @property
    def rows(self) -> int:
        """Data rows of what was landed, rejected ones among them."""
        return sum(load.n_rows for load in self.loads)

    @property
    def rejected(self) -> int:
        return sum(load.n_rejected for load in self.loads)


def land(
    engine: DuckDBEngine,
    sources: Sequence[str | Path | SourceTable],
    settings: Settings,
    progress: Progress | None = None,
    ask: Ask | None = None,
) -> Landing:
    """Land files or tables; return what was landed.

    Parameters
    ----------
    sources
        Paths, folders and patterns, or tables that are found already.
    ask
        Answers where columns or dates could be two things.

    Raises
    ------
    FileUnreadable, MappingUnclear
        What is wrong with which file, and what to do.
    NothingUsable
        Every row was rejected.
    InputError
        With these rows amounts are in several currencies, and one has no rate.

    Examples
    --------
    >>> from regulars.testing.shops import six_customer_orders, write_csv
    >>> file = write_csv(six_customer_orders(), getfixture("tmp_path") / "orders.csv")
    >>> with DuckDBEngine() as engine:
    ...     first, again = land(engine, [file], Settings()), land(engine, [file], Settings())
    >>> first.rows, first.rejected, again.rows
    (19, 0, 0)
    """
    progress = progress or Silence()
    tables, notes = _tables(sources, settings)
    with ExitStack() as opened:
        mappings, categories = _examined(engine, tables, settings, progress, ask, notes, opened)
        with engine.transaction():
            for spec in RAW_TABLES:
                engine.create_empty(spec)
            loader = Loader(engine, settings, progress, notes)
            loads = loader.land(plan(engine, mappings, categories))
            _refuse_all_rejected(engine, loads)
            shop_currency(engine, settings)
    return Landing(tuple(loads), tuple(notes), tuple(mappings))


def survey(
    engine: DuckDBEngine,
    sources: Sequence[str | Path | SourceTable],
    settings: Settings,
    ask: Ask | None = None,
    progress: Progress | None = None,
) -> Landing:
    """Look at files or tables and land nothing: the mappings and notes of what `land` would do.

    Raises
    ------
    FileUnreadable, MappingUnclear
        As `land`.
    """
    tables, notes = _tables(sources, settings)
    with ExitStack() as opened:
        mappings, categories = _examined(engine, tables, settings, progress or Silence(), ask, notes, opened)
        plan(engine, mappings, categories)
    return Landing((), tuple(notes), tuple(mappings), tuple(categories))


def _tables(
    sources: Sequence[str | Path | SourceTable], settings: Settings
) -> tuple[list[SourceTable], list[str]]:
    from regulars.ingest.sources import open_sources

    tables: list[SourceTable] = []
    notes: list[str] = []
    paths = [source for source in sources if not isinstance(source, SourceTable)]
    tables += [source for source in sources if isinstance(source, SourceTable)]
    if isinstance(sources, Sources):
        notes += sources.notes
    if paths:
        found = open_sources(paths, settings)
        tables += found
        notes += found.notes
    return tables, notes


def _examined(
    engine: DuckDBEngine,
    tables: Sequence[SourceTable],
    settings: Settings,
    progress: Progress,
    ask: Ask | None,
    notes: list[str],
    opened: ExitStack,
) -> tuple[list[Mapping], list[Categories]]:
    """Open every table and find out what it is; the tables stay open as long as `opened`."""
    found: list[Mapping] = []
    categories: list[Categories] = []
    unfit: list[NothingFits] = []
    first_problem: NothingFits | None = None
    for table in tables:
        progress.step(f"read {table.label}")
        opened.enter_context(table.open(engine))
        entry = entry_for(table, settings)
        if entry and entry.shape == "categories":
            categories.append(_said_categories(table))
            continue
        try:
            mapping = examine(engine, table, settings, ask)
        except NothingFits as problem:
            if entry:  # somebody has said that it is meant
                raise
            named = categories_of(table)
            categories += [named] if named else []
            unfit += [problem] if not named else []
            first_problem = first_problem or problem
            continue
        found.append(mapping)
    kept = _without_side_tables(found, notes)
    if not kept:
        raise first_problem or NothingUsable("nothing was given to land", hint="name a file")
    notes += [f"{problem.short}; it was left out." for problem in unfit]
    for mapping in kept:
        notes += [f"{mapping.table.label}: {note}" for note in (*mapping.table.notes, *mapping.notes)]
    return kept, categories


def _said_categories(table: SourceTable) -> Categories:
    named = categories_of(table, is_said=True)
    if named is None:
        raise MappingUnclear(
            f"{table.label}: the settings say that it names categories, and its columns are {', '.join(table.columns)}",
            hint="it needs a column with the number (id, category_id) and one with the name (name, category_name)",
        )
    return named


def _without_side_tables(found: Sequence[Mapping], notes: list[str]) -> list[Mapping]:
    """Leave out payments, addresses and the like, where there are orders beside them."""
    main = [mapping for mapping in found if not is_side_table(mapping.table.part or mapping.table.source)]
    if not any(mapping.shape in ("orders", "order_items") for mapping in main):
        return list(found)
    kept = []
    for mapping in found:
        if mapping in main or mapping.entry is not None or mapping.shape == "ratings":
            kept.append(mapping)
        else:
            notes.append(
                f"{mapping.table.label} was left out: it is kept beside the orders and is no part of them."
            )
    return kept


def _refuse_all_rejected(engine: DuckDBEngine, loads: Sequence[Load]) -> None:
    rows, rejected = sum(load.n_rows for load in loads), sum(load.n_rejected for load in loads)
    if rows and rows == rejected:
        worst = engine.rows(
            "SELECT reason, count(*) AS n, min_by(detail, row_number) AS detail FROM raw_rejects"
            " WHERE load_id IN (SELECT unnest($loads)) GROUP BY reason ORDER BY n DESC, reason LIMIT 1",
            {"loads": [load.load_id for load in loads]},
        )[0]
        raise NothingUsable(
            f"none of the {rows:,} rows of {loads[0].source} can be used: {worst['n']:,} times {worst['reason']}"
            f" (for example {worst['detail']!r})",
            hint="look whether the columns are what they were taken for: `regulars init` shows it and writes it down",
        )

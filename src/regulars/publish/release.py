"""Publishing: the tables of a run become a release, complete or not at all.

The folder is built out of sight, written through to the disk, moved to its place in one step, and only then named as
the current one. Killed anywhere on the way, a run leaves the last release current; the next run sweeps up after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from regulars.engines.duckdb import DuckDBEngine, literal, parquet, quoted
from regulars.engines.queries import load
from regulars.errors import ReleaseError
from regulars.ingest.currency import shop_currency
from regulars.publish.current import BUILDING, instant, next_id, sweep, switch
from regulars.publish.dictionary import write_dictionary
from regulars.publish.manifest import (
    MANIFEST_FILE,
    Check,
    DataCard,
    HorizonCard,
    Manifest,
    ShopCard,
    SourceCard,
    TableCard,
    file_card,
)
from regulars.publish.profiles import write_profiles
from regulars.publish.retention import prune
from regulars.publish.storage import remove_folder, storage_errors_in_words, sync
from regulars.publish.tables import NEEDED, PUBLISHED_FACTS, fact, is_per_customer, sort_columns
from regulars.settings import Settings
from regulars.terms.money import NO_CURRENCY
from regulars.terms.places import Places
from regulars.terms.progress import Progress, Silence
from regulars.terms.tables import TableSpec
from regulars.terms.windows import Cutoff, Horizon
from regulars.warehouse.data_audit import DataAudit
from regulars.warehouse.history import History
from regulars.warehouse.tables import AUDITS, SET_ASIDE

ROWS_A_GROUP = 122_880
ROWS_A_GROUP_BY_CUSTOMER = 40_960
"""Of wide tables: pages and profiles read a stretch of customers, and a writer holds a group in memory."""


@dataclass(frozen=True)
class Release:
    """What was published: an immutable folder that describes itself."""

    id: str
    folder: Path
    manifest: Manifest

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    def __repr__(self) -> str:
        known = f"known until {Cutoff(self.manifest.cutoff)}"
        return f"<release {self.id}, {known}; {len(self.manifest.tables)} tables in {self.folder}>"


def publish(
    engine: DuckDBEngine,
    places: Places,
    *,
    tables: Sequence[TableSpec],
    cutoff: Cutoff,
    horizon: Horizon,
    settings: Settings,
    audit: DataAudit | None = None,
    checks: Sequence[Check] = (),
    targets: Sequence[Mapping[str, Any]] = (),
    write_models: Callable[[Path], None] | None = None,
    write_report: Callable[[Path], None] | None = None,
    progress: Progress | None = None,
    history: History | None = None,
) -> Release:
    """Publish one release and make it current; whoever calls holds the workspace's lock.

    Parameters
    ----------
    tables
        What the run has made: (temporary) tables of the engine, named as their specs. `features` is among them. The
        facts, `audits` and `set_aside` come along by themselves.
    audit
        What was asked of the data, and how much of it was kept.
    targets
        What is predicted, and by which model: the rows of `prediction_targets`.
    write_models
        Is handed the folder and adds the files that made the scores.
    write_report
        Is handed the folder with its tables and manifest, and adds its files to it while profiles are written.
    history
        The run's own, so that its tables are not made twice.

    Raises
    ------
    DiskFull, WorkspaceError
        The folder cannot be written; the last release stays.
    ReleaseError
        A table is not what its spec says.
    """
    progress = progress or Silence()
    specs = [*PUBLISHED_FACTS, *tables, AUDITS, SET_ASIDE]
    (history or History(engine, cutoff)).need(*NEEDED)
    with _being_built(places) as folder:
        release_id = folder.name.removeprefix(BUILDING)
        progress.step("write the tables of the release")
        cards = _write_tables(engine, specs, folder, progress)
        shop = _shop_card(engine, places, settings)
        write_dictionary(specs, folder, shop.currency)
        manifest = Manifest(
            id=release_id,
            created_at=instant(release_id),
            code_version=version("regulars"),
            shop=shop,
            cutoff=cutoff.at,
            horizon=HorizonCard(days=horizon.days, reason=horizon.reason),
            sources=_source_cards(engine),
            targets=tuple(dict(one) for one in targets),
            data=DataCard.model_validate(vars(audit)) if audit else None,
            tables=cards,
            checks=tuple(checks),
            settings=settings.model_dump(mode="json"),
        )
        manifest.write(folder)
        progress.step("write a profile of every customer, and the report")
        with ThreadPoolExecutor(
            1
        ) as beside:  # the report reads the tables alone, so both are written at once
            report = beside.submit(write_report, folder) if write_report else None
            write_profiles(engine, specs, folder, progress)
            if write_models:
                write_models(folder)
            if report:
                report.result()
        progress.step("publish the release")
        manifest = manifest.model_copy(update={"files": _other_files(folder, manifest)})
        manifest.write(folder)
        _write_through(folder)
        final = folder.rename(places.releases / release_id)
        sync(places.releases)
        switch(places, release_id)
    progress.step("remove releases that need not be kept")
    prune(places, settings.publishing.keep_releases)
    return Release(release_id, final, manifest)


@contextmanager
def _being_built(places: Places) -> Iterator[Path]:
    """Yield a new folder out of sight; nothing of it stays when the block does not end well."""
    with storage_errors_in_words(places.releases):
        places.releases.mkdir(parents=True, exist_ok=True)
        sweep(places)
        folder = places.releases / f"{BUILDING}{next_id(places, datetime.now(UTC))}"
        folder.mkdir()
        try:
            yield folder
        finally:
            if folder.exists():
                remove_folder(folder)


def _write_tables(
    engine: DuckDBEngine, specs: Sequence[TableSpec], folder: Path, progress: Progress
) -> dict[str, TableCard]:
    cards = {}
    for number, spec in enumerate(specs):
        progress.advance(number, len(specs))
        cards[spec.name] = write_table(engine, spec, folder)
    return cards


def write_table(engine: DuckDBEngine, spec: TableSpec, folder: Path) -> TableCard:
    """Write one table as a sorted Parquet file.

    The sort is total, so the file is the same byte for byte whatever threads and memory it was written with.

    Raises
    ------
    ReleaseError
        The columns are not those of the spec, or two rows have one key.
    """
    path = folder / f"{spec.name}.parquet"
    query = fact(spec)
    rows = f"(\n{query.text}\n)" if query else quoted(spec.name)
    if not query and (found := set(engine.columns(spec.name)) ^ set(spec.column_names)):
        raise ReleaseError(
            f"table {spec.name} and its spec differ in {', '.join(sorted(found))}",
            hint="this is a mistake in regulars itself; please report it",
        )
    columns = ", ".join(f"CAST({quoted(c.name)} AS {c.type}) AS {quoted(c.name)}" for c in spec)
    order = ", ".join(f"{quoted(name)} NULLS LAST" for name in sort_columns(spec))
    group = ROWS_A_GROUP_BY_CUSTOMER if is_per_customer(spec) else ROWS_A_GROUP
    engine.execute(
        f"COPY (SELECT {columns} FROM {rows} AS written ORDER BY {order})"  # noqa: S608
        f" TO {literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"
    )
    n_rows = _checked_rows(engine, spec, path)
    return TableCard(file=path.name, rows=n_rows, **file_card(path).model_dump())


def _checked_rows(engine: DuckDBEngine, spec: TableSpec, path: Path) -> int:
    """Count the rows of a sorted file, and see that no two neighbors have one key."""
    keys = ", ".join(quoted(name) for name in sort_columns(spec))
    found = engine.row(
        f"SELECT count(*) AS n_rows, count(*) FILTER (WHERE keys = before) AS n_twice, min(keys) FILTER (WHERE keys = before) AS example FROM ("  # noqa: S608
        f"SELECT row({keys}) AS keys, lag(row({keys})) OVER () AS before FROM {parquet(path)})"
    )
    if found["n_twice"]:
        raise ReleaseError(
            f"table {spec.name} has {found['n_twice']:,} rows too many for {spec.grain}, the first for {found['example']}",
            hint="this is a mistake in regulars or in a feature of the shop's own; please report it",
        )
    return int(found["n_rows"])


def _shop_card(engine: DuckDBEngine, places: Places, settings: Settings) -> ShopCard:
    currency = settings.shop.currency
    if currency is None and "raw_order_lines" in engine.tables():
        currency = shop_currency(engine, settings).code
    name = settings.shop.name or places.root.absolute().name
    return ShopCard(name=name, currency=currency or NO_CURRENCY, timezone=settings.shop.timezone)


def _source_cards(engine: DuckDBEngine) -> tuple[SourceCard, ...]:
    if "raw_loads" not in engine.tables():
        return ()
    return tuple(SourceCard(**row) for row in engine.rows(load("regulars.publish", "sources")))


def _other_files(folder: Path, manifest: Manifest) -> dict[str, object]:
    tables = {table.file for table in manifest.tables.values()}
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: file_card(folder / name) for name in names if name not in tables and name != MANIFEST_FILE}


def _write_through(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)

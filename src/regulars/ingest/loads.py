"""Loads: one table of a source each, from its cells to our raw tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import load
from regulars.ingest.examine import column_types
from regulars.ingest.jobs import Job
from regulars.ingest.order_lines import put_good_lines, put_joined_lines, put_untold_orders
from regulars.ingest.relations import ROOM, Views, cells_of, names_of, their_cells, views
from regulars.ingest.sources.table import ROW_NUMBER
from regulars.ingest.tables import (
    RAW_CUSTOMERS,
    RAW_LOADS,
    RAW_ORDER_LINES,
    RAW_PRODUCTS,
    RAW_RATINGS,
    RAW_REJECTS,
)
from regulars.settings import Settings
from regulars.terms.progress import Progress
from regulars.terms.tables import TableSpec

TARGETS: dict[str, TableSpec] = {
    "orders": RAW_ORDER_LINES,
    "order_items": RAW_ORDER_LINES,
    "customers": RAW_CUSTOMERS,
    "products": RAW_PRODUCTS,
    "ratings": RAW_RATINGS,
}


@dataclass(frozen=True)
class Load:
    """One table that was landed: a row of `raw_loads`."""

    load_id: int
    source: str
    part: str | None
    shape: str
    n_rows: int
    n_rejected: int
    n_sections: int = 1
    n_told: int = 0
    """Rows of a table of orders that are told with the lines of another table."""


class Loader:
    """Lands jobs, inside the transaction of whoever calls."""

    def __init__(
        self, engine: DuckDBEngine, settings: Settings, progress: Progress, notes: list[str]
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.progress = progress
        self.notes = notes
        self.loaded_at = datetime.now(UTC).replace(tzinfo=None)
        last = engine.row(
            "SELECT coalesce(max(load_id), 0) AS load_id, coalesce(max(batch_id), 0) AS batch_id FROM raw_loads"
        )
        self.next_load: int = last["load_id"] + 1
        self.batch_id: int = last["batch_id"] + 1

    def land(self, jobs: Sequence[Job]) -> list[Load]:
        """Land what was not landed before; return what was."""
        loads = []
        for job in jobs:
            mark = self._fingerprint(job)
            if self._landed_before(job, mark):
                continue
            self._replace_older_reading(job)
            self.progress.step(f"land {job.mapping.table.label}")
            with views(self.engine) as held:
                n_sections = self._land_rows(job, held)
            loads.append(self._record(job, mark, n_sections))
            self.next_load += 1
        return loads

    def _fingerprint(self, job: Job) -> str:
        told: list[Any] = [self.settings.shop.timezone, self.settings.revenue.prices_include_tax, job.shape]
        for mapping in (job.mapping, job.headers, job.items, job.aliases):
            told.append([mapping.table.fingerprint, mapping.record()] if mapping else None)
        told.append(job.categories.table.fingerprint if job.categories else None)
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def _landed_before(self, job: Job, mark: str) -> bool:
        found = self.engine.rows("SELECT load_id FROM raw_loads WHERE fingerprint = $mark", {"mark": mark})
        if found:
            self.notes.append(
                f"{job.mapping.table.label} was landed before, with the same content read in the same way"
                f" (load {found[0]['load_id']}); it was not landed again."
            )
        return bool(found)

    def _replace_older_reading(self, job: Job) -> None:
        """Take away what the same content became when it was read in another way."""
        older = self.engine.rows(
            "SELECT load_id FROM raw_loads WHERE json_extract_string(mapping, '$.content') = $content AND batch_id < $batch",
            {"content": job.mapping.table.fingerprint, "batch": self.batch_id},
        )
        for row in older:
            for spec in (RAW_LOADS, RAW_ORDER_LINES, RAW_CUSTOMERS, RAW_PRODUCTS, RAW_RATINGS, RAW_REJECTS):
                self.engine.execute(
                    f"DELETE FROM {spec.name} WHERE load_id = $load_id",  # noqa: S608
                    {"load_id": row["load_id"]},
                )
            self.notes.append(
                f"{job.mapping.table.label} was landed before (load {row['load_id']}) and read in another way;"
                " this reading replaces it."
            )

    def _land_rows(self, job: Job, held: Views) -> int:
        """Land the rows of one job; return the number of sections."""
        mapping, table = job.mapping, job.mapping.table
        held.put("landing_names", names_of(mapping, [job.headers] if job.headers else []))
        held.put("landing_source", cells_of(mapping))
        if job.items:
            put_untold_orders(job, job.items, held, self.settings)
            self._reject("FROM landing_lost", table.part)
        elif job.headers:
            put_joined_lines(job, job.headers, held, self.settings)
        else:
            held.put("landing_cells", their_cells(mapping, column_types(self.engine, table), self.settings))
        starts: list[int] = []
        if job.shape == "orders":
            starts = put_good_lines(job, held, self.settings, self.notes)
        else:
            self._put_rows(job, held)
            held.put_relation("landing_judged", mapping.shape)
            held.put("landing_good", "SELECT * FROM landing_judged WHERE bad IS NULL")
        self._insert(TARGETS[mapping.shape], job)
        self._reject(
            f"SELECT {ROW_NUMBER} AS row_number, reason, detail, CAST(cells AS JSON) AS cells FROM {quoted(table.rejects)}",  # noqa: S608
            table.part,
        )
        return 1 + len(starts)

    def _put_rows(self, job: Job, held: Views) -> None:
        if job.categories:
            held.keep("landing_categories", job.categories.query())
            held.put_relation("landing_rows", "named_categories")
        else:
            held.put("landing_rows", "SELECT * FROM landing_cells")

    def _insert(self, target: TableSpec, job: Job) -> None:
        columns = ", ".join(name for name in target.column_names if name not in ("load_id", "part"))
        origin = {"load_id": self.next_load, "part": job.mapping.table.part}
        self.engine.execute(
            f"INSERT INTO {target.name} BY NAME SELECT CAST($load_id AS INTEGER) AS load_id, CAST($part AS VARCHAR) AS part,"  # noqa: S608
            f" {columns} FROM landing_good",
            origin,
        )
        landed = self._count(target.name)
        wanted = "landing_cells" if job.items else job.mapping.table.rows
        if landed < self.engine.count(wanted):
            self._reject(load(ROOM, "rejected").text, job.mapping.table.part)

    def _reject(self, query: str, part: str | None) -> None:
        self.engine.execute(
            f"INSERT INTO {RAW_REJECTS.name} BY NAME SELECT CAST($load_id AS INTEGER) AS load_id,"  # noqa: S608
            f" CAST($part AS VARCHAR) AS part, row_number, reason, detail, cells FROM ({query})",
            {"load_id": self.next_load, "part": part},
        )

    def _count(self, table: str) -> int:
        found = self.engine.row(
            f"SELECT count(*) AS n FROM {table} WHERE load_id = $load_id",  # noqa: S608
            {"load_id": self.next_load},
        )
        return int(found["n"])

    def _record(self, job: Job, mark: str, n_sections: int) -> Load:
        table = job.mapping.table
        rows = self.engine.count(table.rows) + self.engine.count(table.rejects)
        rejected = self._count(RAW_REJECTS.name)
        told = rows - rejected - self._count(TARGETS[job.mapping.shape].name) if job.items else 0
        landed = Load(
            self.next_load, table.source, table.part, job.shape, rows, rejected, n_sections, n_told=told
        )
        times = [
            (job.headers or job.mapping).dates.get(name)
            for name in ("ordered_at", "signed_up_at", "rated_at")
        ]
        hours = next((reading.has_hours for reading in times if reading), None)
        row = {
            "load_id": landed.load_id, "batch_id": self.batch_id, "source": landed.source, "shape": landed.shape,
            "fingerprint": mark, "loaded_at": self.loaded_at, "n_rows": landed.n_rows, "n_rejected": landed.n_rejected,
            "has_hours": hours,
            "mapping": json.dumps({**job.mapping.record(), "content": table.fingerprint, "n_told": told}, ensure_ascii=False, default=str),
        }  # fmt: skip
        names = ", ".join(row)
        values = ", ".join(f"${name}" for name in row)
        self.engine.execute(f"INSERT INTO {RAW_LOADS.name} ({names}) VALUES ({values})", row)  # noqa: S608
        return landed

"""The one way to read what was published: a reader opens a release once and stays in it.

It never takes a lock that a run wants, and a run never takes away what a reader holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from regulars.engines.duckdb import quoted
from regulars.engines.sandbox import Sandbox
from regulars.errors import NoRelease, NotFound, ReleaseError
from regulars.publish.current import current_id, find_release
from regulars.publish.dictionary import read_dictionary
from regulars.publish.manifest import MANIFEST_FILE, Manifest, damaged
from regulars.publish.profiles import PROFILES_FILE, Profiles
from regulars.publish.retention import hold
from regulars.terms.places import Places
from regulars.terms.results import Table
from regulars.terms.tables import TableSpec
from regulars.terms.windows import Cutoff

TRIES = 5


class Reader:
    """One release, from opening to closing; may be used from several threads.

    ``table`` and ``sql`` answer in Arrow, ``profile`` in microseconds; ``verify`` reads every byte.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hold = hold(folder)
        try:
            self.manifest = Manifest.read(folder)
            if damages := self.manifest.damages(folder, contents=False):
                raise damaged(self.manifest.id, damages)
        except ReleaseError:
            self._hold.close()
            raise

    @classmethod
    def open(cls, places: Places, release_id: str | None = None) -> Reader:
        """Open the current release of a workspace, or another by its id or the beginning of it.

        Raises
        ------
        NoRelease
            Nothing has been published yet.
        NotFound
            There is no release of that id.
        ReleaseDamaged
            A file of it is missing or was cut short.
        """
        for _ in range(TRIES):  # between reading the name and holding the folder a run may publish and prune
            found = find_release(places, release_id) if release_id else current_id(places)
            try:
                return cls(places.releases / found)
            except FileNotFoundError:
                continue
        raise damaged(found, [f"{MANIFEST_FILE} is missing"])

    @classmethod
    def at(cls, folder: Path) -> Reader:
        """Open a release by its folder, wherever it lies.

        Raises
        ------
        NoRelease
            It is not the folder of a release.
        """
        try:
            return cls(folder)
        except (FileNotFoundError, NotADirectoryError):
            raise NoRelease(
                f"{folder} is not a release: it has no {MANIFEST_FILE}",
                hint="give a folder inside `releases/`",
            ) from None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the release; a run may then remove it when it is old."""
        for part in ("_sandbox", "_profiles"):
            if opened := self.__dict__.pop(part, None):
                opened.close()
        self._hold.close()

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def cutoff(self) -> Cutoff:
        return Cutoff(self.manifest.cutoff)

    def tables(self) -> list[str]:
        """Return the names of the release's tables."""
        return sorted(self.manifest.tables)

    def spec(self, name: str) -> TableSpec:
        """Return what a table's rows and columns mean.

        Raises
        ------
        NotFound
            The release has no such table.
        """
        if name not in self._specs:
            near = get_close_matches(name, self.tables(), 1)
            hint = f"did you mean {near[0]}?" if near else "there are: " + ", ".join(self.tables())
            raise NotFound(f"release {self.id} has no table {name!r}", hint=hint)
        return self._specs[name]

    def path(self, name: str) -> Path:
        """Return the Parquet file of a table."""
        return self.folder / self.manifest.tables[self.spec(name).name].file

    def table(self, name: str, columns: Sequence[str] | None = None, limit: int | None = None) -> Table:
        """Return a table's rows, sorted as published.

        Raises
        ------
        NotFound
            The release has no such table, or the table no such column.
        """
        spec = self.spec(name)
        chosen = self._columns(spec, columns)
        text = f"SELECT {chosen} FROM {quoted(name)}"  # noqa: S608
        if limit is not None:
            return Table(self._sandbox.arrow(f"{text} LIMIT $n", {"n": limit}), spec)
        return Table(self._sandbox.arrow(text), spec)

    def rows_of(self, name: str, customer_id: str) -> Table:
        """Return the rows of one customer, from any table with a `customer_id`; takes some milliseconds."""
        spec = self.spec(name)
        self._columns(spec, ["customer_id"])
        text = f"SELECT * FROM {quoted(name)} WHERE customer_id = $customer_id"  # noqa: S608
        return Table(self._sandbox.arrow(text, {"customer_id": customer_id}), spec)

    def sql(self, text: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> Table:
        """Return what one SELECT over the release's tables says; it can read them and nothing else.

        Raises
        ------
        QueryRefused
            The query is broken, or wants to do more than read.
        """
        return Table(self._sandbox.arrow(text, params))

    def profile(self, customer_id: str) -> dict[str, Any]:
        """Return everything about one customer: `customer`, `features`, `segments`, …, `recent_orders`.

        Units and meaning are those of the tables' specs; amounts are numbers in the shop's currency.

        Raises
        ------
        NotFound
            There is no such customer; the hint names ids that look alike.
        """
        found = self._profiles.find(customer_id)
        if found is None:
            near = self._profiles.near(customer_id)
            raise NotFound(
                f"release {self.id} has no customer {customer_id!r}",
                hint=f"did you mean {' or '.join(near)}?"
                if near
                else "`regulars export customers` lists them all",
            )
        return found

    def customers(
        self,
        *,
        segment: str | None = None,
        country: str | None = None,
        lifecycle_stage: str | None = None,
        risk_band: str | None = None,
        value_tier: str | None = None,
        search: str | None = None,
        order_by: str = "customer_id",
        descending: bool = False,
        after: str | None = None,
        limit: int = 100,
    ) -> Table:
        """Return a page of customers with their segments, and their predictions where these are asked about.

        Parameters
        ----------
        search
            Part of an id, name or address, in any case.
        order_by
            A column of `customers`, `segments` or `predictions`; nulls come last, ties by id.
        after
            The id of the last customer on the page before.
        """
        from regulars.publish.paging import page_query

        equal = {"segment": segment, "country": country, "lifecycle_stage": lifecycle_stage}
        predicted = {"risk_band": risk_band, "value_tier": value_tier}
        names = ["customers", "segments"]
        known = [column.name for name in names if name in self._specs for column in self._specs[name]]
        if any(predicted.values()) or order_by not in known:
            names.append("predictions")
        query, values = page_query(
            [self.spec(name) for name in names if name in self._specs],
            equal | predicted,
            search=search,
            order_by=order_by,
            descending=descending,
            after=after,
        )
        return Table(self._sandbox.arrow(query, {**values, "n": limit}))

    def report(self) -> dict[str, Any]:
        """Return what the report knows, the content of `report.json`; empty when the release has no report."""
        path = self.folder / "report.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def verify(self) -> None:
        """Read every byte of the release and compare it with the manifest.

        Raises
        ------
        ReleaseDamaged
            Names each file that is missing or was changed.
        """
        if damages := self.manifest.damages(self.folder, contents=True):
            raise damaged(self.id, damages)

    def _columns(self, spec: TableSpec, columns: Sequence[str] | None) -> str:
        for name in columns or ():
            if name not in spec.column_names:
                near = get_close_matches(name, spec.column_names, 1)
                hint = f"did you mean {near[0]}?" if near else "it has: " + ", ".join(spec.column_names)
                raise NotFound(f"table {spec.name} has no column {name!r}", hint=hint)
        return ", ".join(quoted(name) for name in columns) if columns else "*"

    @cached_property
    def _specs(self) -> dict[str, TableSpec]:
        return read_dictionary(self.folder)

    @cached_property
    def _sandbox(self) -> Sandbox:
        return Sandbox(
            {name: (self.folder / card.file).absolute() for name, card in self.manifest.tables.items()}
        )

    @cached_property
    def _profiles(self) -> Profiles:
        return Profiles(self.folder / PROFILES_FILE)

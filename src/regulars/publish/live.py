"""Scores of one customer with what has come in since a release: the way of a run, for one customer alone.

Raw rows of the release and the new orders go through the very build of the warehouse, the features and the release's
models. What a customer is compared with (shop statistics, the models themselves) stays the release's until the next.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from regulars.errors import ReleaseError
from regulars.features.own import read_own_features
from regulars.ingest.tables import RAW_LOADS, RAW_ORDER_LINES
from regulars.models.live import Scorer
from regulars.models.store import open_models
from regulars.publish.intake import LiveOrder
from regulars.publish.raw_rows import RawRows, raw_lines
from regulars.settings import Settings
from regulars.terms.money import NO_CURRENCY
from regulars.terms.places import Places
from regulars.terms.windows import Cutoff

if TYPE_CHECKING:
    import pyarrow

    from regulars.publish.reader import Reader

REMEMBERED = 1_000
"""So many customers' answers are kept."""
Scored = dict[str, list[dict[str, Any]]]


class LiveScores:
    """Answers for one release, a customer at a time; may be asked from any thread."""

    def __init__(self, reader: Reader, places: Places) -> None:
        settings = Settings.load(places.root)
        currency = reader.manifest.shop.currency
        self.settings = settings if currency == NO_CURRENCY else settings.in_currency(currency)
        self.release_id, self.cutoff = reader.id, reader.cutoff
        self.rows = RawRows(reader.folder)
        models = open_models(reader.folder / "models")
        if models.encoding is None:
            raise self._cannot("has no models to score with")
        self.scorer = Scorer(
            models,
            reader.table("shop_statistics").arrow,
            self.settings.predictions,
            read_own_features(places.features),
            cleaning=self.settings,
        )
        self._turn = threading.Lock()
        self._remembered: OrderedDict[tuple[str, int, datetime], Scored] = OrderedDict()

    def close(self) -> None:
        with self._turn:
            self.scorer.close()
            self.rows.close()

    def of_customer(
        self, customer_id: str, orders: Sequence[LiveOrder], cutoff: Cutoff, sequence: int
    ) -> Scored:
        """Return what the release and the orders after it say of a customer: ``features``, ``predictions`` …, ``orders``.

        Parameters
        ----------
        sequence
            Number of the last order; an answer is kept until it changes.

        Raises
        ------
        ReleaseError
            The release was published by a version that did not keep what this takes.
        """
        if not self.rows.are_kept:
            raise self._cannot("was published by a version that kept no rows to score with")
        key = (customer_id, sequence, cutoff.at)
        with self._turn:
            if key not in self._remembered:
                products = {line["product_id"] for order in orders for line in order.lines}
                rows = self.rows.about(customer_id, [one for one in products if one])
                self._remembered[key] = self._scored(customer_id, rows, orders, cutoff)
                while len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
            self._remembered.move_to_end(key)
            return self._remembered[key]

    def of_history(self, customer_id: str, orders: Sequence[LiveOrder], cutoff: Cutoff) -> Scored:
        """Return what the release's models say of somebody whose whole history is given."""
        with self._turn:
            return self._scored(customer_id, {}, orders, cutoff)

    def _scored(
        self,
        customer_id: str,
        rows: Mapping[str, pyarrow.Table],
        orders: Sequence[LiveOrder],
        cutoff: Cutoff,
    ) -> Scored:
        newer = _landed(orders, rows.get(RAW_LOADS.name)) if orders else {}
        scored = self.scorer.score(rows, cutoff, newer=newer, customer_id=customer_id)
        return {name: rows_of(table) for name, table in scored.items()}

    def _cannot(self, why: str) -> ReleaseError:
        return ReleaseError(
            f"release {self.release_id} {why}",
            hint="publish a new one with `regulars run`; until then customers have the scores of the release",
        )


def _landed(orders: Sequence[LiveOrder], loads: pyarrow.Table | None) -> dict[str, pyarrow.Table]:
    """Return orders as landing would put them after these loads: as the newest load."""
    import pyarrow as pa
    from pyarrow import compute

    rows = [dict(line) for order in orders for line in order.lines]
    last = {
        name: compute.max(loads[name]).as_py() if loads is not None and loads.num_rows else 0
        for name in ("load_id", "batch_id")
    }
    load = {
        "load_id": last["load_id"] + 1,
        "batch_id": last["batch_id"] + 1,
        "source": "live orders",
        "shape": "orders",
        "fingerprint": "",
        "loaded_at": datetime.now(UTC).replace(tzinfo=None),
        "n_rows": len(rows),
        "n_rejected": 0,
        "has_hours": any(not order.ordered_at.endswith("T00:00:00") for order in orders),
        "mapping": "{}",
    }
    lines = raw_lines(rows)
    n = lines.num_rows
    lines = lines.append_column("load_id", pa.array([load["load_id"]] * n, pa.int32()))
    lines = lines.append_column("row_number", pa.array(range(1, n + 1), pa.int64()))
    lines = lines.append_column("section", pa.array([1] * n, pa.int32()))
    return {RAW_LOADS.name: pa.Table.from_pylist([load]), RAW_ORDER_LINES.name: lines}


def rows_of(table: pyarrow.Table) -> list[dict[str, Any]]:
    """Return rows for JSON: numbers are numbers, instants are ISO text, and what is not finite is null."""
    return [{name: plain(value) for name, value in row.items()} for row in table.to_pylist()]


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    from datetime import date, timedelta
    from decimal import Decimal
    from math import isfinite

    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def live_cutoff(released: Cutoff, newest: str | None) -> Cutoff:
    """Return the first midnight after the newest order known, and never one before the release's."""
    if newest is None:
        return released
    return max(released, Cutoff.after(datetime.fromisoformat(newest)), key=lambda one: one.at)

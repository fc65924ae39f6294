"""Sections: where a file in the order of time starts over.

Two exports stacked in one file tell a stretch of time twice. Guaranteed:

* a part that is not in the order of time (in either direction) is one section;
* a section begins at a jump against the order of time of a day or more, after which most orders of the time told before
  were seen before, whole, line by line;
* an order that was entered late begins no section: it was not seen before;
* memory stays bounded: rows pass in batches, and only jumps are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load
from regulars.ingest.relations import ROOM, Views, section_of

DAY_MICROSECONDS = 86_400_000_000
JUMPS_AT_MOST = 200
"""A part with more jumps than this is not in the order of time."""
IN_ORDER = 0.95
"""So large a share of all steps must go one way for a part to count as in the order of time."""
SEEN_SHARE = 0.5


@dataclass
class Steps:
    """What was seen of the steps from row to row."""

    forward: int = 0
    backward: int = 0
    jumps_forward: list[int] = field(default_factory=list)
    jumps_backward: list[int] = field(default_factory=list)

    @property
    def descending(self) -> bool:
        return self.backward > self.forward

    @property
    def jumps(self) -> list[int]:
        """Rows at which time jumps against its order, a day or more; none when there is no order."""
        with_it, against = max(self.forward, self.backward), min(self.forward, self.backward)
        found = self.jumps_forward if self.descending else self.jumps_backward
        in_order = against <= max(1, (1 - IN_ORDER) * (with_it + against))
        return found if in_order and len(found) <= JUMPS_AT_MOST else []


def starts(engine: DuckDBEngine, views: Views) -> list[int]:
    """Return the row numbers at which a new section begins, of the rows in `landing_filled`.

    Rows without an instant are passed over.
    """
    steps = _steps(engine)
    if not steps.jumps:
        return []
    views.put("landing_stretched", f"SELECT *, {section_of(steps.jumps)} AS stretch FROM landing_filled")  # noqa: S608
    compared = engine.rows(load(ROOM, "sections"), {"descending": steps.descending})
    return [
        steps.jumps[row["stretch"] - 2]
        for row in compared
        if row["n_seen"] >= max(1, SEEN_SHARE * row["n_orders"])
    ]


def _steps(engine: DuckDBEngine) -> Steps:
    import numpy as np

    steps, last = Steps(), None
    for batch in engine.batches(
        "SELECT row_number, epoch_us(ordered_at) AS instant FROM landing_filled"
        " WHERE ordered_at IS NOT NULL ORDER BY row_number"
    ):
        rows, instants = batch.column(0).to_numpy(), batch.column(1).to_numpy()
        if last is not None:
            instants = np.concatenate([[last], instants])
        else:
            rows = rows[1:]
        if not len(instants):
            continue
        last = instants[-1]
        change = np.diff(instants)
        steps.forward += int((change > 0).sum())
        steps.backward += int((change < 0).sum())
        for found, jumped in (
            (steps.jumps_forward, change >= DAY_MICROSECONDS),
            (steps.jumps_backward, change <= -DAY_MICROSECONDS),
        ):
            if len(found) <= JUMPS_AT_MOST:
                found.extend(rows[jumped][: JUMPS_AT_MOST + 1].tolist())
    return steps

"""What campaigns remember beyond a run: handed in, as the state of the workspace is read by others.

Suppressions, contacts and running campaigns are about now and not about the cut-off: a list is for writing today,
whatever day it was computed for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True)
class Started:
    """A campaign that was started: its arms are drawn and stay."""

    campaign: str
    recipe: str
    seed: int
    release_id: str
    started_at: datetime
    ended_at: datetime | None
    design: Mapping[str, Any]
    """The row of `campaign_plans` it was started from."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def is_running(self, at: datetime) -> bool:
        return self.ended_at is None or self.ended_at > at

    def was_measured(self, at: datetime) -> bool:
        """Whether its time is over, and was as long as planned."""
        days = timedelta(days=self.design["measure_days"])
        return self.ended_at is not None and self.ended_at <= at and self.ended_at - self.started_at >= days


@dataclass(frozen=True)
class Memory:
    """What a run is told of the campaigns before it.

    ``members`` are rows of the table `campaigns` (with ``may_overlap``) of those that are running, ``over`` has ``recipe,
    campaign, started_at, ended_at, customer_id, arm`` of those that were measured to their end, ``contacts`` have
    ``customer_id, contacted_at``, ``suppressed`` are the ids of customers never to be written to.
    """

    started: Sequence[Started] = ()
    members: Sequence[Mapping[str, Any]] = ()
    contacts: Sequence[Mapping[str, Any]] = ()
    suppressed: Sequence[str] = field(default_factory=tuple)
    over: Sequence[Mapping[str, Any]] = ()

    def tables(self) -> dict[str, pyarrow.Table]:
        """Return the tables that queries ask for, typed also when they are empty."""
        import pyarrow as pa

        text, instant = pa.string(), pa.timestamp("us")
        member = pa.schema([
            ("campaign", text), ("customer_id", text), ("arm", text), ("expected_value", pa.float64()), ("reason", text),
            ("send_at", instant), ("products", text), ("product_names", text), ("stratum", text), ("may_overlap", pa.bool_()),
        ])  # fmt: skip
        over = pa.schema([
            ("recipe", text), ("campaign", text), ("started_at", instant), ("ended_at", instant), ("customer_id", text), ("arm", text),
        ])  # fmt: skip
        contact = pa.schema([("customer_id", text), ("contacted_at", instant)])
        return {
            "campaign_running": pa.Table.from_pylist(list(self.members), schema=member),
            "campaign_over": pa.Table.from_pylist(list(self.over), schema=over),
            "campaign_contacts": pa.Table.from_pylist(list(self.contacts), schema=contact),
            "campaign_suppressions": pa.table({"customer_id": pa.array(list(self.suppressed), text)}),
        }

"""History and features → segments: who is in which group, and what each group is worth.

Population values (where the scores divide, the shop's usual gap) are learned once per cut-off and kept, so that a
customer scored alone gets the same segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.engines.queries import Query, load
from regulars.segments.lifecycle import lifecycle_stages
from regulars.segments.rfm import Segment, scheme
from regulars.segments.tables import SEGMENT_BOUNDARIES

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.warehouse.history import History

ROOM = "regulars.segments"
NO_RHYTHM_GAP_DAYS = 90.0
"""The usual gap of a shop in which nobody has bought on two days yet."""


def build_segments(history: History, settings: Settings) -> None:
    """Make the temporary tables ``segments``, ``segment_boundaries`` and ``segment_profiles``.

    Time: the history and the table ``features`` at its cut-off; nothing else is read.
    """
    learn_boundaries(history, settings)
    assign_segments(history, settings)
    _profile(history.engine, settings)


def learn_boundaries(history: History, settings: Settings) -> None:
    """Learn from all customers where the scores divide: the temporary table ``segment_boundaries``."""
    parameters = {"ties_share": settings.segmentation.ties == "share"}
    _create(history.engine, SEGMENT_BOUNDARIES.name, "boundaries", parameters)


def assign_segments(history: History, settings: Settings, shop_gap_days: float | None = None) -> None:
    """Make the temporary table ``segments`` for the customers in ``features``, by the boundaries that are there.

    Parameters
    ----------
    history
        Of everybody, or of the customers to be scored alone.
    settings
        Which scheme, and when a customer is slipping or has lapsed.
    shop_gap_days
        The shop's median days between purchase days, kept from the run that scored everybody; learned from the
        history when not given.
    """
    engine, rules = history.engine, scheme(settings.segmentation.scheme)
    history.need("orders", "purchase_days")
    if shop_gap_days is None:
        shop_gap_days = engine.row(load(ROOM, "shop_gap"))["shop_gap_days"]
    limits = {
        "shop_gap_days": NO_RHYTHM_GAP_DAYS if shop_gap_days is None else shop_gap_days,
        "slipping_after": settings.segmentation.slipping_after,
        "lapsed_after": settings.segmentation.lapsed_after,
    }
    names = {"kept_nothing": rules.kept_nothing.name, "never_ordered": rules.never_ordered.name}
    with engine.registered("segment_rules", rules.table()):
        _create(engine, "segment_scores", "scores")
        _create(engine, "segment_lifecycle", "lifecycle", limits)
        _create(engine, "segments", "segments", names)
    engine.drop("segment_scores")
    engine.drop("segment_lifecycle")


def _profile(engine: DuckDBEngine, settings: Settings) -> None:
    """Make ``segment_profiles``: what each segment and each stage is worth."""
    import pyarrow

    rows = [
        *_names("segment", scheme(settings.segmentation.scheme).segments),
        *_names("lifecycle_stage", lifecycle_stages(settings.segmentation)),
    ]
    with engine.registered("segment_names", pyarrow.Table.from_pylist(rows)):
        _create(engine, "segment_profiles", "profiles")


def _names(segmentation: str, segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    return [
        {
            "segmentation": segmentation, "segment": segment.name, "place": place, "rule": segment.rule,
            "action": segment.action, "stake": segment.stake,
        }
        for place, segment in enumerate(segments, start=1)
    ]  # fmt: skip


def _create(engine: DuckDBEngine, table: str, query: str, parameters: dict[str, Any] | None = None) -> None:
    found: Query = load(ROOM, query)
    engine.create(table, found, parameters, temporary=True)

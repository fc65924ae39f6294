"""History and features → segments: who is in which group, and what each group is worth.

Where the scores divide is learned once per cut-off and kept, like `shop_statistics`, so that a customer scored alone
gets the same segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.engines.queries import Query, load
from regulars.segments.clusters.build import assign_clusters, build_clusters
from regulars.segments.clusters.fitted import Clusters
from regulars.segments.lifecycle import lifecycle_stages
from regulars.segments.personas.build import build_personas, build_send_times
from regulars.segments.rfm import Segment, scheme

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.warehouse.history import History

ROOM = "regulars.segments"


def build_segments(
    history: History,
    settings: Settings,
    boundaries: pyarrow.Table | None = None,
    clusters: Clusters | None = None,
) -> Clusters:
    """Make the temporary tables of `SEGMENT_TABLES`; return by which numbers customers were grouped.

    Parameters
    ----------
    history
        What was known before the cut-off, with ``features`` and ``shop_statistics`` made of it.
    settings
        Which scheme, how ties are treated, and when a customer is slipping or has lapsed.
    boundaries
        Rows of ``segment_boundaries`` to score by. Without them the scores divide the customers of the history; with
        those of a release, one customer alone gets the segment that the release has (and there are no profiles).
    clusters
        What a release has learned of groups (`open_clusters`). Without it groups are looked for in the history; with
        it, one customer alone gets the groups that the release has (and there are no tables about groups).

    Time: nothing but the history and the features at its cut-off is read.
    """
    engine, chosen = history.engine, settings.segmentation
    history.need("orders", "purchase_days")
    if boundaries is None:
        _create(engine, "segment_boundaries", "boundaries", {"ties_share": chosen.ties == "share"})
    else:
        with engine.registered("given_boundaries", boundaries):
            given = Query("segment_boundaries", "SELECT * FROM given_boundaries", {})
            engine.create("segment_boundaries", given, temporary=True)
    if clusters is None:
        clusters = build_clusters(engine, settings)
    else:
        assign_clusters(engine, clusters)
    build_personas(history, settings.rhythm)
    rules = scheme(chosen.scheme)
    limits = {"slipping_after": chosen.slipping_after, "lapsed_after": chosen.lapsed_after}
    names = {"kept_nothing": rules.kept_nothing.name, "never_ordered": rules.never_ordered.name}
    with engine.registered("segment_rules", rules.table()):
        _create(engine, "segment_scores", "scores")
        _create(engine, "segment_lifecycle", "lifecycle", limits)
        _create(engine, "segments", "segments", names)
    engine.drop("segment_scores")
    engine.drop("segment_lifecycle")
    engine.drop("cluster_members")
    if boundaries is None:
        _profile(engine, settings)
        build_send_times(history, settings.rhythm)
    return clusters


def _profile(engine: DuckDBEngine, settings: Settings) -> None:
    """Make ``segment_profiles``: what each segment and each stage is worth."""
    import pyarrow as pa

    rows = [
        *_names("segment", scheme(settings.segmentation.scheme).segments),
        *_names("lifecycle_stage", lifecycle_stages(settings.segmentation)),
    ]
    with engine.registered("segment_names", pa.Table.from_pylist(rows)):
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

"""Features → groups: both tracks, their tables, and the numbers by which a new customer is assigned alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from regulars.engines.duckdb import quoted
from regulars.engines.queries import Query, load
from regulars.segments.clusters.fitted import Clusters
from regulars.segments.clusters.grouping import Grouped, group
from regulars.segments.clusters.maps import MOST_MAPPED, Map, draw_map
from regulars.segments.clusters.tables import (
    CLUSTER_CHOICE,
    CLUSTER_FEATURES,
    CLUSTER_MAP,
    CLUSTER_PROFILES,
    CLUSTER_TRACKS,
)
from regulars.segments.clusters.tracks import TRACKS
from regulars.segments.clusters.words import persona, space_in_words, track_sentence
from regulars.terms.money import NO_CURRENCY, Currency

if TYPE_CHECKING:
    import numpy as np
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.terms.tables import TableSpec

ROOM = "regulars.segments"
MEMBERS = "cluster_members"


def build_clusters(engine: DuckDBEngine, settings: Settings) -> Clusters:
    """Make the tables of `CLUSTER_TABLES` and ``cluster_members`` from ``features``; return what was learned.

    Time: nothing but the features at their cut-off is read.
    """
    wanted = [name for track in TRACKS for one in track.inputs for name in one.columns]
    customers, columns = _buyers(engine, dict.fromkeys([*wanted, "revenue_to_date"]))
    currency = Currency(settings.shop.currency or NO_CURRENCY)
    found = [group(track, columns, settings.clusters) for track in TRACKS]
    maps = {one.track.name: _map(one, settings.clusters.map) for one in found if one.grouping}
    _keep_members(engine, customers, found)
    _keep(
        engine,
        CLUSTER_TRACKS,
        [_track_row(one, maps.get(one.track.name), settings.clusters.map) for one in found],
    )
    _keep(engine, CLUSTER_CHOICE, [row for one in found for row in _choice_rows(one)])
    _keep(engine, CLUSTER_FEATURES, [row for one in found for row in _feature_rows(one)])
    _keep(engine, CLUSTER_MAP, [row for one in found for row in _map_rows(one, customers, maps)])
    names = [row for one in found for row in _name_rows(one, columns["revenue_to_date"], currency)]
    if names:
        with engine.registered("cluster_names", _arrow(names, ("track", "cluster", "name", "persona"))):
            engine.create(CLUSTER_PROFILES.name, load(ROOM, "clusters/profiles"), temporary=True)
    else:
        _keep(engine, CLUSTER_PROFILES, [])
    return Clusters({one.track.name: one.grouping for one in found if one.grouping})


def assign_clusters(engine: DuckDBEngine, clusters: Clusters) -> None:
    """Make ``cluster_members`` of whoever is in ``features``, by what was learned before."""
    customers, columns = _buyers(engine, clusters.columns)
    found = [
        Grouped(one.track, len(customers), "", one, numbers=one.numbers(columns))
        for one in clusters.groupings.values()
    ]
    _keep_members(engine, customers, found)


def _buyers(
    engine: DuckDBEngine, wanted: Iterable[str]
) -> tuple[pyarrow.ChunkedArray, dict[str, np.ndarray]]:
    """Return who has ordered and their features, in an order that has nothing to do with what they bought."""
    import numpy as np
    import pyarrow as pa

    names = [name for name in wanted if name in engine.columns("features")]
    columns = "".join(f", {quoted(name)}" for name in names)
    rows = engine.arrow(
        f"SELECT customer_id{columns} FROM features WHERE days_since_last_order IS NOT NULL "  # noqa: S608
        "ORDER BY md5(customer_id), customer_id"
    )
    doubles = {name: rows.column(name).cast(pa.float64()).to_numpy() for name in names}
    return rows.column("customer_id"), {name: np.asarray(one, dtype=float) for name, one in doubles.items()}


def _keep_members(engine: DuckDBEngine, customers: pyarrow.ChunkedArray, found: Sequence[Grouped]) -> None:
    """Make ``cluster_members``: customer_id, track, cluster, name."""
    import pyarrow as pa

    schema = pa.schema(
        {"customer_id": pa.string(), "track": pa.string(), "cluster": pa.int32(), "name": pa.string()}
    )
    parts = [schema.empty_table()]
    for one in found:
        if one.grouping is None or one.numbers is None:
            continue
        names = pa.array([one.grouping.name(number) for number in range(len(one.grouping.names) + 1)])
        parts.append(
            pa.table(
                {
                    "customer_id": customers.cast(pa.string()), "track": pa.array([one.track.name] * len(customers)),
                    "cluster": pa.array(one.numbers, pa.int32()), "name": names.take(pa.array(one.numbers)),
                },
                schema=schema,
            )
        )  # fmt: skip
    with engine.registered("found_members", pa.concat_tables(parts)):
        engine.create(MEMBERS, Query(MEMBERS, "SELECT * FROM found_members", {}), temporary=True)


def _track_row(one: Grouped, drawn: Map | None, wanted_map: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "track": one.track.name, "title": one.track.title, "n_customers": one.n_customers,
        "space": space_in_words(one), "sentence": track_sentence(one, drawn, wanted_map),
    }  # fmt: skip
    if one.chosen is None or one.numbers is None or drawn is None:
        return row
    x, y = drawn.shares or (None, None)
    return row | {
        "n_outliers": int((one.numbers == 0).sum()), "k": one.chosen.k, "silhouette": one.chosen.silhouette,
        "davies_bouldin": one.chosen.davies_bouldin, "stability_ari": one.chosen.stability_ari,
        "map_method": drawn.method, "map_x_share": x, "map_y_share": y,
    }  # fmt: skip


def _choice_rows(one: Grouped) -> list[dict[str, Any]]:
    return [
        {
            "track": one.track.name, "k": each.k, "silhouette": each.silhouette, "davies_bouldin": each.davies_bouldin,
            "inertia": each.inertia, "stability_ari": each.stability_ari,
            "smallest_share": each.smallest / len(each.labels), "is_elbow": each.is_elbow, "is_chosen": each is one.chosen,
        }
        for each in one.tried
    ]  # fmt: skip


def _feature_rows(one: Grouped) -> list[dict[str, Any]]:
    import numpy as np

    if one.grouping is None or one.numbers is None or one.values is None or one.scaled is None:
        return []
    rows = []
    for number in sorted(set(one.numbers.tolist())):
        inside = one.numbers == number
        rest = ~inside & (one.numbers > 0)
        for place, each in enumerate(one.grouping.space.inputs):
            values = one.values[:, place] * each.shown_times
            rows.append(
                {
                    "track": one.track.name, "cluster": number, "place": place + 1, "input": each.name,
                    "label": each.label, "unit": each.unit, "median_value": float(np.median(values[inside])),
                    "median_of_others": float(np.median(values[rest])) if rest.any() else None,
                    "standardized_mean": float(one.scaled[inside, place].mean()),
                    "difference": one.contrasts[number - 1].differences[place] if number else None,
                }
            )  # fmt: skip
    return rows


def _name_rows(one: Grouped, revenue: np.ndarray, currency: Currency) -> list[dict[str, Any]]:
    if one.grouping is None or one.numbers is None:
        return []
    return [
        {
            "track": one.track.name, "cluster": number, "name": one.grouping.name(number),
            "persona": persona(one, number, revenue, currency),
        }
        for number in sorted(set(one.numbers.tolist()))
    ]  # fmt: skip


def _map(one: Grouped, wanted: str) -> Map:
    assert one.scaled is not None
    assert one.numbers is not None
    return draw_map(one.scaled[:MOST_MAPPED], one.numbers[:MOST_MAPPED] > 0, wanted)


def _map_rows(one: Grouped, customers: pyarrow.ChunkedArray, maps: dict[str, Map]) -> list[dict[str, Any]]:
    if one.grouping is None or one.numbers is None:
        return []
    places = maps[one.track.name].xy
    return [
        {
            "track": one.track.name, "point": point + 1, "customer_id": who, "cluster": number,
            "name": one.grouping.name(number), "x": x, "y": y,
        }
        for point, (who, number, (x, y)) in enumerate(
            zip(customers.slice(0, len(places)).to_pylist(), one.numbers.tolist(), places.tolist(), strict=False)
        )
    ]  # fmt: skip


def _keep(engine: DuckDBEngine, spec: TableSpec, rows: Sequence[dict[str, Any]]) -> None:
    """Make the temporary table of a spec from rows, with the spec's types."""
    columns = ", ".join(
        f"CAST({quoted(column.name)} AS {column.type}) AS {quoted(column.name)}" for column in spec
    )
    with engine.registered("computed_rows", _arrow(rows, spec.column_names)):
        engine.create(spec.name, Query(spec.name, f"SELECT {columns} FROM computed_rows", {}), temporary=True)  # noqa: S608


def _arrow(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> pyarrow.Table:
    import pyarrow as pa

    return pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})

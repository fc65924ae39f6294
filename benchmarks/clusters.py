"""Groups of customers who are alike: ours beside k-means on scaled features as they are.

    python -m benchmarks.clusters                        Online Retail II (REGULARS_DATA or ../shared/data), else 6,000 made up
    python -m benchmarks.clusters --customers 1000000    made up, ours alone

Both start with the features in memory and end with a label for everybody, in a process and a thread of their own. Plain is
what the published clusters did: standard scaling of long tails, orders ÷ days between the first and the last (at least one),
ten starts for each k from 2 to 10, a silhouette over all customers each time, and the k with the best one from 3 on. A
silhouette belongs to a space, so each grouping is also measured in the other's; stability is the adjusted Rand index over the
same resamples.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import measure

COLUMNS = (
    "days_since_last_order", "n_orders", "revenue_to_date", "active_span_days", "T", "frequency", "mean_lines_per_order",
    "weekend_share", "repeat_product_share", "mean_order_value", "median_days_between_orders", "return_value",
    "gross_revenue_to_date",
)  # fmt: skip
PLAIN_UP_TO = 20_000
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def real_features(path: str, source: str) -> int:
    """Write the features of Online Retail II, from sales alone."""
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.engines.queries import load_file

    with DuckDBEngine() as engine:
        query = load_file(measure.ROOT / "tests" / "segments" / "real_features.sql")
        engine.create("features", query, {"file": source}, temporary=True)
        engine.execute(f"COPY (FROM features ORDER BY customer_id) TO '{path}'")
        return engine.count("features")


def made_up_features(path: str, n: int) -> int:
    """Write features of customers as shops have them: most order once, a few a hundred times, money with a long tail."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(1)
    pace, known = draw.gamma(0.6, 0.02, n), draw.integers(1, 731, n).astype(float)
    orders = 1.0 + draw.poisson(pace * known)
    span = np.where(orders > 1, known * draw.beta(4, 1.5, n), 0.0).round()
    revenue = orders * draw.lognormal(4, 1, n)
    columns = (
        known - span, orders, revenue, span, known, orders - 1, draw.lognormal(2, 0.8, n),
        draw.binomial(orders.astype(int), draw.beta(0.3, 2, n)) / orders,
        np.where(orders > 1, draw.beta(1, 2, n), np.nan), revenue / orders, np.full(n, np.nan), np.zeros(n), revenue,
    )  # fmt: skip
    pq.write_table(
        pa.table(
            {"customer_id": pa.array([f"c{i:08}" for i in range(n)])}
            | {name: pa.array(one, from_pandas=True) for name, one in zip(COLUMNS, columns, strict=True)}
        ),
        path,
    )
    return n


def ours(path: str) -> list[dict[str, Any]]:
    """Group by both tracks with everything that a run makes of it: curves, stability, names, profiles, map."""
    from sklearn.cluster import KMeans

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.segments.clusters import grouping as rooms
    from regulars.segments.clusters.build import build_clusters
    from regulars.settings import Settings

    assert KMeans  # its import is not what is measured
    seconds: dict[str, tuple[float, float]] = {}
    whole = rooms.group

    def timed(track: Any, columns: Any, settings: Any) -> Any:
        start = time.perf_counter(), time.process_time()
        found = whole(track, columns, settings)
        seconds[track.name] = time.perf_counter() - start[0], time.process_time() - start[1]
        return found

    import regulars.segments.clusters.build as room

    room.group = timed  # type: ignore[assignment]
    with DuckDBEngine(threads=1) as engine:
        engine.execute(f"CREATE TEMP TABLE features AS FROM '{path}'")
        start = time.process_time()
        build_clusters(engine, Settings())
        both = time.process_time() - start
        tracks = engine.rows(
            "SELECT track, k, silhouette, davies_bouldin, stability_ari, n_outliers FROM cluster_tracks"
        )
        smallest = {
            row["track"]: row["n"]
            for row in engine.rows(
                "SELECT track, min(n_customers) AS n FROM cluster_profiles WHERE cluster > 0 GROUP BY track"
            )
        }
        biggest = {
            row["track"]: row["share"]
            for row in engine.rows(
                "SELECT track, max(customer_share) AS share FROM cluster_profiles GROUP BY track"
            )
        }
        labels = engine.rows(
            "SELECT track, customer_id, cluster FROM cluster_members ORDER BY track, customer_id"
        )
    return [
        {
            **row, "smallest": smallest[row["track"]], "biggest_share": biggest[row["track"]], "seconds": seconds[row["track"]][0], "cpu": seconds[row["track"]][1],
            "cpu_with_tables": both,
            "labels": [each["cluster"] for each in labels if each["track"] == row["track"]] if len(labels) < 100_000 else None,
        }
        for row in tracks
    ]  # fmt: skip


def plain(path: str, track: str) -> dict[str, Any]:
    """Do it as the published clusters were made."""
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.metrics import davies_bouldin_score, silhouette_score

    from regulars.segments.clusters.choice import BOOTSTRAPS

    points = _plain_points(path, track)
    start, cpu = time.perf_counter(), time.process_time()
    tried = {}
    for k in range(2, 11):
        labels = KMeans(n_clusters=k, n_init=10, random_state=42).fit_predict(points)
        tried[k] = (silhouette_score(points, labels), labels)
    k = max((k for k in tried if k > 2), key=lambda k: tried[k][0])
    silhouette, labels = tried[k]
    took = time.perf_counter() - start, time.process_time() - cpu
    draws = np.random.default_rng(1).integers(0, len(points), (BOOTSTRAPS, len(points)))
    again = [
        KMeans(n_clusters=k, n_init=2, random_state=1).fit(points[draw]).predict(points) for draw in draws
    ]
    return {
        "track": track, "k": k, "silhouette": float(silhouette), "davies_bouldin": float(davies_bouldin_score(points, labels)),
        "stability_ari": float(np.mean([_agreement(labels, each) for each in again])), "n_outliers": 0,
        "smallest": int(np.bincount(labels).min()), "biggest_share": float(np.bincount(labels).max() / len(labels)), "seconds": took[0], "cpu": took[1], "labels": (labels + 1).tolist(),
    }  # fmt: skip


def elsewhere(path: str, track: str, labels_of: dict[str, list[int]]) -> dict[str, dict[str, float]]:
    """Return the silhouette of each grouping in both spaces, over those whom ours does not set apart."""
    import numpy as np
    from sklearn.metrics import silhouette_score

    from regulars.segments.clusters.space import Space
    from regulars.segments.clusters.tracks import TRACKS

    columns = _columns(path)
    space = Space.fit(next(one for one in TRACKS if one.name == track), columns, 3.5)
    spaces = {"regulars": space.scaled(columns), "plain": _plain_points(path, track)}
    inside = np.array(labels_of["regulars"]) > 0
    return {
        who: {
            f"in_the_space_of_{where}": float(silhouette_score(points[inside], np.array(labels)[inside]))
            for where, points in spaces.items()
        }
        for who, labels in labels_of.items()
    }


def _columns(path: str) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return {name: np.asarray(table.column(name).cast(pa.float64()), dtype=float) for name in COLUMNS}


def _plain_points(path: str, track: str) -> Any:
    import numpy as np
    from sklearn.preprocessing import StandardScaler

    one = _columns(path)
    per_day = one["n_orders"] / np.maximum(one["active_span_days"], 1)
    names = {
        "rfm": ("days_since_last_order", "n_orders", "revenue_to_date", "mean_order_value", "T"),
        "behavior": ("mean_lines_per_order", "weekend_share", "repeat_product_share", "mean_order_value"),
    }[track]
    points = np.column_stack([*(np.nan_to_num(one[name]) for name in names), per_day])
    return StandardScaler().fit_transform(points)


def _agreement(one: Any, other: Any) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def compare(path: str, n: int) -> list[dict[str, Any]]:
    """Measure both, a process each."""
    mine = measure.call("benchmarks.clusters:ours", path, environment=ONE_THREAD)
    rows = [{"who": "regulars", "customers": n, **row, "peak_mb": mine.peak_mb} for row in mine.result]
    if n <= PLAIN_UP_TO:
        for row in list(rows):
            found = measure.call("benchmarks.clusters:plain", path, row["track"], environment=ONE_THREAD)
            rows.append({"who": "plain", "customers": n, **found.result, "peak_mb": found.peak_mb})
    return rows


def main() -> int:
    """Compare, print and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, help="made up; without it Online Retail II, else 6,000")
    chosen = parser.parse_args()
    data = (
        Path(os.environ.get("REGULARS_DATA", measure.ROOT.parent / "shared" / "data"))
        / "online_retail_II.csv.gz"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "features.parquet")
        is_real = chosen.customers is None and data.exists()
        n = real_features(path, str(data)) if is_real else made_up_features(path, chosen.customers or 6_000)
        rows = compare(path, n)
        for track in dict.fromkeys(row["track"] for row in rows):
            of_track = {row["who"]: row for row in rows if row["track"] == track and row["labels"]}
            if len(of_track) == 2:
                labels = {who: row["labels"] for who, row in of_track.items()}
                for who, silhouettes in elsewhere(path, track, labels).items():
                    of_track[who] |= silhouettes
    shown = [{name: value for name, value in row.items() if name != "labels"} for row in rows]
    measure.record("clusters", shown)
    measure.show(f"{n:,} customers{' of Online Retail II' if is_real else ', made up'}", shown)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

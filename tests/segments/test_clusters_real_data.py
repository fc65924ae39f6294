"""UCI Online Retail II: better separated than the published clusters, stable, and none that a formula's edge made."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load_file
from regulars.segments.clusters.build import build_clusters
from regulars.settings import Settings

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

PUBLISHED = {"rfm": 0.268, "behavior": 0.200}
"""Silhouettes of reference B's clusters, each in its own space."""


@pytest.fixture(scope="module")
def grouped(real_data: Path) -> DuckDBEngine:
    engine = DuckDBEngine()
    query = load_file(Path(__file__).parent / "real_features.sql")
    engine.create("features", query, {"file": str(real_data / "online_retail_II.csv.gz")}, temporary=True)
    build_clusters(engine, Settings())
    return engine


@pytest.mark.parametrize("track", PUBLISHED)
def test_groups_are_better_separated_and_come_back(grouped: DuckDBEngine, track: str) -> None:
    found = grouped.row("SELECT * FROM cluster_tracks WHERE track = $track", {"track": track})
    assert found["n_customers"] == 5878
    assert found["silhouette"] > PUBLISHED[track] + 0.05
    assert found["stability_ari"] > 0.8
    assert found["n_outliers"] < 0.04 * found["n_customers"]


@pytest.mark.parametrize("track", PUBLISHED)
def test_no_group_is_an_accident(grouped: DuckDBEngine, track: str) -> None:
    rows = grouped.rows(
        "SELECT * FROM cluster_profiles WHERE track = $track AND cluster > 0", {"track": track}
    )
    assert min(row["customer_share"] for row in rows) > 0.05
    assert len({row["name"] for row in rows}) == len(rows) >= 3


def test_customers_of_one_day_are_not_set_apart(grouped: DuckDBEngine) -> None:
    row = grouped.row(
        """
        SELECT count(*) AS n, count(*) FILTER (members.cluster = 0) AS n_outliers
        FROM cluster_members AS members JOIN features USING (customer_id)
        WHERE members.track = 'behavior' AND features.active_span_days = 0
        """
    )
    assert row["n"] > 1_500
    assert row["n_outliers"] < 0.01 * row["n"]

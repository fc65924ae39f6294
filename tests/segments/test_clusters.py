"""Groups: found where there are some, named by what is true of them, and the same for one customer as for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.segments.clusters.build import assign_clusters, build_clusters
from regulars.segments.clusters.choice import Candidate, candidates, choose, elbow_of, mean_silhouettes
from regulars.segments.clusters.fitted import Clusters
from regulars.segments.clusters.maps import Map
from regulars.segments.clusters.space import Space
from regulars.segments.clusters.tables import CLUSTER_TABLES
from regulars.segments.clusters.tracks import BEHAVIOR, OUTLIER, RFM, TRACKS
from regulars.segments.clusters.words import track_sentence
from regulars.settings import Clusters as ClusterSettings
from regulars.settings import Settings

Row = dict[str, Any]
BUYS = {
    "days_since_last_order": 5.0, "n_orders": 2.0, "revenue_to_date": 100.0, "active_span_days": 30.0, "T": 400.0,
    "frequency": 1.0, "mean_lines_per_order": 10.0, "weekend_share": 0.0, "repeat_product_share": 0.3,
    "mean_order_value": 50.0, "median_days_between_orders": 30.0, "return_value": 0.0, "gross_revenue_to_date": 100.0,
}  # fmt: skip


def shop(rows: list[Row]) -> DuckDBEngine:
    """Return an engine with the features of customers; what a row leaves out is usual, None is unknown."""
    engine = DuckDBEngine()
    columns = {name: pa.array([{**BUYS, **row}[name] for row in rows], pa.float64()) for name in BUYS}
    table = pa.table({"customer_id": pa.array([row["customer_id"] for row in rows], pa.string()), **columns})
    with engine.registered("given", table):
        engine.execute("CREATE TEMP TABLE features AS SELECT * FROM given")
    return engine


def three_kinds(n: int = 60, seed: int = 1) -> list[Row]:
    """Return customers of three kinds that nobody would mix up: few big regulars, new ones, and long gone ones."""
    draw = np.random.default_rng(seed)
    kinds = {"regular": (5, 40, 8_000, 700), "new": (10, 2, 300, 8), "gone": (500, 1, 20, 0)}
    return [
        {
            "customer_id": f"{kind}-{place}",
            "days_since_last_order": round(days * draw.uniform(0.8, 1.2)),
            "n_orders": max(1, round(orders * draw.uniform(0.8, 1.2))),
            "revenue_to_date": money * draw.uniform(0.8, 1.2),
            "active_span_days": round(span * draw.uniform(0.8, 1.2)),
            "weekend_share": float(draw.uniform(0, 0.3)),
            "mean_lines_per_order": float(draw.uniform(3, 30)),
            "frequency": float(max(0, round(orders * draw.uniform(0.8, 1.2)) - 1)),
        }
        for kind, (days, orders, money, span) in kinds.items()
        for place in range(n)
    ]


def groups(engine: DuckDBEngine, track: str = "rfm") -> dict[str, str]:
    rows = engine.rows("SELECT customer_id, name FROM cluster_members WHERE track = $track", {"track": track})
    return {row["customer_id"]: row["name"] for row in rows}


def told(engine: DuckDBEngine, track: str = "rfm") -> Row:
    return engine.row("SELECT * FROM cluster_tracks WHERE track = $track", {"track": track})


def test_three_kinds_become_three_groups_named_for_what_they_are() -> None:
    engine = shop(three_kinds())
    build_clusters(engine, Settings())
    found = groups(engine)
    names = {
        kind: {name for who, name in found.items() if who.startswith(kind)}
        for kind in ("regular", "new", "gone")
    }
    assert all(len(each) == 1 for each in names.values())
    assert len(set.union(*names.values())) == 3
    (regular,), (new,), (gone,) = names["regular"], names["new"], names["gone"]
    assert "high-spending" in regular.lower()
    assert "recent" in new.lower()
    assert "one-time" in gone.lower()
    assert "long absent" in gone.lower()
    track = told(engine)
    assert (track["k"], track["n_outliers"]) == (3, 0)
    assert track["silhouette"] > 0.7
    assert track["stability_ari"] == pytest.approx(1)
    assert "3 groups" in track["sentence"]


def test_all_curves_are_kept_and_one_number_is_chosen() -> None:
    engine = shop(three_kinds())
    build_clusters(engine, Settings(clusters=ClusterSettings(most=6)))
    rows = engine.rows("SELECT * FROM cluster_choice WHERE track = 'rfm' ORDER BY k")
    assert [row["k"] for row in rows] == [2, 3, 4, 5, 6]
    assert [row["k"] for row in rows if row["is_chosen"]] == [3]
    assert sum(row["is_elbow"] for row in rows) == 1
    inertias = [row["inertia"] for row in rows]
    assert inertias == sorted(inertias, reverse=True)


def test_the_number_of_groups_can_be_given() -> None:
    engine = shop(three_kinds())
    build_clusters(engine, Settings(clusters=ClusterSettings(rfm_k=2, behavior_k=12)))
    assert len(set(groups(engine).values()) - {OUTLIER}) == 2
    assert len(set(groups(engine, "behavior").values()) - {OUTLIER}) == 12
    assert told(engine, "behavior")["k"] == 12


def test_more_groups_than_different_customers_is_a_sentence() -> None:
    rows = [
        {"customer_id": f"c{i}", "n_orders": 1 + i % 3, "revenue_to_date": 10.0 * (1 + i % 3)}
        for i in range(90)
    ]
    engine = shop(rows)
    build_clusters(engine, Settings(clusters=ClusterSettings(rfm_k=9)))
    assert told(engine)["k"] is None
    assert "9 groups" in told(engine)["sentence"]


def test_an_enormous_customer_is_set_apart_and_moves_nobody() -> None:
    rows = three_kinds()
    without = shop(rows)
    build_clusters(without, Settings())
    engine = shop(
        [*rows, {"customer_id": "whale", "n_orders": 900, "revenue_to_date": 9e9, "active_span_days": 700}]
    )
    build_clusters(engine, Settings())
    found = groups(engine)
    assert found.pop("whale") == OUTLIER
    assert OUTLIER not in found.values()
    assert len(set(found.values())) == 3
    profile = engine.row("SELECT * FROM cluster_profiles WHERE track = 'rfm' AND cluster = 0")
    assert (profile["name"], profile["n_customers"]) == (OUTLIER, 1)
    assert "set apart" in profile["persona"]


def test_a_customer_of_one_day_is_no_group_of_its_own() -> None:
    """Orders ÷ days known would be 365 a year for whoever came yesterday; here they are as unknown as they are."""
    rows = three_kinds()
    fresh = [
        {"customer_id": f"fresh-{i}", "T": 0.0, "frequency": 0.0, "n_orders": 1, "repeat_product_share": None}
        for i in range(8)
    ]
    engine = shop([*rows, *fresh])
    build_clusters(engine, Settings())
    found = groups(engine, "behavior")
    mine = {found[row["customer_id"]] for row in fresh}
    assert OUTLIER not in mine
    others = {name for who, name in found.items() if not who.startswith("fresh")}
    assert mine <= others


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([], "0 customers have ordered"),
        ([{"customer_id": "only"}], "1 customer has ordered"),
        ([{"customer_id": f"c{i}"} for i in range(49)], "49 customers have ordered"),
        ([{"customer_id": f"c{i}"} for i in range(200)], "hardly differ"),
        ([{"customer_id": f"c{i}", "revenue_to_date": float(i % 2)} for i in range(200)], "hardly differ"),
        (
            [
                {"customer_id": f"c{i}", **dict.fromkeys(set(BUYS) - {"days_since_last_order"})}
                for i in range(80)
            ],
            "hardly differ",
        ),
        (
            [{"customer_id": f"c{i}", "days_since_last_order": None} for i in range(80)],
            "0 customers have ordered",
        ),
    ],
    ids=["nobody", "one", "few", "all equal", "one difference", "all unknown", "never ordered"],
)
def test_a_shop_that_cannot_be_grouped_says_so(rows: list[Row], word: str) -> None:
    engine = shop(rows)
    assert build_clusters(engine, Settings()) == Clusters({})
    assert word in told(engine)["sentence"]
    assert engine.count("cluster_members") == 0
    for spec in CLUSTER_TABLES:
        assert engine.columns(spec.name) == list(spec.column_names)
        assert engine.count(spec.name) == (2 if spec.name == "cluster_tracks" else 0)


def test_money_in_another_currency_gives_the_same_groups() -> None:
    rows = three_kinds()
    engine, yen = shop(rows), shop([{**row, "revenue_to_date": row["revenue_to_date"] * 190} for row in rows])
    build_clusters(engine, Settings())
    build_clusters(yen, Settings())
    assert groups(engine) == groups(yen)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = three_kinds()
    engine, turned = shop(rows), shop(rows[::-1])
    assert build_clusters(engine, Settings()) == build_clusters(turned, Settings())
    for spec in CLUSTER_TABLES:
        assert engine.rows(f"FROM {spec.name} ORDER BY ALL") == turned.rows(f"FROM {spec.name} ORDER BY ALL")


def random_rows(seed: int, n: int) -> list[Row]:
    draw = np.random.default_rng(seed)
    orders = draw.geometric(0.3, n)
    return [
        {
            "customer_id": f"c{i}", "days_since_last_order": float(draw.integers(0, 700)), "n_orders": float(orders[i]),
            "revenue_to_date": float(draw.lognormal(4, 2)) - 20, "active_span_days": float((orders[i] - 1) * draw.integers(0, 90)),
            "T": float(draw.integers(0, 700)), "frequency": float(orders[i] - 1), "weekend_share": float(draw.integers(0, 3)) / 2,
            "mean_lines_per_order": float(draw.lognormal(2, 1)),
            "repeat_product_share": float(draw.uniform()) if orders[i] > 1 else None,
        }
        for i in range(n)
    ]  # fmt: skip


@hypothesis_settings(max_examples=6)
@given(seed=st.integers(0, 10_000), n=st.integers(50, 150), k=st.integers(2, 8))
def test_laws_of_any_grouping(seed: int, n: int, k: int) -> None:
    """Names are unique, nobody is lost, and a customer alone is put where they are among all."""
    rows = random_rows(seed, n)
    engine = shop(rows)
    clusters = build_clusters(engine, Settings(clusters=ClusterSettings(rfm_k=k, fewest=2, most=3)))
    assert engine.count("cluster_members") == n * len(clusters.groupings)
    for grouping in clusters.groupings.values():
        assert len(set(grouping.names)) == len(grouping.names)
        assert OUTLIER not in grouping.names
    for track in clusters.groupings:
        counted = engine.row(
            "SELECT sum(n_customers) AS n, sum(customer_share) AS share FROM cluster_profiles WHERE track = $t",
            {"t": track},
        )
        assert (counted["n"], counted["share"]) == (n, pytest.approx(1))
    for row in rows[:5]:
        alone = shop([row])
        assign_clusters(alone, clusters)
        mine = {track: groups(engine, track)[row["customer_id"]] for track in clusters.groupings}
        assert {track: groups(alone, track)[row["customer_id"]] for track in mine} == mine


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_words_of_a_name_are_true(track: Any) -> None:
    """A group called by much of something has more of it than the others, by little of it less."""
    engine = shop(random_rows(7, 400))
    clusters = build_clusters(engine, Settings())
    grouping = clusters.groupings[track.name]
    features = engine.rows(
        "SELECT * FROM cluster_features WHERE track = $t AND cluster > 0", {"t": track.name}
    )
    inputs = {each.name: each for each in track.inputs}
    said = 0
    for row in features:
        words = grouping.names[row["cluster"] - 1].lower().split(", ")[0]
        one = inputs[row["input"]]
        if f" {one.high} " in f" {words} ":
            assert row["difference"] > 0
            said += 1
        if f" {one.low} " in f" {words} ":
            assert row["difference"] < 0
            said += 1
    assert said >= len(grouping.names)


def test_silhouettes_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import silhouette_score

    draw = np.random.default_rng(3)
    points = draw.normal(size=(500, 3))
    groupings = [draw.integers(0, k, 500) for k in (2, 5)]
    groupings[1][0] = 5  # alone in a group
    wanted = [silhouette_score(points, labels) for labels in groupings]
    assert mean_silhouettes(points, groupings, rows=130) == pytest.approx(wanted)


def candidate(
    k: int,
    silhouette: float,
    davies_bouldin: float,
    ari: float = 0.9,
    smallest: int = 50,
    elbow: bool = False,
) -> Candidate:
    return Candidate(
        k, np.zeros((k, 1)), np.zeros(1000), silhouette, davies_bouldin, 1.0, ari, smallest, elbow
    )


def test_the_number_is_the_best_of_the_stable_by_both_measures() -> None:
    two, three, four, five = (
        candidate(2, 0.9, 0.1),
        candidate(3, 0.5, 0.8),
        candidate(4, 0.45, 0.7),
        candidate(5, 0.2, 1.0),
    )
    assert choose([two, three, four, five], fewest=3) is three  # on a tie the smaller
    bent = candidate(4, 0.45, 0.7, elbow=True)
    assert choose([two, three, bent, five], fewest=3) is bent
    assert choose([two, three, four, five], fewest=2) is two
    assert choose([candidate(3, 0.9, 0.1, ari=0.2), five], fewest=3) is five
    assert choose([candidate(3, 0.9, 0.1, smallest=8), five], fewest=3) is five  # under one in a hundred
    assert choose([candidate(3, 0.9, 0.1, smallest=4)], fewest=3) is None
    assert choose([two, three], fewest=3, k=2) is two
    assert choose([two, three], fewest=3, k=9) is None


def test_the_elbow_of_a_straight_line_is_its_beginning() -> None:
    assert elbow_of([2, 3, 4], [30.0, 20.0, 10.0]) == 2


def test_two_different_points_carry_no_groups() -> None:
    assert candidates(np.array([[0.0], [1.0], [1.0]]), [2, 3]) == []


def test_an_input_that_is_unknown_or_the_same_is_left_out() -> None:
    columns = {name: np.full(100, value) for name, value in BUYS.items()}
    columns["mean_lines_per_order"] = np.arange(100.0)
    columns["repeat_product_share"] = np.full(100, np.nan)
    space = Space.fit(BEHAVIOR, columns, 3.5)
    assert [each.name for each in space.inputs] == ["mean_lines_per_order"]


def test_unknown_is_the_middle_of_the_shop() -> None:
    columns = {name: np.full(101, value) for name, value in BUYS.items()}
    columns["n_orders"] = np.array([*np.arange(1.0, 101.0), np.nan])
    space = Space.fit(RFM, columns, 3.5)
    assert space.values(columns)[100, 0] == 50.5


def test_a_share_is_pulled_by_what_is_not_known() -> None:
    n = 100
    columns = {name: np.full(n, value) for name, value in BUYS.items()}
    columns["n_orders"] = np.array([1.0, 50.0] * (n // 2))
    columns["weekend_share"] = np.array([1.0, 0.2] * (n // 2))
    space = Space.fit(BEHAVIOR, columns, 3.5)
    one_order, many = space.values(columns)[:2, 0]
    (axis,) = space.axes
    assert one_order == pytest.approx((1 + 3 * axis.pulled_to) / 4)
    assert many == pytest.approx((10 + 3 * axis.pulled_to) / 53)
    assert abs(many - 0.2) < 0.02
    assert 0.25 < one_order < 0.75


def test_a_map_that_is_not_installed_is_said(tmp_path: Path) -> None:
    from regulars.segments.clusters.grouping import group

    rows = three_kinds()
    columns = {name: np.array([{**BUYS, **row}[name] for row in rows], dtype=float) for name in BUYS}
    found = group(RFM, columns, ClusterSettings())
    drawn = Map("pca", np.zeros((1, 2)), (0.6, 0.3))
    assert "umap is not installed" in track_sentence(found, drawn, "umap")
    assert "installed" not in track_sentence(found, drawn, "pca")


def test_the_map_says_how_much_it_shows() -> None:
    engine = shop(three_kinds())
    build_clusters(engine, Settings())
    track = told(engine)
    assert 0.5 < track["map_x_share"] <= 1
    assert track["map_x_share"] + track["map_y_share"] <= 1 + 1e-9
    assert engine.row("SELECT count(*) AS n FROM cluster_map WHERE track = 'rfm'")["n"] == 180

"""Ratings from a file to a release: the wall, the lists, the store, and data that cannot carry a model."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import regulars.flow
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import ModelError, SettingsError
from regulars.evaluation.ratings import judge_ratings
from regulars.publish.reader import Reader
from regulars.recommend.ratings.build import FittedRatings, rated
from regulars.recommend.ratings.data import Ratings
from regulars.recommend.ratings.store import INDEX, NEIGHBORS, open_ratings, save_ratings
from regulars.recommend.ratings.tables import RATING_TABLES
from regulars.settings import Settings
from regulars.steps import rate
from regulars.terms.progress import Silence
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_ratings, land_rows, six_customer_orders
from regulars.warehouse.audits import audit
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff
from regulars.warehouse.history import History

Row = dict[str, Any]
START, CUTOFF = datetime(2026, 1, 1), Cutoff(datetime(2026, 5, 1))


def tastes(n_customers: int = 40, n_products: int = 20) -> list[Row]:
    """Two unequal groups who rate over four months; each likes its own products."""
    dice = np.random.default_rng(5)
    rows = []
    for customer in range(n_customers):
        for number, product in enumerate(dice.permutation(n_products)[: 8 + customer % 5]):
            own = (customer % 3 == 0) == (product % 5 < 2)
            rows.append(
                {
                    "customer_id": f"c{customer}",
                    "product_id": f"p{product}",
                    "rating": float(np.clip((5 if own else 2) + dice.integers(-1, 2), 1, 5)),
                    "rated_at": START + timedelta(days=int(9 * number + customer % 9), hours=int(customer)),
                }
            )
    return rows


def warehouse(rows: list[Row], settings: Settings | None = None) -> DuckDBEngine:
    engine = DuckDBEngine()
    land_ratings(engine, rows)
    build(engine, settings or Settings())
    return engine


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with warehouse(tastes()) as engine:
        yield engine


@pytest.fixture(scope="module")
def fitted(engine: DuckDBEngine) -> FittedRatings:
    found = rate(History(engine, CUTOFF), Settings(), Silence())
    assert found is not None
    return found


def made(rows: list[Row], cutoff: Cutoff = CUTOFF) -> dict[str, list[Row]]:
    with warehouse(rows) as engine:
        rate(History(engine, cutoff), Settings(), Silence())
        return {spec.name: engine.rows(f"SELECT * FROM {spec.name} ORDER BY ALL") for spec in RATING_TABLES}


def test_the_latest_rating_before_the_cutoff_counts() -> None:
    rows: list[Row] = [
        {"customer_id": "1.0", "product_id": " x ", "rating": 2.0, "rated_at": datetime(2026, 1, 1)},
        {"customer_id": "1", "product_id": "x", "rating": 4.0, "rated_at": datetime(2026, 2, 1)},
        {"customer_id": "1", "product_id": "x", "rating": 5.0, "rated_at": datetime(2026, 3, 1)},
        {"customer_id": "2", "product_id": "x", "rating": 1.0, "rated_at": None},
        {"customer_id": "2", "product_id": "y", "rating": 3.0, "rated_at": datetime(2026, 3, 1)},
    ]
    with warehouse(rows) as engine:
        history = History(engine, Cutoff(datetime(2026, 3, 1)))
        history.need("ratings", "customers")
        found = engine.rows("FROM history_ratings ORDER BY ALL")
        assert [(row["customer_id"], row["product_id"], row["rating"]) for row in found] == [
            ("1", "x", 4.0),
            ("2", "x", 1.0),  # without a time: known at any cut-off
        ]
        assert [row["customer_id"] for row in engine.rows("FROM history_customers ORDER BY ALL")] == [
            "1",
            "2",
        ]


def test_rows_that_do_not_count_are_set_aside_with_their_reason() -> None:
    def row(rating: float, when: datetime | None = START, customer: str = "1") -> Row:
        return {"customer_id": customer, "product_id": "x", "rating": rating, "rated_at": when}

    rows = [
        row(4), row(4), row(3, START + timedelta(days=1)), row(2, START + timedelta(days=1)), row(9), row(0.5),
        row(3, datetime(2027, 1, 1)), row(3, datetime(1980, 1, 1)), row(5, START, "test 7"),
    ]  # fmt: skip
    settings = Settings.model_validate({"ratings": {"lowest": 1, "highest": 5}})
    with warehouse(rows, settings) as engine:
        found = engine.rows("SELECT row_number, reason, detail FROM set_aside ORDER BY row_number")
        assert [(one["row_number"], one["reason"]) for one in found] == [
            (1, "repeated_rating"), (3, "replaced_rating"), (5, "rating_out_of_scale"), (6, "rating_out_of_scale"), (7, "future"),
            (8, "before_1990"), (9, "test_customer"),
        ]  # fmt: skip
        assert found[2]["detail"] == "rating: 9.0"
        asked = audit(engine, settings)
        assert {asked[name].n_rows for name in ("repeated_loads", "replaced_orders")} == {0}, "no order was"
        assert (asked.rows_in, asked.ratings_in, asked.ratings_kept, asked.ratings_set_aside) == (0, 9, 2, 7)
        assert engine.count("fct_ratings") + len(found) == len(rows)


def test_a_shop_of_ratings_alone_ends_at_the_midnight_after_the_last(engine: DuckDBEngine) -> None:
    last = max(row["rated_at"] for row in tastes())
    assert default_cutoff(engine) == Cutoff.after(last)
    with DuckDBEngine() as mixed:
        land_rows(mixed, six_customer_orders())
        land_ratings(mixed, tastes())
        build(mixed, Settings())
        # the six customers' last order is of 2 March; a later rating does not move the wall beyond what was observed
        assert default_cutoff(mixed) == Cutoff(datetime(2026, 3, 3))


def test_lists_and_summary(engine: DuckDBEngine, fitted: FittedRatings) -> None:
    summary = engine.rows("FROM rating_summary")[0]
    rows = [row for row in tastes() if row["rated_at"] < CUTOFF.at]
    assert summary["n_ratings"] == len(rows)
    assert summary["mean_rating"] == pytest.approx(np.mean([row["rating"] for row in rows]))
    assert summary["model"] in ("neighbors", "factors", "blend")
    assert 0 < summary["catalog_coverage"] <= 1
    listed = engine.rows("FROM rating_predictions ORDER BY customer_id, rank")
    seen = {(row["customer_id"], row["product_id"]) for row in rows}
    assert not seen & {(row["customer_id"], row["product_id"]) for row in listed}
    first = [row for row in listed if row["rank"] == 1]
    own = [
        (int(row["customer_id"][1:]) % 3 == 0) == (int(row["product_id"][1:]) % 5 < 2)
        for row in listed
        if row["rank"] <= 2
    ]
    assert len(first) == 40
    assert np.mean(own) > 0.8
    assert all(row["reason"].startswith("rated ") for row in listed)


def test_models_are_judged_beside_the_baselines(engine: DuckDBEngine, fitted: FittedRatings) -> None:
    rows = engine.rows("FROM rating_backtests")
    rmse = {row["contender"]: row for row in rows if (row["split"], row["metric"]) == ("folds", "rmse")}
    assert rmse[fitted.chosen.model]["value"] < rmse["biases"]["value"] < rmse["mean"]["value"]
    assert sum(row["is_winner"] for row in rmse.values()) == 1
    assert all(row["ci_low"] < row["value"] < row["ci_high"] for row in rmse.values())
    lists = {row["contender"]: row["value"] for row in rows if row["metric"] == "ndcg_at_10"}
    assert lists["predicted_rating"] > lists["most_liked"]
    assert all(0 <= value <= 1 for value in lists.values())


def test_a_simpler_model_ships_where_taste_is_nothing() -> None:
    """Some customers are generous, some products good, and the rest is chance."""
    dice = np.random.default_rng(2)
    generous, good = dice.normal(0, 0.8, 50), dice.normal(0, 0.8, 30)
    rows = [
        {
            "customer_id": str(c),
            "product_id": str(p),
            "rating": 3 + generous[c] + good[p] + dice.normal(0, 0.5),
        }
        for c in range(50)
        for p in range(30)
        if dice.random() < 0.4
    ]
    with warehouse(rows) as engine:
        chosen, _ = judge_ratings(rated(History(engine, CUTOFF), Settings()), Settings())
    assert chosen is not None
    assert chosen.model == "biases"


def test_no_later_rating_is_seen() -> None:
    """Law 1."""
    rows, cutoff = tastes(), Cutoff(START + timedelta(days=70))
    before = [row for row in rows if row["rated_at"] < cutoff.at]
    later = [{**row, "rating": 1.0, "rated_at": cutoff.at} for row in rows[::3]]
    new = {
        "customer_id": "new",
        "product_id": "new",
        "rating": 99.0,
        "rated_at": cutoff.at + timedelta(days=1),
    }
    assert len(before) < len(rows)
    assert made([*rows, *later, new], cutoff) == made(before, cutoff)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = tastes()
    assert made(rows[::-1]) == made(rows)


def test_a_model_comes_back_from_its_files(
    engine: DuckDBEngine, fitted: FittedRatings, tmp_path: Path
) -> None:
    """What was rated since, by a customer whom no run has seen, is scored as the model in memory scores it."""
    save_ratings(fitted, tmp_path)
    back = open_ratings(tmp_path)
    assert back is not None
    assert (back.product_ids, back.chosen) == (fitted.product_ids, fitted.chosen)
    new = Ratings(
        ("new",), fitted.product_ids, np.zeros(3, np.int64), np.array([2, 5, 9]), np.array([5.0, 1.0, 4.0]),
        np.full(3, np.datetime64("NaT", "us")),
    )  # fmt: skip
    products = np.arange(len(fitted.product_ids))
    nobody = np.zeros(len(products), np.int64)
    said, again = (one.model.know(new).predict(nobody, products) for one in (fitted, back))
    for name, values in said.items():
        assert (again[name] == values).all()


@pytest.mark.parametrize("change", ["index", "neighbors", "missing", "stranger"])
def test_files_that_are_not_ours_are_refused(fitted: FittedRatings, tmp_path: Path, change: str) -> None:
    save_ratings(fitted, tmp_path)
    if change == "index":
        (tmp_path / INDEX).write_text("{")
    elif change == "neighbors":
        (tmp_path / NEIGHBORS).write_bytes((tmp_path / NEIGHBORS).read_bytes()[:-1] + b"x")
    elif change == "missing":
        (tmp_path / NEIGHBORS).unlink()
    else:
        (tmp_path / INDEX).write_text('{"made_by": "somebody else"}')
    with pytest.raises(ModelError) as refused:
        open_ratings(tmp_path)
    assert refused.value.hint


def test_no_model_no_files(tmp_path: Path) -> None:
    assert save_ratings(None, tmp_path) == []
    assert open_ratings(tmp_path) is None


THIN: dict[str, tuple[Callable[[Row], bool], str]] = {
    "one customer": (lambda row: row["customer_id"] == "c1", "All ratings are of 1 customer"),
    "one product": (lambda row: row["product_id"] == "p1", "All ratings are of 1 product"),
    "few": (lambda row: row["customer_id"] in ("c1", "c2"), "ratings; from 50 on"),
}


@pytest.mark.parametrize("name", THIN)
def test_what_cannot_carry_a_model_is_said(name: str) -> None:
    kept, sentence = THIN[name]
    found = made([row for row in tastes() if kept(row)])
    assert sentence in found["rating_summary"][0]["sentences"]
    assert found["rating_summary"][0]["model"] is None
    assert found["rating_predictions"] == found["rating_backtests"] == []


def test_equal_ratings_are_said() -> None:
    found = made([{**row, "rating": 4.0} for row in tastes()])
    assert "Every rating is 4" in found["rating_summary"][0]["sentences"]


def test_slips_of_the_pen_are_left_out_and_said() -> None:
    rows = tastes()
    rows.append({"customer_id": "c1", "product_id": "slip", "rating": 55.0, "rated_at": START})
    summary = made(rows)["rating_summary"][0]
    assert (summary["highest"], summary["n_off_scale"]) == (5.0, 1)
    assert "ratings.lowest" in summary["sentences"]


def test_ratings_without_times_are_used_and_said() -> None:
    found = made([{**row, "rated_at": None} for row in tastes()])
    assert found["rating_summary"][0]["n_without_time"] == len(tastes())
    assert "have no time" in found["rating_summary"][0]["sentences"]
    assert {row["split"] for row in found["rating_backtests"]} == {"folds"}
    assert found["rating_predictions"]


def test_no_ratings_no_rows() -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, six_customer_orders())
        build(engine, Settings())
        assert rate(History(engine, Cutoff(datetime(2026, 3, 1))), Settings(), Silence()) is None
        assert all(engine.count(spec.name) == 0 for spec in RATING_TABLES)


def test_a_scale_upside_down_is_refused() -> None:
    with pytest.raises((SettingsError, ValueError), match="have to rise"):
        Settings.model_validate({"ratings": {"lowest": 5, "highest": 1}})


def write(rows: list[Mapping[str, Any]], path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_file_of_ratings_becomes_a_release(tmp_path: Path) -> None:
    rows: list[Mapping[str, Any]] = [
        {"userId": row["customer_id"], "movieId": row["product_id"], "rating": row["rating"],
         "timestamp": int(row["rated_at"].replace(tzinfo=UTC).timestamp())}
        for row in tastes()
    ]  # fmt: skip
    rows += [{**rows[0], "rating": "NaN"}, {**rows[0], "rating": "good"}]
    release = regulars.flow.run(tmp_path / "shop", [write(rows, tmp_path / "ratings.csv")])
    with Reader.at(release.folder) as reader:
        assert len(reader.table("customers").to_pylist()) == 40
        assert reader.table("rating_predictions").to_pylist()
        reasons = sorted(row["reason"] for row in reader.table("set_aside").to_pylist())
        assert reasons == ["amount_out_of_range", "unreadable_rating"]
    page = release.report.read_text(encoding="utf-8")
    assert "What customers rate" in page
    told = json.loads((release.folder / "report.json").read_text(encoding="utf-8"))
    assert told["release"]["without_orders"].startswith(
        "40\u00a0customers rated products and no order is known"
    )
    figures = {row["figure"]: row["value"] for row in told["key_figures"]}
    assert (figures["customers_who_rated"], figures["n_ratings"]) == (40, len(rows) - 2)
    # the page says what there is, and has no section on what there is not
    assert told["ratings"]["sentence"].split(";")[0] in page.split('<section id="ratings"')[0]
    assert "no order lies before the cut-off" not in page.split('<section id="ratings"')[0]
    assert '<section id="cohorts"' not in page
    assert open_ratings(release.folder / "models") is not None

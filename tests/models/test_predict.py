"""From fitted winners to tables: agreed columns, live equals batch, and files that are refused when they are not ours."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from regulars.errors import ModelError
from regulars.features.build import build_features
from regulars.models.contender import Target
from regulars.models.fitted import Models, Winner, fit_models
from regulars.models.matrix import read_matrix
from regulars.models.predict import make_predictions, predict
from regulars.models.store import INDEX, open_models, save
from regulars.models.tables import MODEL_TABLES, PREDICTIONS, REASONS, TARGET_PREDICTIONS
from regulars.models.value_year import fit_year
from regulars.settings import Predictions, Settings
from regulars.warehouse.history import History

BOOSTED: dict[Target, Winner] = {
    "churn": Winner("average", "Best."), "orders": Winner("lightgbm", "Best."), "value": Winner("lightgbm", "Best."),
    "next_order": Winner("average", "Best."),
}  # fmt: skip
PARAMETRIC: dict[Target, Winner] = {target: Winner("bg_nbd_season", "Best.") for target in BOOSTED}
SETTINGS = Settings().predictions


@pytest.fixture(scope="module")
def models(fitted_shop, year) -> Models:
    ahead = fit_year(year.training(fitted_shop.present), year.winners()["value"])
    return fit_models(fitted_shop.training, BOOSTED, SETTINGS, fitted_shop.encoding, ahead)


@pytest.fixture(scope="module")
def tables(models, fitted_shop):
    return predict(models, fitted_shop.present, SETTINGS)


def rows(tables, name, customer=None):
    return [row for row in tables[name].to_pylist() if customer in (None, row.get("customer_id"))]


def test_tables_are_as_their_specs_say(tables):
    for spec in MODEL_TABLES:
        table = tables[spec.name]
        assert tuple(table.column_names) == spec.column_names
        keys = Counter(tuple(row[name] for name in spec.key) for row in table.to_pylist())
        assert keys.total() == len(keys)
        for column in spec:
            if not column.null_means:
                assert table[column.name].null_count == 0, column.name


def test_agreed_columns_are_there(tables):
    agreed = (
        "customer_id cutoff horizon_days p_churn risk_band p_alive expected_orders predicted_clv predicted_clv_low "
        "predicted_clv_high value_tier priority next_order_on next_order_on_low next_order_on_high next_purchase_window "
        "revenue_at_risk confidence_tier"
    )
    assert set(agreed.split()) <= set(PREDICTIONS.column_names)
    assert TARGET_PREDICTIONS.column_names == (
        "customer_id",
        "target",
        "horizon_days",
        "prediction",
        "low",
        "high",
    )
    assert REASONS.column_names == (
        "customer_id",
        "target",
        "rank",
        "feature",
        "value",
        "contribution",
        "sentence",
    )


def test_one_row_says_one_thing(tables):
    """The chance of an order, the date, the window, the money and the risk agree with one another."""
    for row in rows(tables, "predictions"):
        assert row["p_order_within_30d"] <= row["p_order_within_90d"] + 1e-9
        assert row["predicted_clv_low"] <= row["predicted_clv"] <= row["predicted_clv_high"]
        assert row["predicted_clv"] <= row["predicted_clv_365d"]
        assert row["predicted_clv_365d_low"] <= row["predicted_clv_365d"] <= row["predicted_clv_365d_high"]
        assert row["priority"] == pytest.approx(row["predicted_clv"] * row["p_churn"])
        assert row["revenue_at_risk"] >= row["priority"] - 1e-9
        window, on = row["next_purchase_window"], row["next_order_on"]
        after = None if on is None else (on - row["cutoff"].date()).days
        assert window == (
            "dormant" if after is None or after > 90 else "active" if after <= 30 else "warming"
        )
        assert (row["p_order_within_30d"] >= 0.5) == (after is not None and after < 30)


def test_the_chance_of_an_order_within_the_horizon_is_that_of_not_leaving(models, fitted_shop):
    timing = models.contenders["next_order"]
    within = timing.p_within(fitted_shop.present, models.horizon_days)
    p_churn = models.contenders["churn"].predict(fitted_shop.present).point
    assert within == pytest.approx(1 - p_churn, abs=1e-6)


@pytest.mark.parametrize("winners", [BOOSTED, PARAMETRIC], ids=["boosted", "parametric"])
def test_one_customer_scored_live_gets_what_the_run_gave(fitted_shop, year, winners):
    ahead = fit_year(year.training(fitted_shop.present), year.winners()["value"])
    models = fit_models(fitted_shop.training, winners, SETTINGS, fitted_shop.encoding, ahead)
    engine, cutoff = fitted_shop.engine, fitted_shop.cutoff
    build_features(History(engine, cutoff), models.horizon_days)
    statistics = engine.arrow("FROM shop_statistics")
    tables = predict(models, fitted_shop.present, SETTINGS)
    customer = tables["reasons"]["customer_id"][0].as_py()
    build_features(History(engine, cutoff, customer), models.horizon_days, statistics=statistics)
    alone, _ = read_matrix(engine, models.encoding)
    live = predict(models, alone, SETTINGS)
    for name in ("predictions", "target_predictions", "reasons"):
        assert rows(live, name) == rows(tables, name, customer)


def test_reasons_are_kept_for_those_with_the_most_at_risk(models, fitted_shop):
    tables = predict(models, fitted_shop.present, SETTINGS, explain=5)
    explained = {row["customer_id"] for row in rows(tables, "reasons")}
    by_risk = sorted(
        rows(tables, "predictions"), key=lambda row: (-row["revenue_at_risk"], row["customer_id"])
    )
    assert explained == {row["customer_id"] for row in by_risk[:5]}
    assert all(row["sentence"] and "nan" not in row["sentence"] for row in rows(tables, "reasons"))


def test_temporary_tables_hold_the_same(models, fitted_shop, tables):
    specs = make_predictions(fitted_shop.engine, models, fitted_shop.present, SETTINGS)
    for spec in specs:
        assert fitted_shop.engine.arrow(f"FROM {spec.name}").to_pylist() == tables[spec.name].to_pylist()


def test_only_those_asked_about_have_a_risk(models, fitted_shop):
    narrow = Predictions(churn_lookback_days=100)
    tables = predict(models, fitted_shop.present, narrow)
    since = fitted_shop.present.column("days_since_last_order")
    known = ~np.isnan(tables["predictions"]["p_churn"].to_numpy())
    assert (known == (since < 100)).all()
    assert tables["predictions"]["revenue_at_risk"].null_count == (since >= 100).sum()


def test_discount_and_margin_come_from_the_settings(models, fitted_shop, tables):
    dear = predict(models, fitted_shop.present, Predictions(annual_discount_rate=0.21, margin=0.25))
    plain, less = (one["predictions"]["predicted_clv"].to_numpy() for one in (tables, dear))
    assert less == pytest.approx(plain * 1.21 ** (-models.horizon_days / 730))
    assert dear["predictions"]["predicted_margin"].to_numpy() == pytest.approx(less * 0.25)
    assert set(dear["predictions"]["margin_from"].to_pylist()) == {"settings"}
    assert tables["predictions"]["margin_from"].null_count == len(plain)
    assert dear["predictions"]["value_tier"].to_pylist() == tables["predictions"]["value_tier"].to_pylist()


class TestStore:
    @pytest.fixture
    def folder(self, models, tmp_path):
        save(models, tmp_path / "models")
        return tmp_path / "models"

    def test_files_score_identically(self, folder, fitted_shop, tables):
        again = predict(open_models(folder), fitted_shop.present, SETTINGS)
        assert all(again[name].equals(tables[name]) for name in tables)

    def test_files_are_text_and_the_cards_say_what_and_why(self, folder):
        for path in folder.iterdir():
            json.loads(path.read_text(encoding="utf-8"))
        card = json.loads((folder / "churn.card.json").read_text(encoding="utf-8"))
        assert card["model"] == "average"
        assert card["why"] == "Best."
        assert card["libraries"]["lightgbm"]
        assert "season" in card["season"].lower()

    def test_a_changed_file_is_refused(self, folder):
        path = folder / "churn.json"
        path.write_text(path.read_text(encoding="utf-8").replace("shift", "shaft", 1), encoding="utf-8")
        with pytest.raises(ModelError, match="was changed"):
            open_models(folder)

    @pytest.mark.parametrize(
        "content",
        ["", "[1]", "{}", '{"format": 1}', '{"format": 9, "made_by": "regulars"}', "\x80\x04K\x01."],
    )
    def test_a_foreign_index_is_refused(self, folder, content):
        (folder / INDEX).write_text(content, encoding="utf-8")
        with pytest.raises(ModelError):
            open_models(folder)

    def test_a_class_that_is_not_ours_is_never_made(self, folder):
        self.rewrite(folder, "churn.json", kind="Popen")
        with pytest.raises(ModelError, match="Popen"):
            open_models(folder)

    def test_a_file_that_lacks_something_is_refused(self, folder):
        self.rewrite(folder, "value.json", state={})
        with pytest.raises(ModelError, match="does not hold"):
            open_models(folder)

    def test_a_file_outside_the_folder_is_refused(self, folder):
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        index["sha256"] = {"../churn.json": "0" * 64}
        (folder / INDEX).write_text(json.dumps(index), encoding="utf-8")
        with pytest.raises(ModelError, match="outside"):
            open_models(folder)

    def test_a_missing_file_is_named(self, folder):
        (folder / "orders.json").unlink()
        with pytest.raises(ModelError, match=r"orders\.json"):
            open_models(folder)

    def rewrite(self, folder, name, **changes):
        """Change a file and its hash, as somebody would who knows the format."""
        import hashlib

        document = json.loads((folder / name).read_text(encoding="utf-8")) | changes
        content = json.dumps(document).encode()
        (folder / name).write_bytes(content)
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        index["sha256"][name] = hashlib.sha256(content).hexdigest()
        (folder / INDEX).write_text(json.dumps(index), encoding="utf-8")


def test_a_target_without_a_winner_is_null_with_the_reason(fitted_shop):
    winners: dict[Target, Winner] = PARAMETRIC | {
        "value": Winner(None, "No model may be published: too good.")
    }
    models = fit_models(fitted_shop.training, winners, SETTINGS)
    tables = predict(models, fitted_shop.present, SETTINGS)
    predictions = tables["predictions"]
    assert predictions["predicted_clv"].null_count == len(predictions)
    assert predictions["value_tier"].null_count == len(predictions)
    assert predictions["p_churn"].null_count == 0
    told = {(row["target"], row["horizon_days"]): row for row in rows(tables, "prediction_targets")}
    assert told["value", models.horizon_days]["model"] is None
    assert told["value", models.horizon_days]["sentence"].startswith("No model may be published")
    assert told["value", 365]["sentence"] == "It was not judged over a year."
    assert "value" not in {row["target"] for row in rows(tables, "target_predictions")}


def test_confidence_grows_with_the_history(tables, fitted_shop):
    features = fitted_shop.present
    days = dict(zip(features.customer_ids, features.column("n_purchase_days"), strict=True))
    known = dict(zip(features.customer_ids, features.column("days_since_first_order"), strict=True))
    for row in rows(tables, "predictions"):
        n = days[row["customer_id"]]
        expected = (
            "established"
            if n >= 4
            else "emerging"
            if n >= 2
            else "new"
            if timedelta(days=known[row["customer_id"]]) < timedelta(days=30)
            else "cold_start"
        )
        assert row["confidence_tier"] == expected
        assert bool(row["next_tier_needs"]) == (expected != "established")

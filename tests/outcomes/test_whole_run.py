"""A customers file alone, from the file to the release: what is told of it, and what is not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from tests.outcomes.customers import attributes, shop, write

from regulars import flow
from regulars.cli.show import show_profile
from regulars.errors import ModelError, SettingsError
from regulars.models.outcomes.store import OUTCOMES_FILE, open_outcomes
from regulars.publish.reader import Reader
from regulars.terms.money import Currency

SCHEMA = json.loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))
SCORED_ELSEWHERE = """
import json, sys
from pathlib import Path
from regulars.models.outcomes.store import open_outcomes
from tests.outcomes.customers import attributes, shop
(one,) = open_outcomes(Path(sys.argv[1]))
print(json.dumps(one.predict(attributes(shop()).rows(slice(3, 4))).point.tolist()))
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("described")
    columns = shop()
    columns["churned"][7] = None  # nobody knows yet of the eighth
    release = flow.run(folder / "shop", [write(folder / "customers.csv", columns)])
    with Reader.at(release.folder) as found:
        yield found


def test_everybody_gets_a_prediction_without_a_horizon_and_the_manifest_lists_the_target(
    reader: Reader,
) -> None:
    (told,) = reader.manifest.targets
    assert told["target"] == "churned"
    assert told["kind"] == "probability"
    assert told["horizon_days"] is None
    assert told["model"] in {"best_column", "logistic", "lightgbm"}
    rows = reader.sql(
        "SELECT count(*) AS n, count(horizon_days) AS dated, min(prediction) AS least, max(prediction) AS most FROM target_predictions"
    ).to_pylist()
    assert rows[0]["n"] == len(reader.table("customers")) == 240
    assert rows[0]["dated"] == 0
    assert 0 < rows[0]["least"] < rows[0]["most"] < 1


def test_the_proof_has_neither_cutoff_nor_horizon_and_holds_curves_and_importances(reader: Reader) -> None:
    for name in ("backtests", "curves", "calibration", "importances", "backtest_predictions"):
        rows = reader.sql(
            f"SELECT count(*) AS n, count(cutoff) AS cutoffs, count(horizon_days) AS horizons FROM {name}"
        ).to_pylist()[0]
        assert rows["n"] > 0, name
        assert rows["cutoffs"] == rows["horizons"] == 0, name
    assert reader.sql("SELECT count(*) AS n FROM backtest_predictions").to_pylist()[0]["n"] == 239
    assert {row["curve"] for row in reader.sql("SELECT DISTINCT curve FROM curves").to_pylist()} >= {
        "roc",
        "pr",
        "precision",
        "recall",
        "f1",
    }
    strongest = reader.sql(
        "SELECT arg_max(feature, importance) AS feature FROM importances WHERE model = 'logistic'"
    ).to_pylist()
    assert strongest[0]["feature"] in {"complaints", "spend"}


def test_reasons_are_in_words_and_nothing_is_said_of_orders(reader: Reader) -> None:
    rows = reader.sql("SELECT sentence FROM reasons WHERE customer_id = 'c0000' ORDER BY rank").to_pylist()
    assert any(row["sentence"].startswith("complaints: ") for row in rows)
    for name in ("features", "segments", "predictions", "campaigns", "findings", "orders"):
        assert len(reader.table(name)) == 0, name
    assert "outcomes.json" in {path.name for path in (reader.folder / "models").iterdir()}


def test_one_customer_is_shown(reader: Reader, capsys: pytest.CaptureFixture[str]) -> None:
    show_profile(reader.profile("c0003"), Currency("XXX"))
    shown = capsys.readouterr().out
    assert "none is known" in shown
    assert "% likely" in shown
    assert "complaints" in shown


def test_scores_are_the_same_in_another_process_and_for_one_customer_alone(reader: Reader) -> None:
    models = reader.folder / "models"
    (fitted,) = open_outcomes(models)
    table = attributes({name: cells for name, cells in shop().items() if name != "churned"})
    alone = [fitted.predict(table.rows(slice(place, place + 1))).point[0] for place in range(20)]
    published = reader.sql(
        "SELECT prediction FROM target_predictions ORDER BY customer_id LIMIT 20"
    ).to_pylist()
    assert alone == [row["prediction"] for row in published]
    run = subprocess.run(
        [sys.executable, "-c", SCORED_ELSEWHERE, str(models)], capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == [published[3]["prediction"]]


def test_contributions_add_up_to_the_score(reader: Reader) -> None:
    (fitted,) = open_outcomes(reader.folder / "models")
    assert fitted.model is not None
    assert fitted.encoding is not None
    encoded = fitted.encoding.encode(attributes(shop()))
    explanation = fitted.model.explain(encoded)
    np.testing.assert_allclose(explanation.predictions, fitted.model.predict(encoded), rtol=1e-9)


def test_a_file_that_was_changed_is_refused(reader: Reader, tmp_path: Path) -> None:
    text = (reader.folder / "models" / OUTCOMES_FILE).read_text()
    (tmp_path / OUTCOMES_FILE).write_text(text.replace('"title": "Churned"', '"title": "Changed"'))
    with pytest.raises(ModelError, match="changed after it was written"):
        open_outcomes(tmp_path)
    (tmp_path / OUTCOMES_FILE).write_text('{"made_by": "somebody"}')
    with pytest.raises(ModelError, match="not written by regulars"):
        open_outcomes(tmp_path)
    (tmp_path / OUTCOMES_FILE).write_text("{")
    with pytest.raises(ModelError, match="not JSON"):
        open_outcomes(tmp_path)


def test_a_table_without_an_outcome_is_a_release_all_the_same(tmp_path: Path) -> None:
    file = write(tmp_path / "customers.csv", {"age": ["31", "44", "25", "60", "52"], "town": ["York"] * 5})
    release = flow.run(tmp_path / "shop", [file])
    assert release.manifest.targets == ()
    assert release.manifest.tables["customers"].rows == 5
    assert release.report.exists()


def test_a_rule_that_names_no_column_leaves_the_last_release_alone(tmp_path: Path) -> None:
    file = write(tmp_path / "customers.csv", {"age": ["31", "44", "25", "60", "52"]})
    first = flow.run(tmp_path / "shop", [file])
    rule = '[[outcomes]]\nname = "old"\nrule = [{column = "years", test = "above", value = 40}]\n'
    (tmp_path / "shop" / "regulars.toml").write_text(rule)
    with pytest.raises(SettingsError, match="names the column 'years'"):
        flow.run(tmp_path / "shop")
    assert (tmp_path / "shop" / "releases" / "current").read_text().strip() == first.id


def test_the_report_shows_the_outcome_and_says_that_there_are_no_orders(reader: Reader) -> None:
    summary = reader.report()
    jsonschema.validate(summary, SCHEMA)
    assert summary["release"]["without_orders"].startswith(
        "240\u00a0customers are described and no order is known"
    )
    assert [one["figure"] for one in summary["key_figures"]] == ["customers_described", "data_score"]
    (row,) = summary["outcomes"]["targets"]
    assert row["made_of"] == "The column churned."
    assert "It is known of 239\u00a0customers" in row["how"]
    assert "of 1 it is not known" in row["how"]
    assert row["dropped"] == [{"column": "churned", "reason": "the outcome is made of it"}]
    assert [one["threshold"] for one in row["thresholds"]] == [
        round(0.1 * tenth, 1) for tenth in range(1, 10)
    ]
    assert row["contenders"][0]["is_winner"]
    assert {one["label"] for one in row["contenders"] if not one["can_win"]} >= {"Random forest"}
    assert sum(one["share"] for one in row["columns"]) == pytest.approx(1)
    assert summary["proof"]["targets"] == summary["proof"]["unjudged"] == []
    page = (reader.folder / "report.html").read_text(encoding="utf-8")
    assert 'id="outcome-churned"' in page
    assert 'id="cohorts"' not in page
    assert "ROC: Churned" in page

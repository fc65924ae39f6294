"""An outcome in the customers table of a shop that has orders: one target more, and everything else as it was."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from tests.outcomes.customers import shop, write

from regulars import flow
from regulars.publish.live_customer import without_keys
from regulars.publish.reader import Reader


def orders(path: Path, n_customers: int) -> Path:
    """Write some orders of every customer but the last ten."""
    dice = np.random.default_rng(11)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"])
        for place in range(n_customers - 10):
            for number in range(int(dice.integers(1, 5))):
                when = datetime(2026, 1, 1, 10) + timedelta(days=int(dice.integers(0, 200)))
                rows.writerow(
                    [f"{place}-{number}", f"c{place:04d}", when, f"p{dice.integers(8)}", 1, 10 + number]
                )
    return path


def test_orders_and_a_customers_table_with_an_outcome(tmp_path: Path) -> None:
    files = [orders(tmp_path / "orders.csv", 120), write(tmp_path / "customers.csv", shop(120))]
    release = flow.run(tmp_path / "shop", files)
    told = {row["target"]: row for row in release.manifest.targets}
    assert {"churn", "value", "churned"} <= set(told)
    assert told["churned"]["horizon_days"] is None
    assert told["churn"]["horizon_days"] is not None
    with Reader.at(release.folder) as reader:
        n = reader.sql("SELECT count(*) AS n FROM target_predictions WHERE target = 'churned'").to_pylist()[
            0
        ]["n"]
        assert n == len(reader.table("customers")) == 110
        summary = reader.report()
        assert summary["release"]["without_orders"] is None
        assert "10 more are described, never ordered" in summary["outcomes"]["targets"][0]["how"]
        assert "churned" not in {
            row["target"] for row in summary["proof"]["targets"] + summary["proof"]["unjudged"]
        }
        profile = reader.profile("c0005")
        assert {row["target"] for row in profile["target_predictions"]} >= {"churned"}
        assert {row["target"] for row in profile["reasons"]} >= {"churned"}


def test_scores_as_of_now_keep_what_no_order_changes() -> None:
    scored = {
        "target_predictions": [{"customer_id": "a", "target": "churn", "prediction": 0.2}],
        "reasons": [],
    }
    document = {
        "target_predictions": [
            {"target": "churn", "prediction": 0.7},
            {"target": "churned", "prediction": 0.4},
        ],
        "reasons": [{"target": "churn", "rank": 1}, {"target": "churned", "rank": 1}],
    }
    found = without_keys(scored, document, {"churned"})
    assert [(row["target"], row["prediction"]) for row in found["target_predictions"]] == [
        ("churn", 0.2),
        ("churned", 0.4),
    ]
    assert found["reasons"] == [{"target": "churned", "rank": 1}]

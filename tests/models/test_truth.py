"""Predictions for the synthetic shop beside the truth that it keeps; the figures are in `docs/explanation/truth.md`.

Tolerances: twice what shops of other seeds show, and far below what the mistakes would show that were made here once.
BG/NBD's belief who is a customer is off by 0.25; a season that was read without taking growth out, by 30 % of revenue.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks.truth import PAGE, SIZES, foretell


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return foretell(str(tmp_path_factory.mktemp("truth")), 1_000)


def test_who_is_still_a_customer_is_believed_as_far_as_it_is_true(small: dict[str, Any]) -> None:
    alive = small["alive"]
    assert alive["mean"] == pytest.approx(alive["true"], abs=0.06)
    assert alive["calibration_error"] < 0.06
    assert alive["brier"] < 0.55 * alive["brier_of_the_mean"]
    assert alive["auc"] > 0.87
    assert small["alive_bg_nbd"]["calibration_error"] > 4 * alive["calibration_error"]


def test_whoever_bought_once_is_not_taken_for_a_customer_for_certain(small: dict[str, Any]) -> None:
    once = next(one for one in small["by_orders"] if one["who"] == "one order")
    assert once["predicted"] == pytest.approx(once["true"], abs=0.2)


def test_who_orders_is_foretold_by_season_and_rhythm(small: dict[str, Any]) -> None:
    leaving = small["leaving"]
    assert leaving["auc"] > 0.85
    assert leaving["calibration_error"] < 0.12


@pytest.mark.parametrize(("what", "most"), [("orders_90d", 20), ("value_90d", 25), ("value_365d", 40)])
def test_expected_amounts_are_near_the_true_expectations(
    small: dict[str, Any], what: str, most: float
) -> None:
    found = small[what]
    assert abs(found["bias_pct"]) < most
    assert found["calibration_error_pct"] < most
    assert found["rank_correlation"] > 0.7
    assert 0.75 < found["gini"] < found["gini_of_truth"]


def test_higher_predictions_mean_more_in_truth(small: dict[str, Any]) -> None:
    for what in ("alive", "value_90d"):
        true = [one["true"] for one in small[what]["bins"]]
        assert sum(true[7:]) > 2 * sum(true[:3])
        assert true[-1] == max(true)


def test_the_page_has_every_size() -> None:
    text = Path(PAGE).read_text(encoding="utf-8")
    assert all(f"| {size:,} | revenue in a year |" in text for size in SIZES)

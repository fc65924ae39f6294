"""The published AUC of 1.000 comes out of its definition, and the page says what the same data really allow."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import predictions
import why_not_auc_1

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "why-not-auc-1.md"
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def computed(real_data: Path) -> dict[str, dict[str, Any]]:
    return predictions.compute(real_data)


def test_the_label_of_reference_a_is_found_again_because_it_was_told(computed: dict[str, Any]) -> None:
    past = computed["a"]["published"]
    assert (past["lapsed"], past["customers"]) == (1941, 4339)
    assert past["recency"] == 1.0
    assert past["longest_kept"] <= predictions.LAPSED_DAYS < past["shortest_lapsed"]
    assert f"{past['forest']:.3f}" == "1.000"
    assert past["without_recency"] < 0.9


def test_the_future_is_harder(computed: dict[str, Any]) -> None:
    for found in computed["a"]["future"].values():
        assert 0.65 < found["recency"] < 0.70
        assert 0.70 < found["forest"] < 0.76
        assert found["published_forest"] < found["forest"] - 0.02
    assert computed["a"]["future"][60]["lapsed_who_returned"] > 0.3


def test_figures_of_reference_b(computed: dict[str, Any]) -> None:
    b = computed["b"]
    assert f"{b['future']['recency']:.3f}" == "0.763"
    assert 0.77 < b["future"]["forest"] < 0.81
    assert f"{b['spend_rank_correlation']:.2f}" == "0.50"
    assert b["past_spend_r2"] > 0.8
    assert b["window_auc"] == 1.0
    assert f"{100 * b['always_dormant']:.1f}" == "56.6"
    assert b["window_accuracy"] < 0.6


def test_nothing_at_or_after_the_cutoff_describes_a_customer() -> None:
    """The published mistake, looked for in our own query: changing the future must change the outcomes alone."""
    from regulars.engines.duckdb import DuckDBEngine

    lines = (
        "SELECT * FROM (VALUES ('x', 'i1', 'p', 'France', 2, 5.0, TIMESTAMP '2011-09-01 10:00'), "
        "('x', 'i2', 'p', 'France', 1, 3.0, TIMESTAMP '2011-09-10 00:00')) AS t (customer, invoice, product, country, quantity, amount, sold_at)"
    )
    with DuckDBEngine() as engine:
        engine.execute(f"CREATE TABLE sold AS {lines}")
        with_future = predictions.customers_at(engine, predictions.CUTOFF, 90)
        engine.execute("DELETE FROM sold WHERE invoice = 'i2'")
        without = predictions.customers_at(engine, predictions.CUTOFF, 90)
    assert (predictions.inputs(with_future) == predictions.inputs(without)).all()
    assert [*with_future["stayed_away"], *without["stayed_away"]] == [0, 1]


def test_the_page_shows_what_was_computed(computed: dict[str, Any]) -> None:
    made = why_not_auc_1.page(computed["a"], computed["b"])
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
        PAGE.write_text(made, encoding="utf-8")
        pytest.fail("docs/explanation/why-not-auc-1.md was behind; it has been made anew")

"""What the columns of 238 customers say of one another, and the page about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import customers_alone

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "customers-alone.md"
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def computed(real_data: Path) -> dict[str, Any]:
    return customers_alone.compute(real_data)


def test_the_columns_say_one_thing_and_a_rule_over_them_is_read_back(computed: dict[str, Any]) -> None:
    assert computed["n"] == 238
    assert computed["n_rare"] == 43
    assert computed["least"] > 0.98
    assert computed["with_all"]["logistic"] > 0.999
    assert computed["without_its_column"]["logistic"] > 0.98


def test_without_the_rules_columns_and_near_duplicates_region_is_left(computed: dict[str, Any]) -> None:
    assert computed["dropped"] == sorted(customers_alone.NUMERIC)
    assert computed["winner"] in {"best_column", "logistic"}
    assert 0.6 < computed["rule"]["logistic"].value < 0.75


def test_spend_is_stopped_since_one_column_tells_it(computed: dict[str, Any]) -> None:
    assert computed["spend"]["linear"] > 0.98
    assert computed["spend_by_region"]["linear"] < 0.3
    assert "the column purchase_frequency alone tells the outcome" in computed["stopped"]


def test_the_page_shows_what_was_computed(computed: dict[str, Any]) -> None:
    made = customers_alone.page(computed)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
        PAGE.write_text(made, encoding="utf-8")
        pytest.fail("docs/explanation/customers-alone.md was behind; it has been made anew")

"""Figures that must come out, to the penny and the customer, and the page that shows them."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import figures
import hillstrom
import predictions

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "published-figures.md"

Computed = tuple[dict[str, Any], dict[str, Any], figures.Rows]
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def computed(real_data: Path) -> Computed:
    return figures.compute(real_data)


def test_figures_of_reference_a(computed: Computed) -> None:
    a = computed[0]
    assert round(a["revenue"], 2) == Decimal("10644560.42")
    assert round(a["revenue_net"], 2) == Decimal("9747747.93")
    assert a["untracked"] == Decimal("1733152.52")
    shares = (a["untracked_share"], a["untracked_share_december"], a["untracked_lines_share"])
    assert [f"{100 * share:.2f}" for share in shares] == ["16.28", "30.47", "25.10"]
    assert (a["customers"], a["products"], a["customers_with_price"]) == (4339, 3665, 4338)
    assert (a["at_risk_customers"], round(a["at_risk_revenue"], 2)) == (1941, Decimal("1554710.62"))
    assert (a["gross"]["12346"], a["net"]["12346"]) == (Decimal("77183.60"), 0)
    assert a["top_five"] == ["12346", "15749", "15098", "12939", "12409"]
    assert (round(a["correlation_biggest"], 3), round(a["correlation"], 3)) == (0.189, 0.554)


def test_figures_of_reference_b(computed: Computed) -> None:
    b, segments = computed[1], computed[2]
    assert b["customers"] == 5878
    assert round(b["revenue"], 2) == Decimal("17743429.18")
    assert round(b["revenue_once"], 2) == Decimal("17431551.18")
    assert (round(b["revenue"] / 5878, 2), round(b["revenue_once"] / 5878, 2)) == (
        Decimal("3018.62"),
        Decimal("2965.56"),
    )
    assert (b["overlap_lines"], b["everything_once"]) == (22523, Decimal("18909762.118"))
    assert b["single"] == 1623
    assert f"{100 * b['joint_share']:.1f}" == "55.7"
    assert (b["sign_bag_by_letters"], b["sign_bag_by_words"]) == (11951, 4159)
    assert {name: row["n_customers"] for name, row in segments.items()} == {
        "Champions": 471, "Loyal": 979, "Potential Loyalists": 1280, "Recent": 2, "Promising": 9, "Need Attention": 104,
        "About To Sleep": 606, "Can't Lose": 227, "At Risk": 502, "Hibernating": 901, "Lost": 797,
    }  # fmt: skip
    assert segments["Lost"]["n_middle_recency"] == 524


def test_the_page_shows_what_was_computed(computed: Computed, real_data: Path) -> None:
    a, b, segments = computed
    foretold = predictions.compute(real_data)
    made = figures.page(
        {
            "A: a retailer, one year (UCI Online Retail)": figures.figures_of_a(a)
            + figures.predictions_of_a(foretold["a"]),
            "B: a wholesaler, two years (UCI Online Retail II)": figures.figures_of_b(b, segments)
            + figures.predictions_of_b(foretold["b"]),
            hillstrom.TITLE: hillstrom.figures_of_hillstrom(hillstrom.compute(real_data)),
        }
    )
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
        PAGE.write_text(made, encoding="utf-8")
        pytest.fail("docs/explanation/published-figures.md was behind; it has been made anew")

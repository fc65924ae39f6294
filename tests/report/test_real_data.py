"""The report of Online Retail II, and what it costs to make."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.landing import land
from regulars.settings import Settings

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def online_retail(real_data: Path, publish_report, tmp_path_factory):
    settings = Settings(shop={"name": "Online Retail II", "currency": "GBP"})
    with DuckDBEngine() as engine:
        land(engine, [real_data / "online_retail_II.csv.gz"], settings)
        return publish_report(engine, tmp_path_factory.mktemp("retail"), settings)


def test_the_money_is_that_of_the_file(online_retail):
    health = online_retail.summary["data_health"]
    came_in, kept, aside = health["reconciliation"]
    assert (came_in["n_rows"], came_in["money"]) == (1_067_371, 19_287_250.568)
    assert kept["n_rows"] + aside["n_rows"] == came_in["n_rows"]
    assert kept["money"] + aside["money"] == pytest.approx(came_in["money"], abs=0.0001)
    reasons = {row["reason"]: row for row in health["set_aside"]}
    assert reasons["overlap"]["n_rows"] == 22_523
    assert sum(row["n_rows"] for row in reasons.values()) == aside["n_rows"]


def test_what_matters_is_on_top(online_retail):
    keys = [headline["key"] for headline in online_retail.summary["headlines"]]
    assert keys == ["best_customers", "overdue", "one_time_buyers", "untracked_revenue", "returns", "data"]
    assert "22,523 rows" in online_retail.summary["headlines"][-1]["action"]


def test_figures_of_sections_agree(online_retail):
    summary = online_retail.summary
    revenue = next(figure["value"] for figure in summary["key_figures"] if figure["figure"] == "revenue")
    assert sum(row["revenue"] for row in summary["revenue"]["rows"]) == pytest.approx(revenue, abs=0.01)
    identified = sum(row["revenue"] for row in summary["segments"]["rows"])
    tracked = sum(row["tracked_revenue"] for row in summary["revenue"]["rows"])
    # 52 customers gave back £60,944.33 of what they had bought before the data begins
    assert identified - 60_944.33 == pytest.approx(tracked, abs=0.01)
    assert any("52\u00a0customers" in said and "£60,944" in said for said in summary["release"]["unknown"])


def test_it_is_small_enough_to_send(online_retail):
    assert online_retail.page.stat().st_size < 3_000_000
    for row in online_retail.summary["segments"]["rows"]:
        assert len(row["customers"]) <= 10


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_fits_and_can_be_read(online_retail, open_report, size):
    page = open_report(online_retail.page, size)
    page.everything_open()
    assert page.said == []
    assert page.is_as_wide_as_its_window()
    assert page.smallest_letter() >= 12
    assert page.low_contrast() == []
    assert page.cut_letters() == []

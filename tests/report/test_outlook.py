"""What is likely to happen: sums worked out in `tests.report.hand_made`."""

from __future__ import annotations

import re
from importlib.resources import files
from json import loads

import jsonschema
import pytest
from tests.report.hand_made import customer, forecast, predictions

SCHEMA = loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))


def test_the_summary_has_the_documented_form(predicted):
    jsonschema.validate(predicted.summary, SCHEMA)


def test_without_predictions_nothing_changes(six_customers):
    assert {"outlook", "proof"}.isdisjoint(six_customers.summary)
    page = re.sub(r"<style>.*?</style>", "", six_customers.html, flags=re.S)
    for word in ("outlook", "proof", "is at risk: ", "revenue_at_risk", "is used"):
        assert word not in page
    assert any("no prediction" in said for said in six_customers.summary["release"]["unknown"])


def test_nothing_else_changes_with_them(six_customers, predicted):
    before, after = six_customers.summary, predicted.summary
    for section in before.keys() - {"release", "headlines", "definitions"}:
        assert after[section] == before[section]
    assert after["headlines"][1:] == before["headlines"]
    assert after["definitions"][: len(before["definitions"])] == before["definitions"]
    assert not any("no prediction" in said for said in after["release"]["unknown"])


def test_all_customers_together(predicted):
    totals = predicted.summary["outlook"]["totals"]
    assert totals["expected_leavers"] == pytest.approx(2.2)
    assert totals["n_likely_leavers"] == 2  # bob and fay; dan's is even
    assert totals["expected_revenue"] == 272
    assert totals["revenue_at_risk"] == 120
    assert totals["n_for_half"] == 1


def test_the_first_screen_says_what_is_at_risk_and_where(predicted):
    first = predicted.summary["headlines"][0]
    assert (first["key"], first["money"], first["section"]) == ("revenue_at_risk", 120, "outlook")
    assert "£120" in first["sentence"]
    assert "1\u00a0customer" in first["action"]
    assert '<section id="outlook"' in predicted.html


def test_bands_hold_everybody_and_all_the_money(predicted):
    bands = predicted.summary["outlook"]["bands"]
    assert [row["band"] for row in bands] == ["high", "medium", "low"]
    assert [row["n_customers"] for row in bands] == [2, 1, 1]
    assert [row["revenue_at_risk"] for row in bands] == [50, 10, 60]
    assert sum(row["risk_share"] for row in bands) == pytest.approx(1)
    assert bands[0]["meaning"].startswith("60\u00a0% to 90\u00a0% likely not to order within 60\u00a0days")


def test_customers_with_the_most_to_lose_come_first_with_their_reason(predicted):
    customers = predicted.summary["outlook"]["customers"]
    assert [who["customer_id"] for who in customers] == ["ann", "bob", "fay", "dan"]
    # ann's first reason for leaving; bob has only one for his value; nobody gave one for the others
    assert [who["reason"] for who in customers] == [
        "Usually orders every 20 days; last order 19 days ago.", "Has spent £50.", None, None,
    ]  # fmt: skip
    assert customers[0]["segment"]
    assert customers[2]["next_order_on"] is None


def test_windows_are_ahead_and_in_order(predicted):
    windows = predicted.summary["outlook"]["windows"]
    assert [(row["window"], row["n_customers"]) for row in windows] == [
        ("active", 2),
        ("warming", 1),
        ("dormant", 1),
    ]


def test_the_list_is_bounded(with_tables):
    many = [customer(f"c{n:03d}", 0.5, "medium", 10.0, float(n)) for n in range(300)]
    section = with_tables(predictions=many, reasons=None).summary["outlook"]
    assert [who["customer_id"] for who in section["customers"]] == [f"c{n:03d}" for n in range(299, 284, -1)]
    assert section["totals"]["n_customers"] == 300


def test_months_ahead_have_parts_and_bounds(predicted):
    ahead = predicted.summary["outlook"]["forecast"]
    march = ahead["rows"][0]
    assert (march["expected_revenue"], march["low"], march["high"]) == (100, 80, 130)
    assert [(part["part"], part["expected_revenue"]) for part in march["parts"]] == [
        ("existing", 60),
        ("new", 40),
    ]
    assert ahead["note"] == "It rests on all."
    assert "£80 and £130" in ahead["sentence"]


def test_a_forecast_without_its_whole_is_summed(with_tables):
    rows = [row for row in forecast() if row["part"] != "all"]
    march = with_tables(forecast=rows).summary["outlook"]["forecast"]["rows"][0]
    assert (march["expected_revenue"], march["low"], march["high"]) == (100, 60, 160)


def test_what_could_not_be_predicted_is_said(with_tables):
    rows = [row | {"p_churn": None, "risk_band": None, "revenue_at_risk": None} for row in predictions()]
    none = [
        row | {"expected_revenue": None, "low": None, "high": None, "note": "Too short."}
        for row in forecast()
    ]
    report = with_tables(predictions=rows, forecast=none)
    section = report.summary["outlook"]
    jsonschema.validate(report.summary, SCHEMA)
    assert section["bands"] == section["customers"] == []
    assert "not predicted in this release" in section["notes"][0]
    assert section["forecast"]["missing"] == "Too short."
    assert "Too short." in report.html
    assert report.summary["headlines"][0]["key"] != "revenue_at_risk"


@pytest.mark.parametrize(
    "instead",
    [{"predictions": []}, {"predictions": None}, {"forecast": None}, {"forecast": []}, {"reasons": []}],
    ids=["nobody", "forecast alone", "no forecast", "empty forecast", "no reasons"],
)  # fmt: skip
def test_every_release_gets_an_answer(with_tables, instead):
    report = with_tables(**instead)
    jsonschema.validate(report.summary, SCHEMA)
    assert '<section id="outlook"' in report.html
    for word in (">None<", "nan", "Undefined"):
        assert word not in re.sub(r"<style>.*?</style>|<script.*?</script>", "", report.html, flags=re.S)


def test_customers_may_be_called_anything(with_tables):
    hostile = "</script><img src=x onerror=alert(1)>"
    rows = [customer(hostile, 0.5, "<b>", 10.0, 5.0, next_purchase_window="<i>", confidence_tier="<u>")]
    said = [{"customer_id": hostile, "target": "churn", "rank": 1, "feature": "f", "value": 1.0, "contribution": 1.0, "sentence": "<img>"}]  # fmt: skip
    report = with_tables(predictions=rows, reasons=said)
    assert "<img" not in report.html
    assert report.summary["outlook"]["customers"][0]["customer_id"] == hostile

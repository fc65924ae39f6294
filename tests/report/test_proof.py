"""What the predictions are worth: figures worked out in `tests.report.hand_made`."""

from __future__ import annotations

from importlib.resources import files
from json import loads

import jsonschema
import pytest
from tests.report.hand_made import WINNERS, backtests, model_cards

SCHEMA = loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))


@pytest.fixture
def targets(predicted):
    return {row["target"]: row for row in predicted.summary["proof"]["targets"]}


def test_targets_are_in_order(targets):
    assert list(targets) == ["churn", "value", "next_order"]


def test_the_winner_stands_first_then_who_ranks_best(targets):
    churn = targets["churn"]
    assert [one["model"] for one in churn["contenders"]] == ["lightgbm", "bg_nbd", "recency"]
    assert (churn["winner"], churn["rival"], churn["is_rule"]) == ("lightgbm", "bg_nbd", False)
    figures = churn["contenders"][0]["figures"]["roc_auc"]
    assert figures == {"median": 0.81, "least": 0.80, "most": 0.82}
    assert churn["contenders"][2]["figures"]["calibration_error"]["median"] is None
    assert "0.810" in churn["sentence"]
    assert "BG/NBD, has 0.790" in churn["sentence"]


def test_too_much_and_too_little_do_not_make_up_for_each_other(targets):
    off = targets["value"]["contenders"][0]["figures"]["total_bias_pct"]
    assert off == {"median": 10.0, "least": -10.0, "most": 20.0}


def test_a_plain_rule_that_wins_is_called_one(targets):
    timing = targets["next_order"]
    assert timing["is_rule"] is True
    assert timing["sentence"].startswith("A plain rule is used: Same rate as before")
    # less is better: 13.0 days against 13.5
    assert "the best model, Hazard, has 13.5\u00a0days" in timing["sentence"]
    assert timing["sentence"].endswith("No model was clearly better.")


def test_why_a_better_ranking_does_not_ship_is_said_beside_it(with_tables):
    winners = {**WINNERS, "churn": "bg_nbd"}
    decisions = {("churn", "lightgbm"): "its calibration error is 0.21 at the median, beyond 0.08"}
    report = with_tables(backtests=backtests(winners), model_cards=model_cards(winners, decisions))
    (churn,) = [one for one in report.summary["proof"]["targets"] if one["target"] == "churn"]
    assert churn["sentence"].endswith(
        "Boosted trees (LightGBM), has 0.810, but its calibration error is 0.21 at the median, beyond 0.08."
    )


def test_how_far_everybody_lies_from_the_one_used_is_shown(with_tables):
    apart = {"median": -0.0204, "ci_low": -0.0312, "ci_high": 0.0008}
    report = with_tables(model_cards=model_cards(against_used=apart))
    jsonschema.validate(report.summary, SCHEMA)
    assert report.summary["proof"]["targets"][0]["contenders"][1]["against_used"] == apart
    assert "−0.020 (−0.031 to +0.001)" in report.html


def test_decisions_name_contenders_in_words(targets, predicted):
    assert targets["churn"]["contenders"][1]["decision"].startswith("Boosted trees (LightGBM) is ahead")
    assert "is ahead of it in 99% of redraws" in predicted.html


def test_the_winner_is_followed_over_the_cutoffs(targets):
    assert [(row["cutoff"], row["winner"], row["rival"]) for row in targets["churn"]["series"]] == [
        ("2025-09-01", 0.80, 0.79), ("2025-10-01", 0.82, 0.80), ("2025-11-01", 0.81, 0.78),
    ]  # fmt: skip
    assert targets["churn"]["series"][0]["ci_low"] == pytest.approx(0.78)


def test_tenths_are_pooled_by_customers_and_only_the_winners(targets):
    first = targets["churn"]["groups"][0]
    assert first["n"] == 10 + 20 + 30
    assert first["predicted"] == pytest.approx(0.05)
    # (10 × 0.05 + 20 × 0.06 + 30 × 0.07) / 60
    assert first["observed"] == pytest.approx(3.8 / 60)
    assert [at["cutoff"] for at in first["cutoffs"]] == ["2025-09-01", "2025-10-01", "2025-11-01"]
    assert [row["bin"] for row in targets["value"]["groups"]] == list(range(1, 11))


def test_how_wrong_the_last_forecast_was_in_money(predicted):
    last = predicted.summary["proof"]["last_forecast"]
    assert (last["cutoff"], last["predicted"], last["actual"], last["off"]) == ("2025-11-01", 240, 200, 40)
    assert "£240; £200 came: £40 too much (20.0\u00a0%)" in last["sentence"]
    assert (
        "10.0\u00a0% in the middle, and by 20.0\u00a0% at worst, on 1\u00a0November 2025" in last["sentence"]
    )
    assert last["sentence"].split(":")[0] in predicted.html


def test_pictures_are_drawn_for_what_was_judged(predicted):
    for key in (
        "over-time-churn-60d", "reliability-churn-60d", "over-time-value-60d", "deciles-value-60d", "over-time-next-order-60d",
        "forecast-totals", "risk-bands", "next-purchase-windows", "revenue-forecast",
    ):  # fmt: skip
        assert predicted.html.count(f'<figure id="{key}"') == 1, key


def test_when_nobody_may_ship_it_says_why(with_tables):
    winners = WINNERS | {"churn": None}
    decisions = {("churn", "lightgbm"): "its calibration error is 0.21 at the median, beyond 0.08"}
    report = with_tables(backtests=backtests(winners), model_cards=model_cards(winners, decisions))
    jsonschema.validate(report.summary, SCHEMA)
    churn = report.summary["proof"]["targets"][0]
    assert (churn["winner"], churn["series"], churn["groups"]) == (None, [], [])
    assert churn["sentence"].startswith("Nothing is predicted here")
    assert "its calibration error is 0.21 at the median, beyond 0.08" in report.html
    assert "reliability-churn" not in report.html


def test_a_suspicion_is_shown_with_who_accepted_it(with_tables):
    cards = model_cards(suspicion="feature days_ago has AUC 0.99", accepted_because="the label is a rule")
    warnings = with_tables(model_cards=cards).summary["proof"]["targets"][0]["warnings"]
    assert "feature days_ago has AUC 0.99. The shop accepts it: the label is a rule." in warnings[0]


def test_without_a_complete_past_window_it_says_so(with_tables):
    report = with_tables(backtests=[], calibration=[], model_cards=[])
    jsonschema.validate(report.summary, SCHEMA)
    assert "No past window of" in report.summary["proof"]["missing"]
    assert report.summary["proof"]["missing"] in report.html


def test_one_cutoff_alone_draws_no_line(with_tables):
    rows = [row for row in backtests() if row["cutoff"].month == 11]
    report = with_tables(backtests=rows, calibration=None)
    jsonschema.validate(report.summary, SCHEMA)
    assert "over-time-churn" not in report.html
    assert "such forecast" not in report.summary["proof"]["last_forecast"]["sentence"]


def test_every_figure_of_the_proof_has_a_definition(predicted):
    defined = {row["figure"] for row in predicted.summary["definitions"]}
    labels = [row["label"] for row in predicted.summary["definitions"]]
    shown = {metric for row in predicted.summary["proof"]["targets"] for metric in row["metrics"]}
    assert shown <= defined
    assert len(labels) == len(set(labels))

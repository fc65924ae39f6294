"""Folds that hold, nothing that leaks across them, who ships, and what is too good to be true."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outcomes.customers import attributes, shop

from regulars.evaluation.outcomes.cross_validation import Part, cross_validate, folds
from regulars.evaluation.outcomes.judge import JudgedOutcome, judge_outcomes
from regulars.models.learners import one_thread
from regulars.models.outcomes.compared import compared, oversampled
from regulars.models.outcomes.learned import line_up
from regulars.settings import Settings

QUICK = {"outcome_repeats": 1, "outcome_folds": 3}


def judged(
    columns: dict[str, list[str | None]], *outcomes: dict[str, Any], **predictions: Any
) -> list[JudgedOutcome]:
    chosen = Settings.model_validate({"outcomes": list(outcomes), "predictions": QUICK | predictions})
    with one_thread():
        return judge_outcomes(attributes(columns), chosen)


def test_every_customer_is_asked_once_a_repeat_and_each_fold_has_its_share_of_both() -> None:
    values = np.array([1.0] * 12 + [0.0] * 48)
    parts = list(folds(values, "probability", 4))
    assert sorted(np.concatenate([ask for _, ask in parts])) == list(range(60))
    for learn, ask in parts:
        assert not set(learn) & set(ask)
        assert values[ask].sum() == 3
    again = [ask.tolist() for _, ask in folds(values, "probability", 4)]
    other = [ask.tolist() for _, ask in folds(values, "probability", 4, repeat=1)]
    assert again == [ask.tolist() for _, ask in parts] != other


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_learned_in_a_fold_sees_nobody_who_is_asked(seed: int) -> None:
    """Whatever stands in the rows that are asked, columns become the same numbers and models say the same of one of them."""
    dice = np.random.default_rng(seed)
    columns, n = shop(90), 90
    values = np.array([float(one or 0) for one in columns.pop("churned")])
    learn, ask = next(folds(values, "probability", 3))
    kept = int(dice.choice(ask))
    changed = {name: list(cells) for name, cells in columns.items()}
    for place in set(ask.tolist()) - {kept}:
        for name in changed:
            changed[name][place] = [None, "999999", "Atlantis", "-1"][int(dice.integers(4))]
    told = values.copy()
    told[ask] = 1 - told[ask]
    before, after = (
        Part.of(attributes(one), two, learn, ask) for one, two in ((columns, values), (changed, told))
    )
    assert before.learned_from.names == after.learned_from.names
    np.testing.assert_array_equal(before.learned_from.filled, after.learned_from.filled)
    place = ask.tolist().index(kept)
    with one_thread():
        for model in [*line_up("left", "probability"), *oversampled("left")]:
            one = model.fit(before.learned_from, before.values).predict(before.asked)[place]
            assert model.fit(after.learned_from, after.values).predict(after.asked)[place] == one, model.name
    assert n == len(values)


def test_all_models_are_judged_on_the_same_folds_and_the_cause_is_found() -> None:
    (one,) = judged(shop(300), {"name": "left", "column": "churned", "smote": True, "drop": ["spend"]})
    figures = {row.name: row.value("roc_auc") for row in one.judged}
    assert {
        "base_rate",
        "best_column",
        "logistic",
        "lightgbm",
        "logistic_smote",
        "lightgbm_smote",
        "random_forest",
    } <= set(figures)
    assert figures["base_rate"] < 0.55 < 0.7 < figures["logistic"] < 0.95
    assert one.verdict.winner in {"best_column", "logistic", "lightgbm"}
    assert all(len(row.observed) == 300 and row.cutoff is None for row in one.judged)
    cards = {card["model"]: card for card in one.cards}
    assert cards["random_forest"]["decision"].startswith("run for comparison")
    assert cards["logistic"]["dropped"] == {
        "churned": "the outcome is made of it",
        "spend": "the settings say so",
    }
    # SMOTE makes both kinds as frequent, so its probabilities are too high
    smote, plain = (
        next(row for row in one.judged if row.name == name) for name in ("logistic_smote", "logistic")
    )
    assert smote.value("mean_predicted") > plain.value("mean_predicted")


def test_ties_go_to_the_simpler_model() -> None:
    dice = np.random.default_rng(3)
    columns: dict[str, list[str | None]] = {
        "noise": [f"{one:.3f}" for one in dice.random(200)], "churned": [str(int(one)) for one in dice.random(200) < 0.4],
    }  # fmt: skip
    (one,) = judged(columns, {"name": "left", "column": "churned"})
    assert one.verdict.winner == "base_rate"
    assert "the simpler one ships" in one.verdict.sentence or "base_rate has the best" in one.verdict.sentence


def test_an_amount_is_predicted_by_least_squares_where_it_is_a_line() -> None:
    (one,) = judged(shop(300), {"name": "money", "kind": "amount", "column": "spend"})
    assert one.verdict.winner in {"best_column", "linear"}
    assert one.fitted().band is not None
    low, high = one.fitted().band or (0, 0)
    assert low == pytest.approx(-1.28 * 20, rel=0.3)
    assert high == pytest.approx(1.28 * 20, rel=0.3)


def test_a_rule_drops_its_columns_and_what_moves_with_them() -> None:
    columns = shop(300)
    columns["twice"] = [str(2 * int(one or 0) + 3) for one in columns["complaints"]]
    rule = [{"column": "complaints", "test": "above", "value": 2}]
    (one,) = judged(columns, {"name": "angry", "rule": rule})
    dropped = one.about["dropped"]
    assert dropped["complaints"] == "the outcome is made of it"
    assert dropped["twice"] == "rank correlation 1.000 with complaints"
    assert set(one.attributes.columns) == set(columns) - set(dropped)
    assert one.verdict.winner is not None


def test_the_alarm_stops_an_outcome_names_the_column_and_is_accepted_with_a_reason() -> None:
    columns = shop(300)
    columns["last_survey"] = ["gone" if one == "1" else "here" for one in columns["churned"]]
    outcome = {"name": "left", "column": "churned"}
    (stopped,) = judged(columns, outcome)
    assert stopped.verdict.winner is None
    assert "the column last_survey alone tells the outcome with an AUC of 1.000" in stopped.verdict.sentence
    assert stopped.fitted().model is None
    assert {card["decision"] for card in stopped.cards} == {"the outcome is stopped"}
    (accepted,) = judged(columns, outcome, accept_leak={"left": "the survey comes first"})
    assert accepted.verdict.winner is not None
    assert accepted.fitted().card["accepted_because"] == "the survey comes first"
    assert "last_survey" in accepted.fitted().card["suspicion"]
    (dropped,) = judged(columns, outcome | {"drop": ["last_survey"]})
    assert dropped.verdict.winner is not None


def test_the_alarm_hears_models_that_never_err_though_no_column_tells_alone() -> None:
    dice = np.random.default_rng(5)
    left, right = dice.random(400), dice.random(400)
    columns: dict[str, list[str | None]] = {
        "a": [f"{one:.4f}" for one in left], "b": [f"{one:.4f}" for one in right],
        "churned": [str(int(one)) for one in left + right > 1],
    }  # fmt: skip
    (one,) = judged(columns, {"name": "left", "column": "churned"})
    assert one.verdict.winner is None
    assert "the column that tells most by itself is" in one.verdict.sentence


@pytest.mark.parametrize(
    ("churned", "sentence"),
    [
        (["0"] * 60, "All 60 customers whose outcome is known have the same one"),
        (["1"] * 2 + ["0"] * 58, "Only 2 of 60 customers are of the rarer kind; 10 are needed"),
        ([None] * 60, "the column is empty"),
        (["1", "0", "1", "0", "1"], "Only 2 of 5 customers are of the rarer kind"),
        (["1"] * 12 + ["0"] * 12, "The outcome of 24 customers is known; 30 are needed"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(churned: list[str | None], sentence: str) -> None:
    columns = {"age": [str(20 + place) for place in range(len(churned))], "churned": churned}
    (one,) = judged(columns, {"name": "left", "column": "churned"})
    assert one.verdict.winner is None
    assert sentence in one.verdict.sentence
    assert one.fitted().model is None


def test_figures_are_means_over_the_repeats() -> None:
    columns = shop(80)
    values = np.array([float(one or 0) for one in columns.pop("churned")])
    with one_thread():
        once = [
            cross_validate(attributes(columns), values, compared("left", "probability")[:1], 3, repeats)[0][0]
            for repeats in (1, 2)
        ]
    assert once[0].value("roc_auc") != once[1].value("roc_auc")
    np.testing.assert_array_equal(once[0].predictions.point, once[1].predictions.point)

"""Eight customers, worked out on paper: what a column or a rule says of each."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.outcomes.customers import EIGHT, attributes

from regulars.errors import SettingsError
from regulars.labels.given.outcomes import given, outcomes_of
from regulars.settings import Outcome, Settings

TABLE = attributes(EIGHT)
YES, NO, NAN = 1.0, 0.0, np.nan


def said(**outcome: Any) -> list[float]:
    return given(TABLE, Outcome(name="it", **outcome)).values.tolist()


def test_a_column_of_words_is_yes_and_no_and_unknown_where_it_is_empty() -> None:
    np.testing.assert_equal(said(column="churned"), [YES, NO, YES, NO, NO, NAN, NO, YES])
    np.testing.assert_equal(said(column="plan", yes=["GOLD"]), [NO, YES, NO, YES, NAN, NO, YES, NO])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # age:   25, 40, 31, unknown, 60, 25, 33, 47
        ([{"column": "age", "test": "below", "value": 33}], [YES, NO, YES, NAN, NO, YES, NO, NO]),
        ([{"column": "age", "test": "at_most", "value": "33"}], [YES, NO, YES, NAN, NO, YES, YES, NO]),
        ([{"column": "age", "test": "is", "value": 25}], [YES, NO, NO, NAN, NO, YES, NO, NO]),
        ([{"column": "plan", "test": "one_of", "value": ["gold", "silver"]}], [NO, YES, NO, YES, NAN, NO, YES, NO]),
        ([{"column": "plan", "test": "is_unknown"}], [NO, NO, NO, NO, YES, NO, NO, NO]),
        # a basic plan and below 33: the fourth is known not to be basic, whatever the age
        (
            [{"column": "age", "test": "below", "value": 33}, {"column": "plan", "test": "is", "value": "basic"}],
            [YES, NO, YES, NO, NO, YES, NO, NO],
        ),
    ],
)  # fmt: skip
def test_a_rule_by_hand(rule: list[dict[str, Any]], expected: list[float]) -> None:
    np.testing.assert_equal(said(rule=rule), expected)


def test_any_of_several_conditions_is_enough_where_one_holds() -> None:
    rule = [
        {"column": "age", "test": "above", "value": 45},
        {"column": "plan", "test": "is", "value": "gold"},
    ]
    np.testing.assert_equal(said(rule=rule, match="any"), [NO, YES, NO, YES, YES, NO, YES, YES])


def test_a_column_called_as_shops_call_who_left_is_recognized_and_the_settings_win() -> None:
    assert [(one.name, one.column) for one in outcomes_of(TABLE, [])] == [("churned", "churned")]
    mine = Outcome(name="gold", column="plan", yes=["gold"])
    assert outcomes_of(TABLE, [mine]) == [mine]
    assert [one.name for one in outcomes_of(attributes({"Churn": ["1", "0"]}), [])] == ["outcome_churn"]


@pytest.mark.parametrize(
    ("outcome", "message", "hint"),
    [
        ({"column": "chruned"}, "names the column 'chruned'", "did you mean 'churned'"),
        (
            {"rule": [{"column": "income", "test": "below", "value": 1}]},
            "the column 'income'",
            "there are: age,",
        ),
        ({"column": "churned", "drop": ["nowhere"]}, "the column 'nowhere'", "there are"),
        ({"column": "plan"}, "'basic', 'gold', which is neither yes nor no", 'yes = ["basic"]'),
        ({"column": "plan", "yes": ["platinum"]}, "no cell of 'plan'", "under yes"),
        ({"rule": [{"column": "age", "test": "below", "value": "old"}]}, "is no number", "one_of"),
    ],
)
def test_what_the_settings_get_wrong(outcome: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=message) as problem:
        said(**outcome)
    assert hint in problem.value.hint
    assert problem.value.exit_code == 2


@pytest.mark.parametrize(
    "outcome",
    [
        {"name": "churn", "column": "churned"},
        {"name": "it"},
        {"name": "it", "column": "a", "rule": [{"column": "a", "test": "is", "value": 1}]},
        {"name": "it", "kind": "amount", "column": "a", "smote": True},
        {"name": "it", "rule": [{"column": "a", "test": "in_last_days", "value": 3}]},
        {"name": "it", "column": "a", "eval": "a > 3"},
    ],
)
def test_impossible_outcomes_are_refused(outcome: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"outcome|Extra inputs|predicted of orders"):
        Settings.model_validate({"outcomes": [outcome]})


def test_the_settings_that_the_how_to_shows_are_valid() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "predict-an-outcome.md"
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    shown = [Settings.model_validate(tomllib.loads(block)) for block in blocks]
    assert [one.name for one in shown[0].outcomes] == ["at_risk", "rare_buyer", "spend"]
    assert list(shown[1].predictions.accept_leak) == ["at_risk"]

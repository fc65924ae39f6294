"""Conditions find the customers they describe, and can do nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.campaigns.hand_made import arms, customer, made, plan

from regulars.campaigns.build import check_recipes
from regulars.campaigns.recipes import chosen_recipes, our_recipes
from regulars.errors import SettingsError
from regulars.features.catalog import Feature
from regulars.features.tables import features_table
from regulars.settings import Campaigns, Condition, Predictions, Recipe, Settings, Shop


def only(*conditions: dict[str, Any], **more: Any) -> Settings:
    """Return settings with one recipe alone, whose audience is written to without a hold-out."""
    recipe = {"name": "mine", "title": "Mine", "gains": "order", "conditions": list(conditions), **more}
    off = [one.name for one in our_recipes()]
    return Settings(
        shop=Shop(currency="GBP"),
        campaigns=Campaigns.model_validate({"recipes": [recipe], "switched_off": off, "holdout_share": 0}),
    )


def found(*conditions: dict[str, Any], **more: Any) -> list[str]:
    people = [
        customer(1, n_orders=1, country="France", is_home_country=True, next_order_on=datetime(2026, 3, 1)),
        customer(2, n_orders=2, country="Italy", is_home_country=False, next_order_on=datetime(2026, 3, 14)),
        customer(3, n_orders=3, country=None, next_order_on=datetime(2026, 3, 15)),
        customer(4, n_orders=4, country="O'Hara; DROP TABLE features", next_order_on=None),
    ]
    with made(people, only(*conditions, **more)) as engine:
        return [name[-1] for name in arms(engine)]


@pytest.mark.parametrize(
    ("column", "test", "value", "who"),
    [
        ("n_orders", "is", 2, "2"), ("n_orders", "is_not", 2, "134"), ("n_orders", "at_least", 3, "34"),
        ("n_orders", "at_most", 2.0, "12"), ("n_orders", "above", 3, "4"), ("n_orders", "below", 2, "1"),
        ("n_orders", "one_of", [1, 4], "14"), ("n_orders", "none_of", [1, 4], "23"),
        ("country", "is", "France", "1"), ("country", "is_not", "France", "24"), ("country", "is_unknown", None, "3"),
        ("country", "is_known", None, "124"), ("country", "one_of", ["Italy", "Spain"], "2"),
        ("country", "is", "O'Hara; DROP TABLE features", "4"), ("country", "is", "x' OR TRUE --", ""),
        ("is_home_country", "is", True, "1"), ("next_order_on", "in_next_days", 14, "12"),
        ("next_order_on", "at_least", "2026-03-14", "23"), ("signed_up_at", "in_last_days", 30, ""),
        ("signed_up_at", "in_last_days", 1000, "1234"), ("p_churn", "above", 0.5, "1234"),
    ],
)  # fmt: skip
def test_every_way_of_comparing(column: str, test: str, value: Any, who: str) -> None:
    assert "".join(found({"column": column, "test": test, "value": value})) == who


def test_all_conditions_have_to_hold() -> None:
    assert found(
        {"column": "n_orders", "test": "at_least", "value": 2}, {"column": "country", "test": "is_known"}
    ) == ["2", "4"]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"column": "n_order", "test": "is", "value": 1}, "has a column 'n_order'"),
        ({"column": 'n_orders" = 1 OR "1', "test": "is", "value": 1}, "has a column"),
        ({"column": "n_orders", "test": "is", "value": "many"}, "it holds a number"),
        ({"column": "n_orders", "test": "is", "value": True}, "it holds a number"),
        ({"column": "country", "test": "is", "value": 3}, "it holds a text"),
        ({"column": "country", "test": "at_least", "value": "M"}, "have an order"),
        (
            {"column": "next_order_on", "test": "at_least", "value": "soon"},
            "it holds an instant",
        ),
        ({"column": "n_orders", "test": "in_next_days", "value": 3}, "only dates"),
        ({"column": "is_home_country", "test": "is", "value": "yes"}, "it holds yes or no"),
    ],
)
def test_what_cannot_be_asked_is_said(condition: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        found(condition)
    assert caught.value.hint


def test_what_cannot_be_asked_is_said_before_anything_is_computed() -> None:
    check_recipes(Settings())
    with pytest.raises(SettingsError, match="has a column 'n_order'"):
        check_recipes(only({"column": "n_order", "test": "is", "value": 1}))


def test_a_misspelled_column_is_recognized() -> None:
    with pytest.raises(SettingsError) as caught:
        found({"column": "n_order", "test": "is", "value": 1})
    assert "did you mean n_orders" in caught.value.hint


@pytest.mark.parametrize(
    "condition",
    [
        {"column": "n_orders", "test": "is"}, {"column": "n_orders", "test": "one_of", "value": 3},
        {"column": "n_orders", "test": "one_of", "value": []}, {"column": "n_orders", "test": "is_known", "value": 3},
        {"column": "n_orders", "test": "like", "value": 3}, {"column": "next_order_on", "test": "in_next_days", "value": "3"},
    ],
)  # fmt: skip
def test_a_condition_has_one_form(condition: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Condition.model_validate(condition)


def test_reasons_are_written_by_unit() -> None:
    reason = "{revenue_to_date}, {n_orders}, {days_since_last_order} ago, {p_churn}; {next_order_on}; {country}; {{}}"
    settings = only({"column": "n_orders", "test": "above", "value": 0}, reason=reason)
    people = [
        customer(1, revenue_to_date=1234.5, n_orders=1, next_order_on=datetime(2026, 3, 4), country="=1+1"),
        customer(2, revenue_to_date=-7.0, days_since_last_order=1),
    ]
    with made(people, settings) as engine:
        first, second = (row["reason"] for row in engine.rows("SELECT * FROM campaigns ORDER BY customer_id"))
    assert first == "£1,234, 1 order, 120 days ago, 80 %; 2026-03-04; =1+1; {}"
    assert second == "−£7, 6 orders, 1 day ago, 80 %; unknown; unknown; {}"


@pytest.mark.parametrize("reason", ["{", "{n_orders", "{nothing_of_the_kind}"])
def test_a_reason_that_cannot_be_written_is_said(reason: str) -> None:
    with pytest.raises(SettingsError, match="recipe mine"):
        found({"column": "n_orders", "test": "above", "value": 0}, reason=reason)


def test_a_shop_names_its_own_features() -> None:
    own = [Feature("likes_tea", "Whether.", "cups", type="INTEGER")]
    settings = only({"column": "likes_tea", "test": "at_least", "value": 2}, reason="{likes_tea}")
    people = [customer(1, likes_tea=1), customer(2, likes_tea=2)]
    with made(people, settings, features=features_table(own), own=own) as engine:
        assert list(arms(engine)) == ["c0002"]
        assert engine.row("SELECT reason FROM campaigns")["reason"] == "2 cups"


def test_without_predictions_recipes_that_need_them_say_so() -> None:
    with made([customer(1)], predictions=False) as engine:
        rows = {row["campaign"]: row for row in engine.rows("SELECT * FROM campaign_plans")}
    assert {name for name, row in rows.items() if row["status"] == "not_possible"} == {
        "win_back_valuable", "vip", "due_now",
    }  # fmt: skip
    assert "needs predictions" in rows["due_now"]["sentence"]


def test_a_shop_replaces_adds_and_switches_off() -> None:
    mine = {
        "name": "vip",
        "title": "Ours",
        "gains": "order",
        "conditions": [{"column": "n_orders", "test": "above", "value": 9}],
    }
    settings = Campaigns.model_validate(
        {"recipes": [mine, {**mine, "name": "tea"}], "switched_off": ["onboarding"]}
    )
    names = [recipe.name for recipe in chosen_recipes(settings)]
    assert names == [
        "win_back_valuable",
        "second_order",
        "due_now",
        "replenishment",
        "vip",
        "cross_sell",
        "tea",
    ]
    assert {recipe.name: recipe.title for recipe in chosen_recipes(settings)}["vip"] == "Ours"
    with pytest.raises(SettingsError, match="no recipe 'vop'"):
        chosen_recipes(Campaigns(switched_off=["vop"]))
    with pytest.raises(ValueError, match="two recipes"):
        Campaigns.model_validate({"recipes": [mine, mine]})


@pytest.mark.parametrize("arms", [["control"], ["a", "a"], [], ["=x"]])
def test_arms_are_names(arms: list[str]) -> None:
    one = {"column": "n_orders", "test": "is_known"}
    with pytest.raises(ValueError, match="arms"):
        Recipe.model_validate(
            {"name": "x", "title": "X", "gains": "order", "conditions": [one], "arms": arms}
        )


def test_value_is_what_the_contact_adds_under_the_assumptions() -> None:
    people = [customer(1, p_churn=0.5, revenue_at_risk=200.0, median_order_value=40.0)]
    costs = Predictions(save_rate=0.1, contact_cost=2.0, margin=0.25)
    for gains, value in (("kept", 0.1 * 0.25 * 200 - 2), ("order", 0.1 * 0.25 * 0.5 * 40 - 2)):
        given = only(
            {"column": "n_orders", "test": "is_known"},
            gains=gains,
            contact_cost=0.25 if gains == "order" else None,
        )
        settings = given.model_copy(update={"predictions": costs})
        value += 1.75 if gains == "order" else 0
        with made(people, settings) as engine:
            assert engine.row("SELECT expected_value FROM campaigns")["expected_value"] == pytest.approx(
                value
            )
            said = plan(engine, "mine")
    assert "25 % of revenue is margin" in said["assumptions"]
    assert "£0.25" in said["assumptions"]


def test_our_recipes_find_whom_they_are_for() -> None:
    common: dict[str, Any] = {
        "r_score": 3,
        "f_score": 3,
        "m_score": 3,
        "lifecycle_stage": "active",
        "p_churn": 0.4,
    }
    people = [
        customer(1),
        customer(
            2,
            **common
            | {"n_purchase_days": 1, "n_orders": 1, "lifecycle_stage": "new", "confidence_tier": "new"},
        ),
        customer(3, **common | {"next_order_on": datetime(2026, 3, 10)}),
        customer(
            4,
            **common
            | {
                "n_orders": 2,
                "n_purchase_days": 2,
                "lifecycle_stage": "lapsed",
                "confidence_tier": "emerging",
            },
        ),
        customer(5, **common | {"r_score": 5, "f_score": 5, "m_score": 5}),
        customer(6, **common | {"repeat_product_share": 0.9}),
        customer(
            7,
            **dict.fromkeys(common),
            n_orders=0,
            n_purchase_days=0,
            days_since_last_order=None,
            gross_revenue_to_date=0.0,
        )
        | {
            "lifecycle_stage": "never_ordered",
            "confidence_tier": None,
            "signed_up_at": datetime(2026, 2, 1),
            "median_order_value": None,
        },
    ]
    lines = [
        {
            "customer_id": "c0004",
            "product_id": "TEA",
            "ordered_at": datetime(2025, 11, day),
            "line_kind": "product",
            "is_cancelled": False,
        }
        for day in (1, 11)
    ] + [
        {
            "customer_id": "c0004",
            "product_id": "TEA",
            "ordered_at": datetime(2026, 2, 10),
            "line_kind": "product",
            "is_cancelled": False,
        }
    ]
    settings = Settings(campaigns=Campaigns(holdout_share=0))
    with made(people, settings, lines=lines) as engine:
        got = {row["campaign"]: row["customer_id"] for row in engine.rows("SELECT * FROM campaigns")}
    assert got == {
        "win_back_valuable": "c0001", "second_order": "c0002", "due_now": "c0003", "vip": "c0005", "cross_sell": "c0006",
        "onboarding": "c0007",
    }  # fmt: skip


def test_products_and_send_times() -> None:
    """TEA was bought on days 0, 30, 60: due again 30 days later; MUG long ago; the sixth of March is a Friday."""
    lines = [
        {
            "customer_id": "c0001",
            "product_id": product,
            "ordered_at": when,
            "line_kind": kind,
            "is_cancelled": back,
        }
        for product, kind, back, whens in (
            ("TEA", "product", False, (datetime(2025, 12, 1), datetime(2025, 12, 31), datetime(2026, 1, 30))),
            ("MUG", "product", False, (datetime(2024, 12, 1), datetime(2024, 12, 3), datetime(2024, 12, 5))),
            (
                "POST",
                "shipping",
                False,
                (datetime(2025, 12, 1), datetime(2025, 12, 31), datetime(2026, 1, 30)),
            ),
            ("CUP", "product", True, (datetime(2025, 12, 1), datetime(2025, 12, 31), datetime(2026, 1, 30))),
        )
        for when in whens
    ]
    recommended = [
        {"customer_id": "c0002", "list": "buy_again", "rank": rank, "product_id": f"P{rank}"}
        for rank in (2, 1, 3, 4)
    ]
    people = [
        customer(1, lifecycle_stage="active", preferred_weekday=5, preferred_hour=18),
        customer(2, n_orders=2, preferred_weekday=1, preferred_hour=7),
        customer(3), customer(4),
    ]  # fmt: skip
    settings = Settings(campaigns=Campaigns(holdout_share=0))
    with made(people, settings, lines=lines, recommendations=recommended) as engine:
        rows = {row["customer_id"]: row for row in engine.rows("SELECT * FROM campaigns")}
    assert (rows["c0001"]["campaign"], rows["c0001"]["products"]) == ("replenishment", "TEA")
    assert rows["c0001"]["reason"].endswith("due again: 1 product")
    assert rows["c0001"]["send_at"] == datetime(2026, 3, 6, 18)
    assert rows["c0002"]["products"] == "P1; P2; P3"
    assert rows["c0002"]["send_at"] == datetime(
        2026, 3, 4, 9
    )  # two orders are no rhythm: the shop's Wednesday at nine
    assert rows["c0003"]["products"] is None

"""The laws of the draw: it depends on seed, campaign, customer and stratum, every stratum has its share, nobody is in two."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.campaigns.hand_made import arms, customer, made, plan

from regulars.campaigns.memory import Memory, Started
from regulars.campaigns.recipes import our_recipes
from regulars.settings import Campaigns, Predictions, Settings

PEOPLE = [customer(number) for number in range(400)]


def shop(**given: Any) -> Settings:
    return Settings(campaigns=Campaigns.model_validate(given))


def two(**more: Any) -> list[dict[str, Any]]:
    """Return two recipes for everybody; the first is worth more for even m_scores by its share."""
    everybody = [{"column": "n_orders", "test": "is_known"}]
    shared = {"gains": "kept", "conditions": everybody, **more}
    return [
        {"name": "first", "title": "First", "effect_share": 0.1, **shared},
        {"name": "second", "title": "Second", "effect_share": 0.05, **shared},
    ]


def alone(**more: Any) -> dict[str, Any]:
    return {"recipes": [two()[0] | more], "switched_off": [one.name for one in our_recipes()]}


def test_every_stratum_has_its_share_to_within_one_customer() -> None:
    with made(PEOPLE, shop(holdout_share=0.13)) as engine:
        rows = engine.rows(
            "SELECT stratum, count(*) AS n, count(*) FILTER (WHERE arm = 'control') AS held FROM campaigns GROUP BY ALL"
        )
        whole = plan(engine, "win_back_valuable")
    assert len(rows) == 4
    for row in rows:
        assert floor(0.13 * row["n"]) <= row["held"] <= ceil(0.13 * row["n"])
    assert whole["n_treated"] + whole["n_control"] == whole["n_customers"] == 400
    assert abs(whole["n_control"] - 52) <= 4


def test_the_order_of_rows_and_what_they_are_worth_do_not_matter() -> None:
    dice = random.Random(7)
    shuffled = [
        row | {"revenue_at_risk": dice.uniform(50, 500), "p_churn": dice.random(), "m_score": 4}
        for row in PEOPLE
    ]
    dice.shuffle(shuffled)
    with made(PEOPLE) as engine, made(shuffled) as other:
        assert arms(engine) == arms(other)


def test_other_strata_and_other_campaigns_do_not_matter() -> None:
    some = [row for row in PEOPLE if row["value_tier"] in ("top", "low")]
    other = {
        "name": "zzz",
        "title": "Z",
        "gains": "order",
        "conditions": [{"column": "n_orders", "test": "is", "value": 99}],
    }
    with made(PEOPLE) as engine, made(some, shop(recipes=[other])) as fewer:
        everybody = arms(engine)
        assert arms(fewer) == {name: everybody[name] for name in arms(fewer)}


def test_another_customer_moves_at_most_one() -> None:
    """Of a stratum in which one place more is to be held out, one customer goes; nobody comes."""
    with made(PEOPLE) as engine, made([*PEOPLE, customer(1000)]) as more:
        before, after = arms(engine), arms(more)
    moved = [name for name in before if before[name] != after[name]]
    assert len(moved) <= 1


def test_seed_and_name_draw_others() -> None:
    with made(PEOPLE) as one, made(PEOPLE, shop(seed=2)) as two_:
        assert arms(one) != arms(two_)
    mine, other = shop(**alone()), shop(**alone(name="other"))
    with made(PEOPLE, mine) as one, made(PEOPLE, other) as renamed:
        assert arms(one) != arms(renamed)


def test_broken_shares_are_rounded_both_ways() -> None:
    """Strata of five at a tenth: a half of a customer each, which is one or none, and not always the same."""
    held = []
    for seed in range(12):
        with made([customer(4 * number) for number in range(5)], shop(seed=seed)) as engine:
            held.append(list(arms(engine).values()).count("control"))
    assert set(held) == {0, 1}
    assert 1 <= sum(held) <= 11


def test_several_arms_share_equally() -> None:
    with made(PEOPLE, shop(**alone(arms=["letter", "email", "call"]), holdout_share=0.25)) as engine:
        counts = Counter(arms(engine).values())
    assert set(counts) == {"control", "letter", "email", "call"}
    assert all(abs(n - 100) <= 4 for n in counts.values())


def test_without_a_hold_out_everybody_is_written_to_and_it_is_said() -> None:
    with made(PEOPLE, shop(holdout_share=0)) as engine:
        assert set(arms(engine).values()) == {"treat"}
        assert "cannot be measured" in plan(engine, "win_back_valuable")["sentence"]


def test_nobody_is_in_two_campaigns_unless_it_is_allowed() -> None:
    off = [one.name for one in our_recipes()]
    with made(PEOPLE, shop(recipes=two(), switched_off=off)) as engine:
        rows = engine.rows("SELECT campaign, count(*) AS n FROM campaigns GROUP BY ALL")
        assert rows == [{"campaign": "first", "n": 400}]  # it brings more with each of them
        assert plan(engine, "second")["n_in_other_campaign"] == 400
    with made(PEOPLE, shop(recipes=two(may_overlap=True), switched_off=off)) as engine:
        assert engine.count("campaigns") == 800


@settings(max_examples=6)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 900), st.integers(1, 5), st.booleans()), min_size=1, max_size=60),
    st.floats(0, 0.5), st.one_of(st.none(), st.floats(0, 40)),
)  # fmt: skip
def test_everybody_who_fits_is_accounted_for_and_nothing_costs_more_than_the_budget(
    drawn: list[tuple[float, float, int, bool]], share: float, budget: float | None
) -> None:
    people = [
        customer(number, p_churn=p, revenue_at_risk=money, m_score=score, consent=None if may else False)
        for number, (p, money, score, may) in enumerate(drawn)
    ]
    with made(people, shop(holdout_share=share, budget=budget)) as engine:
        plans = engine.rows("SELECT * FROM campaign_plans")
        ids = [row["customer_id"] for row in engine.rows("SELECT customer_id FROM campaigns")]
        treated = engine.count("campaigns") - list(arms(engine).values()).count("control")
    assert len(ids) == len(set(ids))
    for row in plans:
        out = sum(
            row[name]
            for name in row
            if name.startswith("n_")
            and name not in ("n_matched", "n_customers", "n_treated", "n_control", "n_needed")
        )
        assert out + row["n_customers"] == row["n_matched"]
        assert row["n_treated"] + row["n_control"] == row["n_customers"]
    assert budget is None or treated <= budget


def test_a_budget_buys_the_contacts_with_the_highest_return() -> None:
    """Customer n is worth n pounds; a tenth of a hundred pounds' budget reaches further by the hold-out."""
    people = [customer(n, revenue_at_risk=20 + 10.0 * n) for n in range(300)]
    with made(people, shop(budget=100, holdout_share=0.1)) as engine:
        found = plan(engine, "win_back_valuable")
        least = engine.row("SELECT min(expected_value) AS least FROM campaigns")["least"]
        most_left = max(
            0.1 * row["revenue_at_risk"] - 1 for row in people if row["customer_id"] not in arms(engine)
        )
    assert 97 <= found["n_treated"] <= 100
    assert found["cost"] == found["n_treated"]
    assert found["n_over_budget"] == 299 - found["n_customers"] + (1 - found["n_not_worth_it"])
    assert least >= most_left


def test_money_goes_where_a_contact_brings_most_for_its_cost() -> None:
    """The letter brings 10 for 5, the e-mail 3 for 0.50: a small budget goes to the e-mail."""
    conditions = {odd: [{"column": "n_orders", "test": "is", "value": odd}] for odd in (6, 7)}
    recipes = [
        {
            "name": "letter",
            "title": "L",
            "gains": "kept",
            "conditions": conditions[6],
            "contact_cost": 5,
            "effect_share": 0.1,
        },
        {
            "name": "email",
            "title": "E",
            "gains": "kept",
            "conditions": conditions[7],
            "contact_cost": 0.5,
            "effect_share": 0.03,
        },
    ]
    people = [customer(n, n_orders=6 + n % 2, revenue_at_risk=100.0) for n in range(100)]
    off = [one.name for one in our_recipes()]
    with made(people, shop(recipes=recipes, switched_off=off, budget=20, holdout_share=0)) as engine:
        assert Counter(row["campaign"] for row in engine.rows("SELECT * FROM campaigns")) == {"email": 40}
        assert plan(engine, "letter")["n_over_budget"] == 50
    cut = [recipe | {"budget": 10} for recipe in recipes]
    with made(people, shop(recipes=cut, switched_off=off, holdout_share=0)) as engine:
        assert Counter(row["campaign"] for row in engine.rows("SELECT * FROM campaigns")) == {
            "email": 20,
            "letter": 2,
        }


# who is left out, and why


def left_out(people: list[dict[str, Any]], memory: Memory | None = None, **given: Any) -> dict[str, int]:
    with made(people, shop(holdout_share=0, **given), memory) as engine:
        row = plan(engine, "win_back_valuable")
    names = [
        name
        for name in row
        if name.startswith("n_") and name not in ("n_matched", "n_treated", "n_control", "n_needed")
    ]
    return {name: row[name] for name in names if row[name]}


@pytest.mark.parametrize(
    ("unknown", "told", "n_left"),
    [("auto", True, 1), ("auto", None, 3), ("write", True, 2), ("write", None, 3), ("leave_out", True, 1), ("leave_out", None, 0)],
)  # fmt: skip
def test_no_consent_keeps_a_customer_out(unknown: str, told: bool | None, n_left: int) -> None:
    """Of three customers one consented and one did not, or nobody's consent is known; the third's never is."""
    people = [
        customer(1, consent=told),
        customer(2, consent=None if told is None else False),
        customer(3, consent=None),
    ]
    found = left_out(people, unknown_consent=unknown)
    assert found.get("n_customers", 0) == n_left
    assert found.get("n_no_consent", 0) == 3 - n_left


def test_suppressed_recently_contacted_and_running() -> None:
    running = {
        "campaign": "before", "customer_id": "c0004", "arm": "control", "expected_value": 1.0, "reason": "r",
        "send_at": datetime(2026, 2, 1), "products": None, "product_names": None, "stratum": "top",
    }  # fmt: skip
    contacts = [
        {"customer_id": "c0002", "contacted_at": datetime(2026, 2, 20)},  # nine days before the cut-off
        {"customer_id": "c0003", "contacted_at": datetime(2026, 2, 10)},  # long enough ago
        {"customer_id": "c0005", "contacted_at": datetime(2026, 6, 1)},  # the list is for writing now
    ]
    started = Started(
        "before", "vip", 1, "r", datetime(2026, 2, 1), datetime(2026, 4, 1), {"may_overlap": False}
    )
    people = [customer(n) for n in range(1, 7)]
    memory = Memory([started], [running | {"may_overlap": False}], contacts, ["c0001"])
    assert left_out(people, memory) == {
        "n_suppressed": 1, "n_recently_contacted": 2, "n_in_running_campaign": 1, "n_customers": 2,
    }  # fmt: skip
    memory = Memory([started], [running | {"may_overlap": True}], contacts, ["c0001"])
    assert left_out(people, memory, quiet_days=0)["n_customers"] == 4


def test_too_little_known_too_little_worth_and_no_prediction() -> None:
    people = [
        customer(1, confidence_tier="cold_start"),
        customer(2, revenue_at_risk=9.0),  # a tenth of it is less than the pound that a contact costs
        customer(3, revenue_at_risk=None, p_churn=None),
        customer(4),
    ]
    assert left_out(people) == {
        "n_low_confidence": 1,
        "n_not_worth_it": 1,
        "n_no_prediction": 1,
        "n_customers": 1,
    }


def test_running_campaigns_stay_as_they_were_drawn_and_the_next_is_drawn_anew() -> None:
    with made(PEOPLE, shop(holdout_share=0.2)) as engine:
        before = engine.rows("SELECT * EXCLUDE (status) FROM campaigns ORDER BY customer_id")
        design = {
            name: value
            for name, value in plan(engine, "win_back_valuable").items()
            if not isinstance(value, datetime)
        }
    members = [row | {"may_overlap": False} for row in before]
    started = Started(
        "win_back_valuable", "win_back_valuable", 1, "r", datetime(2026, 3, 1), datetime(2026, 4, 30), design
    )
    changed = [customer(n, value_tier="low", revenue_at_risk=5.0) for n in range(100, 500)]
    with made(changed, shop(holdout_share=0.5, seed=9), Memory([started], members)) as engine:
        after = engine.rows(
            "SELECT * EXCLUDE (status) FROM campaigns WHERE status = 'running' ORDER BY customer_id"
        )
        again = plan(engine, "win_back_valuable-2")
        assert plan(engine, "win_back_valuable")["status"] == "running"
        assert set(names(engine)) >= {"win_back_valuable", "win_back_valuable-2"}
    assert after == [
        row for row in before if row["customer_id"] >= "c0100"
    ]  # the others are not in the shop any more
    assert again["n_in_running_campaign"] == 300


def names(engine: Any) -> list[str]:
    return [row["campaign"] for row in engine.rows("SELECT campaign FROM campaign_plans")]


# small and odd shops


@pytest.mark.parametrize("people", [[], [customer(1)], [customer(1, value_tier=None, m_score=None)]])
def test_shops_of_nobody_and_one(people: list[dict[str, Any]]) -> None:
    with made(people) as engine:
        rows = engine.rows("SELECT * FROM campaign_plans")
    assert len(rows) == 7
    assert all(row["sentence"] for row in rows)


def test_a_campaign_with_nobody_left_says_why() -> None:
    with made([customer(1, consent=False)]) as engine:
        found = plan(engine, "win_back_valuable")
    assert (found["status"], found["n_customers"]) == ("empty", 0)
    assert found["sentence"] == "1 customer fits, and nobody is left: 1 without consent."


def test_costs_that_are_nothing_are_no_division() -> None:
    costs = Predictions(contact_cost=0)
    with made(
        PEOPLE[:10], Settings(predictions=costs, campaigns=Campaigns(budget=0, holdout_share=0))
    ) as engine:
        assert engine.count("campaigns") == 10

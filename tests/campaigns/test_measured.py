"""What a campaign has measured takes the place of what was assumed of the next one, where it tells anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.campaigns.hand_made import customer, made, plan

from regulars.campaigns.measured import measured_effects
from regulars.campaigns.memory import Memory, Started
from regulars.settings import Campaigns, Settings

START, END = datetime(2026, 1, 1, 8), datetime(2026, 1, 31, 8)
POUNDS = Settings.model_validate({"shop": {"currency": "GBP"}})


def counts(n: int, ordered: int, m: int, held_ordered: int, campaign: str = "a") -> dict[str, Any]:
    return {
        "recipe": "r", "campaign": campaign, "ended_at": END, "n_treated": n, "n_treated_ordered": ordered,
        "n_control": m, "n_control_ordered": held_ordered,
    }  # fmt: skip


def test_the_effect_is_the_lift_among_those_who_would_not_have_ordered() -> None:
    found = measured_effects([counts(1000, 340, 500, 145)], 0.05)["r"]
    # 34 % against 29 %: five points of the 71 in a hundred who would have stayed away
    assert found.share == pytest.approx(0.05 / 0.71)
    assert (found.low, found.high) == (pytest.approx(-0.0004, abs=0.002), pytest.approx(0.138, abs=0.003))
    assert not found.tells(0.1)
    assert found.tells(0.2)


def test_two_campaigns_tell_more_than_one_and_their_hold_outs_need_not_be_alike() -> None:
    rows = [counts(1000, 340, 500, 145), counts(300, 60, 300, 45, "b")]
    found = measured_effects(rows, 0.05)["r"]
    # weights 1000 × 500 ÷ 1500 and 300 × 300 ÷ 600; both have a lift of five points, beside 71 and 85 who stay away
    first, second = 1000 / 3, 150
    away = (first * 0.71 + second * 0.85) / (first + second)
    assert found.share == pytest.approx(0.05 / away)
    assert found.low > 0
    assert found.n_campaigns == 2


def test_without_a_hold_out_or_anybody_to_be_moved_nothing_is_measured() -> None:
    assert measured_effects([counts(100, 30, 0, 0)], 0.05) == {}
    assert measured_effects([counts(100, 100, 50, 50)], 0.05) == {}


def lived_through(moved: int, days: int = 30) -> tuple[Memory, list[dict[str, Any]]]:
    """Return a campaign over 300 customers, a third of them held out, and orders: of those written to so many."""
    design = {"recipe": "win_back_valuable", "measure_days": 30, "may_overlap": False}
    started = Started(
        "win_back_valuable", "win_back_valuable", 1, "first", START, START + timedelta(days=days), design
    )
    arms = {f"c{n:04}": "control" if n < 100 else "treat" for n in range(300)}
    over = [
        {"recipe": started.recipe, "campaign": started.campaign, "started_at": START, "ended_at": started.ended_at,
         "customer_id": who, "arm": arm}
        for who, arm in arms.items()
    ]  # fmt: skip
    ordering = [f"c{n:04}" for n in (*range(10), *range(100, 100 + moved))]
    orders = [
        {"order_id": f"{who}-{n}", "version": 1, "customer_id": who, "ordered_at": at, "is_purchase": True, "revenue": 50}
        for who in ordering
        for n, at in enumerate((START + timedelta(days=9), START - timedelta(days=1), END + timedelta(days=1)))
    ]  # fmt: skip
    # outside of the window everybody orders, which is not to be counted
    orders += [
        {"order_id": f"{who}-late", "version": 1, "customer_id": who, "ordered_at": END, "is_purchase": True, "revenue": 50}
        for who in arms
    ]  # fmt: skip
    return Memory(started=[started], over=over), orders


def test_what_was_measured_stands_in_the_place_of_what_was_assumed() -> None:
    memory, orders = lived_through(moved=80)
    engine = made([customer(n) for n in range(40)], POUNDS, memory, orders=orders)
    found = plan(engine, "win_back_valuable-2")
    # 80 of 200 against 10 of 100: 30 points of the 90 in a hundred who would have stayed away
    assert found["effect_is_measured"]
    assert found["effect_share"] == found["measured_share"] == pytest.approx(0.3 / 0.9)
    assert found["measured_low"] < 0.3 < found["measured_high"]
    assert found["assumptions"].startswith(
        "Measured: of those who would not order otherwise, the contact moved 33.3 % (interval "
    )
    assert (
        "in one campaign of this recipe until 2026-01-31; 33.3 % stands in the place of the 10 % assumed"
        in found["assumptions"]
    )
    # £110 at risk × a third, less a pound
    value = engine.row(
        "SELECT max(expected_value) AS most FROM campaigns WHERE campaign = 'win_back_valuable-2'"
    )["most"]
    assert value == pytest.approx(110 / 3 - 1)


def test_what_is_too_uncertain_changes_nothing_and_says_so() -> None:
    memory, orders = lived_through(moved=26)
    found = plan(made([customer(n) for n in range(40)], POUNDS, memory, orders=orders), "win_back_valuable-2")
    assert (found["effect_is_measured"], found["effect_share"]) == (False, 0.1)
    assert found["measured_share"] == pytest.approx(0.03 / 0.9)
    assert "measured 3.33 % (interval " in found["assumptions"]
    assert "too uncertain to say otherwise" in found["assumptions"]


def test_what_did_harm_is_taken_for_nothing_and_nobody_is_written_to() -> None:
    memory, orders = lived_through(moved=0)
    found = plan(made([customer(n) for n in range(40)], POUNDS, memory, orders=orders), "win_back_valuable-2")
    assert (found["effect_share"], found["status"], found["n_not_worth_it"]) == (0.0, "empty", 40)


def test_other_recipes_stay_as_they_were_assumed() -> None:
    memory, orders = lived_through(moved=80)
    found = plan(made([customer(0)], POUNDS, memory, orders=orders), "vip")
    assert (found["effect_is_measured"], found["effect_share"], found["measured_share"]) == (
        False,
        0.05,
        None,
    )


@pytest.mark.parametrize(
    ("days", "at", "counts_as"), [(30, END, True), (29, END, False), (30, datetime(2026, 1, 30), False)]
)
def test_only_what_ran_its_time_is_measured(days: int, at: datetime, counts_as: bool) -> None:
    memory, _ = lived_through(10, days)
    assert memory.started[0].was_measured(at) is counts_as


def test_settings_name_the_chance_of_the_interval() -> None:
    memory, orders = lived_through(moved=80)
    wide = POUNDS.model_copy(update={"campaigns": Campaigns(significance=0.01)})
    usual, wider = (
        plan(made([customer(0)], settings, memory, orders=orders), "win_back_valuable-2")
        for settings in (POUNDS, wide)
    )
    assert wider["measured_low"] < usual["measured_low"]

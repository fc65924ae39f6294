"""Schemes as data: what a table of rules must be."""

from __future__ import annotations

from itertools import product

import pytest

from regulars.segments.rfm import SCORES, STAKES, scheme

SCHEMES = ("regulars", "published", "shopify")
COMBINATIONS = list(product(SCORES, repeat=3))


@pytest.mark.parametrize("name", SCHEMES)
def test_every_combination_has_a_segment(name: str) -> None:
    assert [c for c in COMBINATIONS if not any(s.fits(*c) for s in scheme(name).scored)] == []


@pytest.mark.parametrize("name", [name for name in SCHEMES if scheme(name).exactly_once])
def test_no_combination_has_two_segments(name: str) -> None:
    assert [c for c in COMBINATIONS if sum(s.fits(*c) for s in scheme(name).scored) != 1] == []


def test_ours_and_shopifys_need_no_order_of_rules() -> None:
    assert [name for name in SCHEMES if scheme(name).exactly_once] == ["regulars", "shopify"]


@pytest.mark.parametrize("name", SCHEMES)
def test_eleven_names_each_with_rule_action_and_stake(name: str) -> None:
    rules = scheme(name)
    assert rules.name == name
    named = {s.name for s in (rules.scored if name != "shopify" else rules.segments)}
    assert len(named) == 11
    for segment in rules.segments:
        assert segment.rule
        assert segment.action.endswith(".")
        assert segment.stake in STAKES


@pytest.mark.parametrize("name", SCHEMES)
def test_every_name_is_reached(name: str) -> None:
    reached = {scheme(name).segment(*c).name for c in COMBINATIONS}
    assert reached == {segment.name for segment in scheme(name).scored}


def test_shopifys_names_are_shopifys() -> None:
    assert {segment.name.upper().replace(" ", "_") for segment in scheme("shopify").segments} == {
        "CHAMPIONS", "LOYAL", "ACTIVE", "NEW", "PROMISING", "AT_RISK", "ALMOST_LOST", "PREVIOUSLY_LOYAL",
        "NEEDS_ATTENTION", "DORMANT", "PROSPECTS",
    }  # fmt: skip


def test_a_better_score_never_leads_from_worth_keeping_to_not_worth_it() -> None:
    """In our scheme nobody is let go because of one more order or more money."""
    rules = scheme("regulars")
    for r, f, m in COMBINATIONS:
        if rules.segment(r, f, m).stake != "let_go":
            assert f == 5 or rules.segment(r, f + 1, m).stake != "let_go"
            assert m == 5 or rules.segment(r, f, m + 1).stake != "let_go"
            assert r == 5 or rules.segment(r + 1, f, m).stake != "let_go"

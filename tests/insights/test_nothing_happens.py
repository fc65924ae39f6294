"""In shops where nothing happens, how often is something said to have happened?"""

from __future__ import annotations

import os

import pytest
from tests.insights.conftest import POUNDS, told_of
from tests.insights.made import CUTOFF, made

SHOPS = int(os.environ.get("REGULARS_QUIET_SHOPS", "5"))
"""The page on insights tells of 30."""


def false_alarms(seeds: range, orders_a_day: float) -> list[str]:
    """Return what is said on the strength of a test, of all shops."""
    said = []
    for seed in seeds:
        told = told_of(made(seed, orders_a_day), CUTOFF)
        said += [row["sentence"] for row in told.findings if row["p_adjusted"] is not None]
        said += [row["sentence"] for row in told.of("unusual_customers")]
    return said


def test_a_quiet_shop() -> None:
    assert false_alarms(range(200, 201), 6.0) == []


@pytest.mark.slow
@pytest.mark.parametrize("orders_a_day", [8.0, 25.0])
def test_quiet_shops(orders_a_day: float) -> None:
    """Of shops where nothing happens, one in twenty may be told that something did: the rate that is asked for."""
    said = false_alarms(range(SHOPS), orders_a_day)
    print(f"\n{orders_a_day:g} orders a day: {len(said)} false findings in {SHOPS} shops")
    for sentence in said:
        print("  ", sentence)
    # with the rate that is asked for, more than 1 of 5, or 5 of 30, have a chance of two in a hundred at most
    assert POUNDS.insights.false_discovery_rate == 0.05
    assert len(said) <= max(1, SHOPS // 6)

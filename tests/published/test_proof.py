"""The bars that predictions have to clear on UCI Online Retail II, and the page that shows how they do."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.backtest import Backtest

sys.path.insert(0, str(Path(__file__).parent))
import proof

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "proof-on-online-retail-II.md"
pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def judged(online_retail_ii: DuckDBEngine) -> tuple[Backtest, Backtest]:
    return proof.compute(online_retail_ii)


def test_every_bar_is_reached(judged: tuple[Backtest, Backtest]) -> None:
    assert [f"{one.what}: {one.reached}" for one in proof.bars(judged[0]) if not one.is_reached] == []


def test_everybody_was_asked_about_the_same_customers(judged: tuple[Backtest, Backtest]) -> None:
    backtest = judged[0]
    assert [one.at.strftime("%Y-%m-%d") for one in backtest.plan.tests] == [
        "2010-12-09", "2011-01-09", "2011-02-09", "2011-03-09", "2011-04-09",
        "2011-05-09", "2011-06-09", "2011-07-09", "2011-08-09", "2011-09-09",
    ]  # fmt: skip
    assert len(backtest.of("churn", proof.winner(backtest, "churn"))[-1].observed) == 5254
    for one in backtest.judged:
        same = backtest.of("value", "nobody_returns")[backtest.plan.tests.index(one.cutoff)]
        assert (one.customer_ids == same.customer_ids).all()


def test_whoever_knows_the_season_is_right_at_every_time_of_year(judged: tuple[Backtest, Backtest]) -> None:
    off = {
        name: float(np.abs(proof.figures(judged[0], "value", name, "total_bias_pct")).max())
        for name in ("bg_nbd_season", "bg_nbd_gamma_gamma", "last_year", "same_window_last_year")
    }
    assert off["bg_nbd_season"] < min(off[name] for name in off if name != "bg_nbd_season")


def test_nothing_looks_too_good_to_be_true(judged: tuple[Backtest, Backtest]) -> None:
    assert judged[0].leaks.features == {}
    assert all(verdict.winner for verdict in judged[0].verdicts.values())


def test_a_year_is_judged_too(judged: tuple[Backtest, Backtest]) -> None:
    year = judged[1]
    assert len(year.plan.tests) == 3
    ships = proof.winner(year, "value")
    assert year.median("value", ships, "normalized_gini") > 0.82
    assert np.abs(proof.figures(year, "value", ships, "total_bias_pct")).max() < 30


def test_the_page_shows_what_was_computed(judged: tuple[Backtest, Backtest]) -> None:
    made = proof.page(*judged)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
        PAGE.write_text(made, encoding="utf-8")
        pytest.fail("docs/explanation/proof-on-online-retail-II.md was behind; it has been made anew")

"""How lists are judged: figures against plain loops, who ships, and who is asked."""

from __future__ import annotations

import math
import random
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recommend.conftest import AT, Row, bought

from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.recommendation_metrics import METRICS, list_figures
from regulars.evaluation.recommendation_tables import RECOMMENDATION_BACKTESTS
from regulars.evaluation.recommendations import judge_recommendations, past_cutoffs
from regulars.evaluation.tables import BACKTESTS
from regulars.recommend.purchases import Demand
from regulars.recommend.scorers import DEFAULTS
from regulars.settings import Settings
from regulars.terms.windows import Horizon
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build

N_PRODUCTS = 15


def demand() -> Demand:
    names = pa.array([f"p{n:02d}" for n in range(N_PRODUCTS)])
    customers = np.arange(1.0, N_PRODUCTS + 1)
    return Demand(names, names, customers, customers, customers != 3)


@given(st.lists(st.tuples(st.lists(st.integers(0, N_PRODUCTS - 1), unique=True, max_size=10),
                          st.sets(st.integers(-1, N_PRODUCTS - 1), min_size=1)), min_size=1, max_size=5))  # fmt: skip
def test_figures_are_those_of_plain_loops(customers: list[tuple[list[int], set[int]]]) -> None:
    lists = np.full((len(customers), 10), -1, dtype=np.int32)
    for row, (shown, _) in enumerate(customers):
        lists[row, : len(shown)] = shown
    who = np.array([row for row, (_, wanted) in enumerate(customers) for _ in wanted])
    what = np.array([product for _, wanted in customers for product in sorted(wanted)])
    found, coverage = list_figures(lists, who, what, demand(), 40)
    for row, (shown, wanted) in enumerate(customers):
        hits = [product in wanted for product in shown]
        gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)
        best = sum(1 / math.log2(place + 2) for place in range(min(len(wanted), 10)))
        rarity = [-math.log2((product + 1) / 40) for product in shown]
        assert found["recall_at_10"][row] == pytest.approx(sum(hits) / len(wanted))
        assert found["ndcg_at_10"][row] == pytest.approx(gain / best)
        assert found["hit_rate_at_5"][row] == any(hits[:5])
        assert found["precision_at_10"][row] == pytest.approx(sum(hits) / 10)
        assert found["novelty"][row] == pytest.approx(sum(rarity) / len(shown) if shown else 0)
    assert coverage == len({product for shown, _ in customers for product in shown}) / (N_PRODUCTS - 1)


def loyal() -> list[Row]:
    """Return forty customers who buy one of four teas every thirty days, and a cup of their own kind with it now and then."""
    dice = random.Random(7)
    rows = []
    for customer in range(40):
        for order in range(14):
            days = 30 * order + dice.uniform(1, 20)
            order_id = f"o{customer}-{order}"
            rows.append(bought(f"c{customer:02d}", f"tea{customer % 4}", days, order_id))
            if dice.random() < 0.4:
                rows.append(
                    bought(f"c{customer:02d}", f"cup{customer % 4}{dice.randint(0, 5)}", days, order_id)
                )
    return rows


def test_the_scorer_that_finds_what_came_ships(capsys: pytest.CaptureFixture[str]) -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, loyal())
        build(engine, Settings())
        verdicts = judge_recommendations(engine, AT, Horizon(60, "given"), Settings())
        rows = engine.rows("SELECT * FROM recommendation_backtests")
    assert verdicts["next_basket"].scorer.own, (
        "everybody buys one of four teas, and only their own orders tell which"
    )
    assert verdicts["try_next"].scorer.similar, "cups of one kind go together, and no other way to know it"
    assert all(verdict.sentence.endswith(".") for verdict in verdicts.values())
    assert set(rows[0]) == {column.name for column in RECOMMENDATION_BACKTESTS}
    assert {row["metric"] for row in rows} == set(METRICS)
    assert all(row["cutoff"] + timedelta(days=60) <= AT.at for row in rows)
    assert "als" in {row["model"] for row in rows if not row["is_winner"]}
    for target, verdict in verdicts.items():
        won = {row["model"] for row in rows if row["is_winner"] and row["target"] == target}
        assert won == {verdict.scorer.name}
        newest = max(row["cutoff"] for row in rows)
        assert {row["model"] for row in rows if row["target"] == target and row["cutoff"] == newest} >= won
    assert capsys.readouterr().out == ""


def test_a_perfectly_regular_customer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, [bought(f"c{n}", f"p{n}", day) for n in range(12) for day in range(1, 200, 10)])
        build(engine, Settings())
        judge_recommendations(engine, AT, Horizon(30, "given"), Settings())
        found = engine.rows(
            "SELECT DISTINCT value FROM recommendation_backtests WHERE model = 'bought_often' AND metric = 'ndcg_at_10' "
            "AND target = 'next_basket'"
        )
    assert found == [{"value": 1.0}]


@pytest.mark.parametrize(
    "rows", [[], [bought("ann", "tea", 5)], [bought(f"c{n}", None, n) for n in range(99)]]
)
def test_where_nothing_can_be_judged_the_defaults_ship_and_say_so(rows: list[Row]) -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, rows)
        build(engine, Settings())
        verdicts = judge_recommendations(engine, AT, Horizon(30, "given"), Settings())
        assert {target: verdict.scorer for target, verdict in verdicts.items()} == DEFAULTS
        assert all(verdict.sentence.startswith("No past window") for verdict in verdicts.values())
        assert engine.count("recommendation_backtests") == 0


def test_windows_are_over_and_have_as_much_history_before_them() -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, [bought("ann", "tea", 100), bought("ann", "tea", 1)])
        build(engine, Settings())
        found = past_cutoffs(engine, AT, 30, 5)
    assert [(AT.at - one.at).days for one in found] == [60, 30]


def test_the_table_has_the_columns_of_backtests() -> None:
    assert {column.name for column in BACKTESTS} <= {column.name for column in RECOMMENDATION_BACKTESTS}

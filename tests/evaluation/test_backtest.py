"""The backtest itself: what is learned from, who is judged, what is said when nothing can be."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.errors import TimeError
from regulars.evaluation.backtest import backtest, judge_all
from regulars.evaluation.plan import Plan, planned
from regulars.evaluation.tables import EVALUATION_TABLES
from regulars.models.matrix import Encoding, FeatureMatrix
from regulars.models.training import Labels, Snapshot, Training
from regulars.settings import Settings
from regulars.terms.progress import Silence
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse

from .conftest import CUTOFFS, Told, Unable, by_recency, likely, plan, snapshot


@settings(max_examples=20)
@given(st.integers(100, 900), st.sampled_from((30, 90, 180)), st.booleans())
def test_nothing_is_learned_from_a_window_that_is_not_over(days: int, horizon_days: int, risk: bool) -> None:
    first = datetime(2023, 1, 31)
    chosen = planned(first, Cutoff(first + timedelta(days=days)), horizon_days)
    at_risk = np.arange(12) % 3 > 0 if risk else np.ones(12, bool)
    snapshots = [
        snapshot(one, n=12, horizon_days=horizon_days, is_at_risk=at_risk) for one in chosen.snapshots
    ]
    spies = [Told("spy", by_recency), Told("spy", lambda m: m.column("n_orders"), "value")]
    judge_all(chosen, snapshots, spies, Settings())
    for spy in spies:
        assert sorted((one.cutoff for one in spy.seen), key=lambda one: one.at) == list(chosen.tests)
        for training in spy.seen:
            for cutoff in training.cutoffs:
                assert cutoff.at + timedelta(days=horizon_days) <= training.cutoff.at
            known = {np.datetime64(one.at, "us") for one in training.cutoffs}
            assert set(training.matrix.cutoffs) == known
            assert len(training.matrix) == len(training.labels)
            # and nothing is left out that could have been learned from
            over = [
                one for one in chosen.snapshots if one.at + timedelta(days=horizon_days) <= training.cutoff.at
            ]
            assert training.cutoffs == tuple(over)
            assert set(training.present.cutoffs) <= {np.datetime64(training.cutoff.at, "us")}
            asked = spy.target == "churn" and risk
            assert bool(training.labels.is_at_risk.all()) or not asked


def test_progress_names_who_answers_and_moves_with_every_answer(snapshots: list[Snapshot]) -> None:
    class Listener(Silence):
        heard: ClassVar[list[tuple[int, int | None, str]]] = []

        def advance(self, done: int, total: int | None, what: str = "") -> None:
            self.heard.append((done, total, what))

    contenders = [Told("both", likely), Told("by_recency", by_recency)]
    judge_all(plan(snapshots), snapshots, contenders, Settings(), Listener())
    assert {what for _, _, what in Listener.heard} == {
        f"churn, {name} at {one.cutoff}" for name in ("both", "by recency") for one in snapshots[-4:]
    }
    told = [done for done, _, _ in Listener.heard]
    assert told == sorted(told)
    assert set(told) == set(range(9))
    assert Listener.heard[-1][:2] == (8, 8)


def test_everybody_is_judged_on_the_same_customers(snapshots: list[Snapshot]) -> None:
    some = [snapshot(one, is_at_risk=np.arange(300) % 2 == 0) for one in CUTOFFS]
    found = judge_all(
        plan(some),
        some,
        [Told("a", likely), Told("b", by_recency), Told("v", by_recency, "value")],
        Settings(),
    )
    n = {(one.name, len(one.observed)) for one in found.judged}
    assert n == {("a", 150), ("b", 150), ("v", 300)}


def test_the_tables_are_as_their_specs_say(snapshots: list[Snapshot]) -> None:
    contenders = [
        Told("rank", lambda m: m.column("days_since_last_order"), ranks_only=True),
        Told("both", likely),
        Told("money", lambda m: m.column("n_orders") * 10, "value"),
        Told("days", lambda m: np.where(m.column("n_orders") > 2, 12.0, np.inf), "next_order"),
    ]
    found = judge_all(plan(snapshots), snapshots, contenders, Settings())
    for spec in EVALUATION_TABLES:
        table = found.tables[spec.name]
        assert tuple(table.column_names) == spec.column_names
        keys = [tuple(row[name] for name in spec.key) for row in table.to_pylist()]
        assert len(set(keys)) == len(keys), spec.name
        assert keys == sorted(keys), spec.name
        for column in spec:
            if not column.null_means:
                assert table[column.name].null_count == 0, (spec.name, column.name)
    assert {row["model"] for row in found.tables["backtest_predictions"].to_pylist()} == {
        "both",
        "money",
        "days",
    }
    # at each of four cut-offs: tenths of the customers, the five that numbers of orders make, and one without an order
    bins = Counter(row["model"] for row in found.tables["calibration"].to_pylist())
    assert bins == {"both": 4 * 10, "money": 4 * 5, "days": 4}
    curves = {row["curve"] for row in found.tables["curves"].to_pylist()}
    assert curves == {"roc", "pr", "gain", "precision", "recall", "f1", "flagged_share"}


def test_curves_begin_and_end_where_they_must(snapshots: list[Snapshot]) -> None:
    found = judge_all(plan(snapshots, 1), snapshots, [Told("both", likely)], Settings())
    rows = found.tables["curves"].to_pylist()
    roc = [(row["x"], row["y"]) for row in rows if row["curve"] == "roc"]
    assert roc[0] == (0, 0)
    assert roc[-1] == (1, 1)
    assert roc == sorted(roc)
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(roc))
    assert area == pytest.approx(found.median("churn", "both", "roc_auc"), abs=0.02)
    (one,) = found.judged
    recall = {row["threshold"]: row["y"] for row in rows if row["curve"] == "recall"}
    assert recall[0.5] == pytest.approx(one.value("recall"))
    bins = found.tables["calibration"].to_pylist()
    assert sum(row["n"] for row in bins) == 300
    error = sum(row["n"] * abs(row["predicted"] - row["observed"]) for row in bins) / 300
    assert error == pytest.approx(one.value("calibration_error"))


def test_no_complete_window_is_said(snapshots: list[Snapshot]) -> None:
    nothing = planned(datetime(2026, 1, 1), Cutoff(datetime(2026, 2, 1)), 90)
    found = judge_all(nothing, [], [Told("a", likely), Told("v", likely, "value")], Settings())
    assert found.winner("churn") is None
    assert found.verdicts["value"].sentence.startswith("No prediction can be judged. The history")
    assert "31 days long" in found.verdicts["value"].sentence
    assert all(found.tables[spec.name].num_rows == 0 for spec in EVALUATION_TABLES)


def test_who_cannot_be_fitted_says_why(snapshots: list[Snapshot]) -> None:
    found = judge_all(plan(snapshots), snapshots, [Unable("bg_nbd", likely, "orders")], Settings())
    assert found.winner("orders") is None
    assert found.verdicts["orders"].sentence == "Nobody could be judged: bg_nbd: nobody ever came back."


@pytest.mark.parametrize(
    ("answer", "flaw"),
    [
        (lambda m: np.full(len(m), 1.2), "probabilities from 1.2 to 1.2"),
        (lambda m: np.ones(3), "3,) numbers for 300"),
    ],
)
def test_answers_that_are_none_are_refused(snapshots: list[Snapshot], answer: object, flaw: str) -> None:
    found = judge_all(plan(snapshots), snapshots, [Told("odd", answer)], Settings())  # type: ignore[arg-type]
    assert found.judged == []
    assert flaw in found.verdicts["churn"].sentence


@pytest.mark.parametrize("n", [1, 2, 300])
@pytest.mark.parametrize("left", [0.0, 1.0])
def test_labels_that_are_all_the_same(n: int, left: float) -> None:
    constant = np.full(n, left)
    told = [snapshot(one, n=n, churned=constant, revenue_next=np.zeros(n)) for one in CUTOFFS]
    contenders = [
        Told("rate", lambda m: np.full(len(m), 0.5)),
        Told("zero", lambda m: np.zeros(len(m)), "value"),
    ]
    found = judge_all(plan(told), told, contenders, Settings())
    assert found.median("churn", "rate", "brier") == pytest.approx(0.25)
    assert np.isnan(found.median("churn", "rate", "roc_auc"))
    assert found.median("value", "zero", "mae") == 0
    assert found.winner("churn") == "rate"
    assert found.winner("value") == "zero"
    assert "nobody can be told from anybody" in found.verdicts["churn"].sentence
    assert all(
        row["ci_low"] is None for row in found.tables["backtests"].to_pylist() if row["metric"] == "roc_auc"
    )


def test_equal_inputs_give_equal_tables(snapshots: list[Snapshot]) -> None:
    found = [judge_all(plan(snapshots), snapshots, [Told("both", likely)], Settings()) for _ in range(2)]
    for name, table in found[0].tables.items():
        assert table.equals(found[1].tables[name])


def test_labels_over_another_horizon_do_not_train() -> None:
    one = snapshot(CUTOFFS[0])
    with pytest.raises(TimeError, match="30 days cannot train a model over 90"):
        Training.at(CUTOFFS[-1], one.matrix, [one], 90)


def test_the_six_customers_from_orders_to_proof() -> None:
    with six_customer_warehouse() as engine:
        until = Cutoff(datetime(2026, 3, 3))
        again = Told("again", lambda m: 1 / (1 + m.column("n_orders")))
        found = backtest(engine, until, 14, [again], Settings())
        assert [str(one.cutoff) for one in found.judged] == ["2026-01-20", "2026-02-03", "2026-02-17"]
        # after 17 Feb: ann comes on 1 March, dan and fay before; bob stays away
        last = found.judged[-1]
        assert dict(zip(last.customer_ids, last.observed, strict=True)) == {
            "ann": 0,
            "bob": 1,
            "dan": 0,
            "fay": 0,
        }
        assert sorted(len(training.cutoffs) for training in again.seen) == [0, 1, 2]
        present = found.snapshots[-1].matrix
        assert found.training(present).cutoffs == found.plan.snapshots


def test_names_become_shares_that_are_kept() -> None:
    features = pa.table(
        {
            "customer_id": ["a", "b"], "cutoff": pa.array([SIX_CUSTOMERS_CUTOFF.at] * 2, pa.timestamp("us")),
            "n_orders": [1, None], "country": ["France", "Spain"], "is_home_country": [True, None],
        }
    )  # fmt: skip
    encoding = Encoding(("n_orders", "country", "is_home_country"), {"country": {"France": 0.25}})
    matrix = Encoding.from_json(encoding.to_json()).matrix(features)
    assert np.array_equal(matrix.values, [[1, 0.25, 1], [np.nan, 0, np.nan]], equal_nan=True)
    assert isinstance(matrix, FeatureMatrix)
    assert "country" in matrix
    assert matrix.without("country").names == ("n_orders", "is_home_country")


def test_the_latest_cut_offs_alone() -> None:
    told = [snapshot(one, n=5) for one in CUTOFFS]
    training = Training.at(Cutoff(datetime(2026, 1, 1)), told[-1].matrix, told, 30)
    assert training.cutoffs == CUTOFFS
    newest = training.latest(2)
    assert newest.cutoffs == CUTOFFS[-2:]
    assert len(newest.matrix) == len(newest.labels) == 10
    assert isinstance(newest.labels, Labels)
    assert training.latest(9).cutoffs == CUTOFFS
    assert isinstance(plan(told), Plan)

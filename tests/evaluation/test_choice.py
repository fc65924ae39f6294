"""Who wins: the better one where it is surely better, the simpler one where nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from regulars.evaluation.backtest import Backtest, judge_all
from regulars.models.contender import Predictions
from regulars.models.matrix import FeatureMatrix
from regulars.models.training import Snapshot
from regulars.settings import Settings

from .conftest import CUTOFFS, Told, by_recency, likely, plan, snapshot

Answer = Callable[[FeatureMatrix], Any]


def played(snapshots: list[Snapshot], *contenders: Told, n_tests: int = 4) -> Backtest:
    return judge_all(plan(snapshots, n_tests), snapshots, contenders, Settings())


def shaken(answer: Answer, by: float) -> Answer:
    """Return the same answer with a little noise that means nothing."""

    def noisy(matrix: FeatureMatrix) -> Any:
        dice = np.random.default_rng(8)
        return np.clip(answer(matrix) + by * dice.standard_normal(len(matrix)), 0.001, 0.999)

    return noisy


def test_the_better_one_wins_however_complex(snapshots: list[Snapshot]) -> None:
    found = played(
        snapshots, Told("recency", by_recency, is_baseline=True), Told("both", likely, complexity=50)
    )
    assert found.winner("churn") == "both"
    assert "best ROC AUC at the median over 4 cut-offs" in found.verdicts["churn"].sentence
    (row,) = [card for card in found.cards if card["model"] == "recency"]
    assert "both" in str(row["decision"])


def test_how_far_the_others_lie_from_the_one_used_is_kept(snapshots: list[Snapshot]) -> None:
    found = played(
        snapshots, Told("recency", by_recency, is_baseline=True), Told("both", likely, complexity=50)
    )
    apart = {str(card["model"]): card["against_used"] for card in found.cards}
    assert apart["both"] is None
    rows = zip(found.of("churn", "recency"), found.of("churn", "both"), strict=True)
    middle = np.median([one.value("roc_auc") - used.value("roc_auc") for one, used in rows])
    behind: Any = apart["recency"]
    assert behind["median"] == pytest.approx(middle)
    assert behind["ci_low"] < behind["median"] < behind["ci_high"] < 0  # recency is surely worse


def test_one_that_wins_by_noise_loses_to_the_simpler(snapshots: list[Snapshot]) -> None:
    simple, complex_ = Told("simple", shaken(likely, 0.02)), Told("complex", likely, complexity=50)
    found = played(snapshots, complex_, simple)
    assert found.median("churn", "complex", "roc_auc") > found.median("churn", "simple", "roc_auc")
    assert found.winner("churn") == "simple"
    assert "cannot tell them apart" in found.verdicts["churn"].sentence


def test_equal_ones_go_to_the_simpler(snapshots: list[Snapshot]) -> None:
    found = played(
        snapshots,
        Told("b", likely, complexity=2),
        Told("a", likely, complexity=3),
        Told("c", likely, complexity=1),
    )
    assert found.winner("churn") == "c"


def test_what_cannot_be_kept_as_text_is_compared_and_does_not_win(snapshots: list[Snapshot]) -> None:
    found = played(snapshots, Told("forest", likely, can_win=False), Told("recency", by_recency))
    assert found.winner("churn") == "recency"
    assert "text or JSON" in (found.verdicts["churn"].out or {})["forest"]


def test_the_best_of_those_that_may_ship_is_not_called_the_best_of_all(snapshots: list[Snapshot]) -> None:
    allowed = Told("recency", by_recency)
    better = played(snapshots, Told("forest", likely, can_win=False), allowed).verdicts["churn"]
    assert better.sentence.startswith("recency has the best ROC AUC of those that may ship, at the median")
    worse = played(
        snapshots, Told("forest", lambda matrix: 1 - likely(matrix), can_win=False), allowed
    ).verdicts["churn"]
    assert worse.sentence.startswith("recency has the best ROC AUC at the median")


def test_one_that_only_ranks_does_not_win(snapshots: list[Snapshot]) -> None:
    days = Told("days", lambda matrix: matrix.column("days_since_last_order"), ranks_only=True)
    found = played(snapshots, days)
    assert found.winner("churn") is None
    assert "predicts no level" in found.verdicts["churn"].sentence


def test_probabilities_that_cannot_be_believed_do_not_win(snapshots: list[Snapshot]) -> None:
    # the same order, a level far off
    found = played(
        snapshots, Told("sure", lambda matrix: likely(matrix) ** 6, complexity=0), Told("fair", likely)
    )
    assert found.median("churn", "sure", "roc_auc") == found.median("churn", "fair", "roc_auc")
    assert found.winner("churn") == "fair"
    assert "calibration error" in (found.verdicts["churn"].out or {})["sure"]


def test_a_right_total_does_not_make_up_for_a_wrong_order() -> None:
    snapshots = [snapshot(cutoff) for cutoff in CUTOFFS]

    def everybody_the_same(matrix: FeatureMatrix) -> Any:
        (mine,) = [one for one in snapshots if one.matrix.cutoffs[0] == matrix.cutoffs[0]]
        return np.full(len(matrix), mine.labels.revenue_next.mean())

    ranked = Told(
        "ranked", lambda matrix: 60 * (1 - likely(matrix)) * matrix.column("n_orders"), "value", complexity=30
    )
    found = played(snapshots, Told("mean", everybody_the_same, "value", complexity=0), ranked)
    assert found.winner("value") == "ranked"
    assert "far behind" in (found.verdicts["value"].out or {})["mean"]


def test_who_predicts_nothing_does_not_win_where_nobody_can_rank() -> None:
    # those who buy like clockwork cannot be ranked: predicting nothing of everybody, no order at all, must not win by that
    snapshots = [snapshot(cutoff) for cutoff in CUTOFFS]

    def the_wrong_way_round(matrix: FeatureMatrix) -> Any:
        (mine,) = [one for one in snapshots if one.matrix.cutoffs[0] == matrix.cutoffs[0]]
        return np.maximum(2 * mine.labels.revenue_next.mean() - mine.labels.revenue_next, 0)

    nothing = Told("nothing", lambda matrix: np.zeros(len(matrix)), "value", complexity=0)
    found = played(snapshots, nothing, Told("level", the_wrong_way_round, "value", complexity=30))
    assert (
        found.median("value", "level", "normalized_gini")
        < 0
        == found.median("value", "nothing", "normalized_gini")
    )
    assert found.winner("value") == "level"
    assert "better than chance" in found.verdicts["value"].sentence
    assert "total bias" in (found.verdicts["value"].out or {})["nothing"]


def test_a_level_has_to_hold_where_everybody_does_the_same() -> None:
    snapshots = [snapshot(cutoff) for cutoff in CUTOFFS]
    for one in snapshots:
        one.labels.n_orders_next[:] = 2
    found = played(
        snapshots,
        Told("half", lambda matrix: np.full(len(matrix), 1.0), "orders", complexity=0),
        Told("right", lambda matrix: np.full(len(matrix), 2.1), "orders", complexity=30),
    )
    assert found.winner("orders") == "right"
    assert "total bias" in (found.verdicts["orders"].out or {})["half"]


@pytest.mark.parametrize(("n_tests", "winner"), [(2, "rule"), (3, "trained")])
def test_a_trained_one_needs_three_cut_offs(snapshots: list[Snapshot], n_tests: int, winner: str) -> None:
    found = played(
        snapshots,
        Told("trained", likely, complexity=50, min_training_cutoffs=1),
        Told("rule", by_recency),
        n_tests=n_tests,
    )
    assert found.winner("churn") == winner


def test_who_gives_no_answer_where_others_do_is_out(snapshots: list[Snapshot]) -> None:
    def sometimes(matrix: FeatureMatrix) -> Any:
        return np.full(len(matrix), np.nan) if matrix.cutoffs[0] == CUTOFFS[2].at else likely(matrix)

    found = played(
        snapshots,
        Told("sometimes", sometimes, complexity=0),
        Told("always", by_recency, complexity=50, min_training_cutoffs=1),
    )
    assert found.winner("churn") == "always"
    assert "no answer at 1 of the 4" in (found.verdicts["churn"].out or {})["sometimes"]
    (card,) = [card for card in found.cards if card["model"] == "sometimes"]
    assert card["not_judged"] == {"2025-07-01": "point: no number for 300 of 300 customers"}


def test_of_times_the_least_loss_wins(snapshots: list[Snapshot]) -> None:
    def in_days(days: float) -> Answer:
        return lambda matrix: Predictions(
            np.full(len(matrix), days), np.full(len(matrix), days / 5), np.full(len(matrix), 90.0)
        )

    found = played(
        snapshots,
        Told("soon", in_days(2), "next_order", complexity=0),
        Told("later", in_days(25), "next_order", complexity=5),
    )
    assert found.winner("next_order") == "later"

"""The same flow at several past cut-offs: every model and every baseline on the same customers, judged by what came."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from regulars.evaluation.bootstrap import Redraws
from regulars.evaluation.choice import RULES, Verdict, choose
from regulars.evaluation.judged import Judged, judge, observed
from regulars.evaluation.leak import LeakReport, leak_report
from regulars.evaluation.metrics import Perfect
from regulars.evaluation.paired import distance
from regulars.evaluation.plan import Plan, backtest_plan
from regulars.evaluation.results import evaluation_card, result_tables
from regulars.evaluation.snapshots import collect
from regulars.models.contender import TARGETS, CannotFit, Contender, Explained, Predictions, Target
from regulars.models.fitted import Winner
from regulars.models.learners import one_blas_thread, workers
from regulars.models.matrix import FeatureMatrix
from regulars.models.training import Snapshot, Training
from regulars.terms.progress import Progress, Silence

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.features.own import OwnFeature
    from regulars.settings import Settings
    from regulars.terms.windows import Cutoff

NOTHING_TO_JUDGE_BY = "No prediction can be judged."
THRESHOLD = 0.5


@dataclass(frozen=True)
class Backtest:
    """The proof: who won each target and why, everything that was measured, and what to learn from now.

    ``tables`` holds ``backtests``, ``calibration``, ``curves``, ``importances``, ``backtest_predictions`` and
    ``model_cards``.
    """

    plan: Plan
    snapshots: Sequence[Snapshot]
    judged: Sequence[Judged]
    verdicts: Mapping[Target, Verdict]
    leaks: LeakReport
    tables: Mapping[str, pyarrow.Table]
    cards: Sequence[Mapping[str, object]]

    def winner(self, target: Target) -> str | None:
        """Return the name of the contender that ships for a target; None with the reason in ``verdicts``."""
        verdict = self.verdicts.get(target)
        return verdict.winner if verdict else None

    def winners(self) -> dict[Target, Winner]:
        """Return who ships for each target, or that nobody does, with the reason."""
        return {target: Winner(one.winner, one.sentence) for target, one in self.verdicts.items()}

    def of(self, target: Target, model: str) -> list[Judged]:
        """Return how a contender did, cut-off by cut-off."""
        return [one for one in self.judged if (one.target, one.name) == (target, model)]

    def median(self, target: Target, model: str, metric: str) -> float:
        """Return a figure's median over cut-offs; NaN when it was nowhere defined."""
        values = np.array([one.value(metric) for one in self.of(target, model)])
        values = values[np.isfinite(values)]
        return float(np.median(values)) if len(values) else float("nan")

    def training(self, present: FeatureMatrix) -> Training:
        """Return what a winner learns from before it predicts for now: every window that is over."""
        return Training.at(self.plan.until, present, self.snapshots, self.plan.horizon_days)


def backtest(
    engine: DuckDBEngine,
    until: Cutoff,
    horizon_days: int,
    contenders: Sequence[Contender],
    settings: Settings,
    *,
    own: Sequence[OwnFeature] = (),
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Judge contenders at past cut-offs of a warehouse.

    Parameters
    ----------
    until
        The cut-off of the run; nothing at or after it is looked at.
    contenders
        Models and baselines, for any targets; each is fitted anew at every cut-off.
    plan
        At which cut-offs; a month apart by default (`backtest_plan`).

    Time: at a test cut-off everything is learned from windows that were over by then, and judged by the window after
    it, which is over before ``until``.
    """
    plan = plan or backtest_plan(engine, until, horizon_days, settings.predictions.backtest_cutoffs)
    snapshots = collect(engine, plan, settings, own, progress)
    return judge_all(plan, snapshots, contenders, settings, progress)


def judge_all(
    plan: Plan,
    snapshots: Sequence[Snapshot],
    contenders: Sequence[Contender],
    settings: Settings,
    progress: Progress | None = None,
    *,
    threshold: float = THRESHOLD,
) -> Backtest:
    """Judge contenders over snapshots that were collected before (see `backtest`)."""
    tests = [one for one in snapshots if one.cutoff in plan.tests]
    redraws = Redraws([customer for one in tests for customer in one.matrix.customer_ids.tolist()])
    judged: list[Judged] = []
    missing: dict[tuple[Target, str], dict[str, str]] = {}
    told = _Told(progress or Silence(), len(tests) * len(contenders))

    def answers(test: Snapshot) -> list[Judged | str]:
        field = _Field(plan, snapshots, test, redraws)
        found: list[Judged | str] = []
        for contender in contenders:
            with told.answering(contender, test.cutoff):
                found.append(field.answer(contender, threshold))
        return found

    n_workers = workers(settings, max((len(one.matrix) for one in tests), default=0) * len(snapshots))
    newest_first = tests[::-1]  # the newest learn from most: last, one of them would keep everybody waiting
    with one_blas_thread(), ThreadPoolExecutor(n_workers) as pool:
        answered = dict(
            zip((one.cutoff for one in newest_first), pool.map(answers, newest_first), strict=True)
        )
    for test in tests:
        for contender, answer in zip(contenders, answered[test.cutoff], strict=True):
            if isinstance(answer, Judged):
                judged.append(answer)
            else:
                missing.setdefault((contender.target, contender.name), {})[str(test.cutoff)] = answer
    leaks = leak_report(tests, judged)
    verdicts = _verdicts(plan, contenders, judged, missing, leaks, settings)
    cards = _cards(contenders, judged, missing, verdicts, leaks, settings)
    tables = result_tables(judged, verdicts.values(), cards, plan.horizon_days)
    return Backtest(plan, snapshots, judged, verdicts, leaks, tables, cards)


class _Told:
    """Who answers now, and how many have answered, told of contenders that answer side by side."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._done, self._turn = 0, threading.Lock()

    @contextmanager
    def answering(self, contender: Contender, cutoff: Cutoff) -> Iterator[None]:
        what = f"{contender.target}, {contender.name.replace('_', ' ')} at {cutoff}"
        self._tell(what, 0)
        yield
        self._tell(what, 1)

    def _tell(self, what: str, more: int) -> None:
        with self._turn:
            self._done += more
            self._progress.advance(self._done, self._total, what)


class _Field:
    """One test cut-off: the same training, the same customers and the same redraws for everybody."""

    def __init__(self, plan: Plan, snapshots: Sequence[Snapshot], test: Snapshot, redraws: Redraws) -> None:
        self.training = Training.at(test.cutoff, test.matrix, snapshots, plan.horizon_days)
        self.training_at_risk = self.training.at_risk()
        self.test = test
        at_risk = test.labels.is_at_risk
        self.test_at_risk = test if at_risk.all() else Snapshot(
            test.cutoff, test.horizon_days, test.matrix.rows(at_risk), test.labels.rows(at_risk)
        )  # fmt: skip
        self.sample = redraws.of(test.matrix.customer_ids.tolist())
        self.sample_at_risk = self.sample if at_risk.all() else self.sample.subset(at_risk)
        self.perfect = {target: Perfect(observed(target, test.labels)) for target in TARGETS}

    def answer(self, contender: Contender, threshold: float) -> Judged | str:
        """Return how a contender did here, or why it could not answer."""
        churn = contender.target == "churn"
        training = self.training_at_risk if churn else self.training
        test, sample = (self.test_at_risk, self.sample_at_risk) if churn else (self.test, self.sample)
        n, needed = len(training.cutoffs), contender.min_training_cutoffs
        if n < needed:
            return f"{n} complete windows to learn from, {needed} are needed"
        if not len(test.matrix):
            return "nobody is asked about"
        try:
            fitted = copy(contender).fit(training)  # another cut-off may be fitting the same one
            predictions = fitted.predict(test.matrix)
            importances = fitted.importances() if isinstance(fitted, Explained) else {}
        except CannotFit as problem:
            return str(problem)
        if flaw := _flaw(predictions, len(test.matrix), contender.target):
            return flaw
        perfect = self.perfect[contender.target]
        return judge(contender, predictions, test, sample, threshold, importances, perfect)


def _flaw(predictions: Predictions, n: int, target: Target) -> str:
    """Return what keeps predictions from being judged."""
    for name, values in (("point", predictions.point), ("low", predictions.low), ("high", predictions.high)):
        if values is None:
            continue
        if values.shape != (n,):
            return f"{name}: {values.shape} numbers for {n} customers"
        bad = np.isnan(values) if target == "next_order" else ~np.isfinite(values)
        if bad.any():
            return f"{name}: no number for {int(bad.sum())} of {n} customers"
    if target == "churn" and not predictions.ranks_only and n:
        least, most = float(predictions.point.min()), float(predictions.point.max())
        if least < 0 or most > 1:
            return f"probabilities from {least:.3g} to {most:.3g}"
    return ""


def _verdicts(
    plan: Plan,
    contenders: Sequence[Contender],
    judged: Sequence[Judged],
    missing: Mapping[tuple[Target, str], Mapping[str, str]],
    leaks: LeakReport,
    settings: Settings,
) -> dict[Target, Verdict]:
    found: dict[Target, Verdict] = {}
    for target in dict.fromkeys(contender.target for contender in contenders):
        mine = [one for one in contenders if one.target == target]
        blocked = {one.name: reason for one in mine if (reason := leaks.blocks(one))}
        if target in settings.predictions.accept_leak:
            blocked = {}
        if not plan.tests:
            found[target] = Verdict(target, None, f"{NOTHING_TO_JUDGE_BY} {plan.reason}")
        elif not any(one.target == target for one in judged):
            reasons = {
                f"{one.name}: {reason}"
                for one in mine
                for reason in missing.get((target, one.name), {}).values()
            }
            found[target] = Verdict(target, None, f"Nobody could be judged: {'; '.join(sorted(reasons))}.")
        else:
            found[target] = choose(target, judged, blocked)
    return found


def _cards(
    contenders: Sequence[Contender],
    judged: Sequence[Judged],
    missing: Mapping[tuple[Target, str], Mapping[str, str]],
    verdicts: Mapping[Target, Verdict],
    leaks: LeakReport,
    settings: Settings,
) -> list[dict[str, object]]:
    cards = []
    for one in contenders:
        rows = [row for row in judged if (row.target, row.name) == (one.target, one.name)]
        if rows:
            suspicion = leaks.blocks(one)
            accepted = settings.predictions.accept_leak.get(one.target, "") if suspicion else ""
            unanswered = missing.get((one.target, one.name), {})
            card = evaluation_card(rows, verdicts[one.target], unanswered, suspicion, accepted)
            cards.append(card | {"against_used": _against_used(rows, judged, verdicts[one.target])})
    return cast("list[dict[str, object]]", cards)


def _against_used(
    rows: Sequence[Judged], judged: Sequence[Judged], verdict: Verdict
) -> dict[str, float | None] | None:
    """Return how far a contender's score lies above that of whoever ships, with 95 % of redraws of the customers."""
    used = [one for one in judged if (one.target, one.name) == (verdict.target, verdict.winner)]
    found = distance(rows, used, RULES[verdict.target].score)
    if rows[0].name == verdict.winner or not np.isfinite(found.value):
        return None
    low, high = found.interval
    return {"median": found.value, "ci_low": low, "ci_high": high}

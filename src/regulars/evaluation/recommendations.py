"""Which scorer of recommendations is any good: lists made at past cut-offs, held against what was bought next.

At every past cut-off each scorer ranks products for the customers who bought something in the window after it:
``next_basket`` asks for the products of their first order then, whatever they are, ``buy_again`` for what they bought
before and again, ``try_next`` for what was new to them. Products nobody had bought before the cut-off count as missed.
The lists are those that would have been published: what is not recommended is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.engines.queries import Query, load
from regulars.evaluation.bootstrap import Estimate, Redraws, Sample
from regulars.evaluation.ranking import Weights
from regulars.evaluation.recommendation_metrics import METRICS, list_figures
from regulars.evaluation.recommendation_peers import ALS_NAME, ALS_TARGETS, als, als_lists
from regulars.evaluation.recommendation_tables import RECOMMENDATION_BACKTESTS
from regulars.recommend.learned import purchases_and_demand
from regulars.recommend.purchases import Demand, Numbers, Purchases
from regulars.recommend.ranking import Lists, rank
from regulars.recommend.scorers import DEFAULTS, LINE_UP, POPULAR, TARGETS, Fitted, Scorer, Target, fit
from regulars.recommend.similar import neighbors
from regulars.terms.phrases import count
from regulars.terms.progress import Progress, Silence
from regulars.terms.windows import Cutoff, Horizon
from regulars.warehouse.aftermath import Aftermath
from regulars.warehouse.clock import first_order_at
from regulars.warehouse.history import History

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings

LIST_LENGTH = 10
MOST_CUSTOMERS = 2_000
"""So many customers are drawn for each question at a past cut-off; more would cost a large shop hours and tell no more."""
MOST_PURCHASES_COMPARED = 5_000_000
"""Matrix factorization, which cannot ship, is not run beside the others on more."""
SEED = 20_111_209
FEWEST_CUSTOMERS = 10
"""With fewer customers to judge by at a cut-off, nothing is said of it."""
DECIDES = "ndcg_at_10"
CLEARLY = 0.99
"""Who is behind the best at the newest cut-offs in so many redraws is not judged at earlier ones."""
SURELY = 0.95
"""The simpler scorer ships unless the best is ahead of it in so many redraws of the customers."""


Contest = Mapping[Target, Sequence[Scorer]]
"""Who runs for what."""


@dataclass(frozen=True)
class Judged:
    """A scorer's lists for a target at a past cut-off, measured."""

    target: Target
    name: str
    cutoff: Cutoff
    n_customers: int
    figures: Mapping[str, Estimate]
    scorer: Scorer | None
    """None for one that runs for comparison and cannot ship."""


@dataclass(frozen=True)
class Verdict:
    """What ships for a target, and why."""

    scorer: Scorer
    sentence: str


def judge_recommendations(
    engine: DuckDBEngine,
    cutoff: Cutoff,
    horizon: Horizon,
    settings: Settings,
    progress: Progress | None = None,
) -> dict[Target, Verdict]:
    """Judge all scorers on past futures, make ``recommendation_backtests``, and return what ships for each target.

    Time: histories and aftermaths that both end at or before the cut-off.
    """
    progress = progress or Silence()
    cutoffs = past_cutoffs(engine, cutoff, horizon.days, settings.recommendations.backtest_cutoffs)
    judged: list[Judged] = []
    running: Contest = {target: _contenders(target) for target in TARGETS}
    for place, past in enumerate(reversed(cutoffs), start=1):
        judged += judge_at(engine, past, horizon.days, settings, running, compare=place == 1)
        running = {target: _still_running(target, judged) for target in TARGETS}
        progress.advance(place, len(cutoffs))
    verdicts = {target: _verdict(target, judged) for target in TARGETS}
    _keep(engine, judged, verdicts, horizon.days)
    return verdicts


def _contenders(target: Target) -> list[Scorer]:
    return [scorer for scorer in LINE_UP if target in scorer.targets]


def _still_running(target: Target, judged: Sequence[Judged]) -> list[Scorer]:
    """Return whom it is worth judging at earlier cut-offs: the best plain rule, and whoever is not clearly behind."""
    field = _field(target, judged)
    if not field:
        return _contenders(target)
    medians = _medians(field)
    best = max(sorted(medians), key=lambda name: medians[name])
    plain = [name for name in sorted(field) if _scorer(field, name).is_baseline]
    kept = {max(plain, key=lambda name: medians[name])} if plain else set()
    kept |= {name for name in field if name == best or _share_ahead(field[best], field[name]) < CLEARLY}
    return [scorer for scorer in _contenders(target) if scorer.name in kept]


def past_cutoffs(engine: DuckDBEngine, cutoff: Cutoff, horizon_days: int, most: int) -> list[Cutoff]:
    """Return cut-offs a horizon apart, the last window ending at the cut-off, in the order of time.

    Before each lies at least as much history as the window is long.
    """
    first = first_order_at(engine)
    step = timedelta(days=horizon_days)
    found = [Cutoff(cutoff.at - step * n) for n in range(1, most + 1)]
    return sorted((one for one in found if first and one.at - step >= first), key=lambda one: one.at)


def judge_at(
    engine: DuckDBEngine,
    past: Cutoff,
    horizon_days: int,
    settings: Settings,
    contest: Contest,
    *,
    compare: bool = False,
) -> list[Judged]:
    """Judge the scorers of each target at one past cut-off; ``compare`` runs ALS beside them."""
    purchases, demand = purchases_and_demand(History(engine, past), settings)
    truths = _truths(engine, past, horizon_days, demand)
    who = np.unique(np.concatenate([truth.customers for truth in truths.values()]))
    if len(who) < FEWEST_CUSTOMERS:
        return []
    redraws = Redraws(purchases.customer_ids.take(_array(who)).to_pylist())
    popularity = POPULAR.factors(demand) * demand.is_recommended
    fitted = _fitted(contest, purchases, demand, settings)
    factors = als(purchases) if compare and len(purchases.products) <= MOST_PURCHASES_COMPARED else None
    judged = []
    for target, truth in truths.items():
        if truth.n_customers < FEWEST_CUSTOMERS:
            continue
        asked = purchases.rows(truth.places)
        sample = redraws.of(asked.customer_ids.to_pylist())
        measure = _Measure(past, truth, asked, demand, purchases.n_buyers, sample)
        for scorer in contest[target]:
            lists = rank(fitted[scorer.name], asked, target, LIST_LENGTH, popularity).products
            judged.append(measure.judged(scorer.name, scorer, lists))
        if factors is not None and target in ALS_TARGETS:
            lists = als_lists(factors, asked, truth.places, demand, target == "try_next", LIST_LENGTH)
            judged.append(measure.judged(ALS_NAME, None, lists))
    return judged


def _fitted(contest: Contest, purchases: Purchases, demand: Demand, settings: Settings) -> dict[str, Fitted]:
    """Fit every scorer that runs for anything; neighbors are looked for once for each way to count."""
    scorers = {scorer.name: scorer for running in contest.values() for scorer in running}
    kinds = sorted({scorer.cosine for scorer in scorers.values() if scorer.similar})
    chosen, threads = settings.recommendations, settings.machine.threads or 0
    cosines = {kind: neighbors(purchases, kind, chosen.neighbors, threads) for kind in kinds}
    return {name: fit(scorer, demand, cosines.get(scorer.cosine)) for name, scorer in scorers.items()}


@dataclass(frozen=True)
class Truth:
    """What customers bought next: entries by the customer's place, with the product's (−1 for one not known before)."""

    target: Target
    customers: NDArray[np.int64]
    products: NDArray[np.int64]

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Whom it is about, each once, sorted."""
        return np.unique(self.customers)

    @property
    def n_customers(self) -> int:
        return len(self.places)


def _truths(engine: DuckDBEngine, past: Cutoff, horizon_days: int, demand: Demand) -> dict[Target, Truth]:
    import pyarrow as pa
    import pyarrow.compute as pc

    Aftermath(engine, past.aftermath(horizon_days)).need("order_lines")
    rows = engine.arrow(load("regulars.evaluation", "next_baskets"))
    place = pc.index_in(rows.column("product_id"), value_set=demand.product_ids)
    products = pc.fill_null(place, pa.scalar(-1, pa.int32())).to_numpy().astype(np.int64)
    customers = rows.column("customer").to_numpy().astype(np.int64)
    before = rows.column("was_bought_before").to_numpy(zero_copy_only=False).astype(bool)
    first = rows.column("is_in_next_basket").to_numpy(zero_copy_only=False).astype(bool)
    of: dict[Target, NDArray[np.bool_]] = {"next_basket": first, "buy_again": before, "try_next": ~before}
    return {target: _drawn(Truth(target, customers[mask], products[mask])) for target, mask in of.items()}


def _drawn(truth: Truth) -> Truth:
    """Return the truth of MOST_CUSTOMERS customers at most."""
    if truth.n_customers <= MOST_CUSTOMERS:
        return truth
    chosen = np.random.default_rng(SEED).choice(truth.places, MOST_CUSTOMERS, replace=False)
    kept = np.isin(truth.customers, chosen)
    return Truth(truth.target, truth.customers[kept], truth.products[kept])


@dataclass(frozen=True)
class _Measure:
    """What lists are held against at one past cut-off."""

    past: Cutoff
    truth: Truth
    asked: Purchases
    demand: Demand
    n_known: int
    sample: Sample

    def judged(self, name: str, scorer: Scorer | None, lists: Lists) -> Judged:
        rows = np.searchsorted(self.truth.places, self.truth.customers)
        n = self.asked.n_customers
        values, coverage = list_figures(lists, rows, self.truth.products, self.demand, self.n_known)
        table = np.column_stack(list(values.values()))

        def means(weights: Weights, who: NDArray[np.int64]) -> dict[str, Numbers]:
            return dict(zip(values, table[who].T @ weights / weights.sum(axis=0), strict=True))

        figures = {**self.sample.estimates(means), "catalog_coverage": Estimate(coverage)}
        return Judged(self.truth.target, name, self.past, n, figures, scorer)


def _field(target: Target, judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """Return who was judged for a target and may ship, at every cut-off at which all that are left were judged."""
    field: dict[str, list[Judged]] = {}
    for one in judged:
        if one.scorer is not None and one.target == target:
            field.setdefault(one.name, []).append(one)
    return field


def _medians(field: Mapping[str, Sequence[Judged]]) -> dict[str, float]:
    return {
        name: float(np.median([one.figures[DECIDES].value for one in rows])) for name, rows in field.items()
    }


def _verdict(target: Target, judged: Sequence[Judged]) -> Verdict:
    """Choose the simplest scorer that the best is not surely ahead of."""
    field = _field(target, judged)
    most = max((len(rows) for rows in field.values()), default=0)
    field = {name: rows for name, rows in field.items() if len(rows) == most}  # the others fell behind
    if not field:
        default = DEFAULTS[target]
        return Verdict(
            default,
            "No past window holds enough customers who came back to judge by, so what did best elsewhere ships.",
        )
    medians = _medians(field)
    simplest_first = sorted(field, key=lambda name: (_scorer(field, name).complexity, -medians[name], name))
    best = max(simplest_first, key=lambda name: medians[name])
    winner = next(
        name for name in simplest_first if name == best or _share_ahead(field[best], field[name]) < SURELY
    )
    asked = round(float(np.median([one.n_customers for one in field[winner]])))
    where = f"over {count(len(field[winner]), 'past cut-off')} with {count(asked, 'customer')} at the median"
    sentence = f"{winner} has an NDCG@10 of {medians[winner]:.3f} {where}"
    if winner != best:
        sentence += f"; {best} with {medians[best]:.3f} is not surely better, so the simpler one ships"
    baselines = [name for name in medians if _scorer(field, name).is_baseline and name != winner]
    if baselines:
        plain = max(sorted(baselines), key=lambda name: medians[name])
        sentence += f"; the best plain rule, {plain}, has {medians[plain]:.3f}"
    return Verdict(_scorer(field, winner), sentence + ".")


def _scorer(field: Mapping[str, Sequence[Judged]], name: str) -> Scorer:
    scorer = field[name][0].scorer
    assert scorer is not None
    return scorer


def _share_ahead(best: Sequence[Judged], other: Sequence[Judged]) -> float:
    """Return in how many redraws of the customers one is ahead of another, at the median over cut-offs."""
    others = {one.cutoff: _redraws(one) for one in other}
    differences = np.array([_redraws(one) - others[one.cutoff] for one in best if one.cutoff in others])
    middle = np.median(differences, axis=0)
    return float(np.mean((middle > 0) + 0.5 * (middle == 0)))


def _redraws(one: Judged) -> Numbers:
    estimate = one.figures[DECIDES]
    return np.array([estimate.value]) if estimate.redraws is None else estimate.redraws


def _keep(
    engine: DuckDBEngine, judged: Sequence[Judged], verdicts: Mapping[Target, Verdict], horizon_days: int
) -> None:
    import pyarrow as pa

    rows: list[dict[str, Any]] = [
        {
            "target": one.target,
            "model": one.name,
            "is_baseline": one.scorer is not None and one.scorer.is_baseline,
            "is_winner": verdicts[one.target].scorer.name == one.name,
            "cutoff": one.cutoff.at,
            "horizon_days": horizon_days,
            "metric": metric,
            "value": one.figures[metric].value,
            "ci_low": one.figures[metric].interval[0],
            "ci_high": one.figures[metric].interval[1],
            "n_customers": one.n_customers,
        }
        for one in judged
        for metric in METRICS
    ]
    types = {"VARCHAR": pa.string(), "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us"), "INTEGER": pa.int32(),
             "BIGINT": pa.int64(), "DOUBLE": pa.float64()}  # fmt: skip
    schema = pa.schema([pa.field(column.name, types[column.type]) for column in RECOMMENDATION_BACKTESTS])
    with engine.registered("judged_lists", pa.Table.from_pylist(rows, schema=schema)):
        kept = Query(RECOMMENDATION_BACKTESTS.name, "SELECT * FROM judged_lists", {})
        engine.create(RECOMMENDATION_BACKTESTS.name, kept, temporary=True)


def _array(places: NDArray[np.int64]) -> Any:
    import pyarrow as pa

    return pa.array(places)

"""On public data: as good as plain rules and better, where these are rebuilt beside it.

Online Retail, known until 2011-10-10; whoever bought a product new to them in the 60 days after it, five products each. The
definition that gives the known figures: lines with a customer and a quantity above zero, every code, and every customer
with such a product, known before or not (1,711): most popular 0.169, neighbors of one product for everybody 0.072.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.recommendations import judge_at, judge_recommendations
from regulars.ingest.landing import land
from regulars.recommend.build import build_recommendations
from regulars.recommend.scorers import BY_NAME, TARGETS
from regulars.settings import Settings
from regulars.terms.windows import Cutoff, Horizon
from regulars.warehouse.build import build
from regulars.warehouse.history import History

pytestmark = [pytest.mark.real_data, pytest.mark.slow]
THEN = Cutoff(datetime(2011, 10, 10))
DAYS = 60


@pytest.fixture(scope="module")
def retail(real_data: Path) -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        land(engine, [real_data / "online_retail_kaggle.csv.gz"], Settings())
        build(engine, Settings())
        yield engine


@dataclass(frozen=True)
class Published:
    """Customers × products before, and what was new to whom after, as those who published figures had it."""

    before: sparse.csr_matrix
    new: dict[int, set[str]]
    codes: np.ndarray
    ids: np.ndarray

    def hit_rate(self, scores: np.ndarray) -> float:
        """Return the share of customers who bought one of the five best scored products that they did not have."""
        who = sorted(self.new)
        scores = np.where(self.before[who].toarray() > 0, -np.inf, scores)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
        return float(
            np.mean([not self.new[u].isdisjoint(self.codes[row]) for u, row in zip(who, best, strict=True)])
        )


@pytest.fixture(scope="module")
def published(retail: DuckDBEngine) -> Published:
    rows = retail.arrow(
        "SELECT DISTINCT customer_id, product_id, ordered_at < $cutoff AS is_before FROM raw_order_lines "
        "WHERE customer_id IS NOT NULL AND quantity > 0 AND ordered_at < $until ORDER BY ALL",
        {"cutoff": THEN.at, "until": THEN.at + timedelta(days=DAYS)},
    ).to_pydict()
    lines = list(zip(rows["customer_id"], rows["product_id"], rows["is_before"], strict=True))
    codes, ids = (np.array(sorted({line[k] for line in lines if line[2]})) for k in (1, 0))
    row, column = {u: n for n, u in enumerate(ids)}, {p: n for n, p in enumerate(codes)}
    pairs = [(row[u], column[p]) for u, p, is_before in lines if is_before]
    before = sparse.csr_matrix(
        (np.ones(len(pairs)), tuple(zip(*pairs, strict=True))), shape=(len(ids), len(codes))
    )
    had, new = {(u, p) for u, p, is_before in lines if is_before}, {}
    for u, p, is_before in lines:
        if not is_before and u in row and (u, p) not in had:
            new.setdefault(row[u], set()).add(p)
    return Published(before, new, codes, ids)


def test_plain_rules_come_out_as_known(published: Published) -> None:
    who, before = sorted(published.new), published.before
    buyers = np.asarray(before.sum(axis=0)).ravel()
    cosine = before @ sparse.diags(1 / np.sqrt(buyers))
    near = (cosine.T @ cosine).toarray()
    np.fill_diagonal(near, 0)
    assert len(who) == 1711
    assert published.hit_rate(np.tile(buyers, (len(who), 1))) == pytest.approx(0.169, abs=0.0005)
    assert published.hit_rate(before[who] @ near) == pytest.approx(0.264, abs=0.005)
    of_one = near[np.argmax(buyers)]
    assert published.hit_rate(np.tile(of_one, (len(who), 1))) < 0.09


def test_what_is_new_is_found_more_often_than_by_plain_neighbors(
    retail: DuckDBEngine, published: Published
) -> None:
    """The lists as they would be published, for the same 1,711 customers; ties and products left out as in life."""
    build_recommendations(History(retail, THEN), Settings())
    lists: dict[str, set[str]] = {}
    for row in retail.rows(
        "SELECT customer_id, product_id FROM recommendations WHERE list = 'try_next' AND rank <= 5"
    ):
        lists.setdefault(row["customer_id"], set()).add(row["product_id"])
    ids = [str(who).removesuffix(".0") for who in published.ids]
    hits = [not wanted.isdisjoint(lists.get(ids[who], set())) for who, wanted in published.new.items()]
    assert len(hits) == 1711
    assert (
        np.mean(hits) > 0.36
    )  # plain item-kNN 0.264, most popular 0.169, one product's neighbors for everybody 0.072


def test_the_winner_is_ahead_of_personal_popularity(online_retail_ii: DuckDBEngine) -> None:
    engine = online_retail_ii
    verdicts = judge_recommendations(engine, Cutoff(datetime(2011, 12, 10)), Horizon(90, "given"), Settings())
    rows = engine.rows(
        "SELECT * FROM recommendation_backtests WHERE metric IN ('recall_at_10', 'ndcg_at_10')"
    )
    contest = {
        target: [BY_NAME["popular"], BY_NAME["bought_often"], verdicts[target].scorer] for target in TARGETS
    }
    sooner = judge_at(engine, Cutoff(datetime(2010, 10, 10)), 60, Settings(), contest)
    for target in ("next_basket", "buy_again"):
        winner = verdicts[target].scorer.name
        assert winner not in ("popular", "bought_often")
        figures = {
            (row["model"], row["cutoff"], row["metric"]): row for row in rows if row["target"] == target
        }
        assert len({cutoff for _, cutoff, _ in figures}) == 3
        for (model, cutoff, metric), row in figures.items():
            if model == "bought_often":
                assert figures[winner, cutoff, metric]["value"] > row["value"], (target, cutoff, metric)
        values = {one.name: one for one in sooner if one.target == target}
        for metric in ("recall_at_10", "ndcg_at_10"):
            assert values[winner].figures[metric].value > values["bought_often"].figures[metric].value
    assert verdicts["try_next"].scorer.name == "cosine_now"

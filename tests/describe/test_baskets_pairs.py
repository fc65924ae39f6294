"""Counting pairs and weighing them, against plain counting and against libraries."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from regulars.describe.baskets.pairs import Pairs, all_pairs, count_pairs, expected_same_size
from regulars.describe.baskets.strength import adjusted, fisher, strength

SHOPS = st.lists(st.sets(st.integers(0, 12)), max_size=25)


def entries(shop: list[set[int]]) -> tuple[np.ndarray, np.ndarray]:
    rows = [(number, item) for number, items in enumerate(shop) for item in items]
    baskets, items = (np.array([row[at] for row in rows], np.int32) for at in (0, 1))
    return baskets, items


def as_dict(pairs: Pairs) -> dict[tuple[int, int], int]:
    return dict(
        zip(
            zip(pairs.first.tolist(), pairs.second.tolist(), strict=True),
            pairs.together.tolist(),
            strict=True,
        )
    )


@given(SHOPS, st.integers(1, 4), st.sampled_from([1, 7, 8_000_000]))
def test_pairs_are_those_that_plain_counting_finds(shop: list[set[int]], least: int, cells: int) -> None:
    single = Counter(item for items in shop for item in items)
    both = Counter(pair for items in shop for pair in combinations(sorted(items), 2))
    baskets, items = entries(shop)
    pairs = count_pairs(baskets, items, len(shop), least, cells)
    assert as_dict(pairs) == {pair: n for pair, n in both.items() if n >= least}
    assert pairs.n_first.tolist() == [single[item] for item in pairs.first.tolist()]
    assert pairs.n_second.tolist() == [single[item] for item in pairs.second.tolist()]
    frequent = sum(n >= least for n in single.values())
    assert pairs.n_tested == frequent * (frequent - 1) // 2


@given(SHOPS)
def test_all_pairs_of_some_hold_those_never_together(shop: list[set[int]]) -> None:
    baskets, items = entries(shop)
    chosen = [5, 2, 9]
    pairs = all_pairs(baskets, items, len(shop), [item for item in chosen if (items == item).any()])
    for one, other, n in zip(
        pairs.first.tolist(), pairs.second.tolist(), pairs.together.tolist(), strict=True
    ):
        assert n == sum({one, other} <= some for some in shop)
        assert chosen.index(one) < chosen.index(other)


@given(SHOPS)
def test_what_is_expected_among_the_same_size_adds_up(shop: list[set[int]]) -> None:
    """Over all pairs of items, as many are expected as there are."""
    baskets, items = entries(shop)
    pairs = all_pairs(baskets, items, len(shop), sorted(set(items.tolist())))
    expected = expected_same_size(baskets, items, pairs)
    assert expected.sum() == pytest.approx(pairs.together.sum())


def test_the_same_pairs_as_mlxtend() -> None:
    frequent_patterns = pytest.importorskip("mlxtend.frequent_patterns")
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(5)
    taste = rng.random((300, 1)) * rng.random((1, 25))
    cells = rng.random((300, 25)) < taste
    found = frequent_patterns.fpgrowth(pandas.DataFrame(cells), min_support=5 / 300, max_len=2)
    theirs = {
        tuple(sorted(items)): round(share * 300)
        for share, items in zip(found["support"], found["itemsets"], strict=True)
        if len(items) == 2
    }
    baskets, items = (part.astype(np.int32) for part in np.nonzero(cells))
    assert as_dict(count_pairs(baskets, items, 300, 5)) == theirs
    assert len(theirs) > 50


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n = draw(st.integers(1, 3000))
    a, b = draw(st.integers(1, n)), draw(st.integers(1, n))
    return draw(st.integers(max(0, a + b - n), min(a, b))), a, b, n


@given(tables())
def test_the_exact_test_is_scipys(table: tuple[int, int, int, int]) -> None:
    t, a, b, n = table
    ours = fisher(np.array([t]), np.array([a]), np.array([b]), n)[0]
    assert ours == pytest.approx(hypergeom.sf(t - 1, n, a, b), rel=1e-7, abs=1e-9)


def test_far_tails_do_not_end_at_nothing_too_early() -> None:
    p = fisher(np.array([150]), np.array([400]), np.array([500]), 39_000)[0]
    assert p == pytest.approx(hypergeom.sf(149, 39_000, 400, 500), rel=1e-6)
    assert 0 < p < 1e-150


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 50))
def test_adjusting_counts_the_tests_that_are_not_shown(p: list[float], more: int) -> None:
    ours = adjusted(np.array(p), len(p) + more)
    np.testing.assert_allclose(ours, false_discovery_control([*p, *[1.0] * more])[: len(p)], atol=1e-12)


def test_damping_keeps_rare_pairs_down() -> None:
    """Both five times as often as by chance, or fifty: the pair that was seen more often is the more believable."""
    pairs = Pairs(
        first=np.array([0, 2]), second=np.array([1, 3]), together=np.array([5, 500]), n_first=np.array([10, 1000]),
        n_second=np.array([10, 1000]), n_baskets=10_000, n_tested=2,
    )  # fmt: skip
    rare, common = strength(pairs, damping=10).lift_damped
    assert strength(pairs, damping=10).lift.tolist() == [500, 5]
    assert rare == pytest.approx(15 / 10.01)
    assert common == pytest.approx(510 / 110)
    assert rare < common
    assert strength(pairs, damping=0).lift_damped.tolist() == [500, 5]

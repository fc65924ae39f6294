"""How often two things are in one basket: XᵀX over sparse columns, a block of them at a time.

Only things that are frequent by themselves are multiplied, and the product of a block is thinned out before the next is
made, so that memory follows the lines and the pairs that are kept, never all pairs that there could be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
    Doubles = np.ndarray[tuple[int], np.dtype[np.float64]]

CELLS_A_BLOCK = 8_000_000
"""So many cells a block's product has at most: 64 MB, were all of them filled."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of things, each pair once; `count_pairs` sorts them, with ``first < second``."""

    first: Integers
    second: Integers
    together: Integers
    """Baskets with both."""
    n_first: Integers
    n_second: Integers
    n_baskets: int
    n_tested: int
    """Pairs of things that are in at least `least` baskets each: all that could have been found."""

    def __len__(self) -> int:
        return len(self.first)


def count_pairs(
    baskets: np.ndarray, items: np.ndarray, n_baskets: int, least: int, cells: int = CELLS_A_BLOCK
) -> Pairs:
    """Count in how many baskets each pair of items is.

    Parameters
    ----------
    baskets, items
        One entry for each basket and item in it, each at most once, in any order; numbers from 0.
    n_baskets
        How many baskets there are, those with a single item or none included.
    least
        Items and pairs in fewer baskets are left out.
    cells
        How many counts are held at once.

    Examples
    --------
    >>> import numpy as np
    >>> found = count_pairs(np.array([0, 0, 1, 1, 1, 2]), np.array([7, 3, 3, 7, 9, 3]), n_baskets=4, least=2)
    >>> found.first, found.second, found.together, found.n_first, found.n_second, found.n_tested
    (array([3]), array([7]), array([2]), array([3]), array([2]), 1)
    """
    import numpy as np

    counts = np.bincount(items) if len(items) else np.zeros(0, np.int64)
    frequent = np.flatnonzero(counts >= least)
    k = len(frequent)
    if k < 2:
        none = np.zeros(0, np.int64)
        return Pairs(none, none, none, none, none, n_baskets, 0)
    place = np.full(len(counts), -1, np.int32)
    place[frequent] = np.arange(k, dtype=np.int32)
    rows, columns, together = _multiplied(baskets, place[items], (n_baskets, k), least, cells)
    first, second = frequent[rows], frequent[columns]
    return Pairs(first, second, together, counts[first], counts[second], n_baskets, k * (k - 1) // 2)


def all_pairs(baskets: np.ndarray, items: np.ndarray, n_baskets: int, chosen: Sequence[int]) -> Pairs:
    """Count every pair of a few chosen items, those that are never together too; ``first`` is the one chosen earlier."""
    import numpy as np
    from scipy import sparse

    k = len(chosen)
    place = np.full(int(items.max(initial=-1)) + 1, -1, np.int64)
    place[list(chosen)] = np.arange(k)
    known = place[items] >= 0
    cells = (np.ones(int(known.sum()), np.int64), (baskets[known], place[items[known]]))
    by_basket = sparse.csr_array(cells, shape=(n_baskets, k))
    together = (by_basket.T @ by_basket).toarray()
    rows, columns = np.triu_indices(k, 1)
    first, second = (np.asarray(chosen, np.int64)[each] for each in (rows, columns))
    counts = together.diagonal()
    return Pairs(first, second, together[rows, columns], counts[rows], counts[columns], n_baskets, len(first))


def expected_same_size(baskets: np.ndarray, items: np.ndarray, pairs: Pairs) -> Doubles:
    """Return in how many baskets each pair would be by chance, if baskets of about the same size were alike.

    Whoever buys much buys much together, so that among all baskets nearly every pair is more frequent than two
    independent things would be. Here things are independent among baskets whose number of items lies in the same step of
    √2, and what is expected of all pairs of a step is scaled to the number of pairs that its baskets hold.

    >>> import numpy as np
    >>> baskets, items = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 2, 1, 2])
    >>> pairs = count_pairs(baskets, items, n_baskets=9, least=1)
    >>> expected_same_size(baskets, items, pairs)  # three baskets of two, three pairs: each is as frequent as any
    array([1., 1., 1.])
    """
    import numpy as np

    expected = np.zeros(len(pairs))
    if not len(items):
        return expected
    sizes = np.bincount(baskets)
    step = np.floor(2 * np.log2(np.maximum(sizes, 1))).astype(np.int8)
    of_entry = step[baskets]
    for each in range(1, int(step.max()) + 1):  # a single item makes no pair
        counts = np.bincount(items[of_entry == each], minlength=int(items.max()) + 1).astype(float)
        by_chance = (counts.sum() ** 2 - (counts**2).sum()) / 2
        if by_chance > 0:
            of_step = sizes[step == each].astype(float)
            scale = (of_step * (of_step - 1)).sum() / 2 / by_chance
            expected += counts[pairs.first] * counts[pairs.second] * scale
    return expected


def _multiplied(
    baskets: np.ndarray, items: np.ndarray, shape: tuple[int, int], least: int, cells: int
) -> tuple[Integers, Integers, Integers]:
    """Return row, column and count of the upper triangle of XᵀX where the count is at least `least`."""
    import numpy as np
    from scipy import sparse

    known = items >= 0
    if not known.all():
        baskets, items = baskets[known], items[known]
    ones = np.ones(len(items), np.int32)
    by_basket = sparse.csr_array((ones, (baskets, items)), shape=shape)
    by_item = by_basket.T.tocsr()
    del ones, known
    found = []
    k = shape[1]
    width = max(cells // k, 1)
    for start in range(0, k, width):
        block = (by_item[start : start + width] @ by_basket).tocoo()
        row = block.row + start
        wanted = (block.col > row) & (block.data >= least)
        found.append((row[wanted], block.col[wanted], block.data[wanted]))
    rows, columns, together = (np.concatenate(part).astype(np.int64) for part in zip(*found, strict=True))
    order = np.lexsort((columns, rows))
    return rows[order], columns[order], together[order]

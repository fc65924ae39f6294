"""Sets of three products and more, by FP-growth of `mlxtend`: on request, and bounded by a least support."""

from __future__ import annotations

import math
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from regulars.describe.baskets.tables import ITEMSETS
from regulars.describe.computed import keep
from regulars.describe.facts import Fact, counted, fact

if TYPE_CHECKING:
    from regulars.describe.baskets.levels import Level
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Baskets

JOINED = " + "
NOT_INSTALLED = "Sets of three products and more were asked for, but mlxtend is not installed: `pip install 'regulars[itemsets]'`."


def build_itemsets(engine: DuckDBEngine, products: Level, least_pair: int, settings: Baskets) -> list[Fact]:
    """Make the temporary table `itemsets`, empty unless the settings ask for it, and say what was found."""
    rows: list[dict[str, Any]] = []
    if not settings.itemsets:
        keep(engine, ITEMSETS, rows)
        return []
    if find_spec("mlxtend") is None:
        keep(engine, ITEMSETS, rows)
        return [fact("n_itemsets", None, "sets", NOT_INSTALLED)]
    least = max(least_pair, math.ceil(settings.itemset_support * products.n_baskets))
    rows = _itemsets(products, least, settings.largest_itemset)
    keep(engine, ITEMSETS, rows)
    sentence = (
        f"{counted(len(rows), 'set')} of three products or more {'is' if len(rows) == 1 else 'are'} in "
        f"{counted(least, 'basket')} each or more."
    )
    return [fact("n_itemsets", len(rows), "sets", sentence, products.n_baskets)]


def _itemsets(level: Level, least: int, largest: int) -> list[dict[str, Any]]:
    import numpy as np
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth
    from scipy import sparse

    baskets, items, n = level.baskets, level.items, level.n_baskets
    counts = np.bincount(items, minlength=len(level.codes))
    frequent = np.flatnonzero(counts >= least)
    if len(frequent) < 3:
        return []
    place = np.full(len(level.codes), -1)
    place[frequent] = np.arange(len(frequent))
    known = place[items] >= 0
    _, rows_of = np.unique(baskets[known], return_inverse=True)
    shape = (int(rows_of.max()) + 1, len(frequent))
    cells = sparse.csr_matrix((np.ones(len(rows_of), bool), (rows_of, place[items][known])), shape=shape)
    frame = pd.DataFrame.sparse.from_spmatrix(cells, columns=[str(item) for item in frequent])
    # Support is a share of the rows that are here, without baskets that hold nothing frequent.
    found = fpgrowth(frame, min_support=(least - 0.5) / shape[0], use_colnames=True, max_len=largest)
    rows = []
    for share, members_of in zip(found["support"], found["itemsets"], strict=True):
        if len(members_of) < 3:
            continue
        chosen = sorted(int(item) for item in members_of)
        together = round(share * shape[0])
        by_chance = n * math.prod(float(counts[item]) / n for item in chosen)
        rows.append(
            {
                "products": JOINED.join(level.codes[item] for item in chosen),
                "names": JOINED.join(level.names[item] for item in chosen),
                "n_products": len(chosen), "support_count": together, "support": together / n,
                "rule_lift": together / by_chance,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: row["products"])
    return rows

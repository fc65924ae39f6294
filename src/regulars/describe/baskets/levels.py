"""Baskets as columns of numbers, of products or of their categories, and what is found among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.describe.baskets.pairs import Pairs, all_pairs, count_pairs, expected_same_size
from regulars.describe.baskets.strength import Strength, strength

if TYPE_CHECKING:
    import numpy as np

    from regulars.engines.duckdb import DuckDBEngine

SIGNIFICANT = 0.05
MEMBERS = {"product": "basket_lines", "category": "basket_category_lines"}
"""Where each level's baskets are: basket, item, amount."""
CALLED = {
    "product": "SELECT product_id AS code, coalesce(description, product_id) AS name FROM basket_products ORDER BY item",
    "category": "SELECT category AS code, category AS name FROM basket_products WHERE category_item IS NOT NULL "
    "GROUP BY category_item, category ORDER BY category_item",
}


@dataclass(frozen=True)
class Level:
    """The counted baskets, as entries of a sparse table of baskets and items, and what the items are called."""

    name: str
    baskets: np.ndarray
    items: np.ndarray
    n_baskets: int
    """Those with nothing of this level in them included."""
    codes: list[str]
    names: list[str]


@dataclass(frozen=True)
class Found:
    """The pairs of a level, how strong they are, and the places of those that are published, the strongest first."""

    level: str
    n_baskets: int
    pairs: Pairs
    strength: Strength
    kept: np.ndarray
    n_significant: int
    n_same_size: int
    """Of these, more often than by chance among baskets of the same size too."""


def read_level(engine: DuckDBEngine, name: str, n_baskets: int) -> Level:
    """Read the baskets of a level from the tables of the engine."""
    import numpy as np

    members = engine.arrow(f"SELECT basket, item FROM {MEMBERS[name]}")  # noqa: S608
    called = engine.rows(CALLED[name])
    return Level(
        name,
        baskets=np.asarray(members.column("basket").to_numpy()),
        items=np.asarray(members.column("item").to_numpy()),
        n_baskets=n_baskets,
        codes=[row["code"] for row in called],
        names=[row["name"] for row in called],
    )


def find_pairs(level: Level, least: int, damping: float, most: int | None) -> Found:
    """Count and weigh the pairs of a level, and choose those that are kept: significant ones first, by damped lift."""
    import numpy as np

    pairs = count_pairs(level.baskets, level.items, level.n_baskets, least)
    same_size = expected_same_size(level.baskets, level.items, pairs)
    found = strength(pairs, damping, same_size)
    is_significant = (found.p_adjusted <= SIGNIFICANT) & (found.lift > 1)
    order = np.lexsort((pairs.second, pairs.first, -pairs.together, -found.lift_damped, ~is_significant))
    return Found(
        level.name,
        level.n_baskets,
        pairs,
        found,
        kept=order[:most],
        n_significant=int(is_significant.sum()),
        n_same_size=int((is_significant & (found.lift_same_size > 1)).sum()),
    )


def matrix(level: Level, most: int) -> list[dict[str, Any]]:
    """Return every pair of the items that are in most baskets, those that are never together too."""
    import numpy as np

    counts = np.bincount(level.items, minlength=len(level.codes)) if len(level.items) else np.zeros(0, int)
    in_use = [item for item in range(len(counts)) if counts[item]]
    biggest = sorted(in_use, key=lambda item: (-counts[item], item))[:most]
    if len(biggest) < 2:
        return []
    pairs = all_pairs(level.baskets, level.items, level.n_baskets, biggest)
    same_size = expected_same_size(level.baskets, level.items, pairs)
    columns = (pairs.first, pairs.second, pairs.together, pairs.n_first, pairs.n_second, same_size)
    return [
        {
            "category_a": level.codes[a], "category_b": level.codes[b], "n_baskets": n, "n_a": n_a, "n_b": n_b,
            "expected_baskets": n_a * n_b / level.n_baskets, "rule_lift": n * level.n_baskets / (n_a * n_b),
            "lift_same_size": n / expected if expected else None, "share_of_a": n / n_a, "share_of_b": n / n_b,
        }
        for a, b, n, n_a, n_b, expected in zip(*(column.tolist() for column in columns), strict=True)
    ]  # fmt: skip

"""History, segments and settings → what is bought together, and the facts that say what it rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from regulars.describe.baskets.facts import basket_facts
from regulars.describe.baskets.itemsets import build_itemsets
from regulars.describe.baskets.levels import MEMBERS, Found, Level, find_pairs, matrix, read_level
from regulars.describe.baskets.tables import BASKET_RULES, COPURCHASE
from regulars.describe.categories.build import build_categories
from regulars.describe.computed import keep
from regulars.engines.queries import Query, load

if TYPE_CHECKING:
    from regulars.describe.facts import Fact
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Baskets
    from regulars.terms.money import Currency
    from regulars.warehouse.history import History

ROOM = "regulars.describe"
STEPS = ("orders", "products", "lines", "category_lines")
"""Tables on the way, each made of those before it and dropped in the end."""
Row = dict[str, Any]


def build_baskets(history: History, settings: Baskets, currency: Currency) -> list[Fact]:
    """Make the temporary tables of `BASKET_TABLES` and return what there is to know about them as facts.

    Time: the history, and the table ``segments`` made of it; nothing at or after the cut-off.
    """
    engine = history.engine
    of_categories = build_categories(history, settings)
    history.need("order_lines", "returns")
    for table in STEPS:
        query = load(ROOM, f"baskets/{table}")
        engine.create(f"basket_{table}", query, {"largest_basket": settings.largest_basket}, temporary=True)
    counts = engine.row(load(ROOM, "baskets/counts"))
    least = max(settings.least_baskets, math.ceil(settings.least_support * counts["n_counted"]))
    products, rules, of_itemsets = _products(engine, counts["n_counted"], least, settings)
    categories, more, copurchase = _categories(engine, counts["n_counted"], least, settings)
    keep(engine, BASKET_RULES, rules + more)
    keep(engine, COPURCHASE, copurchase)
    by_segment = load(ROOM, "baskets/segment_categories")
    engine.create("segment_categories", by_segment, history.parameters, temporary=True)
    for table in STEPS:
        engine.drop(f"basket_{table}")
    of_pairs = basket_facts(counts, least, (products, categories), settings, currency)
    return [*of_pairs, *of_categories, *of_itemsets]


def _products(
    engine: DuckDBEngine, n_baskets: int, least: int, settings: Baskets
) -> tuple[Found, list[Row], list[Fact]]:
    """Return the pairs of products, their rules, and what there is to say of larger sets."""
    level = read_level(engine, "product", n_baskets)
    found = find_pairs(level, least, settings.damping, settings.most_pairs)
    return found, _rules(engine, level, found), build_itemsets(engine, level, least, settings)


def _categories(
    engine: DuckDBEngine, n_baskets: int, least: int, settings: Baskets
) -> tuple[Found, list[Row], list[Row]]:
    """Return the pairs of categories, their rules, and the matrix of the biggest."""
    level = read_level(engine, "category", n_baskets)
    found = find_pairs(level, least, settings.damping, None)
    return found, _rules(engine, level, found), matrix(level, settings.copurchase_categories)


def _rules(engine: DuckDBEngine, level: Level, found: Found) -> list[Row]:
    """Return both rules of every pair that is kept, with the money and the customers behind it."""
    pairs, measures = found.pairs, found.strength
    money = _money(engine, found)
    rows = []
    for at in found.kept.tolist():
        one, other = int(pairs.first[at]), int(pairs.second[at])
        n_one, n_other = int(pairs.n_first[at]), int(pairs.n_second[at])
        both: Row = {
            "level": level.name, "support_count": int(pairs.together[at]), "support": float(measures.support[at]),
            "rule_lift": float(measures.lift[at]), "rule_lift_damped": float(measures.lift_damped[at]),
            "lift_same_size": float(measures.lift_same_size[at]), "p_adjusted": float(measures.p_adjusted[at]),
            "leverage": float(measures.leverage[at]), **money[one, other],
        }  # fmt: skip
        rows += [
            both
            | {
                "antecedent": level.codes[a], "consequent": level.codes[b], "antecedent_name": level.names[a],
                "consequent_name": level.names[b], "antecedent_count": n_a, "consequent_count": n_b,
                "rule_confidence": both["support_count"] / n_a,
            }
            for a, b, n_a, n_b in ((one, other, n_one, n_other), (other, one, n_other, n_one))
        ]  # fmt: skip
    return rows


def _money(engine: DuckDBEngine, found: Found) -> dict[tuple[int, int], Row]:
    """Return what each kept pair brought, and how many known customers bought it."""
    import pyarrow as pa

    kept = pa.table(
        {
            "first_item": pa.array(found.pairs.first[found.kept], pa.int32()),
            "second_item": pa.array(found.pairs.second[found.kept], pa.int32()),
        }
    )
    members = Query("basket_members", f"FROM {MEMBERS[found.level]}", {})
    with engine.registered("basket_pairs", kept):
        engine.execute(f"CREATE OR REPLACE TEMP VIEW {members.name} AS {members.text}")
        rows = engine.rows(load(ROOM, "baskets/pair_money"))
        engine.execute(f"DROP VIEW {members.name}")
    return {(row.pop("first_item"), row.pop("second_item")): row for row in rows}

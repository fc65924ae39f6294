"""History → `product_categories`: each product's category, where it comes from, and whether it is doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from regulars.describe.baskets.tables import PRODUCT_CATEGORIES
from regulars.describe.categories.learn import Learned, learn
from regulars.describe.categories.names import words
from regulars.describe.computed import keep
from regulars.describe.facts import Fact, fact
from regulars.engines.queries import load
from regulars.terms.phrases import percent

if TYPE_CHECKING:
    from regulars.settings import Baskets, CategoryRule
    from regulars.warehouse.history import History

OTHER = "Other"
Product = dict[str, Any]


def build_categories(history: History, settings: Baskets) -> list[Fact]:
    """Make the temporary table `product_categories`, and return what it rests on as facts.

    A rule of the shop's settings wins. Else the shop's own category counts, where the data names one for enough of the
    sales (`own_category_share`); else categories are learned from the words of descriptions. What is left is Other.

    Time: names, categories and sales before the cut-off.
    """
    history.need("order_lines", "products")
    products = history.engine.rows(load("regulars.describe", "categories/products"))
    use_own = _own_share(products) >= settings.own_category_share
    ruled = _by_rules(products, settings.categories)
    learned = [None] * len(products) if use_own else _learned(products, settings)
    rows = [
        _row(product, rule, use_own, found)
        for product, rule, found in zip(products, ruled, learned, strict=True)
    ]
    keep(history.engine, PRODUCT_CATEGORIES, rows)
    return _facts(rows, use_own)


def _own_share(products: Sequence[Product]) -> float:
    """Return how much of the sales is of products with a category in the data; of the products, where nothing was sold."""
    owned = [product for product in products if product["category"]]
    if not owned:
        return -1.0
    sold = sum(product["revenue"] for product in products)
    if sold <= 0:
        return len(owned) / len(products)
    return float(sum(product["revenue"] for product in owned) / sold)


def _by_rules(products: Sequence[Product], rules: Sequence[CategoryRule]) -> list[tuple[str, str] | None]:
    """Return category and evidence of the first rule that fits each product."""
    phrases = [(rule, [words(phrase) for phrase in rule.words]) for rule in rules]
    return [_first_rule(product, phrases) for product in products] if rules else [None] * len(products)


def _first_rule(
    product: Product, rules: Sequence[tuple[CategoryRule, list[list[str]]]]
) -> tuple[str, str] | None:
    said = words(product["description"])
    code = product["product_id"].upper()
    for rule, phrases in rules:
        for phrase in phrases:
            n = len(phrase)
            if n and any(said[at : at + n] == phrase for at in range(len(said) - n + 1)):
                return rule.category, f"a rule of the settings: {' '.join(phrase)}"
        for pattern in rule.product_ids:
            if fnmatchcase(code, pattern.upper()):
                return rule.category, f"a rule of the settings: {pattern}"
    return None


def _learned(products: Sequence[Product], settings: Baskets) -> list[Learned]:
    return learn(
        [product["description"] for product in products],
        [product["n_lines"] for product in products],
        most=settings.most_categories,
        ignored=settings.ignored_words,
        position=settings.heads,
    )


def _row(product: Product, rule: tuple[str, str] | None, use_own: bool, found: Learned | None) -> Product:
    row = {name: product[name] for name in ("product_id", "description", "n_lines", "revenue")}
    row["is_doubtful"] = False
    if rule:
        return row | {"category": rule[0], "source": "settings", "evidence": rule[1]}
    if use_own and product["category"]:
        return row | {"category": product["category"], "source": "data", "evidence": "the data says so"}
    if found and found.category:
        return row | {
            "category": found.category, "source": "description", "evidence": found.evidence,
            "is_doubtful": found.is_doubtful,
        }  # fmt: skip
    why = "no category in the data" if use_own else "no word that names a category"
    return row | {"category": OTHER, "source": "none", "evidence": why}


def _facts(rows: Sequence[Product], use_own: bool) -> list[Fact]:
    if not rows:
        return []
    total = float(sum(row["revenue"] for row in rows))
    placed = [row for row in rows if row["source"] != "none"]
    if not placed:
        return [fact("category_share", 0, "share", "No product could be given a category.", len(rows))]
    of_sales = float(sum(row["revenue"] for row in placed)) / total if total > 0 else None
    n = len({row["category"] for row in placed})
    how = (
        "are the shop's own"
        if use_own
        else "are learned from whole words of descriptions, never from parts of words"
    )
    doubtful = sum(row["is_doubtful"] for row in rows)
    doubt = f"; {doubtful:,} of them are doubtful" if doubtful else ""
    kinds = "1 category" if n == 1 else f"{n:,} categories"
    of_money = "" if of_sales is None else f" with {percent(of_sales, 1)} of product sales"
    rest = f"; the rest is {OTHER}" if len(placed) < len(rows) else ""
    verb = "holds" if n == 1 else "hold"
    sentence = (
        f"Categories {how}: {kinds} {verb} {len(placed):,} of {len(rows):,} products{of_money}{doubt}{rest}."
    )
    return [fact("category_share", of_sales, "share", sentence, len(rows))]

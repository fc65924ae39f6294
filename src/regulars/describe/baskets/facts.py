"""What there is to know about baskets before their pairs are believed: how many, what is left out, what was tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regulars.describe.facts import Fact, counted, fact
from regulars.terms.phrases import percent

if TYPE_CHECKING:
    from regulars.describe.baskets.levels import Found
    from regulars.settings import Baskets
    from regulars.terms.money import Currency

NO_PRODUCTS = "Baskets are off: no line before the cut-off names a product."


def basket_facts(
    counts: dict[str, Any], least: int, found: Sequence[Found], settings: Baskets, currency: Currency
) -> list[Fact]:
    """Return facts about baskets and pairs; a single one where there are no products."""
    n = counts["n_baskets"]
    if not n:
        return [fact("n_baskets", 0, "baskets", NO_PRODUCTS, 0)]
    several = counts["n_of_several"]
    facts = [
        fact("n_baskets", counts["n_counted"], "baskets",
             f"{counted(counts['n_counted'], 'basket')} with products, of orders with or without a known customer that were "
             f"not taken back in full; {several:,} hold two different products or more.", n),
        *_left_out(counts, settings, currency),
    ]  # fmt: skip
    if not several:
        sentence = "Every basket holds a single product, so nothing is bought together."
        return [*facts, fact("n_product_pairs", 0, "pairs", sentence, counts["n_counted"])]
    return [*facts, *(_tested(each, least) for each in found)]


def _left_out(counts: dict[str, Any], settings: Baskets, currency: Currency) -> list[Fact]:
    n, money = counts["n_baskets"] - counts["n_counted"], counts["revenue_left_out"]
    if not n:
        return []
    share = money / counts["revenue"] if counts["revenue"] > 0 else None
    of_sales = "" if share is None else f", {percent(share, 1)} of product sales"
    have, are = ("has", "is") if n == 1 else ("have", "are")
    sentence = (
        f"{counted(n, 'basket')} {have} more than {settings.largest_basket:,} different products and {are} left out: they "
        f"hold {currency.text(money)}{of_sales}."
    )
    return [fact("large_basket_share", share, "share", sentence, n)]


def _tested(found: Found, least: int) -> Fact:
    tested, together = found.pairs.n_tested, found.n_significant
    things = "products" if found.level == "product" else "categories"
    if not tested:
        sentence = (
            f"No two {things} are in {counted(least, 'basket')} each, too few to tell what goes together."
        )
    else:
        sentence = (
            f"{counted(tested, 'pair')} of {things} could be found (both in {counted(least, 'basket')} or more); {len(found.pairs):,} are "
            f"together in as many, {together:,} of these more often than by chance (Fisher's exact test, adjusted for "
            f"{counted(tested, 'test')}), {found.n_same_size:,} among baskets of the same size too."
        )
    return fact(f"n_{found.level}_pairs", together, "pairs", sentence, found.n_baskets)

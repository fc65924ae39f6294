"""What the shop sells: teas, and what belongs around them. Names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from regulars.demo.season import Floats, Integers

TIERS = ("value", "standard", "premium")
YEARLY_PRICE_RISE = 1.03

_PACKS = (("100 g tin", 1.0), ("250 g bag", 2.1), ("500 g bag", 3.9))
_SETS = (("", 1.0),)
_PAIRS = (("", 1.0), (", set of four", 3.6))


@dataclass(frozen=True)
class Category:
    """Products that are alike; `complements` are bought with them."""

    name: str
    code: str
    consumable: bool
    price: float
    kinds: tuple[str, ...]
    sizes: tuple[tuple[str, float], ...]
    complements: tuple[str, ...] = ()


CATEGORIES = (
    Category("Black tea", "BT", True, 6.4, (
        "Lantern Street Breakfast", "Moorland Morning", "Smoked Pine", "Harbour Assam", "Copper Kettle Blend",
        "Bergamot Earl", "Winter Orange", "Second Flush Gold", "Old Library", "Plum Orchard", "Malt & Heather",
        "Rosewood Ceylon"), _PACKS, ("Paper tea filters, 100", "Brass tea measure")),
    Category("Green tea", "GT", True, 7.2, (
        "Spring Meadow Sencha", "Roasted Rice", "Jade Needle", "Jasmine Evening", "Mist Mountain", "Stone-ground Matcha",
        "Garden Mint Green", "Toasted Twig", "First Picking"), _PACKS, ("Bamboo whisk", "Paper tea filters, 100")),
    Category("Herbal tea", "HT", True, 5.2, (
        "Camomile Field", "Peppermint Leaf", "Rooibos Sunset", "Ginger & Lemon Peel", "Elderflower Hedge", "Fennel Calm",
        "Rosehip Cottage", "Verbena Path", "Linden Blossom", "Berry Hibiscus"), _PACKS, ("Honey dipper", "Paper tea filters, 100")),
    Category("Teapots", "TP", False, 28.0, (
        "Stoneware teapot, slate", "Stoneware teapot, oat", "Glass teapot with sieve", "Cast-iron teapot, moss",
        "Porcelain teapot, blue rim", "Enamel kettle, cream", "Clay teapot, small", "Travel pot, two cups"), _SETS,
        ("Teapot warmer", "Felt teapot cosy")),
    Category("Cups & mugs", "CM", False, 9.5, (
        "Speckled mug", "Blue rim cup", "Double-walled glass", "Fox mug", "Wren mug", "Tall latte mug", "Espresso cup",
        "Thumbprint beaker", "Enamel camping mug", "Porcelain cup and saucer"), _PAIRS, ("Cork coasters, six", "Slate coasters, four")),
    Category("Tea things", "TA", False, 6.8, (
        "Paper tea filters, 100", "Brass tea measure", "Bamboo whisk", "Honey dipper", "Teapot warmer", "Felt teapot cosy",
        "Cork coasters, six", "Slate coasters, four", "Sand timer, three minutes", "Steel tea ball", "Silicone sieve",
        "Tea tray, walnut", "Descaler for kettles", "Baking parchment sheets", "Cake tester", "Jar labels, forty",
        "Jar funnel", "Linen loops, ten", "Gift ribbon, green", "Gift tag set"), _SETS),
    Category("Kitchen linen", "KL", False, 11.0, (
        "Linen tea towel, fern", "Linen tea towel, stripe", "Waffle cloths", "Oven gloves, denim", "Apron, charcoal",
        "Apron, mustard", "Bread bag", "Table runner, oat", "Napkins, indigo"), _SETS, ("Linen loops, ten",)),
    Category("Baking", "BK", False, 12.5, (
        "Loaf tin", "Scone cutters", "Bundt tin", "Mixing bowl, large", "Mixing bowl, small", "Rolling pin, beech",
        "Cooling rack", "Cake stand", "Muffin tray", "Shortbread mould"), _SETS, ("Baking parchment sheets", "Cake tester")),
    Category("Jars & tins", "JT", False, 8.4, (
        "Storage jar, small", "Storage jar, large", "Tea caddy, green", "Tea caddy, red", "Biscuit tin, round",
        "Spice jars, six", "Honey pot", "Flour tin, enamel"), _SETS, ("Jar labels, forty", "Jar funnel")),
    Category("Gift boxes", "GB", False, 24.0, (
        "Tea taster box", "Afternoon tea hamper", "Baker's first box", "Advent box of teas", "Cosy evening box",
        "Green tea discovery", "Herbal dozen", "Teapot for one set"), _SETS, ("Gift ribbon, green", "Gift tag set")),
)  # fmt: skip

TASTES = {  # weight of each category, in the order above
    "breakfast": (10, 1, 2, 0.6, 1.5, 1.2, 0.5, 0.8, 1, 0.6),
    "green": (1, 10, 3, 1.0, 1.2, 1.5, 0.5, 0.3, 0.8, 0.6),
    "calm": (1, 2, 10, 0.6, 1.2, 1.0, 0.8, 0.5, 1, 0.8),
    "baker": (2, 0.5, 1, 0.4, 1.0, 1.0, 4, 9, 3, 0.6),
    "host": (2, 1, 1, 4, 6, 2.0, 3, 1, 2, 1.5),
    "giver": (1, 1, 1, 2, 3, 0.8, 1.5, 0.8, 1.5, 9),
    "café": (8, 4, 5, 1, 2, 1.0, 0.5, 1, 1, 0.1),
}
TASTE_SHARES = {"breakfast": 0.27, "green": 0.16, "calm": 0.18, "baker": 0.14, "host": 0.14, "giver": 0.11}
"""Of customers who are not businesses; those are all cafés."""

TIER_SHARES = (0.35, 0.45, 0.20)
COMPLEMENT_PROBABILITY = 0.2
DURABLE_QUANTITY = 0.3
"""How much of a customer's inclination to take several applies to things that last."""

_TIER_OF_KIND = (1, 0, 1, 2, 0)
_TIER_PRICE = (0.75, 1.0, 1.6)
_TIER_FIT = ((3.0, 1.2, 0.3), (1.0, 2.0, 0.8), (0.4, 1.2, 3.0))


@dataclass(frozen=True)
class Catalog:
    """All products, as arrays by product number; equal for every seed but for what is popular."""

    product_ids: tuple[str, ...]
    descriptions: tuple[str, ...]
    category: Integers
    tier: Integers
    price: Floats
    complement: Integers
    popularity: Floats

    @classmethod
    def of(cls, rng: np.random.Generator) -> Catalog:
        """Set up the shelves; `rng` says what is popular."""
        ids: list[str] = []
        names: list[str] = []
        category: list[int] = []
        tier: list[int] = []
        price: list[float] = []
        for number, group in enumerate(CATEGORIES):
            for kind, title in enumerate(group.kinds):
                grade = _TIER_OF_KIND[kind % len(_TIER_OF_KIND)]
                for size, factor in group.sizes:
                    ids.append(f"{group.code}-{category.count(number) + 101}")
                    names.append(f"{title}{size}" if size[:1] == "," else f"{title} {size}".strip())
                    category.append(number)
                    tier.append(grade)
                    price.append(group.price * factor * _TIER_PRICE[grade] * (0.9 + 0.05 * (kind % 5)))
        position = {name: index for index, name in enumerate(names)}
        complement = [
            position[wanted[index % len(wanted)]] if (wanted := CATEGORIES[group].complements) else -1
            for index, group in enumerate(category)
        ]
        rank = rng.permutation(len(ids)) + 1
        return cls(
            tuple(ids),
            tuple(names),
            np.array(category),
            np.array(tier),
            np.array(price),
            np.array(complement),
            rank.astype(np.float64) ** -0.6,
        )

    def __len__(self) -> int:
        return len(self.product_ids)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The name of each product's category."""
        return tuple(CATEGORIES[number].name for number in self.category)

    @cached_property
    def consumable(self) -> NDArray[np.bool_]:
        return np.array([CATEGORIES[number].consumable for number in self.category])

    @cached_property
    def quantity_factor(self) -> Floats:
        return np.where(self.consumable, 1.0, DURABLE_QUANTITY)

    @cached_property
    def complement_probability(self) -> Floats:
        return np.where(self.complement >= 0, COMPLEMENT_PROBABILITY, 0.0)

    def prices_cents(self, n_years: int) -> Integers:
        """Return the price lists, years × products, in cents; multiples of ten, so that discounts are exact."""
        rise = YEARLY_PRICE_RISE ** np.arange(n_years)
        return (np.round(np.outer(rise, self.price) * 10) * 10).astype(np.int64)

    def choice(self, consumables_only: bool = False) -> Floats:
        """Return what somebody of each taste and tier reaches for: (tastes · tiers) × products, rows sum to 1."""
        rows = []
        for weights in TASTES.values():
            by_category = np.array(weights)[self.category]
            for fit in _TIER_FIT:
                row = self.popularity * by_category * np.array(fit)[self.tier]
                row = np.where(self.consumable, row, 0.0) if consumables_only else row
                rows.append(row / row.sum())
        return np.array(rows)


class Chooser:
    """Draws products for people of mixed tastes in one look-up."""

    def __init__(self, choice: Floats) -> None:
        sums = np.cumsum(choice, axis=1)
        sums[:, -1] = 1.0
        self._width = choice.shape[1]
        self._table = (sums + np.arange(len(sums))[:, np.newaxis]).ravel()

    def draw(self, group: Integers, rng: np.random.Generator) -> Integers:
        """Return a product number for each group number (taste · tiers + tier)."""
        found = np.searchsorted(self._table, group + rng.random(group.shape), side="right")
        chosen: Integers = np.minimum(
            found - group * self._width, self._width - 1
        )  # g + 0.999… may round to g + 1
        return chosen

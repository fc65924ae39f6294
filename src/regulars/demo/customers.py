"""Who buys: the traits of customers, drawn once for each and known to the truth alone."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from regulars.demo.catalog import TASTE_SHARES, TASTES, TIER_SHARES, TIERS, Catalog, Chooser
from regulars.demo.parameters import ShopParameters
from regulars.demo.season import CUSTOMER_TYPES, Calendar, Floats, Integers

COUNTRIES = {
    "United Kingdom": 0.74, "Ireland": 0.07, "Germany": 0.06, "France": 0.04, "Netherlands": 0.03, "Sweden": 0.02,
    "Spain": 0.015, "Portugal": 0.01, "Denmark": 0.01, "Norway": 0.005,
}  # fmt: skip
CHANNELS = ("web", "app", "shop", "phone")
_CHANNEL_SHARES = {
    "office hours": (0.62, 0.12, 0.14, 0.12),
    "evening": (0.55, 0.43, 0.0, 0.02),
    "weekend": (0.45, 0.25, 0.30, 0.0),
}
_TYPE_SHARES = (0.38, 0.38, 0.24)
FAVORITES = 4


@dataclass(frozen=True)
class People:
    """Traits, one array each, row by row the same person.

    Units: rates are per day; `born_hour` is the hour of the first order and `gone_day` the first day on which the
    person is no customer any more, both counted from the opening of the shop.
    """

    account: Integers
    born_hour: Floats
    gone_day: Integers
    orders_per_day: Floats
    leaving_per_day: Floats
    regularity: Integers
    kind: Integers
    taste: Integers
    tier: Integers
    is_business: NDArray[np.bool_]
    country: Integers
    channel: Integers
    extra_lines: Floats
    extra_units: Floats
    favorites: Integers
    favorite_share: Floats
    staple: Integers
    staple_share: Floats
    discount_share: Floats
    return_share: Floats

    def __len__(self) -> int:
        return len(self.account)

    @property
    def group(self) -> Integers:
        """Number of the taste and tier, as in `Catalog.choice`."""
        return self.taste * len(TIERS) + self.tier

    def take(self, which: NDArray[np.bool_] | Integers) -> People:
        """Return some of them."""
        return People(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


@dataclass(frozen=True)
class Shelves:
    """The catalog with its look-ups, made once."""

    catalog: Catalog
    any_product: Chooser
    consumables: Chooser

    @classmethod
    def of(cls, catalog: Catalog) -> Shelves:
        return cls(catalog, Chooser(catalog.choice()), Chooser(catalog.choice(consumables_only=True)))


def draw_people(
    rng: np.random.Generator,
    account: Integers,
    share: Floats,
    calendar: Calendar,
    shelves: Shelves,
    parameters: ShopParameters,
) -> People:
    """Draw people who first order when the given shares (0–1, ascending) of all arrivals have come."""
    n = len(account)
    is_business = rng.random(n) < parameters.business_share
    kind = np.where(is_business, 0, rng.choice(len(CUSTOMER_TYPES), n, p=_TYPE_SHARES))
    cafe = list(TASTES).index("café")
    taste = np.where(is_business, cafe, rng.choice(len(TASTE_SHARES), n, p=list(TASTE_SHARES.values())))
    tier = rng.choice(len(TIERS), n, p=TIER_SHARES)
    born_hour = np.floor(calendar.arrivals(kind, share) * 60) / 60
    leaving = rng.gamma(parameters.leaving_shape, 1 / parameters.leaving_scale_days, n)
    stays_days = np.minimum(rng.standard_exponential(n) / np.maximum(leaving, 1e-12), 1e6)
    steps, shares = zip(*parameters.regularity, strict=True)
    group = taste * len(TIERS) + tier
    return People(
        account=account,
        born_hour=born_hour,
        gone_day=(born_hour // 24).astype(np.int64) + 1 + stays_days.astype(np.int64),
        orders_per_day=rng.gamma(parameters.rate_shape, 1 / parameters.rate_scale_days, n),
        leaving_per_day=leaving,
        regularity=rng.choice(steps, n, p=shares),
        kind=kind,
        taste=taste,
        tier=tier,
        is_business=is_business,
        country=rng.choice(len(COUNTRIES), n, p=list(COUNTRIES.values())),
        channel=_favorite_channel(rng, kind),
        extra_lines=rng.gamma(2.0, np.where(is_business, 2.0, 0.75)),
        extra_units=rng.gamma(1.5, np.where(is_business, 4.0, 0.25)),
        favorites=shelves.any_product.draw(np.repeat(group[:, np.newaxis], FAVORITES, axis=1), rng),
        favorite_share=rng.beta(2.0, 2.0, n),
        staple=shelves.consumables.draw(group, rng),
        staple_share=np.where(rng.random(n) < 0.5, rng.beta(6.0, 2.0, n), 0.0),
        discount_share=rng.beta(0.8, 1.8, n),
        return_share=_return_share(rng, n, parameters.mean_return_share),
    )


def _favorite_channel(rng: np.random.Generator, kind: Integers) -> Integers:
    sums = np.cumsum(np.array([_CHANNEL_SHARES[name] for name in CUSTOMER_TYPES]), axis=1)
    found: Integers = (rng.random(len(kind))[:, np.newaxis] >= sums[kind][:, :-1]).sum(axis=1)
    return found


def _return_share(rng: np.random.Generator, n: int, mean: float) -> Floats:
    return rng.beta(0.6, 0.6 / mean - 0.6, n) if mean > 0 else np.zeros(n)


_FIRST_NAMES = (
    "Ada", "Ailsa", "Alma", "Anouk", "Arlo", "Astrid", "Bea", "Bram", "Callum", "Carys", "Cleo", "Conor", "Dara", "Edda",
    "Eilidh", "Elin", "Emrys", "Esme", "Fergus", "Finn", "Freya", "Greta", "Gwen", "Hamish", "Hanna", "Idris", "Ines",
    "Iona", "Isla", "Jory", "Juno", "Kai", "Keir", "Lena", "Liv", "Lorcan", "Luca", "Maeve", "Malin", "Matteo", "Mina",
    "Nell", "Niamh", "Nico", "Olwen", "Orla", "Otto", "Petra", "Priya", "Rafe", "Ravi", "Rhys", "Rosa", "Saoirse", "Selma",
    "Sorcha", "Tess", "Theo", "Una", "Vera", "Wren", "Yara", "Zofia",
)  # fmt: skip
_LAST_NAMES = (
    "Abbot", "Ashdown", "Barrow", "Beck", "Blythe", "Brandt", "Calder", "Carrow", "Coombe", "Dale", "Dunmore", "Ellery",
    "Fairley", "Fenn", "Firth", "Garrow", "Glass", "Hale", "Harrow", "Hartley", "Heath", "Holm", "Hurst", "Ingram", "Kell",
    "Kerr", "Lange", "Larkin", "Lindqvist", "Locke", "Marsh", "Mercer", "Moor", "Nash", "Nolan", "Oakes", "Orme", "Penrose",
    "Pike", "Quill", "Rowan", "Sands", "Sayer", "Shaw", "Sorrel", "Stone", "Tarn", "Thorne", "Vale", "Vance", "Wake", "Ward",
    "Weir", "Wilde", "Winter", "Wood", "Yates",
)  # fmt: skip


def draw_names(rng: np.random.Generator, n: int) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return n first names and n last names."""
    first = np.array(_FIRST_NAMES, dtype=object)[rng.integers(len(_FIRST_NAMES), size=n)]
    last = np.array(_LAST_NAMES, dtype=object)[rng.integers(len(_LAST_NAMES), size=n)]
    return first, last

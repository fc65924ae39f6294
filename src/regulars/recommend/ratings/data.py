"""What was rated before a cut-off, as arrays, and the scale it is on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regulars.models.matrix import Numbers

if TYPE_CHECKING:
    import pyarrow
    from scipy import sparse

    from regulars.settings import Ratings as RatingSettings
    from regulars.warehouse.history import History

Places = NDArray[np.int64]

USUAL_HIGHEST = (1.0, 5.0, 7.0, 10.0, 20.0, 100.0)
"""Where scales that people use end."""
STRAY_SHARE = 0.005
"""Of the ratings so many at most may lie outside a usual scale and be taken for slips of the pen."""
LIKED_SHARE = 0.75
"""From here on up the scale a product is liked, unless the settings say otherwise."""


@dataclass(frozen=True)
class Scale:
    """Between which ratings lie, and from where on a product is liked."""

    lowest: float
    highest: float
    liked_from: float

    def clip(self, ratings: Numbers) -> Numbers:
        return np.clip(ratings, self.lowest, self.highest)


@dataclass(frozen=True)
class Ratings:
    """One rating per customer and product: places of both in the lists of ids, the value, and when (NaT: not told)."""

    customer_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    customers: Places
    products: Places
    values: Numbers
    rated_at: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.customer_ids), len(self.product_ids)

    def where(self, mask: NDArray[np.bool_]) -> Ratings:
        """Return some of the ratings; places stay as they are."""
        return replace(
            self,
            customers=self.customers[mask],
            products=self.products[mask],
            values=self.values[mask],
            rated_at=self.rated_at[mask],
        )

    def of(self, customers: Places) -> Ratings:
        """Return the ratings of some customers alone, who are numbered anew in their order."""
        number = np.full(self.shape[0], -1)
        number[customers] = np.arange(len(customers))
        mine = self.where(number[self.customers] >= 0)
        ids = tuple(self.customer_ids[place] for place in customers)
        return replace(mine, customer_ids=ids, customers=number[mine.customers])

    def matrix(self, values: Numbers) -> sparse.csr_array:
        """Return something about each rating as a matrix of customers × products."""
        from scipy import sparse

        cells = sparse.coo_array((values, (self.customers, self.products)), shape=self.shape)
        rows = cells.tocsr()
        rows.sort_indices()
        return rows

    def per_product(self, values: Numbers | None = None) -> Numbers:
        return np.bincount(self.products, values, self.shape[1]).astype(float)

    def per_customer(self, values: Numbers | None = None) -> Numbers:
        return np.bincount(self.customers, values, self.shape[0]).astype(float)


def ones_like(cells: sparse.csr_array) -> sparse.csr_array:
    """Return a matrix with 1 in every cell that is there."""
    rows = cells.copy()
    rows.data = np.ones_like(cells.data)
    return rows


def read_ratings(history: History) -> Ratings:
    """Return the latest rating of every customer and product, in the order of their ids.

    Time: ratings with ``rated_at < cutoff``, and those without a time.
    """
    history.need("ratings")
    rows = history.engine.arrow(
        "SELECT customer_id, product_id, rating, rated_at FROM history_ratings ORDER BY customer_id, product_id"
    )
    customers, products = (
        rows.column(name).combine_chunks().dictionary_encode() for name in ("customer_id", "product_id")
    )
    customer_ids, customer_places = _sorted(customers)
    product_ids, product_places = _sorted(products)
    return Ratings(
        customer_ids,
        product_ids,
        customer_places,
        product_places,
        rows.column("rating").to_numpy().astype(float),
        rows.column("rated_at").to_numpy().astype("datetime64[us]"),
    )


def _sorted(encoded: pyarrow.DictionaryArray) -> tuple[tuple[str, ...], Places]:
    """Return the ids in their order, and where each row's id stands among them."""
    ids: list[str] = encoded.dictionary.to_pylist()
    order = sorted(range(len(ids)), key=ids.__getitem__)
    place = np.empty(len(ids), np.int64)
    place[order] = np.arange(len(ids))
    rows = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return tuple(ids[one] for one in order), place[rows]


def scale_of(values: Numbers, settings: RatingSettings) -> Scale:
    """Return the scale of ratings: what the settings say, else the usual scale that all but strays fit, else the data's.

    >>> from regulars.settings import Ratings as RatingSettings
    >>> scale_of(np.array([0.5, 3.0, 4.5, 2.0]), RatingSettings())
    Scale(lowest=0.5, highest=5.0, liked_from=3.875)

    One slip among a thousand does not stretch it:

    >>> scale_of(np.r_[np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 200), 55.0], RatingSettings()).highest
    5.0
    """
    lowest, highest = float(values.min()), float(values.max())
    if lowest >= 0 or np.mean(values < 0) <= STRAY_SHARE:
        usual = [top for top in USUAL_HIGHEST if np.mean(values > top) <= STRAY_SHARE]
        highest = usual[0] if usual else highest
        lowest = float(values[values >= 0].min()) if lowest < 0 else lowest
    lowest = settings.lowest if settings.lowest is not None else min(lowest, highest)
    highest = settings.highest if settings.highest is not None else highest
    liked = settings.liked_from
    return Scale(lowest, highest, lowest + LIKED_SHARE * (highest - lowest) if liked is None else liked)

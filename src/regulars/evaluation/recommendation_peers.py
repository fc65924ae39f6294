"""Matrix factorization beside our scorers, for comparison: its factors are no evidence that a reason could name.

Reference: Hu, Koren & Volinsky (2008), Collaborative filtering for implicit feedback datasets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.recommend.purchases import Demand, Purchases
from regulars.recommend.ranking import Lists
from regulars.recommend.scorers import Target

if TYPE_CHECKING:
    from implicit.als import AlternatingLeastSquares

ALS_NAME = "als"
ALS_TARGETS: tuple[Target, ...] = ("next_basket", "try_next")
FACTORS = 32
ITERATIONS = 10
SEED = 20_111_209


def als(purchases: Purchases) -> AlternatingLeastSquares:
    """Fit `implicit`'s alternating least squares to who bought what."""
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):  # the library looks at it when a model is made, and warns
        model: Any = AlternatingLeastSquares(
            factors=min(FACTORS, purchases.n_products, purchases.n_customers),
            iterations=ITERATIONS,
            regularization=0.05,
            alpha=5.0,
            random_state=SEED,
            num_threads=1,
        )
        model.fit(purchases.matrix().astype(np.float32), show_progress=False)
    return model


def als_lists(
    model: Any,
    asked: Purchases,
    places: NDArray[np.int64],
    demand: Demand,
    is_new_only: bool,
    n: int,
) -> Lists:
    """Return lists of n products for some customers of those it was fitted to."""
    found, _ = model.recommend(
        places,
        asked.matrix().astype(np.float32),
        N=n,
        filter_already_liked_items=is_new_only,
        filter_items=np.flatnonzero(~demand.is_recommended),
    )
    return np.asarray(found, dtype=np.int32)

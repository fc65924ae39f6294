"""The scorers that compete for the lists, each a few numbers: what of a customer counts, and what of a product.

A customer's score of a product is

    (own × their purchases of it + similar × their purchases of its neighbors × cosine) × what the product brings along

so that everything a score rests on is the customer's own rows, and tables that are kept with the release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from regulars.recommend.purchases import Demand, Numbers, Purchases
from regulars.recommend.similar import weights

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Target = Literal["next_basket", "buy_again", "try_next"]
TARGETS: tuple[Target, ...] = ("next_basket", "buy_again", "try_next")
PRIOR_CUSTOMERS = 20.0
"""A product counts as if so many had bought it before, so that the first buyers of a new one are no boom."""


@dataclass(frozen=True)
class Scorer:
    """A way to score products for a customer.

    Parameters
    ----------
    counts
        What a purchase counts: yes_no, log, counts, fresh or often (`similar.weights`).
    own, similar
        What own purchases of the product and those of its neighbors count.
    cosine
        By which counts neighbors are found (`similar.neighbors`).
    now_power, popular_power
        How much it matters that the product is bought more than usual now, and by how many lately.
    """

    name: str
    complexity: int
    targets: tuple[Target, ...]
    counts: str = "yes_no"
    own: float = 0.0
    similar: float = 0.0
    cosine: str = "yes_no"
    now_power: float = 0.0
    popular_power: float = 0.0
    is_baseline: bool = False

    @property
    def is_personal(self) -> bool:
        return bool(self.own or self.similar)

    def weights(self, purchases: Purchases) -> Numbers:
        """Return what every purchase counts."""
        return weights(purchases, self.counts)

    def factors(self, demand: Demand) -> Numbers:
        """Return what every product brings along, whoever is asked."""
        now = (demand.n_recent_customers + 1.0) / (demand.n_customers + PRIOR_CUSTOMERS)
        popular = demand.n_recent_customers + 1.0
        return np.asarray(now**self.now_power * popular**self.popular_power)


POPULAR = Scorer(
    "popular", 1, TARGETS, popular_power=1.0, is_baseline=True,
)  # fmt: skip
OFTEN = Scorer("bought_often", 1, ("next_basket", "buy_again"), counts="often", own=1.0, is_baseline=True)
HABIT = Scorer("habit", 2, ("next_basket", "buy_again"), counts="fresh", own=1.0, popular_power=0.3)
COSINE = Scorer("cosine", 2, ("next_basket", "try_next"), similar=1.0, is_baseline=True)
COSINE_LOG = Scorer("cosine_log", 3, ("try_next",), counts="log", similar=1.0, cosine="log")
COSINE_COUNTS = Scorer("cosine_counts", 3, ("try_next",), counts="counts", similar=1.0)
COSINE_NOW = Scorer("cosine_now", 3, ("try_next",), similar=1.0, now_power=0.75)
HABIT_AND_COSINE = Scorer(
    "habit_and_cosine", 4, ("next_basket",), counts="fresh", own=1.0, similar=0.05, popular_power=0.3
)
LINE_UP = (POPULAR, OFTEN, HABIT, COSINE, COSINE_LOG, COSINE_COUNTS, COSINE_NOW, HABIT_AND_COSINE)
BY_NAME = {scorer.name: scorer for scorer in LINE_UP}
DEFAULTS: dict[Target, Scorer] = {"next_basket": HABIT, "buy_again": HABIT, "try_next": COSINE_NOW}
"""What ships where no past future can tell: the winners on the data it was made with."""


@dataclass(frozen=True)
class Fitted:
    """A scorer with what it needs of the population: factors of products, and a map from what was bought to what is shown."""

    scorer: Scorer
    factors: Numbers
    onward: csr_matrix | None = None
    """Products bought × products shown; None when only own purchases count."""


def fit(scorer: Scorer, demand: Demand, cosines: csr_matrix | None) -> Fitted:
    """Fold what products bring along, and which of them may be shown, into one map."""
    from scipy.sparse import csr_matrix, diags

    factors = np.where(demand.is_recommended, scorer.factors(demand), 0.0)
    if not scorer.similar or cosines is None:
        return Fitted(scorer, factors)
    onward = csr_matrix(cosines.T * scorer.similar)
    if scorer.own:
        onward = onward + diags(np.full(len(demand), scorer.own))
    onward = csr_matrix(onward @ diags(factors))
    onward.eliminate_zeros()
    onward.sort_indices()
    return Fitted(scorer, factors, onward)

"""What the synthetic shop is made of: every number that its truth depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Format = Literal["csv", "parquet"]

END = date(2026, 10, 1)
"""The first day that the files do not contain; fixed, so that equal seeds give equal bytes on any day."""

HORIZONS_DAYS = (30, 90, 365)
"""How far beyond the end the truth looks."""


@dataclass(frozen=True)
class ShopParameters:
    """The process behind the orders and the dirt on top of them.

    A customer buys at a rate λ ~ Gamma(`rate_shape`, `rate_scale_days`) per day and leaves at a rate
    μ ~ Gamma(`leaving_shape`, `leaving_scale_days`) per day, both shape and rate as in Pareto/NBD (r, α, s, β). The
    gap between two orders is Erlang-k with mean 1/λ on the *shop's clock*, which runs faster before Christmas and at
    the hours that the customer keeps. A customer who leaves does so at a midnight.

    Reference: Schmittlein, Morrison & Colombo (1987) for λ and μ; Platzer & Reutterer (2016) for Erlang-k gaps.
    """

    history_days: int = 3 * 365 + 1
    """From the opening of the shop to the end."""

    rate_shape: float = 1.1
    rate_scale_days: float = 75.0
    leaving_shape: float = 0.9
    leaving_scale_days: float = 360.0
    regularity: tuple[tuple[int, float], ...] = ((1, 0.55), (3, 0.30), (12, 0.15))
    """Erlang's k and the share of customers with it: 1 comes at random, 12 like clockwork."""

    growth: float = 1.9
    """New customers a day at the end ÷ at the opening, season apart."""

    has_season: bool = True
    """December peak, summer dip, closed on three days a year; promotions, and fuller baskets before Christmas."""

    has_rhythm: bool = True
    """Hours and weekdays by type of customer; otherwise every hour of the week is alike."""

    business_share: float = 0.06
    """Cafés and small hotels: more of the same, in larger quantities."""

    guest_orders_per_customer: float = 0.6
    """Orders without a customer id, by people of whom nothing else is known."""

    never_ordered_share: float = 0.09
    """Accounts without an order, for each account with one."""

    cancelled_share: float = 0.012
    """Orders taken back in full within 45 minutes."""

    mean_return_share: float = 0.03
    """Lines that come back after three to forty days; each customer has a share of their own around it."""

    duplicate_share: float = 0.003
    """Lines that stand in the file twice."""

    zero_price_share: float = 0.004
    """Orders with a line that costs nothing and has no description."""

    postage_free_from: float = 40.0
    """Web and app orders below it carry a postage line."""

    test_orders_share: float = 0.0008
    """Orders of the customer TEST, for each customer; at least two."""

    overlap_days: int = 9
    """The last two yearly files both contain so many days."""

    renamed_products: int = 3
    """Products whose description changed 400 days before the end."""

    @classmethod
    def pareto_nbd(cls) -> ShopParameters:
        """Return a shop without season, rhythm, regularity and dirt: Pareto/NBD and nothing else.

        A fit on it must find `rate_shape`, `rate_scale_days`, `leaving_shape` and `leaving_scale_days` again.
        """
        return cls(
            regularity=((1, 1.0),),
            growth=1.0,
            has_season=False,
            has_rhythm=False,
            guest_orders_per_customer=0.0,
            never_ordered_share=0.0,
            cancelled_share=0.0,
            mean_return_share=0.0,
            duplicate_share=0.0,
            zero_price_share=0.0,
            postage_free_from=0.0,
            test_orders_share=0.0,
            overlap_days=0,
            renamed_products=0,
        )

    @property
    def mean_orders_per_day(self) -> float:
        """Mean of λ over customers."""
        return self.rate_shape / self.rate_scale_days

    def start(self, end: date) -> date:
        """Return the day on which the shop opens."""
        return end - timedelta(days=self.history_days)

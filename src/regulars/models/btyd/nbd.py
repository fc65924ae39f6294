"""Purchases of customers who stay: negative binomial, as rates differ between customers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regulars.models.btyd.sufficient import Floats


def nbd_chances(n_max: int, r: Floats, alpha: Floats) -> Callable[[Floats], Floats]:
    """Return P(n purchases in t) for n = 0 … n_max of customers who stay, as a function of t.

    Reference: Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8 (1), 26–41.
    """
    from scipy.special import gammaln, xlogy

    n = np.arange(0.0, n_max + 1)[None, :]
    log_ways = gammaln(r + n) - gammaln(r) - gammaln(n + 1)

    def chances(t: Floats) -> Floats:
        found: Floats = np.exp(log_ways - r * np.log1p(t / alpha) + xlogy(n, t / (alpha + t)))
        return found

    return chances

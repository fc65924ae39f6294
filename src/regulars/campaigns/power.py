"""How many customers it takes to see a difference of two shares, and which difference so many can show.

The shares of two groups are compared by the usual two-sided test with normal approximation; the groups may differ in
size. Reference: Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, eq. 4.14 and 4.19, without
the correction for continuity.
"""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

MOST_CUSTOMERS = 10_000_000_000
STEPS = 60
_NORMAL = NormalDist()
NOTHING_SHOWS = "nothing can be measured, however many are held out: write to all of them, or widen the conditions of the audience"
"""What is said of so few customers that no hold-out shows any lift."""


def power_of(
    n_treated: float, n_control: float, baseline: float, effect: float, significance: float = 0.05
) -> float:
    """Return the chance of seeing a lift of a share where there is one.

    Parameters
    ----------
    baseline
        Share of the control who order.
    effect
        What treatment adds to it.

    >>> round(power_of(3841, 3841, 0.10, 0.02), 3)
    0.8
    """
    treated = baseline + effect
    pooled = (n_treated * treated + n_control * baseline) / (n_treated + n_control)
    under_none = sqrt(pooled * (1 - pooled) * (1 / n_treated + 1 / n_control))
    under_effect = sqrt(treated * (1 - treated) / n_treated + baseline * (1 - baseline) / n_control)
    if under_effect == 0:
        return 1.0 if effect else significance
    return _NORMAL.cdf((abs(effect) - _NORMAL.inv_cdf(1 - significance / 2) * under_none) / under_effect)


def n_needed(
    baseline: float, effect: float, holdout_share: float, significance: float = 0.05, power: float = 0.8
) -> int | None:
    """Return how many customers, held out or not, it takes to see a lift; None when nobody is held out.

    >>> n_needed(0.10, 0.02, 0.5), n_needed(0.10, 0.02, 0.1)
    (7682, 21853)
    """
    if not 0 < holdout_share < 1 or not 0 < baseline + effect <= 1:
        return None

    def reached(n: float) -> bool:
        return power_of(n * (1 - holdout_share), n * holdout_share, baseline, effect, significance) >= power

    enough = 2.0
    while not reached(enough):
        enough *= 2
        if enough > MOST_CUSTOMERS:
            return None
    low, high = enough / 2, enough
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return ceil(high - 1e-6)


def detectable_effect(
    n_treated: int, n_control: int, baseline: float, significance: float = 0.05, power: float = 0.8
) -> float | None:
    """Return the smallest lift that groups of this size show; None when they can show none.

    >>> round(detectable_effect(3841, 3841, 0.10), 4)
    0.02
    """
    most = 1 - baseline
    if not n_treated or not n_control or most <= 0:
        return None
    if power_of(n_treated, n_control, baseline, most, significance) < power:
        return None
    low, high = 0.0, most
    for _ in range(STEPS):
        middle = (low + high) / 2
        seen = middle > 0 and power_of(n_treated, n_control, baseline, middle, significance) >= power
        low, high = (low, middle) if seen else (middle, high)
    return high

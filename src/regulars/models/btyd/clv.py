"""What a customer will still bring: purchases to come × spend per purchase, discounted where asked, with quantiles.

Purchases and spend are taken as independent (Gamma-Gamma's assumption): Fader, Hardie & Lee (2005), RFM and CLV: Using
Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research 42, 415–430, eq. 3. Amounts are revenue;
multiply by a margin where costs are known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from regulars.models.btyd.gamma_gamma import GammaGamma
from regulars.models.btyd.quadrature import unit_rule
from regulars.models.btyd.sufficient import Floats, checked
from regulars.models.btyd.transactions import PurchaseModel

SINGLE, GROUPS = 8, 12
"""A quantile of value takes so many numbers of purchases one by one, and those above in groups of equal probability."""
ROWS_AT_ONCE = 2_048
LOG_RANGE = 14.0
"""Sums are looked for between v e^−14 and v e^14."""
FAR = 40.0
"""A payment discounted by e to this power is worth nothing."""


def discounted_purchases(
    model: PurchaseModel,
    horizon: float | None,
    annual_discount_rate: float,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    *,
    year: float = 365.0,
) -> Floats:
    """Return the expected purchases in (T, T + horizon], each discounted to T.

    Parameters
    ----------
    horizon
        None for the whole future, which needs a rate above zero.
    annual_discount_rate
        0.1 makes a purchase a year from now worth 1 / 1.1.
    year
        How many units of time a year has.
    """
    force = float(np.log1p(annual_discount_rate)) / year
    if force <= 0 and horizon is not None:
        return model.expected_purchases(horizon, frequency, recency, T)
    end = FAR / force if horizon is None else min(float(horizon), FAR / force)
    nodes, weights = unit_rule()
    scale = end / 1000
    u = np.log1p(end / scale) * nodes
    times = scale * np.expm1(u)
    growth = np.log1p(end / scale) * (times + scale)
    columns = model.expected_purchases(np.append(times, end), frequency, recency, T)
    found: Floats = columns[:, :-1] @ (weights * growth * force * np.exp(-force * times))
    found += np.exp(-force * end) * columns[:, -1]
    return found


def residual_value(
    model: PurchaseModel,
    spend: GammaGamma,
    horizon: float | None,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    monetary_value: ArrayLike,
    *,
    annual_discount_rate: float = 0.0,
    year: float = 365.0,
) -> Floats:
    """Return the expected revenue in (T, T + horizon] of each customer."""
    purchases = discounted_purchases(model, horizon, annual_discount_rate, frequency, recency, T, year=year)
    return purchases * spend.expected_spend(frequency, monetary_value)


def value_quantiles(
    model: PurchaseModel,
    spend: GammaGamma,
    horizon: float,
    quantiles: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    monetary_value: ArrayLike,
) -> Floats:
    """Return quantiles of the revenue in (T, T + horizon], one column each; most customers' low ones are 0.

    The number of purchases follows the model, and the sum of n purchases is v · BetaPrime(p n, q) with the customer's
    own q and v. Large numbers of purchases are put into groups of equal probability, each with its mean.
    """
    asked = np.atleast_1d(np.asarray(quantiles, dtype=np.float64))
    history = checked(frequency, recency, T)[:3]
    p, q, v = spend.spend_shape(frequency, monetary_value)
    found = np.zeros((len(v), len(asked)))
    by_purchases = np.argsort(model.expected_purchases(horizon, *history), kind="stable")
    for at in range(0, len(v), ROWS_AT_ONCE):
        rows = by_purchases[at : at + ROWS_AT_ONCE]
        counts, mass = _groups(model, float(horizon), *(column[rows] for column in history))
        none = 1 - mass.sum(axis=1)
        for column, level in enumerate(asked):
            some = np.flatnonzero(level > none)
            found[rows[some], column] = _sum_quantile(
                level - none[some], p * counts[some], mass[some], q[rows[some]], v[rows[some]]
            )
    return found


def _groups(
    model: PurchaseModel, horizon: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> tuple[Floats, Floats]:
    """Return numbers of purchases above zero (means, for groups) for each customer, with probabilities."""
    enough = max(model.enough_purchases(horizon, frequency, recency, T), SINGLE + 1)
    chances = model.p_purchases(horizon, frequency, recency, T, enough)
    chances = chances[:, 1:] / np.maximum(chances.sum(axis=1, keepdims=True), 1e-300)
    single, many = chances[:, :SINGLE], chances[:, SINGLE:]
    above = np.maximum(many.sum(axis=1, keepdims=True), 1e-300)
    group = np.minimum(((np.cumsum(many, axis=1) - many / 2) / above * GROUPS).astype(int), GROUPS - 1)
    place = (group + GROUPS * np.arange(len(group))[:, None]).ravel()
    n = np.arange(SINGLE + 1.0, enough + 1)
    mass = np.bincount(place, many.ravel(), len(group) * GROUPS).reshape(-1, GROUPS)
    total = np.bincount(place, (many * n).ravel(), len(group) * GROUPS).reshape(-1, GROUPS)
    means = np.where(mass > 0, total / np.maximum(mass, 1e-300), 1.0)
    ones = np.broadcast_to(np.arange(1.0, SINGLE + 1), single.shape)
    return np.hstack([ones, means]), np.hstack([single, mass])


def _sum_quantile(level: Floats, shape: Floats, mass: Floats, q: Floats, v: Floats) -> Floats:
    """Invert Σ mass · I(shape, q; s / (v + s)) = level on the scale of log s."""
    from scipy.optimize.elementwise import find_root
    from scipy.special import betainc, expit

    def beyond(u: Floats, level: Floats, row: Floats) -> Floats:
        at = row.astype(np.intp)
        reached: Floats = (mass[at] * betainc(shape[at], q[at, None], expit(u)[:, None])).sum(axis=1) - level
        return reached

    if not len(level):
        return level
    ends = np.full(len(level), -LOG_RANGE), np.full(len(level), LOG_RANGE)
    found = find_root(beyond, ends, args=(level, np.arange(float(len(level)))), tolerances={"xatol": 1e-5})
    outside = np.where(beyond(ends[0], level, np.arange(float(len(level)))) > 0, ends[0], ends[1])
    return v * np.exp(np.where(found.success, found.x, outside))

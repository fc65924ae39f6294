"""Integrals without cancellation: Gauss's rules for a stretch of time and for a beta distributed probability."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from regulars.models.btyd.sufficient import Floats

NODES = 24


@cache
def unit_rule(n: int = NODES) -> tuple[Floats, Floats]:
    """Return Gauss and Legendre's nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return (nodes + 1) / 2, weights / 2


class Decay(NamedTuple):
    """An integral over time, and the moments it was taken at: nodes are the last axis."""

    log_integral: Floats
    moments: Floats
    share: Floats
    """What each moment contributes to the integral; adds up to one."""
    log_growths: tuple[Floats, Floats]
    """log(1 + t/α) and log(1 + t/β)."""


def decay(p: Floats, alpha: Floats, q: float, beta: Floats, length: Floats) -> Decay:
    """Return log ∫ (1 + t/α)^−p (1 + t/β)^−q dt over [0, length].

    In u = log(1 + t/c), with c the time in which the integrand has fallen by e, it is smooth and has no corner.
    """
    c = 1 / (p / alpha + q / beta)
    nodes, weights = unit_rule()
    top = np.log1p(length / c)[..., None]
    u = top * nodes
    t = c[..., None] * np.expm1(u)
    by_alpha, by_beta = np.log1p(t / alpha[..., None]), np.log1p(t / beta[..., None])
    mass = weights * np.exp(u - p[..., None] * by_alpha - q * by_beta)
    total = mass.sum(axis=-1)
    log_integral = np.log(np.maximum(c * top[..., 0] * total, 1e-300))
    return Decay(log_integral, t, mass / total[..., None], (by_alpha, by_beta))


def beta_rule(a: float, b: Floats, n: int = 32) -> tuple[Floats, Floats]:
    """Return nodes and weights for the mean over Beta(a, b), one row for each b.

    Reference: Golub & Welsch (1969), Calculation of Gauss Quadrature Rules, Mathematics of Computation 23, 221–230,
    with Jacobi's recurrence (DLMF 18.9.2).
    """
    from scipy.linalg import eigh_tridiagonal

    nodes, weights = np.empty((len(b), n)), np.empty((len(b), n))
    k = np.arange(1.0, n)
    for row, one in enumerate(b):
        left, right = one - 1, a - 1
        twice = 2 * k + left + right
        first = (right - left) / (left + right + 2)
        diagonal = np.concatenate([[first], (right - left) * (right + left) / (twice * (twice + 2))])
        ratio = np.concatenate(
            [[1.0], (k + left + right)[1:] / (twice - 1)[1:]]
        )  # at k = 1 the two are the same
        beside = np.sqrt(4 * k * (k + left) * (k + right) * ratio / (twice**2 * (twice + 1)))
        points, vectors = eigh_tridiagonal(diagonal, beside)
        nodes[row], weights[row] = np.clip((1 + points) / 2, 1e-12, 1), vectors[0] ** 2
    return nodes, weights

"""Integrals without cancellation: Gauss's rules for a stretch of time and for a beta distributed probability."""

from __future__ import annotations

from functools import cache

import numpy as np

from regulars.models.btyd.sufficient import Floats

NODES = 32


@cache
def unit_rule(n: int = NODES) -> tuple[Floats, Floats]:
    """Return Gauss and Legendre's nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return (nodes + 1) / 2, weights / 2


def log_decay(
    p: Floats, alpha: Floats, q: float, beta: Floats, length: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log ∫ (1 + t/α)^−p (1 + t/β)^−q dt over [0, length]; the nodes t and their normalized weights.

    In u = log(1 + t/c), with c the time in which the integrand has fallen by e, it is smooth and has no corner.
    """
    c = 1 / (p / alpha + q / beta)
    nodes, weights = unit_rule()
    top = np.log1p(length / c)[..., None]
    u = top * nodes
    t = c[..., None] * np.expm1(u)
    fall = u - p[..., None] * np.log1p(t / alpha[..., None]) - q * np.log1p(t / beta[..., None])
    mass = weights * np.exp(fall)
    total = mass.sum(axis=-1)
    log_integral = np.log(np.maximum(c * top[..., 0] * total, 1e-300))
    return log_integral, t, mass / total[..., None]


def beta_rule(a: float, b: Floats, n: int = NODES) -> tuple[Floats, Floats]:
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

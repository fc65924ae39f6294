"""Maximum likelihood over positive parameters: from several starts where one does not do, and what the fit can carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.models.btyd.sufficient import Floats

LIMIT = float(np.log(1e4))
"""Logarithms of (scaled) parameters stay within ±LIMIT: beyond, a mixture cannot be told from a single rate."""
FLAT = 3.0
"""A parameter whose logarithm has a standard error above this (a factor of 20 either way) is not known."""

Objective = Callable[[Floats], tuple[float, Floats]]
"""Logarithms of parameters → log-likelihood per customer and its gradient."""


@dataclass(frozen=True)
class Status:
    """How a fit ended, for programs and, in `sentence`, for people."""

    usable: bool
    sentence: str
    converged: bool = False
    at_bound: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest: logarithms of parameters, value per customer, covariance of the logarithms."""

    theta: Floats
    value: float
    covariance: Floats
    status: Status


def maximize(
    objective: Objective, starts: Sequence[Sequence[float]], names: Sequence[str], n: float
) -> Maximum:
    """Climb from the first start, and from the others only when the first did not end well.

    Parameters
    ----------
    objective
        Log-likelihood per customer with gradient, in logarithms of parameters.
    starts
        Parameters to start from, the most likely place first.
    n
        Number of customers: how sharp the maximum is depends on it.
    """
    best: Maximum | None = None
    for start in starts:
        found = _judge(objective, *_climb(objective, np.log(np.asarray(start))), names, n)
        if best is None or found.value > best.value + 1e-9:
            best = found
        if best.status.usable:
            break
    assert best is not None
    return best


def _climb(objective: Objective, theta: Floats) -> tuple[Floats, float, Floats]:
    from scipy.optimize import minimize

    def downhill(at: Floats) -> tuple[float, Floats]:
        value, slope = objective(at)
        return -value, -slope

    found = minimize(
        downhill,
        np.clip(theta, -LIMIT, LIMIT),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LIMIT, LIMIT)] * len(theta),
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-6, "maxcor": 10},
    )
    value, slope = objective(found.x)
    return found.x, value, slope


def _judge(
    objective: Objective, theta: Floats, value: float, slope: Floats, names: Sequence[str], n: float
) -> Maximum:
    """Take a last Newton step inside the bounds, and say how well each parameter is known."""
    free = np.abs(theta) < LIMIT - 1e-6
    curvature = _curvature(objective, theta, free)
    sharpness, directions = np.linalg.eigh(-curvature[np.ix_(free, free)])
    if free.all() and len(sharpness) and sharpness.min() > 1e-12:
        step = directions @ ((directions.T @ slope) / sharpness)
        if np.abs(step).max() < 0.1:
            moved = theta + step
            better, new_slope = objective(moved)
            if np.abs(moved).max() < LIMIT and better >= value - 1e-12:
                theta, value, slope = moved, better, new_slope
    variance = 1 / np.maximum(sharpness * n, 1 / (2 * FLAT) ** 2)
    covariance = np.zeros((len(theta), len(theta)))
    covariance[np.ix_(free, free)] = (directions * variance) @ directions.T
    at_bound = tuple(name for name, inside in zip(names, free, strict=True) if not inside)
    wide = np.sqrt(np.diag(covariance)) > FLAT
    flat = tuple(name for name, unknown in zip(names, wide, strict=True) if unknown)
    converged = bool(np.abs(slope[free]).max(initial=0.0) < 1e-4)
    return Maximum(theta, value, covariance, _status(converged, at_bound, flat, n))


def _curvature(objective: Objective, theta: Floats, free: np.ndarray) -> Floats:
    """Second derivatives by central differences of the gradient."""
    k, h = len(theta), 1e-4
    found = np.zeros((k, k))
    for i in np.flatnonzero(free):
        step = np.zeros(k)
        step[i] = h
        found[i] = (objective(theta + step)[1] - objective(theta - step)[1]) / (2 * h)
    return (found + found.T) / 2


def _status(converged: bool, at_bound: tuple[str, ...], flat: tuple[str, ...], n: float) -> Status:
    sentences = []
    if not converged:
        sentences.append("the search for the most likely parameters did not end at a maximum")
    if at_bound:
        sentences.append(
            f"the likelihood still rises at the limit of {_names(at_bound)}: customers differ less, or more, than the "
            "model can say"
        )
    if flat:
        sentences.append(f"the likelihood is flat in {_names(flat)}: {n:,.0f} customers do not tell")
    if sentences:
        text = "; ".join(sentences) + "."
        return Status(False, text[0].upper() + text[1:], converged, at_bound, flat)
    return Status(True, f"Fitted to {n:,.0f} customers.", True)


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]

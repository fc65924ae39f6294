"""Levels and bands: what past cut-offs say about how high a forecast is, and how far off it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models.matrix import Numbers
from regulars.models.purchases import probability

MOST_BINS, ROWS_PER_BIN = 20, 100
LOW, HIGH = 0.1, 0.9
WIDER_LOW, WIDER_HIGH = 0.05, 0.95
LEAST = 1e-9
AS_IF_RIGHT = 10.0
"""A level begins as if so many customers' worth of what was predicted had come exactly as predicted."""


def factor(predicted: Numbers, actual: Numbers, weights: Numbers) -> float:
    """Return what predicted amounts have to be multiplied by to add up to what came, within reason.

    >>> round(factor(np.full(1000, 2.0), np.full(1000, 3.0), np.ones(1000)), 2)
    1.5
    """
    total = float(weights @ predicted)
    if total <= 0 or not len(predicted):
        return 1.0
    kept = AS_IF_RIGHT * total / float(weights.sum())
    ratio = (float(weights @ actual) + kept) / (total + kept)
    return float(np.clip(ratio, 0.2, 5.0))


def shift_to_mean(log_odds: Numbers, mean: float, weights: Numbers | None = None) -> float:
    """Return what has to be added to log-odds so that the probabilities have a mean.

    >>> round(shift_to_mean(np.zeros(3), 0.731), 2)
    1.0
    """
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if np.average(probability(log_odds + middle), weights=weights) < mean:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@dataclass(frozen=True)
class Bands:
    """How far above and below their prediction customers came in the past, by height of the prediction.

    A prediction of less than ``least`` is taken for so much: of nothing at all nothing can be a multiple.
    """

    edges: Numbers
    low: Numbers
    high: Numbers
    least: float = LEAST

    @classmethod
    def of(
        cls,
        predicted: Numbers,
        actual: Numbers,
        weights: Numbers,
        *,
        wider: bool = False,
        least: float = LEAST,
    ) -> Bands:
        """Learn from complete windows; ``wider`` where the season is not known."""
        n_bins = int(np.clip(len(predicted) // ROWS_PER_BIN, 1, MOST_BINS))
        edges = np.unique(np.quantile(predicted, np.linspace(0, 1, n_bins + 1)[1:-1]))
        places = np.searchsorted(edges, predicted, side="right")
        ratios = actual / np.maximum(predicted, least)
        ends = (WIDER_LOW, WIDER_HIGH) if wider else (LOW, HIGH)
        bins = [np.flatnonzero(places == place) for place in range(len(edges) + 1)]
        found = np.array([_quantiles(ratios[rows], weights[rows], ends) for rows in bins])
        return cls(edges, found[:, 0], found[:, 1], least)

    def around(self, predicted: Numbers) -> tuple[Numbers, Numbers]:
        """Return the 10 % and 90 % quantiles; the prediction, a mean, always lies between."""
        place = np.searchsorted(self.edges, predicted, side="right")
        counted = np.maximum(predicted, self.least)
        low, high = counted * self.low[place], counted * self.high[place]
        return np.clip(low, np.minimum(predicted, 0), predicted), np.maximum(high, predicted)

    def to_json(self) -> dict[str, Any]:
        arrays = {name: getattr(self, name).tolist() for name in ("edges", "low", "high")}
        return {**arrays, "least": self.least}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Bands:
        edges, low, high = (np.array(found[name], dtype=np.float64) for name in ("edges", "low", "high"))
        return cls(edges, low, high, found.get("least", LEAST))


def _quantiles(values: Numbers, weights: Numbers, shares: tuple[float, float]) -> Numbers:
    if not len(values):
        return np.ones(len(shares))
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.array(shares) * reached[-1])
    return np.asarray(values[order][np.minimum(places, len(values) - 1)])

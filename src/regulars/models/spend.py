"""What a purchase day of a customer brings: their own mean, drawn toward the typical one where they bought rarely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models.contender import CannotFit
from regulars.models.matrix import FeatureMatrix, Numbers

AS_IF_TYPICAL = 3.0
"""Everybody begins as if so many purchases of the typical size had been seen."""


@dataclass(frozen=True)
class Spend:
    """What is typical, and how high the shop's purchases are beside what is expected of them.

    ``typical`` is the geometric mean, over customers who brought something, of their revenue per purchase day;
    ``level`` lets the expected revenue of all purchases so far add up to what they brought.
    """

    typical: float
    level: float = 1.0

    @classmethod
    def of(cls, present: FeatureMatrix) -> Spend:
        """Learn what is typical at a cut-off; raises `CannotFit` when nobody brought anything."""
        means = _brought(present) / _purchases(present)
        means = means[means > 0]
        if not len(means):
            raise CannotFit("No customer has brought any revenue: what a purchase is worth is not known.")
        plain = cls(float(np.exp(np.log(means).mean())))
        expected = float(_purchases(present) @ plain.per_purchase(present))
        return cls(plain.typical, float(_brought(present).sum()) / expected)

    def per_purchase(self, matrix: FeatureMatrix) -> Numbers:
        """Return the expected revenue of a purchase day, net of returns."""
        n = _purchases(matrix)
        found: Numbers = (_brought(matrix) + AS_IF_TYPICAL * self.typical) / (n + AS_IF_TYPICAL)
        return found * self.level

    def to_json(self) -> dict[str, Any]:
        return {"typical": self.typical, "level": self.level}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Spend:
        return cls(found["typical"], found["level"])


def _brought(matrix: FeatureMatrix) -> Numbers:
    return np.maximum(np.nan_to_num(matrix.column("revenue_to_date")), 0.0)


def _purchases(matrix: FeatureMatrix) -> Numbers:
    return np.maximum(np.nan_to_num(matrix.column("n_purchase_days")), 1.0)

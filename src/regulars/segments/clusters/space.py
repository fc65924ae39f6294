"""The space that customers are grouped in: de-skewed, scaled, with outliers set apart; kept as numbers.

Each input becomes sign(x) · ln(1 + |x| ÷ the shop's middle), so that it does not matter in which currency or unit it is
told, and then standard deviations from the mean of those who are not outliers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.segments.clusters.tracks import Input, Track

if TYPE_CHECKING:
    import numpy as np

    Columns = Mapping[str, np.ndarray]

MOST_ALIKE = 0.9
"""An input with one value for more of the customers would make a group of the rest."""
ROUNDS = 5


@dataclass(frozen=True)
class Axis:
    """One input as numbers: what it is pulled towards, what stands for unknown, and how it is scaled."""

    input: Input
    pulled_to: float
    unknown: float
    unit: float
    center: float
    scale: float

    def values(self, columns: Columns) -> np.ndarray:
        """Return the input in its own unit; unknown is the middle of the shop."""
        import numpy as np

        total, evidence = _told(self.input, columns)
        if evidence is None:
            return np.where(np.isnan(total), self.unknown, total)
        return (total + self.input.weight * self.pulled_to) / (evidence + self.input.weight)

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return values of the input as standard deviations from the mean."""
        return (_without_skew(values, self.unit) - self.center) / self.scale

    def to_json(self) -> dict[str, Any]:
        return {
            "input": self.input.name, "pulled_to": self.pulled_to, "unknown": self.unknown, "unit": self.unit,
            "center": self.center, "scale": self.scale,
        }  # fmt: skip


@dataclass(frozen=True)
class Space:
    """The axes of a track, and how far out is an outlier."""

    axes: tuple[Axis, ...]
    outlier_limit: float

    @classmethod
    def fit(cls, track: Track, columns: Columns, outlier_limit: float) -> Space:
        """Learn the axes from customers; an input that hardly differs between them is left out."""
        axes = [_axis(each, columns, outlier_limit) for each in track.inputs if _is_there(each, columns)]
        return cls(tuple(axis for axis in axes if axis is not None), outlier_limit)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], track: Track) -> Space:
        inputs = {each.name: each for each in track.inputs}
        axes = (
            Axis(inputs[axis["input"]], **{k: float(v) for k, v in axis.items() if k != "input"})
            for axis in data["axes"]
        )
        return cls(tuple(axes), float(data["outlier_limit"]))

    def to_json(self) -> dict[str, Any]:
        return {"axes": [axis.to_json() for axis in self.axes], "outlier_limit": self.outlier_limit}

    @property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(axis.input for axis in self.axes)

    def values(self, columns: Columns) -> np.ndarray:
        """Return customers × inputs, each in its own unit."""
        import numpy as np

        return np.column_stack([axis.values(columns) for axis in self.axes])

    def scaled(self, columns: Columns) -> np.ndarray:
        """Return customers × inputs, as standard deviations from the mean."""
        import numpy as np

        return np.column_stack([axis.scaled(axis.values(columns)) for axis in self.axes])

    def is_outlier(self, scaled: np.ndarray) -> np.ndarray:
        """Whether a customer lies too far out on at least one axis."""
        import numpy as np

        return np.asarray((abs(scaled) > self.outlier_limit).any(axis=1))


def _is_there(one: Input, columns: Columns) -> bool:
    return all(name in columns for name in one.columns)


def _told(one: Input, columns: Columns) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the total and the evidence of an input that is pulled; else its value and nothing."""
    import numpy as np

    value = columns[one.column]
    if not one.evidence:
        return value, None
    evidence = np.where(np.isnan(value), 0.0, np.nan_to_num(columns[one.evidence]))
    return np.nan_to_num(value if one.is_total else value * evidence), evidence


def _axis(one: Input, columns: Columns, outlier_limit: float) -> Axis | None:
    import numpy as np

    total, evidence = _told(one, columns)
    known = total[~np.isnan(total)]
    if not len(known) or (evidence is not None and not evidence.sum()):
        return None
    pulled_to = 0.0 if evidence is None else _usual(total, evidence, one.weight)
    unscaled = Axis(one, pulled_to, float(np.median(known)), 1.0, 0.0, 1.0)
    values = unscaled.values(columns)
    _, counts = np.unique(values, return_counts=True)
    if counts.max() > MOST_ALIKE * len(values):
        return None
    unit = float(np.median(abs(values[values != 0])))
    spread = _without_skew(values, unit)
    center, scale = float(spread.mean()), float(spread.std())
    for _ in range(ROUNDS):
        inside = spread[abs(spread - center) <= outlier_limit * scale]
        center, scale = float(inside.mean()), float(inside.std())
        if not scale > 1e-9:
            return None
    return Axis(one, pulled_to, unscaled.unknown, unit, center, scale)


def _usual(total: np.ndarray, evidence: np.ndarray, weight: float) -> float:
    """Return the share, or pace, of a usual customer: each counts by how much is known of them, and never for many."""
    has_some = evidence > 0
    known = evidence[has_some] / (evidence[has_some] + weight)
    return float((total[has_some] / evidence[has_some] * known).sum() / known.sum())


def _without_skew(values: np.ndarray, unit: float) -> np.ndarray:
    import numpy as np

    return np.asarray(np.sign(values) * np.log1p(abs(values) / unit))

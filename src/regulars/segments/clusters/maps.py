"""Customers on a plane: the two directions in which they differ most."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from regulars.segments.clusters.choice import SEED

if TYPE_CHECKING:
    import numpy as np

MOST_MAPPED = 2_000


@dataclass(frozen=True)
class Map:
    """Where customers lie, and how much of their variance that shows (unknown for umap)."""

    method: str
    xy: np.ndarray
    shares: tuple[float, float] | None


def draw_map(points: np.ndarray, inside: np.ndarray, wanted: str) -> Map:
    """Place points (customers × axes) by the axes of those that are inside groups."""
    import numpy as np

    if wanted == "umap" and find_spec("umap"):
        return Map("umap", _umap(points), None)
    center = points[inside].mean(axis=0)
    centered = points - center
    variances, directions = np.linalg.eigh(centered[inside].T @ centered[inside])
    first = [len(variances) - 1, max(len(variances) - 2, 0)]
    axes = directions[:, first]
    axes = axes * np.sign(axes[abs(axes).argmax(axis=0), range(2)])  # the largest part of each points to more
    x, y = (float(variances[place] / variances.sum()) for place in first)
    return Map("pca", centered @ axes, (x, y))


def _umap(points: np.ndarray) -> np.ndarray:
    import warnings

    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that a fixed seed means one thread
        import umap  # type: ignore[import-untyped]

        near = max(2, min(15, len(points) - 1))
        return np.asarray(umap.UMAP(n_neighbors=near, random_state=SEED).fit_transform(points), dtype=float)

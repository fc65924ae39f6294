"""How many groups: three curves over k, and how much of a grouping comes back from other samples of the same customers.

Silhouette (Rousseeuw 1987): how much nearer a customer is to their own group than to the next, −1 to 1. Davies–Bouldin
(1979): how wide groups are beside the distance between them, less is better. The elbow of the sum of squares is where
the curve is furthest from the line between its ends. Stability: the adjusted Rand index (Hubert & Arabie 1985) between
the grouping and one learned from customers drawn with replacement: 1 the same, 0 chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SEED = 20_111
STARTS, STARTS_AGAIN = 3, 2
BOOTSTRAPS = 5
MOST_COMPARED = 10_000
SMALLEST_SHARE, SMALLEST = 0.01, 5
"""A group of fewer is an accident, and its k is not chosen."""
STABLE = 0.6


@dataclass(frozen=True)
class Candidate:
    """A grouping into k, and how good it is."""

    k: int
    centers: np.ndarray
    labels: np.ndarray
    silhouette: float
    davies_bouldin: float
    inertia: float
    stability_ari: float
    smallest: int
    is_elbow: bool = False


def candidates(points: np.ndarray, ks: Sequence[int]) -> list[Candidate]:
    """Group points into each k that they can carry."""
    import numpy as np
    from sklearn import config_context  # type: ignore[import-untyped]
    from sklearn.cluster import KMeans  # type: ignore[import-untyped]
    from sklearn.metrics import (  # type: ignore[import-untyped]
        adjusted_rand_score,
        davies_bouldin_score,
    )
    from threadpoolctl import threadpool_limits

    n_different = len(np.unique(points, axis=0))
    ks = [k for k in ks if 2 <= k < n_different]
    if not ks:
        return []

    def group(rows: np.ndarray, k: int, starts: int, seed: int) -> KMeans:
        return KMeans(n_clusters=k, n_init=starts, random_state=seed).fit(rows)

    with threadpool_limits(1), config_context(assume_finite=True, skip_parameter_validation=True):
        found = {k: group(points, k, STARTS, SEED) for k in ks}
        labels = {k: nearest(points, one.cluster_centers_) for k, one in found.items()}
        compared = points[:MOST_COMPARED]
        silhouettes = mean_silhouettes(compared, [labels[k][: len(compared)] for k in ks])
        draws = np.random.default_rng(SEED).integers(0, len(compared), (BOOTSTRAPS, len(compared)))
        agreement = {
            k: [
                adjusted_rand_score(
                    labels[k][: len(compared)],
                    nearest(compared, group(compared[draw], k, STARTS_AGAIN, SEED + 1 + b).cluster_centers_),
                )
                for b, draw in enumerate(draws)
            ]
            for k in ks
        }
        elbow = elbow_of(ks, [one.inertia_ for one in found.values()])
        return [
            Candidate(
                k,
                found[k].cluster_centers_,
                labels[k],
                silhouette,
                float(davies_bouldin_score(compared, labels[k][: len(compared)])),
                float(found[k].inertia_),
                float(np.mean(agreement[k])),
                int(np.bincount(labels[k], minlength=k).min()),
                k == elbow,
            )
            for k, silhouette in zip(ks, silhouettes, strict=True)
        ]


def choose(found: Sequence[Candidate], fewest: int, k: int | None = None) -> Candidate | None:
    """Return the grouping to use: the given k, else the best in silhouette and Davies–Bouldin together.

    Both put the eligible in order and the least sum of places wins; on ties the one nearer the elbow, then the smaller.
    Eligible has at least `fewest` groups, none of them an accident, and comes back from other samples where any does.
    """
    if k is not None:
        return next((one for one in found if one.k == k), None)
    eligible = [one for one in found if one.k >= fewest and one.smallest >= SMALLEST]
    eligible = [one for one in eligible if one.smallest >= SMALLEST_SHARE * len(one.labels)] or eligible
    eligible = [one for one in eligible if one.stability_ari >= STABLE] or eligible
    if not eligible:
        return None
    by_silhouette = sorted(eligible, key=lambda one: (-one.silhouette, one.k))
    by_width = sorted(eligible, key=lambda one: (one.davies_bouldin, one.k))
    elbow = next((one.k for one in found if one.is_elbow), fewest)
    return min(
        eligible,
        key=lambda one: (by_silhouette.index(one) + by_width.index(one), abs(one.k - elbow), one.k),
    )


def nearest(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Return for each point the number of the nearest center; the same for one point as for a million."""
    import numpy as np

    best = np.zeros(len(points), dtype=np.int64)
    least = np.full(len(points), np.inf)
    for number, center in enumerate(centers):
        distance = np.zeros(len(points))
        for axis, value in enumerate(center):
            distance += (points[:, axis] - value) ** 2
        closer = distance < least
        best[closer], least[closer] = number, distance[closer]
    return best


def mean_silhouettes(points: np.ndarray, groupings: Sequence[np.ndarray], rows: int = 1_000) -> list[float]:
    """Return the mean silhouette of several groupings of the same points; distances are computed once for all.

    >>> import numpy as np
    >>> mean_silhouettes(np.array([[0.0], [1.0], [10.0], [11.0]]), [np.array([0, 0, 1, 1])])
    [0.8997...]
    """
    import numpy as np

    members = [np.eye(labels.max() + 1)[labels] for labels in groupings]
    together = np.hstack(members)
    sizes = [one.sum(axis=0) for one in members]
    squares = (points**2).sum(axis=1)
    sums = [0.0] * len(groupings)
    for start in range(0, len(points), rows):
        part = slice(start, start + rows)
        squared = squares[part, None] + squares[None, :] - 2 * points[part] @ points.T
        distances = np.sqrt(np.maximum(squared, 0.0))
        np.fill_diagonal(distances[:, start:], 0.0)
        all_sums = distances @ together
        place = 0
        for number, (labels, size) in enumerate(zip(groupings, sizes, strict=True)):
            summed = all_sums[:, place : place + len(size)]
            sums[number] += float(_silhouettes(summed, labels[part], size).sum())
            place += len(size)
    return [total / len(points) for total in sums]


def _silhouettes(summed: np.ndarray, labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return silhouettes from the summed distances to each group; alone in a group it is 0."""
    import numpy as np

    rows = np.arange(len(labels))
    own_size = sizes[labels]
    inside = summed[rows, labels] / np.maximum(own_size - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.where(sizes > 0, summed / sizes, np.inf)
    others[rows, labels] = np.inf
    outside = others.min(axis=1)
    widest = np.maximum(inside, outside)
    return np.where(
        (own_size > 1) & (widest > 0), (outside - inside) / np.where(widest > 0, widest, 1.0), 0.0
    )


def elbow_of(ks: Sequence[int], inertias: Sequence[float]) -> int:
    """Return the k at which the curve is furthest below the line between its ends.

    >>> elbow_of([2, 3, 4, 5], [100.0, 40.0, 30.0, 25.0])
    3
    """
    first, last = inertias[0], inertias[-1]
    span = max(ks[-1] - ks[0], 1)
    below = [
        first + (last - first) * (k - ks[0]) / span - inertia for k, inertia in zip(ks, inertias, strict=True)
    ]
    return ks[max(range(len(ks)), key=lambda place: (below[place], -place))]

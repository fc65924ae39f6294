"""One track: from the features of customers to a grouping, with everything that is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.segments.clusters.choice import Candidate, candidates, choose
from regulars.segments.clusters.fitted import Grouping
from regulars.segments.clusters.names import Contrast, contrasts, unique_names
from regulars.segments.clusters.space import Space
from regulars.segments.clusters.tracks import Track

if TYPE_CHECKING:
    import numpy as np

    from regulars.segments.clusters.space import Columns
    from regulars.settings import Clusters as ClusterSettings

FEWEST_CUSTOMERS = 50
MOST_FITTED = 20_000
"""A larger shop's groups are learned from so many customers and found for all."""


@dataclass(frozen=True)
class Grouped:
    """A track's grouping with the customers it groups; without a grouping, why there is none."""

    track: Track
    n_customers: int
    why_not: str
    grouping: Grouping | None = None
    tried: Sequence[Candidate] = ()
    chosen: Candidate | None = None
    numbers: np.ndarray | None = None
    scaled: np.ndarray | None = None
    values: np.ndarray | None = None
    contrasts: Sequence[Contrast] = ()


def group(track: Track, columns: Columns, settings: ClusterSettings) -> Grouped:
    """Group customers, who come in an order that has nothing to do with what they bought."""
    n = len(next(iter(columns.values()))) if columns else 0
    if n < FEWEST_CUSTOMERS:
        who = "customer has" if n == 1 else "customers have"
        return Grouped(track, n, f"{n} {who} ordered; groups are looked for from {FEWEST_CUSTOMERS}.")
    fitted = {name: column[:MOST_FITTED] for name, column in columns.items()}
    space = Space.fit(track, fitted, settings.outlier_limit)
    if len(space.axes) < 2:
        return Grouped(track, n, f"Customers hardly differ in {track.question}, so there are no groups.")
    points = space.scaled(fitted)
    points = points[~space.is_outlier(points)]
    if len(points) < FEWEST_CUSTOMERS:
        return Grouped(track, n, f"Too few customers are alike in {track.question} to be grouped.")
    wanted = {"rfm": settings.rfm_k, "behavior": settings.behavior_k}[track.name]
    ks = sorted({*range(2, settings.most + 1), *([wanted] if wanted else [])})
    tried = candidates(points, ks)
    chosen = choose(tried, settings.fewest, wanted)
    if chosen is None:
        return Grouped(
            track, n, f"Too few different customers for {wanted or settings.fewest} groups.", tried=tried
        )
    return _named(track, space, columns, tried, chosen)


def _named(
    track: Track, space: Space, columns: Columns, tried: Sequence[Candidate], chosen: Candidate
) -> Grouped:
    """Put groups in order, the one with the most revenue in its middle first, and give them names."""
    import numpy as np

    unnamed = Grouping(track, space, tuple(map(tuple, chosen.centers.tolist())), ("",) * chosen.k)
    numbers = unnamed.numbers(columns) - 1
    revenue = columns["revenue_to_date"]
    middle = [
        float(np.median(revenue[numbers == label])) if (numbers == label).any() else -np.inf
        for label in range(chosen.k)
    ]
    order = sorted(range(chosen.k), key=lambda label: (-middle[label], unnamed.centers[label]))
    place_of = np.array([*np.argsort(order), -1])  # outliers, −1, stay that
    numbers = place_of[numbers]
    scaled, values = space.scaled(columns), space.values(columns)
    centers = tuple(unnamed.centers[label] for label in order)
    found = contrasts(space.inputs, scaled, values, numbers, chosen.k)
    grouping = Grouping(track, space, centers, tuple(unique_names(space.inputs, found, np.array(centers))))
    return Grouped(track, len(numbers), "", grouping, tried, chosen, numbers + 1, scaled, values, found)

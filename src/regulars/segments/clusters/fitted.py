"""A grouping as numbers and names: whoever is told of a customer's features says the same group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.segments.clusters.choice import nearest
from regulars.segments.clusters.space import Space
from regulars.segments.clusters.tracks import OUTLIER, TRACKS, Track

if TYPE_CHECKING:
    import numpy as np

    from regulars.segments.clusters.space import Columns


@dataclass(frozen=True)
class Grouping:
    """A track's space, the centers of its groups in it, and what they are called; group 1 is the first center."""

    track: Track
    space: Space
    centers: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]

    def numbers(self, columns: Columns) -> np.ndarray:
        """Return each customer's group from 1; 0 is an outlier."""
        import numpy as np

        scaled = self.space.scaled(columns)
        return np.where(self.space.is_outlier(scaled), 0, nearest(scaled, np.array(self.centers)) + 1)

    def name(self, number: int) -> str:
        """Return what a group is called."""
        return OUTLIER if number == 0 else self.names[number - 1]

    def to_json(self) -> dict[str, Any]:
        return {
            "track": self.track.name, "space": self.space.to_json(), "centers": [list(one) for one in self.centers],
            "names": list(self.names),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Grouping:
        track = {one.name: one for one in TRACKS}[data["track"]]
        space = Space.from_json(data["space"], track)
        centers = tuple(tuple(map(float, one)) for one in data["centers"])
        if len(centers) != len(data["names"]) or any(len(one) != len(space.axes) for one in centers):
            raise ValueError("centers, names and axes do not fit each other")
        return cls(track, space, centers, tuple(map(str, data["names"])))


@dataclass(frozen=True)
class Clusters:
    """The groupings of a release, by track; a track that groups nobody is left out."""

    groupings: Mapping[str, Grouping]

    @property
    def columns(self) -> list[str]:
        """Names of the features that are asked for."""
        inputs = [each for one in self.groupings.values() for each in one.space.inputs]
        return list(dict.fromkeys(name for each in inputs for name in each.columns))

"""What a group is called: from what sets it apart from all other groups, never from its number.

Each input is compared with everybody else's, in standard deviations. What differs by at least half of one is said, what
differs most first; where two groups would share a name more is said, and at last what parts the two from each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.segments.clusters.tracks import Input

if TYPE_CHECKING:
    import numpy as np

TELLING = 0.5
FIRST_WORDS = 3
NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Contrast:
    """How a group differs from the rest: per input, in standard deviations; and the word for it."""

    differences: tuple[float, ...]
    words: tuple[str, ...]

    @property
    def most_telling(self) -> list[int]:
        """Places of the inputs, the one that differs most first."""
        return sorted(range(len(self.differences)), key=lambda place: (-abs(self.differences[place]), place))

    def name(self, n_words: int) -> str:
        """Return a name of at most so many words; weak differences are left out after the first."""
        said = [
            place
            for place in self.most_telling[:n_words]
            if place == self.most_telling[0] or abs(self.differences[place]) >= TELLING
        ]
        words = [self.words[place] for place in sorted(said)]
        before = [word for word in words if not _stands_after(word)]
        after = [word for word in words if _stands_after(word)]
        return " ".join([*before, "buyers", *sorted(after, key=lambda word: word.startswith("who"))])


def contrasts(
    inputs: Sequence[Input], scaled: np.ndarray, values: np.ndarray, labels: np.ndarray, k: int
) -> list[Contrast]:
    """Return what sets each of k groups apart; outliers are in none of them."""
    found = []
    for number in range(k):
        inside, rest = labels == number, (labels != number) & (labels >= 0)
        differences = scaled[inside].mean(axis=0) - (scaled[rest].mean(axis=0) if rest.any() else 0.0)
        words = tuple(
            _word(one, float(difference), values[inside, place])
            for place, (one, difference) in enumerate(zip(inputs, differences, strict=True))
        )
        found.append(Contrast(tuple(map(float, differences)), words))
    return found


def unique_names(inputs: Sequence[Input], found: Sequence[Contrast], centers: np.ndarray) -> list[str]:
    """Return one name for each group, no two alike."""
    names = [contrast.name(FIRST_WORDS) for contrast in found]
    for n_words in range(FIRST_WORDS + 1, len(inputs) + 1):
        names = [
            found[place].name(n_words) if names.count(name) > 1 else name for place, name in enumerate(names)
        ]
    while twins := next((name for name in names if names.count(name) > 1), None):
        places = [place for place, name in enumerate(names) if name == twins]
        spread = [max(column) - min(column) for column in zip(*(centers[p] for p in places), strict=True)]
        axis = max(range(len(spread)), key=lambda place: (spread[place], -place))
        ordered = sorted(places, key=lambda place: (-centers[place][axis], place))
        for rank, place in enumerate(ordered):
            names[place] = f"{twins}, {_rank_word(inputs[axis], rank, len(ordered))}"
    return [name[0].upper() + name[1:] for name in names]


def _rank_word(one: Input, rank: int, n: int) -> str:
    if rank == 0:
        return one.more
    return one.less if rank == n - 1 else f"in between ({rank + 1} of {n}) by {one.label.lower()}"


def _word(one: Input, difference: float, values: np.ndarray) -> str:
    if one.always is not None and (values == one.always[0]).mean() >= NEARLY_ALL:
        return one.always[1]
    return one.high if difference > 0 else one.low


def _stands_after(word: str) -> bool:
    return word.startswith(("with ", "who "))

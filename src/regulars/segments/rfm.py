"""RFM: schemes, the tables of rules that give a name to each combination of R, F and M scores.

A scheme is a file in `schemes/`. A segment is a name and one or more boxes of scores; a box may speak of `fm`, the mean
of F and M, instead of the two. Where `exactly_once` is set, every combination must fit exactly one segment; elsewhere
the first that fits wins.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

SCORES = range(1, 6)
STAKES = ("keep", "grow", "win_back", "let_go")
"""What is at stake with a segment's money: keep it, let it grow, win it back, or spend nothing on it."""


@dataclass(frozen=True)
class Segment:
    """A group of customers: the rule that makes one a member, in words, and what a marketer would do."""

    name: str
    rule: str
    action: str
    stake: str
    boxes: tuple[dict[str, tuple[float, float]], ...] = ()

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Segment:
        boxes = tuple(
            {score: (float(low), float(high)) for score, (low, high) in box.items()}
            for box in data.get("boxes", ())
        )
        return cls(data["name"], data["rule"], data["action"], data["stake"], boxes)

    def fits(self, r: int, f: int, m: int) -> bool:
        """Whether a combination of scores lies in one of the segment's boxes."""
        scores = {"r": r, "f": f, "m": m, "fm": (f + m) / 2}
        return any(all(low <= scores[s] <= high for s, (low, high) in box.items()) for box in self.boxes)


@dataclass(frozen=True)
class Scheme:
    """Which segment each of the 125 combinations of scores belongs to, and who is not scored.

    >>> scheme("regulars").segment(5, 5, 5).name, scheme("published").segment(3, 5, 5).name
    ('Champions', 'Lost')
    """

    name: str
    title: str
    exactly_once: bool
    scored: tuple[Segment, ...]
    kept_nothing: Segment
    never_ordered: Segment

    def segment(self, r: int, f: int, m: int) -> Segment:
        """Return the segment of a combination of scores."""
        return next(segment for segment in self.scored if segment.fits(r, f, m))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments, the best first, each name once."""
        by_name: dict[str, Segment] = {}
        for segment in (*self.scored, self.kept_nothing, self.never_ordered):
            by_name.setdefault(segment.name, segment)
        return tuple(by_name.values())

    def table(self) -> pyarrow.Table:
        """Return the 125 combinations, one row each: r_score, f_score, m_score, segment."""
        import pyarrow

        rows = [
            {"r_score": r, "f_score": f, "m_score": m, "segment": self.segment(r, f, m).name}
            for r, f, m in product(SCORES, repeat=3)
        ]
        return pyarrow.Table.from_pylist(rows)


@cache
def scheme(name: str) -> Scheme:
    """Read a scheme by its name: regulars, published or shopify."""
    text = files("regulars.segments").joinpath("schemes", f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Scheme(
        name=data["name"],
        title=data["title"],
        exactly_once=data["exactly_once"],
        scored=tuple(Segment.parse(segment) for segment in data["segments"]),
        kept_nothing=Segment.parse(data["kept_nothing"]),
        never_ordered=Segment.parse(data["never_ordered"]),
    )

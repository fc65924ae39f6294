"""Categories learned from names: the words that names end in, chosen greedily by how much was sold under them.

1. A name is split into whole words: SIGN is no part of DESIGN. A plural is its singular where both are in use.
2. The head of a name is the last word of its first phrase that can name a product. A word is a *kind* when at least
   `HEAD_SHARE` of the products that bear it have it as their head: HOLDER is, RED and HEART are not. A word that follows
   a bigger kind in `MOTIF_SHARE` of the names that it heads is a motif, as SPACEBOY in "lunch bag spaceboy".
3. Kinds become categories one after the other, always the one under which most lines of products not yet covered were
   sold, ties by the alphabet, until `most` are found or the next would cover less than `LEAST_SHARE` of all lines.
4. A product belongs to the category that is its head, else to the last category word of its name, unless the word of a
   bigger category stands apart before it ("bag vintage doily"); else to none. It is doubtful where several category words
   claim it, and its own is not its head or not the biggest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.describe.categories.names import Position, Singulars, head, word_list, words

HEAD_SHARE = 0.4
MOTIF_SHARE = 0.3
LEAST_SHARE = 0.002
LEAST_PRODUCTS = 3


@dataclass(frozen=True)
class Learned:
    """Where a product belongs, which words of its name say so, and whether they disagree."""

    category: str | None
    evidence: str
    is_doubtful: bool


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    head: str | None
    weight: int


def learn(
    names: Sequence[str | None],
    weights: Sequence[int],
    *,
    most: int,
    ignored: Sequence[str] = (),
    position: Position = "last",
) -> list[Learned]:
    """Return the category of each name.

    Parameters
    ----------
    names
        What products are called.
    weights
        How much was sold of each: lines.
    most
        So many categories at most.
    ignored
        Words that name no product, beside our own list.
    position
        Where a language puts the word that says what a thing is: last in English and German, first in French.

    Examples
    --------
    >>> names = ["Red bag", "Blue bag", "Bag with owl design", "Metal sign", "Street sign", "Design sign", "Voucher"]
    >>> [found.category for found in learn(names, [5] * 7, most=9)]
    ['Bag', 'Bag', 'Bag', 'Sign', 'Sign', 'Sign', None]
    """
    split = [words(name) for name in names]
    singular = Singulars(split)
    nothing = word_list("nothing") | {word.upper() for word in ignored}
    read = []
    for name, weight in zip(split, weights, strict=True):
        whole = tuple(singular(word) for word in name)
        read.append(_Name(whole, head(whole, nothing, position), weight))
    kinds = _without_motifs(read, _kinds(read))
    chosen = {word: len(kinds[word]) for word in _chosen(read, kinds, most)}
    return [_placed(name, chosen, position) for name in read]


def _kinds(names: Sequence[_Name]) -> dict[str, set[int]]:
    """Return words that are mostly heads, each with the places of the names that bear it."""
    bearing: dict[str, set[int]] = {}
    heading: dict[str, int] = {}
    for place, name in enumerate(names):
        for word in set(name.words):
            bearing.setdefault(word, set()).add(place)
        if name.head:
            heading[name.head] = heading.get(name.head, 0) + 1
    return {
        word: bearing[word]
        for word, n in heading.items()
        if n >= LEAST_PRODUCTS and n >= HEAD_SHARE * len(bearing[word])
    }


def _without_motifs(names: Sequence[_Name], kinds: dict[str, set[int]]) -> dict[str, set[int]]:
    """Leave out words that mostly follow another kind: what is on the bag rather than the bag."""
    follows = dict.fromkeys(kinds, 0)
    heads = dict.fromkeys(kinds, 0)
    for name in names:
        if name.head in kinds:
            before = name.words[: name.words.index(name.head)]
            heads[name.head] += 1
            follows[name.head] += any(len(kinds.get(word, ())) > len(kinds[name.head]) for word in before)
    return {word: places for word, places in kinds.items() if follows[word] < MOTIF_SHARE * heads[word]}


def _chosen(names: Sequence[_Name], kinds: dict[str, set[int]], most: int) -> list[str]:
    """Return the kinds that become categories, the one that covers most first."""
    left = {word: set(places) for word, places in kinds.items()}
    gain = {word: sum(names[place].weight for place in places) for word, places in left.items()}
    least = max(LEAST_SHARE * sum(name.weight for name in names), 1)
    holding: dict[int, list[str]] = {}
    for word, places in kinds.items():
        for place in places:
            holding.setdefault(place, []).append(word)
    chosen: list[str] = []
    while left and len(chosen) < most:
        best = min(left, key=lambda word: (-gain[word], word))
        if gain[best] < least:
            break
        chosen.append(best)
        for place in left.pop(best):
            for word in holding[place]:
                if word in left and place in left[word]:
                    left[word].discard(place)
                    gain[word] -= names[place].weight
    return chosen


def _placed(name: _Name, chosen: dict[str, int], position: Position) -> Learned:
    """Place a name among the chosen words, of which the number of products is known."""
    claims = list(dict.fromkeys(word for word in name.words if word in chosen))
    if not claims:
        return Learned(None, "", False)
    said = name.head if name.head in chosen else claims[-1 if position == "last" else 0]
    if position == "last":
        said = _apart(name.words, said, chosen) or said
    others = [word for word in claims if word != said]
    evidence = f"the word {said}" + (f", also {', '.join(others)}" if others else "")
    is_doubtful = bool(others) and (said != name.head or any(chosen[word] > chosen[said] for word in others))
    return Learned(said.capitalize(), evidence, is_doubtful)


def _apart(name: Sequence[str], said: str, chosen: dict[str, int]) -> str | None:
    """Return the bigger category's word that stands before another in a phrase, with words between: BAG in "bag vintage
    doily". Side by side they are one thing, the last: a candle plate is a plate.
    """
    at = name.index(said)
    ends = word_list("breaks") | word_list("of")
    start = max((place + 1 for place in range(at) if name[place] in ends), default=0)
    bigger = [word for word in name[start : max(at - 1, start)] if chosen.get(word, 0) > chosen[said]]
    return max(bigger, key=lambda word: (chosen[word], word), default=None)

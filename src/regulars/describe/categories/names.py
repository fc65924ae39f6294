"""The words of a product's name, whole, and the one that says what it is: its head."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LETTER_AND_WORD = re.compile(r"\b([^\W\d_])[- ](?=[^\W\d_]{3,})")
SHORTEST = 3
"""Shorter words are units and initials: they name no product."""
PLURALS = (("S", ""), ("ES", ""), ("IES", "Y"))
Position = Literal["last", "first"]


@cache
def word_list(name: str) -> frozenset[str]:
    """Return one of the lists of `words.toml`."""
    lists = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return frozenset(lists[name])


def words(name: str | None) -> list[str]:
    """Return the words of a name in capitals; a single letter joins the word that it belongs to, digits are no words.

    >>> words("White hanging heart T-light holder"), words("Set/6 design mugs")
    (['WHITE', 'HANGING', 'HEART', 'TLIGHT', 'HOLDER'], ['SET', 'DESIGN', 'MUGS'])
    """
    text = (name or "").upper()
    return WORD.findall(LETTER_AND_WORD.sub(_joined, text))


def _joined(found: re.Match[str]) -> str:
    """Join T-LIGHT, but leave A BAG and W LID apart."""
    return found[0] if found[1] in word_list("breaks") else found[1]


class Singulars:
    """Knows which words are plurals: those whose singular is a word of the same names.

    >>> singular = Singulars([["BAGS", "BAG"], ["CHRISTMAS", "GLASSES"], ["GLASS"]])
    >>> [singular(word) for word in ("BAGS", "CHRISTMAS", "GLASSES", "GLASS")]
    ['BAG', 'CHRISTMAS', 'GLASS', 'GLASS']
    """

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        self._known = Counter(word for name in names for word in set(name))

    def __call__(self, word: str) -> str:
        for ending, instead in PLURALS:
            singular = word.removesuffix(ending) + instead
            if word.endswith(ending) and len(singular) >= SHORTEST and singular in self._known:
                return singular
        return word


def head(name: Sequence[str], ignored: frozenset[str], position: Position = "last") -> str | None:
    """Return the word that says what a name is: the last (or first) of its first phrase that can name a product.

    A phrase ends at WITH, FOR, IN …; what stands before OF is a container ("set of 3 cake tins") and not the thing, unless
    the thing is said first ("sac de plage"); what stands before DESIGN is a motif.

    >>> ignored = word_list("nothing")
    >>> head(words("SET OF 3 CAKE TINS PANTRY DESIGN"), ignored)
    'TINS'
    >>> head(words("CREAM HOLDER WITH HEARTS"), ignored), head(words("3 IN 1"), ignored)
    ('HOLDER', None)
    """
    breaks, of, motifs = word_list("breaks"), word_list("of"), word_list("motifs")
    phrase: list[str] = []
    for word in name:
        if word in of and position == "last":
            phrase = []
        elif word in of or word in breaks:
            if phrase:
                break
        elif word in motifs and len(phrase) > 1:
            phrase.pop()
        elif len(word) >= SHORTEST and word not in ignored:
            phrase.append(word)
    if not phrase:
        return None
    return phrase[-1] if position == "last" else phrase[0]

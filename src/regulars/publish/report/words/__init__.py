"""The report's words, kept as data: what sections are called, what figures mean, why rows were set aside."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any

from regulars.terms.phrases import spoken


@cache
def _words(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


PARTS = (
    "findings",
    "baskets",
    "recommendations",
    "ratings",
    "clusters",
    "outlook",
    "outcomes",
    "proof",
    "campaigns",
)
"""Sections that not every release has; the figures of each are defined in a file of its own."""


def contents(without: Collection[str] = ()) -> list[dict[str, str]]:
    """Return the sections of the page, in order."""
    return [section for section in _words("contents")["sections"] if section["key"] not in without]


def definitions(parts: Collection[str] = ()) -> list[dict[str, str]]:
    """Return what every figure is called and means, those of the parts that are there included."""
    files = ["definitions", *(f"definitions_{part}" for part in PARTS if part in parts)]
    return [{"figure": figure, **words} for name in files for figure, words in _words(name).items()]


def label(figure: str) -> str:
    """Return what a figure is called.

    >>> label("revenue"), label("revenue_at_risk")
    ('Net revenue', 'Revenue at risk')
    """
    files = ("definitions", *(f"definitions_{part}" for part in PARTS))
    return str(next(_words(name)[figure]["label"] for name in files if figure in _words(name)))


def model(name: str) -> str:
    """Return what a model or baseline is called.

    >>> model("bg_nbd"), model("something_new")
    ('BG/NBD', 'Something new')
    """
    return str(_words("models")["names"].get(name) or spoken(name))


def target(name: str) -> dict[str, str]:
    """Return the title of a target and the question it answers."""
    return dict(_words("models")["targets"].get(name) or {"title": spoken(name), "question": ""})


def reason(code: str) -> str:
    """Return in words why a row was set aside.

    >>> reason("overlap"), reason("something_new")
    ('Told twice: the same row is in another file, sheet or section', 'Something new')
    """
    return str(_words("reasons").get(code) or spoken(code))

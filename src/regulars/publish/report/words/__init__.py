"""The report's words, kept as data: what sections are called, what figures mean, why rows were set aside."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from regulars.publish.report.phrases import spoken


@cache
def _words(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def contents() -> list[dict[str, str]]:
    """Return the sections of the page, in order."""
    return list(_words("contents")["sections"])


def definitions() -> list[dict[str, str]]:
    """Return what every figure is called and means."""
    return [{"figure": figure, **words} for figure, words in _words("definitions").items()]


def label(figure: str) -> str:
    """Return what a figure is called.

    >>> label("revenue")
    'Net revenue'
    """
    return str(_words("definitions")[figure]["label"])


def reason(code: str) -> str:
    """Return in words why a row was set aside.

    >>> reason("overlap"), reason("something_new")
    ('Told twice: the same row is in another file, sheet or section', 'Something new')
    """
    return str(_words("reasons").get(code) or spoken(code))

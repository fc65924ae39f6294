"""What the cells of a column look like, from a sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from regulars.ingest.cells import ABSENT, DIGITS
from regulars.ingest.date_forms import Form, form_of
from regulars.ingest.synonyms import Kind

NUMBER = re.compile(
    r"[(\-+−]?\s*(?:[^\W\d_]{1,3}\$?|[€£$¥₹₽₺₩₪])?\s*[-+]?[\d.,\s'’]*\d[\d.,]*(?:[eE][-+]?\d+)?\s*(?:[^\W\d_]{1,3}\.?|[€£$¥₹₽₺₩₪%])?\)?-?"
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}([:.]\d{2})?(\.\d+)?( ?[AaPp]\.?[Mm]\.?)?")
FLAGS = frozenset(
    [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "1",
        "0",
        "t",
        "f",
        "ja",
        "nein",
        "oui",
        "non",
        "si",
        "sí",
        "subscribed",
        "unsubscribed",
        "not_subscribed",
    ]
)
MOSTLY = 0.9
ROWS_WITHOUT_REPEAT = 50


@dataclass(frozen=True)
class Look:
    """Shares of the filled cells that could be a date, a number, …; and a few of them to show."""

    n_filled: int
    n_cells: int
    n_distinct: int
    dates: float
    numbers: float
    integers: float
    emails: float
    flags: float
    clocks: float
    top: float
    """Share of the most frequent value."""
    compact_dates: bool
    examples: tuple[str, ...]

    def fits(self, kind: Kind) -> bool:
        """Whether such cells can be of a kind; a column without a filled cell can be anything."""
        if self.n_filled == 0:
            return True
        if kind == "time":
            return self.dates >= 0.5
        if kind == "clock":
            return self.clocks >= 0.5
        if kind == "number":
            return self.numbers >= 0.5
        if kind == "flag":
            return self.flags >= 0.5
        return not (kind == "id" and self.dates >= MOSTLY and not self.compact_dates)

    @property
    def sure_dates(self) -> bool:
        """Dates that are hardly anything else: digits alone count only when they are plausible days."""
        return self.n_filled > 0 and self.dates >= MOSTLY

    @property
    def is_row_id(self) -> bool:
        """Whether no value comes twice in many: it numbers rows, and what is bought comes back."""
        return self.n_distinct == self.n_filled >= ROWS_WITHOUT_REPEAT

    @property
    def shown(self) -> str:
        return ", ".join(self.examples) or "empty"


def look(cells: Sequence[str | None]) -> Look:
    """Return what the cells look like.

    >>> look(["12/1/2010 8:26", None, "12/2/2010 9:00"]).dates, look(["1,50 €", "x"]).numbers
    (1.0, 0.5)
    """
    filled = [text for cell in cells if cell is not None and (text := cell.strip()) not in ABSENT]
    n = len(filled)
    if not n:
        return Look(0, len(cells), 0, 0, 0, 0, 0, 0, 0, 0, False, ())
    compact = sum(bool(re.fullmatch(r"\d+(\.\d+)?", cell)) for cell in filled)
    return Look(
        n_filled=n,
        n_cells=len(cells),
        n_distinct=len(set(filled)),
        dates=sum(map(_is_date, filled)) / n,
        numbers=sum(
            bool(NUMBER.fullmatch(cell)) or cell.casefold() in ("inf", "-inf", "infinity") for cell in filled
        )
        / n,
        integers=sum(bool(re.fullmatch(r"-?\d+(\.0+)?", cell)) for cell in filled) / n,
        emails=sum(bool(EMAIL.fullmatch(cell)) for cell in filled) / n,
        flags=sum(cell.casefold().replace(" ", "_") in FLAGS for cell in filled) / n,
        clocks=sum(bool(CLOCK.fullmatch(cell)) for cell in filled) / n,
        top=Counter(filled).most_common(1)[0][1] / n,
        compact_dates=compact / n >= 0.5,
        examples=tuple(dict.fromkeys(cell if len(cell) <= 30 else cell[:29] + "…" for cell in filled[:50]))[
            :3
        ],
    )


@lru_cache(maxsize=50_000)
def _form(form: str) -> Form | None:
    return form_of(form)


def _is_date(cell: str) -> bool:
    form = _form(cell.translate(DIGITS))
    if form is None:
        return False
    if form.number == "excel_serial":
        return 20_000 <= float(cell) <= 80_000
    if form.number:
        return 500_000_000 <= int(cell[:10]) <= 4_000_000_000
    if re.fullmatch(r"\d{8,14}", cell):
        return any(_parses(cell, text) for text in [form.fixed, *form.formats.values()] if text)
    return True


def _parses(cell: str, text: str) -> bool:
    try:
        return 1900 <= datetime.strptime(cell, text).year < 2200
    except ValueError:
        return False

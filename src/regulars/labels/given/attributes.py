"""What a customers table says of each customer: columns of text as they came, read as numbers where they are numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.engines.queries import load
from regulars.ingest.cells import ABSENT
from regulars.ingest.numbers import SPACES, WORDS, Mark
from regulars.warehouse.history import relations_needed

if TYPE_CHECKING:
    from regulars.warehouse.history import History

OURS = ("country", "consent", "signed_up_at")
"""Columns that were recognized, and tell something of a customer all the same."""
WHOLE = {".": re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d+)?"), ",": re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+)?(?:,\d*)?(?:[eE][+-]?\d+)?")}  # fmt: skip
BESIDE = re.compile(rf"{WORDS}|{SPACES}")
Texts = NDArray[np.object_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Attributes:
    """Customers × columns as text; None is unknown. Rows are sorted by customer id.

    ``n_strangers`` more are described, and are in no release: they never ordered and did not sign up at a known time.
    """

    customer_ids: Texts
    columns: Mapping[str, Texts]
    n_strangers: int = 0

    def __len__(self) -> int:
        return len(self.customer_ids)

    def rows(self, chosen: NDArray[Any] | slice) -> Attributes:
        """Return some of the customers, by mask, places or slice."""
        return Attributes(
            self.customer_ids[chosen], {name: texts[chosen] for name, texts in self.columns.items()}
        )

    def without(self, names: Iterable[str]) -> Attributes:
        """Return the same customers without some of the columns."""
        left_out = set(names)
        columns = {name: texts for name, texts in self.columns.items() if name not in left_out}
        return Attributes(self.customer_ids, columns, self.n_strangers)


def read_attributes(history: History) -> Attributes:
    """Return what customers sources say of the customers of the spine.

    Time: said before the cut-off.
    """
    query = load("regulars.labels", "given/described")
    history.need(*relations_needed(query))
    rows = history.engine.rows(query)
    said = [json.loads(row["attributes"]) for row in rows]
    names = list(dict.fromkeys(name for one in said for name in one))
    columns = {name: _texts([one.get(name) for one in said]) for name in names}
    for name in OURS:
        texts = _texts([row[name] for row in rows])
        if name not in columns and any(text is not None for text in texts):
            columns[name] = texts
    strangers = history.engine.row(load("regulars.labels", "given/strangers"), history.parameters)
    return Attributes(_texts([row["customer_id"] for row in rows]), columns, int(strangers["n_strangers"]))


def mark_of_column(texts: Iterable[str | None]) -> Mark:
    """Return the decimal mark by which more of a column's cells are numbers; the point when both are as good.

    >>> mark_of_column(["1.234,50", "12,5", None]), mark_of_column(["1,234", "7"])
    (',', '.')
    """
    known = [text for text in texts if text is not None]
    point, comma = (sum(np.isfinite(number(text, mark)) for text in known) for mark in (".", ","))
    return "," if comma > point else "."


def number(text: str | None, mark: Mark = ".") -> float:
    """Return the number that a cell holds; NaN when it holds none.

    >>> [number(text) for text in ("1,234.5", "€ 12", "(3)", "15%", "twelve", None)]
    [1234.5, 12.0, -3.0, 0.15, nan, nan]
    """
    if text is None:
        return float("nan")
    bare = BESIDE.sub("", text).replace("−", "-")
    negative = bare.startswith(("-", "(-", "(")) or bare.endswith("-")
    percent = bare.endswith("%")
    digits = bare.strip("()+-%")
    if not WHOLE[mark].fullmatch(digits) or not re.search(r"\d", digits):
        return float("nan")
    plain = digits.replace(",", "") if mark == "." else digits.replace(".", "").replace(",", ".")
    found = float(plain) / (100 if percent else 1)
    return -found if negative else found


def numbers(texts: Iterable[str | None], mark: Mark | None = None) -> Numbers:
    """Return a column as numbers; NaN where there is none."""
    cells = list(texts)
    mark = mark or mark_of_column(cells)
    return np.array([number(text, mark) for text in cells], dtype=np.float64)


def _texts(values: Iterable[Any]) -> Texts:
    found = [_text(value) for value in values]
    texts = np.empty(len(found), dtype=object)
    texts[:] = found
    return texts


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value).strip()
    return None if text in ABSENT else text

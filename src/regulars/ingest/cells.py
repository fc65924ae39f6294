"""Cells of text: which words stand for nothing, and which forms a column has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.engines.duckdb import DuckDBEngine

DIGITS = str.maketrans("0123456789", "9999999999")
FORMS_AT_MOST = 5_000
ABSENT = ("", "NULL", "null", "None", "NaN", "nan", "NaT", "N/A", "n/a", "NA", "#N/A", "-")
"""What exports write where there is nothing."""


def literal(text: str) -> str:
    """Write a text for SQL, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def text_of(column: str, absent: Sequence[str] = ABSENT, *, tidy: bool = False) -> str:
    """Return the expression that yields a column as trimmed text, null where there is nothing.

    `column` is quoted; `tidy` says that it needs no trimming and has no word for nothing.
    """
    if tidy:
        return f"CAST({column} AS VARCHAR)"
    words = ", ".join(map(literal, absent))
    text = f"trim(CAST({column} AS VARCHAR))"
    return f"(CASE WHEN {text} IN ({words}) THEN NULL ELSE {text} END)"


@dataclass(frozen=True)
class Forms:
    """The forms that the cells of a column have, digits written as 9, the most frequent first, each with an example."""

    examples: dict[str, str]
    tidy: bool

    @classmethod
    def of(
        cls,
        engine: DuckDBEngine,
        relation: str,
        column: str,
        absent: Sequence[str] = ABSENT,
        *,
        where: str = "true",
    ) -> Forms:
        """Look at a whole column (or expression that yields text); each different cell is looked at once."""
        rows = engine.rows(
            "SELECT translate(cell, '0123456789', '9999999999') AS form, min(cell) AS example"  # noqa: S608
            f" FROM (SELECT {column} AS cell, count(*) AS n FROM {relation} WHERE {column} IS NOT NULL AND {where}"
            f" GROUP BY cell) GROUP BY form ORDER BY sum(n) DESC, form LIMIT {FORMS_AT_MOST}"
        )
        tidy = len(rows) < FORMS_AT_MOST and all(row["form"] == row["form"].strip(" ") for row in rows)
        examples = {row["form"].strip(" "): row["example"].strip(" ") for row in reversed(rows)}
        kept = {form: example for form, example in reversed(examples.items()) if form not in absent}
        return cls(kept, tidy and len(kept) == len(examples))

    def and_more(self, others: Forms) -> Forms:
        """Return these forms with others behind them."""
        return Forms({**others.examples, **self.examples}, self.tidy and others.tidy)

    @property
    def has_offsets(self) -> bool:
        """Whether an instant has an offset other than that of UTC."""
        return any(re.search(r":99 ?[+-]99:?(99)?$", form) for form in self.examples) and any(
            not re.search(r"[+-]00:?(00)?$", example) for example in self.examples.values()
        )

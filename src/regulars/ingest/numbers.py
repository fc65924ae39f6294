"""Numbers: one decimal mark for a whole table, never row by row.

Guaranteed:

* the decimal mark is taken from all numeric columns of a table together; when it could be either, it is asked;
* currency signs and codes, spaces and apostrophes between thousands, brackets around negatives, a minus behind the
  number and percent signs are understood; anything else beside the digits makes the cell unreadable, never half read;
* thousands separators must part the digits properly: ``1,234`` is a number and ``1,2,3`` is none;
* NaN, infinity and amounts beyond a hundred billion are told apart from what is no number at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from regulars.errors import MappingUnclear
from regulars.ingest.cells import Forms
from regulars.terms.money import MONEY_TYPE

Mark = Literal[".", ","]
PLAIN = re.compile(r"[-+]?9*\.?9*(?:[eE][-+]?9{1,3})?")
WORDS = r"US\$|R\$|[A-Z]{2}\$|[€£$¥₹₽₺₩₪]|USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|BRL|CAD|AUD|INR|JPY|CNY|kr\.?|zł|Fr\.|Rs\.?"
"""Currency signs and codes that may stand beside a number."""
SPACES = "[\\s\u00a0\u202f'’_]"
LIMIT = 100_000_000_000
"""An amount from here on is a mistake in any currency, and would break sums."""


@dataclass(frozen=True)
class NumberReading:
    """How the numeric columns of a table are read: the decimal mark, and which columns need more than a plain cast."""

    decimal: Mark = "."
    plain: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    reason: str = ""

    def sql(self, name: str, text: str) -> str:
        """Return the expression that makes an exact number of our column `name` from its text; null when it is none."""
        if name in self.plain:
            return f"TRY_CAST({text} AS {MONEY_TYPE})"
        number = f"TRY_CAST({self._digits(text)} AS {MONEY_TYPE})"
        return f"({number} / 100)::{MONEY_TYPE}" if name in self.percent else number

    def is_number(self, name: str, text: str) -> str:
        """Return the condition that the text is some number, however large, or NaN or infinity."""
        return f"(TRY_CAST({text if name in self.plain else self._digits(text)} AS DOUBLE) IS NOT NULL)"

    def _digits(self, text: str) -> str:
        thousands = r"\." if self.decimal == "," else ","
        mark = "," if self.decimal == "," else r"\."
        bare = f"replace(regexp_replace({text}, '({WORDS.replace(chr(39), chr(39) * 2)}|{SPACES.replace(chr(39), chr(39) * 2)})', '', 'g'), '−', '-')"
        whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{thousands}[0-9]{{2,3}})*{thousands}[0-9]{{3}})"
        number = rf"(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"
        grammar = rf"[-+]?{number}[-%]?|\(-?{number}\)"
        words = "(?i)[-+]?(nan|inf(inity)?)"
        point = f"replace(replace(regexp_replace({bare}, '^[-+(]+|[-)%]+$', '', 'g'), '{thousands[-1]}', ''), ',', '.')"
        sign = f"CASE WHEN regexp_matches({bare}, '^[(-]|-$') THEN '-' ELSE '' END"
        return (
            f"(CASE WHEN regexp_full_match({bare}, '{grammar}') THEN {sign} || {point}"
            f" WHEN regexp_full_match({bare}, '{words}') THEN {bare} END)"
        )

    def record(self) -> dict[str, Any]:
        """Return what is kept of it with the load."""
        return {"decimal": self.decimal}


def infer(
    seen: Mapping[str, Forms],
    *,
    columns: Mapping[str, str],
    table: str,
    decimal: Mark | None = None,
    lines: str = "",
) -> NumberReading:
    """Return how the numeric columns of a table are read.

    Parameters
    ----------
    seen
        Our columns, and the forms that their cells have.
    columns, table
        How messages call them.
    decimal
        What the settings say; then nothing is asked.
    lines
        The head of the TOML lines that a hint shows, to which ``decimal`` is added.

    Raises
    ------
    MappingUnclear
        Every separated number could be read both ways, or they contradict each other.
    """
    forms = {name: found.examples for name, found in seen.items()}
    votes: dict[str, tuple[str, str]] = {}
    for name, found in forms.items():
        for form, example in found.items():
            votes.setdefault(mark_of(form), (name, example))
            if re.fullmatch(r"\D*0[.,]\d+\D*", example):
                votes.setdefault("," if "," in example else ".", (name, example))
    mark, reason = (decimal, "as the settings say") if decimal else _decide(votes, columns, table, lines)
    plain = frozenset(
        name for name, found in forms.items() if mark == "." and all(PLAIN.fullmatch(form) for form in found)
    )
    percent = frozenset(
        name for name, found in forms.items() if found and all(form.rstrip().endswith("%") for form in found)
    )
    return NumberReading(mark, plain, percent, reason)


def mark_of(form: str) -> str:
    """Return what a number says of the decimal mark: ``.``, ``,``, ``?.`` or ``?,`` when it could be thousands, or nothing.

    >>> [mark_of(x) for x in ("9.99", "9.999,9", "9,99", "9 999,99", "9,999", "9.999", "9,999,999", "99")]
    ['.', ',', ',', ',', '?,', '?.', '.', '']
    """
    body = re.sub(rf"{WORDS}|{SPACES}|[-+−()%]", "", form)
    marks = [letter for letter in body if letter in ".,"]
    if not marks or not re.fullmatch(r"[9.,]+", body):
        return ""
    last = marks[-1]
    other = "," if last == "." else "."
    before, _, after = body.rpartition(last)
    if marks.count(last) > 1:  # it parts thousands, if it parts them properly
        return other if re.fullmatch(rf"9{{1,3}}([{last}]9{{2,3}})*[{last}]999", body) else ""
    if other in marks:
        return last
    return f"?{last}" if after == "999" and re.fullmatch("9{1,3}", before) else last


CODES = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "₪": "ILS",
    "R$": "BRL",
    "US$": "USD",
    "zł": "PLN",
}
SHARED = {
    "$": {"USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD"}, "¥": {"JPY", "CNY"}, "kr": {"SEK", "NOK", "DKK"},
    "kr.": {"SEK", "NOK", "DKK"}, "Fr.": {"CHF"}, "Rs": {"INR"}, "Rs.": {"INR"},
}  # fmt: skip
"""Signs that may be of several currencies."""


def currency_of(form: str) -> str | None:
    """Return the currency whose sign or code stands beside a number; a sign of several currencies stays a sign.

    >>> currency_of("9,99 €"), currency_of("GBP 9.99"), currency_of("$9.99"), currency_of("9.99")
    ('EUR', 'GBP', '$', None)
    """
    found = re.search(WORDS, form)
    return CODES.get(found[0], found[0]) if found else None


def only_currency(seen: Mapping[str, str], table: str) -> str | None:
    """Return the currency that amounts are in, by the signs beside them; None when they do not tell.

    Parameters
    ----------
    seen
        By currency or sign, what was seen of it.
    table
        How messages call the table.

    Raises
    ------
    MappingUnclear
        They are in several.
    """
    codes = {sign for sign in seen if re.fullmatch("[A-Z]{3}", sign)}
    shared = seen.keys() - codes
    if len(codes) > 1 or len(shared) > 1 or any(codes - SHARED.get(sign, codes) for sign in shared):
        examples = "; ".join(f"{sign} in {example!r}" for sign, example in sorted(seen.items()))
        raise MappingUnclear(
            f"{table}: amounts are in several currencies, as the signs beside them say: {examples}",
            hint="name each row's currency in a column of its own, currency, and its rate in regulars.toml under [shop] "
            "exchange_rates; or load each currency's rows as a file of their own",
        )
    return codes.pop() if codes else None


def _decide(
    votes: Mapping[str, tuple[str, str]], columns: Mapping[str, str], table: str, lines: str
) -> tuple[Mark, str]:
    point, comma = votes.get("."), votes.get(",")
    if point and comma:
        raise MappingUnclear(
            f"{table}: numbers are written in two ways: {comma[1]!r} in {columns[comma[0]]!r} has a decimal comma, "
            f"{point[1]!r} in {columns[point[0]]!r} a decimal point",
            hint="export the file in one way; or say which it is, and the cells that contradict it are set aside:\n\n"
            f'{lines}decimal = "."\n',
        )
    if comma:
        return ",", f"{comma[1]!r} in {columns[comma[0]]!r}"
    if point:
        return ".", f"{point[1]!r} in {columns[point[0]]!r}"
    for doubtful, mark, other in (("?.", ".", ","), ("?,", ",", ".")):
        if found := votes.get(doubtful):
            raise MappingUnclear(
                f"{table}: {found[1]!r} in {columns[found[0]]!r} can be a little over one, or a thousand and more",
                hint=f'if {found[1]!r} is a thousand and more, add these lines; if not, write decimal = "{mark}" instead:\n\n'
                f'{lines}decimal = "{other}"\n',
            )
    return ".", "whole numbers"

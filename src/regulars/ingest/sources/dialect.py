"""How a text file is laid out: what separates its cells, whether it has a header, where its data begin."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regulars.errors import FileUnreadable, SettingsError
from regulars.ingest.sources.names import column_names

DELIMITERS = (",", ";", "\t", "|", "^", "~")
BLANKS = "blanks"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", BLANKS: "blanks"}
SAMPLE_ROWS = 200
TITLE_ROWS = 20
"""So many rows above the header may be titles."""

NUMBER = re.compile(r"[-+(]?[$£€¥]?\s?[-+]?\d[\d.,' ]*(?:[eE][-+]?\d+)?\s?[%€$£]?\)?$")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]+\d{1,2}:\d{2}.*)?$|\d{1,2}:\d{2}(?::\d{2})?$")


@dataclass(frozen=True)
class Dialect:
    """How the rows of a text file are read.

    Parameters
    ----------
    delimiter
        What separates the cells: one character, or ``"blanks"``.
    quoted
        Whether cells may stand in double quotes.
    columns
        Names of the columns.
    has_header
        Whether the names are the file's.
    n_titles
        Rows above the header that were passed over.
    skip_bytes
        Where the first data row begins, in bytes of clean UTF-8.
    """

    delimiter: str
    quoted: bool
    columns: tuple[str, ...]
    has_header: bool
    n_titles: int
    skip_bytes: int

    @property
    def character(self) -> str:
        """The delimiter after blanks have become tabs."""
        return "\t" if self.delimiter == BLANKS else self.delimiter


def looks_like_data(cell: str) -> bool:
    """Whether a cell is a number, an amount, a date or a time.

    >>> [looks_like_data(cell) for cell in ("13085.0", "12/1/2010 8:26", "£1,50", "Price", "85123A")]
    [True, True, True, False, False]
    """
    text = cell.strip()
    return bool(NUMBER.match(text) or DATE.match(text))


def detect(text: str, *, whole: bool, delimiter: str | None, name: str) -> Dialect:
    """Return the layout that the beginning of a file shows.

    Parameters
    ----------
    text
        The beginning of the file.
    whole
        Whether that is all of it; the last line is not trusted otherwise.
    delimiter
        As the settings say, or None to find out.
    name
        How messages call the file.

    Raises
    ------
    FileUnreadable
        There are no data, or the delimiter of the settings is not that of the file.
    """
    start, hinted = _separator_line(text)
    body = text[start:]
    if not body.strip():
        raise FileUnreadable(
            f"{name} is empty", hint="export it again; the first row should name the columns"
        )
    quoted = _uses_quotes(body, whole)
    wanted = _told(delimiter) or hinted
    chosen = wanted or _delimiter(body, quoted, whole)
    rows, ends = _rows(body, chosen, quoted, whole)
    if not rows:
        raise FileUnreadable(
            f"{name} has no rows that could be read: its first row never ends",
            hint="look for a double quote that is opened in the first row and never closed",
        )
    if wanted:
        _refuse_wrong(wanted, rows, body, quoted, whole, name)
    width = _usual_width(rows)
    first = _first_row(rows, width)
    has_header = is_header(rows[first], rows[first + 1 :])
    if not has_header:
        first = 0  # what stands above may be data as well
    if has_header and whole and len(rows) == first + 1:
        raise FileUnreadable(
            f"{name} has a header and no rows", hint="export it again with the rows, or leave the file out"
        )
    header = rows[first] if has_header else []
    skip = len(text[: start + (ends[first] if has_header else 0)].encode("utf-8", "replace"))
    return Dialect(chosen, quoted, column_names(header, width), has_header, first, skip)


def is_header(first: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Whether a row names the columns: where the rows below hold numbers or dates, it does not.

    >>> is_header(["id", "day", "2010"], [["1", "2010-12-01", "3"], ["2", "2010-12-02", "4"]])
    True
    >>> is_header(["1", "2010-12-01", "x"], [["2", "2010-12-02", "y"]])
    False
    """
    if not following:
        return not any(looks_like_data(cell) for cell in first if cell)
    telling = [
        looks_like_data(cell)
        for position, cell in enumerate(first)
        if cell and _holds_data([row[position] for row in following if position < len(row) and row[position]])
    ]
    return not telling or sum(telling) < len(telling) / 2


def _holds_data(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(looks_like_data, cells)) >= 0.8 * len(cells)


def _separator_line(text: str) -> tuple[int, str | None]:
    """Return where the text begins after Excel's ``sep=;`` line, and the delimiter it names."""
    found = re.match(r"sep=(.)(\r\n|\n|\r)", text, re.IGNORECASE)
    return (found.end(), found[1]) if found else (0, None)


def _told(delimiter: str | None) -> str | None:
    """Return the delimiter of the settings, which may be told by its name."""
    if delimiter is None:
        return None
    names = {name: sign for sign, name in NAMES.items()} | {"\\t": "\t", " ": BLANKS}
    sign = names.get(delimiter, delimiter)
    if sign != BLANKS and (len(sign) != 1 or not sign.isascii() or sign in '"\r\n'):
        raise SettingsError(
            f"the delimiter {delimiter!r} cannot part cells",
            hint=f"it has to be one ASCII character, or one of {', '.join(NAMES.values())}",
        )
    return sign


def _uses_quotes(text: str, whole: bool) -> bool:
    """Whether double quotes enclose cells; inch marks do not, because nothing closes them."""
    opening = len(re.findall(r'(?:^|[,;\t|\r\n ])"', text))
    closing = len(re.findall(r'"(?:[,;\t|\r\n ]|$)', text))
    may_close_later = opening == 1 and not whole
    return opening == 0 or closing > 0 or may_close_later


def _rows(text: str, delimiter: str, quoted: bool, whole: bool) -> tuple[list[list[str]], list[int]]:
    """Return the first rows that are not blank, their cells trimmed, and where each ends."""
    position = 0

    def lines() -> Iterator[str]:
        nonlocal position
        for line in io.StringIO(text, newline=""):
            position += len(line)
            yield line

    source = lines()
    rows: list[list[str]] = []
    ends: list[int] = []
    if delimiter == BLANKS:
        parsed = ((line.split(), position) for line in source)
    else:
        reader = (
            csv.reader(source, delimiter=delimiter)
            if quoted
            else csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        )
        parsed = ((row, position) for row in reader)
    try:
        for row, end in parsed:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                ends.append(end)
            if len(rows) > SAMPLE_ROWS:
                break
        else:
            if not whole and len(rows) > 1:
                del rows[-1], ends[-1]
    except csv.Error:  # a giant cell; what came before it is enough to see the layout
        pass
    return rows, ends


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of cells that most rows have; the larger when two are as frequent."""
    widths = Counter(map(len, rows))
    return max(widths, key=lambda width: (widths[width], width))


def _delimiter(text: str, quoted: bool, whole: bool) -> str:
    """Return the delimiter that parts most rows into equally many cells, and into the most of them."""

    def fit(candidate: str) -> tuple[bool, float, int]:
        rows, _ = _rows(text, candidate, quoted, whole)
        if not rows:
            return False, 0.0, 1
        width = _usual_width(rows)
        agreeing = sum(len(row) == width for row in rows) / len(rows)
        header_fits = len(rows[_first_row(rows, width)]) == width
        return width > 1 and agreeing >= 0.5, round(agreeing, 1) + header_fits, width

    best = max(DELIMITERS, key=fit)
    if fit(best)[0]:
        return best
    return BLANKS if fit(BLANKS)[0] and fit(BLANKS)[1] >= 1.9 else ","


def _first_row(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return the position of the first row that is no title: one that has more than half of the usual cells."""
    if width < 3:
        return 0
    for position, row in enumerate(rows[:TITLE_ROWS]):
        if 2 * sum(map(bool, row)) > width:
            return position
    return 0


def _refuse_wrong(
    delimiter: str, rows: Sequence[Sequence[str]], text: str, quoted: bool, whole: bool, name: str
) -> None:
    """Stop when the delimiter of the settings gives one column and another one gives more."""
    if _usual_width(rows) > 1:
        return
    better = _delimiter(text, quoted, whole)
    width = _usual_width(_rows(text, better, quoted, whole)[0])
    if width > 1:
        raise FileUnreadable(
            f"{name} has one column when its cells are separated by {NAMES.get(delimiter, repr(delimiter))}, "
            f"and {width} when they are separated by {NAMES.get(better, better)}",
            hint=f"set delimiter = {better!r} for it in regulars.toml, or leave the line out",
        )

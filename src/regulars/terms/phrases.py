"""How numbers, dates and names are put into words: in full, for people."""

from __future__ import annotations

from calendar import day_name
from calendar import month_name as month_name
from collections.abc import Sequence
from datetime import date, datetime

NO_BREAK = "\u00a0"
NOBODY_NAMED = "No order names a customer, so there is nobody to predict anything of."
WEEKDAYS = tuple(day_name)


def count(number: float, noun: str, plural: str = "") -> str:
    r"""Write a number with its noun.

    >>> count(1, "customer"), count(1176, "customer"), count(2, "country", "countries")
    ('1\xa0customer', '1,176\xa0customers', '2\xa0countries')
    """
    return f"{number:,.0f}{NO_BREAK}{noun if number == 1 else plural or noun + 's'}"


def percent(share: float, decimals: int = 0) -> str:
    r"""Write a share of one as a percentage; what is not nothing is never written as nothing, nor what is not all as all.

    >>> percent(0.683), percent(0.004), percent(0.999), percent(0), percent(0.0042, decimals=1)
    ('68\xa0%', 'under 1\xa0%', 'over 99\xa0%', '0\xa0%', '0.4\xa0%')
    """
    pct, step = share * 100, 10.0**-decimals
    if 0 < pct < step / 2:
        return f"under {step:.{decimals}f}{NO_BREAK}%"
    if 100 - step / 2 <= pct < 100:
        return f"over {100 - step:.{decimals}f}{NO_BREAK}%"
    sign = "−" if pct < 0 and round(pct, decimals) else ""
    return f"{sign}{abs(pct):,.{decimals}f}{NO_BREAK}%"


def number(value: float, decimals: int = 0) -> str:
    """Write a plain number with thousands separators and a true minus sign.

    >>> number(1234.5, decimals=1), number(-3)
    ('1,234.5', '−3')
    """
    digits = f"{abs(value):,.{decimals}f}"
    return f"−{digits}" if value < 0 and digits.strip("0.,") else digits


def day(when: date | datetime | str) -> str:
    r"""Write a day in words.

    >>> day("2011-12-09"), day(datetime(2026, 3, 1, 12))
    ('9\xa0December 2011', '1\xa0March 2026')
    """
    when = date.fromisoformat(when[:10]) if isinstance(when, str) else when
    return f"{when.day}{NO_BREAK}{month_name[when.month]} {when.year}"


def month(when: date | str) -> str:
    """Write a month in words.

    >>> month("2010-11-01")
    'November 2010'
    """
    when = date.fromisoformat(when[:10]) if isinstance(when, str) else when
    return f"{month_name[when.month]} {when.year}"


def hour(of_day: int) -> str:
    """Write an hour of the day.

    >>> hour(9)
    '09:00'
    """
    return f"{of_day:02d}:00"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    >>> listed(["A"]), listed(["A", "B", "C"])
    ('A', 'A, B and C')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def spoken(code: str) -> str:
    """Write a code as words.

    >>> spoken("zero_price")
    'Zero price'
    """
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def sentence(words: str) -> str:
    """Begin with a capital and end with a full stop.

    >>> sentence("every row could be read"), sentence("Done."), sentence("")
    ('Every row could be read.', 'Done.', '')
    """
    return words and words[:1].upper() + words[1:] + ("" if words[-1] in ".!?" else ".")

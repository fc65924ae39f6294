"""Forms of dates: what ``99/9/9999 9:99`` could mean.

A form is a value with all digits written as 9; a column has few of them, however many rows it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from regulars.ingest.cells import DIGITS

Order = Literal["year_first", "day_first", "month_first"]
ORDERS: tuple[Order, ...] = ("year_first", "day_first", "month_first")
MONTHS = (
    ("jan", "january januar janvier janv enero ene janeiro gennaio"),
    ("feb", "february februar février fevrier févr fevr febrero fev febbraio"),
    ("mar", "march märz maerz mrz mär mars marzo março"),
    ("apr", "april avril avr abril abr aprile"),
    ("may", "mai mayo maio maggio mag"),
    ("jun", "june juni juin junio junho giugno giu"),
    ("jul", "july juli juillet juil julio julho luglio lug"),
    ("aug", "august août aout agosto ago"),
    ("sep", "september sept septembre septiembre setembro set settembre"),
    ("oct", "october oktober okt octobre octubre outubro out ottobre ott"),
    ("nov", "november novembre noviembre novembro"),
    ("dec", "december dezember dez décembre decembre déc diciembre dic dezembro dicembre"),
)
_MONTH_OF = {word: short.title() for short, others in MONTHS for word in (short, *others.split())}
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TIME = re.compile(
    r"^(?P<between>,? ?T?| - |, | at )(?P<hour>9?9)(?P<mark>[:.h])(?P<minute>99)(?:(?P=mark)(?P<second>99)(?P<fraction>[.,]9{1,9})?)?"
    r"(?P<half> ?[AaPp]\.?[Mm]\.?)?(?P<zone> ?(?:Z|UTC|GMT|[+-]99(?::?99)?))?$"
)


@dataclass(frozen=True)
class Form:
    """One form of value and what it could mean: a strptime format for each order that it allows."""

    formats: dict[Order, str] = field(default_factory=dict)
    fixed: str = ""
    """The only format there is (year of four digits first, or the month by name)."""
    number: str = ""
    """epoch_seconds, epoch_milliseconds or excel_serial."""
    zoned: bool = False
    replaced: tuple[tuple[str, str], ...] = ()


def form_of(value: str) -> Form | None:
    """Return what a form (or a value) could mean, or None when it is no date.

    >>> form_of("12/1/2010 8:26").formats["month_first"], form_of("2010-12-01T08:26:00Z").fixed
    ('%m/%d/%Y %H:%M', '%Y-%m-%dT%H:%M:%S%z')
    >>> form_of("1. Dez. 2010").fixed, form_of("hello") is None
    ('%d. %b. %Y', True)
    """
    form = value.strip().translate(DIGITS)
    if re.fullmatch(r"9{5}(\.9+)?", form):
        return Form(number="excel_serial")
    if numeric := {"9" * 9: "epoch_seconds", "9" * 10: "epoch_seconds", "9" * 13: "epoch_milliseconds"}.get(
        form
    ):
        return Form(number=numeric)
    if compact := {"9" * 14: "%Y%m%d%H%M%S", "9" * 12: "%Y%m%d%H%M"}.get(form):
        return Form(fixed=compact)
    return _with_month_name(form) or _of_digits(form)


def _of_digits(form: str) -> Form | None:
    if found := re.match(r"9999([-/. ])9?9\1 ?9?9", form):
        mark, dates = found[1], {}
        fixed = f"%Y{mark}%m{mark}%d"
    elif found := re.match(r"9?9([-/. ]) ?9?9\1 ?(9999|99)(?!9)", form):
        mark, year = found[1], "%Y" if found[2] == "9999" else "%y"
        dates = {"day_first": f"%d{mark}%m{mark}{year}", "month_first": f"%m{mark}%d{mark}{year}"}
        if re.fullmatch(r"99(.)99(?:.)99", found[0]):
            dates["year_first"] = f"%y{mark}%m{mark}%d"
        fixed = ""
    elif found := re.match(r"99999999(?!9)", form):
        dates, fixed = {"year_first": "%Y%m%d", "day_first": "%d%m%Y", "month_first": "%m%d%Y"}, ""
    else:
        return None
    rest = _time_format(form[found.end() :])
    if rest is None:
        return None
    time, zoned, replaced = rest
    formats: dict[Order, str] = {order: dates[order] + time for order in ORDERS if order in dates}
    return Form(formats, fixed + time if fixed else "", zoned=zoned, replaced=replaced)


def _with_month_name(form: str) -> Form | None:
    """Read ``1 Dec 2010``, ``December 1, 2010``, ``Wed, 01-Dec-10 08:26``, and the same in other languages."""
    replaced: list[tuple[str, str]] = []
    if weekday := re.match(rf"({_WEEKDAY})(,? )", form, re.IGNORECASE):
        replaced.append((weekday[0], ""))
        form = form[weekday.end() :]
    name = next((word for word in re.findall(r"[^\W\d_]{3,}", form) if word.casefold() in _MONTH_OF), "")
    if not name:
        return None
    english = _MONTH_OF[name.casefold()]
    if name.casefold() != english.casefold():
        replaced.append((name, english))
    shaped = form.replace(name, "%b", 1)
    for pattern, day_format in (
        (r"(9?9)([-/. ,]{1,2})%b([-/. ,]{1,2})(9999|99)(?!9)", "%d{0}%b{1}{year}"),
        (r"%b([-/. ]{1,2})(9?9)(,? |[-/])(9999|99)(?!9)", "%b{0}%d{1}{year}"),
        (r"(9999)([-/. ])%b([-/. ])(9?9)", "{year}{0}%b{1}%d"),
    ):
        if found := re.match(pattern, shaped):
            marks = [part for part in found.groups() if "9" not in part]
            year = "%y" if found.groups()[-1] == "99" and "{year}{0}" not in day_format else "%Y"
            rest = _time_format(shaped[found.end() :])
            if rest:
                time, zoned, more = rest
                return Form(
                    fixed=day_format.format(*marks, year=year) + time,
                    zoned=zoned,
                    replaced=(*replaced, *more),
                )
    return None


def _time_format(rest: str) -> tuple[str, bool, tuple[tuple[str, str], ...]] | None:
    """Return the format of what follows the date, whether it has an offset, and what is to be replaced first."""
    if not rest:
        return "", False, ()
    found = _TIME.match(rest)
    if not found:
        return None
    mark = found["mark"]
    text = found["between"] + ("%I" if found["half"] else "%H") + mark + "%M"
    if found["second"]:
        text += f"{mark}%S"
    if found["fraction"]:
        text += found["fraction"][0] + ("%f" if len(found["fraction"]) <= 7 else "%n")
    replaced: tuple[tuple[str, str], ...] = ()
    if half := found["half"]:
        text += " %p" if half.startswith(" ") else "%p"
        if "." in half:
            replaced = ((half.strip(), half.strip().replace(".", "")),)
    if zone := found["zone"]:
        text += " %z" if re.match(r" [+-]", zone) else "%z"
    return text, bool(zone), replaced

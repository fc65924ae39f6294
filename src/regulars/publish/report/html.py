"""The page: what the summary knows, as one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.publish.report.pictures import pictures
from regulars.publish.report.sections.outcomes import written as outcome_written
from regulars.publish.report.sections.proof import apart
from regulars.publish.report.sections.proof import written as figure_written
from regulars.publish.report.summary import Summary, summarize
from regulars.publish.report.words import PARTS, contents, label
from regulars.terms import phrases
from regulars.terms.money import Currency

if TYPE_CHECKING:
    from jinja2 import Environment

    from regulars.publish.reader import Reader

_HERE = files("regulars.publish.report")


def write_report(reader: Reader, folder: Path) -> None:
    """Write `report.json` (what is known) and `report.html` (how it looks) of a release into a folder."""
    summary = summarize(reader)
    folder.joinpath("report.json").write_text(
        json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )
    folder.joinpath("report.html").write_text(render(summary), encoding="utf-8")


def render(summary: Summary) -> str:
    """Return the page for a summary.

    Everything that came from data is escaped; styles and script are in the page, named by their hashes in its
    content security policy, which forbids everything else and every request.
    """
    style, script = _asset("style.css"), _asset("report.js")
    page = _environment(summary["release"]["currency"]).get_template("report.html.j2")
    return page.render(
        summary=summary,
        contents=contents(without=_left_out(summary)),
        terms={word["label"]: word["figure"] for word in summary["definitions"]},
        pictures=pictures(summary),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        numbers=_json_for_script(summary),
    )


def _left_out(summary: Summary) -> list[str]:
    """Return the sections that this page does not have."""
    parts = [part for part in PARTS if part not in summary]
    if not summary["release"]["without_orders"]:
        return parts
    kept = ("overview", "outcomes", "ratings", "data_health", "definitions", "release")
    return parts + [section["key"] for section in contents() if section["key"] not in kept]


def _environment(currency_code: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    currency = Currency(currency_code)
    page = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals["currency_name"] = currency.name
    page.filters.update(
        money=lambda amount, decimals=0: "–" if amount is None else currency.text(amount, decimals),
        count=phrases.count,
        percent=lambda share, decimals=0: "–" if share is None else phrases.percent(share, decimals),
        number=lambda value, decimals=0: "–" if value is None else phrases.number(value, decimals),
        day=lambda when: "–" if when is None else phrases.day(when),
        month=phrases.month,
        spoken=phrases.spoken,
        written=partial(_written, currency),
        proven=lambda value, figure: figure_written(figure, value),
        apart=lambda found, figure: apart(figure, found),
        given=lambda value, figure: outcome_written(figure, value),
        label=label,
        # Only for what this package drew or wrote itself.
        trusted=Markup,
    )
    return page


def _written(currency: Currency, figure: dict[str, Any]) -> str:
    """Write a figure by its unit."""
    value, unit = figure["value"], figure["unit"]
    if value is None:
        return "–"
    if unit == "currency":
        return currency.text(value, figure.get("decimals", 0))
    if unit == "rating":
        return phrases.number(value, 2)
    if unit == "share":
        return phrases.percent(value, figure.get("decimals", 0))
    text = phrases.number(value, figure.get("decimals", 0))
    return f"{text}{phrases.NO_BREAK}{unit}" if unit == "days" else text


@cache
def _template(name: str) -> str:
    return _HERE.joinpath("templates", name).read_text("utf-8")


@cache
def _asset(name: str) -> str:
    return _HERE.joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json_for_script(summary: Summary) -> str:
    """Write JSON that cannot end the element it stands in, whatever a customer is called."""
    text = json.dumps(summary, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text

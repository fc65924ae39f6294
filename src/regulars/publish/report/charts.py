"""How a chart is drawn: a Vega-Lite spec becomes inline SVG, offline, in the width of a page and in that of a phone.

No text in it is under 12 px at the width it is drawn for, so the page never scales a chart down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
INK, MUTED, RULE, PAPER = "#1c2430", "#56606d", "#e3e7ec", "#ffffff"
ACCENT, SECOND, THIRD = "#1b5e8c", "#b8651b", "#a3adb8"
"""Accent, its counterpart, and a gray for what is not the point; told apart with any color vision and in print."""
SHADES = ["#f1f6fa", "#cfe1ee", "#9cc3dd", "#5f9cc4", "#2f76a6", "#0f4a75"]
"""From little to much, light to dark in one hue."""

FONT_SIZE = 13
LAYOUT_FONT_SIZE = 15
"""Room is measured for larger letters than are drawn: the reader's font may be wider than the one measured here."""
_IDENTIFIER = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'(url\(#|href="#)([^)"]+)')
_SPOKEN_PARTS = re.compile(
    r' (?:role|aria-roledescription|aria-hidden|class|pointer-events|stroke-miterlimit)="[^"]*"'
)
_LABEL = re.compile(r' aria-label="([^"]*)"')
_EMPTY_PATHS = re.compile(r'<path d="(?:M0,0h0v0h0Z)?"(?: display="none")?(?: stroke="[^"]*")?/>')


@dataclass(frozen=True)
class Frame:
    """The room a chart has: a page's column, or a phone's."""

    name: str
    width: int

    @property
    def is_narrow(self) -> bool:
        return self.name == "narrow"


PHONE = Frame("narrow", 328)
FRAMES = (Frame("wide", 720), PHONE)
HALF_FRAMES = (Frame("wide", 480), PHONE)
"""Two beside each other on a page."""
SMALL_FRAMES = (Frame("narrow", 312),)
"""Three beside each other; small enough for a phone as it is."""


@dataclass(frozen=True)
class Picture:
    """A chart with everything that belongs to it: what to see, what it shows in words, and its numbers as a table."""

    key: str
    title: str
    sentence: str
    description: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    drawings: dict[str, str]
    """SVG by the frame's name; one drawing serves both where only ``narrow`` is there."""


def picture(
    key: str,
    title: str,
    sentence: str,
    description: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    spec: Callable[[Frame], Spec],
    frames: Sequence[Frame] = FRAMES,
) -> Picture:
    """Draw a spec for every frame and keep its words and numbers beside it."""
    drawings = {frame.name: draw(spec(frame), f"{key}-{frame.name}", title, frame) for frame in frames}
    return Picture(key, title, sentence, description, tuple(columns), rows, drawings)


def draw(spec: Spec, key: str, title: str, frame: Frame) -> str:
    """Return a spec as an SVG element that is safe to stand in a page.

    Identifiers are made unique by `key`; what a mark says of itself becomes ``data-tip`` (shown on hover), and the
    drawing as a whole is one image named by `title`.
    """
    import vl_convert

    whole = {
        "$schema": SCHEMA,
        "width": frame.width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "right": 6, "top": 6, "bottom": 2},
        **spec,
    }
    svg: str = vl_convert.vegalite_to_svg(whole, config=theme(), allowed_base_urls=[])
    return _tidy(svg, key, title)


def _tidy(svg: str, key: str, title: str) -> str:
    svg = _SPOKEN_PARTS.sub("", svg)
    svg = _LABEL.sub(lambda found: f' data-tip="{found[1]}"' if "\u200b" in found[1] else "", svg)
    svg = svg.replace("\u200b", "").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = _EMPTY_PATHS.sub("", svg).replace(f'font-size="{LAYOUT_FONT_SIZE}px"', f'font-size="{FONT_SIZE}px"')
    # Vega numbers its identifiers through all drawings of a process; here they begin anew in each.
    names = {
        name: f"{key}-{place}" for place, name in enumerate(dict.fromkeys(_IDENTIFIER.findall(svg)), start=1)
    }
    svg = _IDENTIFIER.sub(lambda found: f'id="{names[found[1]]}"', svg)
    svg = _REFERENCE.sub(lambda found: f"{found[1]}{names[found[2]]}", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-labelledby="{key}-name" ', 1).replace(
        ">", f'><title id="{key}-name">{_escape(title)}</title>', 1
    )


def _escape(text: str) -> str:
    from html import escape

    return escape(text)


def tip(text: str) -> str:
    """Mark a text as what a mark says on hover; Vega's own labels carry no such mark and are dropped."""
    return f"{text}\u200b"


def theme() -> Spec:
    """Return the look that all charts share."""
    text = {
        "labelFontSize": LAYOUT_FONT_SIZE,
        "titleFontSize": LAYOUT_FONT_SIZE,
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": 400,
    }
    return {
        "font": FONT,
        "background": PAPER,
        "view": {"stroke": None},
        "axis": {
            **text,
            "grid": False, "domainColor": RULE, "tickColor": RULE, "gridColor": RULE, "labelPadding": 6,
            "titlePadding": 10, "tickSize": 4,
        },
        "axisQuantitative": {"grid": True, "domain": False, "ticks": False},
        "legend": {**text, "orient": "top", "direction": "horizontal", "symbolType": "square", "offset": 12},
        "text": {"fontSize": LAYOUT_FONT_SIZE, "color": INK},
        "bar": {"color": ACCENT},
        "line": {"color": ACCENT, "strokeWidth": 2},
        "point": {"color": ACCENT, "filled": True, "size": 70, "opacity": 1},
        "rule": {"color": MUTED},
        "range": {"heatmap": SHADES, "ramp": SHADES},
    }  # fmt: skip

"""How pages look: the report's colors, for light and dark, and the form that all charts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.publish.report import charts
from regulars.terms.money import Currency

FONT = charts.FONT
TOOLS = 30
"""So high is the row above a chart that has the button that saves a picture."""


@dataclass(frozen=True)
class Palette:
    """An accent, its counterpart and a gray, told apart with any color vision; and shades from little to much."""

    accent: str
    second: str
    third: str
    ink: str
    muted: str
    rule: str
    paper: str
    shades: tuple[str, ...]

    def shade_scale(self) -> list[list[Any]]:
        """Return the shades as a color scale from 0 to 1."""
        steps = len(self.shades) - 1
        return [[place / steps, color] for place, color in enumerate(self.shades)]

    def shade(self, share: float) -> str:
        """Return the color that the scale has at a share of the most."""
        place = min(max(share, 0.0), 1.0) * (len(self.shades) - 1)
        below = min(int(place), len(self.shades) - 2)
        ends = zip(_parts(self.shades[below]), _parts(self.shades[below + 1]), strict=True)
        return "#" + "".join(f"{round(low + (high - low) * (place - below)):02x}" for low, high in ends)

    def opposed_scale(self) -> list[list[Any]]:
        """Return a scale with the counterpart below, the page in the middle, the accent above."""
        return [[0.0, self.second], [0.5, self.shades[0]], [1.0, self.accent]]


LIGHT = Palette(
    charts.ACCENT,
    charts.SECOND,
    charts.THIRD,
    charts.INK,
    charts.MUTED,
    charts.RULE,
    charts.PAPER,
    tuple(charts.SHADES),
)
DARK = Palette(
    "#6cb0dd", "#e5a05f", "#7d8996", "#e8ecf1", "#aab4c0", "#36404b", "#12181f",
    ("#1a2632", "#1f3d54", "#27597c", "#3c7aa8", "#67a5d2", "#a9d4f2"),
)  # fmt: skip


def palette(is_dark: bool) -> Palette:
    """Return the colors of the theme that is seen."""
    return DARK if is_dark else LIGHT


def faint(color: str) -> str:
    """Return a color that lets through what lies below it.

    >>> faint("#ff0010")
    'rgba(255,0,16,0.18)'
    """
    red, green, blue = _parts(color)
    return f"rgba({red},{green},{blue},0.18)"


def contrast(one: str, other: str) -> float:
    """Return how well two colors are told apart, from 1 to 21; letters take 4.5.

    Reference: Web Content Accessibility Guidelines 2.2, contrast ratio.

    >>> round(contrast("#000000", "#ffffff")), round(contrast("#777777", "#ffffff"), 2)
    (21, 4.48)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(color: str) -> str:
    """Return black or white, whichever is read more easily on a color."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, color))


def _luminance(color: str) -> float:
    shares = [part / 255 for part in _parts(color)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _parts(color: str) -> tuple[int, int, int]:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def theme_options() -> dict[str, Any]:
    """Return Streamlit's settings for the colors of both themes."""
    options: dict[str, Any] = {
        "theme.font": FONT,
        "theme.baseRadius": "small",
        "theme.headingFontSizes": ["1.9rem", "1.35rem", "1.0625rem"],
    }
    for name, colors, wash, link in (
        ("light", LIGHT, "#f6f8fa", LIGHT.accent),
        ("dark", DARK, "#1b232c", "#8cc4ea"),
    ):
        options |= {
            f"theme.{name}.primaryColor": colors.accent,
            f"theme.{name}.backgroundColor": colors.paper,
            f"theme.{name}.secondaryBackgroundColor": wash,
            f"theme.{name}.textColor": colors.ink,
            f"theme.{name}.linkColor": link,
            f"theme.{name}.borderColor": colors.rule,
        }
    return options


def form(figure: Any, colors: Palette, *, height: int = 320, legend: bool = True) -> Any:
    """Give a figure the form that all share: no frame, quiet grid, room for a phone and above for what saves a picture."""
    letters = {"family": FONT, "size": 12, "color": colors.muted}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": TOOLS if not legend else TOOLS + 24, "b": 8},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": colors.muted, "activecolor": colors.ink},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": colors.muted},
        colorway=[colors.accent, colors.second, colors.third],
        showlegend=legend,
        legend={
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
            "title": {"text": ""},
        },
        hoverlabel={"font": {"family": FONT, "size": 13}, "align": "left"},
        bargap=0.25,
        dragmode=False,
    )
    axis = {
        "gridcolor": colors.rule, "zerolinecolor": colors.rule, "automargin": True, "fixedrange": True, "tickfont": letters,
        "title": {"font": letters | {"size": 13}},
    }  # fmt: skip
    return figure.update_xaxes(axis).update_yaxes(axis)


def money_axis(currency: Currency) -> dict[str, Any]:
    """Return how an axis writes amounts."""
    return {"tickprefix": currency.symbol, "tickformat": ",.0f", "nticks": 5}


SHARE_AXIS: dict[str, Any] = {"tickformat": ".0%", "nticks": 6}

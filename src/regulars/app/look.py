"""How pages look: the report's colors, for light and dark, and the form that all charts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.publish.report import charts
from regulars.terms.money import Currency

FONT = charts.FONT


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
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def theme_options() -> dict[str, Any]:
    """Return Streamlit's settings for the colors of both themes."""
    options: dict[str, Any] = {"theme.font": FONT, "theme.baseRadius": "small"}
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
    """Give a figure the form that all share: no frame, quiet grid, room for a phone."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 16 if not legend else 40, "b": 8},
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
    figure.update_xaxes(gridcolor=colors.rule, zerolinecolor=colors.rule, automargin=True, fixedrange=True)
    figure.update_yaxes(gridcolor=colors.rule, zerolinecolor=colors.rule, automargin=True, fixedrange=True)
    return figure


def money_axis(currency: Currency) -> dict[str, Any]:
    """Return how an axis writes amounts."""
    return {"tickprefix": currency.symbol, "tickformat": ",.0f", "nticks": 5}


SHARE_AXIS: dict[str, Any] = {"tickformat": ".0%", "nticks": 6}

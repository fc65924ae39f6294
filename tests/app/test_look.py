"""What is written in colors can be read, in light and in dark."""

from __future__ import annotations

import pytest

from regulars.app.look import DARK, LIGHT, Palette, contrast, readable_on
from regulars.app.views.overview import revenue_bars

READABLE = 4.5
BOTH = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_a_value_can_be_read_in_any_cell_of_a_heat_map(colors: Palette) -> None:
    for step in range(201):
        ground = colors.shade(step / 200)
        assert contrast(readable_on(ground), ground) >= READABLE, (step, ground)


@BOTH
def test_the_scale_goes_through_its_shades(colors: Palette) -> None:
    assert [colors.shade(place / 5) for place in range(6)] == list(colors.shades)
    assert [colors.shade(beyond) for beyond in (-1.0, 2.0)] == [colors.shades[0], colors.shades[-1]]


def test_the_legend_has_the_color_of_the_months_it_names() -> None:
    rows = [
        {"month": f"2025-0{n}-01", "revenue": 10.0 * n, "is_complete": n not in (1, 4)} for n in range(1, 5)
    ]
    told = {bar.name: (bar.marker.color, list(bar.x)) for bar in revenue_bars(rows, LIGHT)}
    assert told == {
        "Net revenue": (LIGHT.accent, ["2025-02-01", "2025-03-01"]),
        "Not complete": (LIGHT.third, ["2025-01-01", "2025-04-01"]),
    }
    assert [bar.name for bar in revenue_bars(rows[1:3], LIGHT)] == ["Net revenue"]

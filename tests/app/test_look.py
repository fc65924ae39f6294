"""What is written in colors can be read, in light and in dark."""

from __future__ import annotations

import pytest

from regulars.app.look import DARK, LIGHT, Palette, contrast, readable_on

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

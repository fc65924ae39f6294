"""A drawing is safe to stand in a page, and no letter in it is too small."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from regulars.publish.report.charts import FRAMES, draw, tip
from regulars.publish.report.pictures.axes import log_ticks, money_axis, month_x
from regulars.terms.money import Currency

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('1')</script> & \"; DROP TABLE"


def bars(names, frame):
    values = [{"name": name, "n": n, "tip": tip(f"{name}: {n}")} for n, name in enumerate(names, start=1)]
    return {
        "height": 100,
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "y": {"field": "name", "type": "nominal"},
            "x": {"field": "n", "type": "quantitative", "axis": money_axis(Currency("GBP"), frame)},
            "color": {"field": "n", "type": "quantitative"},
            "description": {"field": "tip"},
        },
    }


@pytest.fixture(params=FRAMES, ids=lambda frame: frame.name)
def frame(request):
    return request.param


def test_a_drawing_is_as_wide_as_its_frame(frame):
    root = ET.fromstring(draw(bars(["a", "b"], frame), "k", "Title", frame))
    assert float(root.attrib["width"]) <= frame.width
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == "Title"


def test_data_stays_data(frame):
    svg = draw(bars([HOSTILE, "plain"], frame), "k", HOSTILE, frame)
    root = ET.fromstring(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in svg
    assert f"{HOSTILE}: 1" in {element.attrib.get("data-tip") for element in root.iter()}


def test_no_letter_is_under_twelve_pixels(frame):
    sizes = re.findall(r'font-size="([\d.]+)px"', draw(bars(["a"], frame), "k", "Title", frame))
    assert sizes
    assert min(float(size) for size in sizes) >= 12


def test_two_drawings_share_no_identifier(frame):
    first, second = (draw(bars(["a", "b"], frame), key, "Title", frame) for key in ("one", "two"))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg, own in zip((first, second), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= own


def test_nothing_needs_a_style_of_its_own(frame):
    """The page's policy allows no style attributes."""
    assert "style=" not in draw(bars(["a", "b"], frame), "k", "Title", frame)


def test_money_is_written_in_full(frame):
    spec = bars(["a"], frame)
    spec["data"]["values"][0]["n"] = 1_500_000
    svg = draw(spec, "k", "Title", frame)
    assert "£1,000,000" in svg or "£1,500,000" in svg or "£500,000" in svg


def test_months_are_labeled_where_they_begin(frame):
    months = [f"{year}-{month:02d}-01" for year in (2010, 2011) for month in range(1, 13)]
    labeled = month_x(frame, months)["axis"]["values"]
    assert labeled[0] == {"year": 2010, "month": 1, "date": 1, "utc": True}
    assert len(labeled) <= 12


def test_logarithmic_ticks_lie_in_their_range(frame):
    ticks = log_ticks(0.5, 3e7, frame)
    assert ticks == sorted(ticks)
    assert all(0.5 <= tick <= 3e7 for tick in ticks)

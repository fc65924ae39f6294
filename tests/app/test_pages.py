"""Every page in a real browser, on a desk and on a phone."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from regulars.app.look import DARK, LIGHT, contrast

pytestmark = pytest.mark.browser

PAGES = {
    "": "What matters", "customers": "Customers", "segments": "Segments", "campaigns": "Whom to write to", "insights": "What is worth knowing",
    "baskets": "Baskets & recommendations", "rhythm": "When they buy", "proof": "What the predictions are worth", "data": "Can the data be trusted",
}  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


def grave(page):
    """Return what axe finds serious or critical: the rule and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        (rule["id"], node["target"], node["html"][:160])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def broken(page) -> int:
    return page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_opens_quietly_fits_and_can_be_read_aloud(window, size, tmp_path):
    seen = window(size=size)
    for place, heading in PAGES.items():
        seen.open(f"/{place}", heading)
        assert broken(seen.page) == 0, place
        assert seen.is_as_wide_as_its_window(), place
        seen.page.screenshot(path=tmp_path / f"{place or 'overview'}-{size}.png")
        if size == "desk":
            assert grave(seen.page) == [], place
    assert seen.said == []
    assert seen.outside() == []


def test_every_chart_has_words_and_its_numbers(window):
    seen = window()
    seen.open("/proof", PAGES["proof"])
    charts = seen.page.locator("[data-testid=stPlotlyChart]")
    numbers = seen.page.locator("[data-testid=stExpander] summary", has_text="Numbers: ")
    assert charts.count() >= 5
    assert numbers.count() == charts.count()
    for place in range(charts.count()):
        chart = charts.nth(place)
        chart.locator(".main-svg").first.wait_for(state="attached")
        assert chart.get_attribute("aria-label")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_around_a_chart_can_be_read(window, scheme):
    seen = window(scheme=scheme)
    seen.open("/proof", PAGES["proof"])
    for place in range(5):
        seen.page.locator("[data-testid=stPlotlyChart]").nth(place).locator(".ytick text").first.wait_for()
    letters = seen.page.locator(":is(.xtick, .ytick) text, .legendtext, .xtitle, .ytitle")
    found = letters.evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
    paper = (DARK if scheme == "dark" else LIGHT).paper
    assert len(found) > 20
    for color in set(found):
        parts = [int(part) for part in re.findall(r"\d+", color)[:3]]
        assert contrast("#" + "".join(f"{part:02x}" for part in parts), paper) >= 4.5, color


def test_on_a_phone_sentences_take_the_width_and_nothing_lies_on_a_name(window):
    seen = window(size="phone")
    seen.open("/data", PAGES["data"])
    sentence = seen.page.locator(".prose td").nth(1)
    sentence.wait_for()
    assert sentence.bounding_box()["width"] > 0.8 * seen.page.viewport_size["width"]
    seen.open("/rhythm", PAGES["rhythm"])
    day, button = seen.page.locator(".xtick text").nth(6), seen.page.locator(".modebar-btn").first
    day.wait_for()
    seen.page.locator("[data-testid=stPlotlyChart]").first.hover()
    bottom = button.bounding_box()["y"] + button.bounding_box()["height"]
    assert bottom <= day.bounding_box()["y"]


def test_dark_is_dark(window):
    seen = window(scheme="dark")
    seen.open("/rhythm", PAGES["rhythm"])
    ground = seen.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert ground == "rgb(18, 24, 31)"
    assert grave(seen.page) == []
    seen.open("/campaigns?campaign=own", PAGES["campaigns"])
    seen.page.get_by_role("button", name="Save the list").wait_for()
    assert grave(seen.page) == []


def test_whoever_goes_by_keyboard_sees_where_they_are(window):
    seen = window()
    seen.open("/", PAGES[""])
    marks = "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow"
    links = 0
    while links < 12:  # all pages, and the first ways on
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.tagName") == "A":
            links += 1
            assert seen.page.evaluate(marks) != "nonenone"


def test_the_picture_of_the_read_me(window, start, app, tmp_path):
    """REGULARS_PICTURES=WORKSPACE makes `docs/images/app.png` of that workspace's release."""
    workspace = os.environ.get("REGULARS_PICTURES")
    seen = window(start(Path(workspace)) if workspace else app)
    seen.page.set_viewport_size({"width": 1280, "height": 1000})
    seen.open("/", PAGES[""])
    seen.page.wait_for_timeout(500)
    target = ROOT / "docs/images/app.png" if workspace else tmp_path / "app.png"
    seen.page.screenshot(path=target)
    assert target.stat().st_size > 30_000

"""Every page in a real browser, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

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
    seen.show_whole()
    charts, numbers = "[data-testid=stPlotlyChart]", "[data-testid=stExpander] summary"
    seen.page.wait_for_function(f"document.querySelectorAll('{charts} .main-svg').length >= 5")
    seen.page.wait_for_timeout(500)
    words = seen.page.locator(numbers).all_inner_texts()
    assert sum("Numbers: " in word for word in words) == seen.page.locator(charts).count()
    named = seen.page.locator(f"{charts} [aria-label], {charts}[aria-label]")
    assert named.count() >= seen.page.locator(charts).count()


def test_dark_is_dark(window):
    seen = window(scheme="dark")
    seen.open("/rhythm", PAGES["rhythm"])
    ground = seen.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert ground == "rgb(18, 24, 31)"
    assert grave(seen.page) == []


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

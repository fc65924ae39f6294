"""The page in a real browser, on a desk and on a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

SMALLEST_LETTER = """() => {
  const sizes = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || ["SCRIPT", "STYLE", "TITLE", "title"].includes(element.tagName)) continue;
    if (!element.getClientRects().length) continue;
    const scale = element.getScreenCTM ? Math.abs(element.getScreenCTM().d) : 1;
    sizes.push([parseFloat(getComputedStyle(element).fontSize) * scale, element.tagName, walk.currentNode.textContent.trim()]);
  }
  return sizes.sort((a, b) => a[0] - b[0])[0];
}"""

LOW_CONTRAST = """() => {
  const parts = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = parts(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push([walk.currentNode.textContent.trim(), (a + 0.05) / (b + 0.05)]);
  }
  return bad;
}"""

CUT_LETTERS = """() => [...document.querySelectorAll(".drawing svg text")].filter((text) => {
  const box = text.getBoundingClientRect(), whole = text.ownerSVGElement.getBoundingClientRect();
  return whole.width && box.width && (box.left < whole.left - 1 || box.right > whole.right + 1 || box.bottom > whole.bottom + 1);
}).map((text) => text.textContent)"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
    if not path:
        pytest.skip("there is no browser here; set BROWSER_PATH to a Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


class Opened:
    """A page, and what it said and asked for."""

    def __init__(self, browser, file: Path, size) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(viewport=size, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.absolute().as_uri())


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def opened(browser, six_customers, request) -> Iterator[Opened]:
    it = Opened(browser, six_customers.page, request.param)
    yield it
    it.context.close()


def everything_open(page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.click("button[data-opens]")


def test_it_is_quiet_asks_nobody_and_fits(opened):
    page = opened.page
    everything_open(page)
    assert opened.said == []
    assert opened.asked == [page.url]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_everything_can_be_read(opened):
    everything_open(opened.page)
    size, tag, text = opened.page.evaluate(SMALLEST_LETTER)
    assert size >= 12, (size, tag, text)
    assert opened.page.evaluate(LOW_CONTRAST) == []
    assert opened.page.evaluate(CUT_LETTERS) == []


def test_segments_are_searched_and_opened(opened):
    page = opened.page
    groups = page.locator("#segment-table > tbody")
    assert groups.count() > 2
    assert page.locator("#segment-table .detail:visible").count() == 0
    page.fill("#segment-search", "BOB")
    assert page.locator("#segment-table > tbody:visible").count() == 1
    assert page.inner_text("#segment-found").startswith("1 of")
    page.locator("#segment-table .opener:visible").press("Enter")
    detail = page.locator("#segment-table .detail:visible")
    assert detail.count() == 1
    assert "bob" in detail.inner_text()
    page.fill("#segment-search", "")
    assert page.locator("#segment-table > tbody:visible").count() == groups.count()


def test_segments_are_sorted(browser, six_customers):
    page = Opened(browser, six_customers.page, DESK).page
    head = page.locator("#segment-table > thead th", has_text="Net revenue")
    revenue = "[...document.querySelectorAll('#segment-table > tbody > tr:first-child > td:nth-child(5)')].map((c) => +c.dataset.value)"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    down = page.evaluate(revenue)
    assert down == sorted(down, reverse=True)
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(revenue) == down[::-1]
    page.context.close()


def test_a_figure_says_what_it_means(opened):
    page = opened.page
    term = page.locator(".figures .term").first
    assert page.locator("#tip").is_hidden()
    term.focus()
    assert page.inner_text("#tip").startswith("Orders as placed")
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    term.hover()
    assert page.locator("#tip").is_visible()


def test_a_mark_says_what_it_shows(opened):
    page = opened.page
    page.locator("#revenue-by-month svg:visible [data-tip]").first.hover()
    assert "2026" in page.inner_text("#tip")


@pytest.mark.parametrize(("kind", "beginning"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_pictures_are_saved(opened, kind, beginning, tmp_path):
    with opened.page.expect_download() as waiting:
        opened.page.locator(f"#revenue-by-month button[data-saves={kind}]").click()
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    assert saved.name == f"revenue-by-month.{kind}"
    assert saved.read_bytes().startswith(beginning)
    assert saved.stat().st_size > 2_000
    assert opened.said == []


def test_the_numbers_are_saved(opened, six_customers, tmp_path):
    import json

    with opened.page.expect_download() as waiting:
        opened.page.locator("button[data-numbers]").click()
    waiting.value.save_as(tmp_path / "report.json")
    assert json.loads(tmp_path.joinpath("report.json").read_text("utf-8")) == six_customers.summary


def test_it_prints_in_pages_and_cuts_no_picture(browser, six_customers):
    opened = Opened(browser, six_customers.page, DESK)
    paper = opened.page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") >= 4 or paper.count(b"/Type /Page ") >= 4
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 680, "height": 962})  # A4 less its margins, in CSS pixels
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 680
    assert opened.page.locator(".contents").is_hidden()
    tallest = opened.page.evaluate(
        "Math.max(...[...document.querySelectorAll('figure')].map((figure) => figure.offsetHeight))"
    )
    assert tallest < 962
    opened.context.close()


def test_without_script_everything_is_there(browser, six_customers):
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    page.goto(six_customers.page.absolute().as_uri())
    assert page.locator("#segment-table .detail:visible").count() > 2
    assert page.locator("#segment-search").is_hidden()
    context.close()


def test_the_keyboard_reaches_what_the_mouse_does(opened):
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#segment-table th button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#segment-table th").first.get_attribute("aria-sort") == "ascending"

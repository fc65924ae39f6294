"""The page in a real browser, on a desk and on a phone."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(params=["desk", "phone"])
def opened(open_report, six_customers, request):
    return open_report(six_customers.page, request.param)


@pytest.fixture
def on_desk(open_report, six_customers):
    return open_report(six_customers.page, "desk")


def test_it_is_quiet_asks_nobody_and_fits(opened):
    opened.everything_open()
    assert opened.said == []
    assert opened.asked == [opened.page.url]
    assert opened.is_as_wide_as_its_window()


def test_everything_can_be_read(opened):
    opened.everything_open()
    assert opened.smallest_letter() >= 12
    assert opened.low_contrast() == []
    assert opened.cut_letters() == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_predictions_and_their_proof_can_be_read(open_report, predicted, size):
    opened = open_report(predicted.page, size)
    page = opened.page
    opened.everything_open()
    assert opened.said == []
    assert opened.is_as_wide_as_its_window()
    assert opened.smallest_letter() >= 12
    assert opened.low_contrast() == []
    assert opened.cut_letters() == []
    page.locator("#at-risk-table td[data-label='Revenue at risk']").first.hover()
    assert page.inner_text("#tip").startswith("Probability not to order")
    page.locator("#revenue-forecast svg:visible path[data-tip]").last.hover()
    assert "expected\nIn all £100, eight times in ten £80 to £130" in page.inner_text("#tip")


def test_customers_at_risk_are_sorted(open_report, predicted):
    page = open_report(predicted.page, "desk").page
    page.locator("#at-risk-table thead button", has_text="Likely not to order").click()
    first = page.locator("#at-risk-table tbody tr").first
    assert "fay" in first.inner_text()


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


def test_segments_are_sorted(on_desk):
    page = on_desk.page
    head = page.locator("#segment-table > thead th", has_text="Net revenue")
    revenue = "[...document.querySelectorAll('#segment-table > tbody > tr:first-child > td:nth-child(5)')].map((c) => +c.dataset.value)"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    down = page.evaluate(revenue)
    assert down == sorted(down, reverse=True)
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(revenue) == down[::-1]


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


def test_it_prints_in_pages_and_cuts_no_picture(on_desk):
    page = on_desk.page
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") >= 4 or paper.count(b"/Type /Page ") >= 4
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 962})  # A4 less its margins, in CSS pixels
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.locator(".contents").is_hidden()
    tallest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('figure')].map((figure) => figure.offsetHeight))"
    )
    assert tallest < 962


def test_without_script_everything_is_there(browser, six_customers):
    context = browser.new_context(java_script_enabled=False)
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

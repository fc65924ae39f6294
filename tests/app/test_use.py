"""The app as people use it: look up, choose, take along; and what it says when something is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.app.test_pages import PAGES, broken

from regulars.app.access import hash_password
from regulars.publish.current import CURRENT_FILE
from regulars.publish.reader import Reader
from regulars.terms.places import Places

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def best(shop_root):
    """Return the customer with the most at risk."""
    with Reader.open(Places(shop_root)) as reader:
        query = "SELECT customer_id FROM predictions ORDER BY revenue_at_risk DESC NULLS LAST, customer_id LIMIT 1"
        return reader.sql(query).to_pylist()[0]["customer_id"]


def figure(page, label: str) -> str:
    return (
        page.locator("[data-testid=stMetric]", has_text=label)
        .locator("[data-testid=stMetricValue]")
        .inner_text()
    )


def test_a_customer_is_looked_up_and_the_url_opens_the_same_view(window, best):
    seen = window()
    seen.open("/customers", "Customers")
    field = seen.page.get_by_label("Customer id, name")
    field.fill(best)
    field.press("Enter")
    seen.page.get_by_role("heading", level=2, name=best).wait_for()
    assert f"customer={best}" in seen.page.url
    assert "%" in figure(seen.page, "Likely not to order")
    assert "£" in figure(seen.page, "Revenue to date")
    seen.page.get_by_role("heading", name="Orders, returns").wait_for()
    again = window()
    again.open(f"/customers?customer={best}&rows=order_lines")
    again.page.get_by_role("heading", level=2, name=best).wait_for()
    again.page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stSelectbox]')].some((one) => one.innerText.includes('Order lines') || one.querySelector('input')?.value === 'Order lines')"
    )
    assert seen.said + again.said == []


def test_nobody_of_that_name(window):
    seen = window()
    seen.open("/customers?customer=zzzz-nobody")
    assert "Nobody fits" in seen.page.locator("[data-testid=stAlert]").inner_text()


def test_a_row_of_the_list_opens_the_customer(window):
    seen = window()
    seen.open("/customers", "Customers")
    rows = seen.page.locator("[data-testid=stDataFrame]").first
    rows.wait_for()
    seen.page.wait_for_timeout(1_000)
    box = rows.bounding_box()
    seen.page.mouse.click(box["x"] + 18, box["y"] + 53)
    seen.page.wait_for_url("**/customers?customer=*")
    seen.page.get_by_role("heading", level=2, name="The rows behind").wait_for()
    assert seen.said == []


def test_a_segment_leads_to_its_customers(window):
    seen = window()
    seen.open("/segments?segment=Lost")
    seen.page.get_by_role("link", name="All of Lost").click()
    seen.settle("Customers")
    assert "segment=Lost" in seen.page.url


def test_what_to_do_first_leads_to_whom_it_is_about(window):
    seen = window()
    seen.open("/", PAGES[""])
    first = seen.page.get_by_role("heading", level=2).first
    assert first.inner_text() == "What to do first"
    seen.page.get_by_role("link", name="See the").first.click()
    seen.settle(PAGES["insights"])
    assert "finding=" in seen.page.url
    seen.page.locator("[data-testid=stDataFrame]").first.wait_for()
    assert seen.page.locator("[data-testid=stExpander]").count() == 1


def test_a_risk_narrows_the_list_and_stands_in_the_url(window, shop_root):
    with Reader.open(Places(shop_root)) as reader:
        query = "SELECT risk_band, count(*) AS n FROM predictions WHERE risk_band IS NOT NULL GROUP BY 1 HAVING n < 50 ORDER BY 1 LIMIT 1"
        band = reader.sql(query).to_pylist()[0]
    seen = window()
    seen.open(f"/customers?risk={band['risk_band']}", "Customers")
    seen.page.locator("[data-testid=stDataFrame]").first.wait_for()
    rows = seen.page.locator("[data-testid=stDataFrame] [role=grid]").first.get_attribute("aria-rowcount")
    assert int(rows) == band["n"] + 1


def test_a_threshold_changes_whom_to_write_to(window):
    seen = window()
    seen.open("/proof?threshold=0", PAGES["proof"])
    everybody = int(figure(seen.page, "Written to").replace(",", ""))
    slider = seen.page.get_by_role("slider", name="Write from this probability")
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    seen.page.wait_for_function("location.search === '?threshold=30'")
    seen.settle()
    assert int(figure(seen.page, "Written to").replace(",", "")) < everybody
    assert seen.said == []


def test_any_stretch_of_the_week_has_its_share(window):
    seen = window()
    seen.open("/rhythm", PAGES["rhythm"])
    seen.page.get_by_text("Monday to Friday, 9–17").wait_for()
    seen.page.get_by_role("button", name="Mon", exact=True).click()
    share = seen.page.get_by_text("Tuesday to Friday, 9–17")
    share.wait_for()
    assert "falls into both" in share.inner_text()
    again = window()
    again.open(seen.page.url.removeprefix(seen.app.url), PAGES["rhythm"])
    again.page.get_by_text("Tuesday to Friday, 9–17").wait_for()
    assert seen.said + again.said == []


@pytest.mark.parametrize("campaign", [None, "own"])
def test_an_audience_is_saved_with_its_hold_out(window, campaign, tmp_path):
    seen = window()
    seen.open(
        "/campaigns" + (f"?campaign={campaign}&least=0&risk=0&risk=100" if campaign else ""),
        PAGES["campaigns"],
    )
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Save the list with its hold-out").click()
    waiting.value.save_as(tmp_path / "list.csv")
    head, *lines = tmp_path.joinpath("list.csv").read_text("utf-8").splitlines()
    assert head.startswith("arm,customer_id")
    arms = [line.split(",")[0] for line in lines]
    assert {"treat", "control"} == set(arms)
    assert arms == sorted(arms, reverse=True)


def test_viewers_see_and_editors_export(window, start, shop_root):
    app = start(
        shop_root,
        REGULARS_APP__VIEWER_PASSWORD_HASH=hash_password("viewers may look"),
        REGULARS_APP__EDITOR_PASSWORD_HASH=hash_password("editors may export"),
    )
    seen = window(app)
    seen.open("/campaigns", "Sign in")
    assert "Whom to write to" not in seen.page.content()
    for password, exports in (("let me in", None), ("viewers may look", False), ("editors may export", True)):
        seen.page.get_by_label("Password").first.fill(password)
        seen.page.get_by_role("button", name="Sign in").click()
        if exports is None:
            seen.page.locator("[data-testid=stAlert]").wait_for()
            continue
        seen.settle(PAGES["campaigns"])
        assert (seen.page.get_by_role("button", name="Save").count() > 0) is exports
        seen.page.get_by_role("button", name="Sign out").click()
        seen.settle("Sign in")


def test_a_new_release_shows_without_a_restart(window, start, shop_root, tmp_path):
    root = Path(shutil.copytree(shop_root, tmp_path / "shop"))
    old = (root / "releases" / CURRENT_FILE).read_text().strip()
    seen = window(start(root))
    seen.open("/", PAGES[""])
    assert old in seen.page.content()
    new = old[:-3] + f"{(int(old[-3:]) + 1) % 1000:03d}"
    folder = Path(shutil.copytree(root / "releases" / old, root / "releases" / new))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"id": new}), "utf-8")
    (root / "releases" / CURRENT_FILE).write_text(new)
    seen.page.get_by_role("link", name="Customers").first.click()
    seen.page.get_by_text(new).first.wait_for()


def test_it_starts_without_a_release_and_says_what_to_do(window, start, tmp_path):
    seen = window(start(tmp_path / "empty"))
    seen.open("/", "Nothing has been published yet")
    assert "regulars run orders.csv" in seen.page.content()
    seen.open("/customers", "Nothing has been published yet")


def test_a_release_that_lacks_tables_gives_sentences(window, start, six_customers):
    seen = window(start(six_customers.folder.parents[1]))
    for place in PAGES:
        seen.open(f"/{place}")
        assert broken(seen.page) == 0, place
    seen.open("/customers?customer=ann")
    assert broken(seen.page) == 0
    assert seen.said == []

"""What is worked out when a customer is looked up: reasons that no run kept, and orders newer than the release."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.app.test_use import figure

from regulars.app.source import Shelf
from regulars.publish.intake import COLUMNS, LiveOrder, take_in
from regulars.publish.state import State
from regulars.terms.places import Places

browser_test = pytest.mark.browser

BY_REASONS = """
SELECT customer_id FROM predictions
WHERE (customer_id IN (SELECT customer_id FROM reasons)) = $kept AND p_churn IS NOT NULL
ORDER BY customer_id LIMIT 1
"""


@pytest.fixture(scope="module")
def release(shop_root):
    shelf = Shelf(Places(shop_root))
    yield shelf.current()
    shelf.close()


def somebody(release, *, with_reasons: bool) -> str:
    return release.reader.sql(BY_REASONS, {"kept": with_reasons}).to_pylist()[0]["customer_id"]


def test_reasons_on_demand_are_those_of_the_run(release):
    who = somebody(release, with_reasons=True)
    kept, found = release.customer(who)["reasons"], release.reasons(who)
    names = ("target", "rank", "feature", "sentence")
    assert [[row[name] for name in names] for row in found] == [[row[name] for name in names] for row in kept]


@browser_test
def test_a_customer_without_kept_reasons_has_them_too(window, release):
    who = somebody(release, with_reasons=False)
    assert release.customer(who)["reasons"] == []
    seen = window()
    seen.open(f"/customers?customer={who}")
    seen.page.get_by_role("heading", name="Why this risk").wait_for()
    assert release.reasons(who)[0]["sentence"] in seen.page.locator("[data-testid=stMain]").inner_text()


@browser_test
def test_orders_newer_than_the_release_are_marked_and_counted(window, release, shop_root):
    who = somebody(release, with_reasons=False)
    product = release.rows_of("order_lines", who)[0]["product_id"]
    at = (release.cutoff.at + timedelta(days=2, hours=11)).isoformat()
    sent = []
    for order_id, customer_id in (("L-1", who), ("L-2", "a new face")):
        line = dict.fromkeys(COLUMNS) | {"order_id": order_id, "customer_id": customer_id, "ordered_at": at}
        line |= {"product_id": product, "quantity": "2", "unit_price": "9.50"}
        sent.append(LiveOrder(order_id, customer_id, at, (line,)))
    before = release.customer(who)["predictions"]["p_churn"]
    with State.open(Places(shop_root)) as state:
        take_in(state, sent)

    document = release.customer(who)
    assert document["predictions"]["p_churn"] != before
    assert document["features"]["days_since_last_order"] <= 1
    seen = window()
    seen.open(f"/customers?customer={who}")
    said = seen.page.locator("[data-testid=stAlert]").inner_text()
    assert "1 order newer than the release" in said.replace("\u00a0", " ")
    assert "£19.00" in said
    assert "Striped bars are newer" in seen.page.locator("[data-testid=stMain]").inner_text()
    shown = figure(seen.page, "Likely not to order")
    assert shown.strip("%\u00a0 ") == f"{document['predictions']['p_churn'] * 100:.0f}"
    seen.open("/customers?customer=a new face&rows=features")
    seen.page.get_by_role("heading", level=2, name="a new face").wait_for()
    assert seen.said == []

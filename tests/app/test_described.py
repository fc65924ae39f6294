"""A release of customers alone: every page opens, says what is not there, and shows the outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.app.conftest import App, Window
from tests.app.test_pages import PAGES, broken
from tests.outcomes.customers import shop, write

from regulars import flow

pytestmark = pytest.mark.browser


def test_every_page_opens_where_no_order_is_known(browser: Any, tmp_path: Path) -> None:
    flow.run(tmp_path / "shop", [write(tmp_path / "customers.csv", shop(120))])
    app = App(tmp_path / "shop")
    seen = Window(browser, app)
    try:
        for place, heading in PAGES.items():
            seen.open(f"/{place}", heading)
            assert broken(seen.page) == 0, place
        seen.open("/", PAGES[""])
        assert "no order is known" in seen.page.locator("body").inner_text()
        seen.open("/proof", PAGES["proof"])
        seen.page.get_by_text("The column churned.").first.wait_for()
        seen.open("/customers?customer=c0003", PAGES["customers"])
        seen.page.get_by_text("Why: Churned").first.wait_for()
        assert broken(seen.page) == 0
        assert seen.said == []
    finally:
        seen.context.close()
        app.stop()

"""The page: alone in its file, safe with any data, and with an answer for every shop."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from regulars.publish.report.html import render
from regulars.testing.shops import six_customer_orders

HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE customers; --",
    "</script><img src=x onerror=alert(1)>",
    "مرحبا 🛒",
    "=1+1",
]


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for found, attrs in self.found if found == tag]


def line(order, customer, at, amount=10, **more):
    return {
        "order_id": order, "customer_id": customer, "ordered_at": at, "product_id": "P", "description": "Thing",
        "quantity": Decimal(1), "unit_price": Decimal(amount), "country": "France", **more,
    }  # fmt: skip


@pytest.fixture(params=["six_customers", "predicted"])
def report(request):
    return request.getfixturevalue(request.param)


def test_nothing_is_fetched(report):
    page = Elements(report.html)
    for tag, attrs in page.found:
        for name in ("src", "href", "xlink:href", "action", "poster", "srcset"):
            value = attrs.get(name)
            assert value is None or value.startswith(("#", "data:,")), (tag, name, value)
    assert "@import" not in report.html
    assert not re.search(r"url\((?!#)", report.html)


def test_the_policy_names_the_script_and_the_style_and_forbids_the_rest(six_customers):
    import base64
    import hashlib

    policy = next(m["content"] for m in Elements(six_customers.html).all("meta") if m.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", six_customers.html, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [attrs for _, attrs in Elements(six_customers.html).found if "style" in attrs]
    assert not [
        name for _, attrs in Elements(six_customers.html).found for name in attrs if name.startswith("on")
    ]


def test_identifiers_are_unique_and_references_lead_somewhere(report):
    elements = Elements(report.html).found
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    wanted = {
        name
        for _, attrs in elements
        for key in (
            "aria-labelledby",
            "aria-describedby",
            "aria-controls",
            "for",
            "data-filters",
            "data-opens",
        )
        for name in (attrs.get(key) or "").split()
    } | {attrs["href"][1:] for _, attrs in elements if (attrs.get("href") or "").startswith("#")}
    assert wanted <= set(ids)


def test_the_page_says_its_language_and_every_picture_its_name(report):
    page = Elements(report.html)
    assert page.all("html")[0]["lang"] == "en"
    images = [attrs for attrs in page.all("svg") if attrs.get("role") == "img"]
    assert images
    assert all(attrs.get("aria-labelledby") for attrs in images)
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th"))


def test_customers_may_be_called_anything(report_of):
    start = datetime(2026, 1, 1, 9)
    orders = [
        line(
            f"{name}-{number}",
            name,
            start + timedelta(days=20 * number + place),
            country=name,
            amount=10 + place,
        )
        for place, name in enumerate(HOSTILE)
        for number in range(3)
    ]
    report = report_of(orders, name="<b>Shop</b>")
    page = Elements(report.html)
    assert len(page.all("script")) == 2
    assert not page.all("img")
    assert not page.all("b")
    numbers = re.search(r'<script type="application/json" id="numbers">(.*?)</script>', report.html, re.S)[1]
    assert json.loads(numbers) == report.summary
    customers = {who["customer_id"] for row in report.summary["segments"]["rows"] for who in row["customers"]}
    assert customers == set(HOSTILE)


NOON = datetime(2026, 1, 5, 12)
SHOPS = {
    "one customer, one order": [line("1", "a", NOON)],
    "no customer ids": [line(str(n), None, NOON + timedelta(days=n)) for n in range(40)],
    "one month": [line(str(n), f"c{n % 7}", NOON + timedelta(hours=7 * n)) for n in range(40)],
    "no countries": [
        line(str(n), f"c{n % 7}", NOON + timedelta(days=9 * n), country=None) for n in range(40)
    ],
    "no products": [
        line(str(n), f"c{n % 7}", NOON + timedelta(days=9 * n), product_id=None, description=None)
        for n in range(40)
    ],
    "everything taken back": [
        line("1", "a", NOON),
        line("C1", "a", NOON + timedelta(hours=1), quantity=Decimal(-1)),
    ],
    "everybody equal": [line(str(n), f"c{n}", NOON + timedelta(days=n)) for n in range(30)],
}


@pytest.mark.parametrize("orders", SHOPS.values(), ids=SHOPS)
def test_every_shop_gets_an_answer(report_of, orders):
    report = report_of(orders)
    summary, page = report.summary, report.html
    for section in (
        "segments",
        "revenue",
        "cohorts",
        "rhythm",
        "concentration",
        "geography",
        "distributions",
        "relationships",
    ):
        assert f'<section id="{section}"' in page
        if summary[section]["missing"]:
            assert summary[section]["missing"].split("'")[0] in page
    for word in (">None<", "nan", "NaN", ">inf<", "Undefined"):
        assert word not in re.sub(r"<style>.*?</style>|<script.*?</script>", "", page, flags=re.S)


def test_a_source_with_dates_only_gets_weekdays(report_of):
    start = datetime(2026, 1, 5)
    report = report_of(
        [line(str(n), f"c{n % 5}", start + timedelta(days=3 * n)) for n in range(40)], has_hours=False
    )
    assert report.summary["rhythm"]["has_hours"] is False
    assert "the source has no hours" in report.html
    assert any("dates only" in sentence for sentence in report.summary["release"]["unknown"])


def test_the_shops_currency_is_used(report_of):
    report = report_of(six_customer_orders(), currency="EUR")
    assert "€" in report.html
    assert "£" not in report.html


def test_a_currency_that_nobody_named_is_not_shown_as_a_code(report_of):
    report = report_of(six_customer_orders(), currency="XXX")
    assert "in XXX" not in report.html
    assert any("set currency under [shop]" in sentence for sentence in report.summary["release"]["unknown"])


def test_the_page_follows_from_the_summary_alone(report):
    assert render(report.summary) == report.html

"""What is bought together, on the page."""

from __future__ import annotations

from importlib.resources import files
from json import loads

import jsonschema
import pytest
from tests.describe.basket_shops import basket

SCHEMA = loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))
NAMES = {
    "T1": "Red bag",
    "T2": "Blue bag",
    "T3": "Owl bag",
    "K1": "Metal sign",
    "K2": "Beach sign",
    "K3": "Pub <b>sign</b>",
}


def shop() -> list[dict]:
    """Return forty baskets: bags T1 and T2 always together, the metal sign with the pub sign, the rest alone."""
    sets = [["T1", "T2"]] * 12 + [["K1", "K3"]] * 12 + [["T3", "K2"]] * 2 + [["T3"]] * 7 + [["K2"]] * 7
    return [
        row | {"description": NAMES[row["product_id"]]}
        for number, products in enumerate(sets)
        for row in basket(number, products, f"c{number % 9}")
    ]


@pytest.fixture(scope="module")
def report(report_of):
    return report_of(shop())


def test_the_summary_has_the_documented_form(report, six_customers):
    jsonschema.validate(report.summary, SCHEMA)
    jsonschema.validate(six_customers.summary, SCHEMA)


def test_the_strongest_pair_is_told_with_its_money(report):
    section = report.summary["baskets"]
    first = section["pairs"][0]
    assert {first["antecedent"], first["consequent"]} == {"K1", "K3"}
    assert (first["support_count"], first["revenue"], first["rule_confidence"]) == (12, 48, 1)
    assert "100\u00a0% have" in section["sentence"]
    assert "£48 of these two" in section["sentence"]
    assert len(section["pairs"]) == 2
    assert '<figure id="basket-pairs"' in report.html


def test_categories_are_shown_with_how_they_were_found(report):
    section = report.summary["baskets"]
    assert [(row["category_a"], row["category_b"], row["n_baskets"]) for row in section["matrix"]] == [
        ("Bag", "Sign", 2)
    ]
    assert [(row["category"], row["n_products"]) for row in section["kinds"]] == [("Bag", 3), ("Sign", 3)]
    assert any("whole words of descriptions" in note for note in section["notes"])
    assert '<figure id="category-matrix"' in report.html
    assert '<figure id="segment-categories"' in report.html


def test_names_of_products_are_only_text(report):
    assert "<b>sign</b>" not in report.html


def test_the_definitions_are_there(report):
    labels = {word["figure"] for word in report.summary["definitions"]}
    assert {"rule_lift", "rule_lift_damped", "lift_same_size", "index_to_shop", "basket"} <= labels


def test_without_products_baskets_are_off(report_of):
    rows = [row | {"product_id": None, "description": None} for row in shop()]
    report = report_of(rows)
    jsonschema.validate(report.summary, SCHEMA)
    assert (
        report.summary["baskets"]["missing"] == "Baskets are off: no line before the cut-off names a product."
    )
    assert "Baskets are off" in report.html
    assert '<figure id="basket' not in report.html


def test_baskets_of_one(report_of):
    report = report_of([row for row in shop() if row["product_id"] in {"T3", "K2"}][4:])
    section = report.summary["baskets"]
    assert (
        section["sentence"] == "No two products are in the same basket more often than chance would have it."
    )
    assert "Every basket holds a single product, so nothing is bought together." in section["notes"]
    assert section["pairs"] == []


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_can_be_read(report, open_report, size):
    page = open_report(report.page, size)
    assert page.low_contrast() == []
    assert page.cut_letters() == []

"""The summary of the six-customer shop, worked out on paper in `regulars.testing.shops`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from regulars.testing.shops import six_customer_orders

SCHEMA = json.loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_summary_has_the_documented_form(six_customers):
    jsonschema.validate(six_customers.summary, SCHEMA)


def test_the_schema_refuses_what_it_does_not_know(six_customers):
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(six_customers.summary | {"surprise": 1}, SCHEMA)


def test_figures_on_top(six_customers):
    figures = {figure["figure"]: figure["value"] for figure in six_customers.summary["key_figures"]}
    # placed 810.00, given back 608.00; ann, bob, dan and fay have an order that stands
    assert figures["revenue"] == 202.00
    assert figures["n_customers"] == 4
    # A1 A2 A3, B1, D1 D2, F1 F2 F3, U1; not C1, which was taken back in full
    assert figures["n_orders"] == 10
    assert figures["revenue_per_customer"] == 192 / 4
    assert figures["untracked_share"] == pytest.approx(10 / 810)


def test_headlines_say_money_and_where_to_look(six_customers):
    summary = six_customers.summary
    headlines = {headline["key"]: headline for headline in summary["headlines"]}
    # bob alone has ordered once: 50.00
    assert headlines["one_time_buyers"]["money"] == 50.00
    assert "1\u00a0customer (25\u00a0%) has ordered once" in headlines["one_time_buyers"]["sentence"]
    assert headlines["untracked_revenue"]["money"] == 10.00
    assert headlines["returns"]["money"] == 608.00
    for headline in headlines.values():
        assert headline["section"] in summary
        assert headline["action"]


def test_segments_hold_everybody_once(six_customers):
    segments = six_customers.summary["segments"]["rows"]
    assert sum(row["n_customers"] for row in segments) == 6
    assert sum(row["revenue"] for row in segments) == 192.00
    customers = [who["customer_id"] for row in segments for who in row["customers"]]
    assert sorted(customers) == ["ann", "bob", "cat", "dan", "eve", "fay"]
    assert {who["customer_id"]: who["last_order_on"] for row in segments for who in row["customers"]} == {
        "ann": "2026-02-09", "bob": "2026-02-14", "cat": None, "dan": "2026-02-28", "eve": None, "fay": "2026-02-21",
    }  # fmt: skip


def test_months_add_up_to_the_whole(six_customers):
    months = six_customers.summary["revenue"]["rows"]
    assert [row["month"] for row in months] == ["2026-01-01", "2026-02-01"]
    # January: A1 28 + A2 30 + D1 16 + F1 12.50 + F2 12; nothing came back before February
    assert months[0]["revenue"] == 98.50
    assert sum(row["revenue"] for row in months) == 202.00
    assert months[1]["untracked_share"] == pytest.approx(10 / 711.50)


def test_what_is_not_known_is_said(six_customers):
    unknown = " ".join(six_customers.summary["release"]["unknown"])
    for word in ("prediction", "no customer is named", "no costs", "no consent"):
        assert word in unknown
    assert "dates only" not in unknown


def test_where_to_name_the_currency_is_said_in_plain_text(report_of):
    (said,) = [
        sentence
        for sentence in report_of(six_customer_orders(), currency=None).summary["release"]["unknown"]
        if sentence.startswith("The currency")
    ]
    assert "under [shop] in regulars.toml" in said
    assert "`" not in said


def test_what_counts_as_revenue_is_said_as_the_run_had_it(six_customers):
    assert six_customers.summary["release"]["revenue_rule"] == (
        "Product, manual, discount, sample and voucher lines count; shipping and fee are kept beside revenue as charges; "
        "prices are taken as without tax."
    )


def test_every_figure_shown_has_a_definition(six_customers):
    summary = six_customers.summary
    defined = {row["figure"] for row in summary["definitions"]}
    shown: list[dict[str, Any]] = [*summary["key_figures"]]
    for row in summary["segments"]["rows"]:
        shown += row["profile"]
    assert {figure["figure"] for figure in shown} <= defined

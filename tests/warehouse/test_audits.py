"""Questions whose answer is the bad rows: each finds what was planted and nothing in a clean shop."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, NotFound
from regulars.ingest.currency import shop_currency
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows, six_customer_orders
from regulars.warehouse.audit_catalog import QUESTIONS
from regulars.warehouse.audits import audit, audit_rows
from regulars.warehouse.build import build
from regulars.warehouse.data_audit import DataAudit


def asked(*rows: dict[str, Any], settings: Settings | None = None) -> tuple[DuckDBEngine, DataAudit]:
    """Build a shop of rows beside one plain order, and ask everything."""
    engine = DuckDBEngine(threads=1)
    land_rows(engine, [line("plain"), *rows])
    build(engine, settings or Settings())
    return engine, audit(engine, settings or Settings())


def line(order_id: str, **given: Any) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "customer_id": "ann",
        "ordered_at": datetime(2026, 1, 5, 10),
        "product_id": "TEA-1",
        "description": "Green tea",
        "quantity": Decimal(1),
        "unit_price": Decimal(10),
        **given,
    }


def test_a_clean_order_has_nothing_wrong() -> None:
    _, found = asked()
    assert found.score == 100
    assert {finding.severity for finding in found.findings} == {"good"}
    assert found.fixes == []


PLANTED = {
    "untracked_revenue": [line("A", customer_id=None)],
    "duplicate_lines": [line("A"), line("A")],
    "cancelled_orders": [line("A"), line("B", quantity=Decimal(-1), ordered_at=datetime(2026, 2, 1))],
    "cancelled_within_an_hour": [
        line("A"),
        line("B", quantity=Decimal(-1), ordered_at=datetime(2026, 1, 5, 11)),
    ],
    "returns_without_order": [line("A", product_id="CUP-9", quantity=Decimal(-1))],
    "non_product_lines": [line("A"), line("A", product_id="POST", description="Postage")],
    "adjustments": [line("A", product_id="B", description="Adjust bad debt")],
    "unusable_prices": [line("A", unit_price=Decimal(0))],
    "extreme_quantities": [line("A", quantity=Decimal(10_000))],
    "test_customers": [line("A", customer_id="Test 7")],
    "not_orders": [line("A", status="Draft")],
    "unmapped_statuses": [line("A", status="sent by pigeon")],
    "unusable_rows": [line("A", quantity=Decimal(0))],
    "future_dates": [line("A", ordered_at=datetime(2030, 1, 1))],
    "ancient_dates": [line("A", ordered_at=datetime(1970, 1, 1))],
    "missing_descriptions": [line("A", description=None)],
    "product_meanings": [line("A", ordered_at=datetime(2026, 1, 6), description="Garden gnome")],
    "order_meanings": [line("A"), line("A", customer_id="bob")],
    "similar_ids": [line("A", customer_id="Ann")],
    "country_conflicts": [
        line("A", country="France"),
        line("B", country="France"),
        line("C", country="Peru"),
    ],
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found(name: str) -> None:
    engine, found = asked(*PLANTED[name])
    assert found[name].n_rows == (2 if name == "order_meanings" else 1)
    assert found[name].severity in ("note", "warning")
    assert "{" not in found[name].sentence + found[name].hint
    assert len(audit_rows(engine, name, Settings())) == 1


def test_an_order_cancelled_nobody_knows_when_was_not_cancelled_within_the_hour() -> None:
    told = [
        line("A", status="cancelled"),  # no time of the change
        line("B", status="cancelled", updated_at=datetime(2026, 1, 5, 10, 40)),
        line("C", status="cancelled", updated_at=datetime(2026, 1, 5, 15)),
    ]
    engine, _ = asked(*told)
    within = audit_rows(engine, "cancelled_within_an_hour", Settings()).to_pylist()
    assert [row["about"] for row in within] == ["order B of customer ann, after 40 minutes"]
    ended = audit_rows(engine, "cancelled_orders", Settings()).to_pylist()
    assert sorted(row["about"] for row in ended) == [
        "order A of customer ann",
        "order B of customer ann, after 40 minutes",
        "order C of customer ann, after 5 hours",
    ]


def test_repeated_and_replaced_loads_are_found() -> None:
    engine = DuckDBEngine()
    land_rows(engine, [line("A"), line("B")], load_id=1)
    land_rows(engine, [line("A"), line("B", quantity=Decimal(3))], load_id=2)
    build(engine, Settings())
    found = audit(engine, Settings())
    assert (found["repeated_loads"].n_rows, found["replaced_orders"].n_rows) == (1, 1)
    assert found["replaced_orders"].money == Decimal(10)  # the B of one unit


def test_unreadable_rows_are_found_by_reason() -> None:
    engine = DuckDBEngine()
    land_rows(engine, [line("A")])
    engine.execute(
        "INSERT INTO raw_rejects VALUES (1, NULL, 2, 'date_unreadable', 'InvoiceDate: soon', '{\"InvoiceDate\": \"soon\"}')"
    )
    build(engine, Settings())
    found = audit(engine, Settings())
    assert found["unreadable_rows"].sentence == "1 row set aside as unreadable: date_unreadable (1 row)"
    assert (found.rows_in, found.rows_kept, found.rows_set_aside) == (2, 1, 1)


def missing_days(*rows: dict[str, Any]) -> tuple[list[str], DataAudit]:
    engine, found = asked(*rows)
    return [row["about"] for row in audit_rows(engine, "missing_days", Settings()).to_pylist()], found


def day_of_orders(day: int, n_orders: int) -> list[dict[str, Any]]:
    at = datetime(2026, 1, 5, 12) + timedelta(days=day)
    return [line(f"{day}-{number}", ordered_at=at) for number in range(n_orders)]


def test_a_day_is_missing_when_its_weekday_usually_sells() -> None:
    week_days = [day for day in range(40) if day % 7 < 5 and day != 16]  # but not Wednesday the 21st
    days = [row for day in week_days if day < 26 for row in day_of_orders(day, 10)]
    assert missing_days(*days)[0] == []  # one of four Wednesdays
    days = [row for day in week_days for row in day_of_orders(day, 10)]
    about, found = missing_days(*days)
    assert about == ["2026-01-21"]
    assert found["missing_days"].money == Decimal(100)


def test_days_that_chance_leaves_empty_are_not_missing() -> None:
    """A shop of two orders a day was told that every seventh day is missing from its export."""
    per_day = np.random.default_rng(7).poisson(2, 300)
    assert (per_day == 0).sum() > 20
    days = [row for day, n in enumerate(per_day) for row in day_of_orders(day, n)]
    assert missing_days(*days)[0] == []


def test_days_without_orders_are_held_against_the_shop_as_it_was_then() -> None:
    per_day = [0 if day % 8 == 3 else 1 for day in range(100)] + [20] * 200
    days = [row for day, n in enumerate(per_day) for row in day_of_orders(day, n)]
    assert missing_days(*days)[0] == []


def test_a_stretch_is_missing_that_chance_would_not_leave_empty() -> None:
    per_day = np.random.default_rng(7).poisson(3, 300)
    per_day[95], per_day[96:106], per_day[106] = 1, 0, 1
    days = [row for day, n in enumerate(per_day) for row in day_of_orders(day, n)]
    first = date(2026, 1, 5) + timedelta(days=96)
    assert sorted(missing_days(*days)[0]) == [str(first + timedelta(days=more)) for more in range(10)]


def test_findings_with_most_money_come_first_and_so_do_their_fixes() -> None:
    _, found = asked(
        line("A", customer_id=None, unit_price=Decimal(70)),
        line("B", product_id="POST", unit_price=Decimal(500)),
    )
    assert [finding.audit for finding in found.findings[:2]] == ["non_product_lines", "untracked_revenue"]
    assert found.fixes[0].startswith("check that cleaning.line_rules")


def test_the_score_is_its_formula() -> None:
    # untracked: 30 of 40 in money, 1 of 2 rows; more than 5 % of revenue, so a warning: 100 − 40 × 0.75
    _, found = asked(line("A", customer_id=None, unit_price=Decimal(30)))
    assert found["untracked_revenue"].severity == "warning"
    assert found.score == 70


def test_untracked_revenue_by_month_ends_at_the_cut_off() -> None:
    engine = DuckDBEngine()
    land_rows(engine, six_customer_orders())
    build(engine, Settings())
    months = audit(engine, Settings(), Cutoff.parse("2026-03-01")).untracked_by_month.to_pylist()
    # January 28 + 16 + 30 + 12.50 + 12; February 10 + 28 + 50 + 600 + 12.50 + 11
    assert [(str(row["month"]), row["revenue"], row["untracked_revenue"]) for row in months] == [
        ("2026-01-01", Decimal("98.50"), Decimal(0)),
        ("2026-02-01", Decimal("711.50"), Decimal(10)),
    ]
    assert months[1]["untracked_line_share"] == 1 / 7


def test_an_audit_is_json_and_a_table() -> None:
    engine, found = asked(line("A", customer_id=None))
    told = json.loads(json.dumps(found.to_dict()))
    assert told["money_in"] == "20.0000"
    assert told["findings"][0]["audit"] == "untracked_revenue"
    assert engine.count("audits") == len(QUESTIONS)


def test_no_such_audit() -> None:
    engine, _ = asked()
    with pytest.raises(NotFound, match="no audit 'nonsense'"):
        audit_rows(engine, "nonsense", Settings())


def test_an_empty_shop_can_be_asked() -> None:
    engine = DuckDBEngine()
    land_rows(engine, [])
    build(engine, Settings())
    assert audit(engine, Settings()).score == 100


def test_several_currencies_without_rates_stop_the_build() -> None:
    engine = DuckDBEngine()
    land_rows(engine, [line("A", currency="EUR"), line("B", currency="USD"), line("C", currency="usd")])
    with pytest.raises(InputError, match=r"2 currencies \(EUR, USD\)") as problem:
        build(engine, Settings())
    assert problem.value.hint.endswith('[shop]\ncurrency = "EUR"\nexchange_rates = { USD = 1.0 }')


def test_rates_make_one_currency_of_several() -> None:
    settings = Settings(shop={"currency": "EUR", "exchange_rates": {"USD": 0.9}})  # type: ignore[arg-type]
    engine, _ = asked(line("A", currency="USD", unit_price=Decimal("12.99")), settings=settings)
    assert engine.row("SELECT revenue FROM fct_orders WHERE order_id = 'A'")["revenue"] == Decimal("11.691")


def test_the_currency_is_the_setting_else_that_of_the_data_else_none() -> None:
    engine, _ = asked(line("A", currency="sek"))
    assert shop_currency(engine, Settings()).code == "SEK"
    assert shop_currency(asked()[0], Settings()).code == "XXX"
    with pytest.raises(InputError, match="no rate for SEK"):
        shop_currency(engine, Settings(shop={"currency": "EUR"}))  # type: ignore[arg-type]


def test_an_audit_shows_itself_in_a_notebook() -> None:
    _, found = asked(line("A", customer_id=None), line("B", customer_id="test <b>"))
    assert repr(found) == "<data audit: score 73 of 100; 3 rows in = 2 kept + 1 set aside; 2 findings>"
    page = found._repr_html_()
    assert "test &lt;b&gt;" in page
    assert page.count("<tr>") == 3

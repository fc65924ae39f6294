"""Every table over the six-customer shop, worked out on paper (testing/shops.py tells what happened)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from regulars.describe.rhythm import CELLS, share_of, window_share
from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.tables import TableSpec


def by(engine: DuckDBEngine, table: str, *keys: str) -> dict[Any, dict[str, Any]]:
    rows = engine.rows(f"SELECT * FROM {table}")
    return {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): row for row in rows}


@pytest.mark.parametrize("spec", [*SEGMENT_TABLES, *DESCRIBE_TABLES], ids=lambda spec: spec.name)
def test_tables_are_what_their_specs_say(six: DuckDBEngine, spec: TableSpec) -> None:
    found = six.rows(f"DESCRIBE {spec.name}")
    assert [(column["column_name"], column["column_type"]) for column in found] == [
        (c.name, c.type) for c in spec
    ]
    keys = ", ".join(spec.key)
    assert six.rows(f"SELECT {keys} FROM {spec.name} GROUP BY {keys} HAVING count(*) > 1") == []
    for column in spec:
        if not column.null_means:
            assert six.rows(f"SELECT 1 FROM {spec.name} WHERE {column.name} IS NULL LIMIT 1") == [], (
                column.name
            )


def test_months_hold_what_was_placed_and_given_back(six: DuckDBEngine) -> None:
    january, february = six.rows("SELECT * FROM revenue_by_month")
    # A1 28 + D1 16 + A2 30 + F1 12.50 + F2 12.00
    assert (january["month"], january["gross_revenue"], january["return_value"]) == (
        date(2026, 1, 1),
        Decimal("98.5"),
        0,
    )
    # U1 10 + A3 28 + B1 50 + C1 600 + F3 12.50 + D2 11; the cup 8 and all of C1 came back
    assert (february["gross_revenue"], february["return_value"]) == (Decimal("711.5"), 608)
    assert (february["revenue"], february["untracked_revenue"]) == (Decimal("103.5"), 10)
    assert january["revenue"] + february["revenue"] == 202
    assert [(m["n_orders"], m["n_customers"], m["n_new_customers"]) for m in (january, february)] == [
        (5, 3, 3), (5, 4, 1),
    ]  # fmt: skip
    # orders begin on the 5th: nobody knows what the first four days held
    assert (january["is_complete"], february["is_complete"]) == (False, True)


def test_cohorts_follow_those_who_kept_something(six: DuckDBEngine) -> None:
    cohorts = by(six, "cohorts", "cohort_month", "period")
    assert set(cohorts) == {(date(2026, 1, 1), 0), (date(2026, 1, 1), 1), (date(2026, 2, 1), 0)}
    second = cohorts[date(2026, 1, 1), 1]
    assert (second["cohort_size"], second["n_customers"], second["retention_rate"]) == (3, 3, 1)
    # ann 28 − 8, dan 11, fay 12.50
    assert second["revenue"] == Decimal("43.5")
    assert second["revenue_retention"] == pytest.approx(43.5 / 98.5)
    assert second["cumulative_revenue_per_customer"] == pytest.approx((98.5 + 43.5) / 3)
    assert cohorts[date(2026, 2, 1), 0]["cohort_size"] == 1  # bob; cat kept nothing
    assert [row["may_be_older"] for row in cohorts.values()] == [True, True, False]


def test_countries_are_those_of_the_orders(six: DuckDBEngine) -> None:
    countries = by(six, "geography", "country")
    home = countries["United Kingdom"]
    assert (home["n_customers"], home["n_orders"], home["gross_revenue"], home["revenue"]) == (3, 7, 773, 165)
    assert home["sales_share"] == pytest.approx(773 / 810)
    assert home["tracked_sales_share"] == pytest.approx(763 / 800)
    assert home["mean_order_value"] == pytest.approx(173 / 7)  # C1 was taken back
    assert countries["France"]["n_customers"] == countries["Germany"]["n_customers"] == 1  # fay, twice


def test_concentration_counts_from_the_top(six: DuckDBEngine) -> None:
    top = by(six, "concentration", "top_pct")
    # ann 78, bob 50, fay 37, dan 27
    assert (top[25]["n_customers"], top[25]["revenue"], top[25]["lowest_revenue"]) == (1, 78, 78)
    assert (top[26]["n_customers"], top[26]["revenue"]) == (2, 128)
    assert (top[0]["revenue_share"], top[100]["revenue_share"]) == (0, 1)
    # Σ (2i − n − 1) x / (n Σ x) over 27, 37, 50, 78
    assert by(six, "shop_facts", "fact")["gini"]["value"] == pytest.approx(
        (-3 * 27 - 37 + 50 + 3 * 78) / (4 * 192)
    )


def test_rhythm_is_the_shops_clock(six: DuckDBEngine) -> None:
    cells = by(six, "rhythm", "segment", "weekday", "hour")
    assert cells["all", 1, 10]["n_orders"] == 2  # A1 and A2, both on a Monday before eleven
    assert cells["all", 1, 13]["n_customers"] == 0  # U1: nobody known
    assert ("all", 5, 9) not in cells  # C1 was taken back
    assert cells["all", 6, 23]["revenue"] == 11  # D2, a minute before midnight
    assert sum(c["n_orders"] for (segment, *_), c in cells.items() if segment == "all") == 10
    assert sum(c["n_orders"] for (segment, *_), c in cells.items() if segment != "all") == 9


def test_a_joint_share_is_less_than_either(six: DuckDBEngine) -> None:
    found = window_share(six, weekdays=(6, 7), hours=(11, 13))
    # Saturdays: 12.50 + 12 + 50 + 12.50 + 16 + 11 = 114 of 210; 11–13 h there: 75
    assert found.revenue_share == pytest.approx(75 / 210)
    assert found.weekday_revenue_share == pytest.approx(114 / 210)
    assert found.order_share == pytest.approx(0.3)
    assert "falls into both" in found.sentence


def test_windows_go_over_the_weekend_and_over_midnight(six: DuckDBEngine) -> None:
    whole = window_share(six, (1, 7))
    assert (whole.revenue_share, whole.n_orders) == (1, 10)
    assert window_share(six, (6, 1)).weekdays == (1, 6, 7)
    assert window_share(six, (6, 1)).revenue_share == window_share(six, [1, 6, 7]).revenue_share
    late = window_share(six, [6], (23, 2))  # D2, a minute before midnight
    assert late.revenue_share == pytest.approx(11 / 210)
    assert window_share(six, [6], (9, 10), segment="nobody").revenue_share is None


@pytest.mark.parametrize(
    ("weekdays", "hours"),
    [([0], (1, 2)), ((5, 8), (1, 2)), ([], (1, 2)), ([1], (5, 5)), ([1], (24, 2)), ([1], (3, 25))],
)
def test_a_window_that_cannot_be_is_refused(six: DuckDBEngine, weekdays: Any, hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="weekdays run from 1 to 7"):
        window_share(six, weekdays, hours)


def test_the_busiest_half_is_the_smallest_that_holds_it(six: DuckDBEngine) -> None:
    first, *others = six.rows("SELECT * FROM rhythm_windows ORDER BY place")
    # Saturdays hold 114 of 210: 12.50 and 12.50 at 11 h, 50 at 12 h, 12 at 15 h, 16 at 16 h, 11 at 23 h; 105 are needed
    assert first["window_name"] == "busiest_half"
    assert first["revenue_share"] >= 0.5
    assert all(
        row["revenue_share"] <= min(row["weekday_revenue_share"], row["hour_revenue_share"]) + 1e-12
        for row in [first, *others]
    )
    assert [row["window_name"] for row in others] == [persona.name for persona in Settings().rhythm.personas]
    cells = six.rows(CELLS, {"segment": "all"})
    brute = min(
        (days * (end - start), first_day, days, start, end)
         for first_day in range(1, 8) for days in range(1, 8) for start in range(24) for end in range(start + 1, 25)
         if (share_of(cells, [(first_day - 1 + ahead) % 7 + 1 for ahead in range(days)], (start, end)).revenue_share or 0) >= 0.5
    )  # fmt: skip
    assert first["week_share"] * 168 == pytest.approx(brute[0])


def test_activation_has_an_interval(six: DuckDBEngine) -> None:
    (february,) = six.rows("SELECT * FROM activation")
    assert (february["n_registered"], february["n_ordered"], february["activation_rate"]) == (1, 0, 0)
    fact = by(six, "shop_facts", "fact")["activation_rate"]
    assert (fact["value"], fact["n"], fact["ci_low"]) == (0, 1, 0)
    assert fact["ci_high"] == pytest.approx(0.793, abs=0.001)


def test_distributions_lose_nobody(six: DuckDBEngine) -> None:
    rows = six.rows("SELECT measure, sum(n) AS n, sum(share) AS share FROM distributions GROUP BY measure")
    assert {row["measure"]: row["n"] for row in rows} == {
        "revenue_to_date": 4, "n_orders": 4, "days_since_last_order": 4, "order_value": 10,
    }  # fmt: skip
    assert all(row["share"] == pytest.approx(1) for row in rows)


def test_what_cannot_be_known_is_said(six: DuckDBEngine) -> None:
    facts = by(six, "shop_facts", "fact")
    assert facts["revenue_trend"]["value"] is None
    assert facts["revenue_trend"]["sentence"] == "1 complete month cannot show a trend; 4 are needed."
    assert "24 are needed" in facts["season_strength"]["sentence"]
    assert {row["effect"] for row in six.rows("SELECT effect FROM group_differences")} == {None}
    assert facts["n_orders"]["sentence"] == "10 orders, beside 1 taken back in full."

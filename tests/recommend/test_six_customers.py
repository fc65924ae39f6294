"""The six-customer shop, by hand. Before 1 March ann bought tea 1 three times (5 and 19 January, 9 February) and, once, a small
cup, which came back, and tea 2; bob a large cup; dan a small cup and tea 1; fay large cups on two orders and tea 2; cat took
everything back; eve has only signed up.
"""

from __future__ import annotations

import pytest
from tests.recommend.conftest import lists

from regulars.engines.duckdb import DuckDBEngine
from regulars.recommend import build
from regulars.settings import Settings
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import History


def reasons(engine: DuckDBEngine, customer: str, which: str) -> list[str]:
    found = engine.rows(
        "SELECT reason FROM recommendations WHERE customer_id = $who AND list = $list ORDER BY rank",
        {"who": customer, "list": which},
    )
    return [row["reason"] for row in found]


def test_what_was_bought_most_comes_first_with_its_evidence(six: DuckDBEngine) -> None:
    assert lists(six, "ann")["buy_again"][0] == "TEA-1"
    assert reasons(six, "ann", "buy_again")[0] == "bought 3 times, about every 18 days, last 19 days ago"
    assert reasons(six, "bob", "buy_again") == ["bought once, 14 days ago"]
    assert lists(six, "fay")["buy_again"] == ["CUP-2", "TEA-2"]
    assert reasons(six, "fay", "buy_again")[0] == "bought twice, about every 21 days, last 7 days ago"


def test_what_is_new_is_near_to_what_was_bought(six: DuckDBEngine) -> None:
    assert lists(six, "ann")["try_next"] == ["CUP-2"]
    assert reasons(six, "ann", "try_next") == ["often bought by people who bought Black tea"]
    assert set(lists(six, "dan")["try_next"]) == {"TEA-2", "CUP-2"}


def test_a_postage_is_no_product(six: DuckDBEngine) -> None:
    assert six.rows("SELECT product_id, reason FROM not_recommended") == [
        {"product_id": "POST", "reason": "not_a_product"}
    ]
    assert six.row("SELECT count(*) AS n FROM recommendations WHERE product_id = 'POST'") == {"n": 0}


def test_who_has_bought_nothing_is_shown_what_is_popular_and_told_so(six: DuckDBEngine) -> None:
    for customer in ("eve", "cat"):  # eve signed up, cat took everything back
        found = six.rows(
            "SELECT * FROM recommendations WHERE customer_id = $who ORDER BY rank", {"who": customer}
        )
        assert {row["list"] for row in found} == {"try_next"}
        assert all(row["is_cold_start"] and row["scorer"] == "popular" for row in found)
        assert found[0]["reason"].startswith("nothing is known of what they like; popular now: 2 customers")


def test_nothing_is_on_both_lists_and_no_list_has_gaps(six: DuckDBEngine) -> None:
    twice = six.rows("SELECT customer_id, product_id FROM recommendations GROUP BY ALL HAVING count(*) > 1")
    assert twice == []
    ranks = six.rows(
        "SELECT list(rank ORDER BY rank) AS ranks FROM recommendations GROUP BY customer_id, list"
    )
    assert all(row["ranks"] == list(range(1, len(row["ranks"]) + 1)) for row in ranks)


def test_neighbors_share_customers(six: DuckDBEngine) -> None:
    """Tea 1 was bought by ann and dan, the small cup by the same; with ten more each, 2 ÷ 12."""
    row = six.row("SELECT * FROM similar_products WHERE product_id = 'TEA-1' AND rank = 1")
    assert row["similar_product_id"] == "CUP-1"
    assert abs(row["cosine"] - 2 / 12) < 1e-12


def test_customers_taken_a_few_at_a_time_have_the_same_lists(
    six: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "CUSTOMERS_A_BATCH", 2)
    engine = six_customer_warehouse()
    build.build_recommendations(History(engine, SIX_CUSTOMERS_CUTOFF), Settings())
    ordered = "FROM recommendations ORDER BY customer_id, list, rank"
    assert engine.rows(ordered) == six.rows(ordered)

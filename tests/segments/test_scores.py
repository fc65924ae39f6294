"""Scores: fifths, ties, small shops, and one customer alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regulars.segments.build import build_segments
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Segmentation, Settings
from regulars.warehouse.history import History

SHARE = Settings()
BY_ID = Settings(segmentation=Segmentation(ties="by_customer_id"))
HandMade = Callable[..., History]


def customer(customer_id: str, days: int | None, orders: int, revenue: float) -> dict[str, Any]:
    return {
        "customer_id": customer_id, "days_since_last_order": days, "n_orders": orders, "revenue_to_date": revenue,
        "revenue_last_365d": revenue, "gross_revenue_to_date": revenue,
    }  # fmt: skip


def scores(history: History) -> dict[str, tuple[int | None, ...]]:
    rows = history.engine.rows("SELECT * FROM segments ORDER BY customer_id")
    return {row["customer_id"]: (row["r_score"], row["f_score"], row["m_score"]) for row in rows}


def test_five_different_customers_have_the_five_scores(hand_made: HandMade) -> None:
    history = hand_made([customer(c, 10 * i, 6 - i, 100.0 * (6 - i)) for i, c in enumerate("abcde", start=1)])
    build_segments(history, SHARE)
    assert scores(history) == {c: (6 - i,) * 3 for i, c in enumerate("abcde", start=1)}


def test_most_customers_with_one_order_share_the_lowest_score(hand_made: HandMade) -> None:
    orders = [1] * 7 + [2, 3, 9]
    history = hand_made([customer(f"c{i}", i, n, float(i)) for i, n in enumerate(orders)])
    build_segments(history, SHARE)
    assert [f for _, f, _ in scores(history).values()] == [1] * 7 + [4, 5, 5]


def test_parted_by_id_equals_are_cut_into_five_equal_parts(hand_made: HandMade) -> None:
    history = hand_made([customer(f"c{i}", 5, 1, 10.0) for i in range(10)])
    build_segments(history, BY_ID)
    assert [score for score, _, _ in scores(history).values()] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [score for _, score, _ in scores(history).values()] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize("settings", [SHARE, BY_ID], ids=["share", "by_customer_id"])
def test_one_customer_is_in_the_middle(hand_made: HandMade, settings: Settings) -> None:
    history = hand_made([customer("only", 3, 1, 20.0)])
    build_segments(history, settings)
    assert scores(history) == {"only": (3, 3, 3)}


def test_equal_customers_are_all_in_the_middle(hand_made: HandMade) -> None:
    history = hand_made([customer(c, 3, 2, 20.0) for c in "abcd"])
    build_segments(history, SHARE)
    assert set(scores(history).values()) == {(3, 3, 3)}


def test_three_customers_are_first_middle_and_last(hand_made: HandMade) -> None:
    history = hand_made([customer("a", 1, 9, 90.0), customer("b", 50, 3, 30.0), customer("c", 400, 1, 1.0)])
    build_segments(history, SHARE)
    assert scores(history) == {"a": (5, 5, 5), "b": (3, 3, 3), "c": (1, 1, 1)}


def test_nobody_has_bought(hand_made: HandMade) -> None:
    history = hand_made([customer("eve", None, 0, 0.0)])
    build_segments(history, SHARE)
    (eve,) = history.engine.rows("SELECT * FROM segments")
    assert (eve["r_score"], eve["segment"], eve["lifecycle_stage"]) == (
        None, "Registered, never ordered", "never_ordered",
    )  # fmt: skip
    assert history.engine.count("segment_boundaries") == 0


def test_an_empty_shop_has_empty_segments(hand_made: HandMade) -> None:
    history = hand_made([])
    build_segments(history, SHARE)
    profiles = history.engine.rows("SELECT * FROM segment_profiles")
    assert history.engine.count("segments") == 0
    assert {row["n_customers"] for row in profiles} == {0}
    assert {row["customer_share"] for row in profiles} == {None}


def test_profiles_add_up_to_the_shop(hand_made: HandMade) -> None:
    rows = [customer(f"c{i}", i * 7 % 50, 1 + i % 6, 10.0 * i) for i in range(40)] + [
        customer("eve", None, 0, 0.0)
    ]
    history = hand_made(rows)
    build_segments(history, SHARE)
    for row in history.engine.rows(
        """SELECT sum(n_customers) AS n, sum(revenue) AS revenue, sum(customer_share) AS customers,
           sum(revenue_share) AS money, sum(n_orders) AS orders FROM segment_profiles GROUP BY segmentation"""
    ):
        assert row["n"] == 41
        assert row["revenue"] == sum(r["revenue_to_date"] for r in rows)
        assert row["orders"] == sum(r["n_orders"] for r in rows)
        assert row["customers"] == pytest.approx(1)
        assert row["money"] == pytest.approx(1)


def test_tables_are_what_their_specs_say(hand_made: HandMade) -> None:
    history = hand_made([customer("a", 1, 9, 90.0), customer("b", 50, 3, 30.0)])
    build_segments(history, SHARE)
    for spec in SEGMENT_TABLES:
        described = history.engine.rows(f"DESCRIBE {spec.name}")
        assert [(c["column_name"], c["column_type"]) for c in described] == [(c.name, c.type) for c in spec]


shops = st.lists(
    st.builds(
        customer,
        st.uuids().map(str),
        st.integers(0, 6) | st.none(),
        st.integers(1, 4),
        st.integers(-2, 5).map(float),
    ),
    max_size=25,
    unique_by=lambda row: row["customer_id"],
)


@pytest.mark.parametrize("settings", [SHARE, BY_ID], ids=["share", "by_customer_id"])
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops)
def test_a_customer_alone_scores_as_among_all(
    hand_made: HandMade, settings: Settings, shop: list[dict[str, Any]]
) -> None:
    history = hand_made(shop)
    build_segments(history, settings)
    boundaries = history.engine.arrow("FROM segment_boundaries")
    together = history.engine.rows("SELECT * FROM segments ORDER BY customer_id")
    history.engine.execute("CREATE OR REPLACE TEMP TABLE everybody AS FROM features")
    for row in together[:3]:
        history.engine.execute(
            "CREATE OR REPLACE TEMP TABLE features AS FROM everybody WHERE customer_id = $id",
            {"id": row["customer_id"]},
        )
        build_segments(history, settings, boundaries)
        assert history.engine.rows("SELECT * FROM segments") == [row]


@hypothesis_settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops)
def test_equals_share_a_score_and_more_never_scores_less(
    hand_made: HandMade, shop: list[dict[str, Any]]
) -> None:
    history = hand_made(shop)
    build_segments(history, SHARE)
    found = scores(history)
    buyers = [row for row in shop if row["days_since_last_order"] is not None]
    for position, (name, sign) in enumerate(
        {"days_since_last_order": -1, "n_orders": 1, "revenue_to_date": 1}.items()
    ):
        by_value: dict[float, set[int | None]] = {}
        for row in buyers:
            by_value.setdefault(sign * row[name], set()).add(found[row["customer_id"]][position])
        ordered = [next(iter(group)) for _, group in sorted(by_value.items())]
        assert all(len(group) == 1 for group in by_value.values())
        assert ordered == sorted(ordered)
        if len(ordered) > 1:
            assert (ordered[0], ordered[-1]) == (1, 5)

"""When customers buy: personas with their evidence, and a time to write to each that says what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import SettingsError
from regulars.features.build import build_features
from regulars.segments.build import build_segments
from regulars.settings import Persona, Rhythm, Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_warehouse
from regulars.warehouse.build import build
from regulars.warehouse.history import History

AT = Cutoff(datetime(2026, 3, 1))
MONDAY = datetime(2026, 1, 5)


def order(customer_id: str | None, week: int, weekday: int, hour: int, **more: Any) -> dict[str, Any]:
    at = MONDAY + timedelta(weeks=week, days=weekday - 1, hours=hour)
    return {
        "order_id": f"{customer_id}-{at:%m%d%H}", "customer_id": customer_id, "ordered_at": at, "product_id": "TEA",
        "quantity": Decimal(1), "unit_price": Decimal(10), **more,
    }  # fmt: skip


def grouped(
    orders: Iterable[dict[str, Any]],
    rhythm: Rhythm | None = None,
    has_hours: bool = True,
    customers: Any = (),
) -> DuckDBEngine:
    engine, settings = DuckDBEngine(), Settings(rhythm=rhythm or Rhythm())
    land_rows(engine, orders, customers, has_hours=has_hours)
    build(engine, settings)
    history = History(engine, AT)
    build_features(history, 30)
    build_segments(history, settings)
    return engine


def of(engine: DuckDBEngine, customer_id: str) -> dict[str, Any]:
    return engine.row("SELECT * FROM rhythm_personas WHERE customer_id = $id", {"id": customer_id})


@pytest.mark.parametrize(
    ("slots", "persona", "inside"),
    [
        ([(6, 11), (7, 15), (6, 9), (1, 9), (7, 23)], "weekend", 4),
        ([(1, 7), (2, 10), (3, 9), (4, 20)], "morning_planner", 3),
        ([(1, 19), (6, 21), (3, 18), (4, 10)], "evening", 3),
        ([(1, 19), (3, 21), (3, 18), (4, 10)], "evening", 3),
        ([(1, 23), (3, 2), (3, 22), (4, 10)], "night", 3),
        ([(1, 9), (2, 12), (3, 16), (4, 20)], "business_hours", 3),
        ([(1, 9), (6, 12), (3, 20), (4, 23)], "no_clear_rhythm", None),
        ([(1, 9), (2, 9), (3, 9)], "too_few_orders", None),
    ],
)
def test_a_persona_is_the_first_stretch_that_holds_enough(
    slots: list[tuple[int, int]], persona: str, inside: int | None
) -> None:
    engine = grouped([order("ann", week, day, hour) for week, (day, hour) in enumerate(slots)])
    found = of(engine, "ann")
    assert (found["timing_persona"], found["n_orders_inside"]) == (persona, inside)
    assert found["n_orders_known"] == len(slots)
    if inside:
        assert found["inside_share"] == inside / len(slots)
    assert engine.row("SELECT timing_persona FROM segments")["timing_persona"] == persona


def test_stretches_are_settings() -> None:
    lunch = Rhythm(
        personas=[Persona(name="lunch", weekdays=[2], from_hour=12, to_hour=13)],
        persona_orders=2,
        persona_share=0.9,
    )
    engine = grouped(
        [order("ann", week, 2, 12) for week in range(2)] + [order("bob", week, 3, 12) for week in range(2)],
        lunch,
    )
    assert of(engine, "ann")["timing_persona"] == "lunch"
    assert of(engine, "bob")["timing_persona"] == "no_clear_rhythm"


def test_dates_without_hours_tell_days_alone() -> None:
    engine = grouped(
        [order("ann", week, 6, 0) for week in range(6)] + [order("bob", week, 2, 0) for week in range(6)],
        has_hours=False,
    )
    ann, bob = of(engine, "ann"), of(engine, "bob")
    assert (ann["timing_persona"], ann["n_orders_known"]) == ("weekend", 6)
    assert bob["timing_persona"] == "no_clear_rhythm"
    assert (ann["send_weekday"], ann["send_hour"], ann["send_from"], ann["send_hour_share"]) == (
        6,
        None,
        "own",
        None,
    )
    assert engine.rows("SELECT DISTINCT measure FROM send_time_trials") == [{"measure": "weekday"}]


def test_what_was_taken_back_is_no_evidence() -> None:
    taken_back = order("ann", 1, 6, 12)
    credit = {
        **taken_back,
        "order_id": "C1",
        "quantity": Decimal(-1),
        "ordered_at": taken_back["ordered_at"] + timedelta(hours=1),
    }
    engine = grouped([order("ann", 0, 1, 9), taken_back, credit])
    assert of(engine, "ann")["n_orders_known"] == 1


def test_advice_comes_from_own_orders_when_there_are_enough_and_says_so() -> None:
    crowd = [order(f"c{i}", i % 6, 2, 14) for i in range(60)]
    engine = grouped(
        [
            *crowd,
            *(order("ann", week, 7, 20) for week in range(6)),
            *(order("bob", week, 7, 20) for week in range(2)),
        ]
    )
    ann = of(engine, "ann")
    assert (ann["send_from"], ann["send_own_orders"]) == ("own", 6)
    bob = of(engine, "bob")
    assert bob["send_from"] in ("segment", "shop")
    assert (bob["send_weekday"], bob["send_hour"]) == (2, 14)  # two of their own do not outweigh the crowd
    assert bob["send_own_orders"] == 2


def test_own_orders_weigh_against_the_shops() -> None:
    """All others on Tuesday at 14 h: weighing as 10 orders, they lose to 11 and win against 9 (segments too small)."""
    crowd = [order(f"c{i}", i % 6, 2, 14) for i in range(400)]
    engine = grouped(
        [*crowd, *(order("ann", w // 2, 7 if w % 2 else 4, 20) for w in range(9))],
        Rhythm(segment_orders=10_000),
    )
    assert of(engine, "ann")["send_weekday"] == 2
    engine = grouped(
        [*crowd, *(order("ann", w // 2, 7 if w % 2 else 4, 20) for w in range(9))],
        Rhythm(segment_orders=10_000, own_weight=1),
    )
    assert of(engine, "ann")["send_weekday"] == 4


def test_who_never_ordered_gets_the_shops_time() -> None:
    engine = grouped(
        [order("ann", week, 3, 9) for week in range(3)],
        customers=[{"customer_id": "eve", "signed_up_at": MONDAY}],
    )
    eve = of(engine, "eve")
    assert (eve["send_from"], eve["send_weekday"], eve["send_hour"]) == ("shop", 3, 9)
    assert (eve["timing_persona"], eve["n_orders_known"], eve["send_own_orders"]) == ("too_few_orders", 0, 0)
    assert (
        engine.row("SELECT timing_persona FROM segments WHERE customer_id = 'eve'")["timing_persona"] is None
    )


def test_a_shop_without_orders_advises_nothing() -> None:
    engine = grouped([], customers=[{"customer_id": "eve", "signed_up_at": MONDAY}])
    eve = of(engine, "eve")
    assert (eve["send_from"], eve["send_weekday"], eve["send_hour"]) == (None, None, None)
    assert engine.count("send_time_trials") == 0


def test_advice_is_judged_by_orders_it_has_not_seen() -> None:
    """Ann always comes on Sunday at 20 h, bob changes to it with his last order: own orders meet one of two."""
    ann = [order("ann", week, 7, 20) for week in range(6)]
    bob = [*(order("bob", week, 2, 9) for week in range(5)), order("bob", 5, 7, 20)]
    engine = grouped([*ann, *bob])
    proof = {(row["measure"], row["advice"]): row for row in engine.rows("SELECT * FROM send_time_trials")}
    assert proof["weekday", "own"]["n_customers"] == 2
    assert proof["weekday", "own"]["hit_share"] == 0.5
    assert proof["hour", "own"]["hit_share"] == 0.5
    assert {row["given_to"] for row in proof.values()} == {"enough_orders"}


def test_the_hour_around_midnight_is_one_stretch() -> None:
    engine = grouped(
        [
            order("ann", 0, 1, 23),
            order("ann", 1, 1, 0),
            order("ann", 2, 1, 12),
            order("ann", 3, 1, 1),
            order("ann", 4, 1, 0),
        ]
    )
    assert of(engine, "ann")["send_hour"] == 0


def test_the_six_customers(six: DuckDBEngine) -> None:
    found = {row["customer_id"]: row for row in six.rows("SELECT * FROM rhythm_personas")}
    assert {who: row["n_orders_known"] for who, row in found.items()} == {
        "ann": 3, "bob": 1, "cat": 0, "dan": 2, "eve": 0, "fay": 3,
    }  # fmt: skip
    assert {row["timing_persona"] for row in found.values()} == {"too_few_orders"}
    assert {row["send_from"] for row in found.values()} == {"shop"}
    assert found["fay"]["send_weekday"] == 6


@pytest.fixture(scope="module")
def six() -> DuckDBEngine:
    engine = six_customer_warehouse()
    history = History(engine, SIX_CUSTOMERS_CUTOFF)
    build_features(history, 30)
    build_segments(history, Settings())
    return engine


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('personas = [{name = "x", from_hour = 5, to_hour = 5}]', "are the same"),
        ('personas = [{name = "x"}, {name = "x"}]', "is taken"),
        ('personas = [{name = "too_few_orders"}]', "is taken"),
        ('personas = [{name = "x", weekdays = [0]}]', "greater than or equal to 1"),
        ("personas = []", "at least 1 item"),
        ("persona_share = 0.4", "greater than 0.5"),
    ],
)
def test_impossible_stretches_are_refused(tmp_path: Any, toml: str, words: str) -> None:
    (tmp_path / "regulars.toml").write_text(f"[rhythm]\n{toml}\n")
    with pytest.raises(SettingsError, match=words):
        Settings.load(tmp_path)

"""The public data sets, against what is known about them."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest

from regulars.ingest.landing import land
from regulars.settings import Settings

pytestmark = pytest.mark.real_data


def facts(engine):
    return engine.row(
        "SELECT count(*) AS n_lines, count(DISTINCT order_id) AS n_orders, count(DISTINCT customer_id) AS n_customers,"
        " count(*) FILTER (customer_id IS NULL) AS n_unknown, count(DISTINCT product_id) AS n_products,"
        " sum(quantity * unit_price) AS revenue, min(ordered_at) AS first, max(ordered_at) AS last FROM raw_order_lines"
    )


def test_online_retail_ii(engine, real_data):
    landing = land(engine, [real_data / "online_retail_II.csv.gz"], Settings())
    seen = facts(engine)
    assert (seen["n_lines"], landing.rejected) == (1_067_371, 0)
    assert (seen["n_orders"], seen["n_customers"], seen["n_unknown"], seen["n_products"]) == (
        53_628,
        5_942,
        243_007,
        5_305,
    )
    assert seen["revenue"] == Decimal("19287250.568")
    assert (seen["first"], seen["last"]) == (datetime(2009, 12, 1, 7, 45), datetime(2011, 12, 9, 12, 50))
    sections = engine.rows(
        "SELECT section, count(*) AS n, min(ordered_at) AS first FROM raw_order_lines GROUP BY section ORDER BY section"
    )
    assert [(row["section"], row["n"], row["first"]) for row in sections] == [
        (1, 525_461, datetime(2009, 12, 1, 7, 45)),
        (2, 541_910, datetime(2010, 12, 1, 8, 26)),
    ]
    assert engine.row("SELECT count(*) AS n FROM raw_order_lines WHERE customer_id = '13085.0'")["n"] > 0


def test_online_retail(engine, real_data):
    landing = land(engine, [real_data / "online_retail_kaggle.csv.gz"], Settings())
    seen = facts(engine)
    assert (seen["n_lines"], seen["n_orders"], seen["n_customers"], seen["n_unknown"]) == (
        541_909,
        25_900,
        4_372,
        135_080,
    )
    assert seen["revenue"] == Decimal("9747747.934")
    assert (seen["first"], seen["last"]) == (datetime(2010, 12, 1, 8, 26), datetime(2011, 12, 9, 12, 50))
    assert landing.mappings[0].dates["ordered_at"].order == "month_first"
    assert engine.row("SELECT max(section) AS n FROM raw_order_lines")["n"] == 1


def test_cdnow_has_no_header(engine, real_data):
    landing = land(engine, [real_data / "cdnow_master.txt"], Settings())
    seen = engine.row(
        "SELECT count(*) AS n, count(DISTINCT customer_id) AS n_customers, sum(quantity) AS discs, sum(amount) AS dollars,"
        " min(ordered_at) AS first, max(ordered_at) AS last FROM raw_order_lines"
    )
    assert seen == {
        "n": 69_659, "n_customers": 23_570, "discs": 167_881, "dollars": Decimal("2500315.63"),
        "first": datetime(1997, 1, 1), "last": datetime(1998, 6, 30),
    }  # fmt: skip
    assert set(landing.mappings[0].columns) == {"customer_id", "ordered_at", "quantity", "amount"}
    assert engine.row("SELECT has_hours FROM raw_loads")["has_hours"] is False


def test_the_cdnow_sample_has_two_ids_for_one_customer(engine, real_data):
    landing = land(engine, [real_data / "cdnow_sample.txt"], Settings())
    seen = engine.row("SELECT count(*) AS n, count(DISTINCT customer_id) AS n_customers FROM raw_order_lines")
    assert (seen["n"], seen["n_customers"]) == (6_919, 2_357)
    assert any("tells the same apart" in note for note in landing.notes)


def test_customers_with_attributes_only(engine, real_data):
    land(engine, [real_data / "customer_purchasing_behaviors.csv"], Settings())
    found = engine.rows("SELECT customer_id, attributes FROM raw_customers ORDER BY row_number")
    assert len(found) == 238
    assert json.loads(found[0]["attributes"]) == {
        "age": "25", "annual_income": "45000", "purchase_amount": "200", "loyalty_score": "4.5", "region": "North",
        "purchase_frequency": "12",
    }  # fmt: skip


def test_film_ratings(engine, real_data):
    landing = land(engine, [real_data / "movielens_latest_small"], Settings())
    seen = engine.row(
        "SELECT count(*) AS n, count(DISTINCT customer_id) AS people, count(rated_at) AS dated FROM raw_ratings"
    )
    assert (seen["n"], seen["people"], seen["dated"], landing.rejected) == (100_004, 671, 100_004, 0)
    assert engine.count("raw_products") == 9_125

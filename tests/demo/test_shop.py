from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from regulars.demo.accounts import CHUNK_ACCOUNTS, chunks
from regulars.demo.parameters import END, ShopParameters
from regulars.demo.season import Calendar
from regulars.demo.shop import DemoShop, write_shop
from regulars.demo.tables import TRUTH
from regulars.demo.writing import year_files
from regulars.errors import SettingsError


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoShop:
    return write_shop(tmp_path_factory.mktemp("shop"), customers=400, format="parquet")


@pytest.fixture
def db(shop: DemoShop) -> duckdb.DuckDBPyConnection:
    """Every row of the order files once, in file order, with the file it is in."""
    connection = duckdb.connect()
    files = [str(path) for path in shop.paths if path.name.startswith("orders")]
    connection.execute(
        f"CREATE TABLE every AS SELECT *, filename, file_row_number FROM read_parquet({files}, filename = true, file_row_number = true)"
    )
    last_start = shop.end.replace(year=shop.end.year - 1)
    connection.execute(
        "CREATE TABLE rows AS SELECT * FROM every WHERE filename = $last OR ordered_at < $start",
        {"last": files[-1], "start": last_start},
    )
    connection.execute(f"CREATE TABLE truth AS FROM read_parquet('{shop.truth}')")
    return connection


def one(db: duckdb.DuckDBPyConnection, text: str) -> tuple:
    (row,) = db.execute(text).fetchall()
    return row


def fingerprints(shop: DemoShop) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*shop.paths, shop.truth)]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, format: str) -> None:
    first = write_shop(tmp_path / "a", customers=120, format=format)
    again = write_shop(tmp_path / "b", customers=120, format=format)
    other = write_shop(tmp_path / "c", customers=120, seed=8, format=format)
    assert fingerprints(first) == fingerprints(again)
    shelves = 1  # what is on them is the same for every seed
    assert len(set(fingerprints(first)) & set(fingerprints(other))) == shelves


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    csv = write_shop(tmp_path / "csv", customers=80)
    parquet = write_shop(tmp_path / "parquet", customers=80, format="parquet")
    assert csv.facts == parquet.facts
    for text, typed in zip(csv.paths, parquet.paths, strict=True):
        columns = ", ".join(f"c{n}" for n in range(len(pq.read_schema(typed))))
        a = duckdb.sql(f"SELECT * FROM read_csv('{text}', all_varchar = true, header = true) AS t({columns})")
        b = duckdb.sql(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('{typed}') AS t({columns})")
        assert a.fetchall() == b.fetchall()


def test_rows_come_in_the_order_of_time_with_orders_together(db: duckdb.DuckDBPyConnection) -> None:
    backwards = """
    SELECT count(*) FROM (
        SELECT ordered_at < lag(ordered_at) OVER w AS earlier,
            CAST(ltrim(order_id, 'C') AS BIGINT) < lag(CAST(ltrim(order_id, 'C') AS BIGINT)) OVER w AS smaller
        FROM every WINDOW w AS (PARTITION BY filename ORDER BY file_row_number)
    ) WHERE earlier OR smaller
    """
    assert one(db, backwards) == (0,)
    assert one(
        db,
        "SELECT count(*) FROM (FROM rows SELECT order_id GROUP BY 1 HAVING count(DISTINCT (ordered_at, customer_id)) > 1)",
    ) == (0,)


def test_rows_and_overlap_are_counted(shop: DemoShop, db: duckdb.DuckDBPyConnection) -> None:
    facts = shop.facts
    assert one(db, "SELECT (SELECT count(*) FROM every), (SELECT count(*) FROM rows)") == (
        facts.rows_in_files,
        facts.rows,
    )
    assert facts.overlap_rows > 0
    in_both = "SELECT DISTINCT CAST(ordered_at AS DATE) FROM every GROUP BY order_id, ordered_at HAVING count(DISTINCT filename) > 1"
    days = sorted(row[0] for row in db.execute(in_both).fetchall())
    assert days[0] >= date(2025, 10, 1)
    assert days[-1] <= date(2025, 10, 9)


def test_the_dirt_is_what_the_facts_say(shop: DemoShop, db: duckdb.DuckDBPyConnection) -> None:
    facts = shop.facts
    counted = one(db, """
        SELECT
            count(*) FILTER (product_id = 'POST' AND quantity > 0),
            count(*) FILTER (unit_price = 0),
            count(*) FILTER (description IS NULL),
            count(DISTINCT order_id) FILTER (customer_id = 'TEST'),
            count(*) FILTER (quantity < 0),
            count(*) FILTER (quantity < 0 AND order_id NOT LIKE 'C%'),
            count(DISTINCT order_id) FILTER (customer_id IS NULL AND quantity > 0)
        FROM rows
    """)  # fmt: skip
    assert counted == (
        facts.postage_lines, facts.zero_price_lines, facts.zero_price_lines, facts.test_orders,
        facts.cancelled_lines + facts.returned_lines, 0, facts.guest_orders,
    )  # fmt: skip
    columns = ", ".join(pq.read_schema(shop.paths[0]).names)
    counted = one(db, f"""
        SELECT sum(n - 1), sum((n - 1) * (quantity * unit_price - discount))
        FROM (SELECT {columns}, count(*) AS n FROM rows GROUP BY {columns} HAVING count(*) > 1)
    """)  # fmt: skip
    assert counted == (facts.duplicate_lines, facts.duplicated)


def test_the_money_is_what_the_facts_say(shop: DemoShop, db: duckdb.DuckDBPyConnection) -> None:
    facts = shop.facts
    placed, guests, back = one(db, """
        SELECT sum(amount) FILTER (quantity > 0), sum(amount) FILTER (quantity > 0 AND customer_id IS NULL),
            -sum(amount) FILTER (quantity < 0)
        FROM (SELECT *, quantity * unit_price - discount AS amount FROM rows WHERE product_id <> 'POST' AND customer_id IS DISTINCT FROM 'TEST')
    """)  # fmt: skip
    assert placed == facts.placed + facts.duplicated
    assert facts.guest_placed <= guests <= facts.guest_placed + facts.duplicated
    assert back == facts.cancelled + facts.returned


def test_cancelled_orders_are_taken_back_within_the_hour(
    shop: DemoShop, db: duckdb.DuckDBPyConnection
) -> None:
    quick = """
    SELECT count(DISTINCT c.order_id) FROM rows c JOIN rows o
    ON c.customer_id IS NOT DISTINCT FROM o.customer_id AND c.product_id = o.product_id AND c.quantity = -o.quantity
    WHERE c.quantity < 0 AND o.ordered_at < c.ordered_at AND c.ordered_at <= o.ordered_at + INTERVAL 45 MINUTE
    """
    assert one(db, quick) == (shop.facts.cancelled_orders,)


def test_the_truth_agrees_with_the_files(shop: DemoShop, db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, "SELECT count(*), count(DISTINCT customer_id) FROM truth") == (400, 400)
    wrong = """
    SELECT count(*) FROM truth FULL JOIN (
        SELECT customer_id, min(ordered_at) AS first, max(ordered_at) AS last, count(DISTINCT order_id) AS n
        FROM rows WHERE customer_id <> 'TEST' AND quantity > 0 GROUP BY 1
    ) AS seen USING (customer_id)
    WHERE truth.n_orders IS DISTINCT FROM n OR first_ordered_at IS DISTINCT FROM first OR left_at <= last
        OR is_alive <> (left_at IS NULL OR left_at > $end)
    """
    assert db.execute(wrong, {"end": shop.end}).fetchall() == [(0,)]
    assert one(
        db,
        "SELECT count(*) FROM truth WHERE NOT is_alive AND (expected_orders_next_365d > 0 OR n_orders_next_365d > 0)",
    ) == (0,)
    assert one(
        db,
        "SELECT count(*) FROM truth WHERE is_alive AND NOT (0 < expected_orders_next_30d AND expected_orders_next_30d < expected_orders_next_90d AND expected_orders_next_90d < expected_orders_next_365d)",
    ) == (0,)


def test_the_truth_has_the_columns_it_says(shop: DemoShop) -> None:
    assert pq.read_schema(shop.truth).names == list(TRUTH.column_names)
    assert shop.truth not in shop.paths
    assert shop.truth.parent == shop.paths[0].parent.parent
    card = json.loads((shop.truth.parent / "truth.json").read_text())
    assert card["facts"]["overlap_rows"] == shop.facts.overlap_rows


def test_accounts_hold_buyers_and_others(shop: DemoShop, db: duckdb.DuckDBPyConnection) -> None:
    customers = next(path for path in shop.paths if path.name.startswith("customers"))
    db.execute(f"CREATE TABLE accounts AS FROM read_parquet('{customers}')")
    assert one(db, "SELECT count(*), count(DISTINCT customer_id), count(DISTINCT email) FROM accounts") == (
        436,
        436,
        436,
    )
    assert one(db, "SELECT count(*) FROM accounts ANTI JOIN truth USING (customer_id)") == (
        shop.facts.never_ordered,
    )
    assert one(
        db,
        "SELECT count(*) FROM accounts JOIN truth USING (customer_id) WHERE signed_up_at > first_ordered_at",
    ) == (0,)
    assert one(
        db, "SELECT count(*) FROM rows ANTI JOIN accounts USING (customer_id) WHERE customer_id <> 'TEST'"
    ) == (0,)


def test_customers_come_back_for_their_staple(db: duckdb.DuckDBPyConnection) -> None:
    """Affinities are there to be found: a staple is in far more of its customer's orders than of others'."""
    own, others = one(db, """
        WITH orders AS (SELECT customer_id, order_id, list(product_id) AS products FROM rows WHERE quantity > 0 AND customer_id <> 'TEST' GROUP BY ALL)
        SELECT avg(CAST(list_contains(products, staple_product_id) AS INT)) FILTER (orders.customer_id = truth.customer_id),
            avg(CAST(list_contains(products, staple_product_id) AS INT)) FILTER (orders.customer_id <> truth.customer_id)
        FROM orders, truth WHERE staple_share > 0.5
    """)  # fmt: skip
    assert own > 10 * others


@pytest.mark.parametrize("customers", [1, 2, 50])
def test_the_smallest_shops_work(tmp_path: Path, customers: int) -> None:
    shop = write_shop(tmp_path, customers=customers)
    assert shop.facts.customers == pq.read_metadata(shop.truth).num_rows == customers
    assert shop.facts.orders >= customers


@pytest.mark.parametrize("customers", [0, -5, 10**9])
def test_an_impossible_size_is_refused(tmp_path: Path, customers: int) -> None:
    with pytest.raises(SettingsError, match="cannot be made"):
        write_shop(tmp_path, customers=customers)


def test_a_new_shop_replaces_the_old_one(tmp_path: Path) -> None:
    write_shop(tmp_path, customers=5, format="parquet")
    shop = write_shop(tmp_path, customers=5)
    assert sorted(tmp_path.rglob("*.*")) == sorted([*shop.paths, shop.truth, tmp_path / "truth.json"])


def test_a_clean_shop_is_clean(tmp_path: Path) -> None:
    facts = write_shop(tmp_path, customers=60, parameters=ShopParameters.pareto_nbd()).facts
    clean = {
        "customers": 60,
        "orders": facts.orders,
        "order_lines": facts.order_lines,
        "rows": facts.order_lines,
        "placed": facts.placed,
    }
    assert {name: value for name, value in vars(facts).items() if value} == clean


@pytest.mark.parametrize("days", [30, 90, 365, 366, 500, 1096, 2000])
def test_files_cover_the_history_without_a_gap(days: int) -> None:
    parameters = ShopParameters(history_days=days)
    calendar = Calendar(parameters.start(END), END, END + timedelta(days=1), parameters)
    files = year_files(calendar, overlap_days=9)
    assert files[0].start == calendar.start
    assert files[-1].end == END
    overlaps = [(a.end - b.start).days for a, b in pairwise(files)]
    assert overlaps == ([0] * (len(files) - 2) + [9] if len(files) > 1 else [])
    assert len({file.name for file in files}) == len(files)


def test_chunks_hold_everybody_once() -> None:
    parameters = ShopParameters()
    customers = 2 * CHUNK_ACCOUNTS + 17
    found = list(chunks(customers, parameters, seed=1))
    buyers = np.concatenate([chunk.buyers for chunk in found])
    shares = np.concatenate([chunk.buyer_shares for chunk in found])
    assert len(found) == 3
    assert len(buyers) == customers
    assert (np.diff(buyers) > 0).all()
    assert (np.diff(shares) > 0).all()
    assert 0 <= shares[0] < shares[-1] < 1
    others = Counter(
        {"visitors": sum(len(c.visitors) for c in found), "guests": sum(len(c.guests) for c in found)}
    )
    assert others == {"visitors": round(customers * 0.09), "guests": round(customers * 0.6)}


@pytest.mark.slow
def test_memory_stays_bounded(tmp_path: Path) -> None:
    """A shop of 200,000 customers (4.3 million rows) takes less than 1.2 GB."""
    code = """
import sys
from pathlib import Path
from regulars.demo.shop import write_shop
write_shop(Path(sys.argv[1]), customers=200_000, format="parquet")
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) / 1024 < 1200

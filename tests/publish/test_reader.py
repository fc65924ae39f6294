from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from regulars.errors import InputError, NoRelease, NotFound, ReleaseDamaged
from regulars.publish.reader import Reader
from regulars.publish.release import Release
from regulars.terms.places import Places

Publish = Callable[..., Release]


def test_nothing_published_is_said_with_what_to_do(places: Places) -> None:
    with pytest.raises(NoRelease, match="nothing has been published") as problem:
        Reader.open(places)
    assert "regulars run" in problem.value.hint
    with pytest.raises(NoRelease):
        Reader.open(places, "2026")
    with pytest.raises(NoRelease, match="is not a release"):
        Reader.at(places.root)


def test_a_reader_stays_in_its_release(publish_small: Publish, places: Places) -> None:
    first = publish_small(40)
    with Reader.open(places) as reader:
        publish_small(44)
        assert reader.id == first.id
        assert len(reader.table("customers")) == 40
        assert reader.sql("SELECT count(*) AS n FROM customers").to_pylist() == [{"n": 40}]
        assert "c43" not in {row["customer_id"] for row in reader.table("segments").to_pylist()}
    with Reader.open(places) as reader:
        assert len(reader.table("customers")) == 44
    with Reader.open(places, first.id) as reader:
        assert reader.id == first.id
    with pytest.raises(NotFound, match="several releases begin with '20'"):
        Reader.open(places, "20")
    with pytest.raises(NotFound, match="no release '1999'"):
        Reader.open(places, "1999")


def test_tables_come_with_their_meaning(reader: Reader) -> None:
    table = reader.table("orders", ["order_id", "revenue"], limit=3)
    assert table.columns == ["order_id", "revenue"]
    assert len(table) == 3
    assert table.spec
    assert table.spec.name == "orders"
    assert table.to_pylist()[0]["revenue"] == Decimal("11.2500")
    assert reader.spec("customers")["revenue_to_date"].unit == "currency"
    assert reader.cutoff.at == datetime(2026, 3, 1)


def test_tables_lie_sorted_by_customer(reader: Reader) -> None:
    for name in ("orders", "order_lines", "returns", "customers", "features", "segments", "reasons"):
        ids = [row["customer_id"] for row in reader.table(name).to_pylist()]
        assert ids == sorted(ids)
        assert len(ids) > 3


def test_what_is_not_there_is_named_with_what_is(reader: Reader) -> None:
    with pytest.raises(NotFound, match="no table 'custmers'") as problem:
        reader.table("custmers")
    assert problem.value.hint == "did you mean customers?"
    with pytest.raises(NotFound, match="orders has no column 'revenu'") as problem:
        reader.table("orders", ["revenu"])
    assert problem.value.hint == "did you mean revenue?"
    with pytest.raises(NotFound, match="products has no column 'customer_id'"):
        reader.rows_of("products", "c1")


def test_a_profile_is_everything_about_one_customer(reader: Reader) -> None:
    profile = reader.profile("c6")
    assert list(profile)[:2] == ["customer_id", "customer"]
    assert profile["customer"]["email"] == "c6@shop.test"
    assert profile["customer"]["attributes"] == {"tier": "gold"}
    assert profile["customer"]["last_ordered_at"] == "2026-01-05T10:00:00"
    assert profile["customer"]["revenue_to_date"] == 32.5
    assert profile["features"]["n_orders"] == 2
    assert profile["segments"]["segment"] == "Champions"
    assert [reason["rank"] for reason in profile["reasons"]] == [1, 2]
    assert [order["order_id"] for order in profile["recent_orders"]] == ["o6-1", "o6-0"]
    assert profile["recent_orders"][0]["revenue"] == 16.25


def test_a_profile_of_somebody_who_never_bought(reader: Reader) -> None:
    profile = reader.profile("c0")
    assert profile["recent_orders"] == []
    assert profile["features"]["days_since_last_order"] is None
    assert profile["customer"]["first_ordered_at"] is None


def test_every_customer_has_a_profile(reader: Reader) -> None:
    for row in reader.table("customers").to_pylist():
        profile = reader.profile(row["customer_id"])
        assert profile["customer_id"] == row["customer_id"]
        assert profile["customer"]["n_orders"] == row["n_orders"]


def test_an_unknown_customer_gets_ids_that_look_alike(reader: Reader) -> None:
    with pytest.raises(NotFound, match="no customer 'C12'") as problem:
        reader.profile("C12")
    assert "c12" in problem.value.hint
    with pytest.raises(NotFound) as problem:
        reader.profile("c12.0")
    assert "c12" in problem.value.hint
    with pytest.raises(NotFound) as problem:
        reader.profile("'; DROP TABLE profiles --")
    assert "regulars export customers" in problem.value.hint


def test_a_reader_answers_several_threads(reader: Reader) -> None:
    answers: list[int] = []

    def ask() -> None:
        for i in range(5):
            answers.append(reader.profile(f"c{i}")["customer"]["n_orders"])
            answers.append(reader.sql("SELECT count(*) AS n FROM orders").to_pylist()[0]["n"])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert answers.count(60) == 20


def test_pages_of_customers_lose_nobody(reader: Reader) -> None:
    for order_by, descending in [
        ("customer_id", False),
        ("revenue_to_date", True),
        ("last_ordered_at", True),
        ("r_score", False),
    ]:
        seen: list[str] = []
        while page := reader.customers(
            order_by=order_by, descending=descending, limit=7, after=seen[-1] if seen else None
        ).to_pylist():
            seen += [row["customer_id"] for row in page]
        assert sorted(seen) == sorted(f"c{i}" for i in range(40)), order_by


def test_customers_are_filtered(reader: Reader) -> None:
    champions = reader.customers(segment="Champions").to_pylist()
    assert len(champions) == 20
    assert {row["segment"] for row in champions} == {"Champions"}
    assert [row["customer_id"] for row in reader.customers(search="C12@").to_pylist()] == ["c12"]
    assert (
        len(reader.customers(country="France", search="c1")) == 9
    )  # c1, c10 … c19 but c12 and c16, who never bought
    assert len(reader.customers(search="%")) == 0
    with pytest.raises(InputError, match="customers have no 'revenue; DROP'") as problem:
        reader.customers(order_by="revenue; DROP")
    assert problem.value.hint.startswith("there are: customer_id, ")


def test_damage_is_named(publish_small: Publish, places: Places) -> None:
    release = publish_small()
    with Reader.open(places) as reader:
        reader.verify()
        orders = release.folder / "orders.parquet"
        content = bytearray(orders.read_bytes())
        content[len(content) // 2] ^= 1
        orders.write_bytes(content)
        with pytest.raises(ReleaseDamaged, match=r"orders\.parquet was changed") as problem:
            reader.verify()
        assert "profiles" not in str(problem.value)
    orders.write_bytes(content[:-1])
    with pytest.raises(ReleaseDamaged, match=r"orders\.parquet has"):
        Reader.open(places)
    orders.unlink()
    with pytest.raises(ReleaseDamaged, match=r"orders\.parquet is missing"):
        Reader.open(places)
    (release.folder / "manifest.json").write_text('{"id": 3')
    with pytest.raises(ReleaseDamaged, match=r"manifest\.json is not a manifest"):
        Reader.open(places)
    (release.folder / "manifest.json").unlink()
    with pytest.raises(ReleaseDamaged, match=r"manifest\.json is missing"):
        Reader.open(places)


def test_a_table_damaged_under_a_reader_is_said_in_words(publish_small: Publish, places: Places) -> None:
    release = publish_small()
    with Reader.open(places) as reader:
        (release.folder / "orders.parquet").write_bytes(b"PAR1 nothing PAR1")
        with pytest.raises(ReleaseDamaged):
            reader.table("orders")


def test_a_release_of_a_newer_form_is_refused(publish_small: Publish, places: Places) -> None:
    manifest = publish_small().folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(ReleaseDamaged, match="format 2") as problem:
        Reader.open(places)
    assert "update" in problem.value.hint


def test_a_current_that_names_nothing_is_said_in_words(publish_small: Publish, places: Places) -> None:
    publish_small()
    (places.releases / "current").write_text("../../etc")
    with pytest.raises(NoRelease, match="which is not a release"):
        Reader.open(places)


def test_a_release_can_be_read_where_it_was_moved(publish_small: Publish, tmp_path: Path) -> None:
    moved = publish_small().folder.rename(tmp_path / "elsewhere")
    with Reader.at(moved) as reader:
        assert len(reader.table("customers")) == 40

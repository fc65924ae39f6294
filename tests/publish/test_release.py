from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import ReleaseError, WorkspaceError
from regulars.publish.dictionary import read_dictionary
from regulars.publish.manifest import Check
from regulars.publish.reader import Reader
from regulars.publish.release import Release, publish
from regulars.publish.tables import PUBLISHED_FACTS
from regulars.settings import Settings
from regulars.terms.places import Places

Publish = Callable[..., Release]


def test_a_release_holds_every_table_and_describes_itself(publish_small: Publish, places: Places) -> None:
    release = publish_small(checks=[Check(name="rows", passed=True, sentence="Nothing was lost.")])
    names = {path.name for path in release.folder.iterdir()}
    assert names == {f"{name}.parquet" for name in release.manifest.tables} | {
        "manifest.json", "data_dictionary.json", "data_dictionary.csv", "profiles.sqlite",
    }  # fmt: skip
    assert set(release.manifest.tables) == {
        "customers", "orders", "order_lines", "returns", "products", "features", "segments", "segment_profiles",
        "reasons", "audits", "set_aside",
    }  # fmt: skip
    written = json.loads((release.folder / "manifest.json").read_text())
    assert written["shop"] == {"name": "tea shop's [1] *", "currency": "XXX", "timezone": "UTC"}
    assert written["cutoff"] == "2026-03-01T00:00:00"
    assert written["horizon"] == {"days": 60, "reason": "within 60 days 80 % of gaps have closed"}
    assert written["sources"][0]["fingerprint"] == "abc"
    assert written["targets"] == []
    assert written["tables"]["customers"]["rows"] == 40
    assert written["checks"] == [{"name": "rows", "passed": True, "sentence": "Nothing was lost."}]
    assert written["settings"]["publishing"] == {"keep_releases": 12}
    assert (places.releases / "current").read_text() == f"{release.id}\n"


def test_equal_inputs_give_equal_hashes_whatever_the_machine(
    small_run: ModuleType, places: Places, tmp_path: Path
) -> None:
    def hashes(threads: int, where: str) -> dict[str, str]:
        with DuckDBEngine(threads=threads) as engine:
            small_run.fill(engine, 3000)
            release = publish(
                engine, Places(tmp_path / where), tables=small_run.TABLES, cutoff=small_run.CUTOFF,
                horizon=small_run.HORIZON, settings=Settings(),
            )  # fmt: skip
        return {name: table.sha256 for name, table in release.manifest.tables.items()}

    assert hashes(1, "a") == hashes(3, "b")


def test_another_input_gives_another_hash(publish_small: Publish, tmp_path: Path) -> None:
    one = publish_small(40, Places(tmp_path / "a")).manifest.tables
    two = publish_small(42, Places(tmp_path / "b")).manifest.tables
    assert one["orders"].sha256 != two["orders"].sha256


def test_the_facts_keep_their_identities(reader: Reader) -> None:
    (money,) = reader.sql(
        """
        SELECT
            (SELECT sum(revenue) FROM orders) AS placed,
            (SELECT sum(amount) FROM order_lines WHERE counts_as_revenue) AS lines,
            (SELECT sum(amount) FROM returns WHERE counts_as_revenue) AS given_back,
            (SELECT sum(return_value) FROM orders) AS given_back_by_order,
            (SELECT sum(net_revenue) FROM orders) AS net,
            (SELECT sum(revenue_to_date) FROM customers) AS net_by_customer,
            (SELECT sum(gross_revenue_to_date) FROM customers) AS placed_by_customer,
            (SELECT sum(net_revenue) FROM products) AS net_by_product
        """
    ).to_pylist()
    assert money["placed"] == money["lines"] > 0
    assert money["given_back"] == money["given_back_by_order"] > 0
    assert money["net"] == money["placed"] - money["given_back"] == money["net_by_customer"]
    assert money["net"] == money["net_by_product"]
    assert money["placed_by_customer"] == money["placed"]


def test_customers_have_what_was_known_at_the_cutoff(reader: Reader) -> None:
    rows = {row["customer_id"]: row for row in reader.table("customers").to_pylist()}
    assert rows["c0"]["is_buyer"] is False
    assert rows["c0"]["first_ordered_at"] is None
    assert rows["c7"]["n_orders"] == 2  # three orders, the first of them taken back
    assert str(rows["c7"]["first_ordered_at"]) == "2026-01-06 10:00:00"
    assert str(rows["c7"]["last_ordered_at"]) == "2026-01-09 10:00:00"
    assert (rows["c7"]["gross_revenue_to_date"], rows["c7"]["revenue_to_date"]) == (51.75, 34.5)
    assert rows["c7"]["email"] == "c7@shop.test"


def test_lines_are_numbered_within_their_order(reader: Reader) -> None:
    lines = reader.rows_of("order_lines", "c2").to_pylist()
    assert [(line["order_id"], line["order_line"], line["product_id"]) for line in lines] == [
        ("o2-0", 1, "p0"), ("o2-0", 2, "p1"), ("o2-1", 1, "p0"), ("o2-1", 2, "p1"),
    ]  # fmt: skip


def test_specs_and_queries_name_the_same_columns(small_run: ModuleType) -> None:
    from regulars.publish.tables import NEEDED, fact
    from regulars.warehouse.history import History

    with DuckDBEngine() as engine:
        small_run.fill(engine, 4)
        History(engine, small_run.CUTOFF).need(*NEEDED)
        for spec in PUBLISHED_FACTS:
            query = fact(spec)
            assert query
            assert tuple(engine.arrow(query).column_names) == spec.column_names


def test_the_dictionary_says_what_every_column_means(reader: Reader) -> None:
    specs = read_dictionary(reader.folder)
    assert specs["customers"] == next(spec for spec in PUBLISHED_FACTS if spec.name == "customers")
    assert set(specs) == set(reader.tables())
    with (reader.folder / "data_dictionary.csv").open(newline="") as file:
        rows = {(row["table"], row["column"]): row for row in csv.DictReader(file)}
    assert len(rows) == sum(len(spec.columns) for spec in specs.values())
    net = rows["customers", "revenue_to_date"]
    assert net["sentence"] == "Bought, after returns."
    assert net["unit"] == "XXX"  # the shop's currency stands where the spec says currency


def test_the_report_is_written_into_the_release_and_hashed(publish_small: Publish) -> None:
    def write_report(folder: Path) -> None:
        with Reader.at(folder) as reader:  # the release can be read before it is published
            (folder / "report.json").write_text(json.dumps({"n": len(reader.table("customers"))}))

    release = publish_small(write_report=write_report)
    assert release.manifest.files["report.json"].bytes == len('{"n": 40}')
    with Reader.at(release.folder) as reader:
        assert reader.report() == {"n": 40}
        reader.verify()


def test_a_report_that_fails_publishes_nothing(publish_small: Publish, places: Places) -> None:
    first = publish_small()

    def fail(folder: Path) -> None:
        raise RuntimeError("no report")

    with pytest.raises(RuntimeError):
        publish_small(write_report=fail)
    assert (places.releases / "current").read_text().strip() == first.id
    assert sorted(path.name for path in places.releases.iterdir()) == [first.id, "current"]


def test_ids_sort_by_time_even_when_the_clock_goes_back(publish_small: Publish, places: Places) -> None:
    first = publish_small()
    ahead = places.releases / "29991231-235959-999"
    first.folder.rename(ahead)
    assert publish_small().id > ahead.name


def test_a_table_that_is_not_as_its_spec_says_is_refused(small_run: ModuleType, places: Places) -> None:
    with DuckDBEngine() as engine:
        small_run.fill(engine)
        given = {
            "tables": small_run.TABLES, "cutoff": small_run.CUTOFF, "horizon": small_run.HORIZON,
            "settings": Settings(),
        }  # fmt: skip
        engine.execute("INSERT INTO segments SELECT * FROM segments WHERE customer_id = 'c3'")
        with pytest.raises(ReleaseError, match=r"segments has 1 rows too many.*c3"):
            publish(engine, places, **given)
        engine.execute("ALTER TABLE segments RENAME lifecycle_stage TO stage")
        with pytest.raises(ReleaseError, match="segments and its spec differ in lifecycle_stage, stage"):
            publish(engine, places, **given)
    assert list(places.releases.iterdir()) == []


def test_a_shop_without_customers_is_published(publish_small: Publish, places: Places) -> None:
    release = publish_small(0)
    assert release.manifest.tables["customers"].rows == 0
    with Reader.open(places) as reader:
        assert len(reader.table("customers")) == 0


def test_a_workspace_that_is_a_file_is_said_in_words(publish_small: Publish, tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        publish_small(where=Places(tmp_path / "shop"))

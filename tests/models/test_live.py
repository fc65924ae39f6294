"""One customer scored live has the numbers of the run (law 5)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import regulars as rg
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NotFound, WorkspaceForeign
from regulars.features.own import read_own_features
from regulars.models.live import Scorer
from regulars.models.store import open_models
from regulars.publish.reader import Reader
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.windows import Cutoff
from regulars.warehouse.one_customer import facts_of

TABLES = ("features", "predictions", "target_predictions")


def rounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in one order, numbers to ten digits: one row and many are not multiplied in the same order."""
    return sorted(
        (
            {
                name: float(f"{value:.9e}") if isinstance(value, float) else value
                for name, value in row.items()
            }
            for row in rows
        ),
        key=lambda row: (row.get("target", ""), row.get("horizon_days", 0)),
    )


@pytest.fixture(scope="module")
def released(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    own = Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("live") / "shop"))
    with Reader.open(Places(own)) as reader:
        yield reader


@pytest.fixture(scope="module")
def scorer(released: Reader) -> Iterator[Scorer]:
    places = Places(released.folder.parents[1])
    found = Scorer(
        open_models(released.folder / "models"),
        released.table("shop_statistics").arrow,
        Settings.load(places.root).predictions,
        read_own_features(places.features),
    )
    yield found
    found.close()


def test_everybody_has_the_numbers_of_the_run(released: Reader, scorer: Scorer) -> None:
    assert "n_evening_orders" in released.table("features").arrow.column_names
    with DuckDBEngine(Places(released.folder.parents[1]).warehouse, read_only=True) as warehouse:
        for customer_id in released.table("customers").arrow["customer_id"].to_pylist()[::3]:
            live = scorer.score(facts_of(warehouse, customer_id), released.cutoff)
            for name in TABLES:
                expected = released.rows_of(name, customer_id).arrow.to_pylist()
                assert rounded(live[name].to_pylist()) == rounded(expected), (customer_id, name)


def test_the_reasons_are_those_of_the_run(released: Reader, scorer: Scorer) -> None:
    explained = released.sql("SELECT DISTINCT customer_id FROM reasons ORDER BY customer_id LIMIT 20").arrow
    assert explained.num_rows
    with DuckDBEngine(Places(released.folder.parents[1]).warehouse, read_only=True) as warehouse:
        for customer_id in explained["customer_id"].to_pylist():
            live = scorer.score(facts_of(warehouse, customer_id), released.cutoff)["reasons"]
            expected = released.rows_of("reasons", customer_id).arrow
            assert live["sentence"].to_pylist() == expected["sentence"].to_pylist()
            assert live["contribution"].to_pylist() == pytest.approx(expected["contribution"].to_pylist())


def test_whoever_has_not_bought_yet_has_features_at_most(released: Reader, scorer: Scorer) -> None:
    with DuckDBEngine(Places(released.folder.parents[1]).warehouse, read_only=True) as warehouse:
        facts = facts_of(warehouse, released.table("customers").arrow["customer_id"][0].as_py())
    before = scorer.score(facts, Cutoff(released.cutoff.at - timedelta(days=4000)))
    assert before["features"].num_rows == 0
    assert before["predictions"].num_rows == 0


def test_the_python_door_scores_live(released: Reader) -> None:
    workspace = rg.open(released.folder.parents[1])
    for customer_id in released.table("predictions").arrow["customer_id"][:3].to_pylist():
        live = workspace.score(customer_id)["predictions"].arrow.to_pylist()
        assert rounded(live) == rounded(released.rows_of("predictions", customer_id).arrow.to_pylist())
    with pytest.raises(NotFound, match="nobody"):
        workspace.score("nobody")


def test_the_python_door_scores_with_what_is_in_the_workspace_now(released: Reader) -> None:
    workspace = rg.open(released.folder.parents[1])
    customer_id = released.table("predictions").arrow["customer_id"][0].as_py()
    assert "n_known" not in workspace.score(customer_id)["features"].arrow.column_names
    workspace.places.features.mkdir(exist_ok=True)
    own = workspace.places.features / "n_known.sql"
    own.write_text(
        "-- name: n_known\n-- sentence: Orders known.\n-- unit: orders\n"
        "SELECT customer_id, count(*) AS n_known FROM history_orders WHERE ordered_at < $cutoff GROUP BY customer_id\n",
        encoding="utf-8",
    )
    assert workspace.score(customer_id)["features"].arrow["n_known"][0].as_py() > 0
    own.unlink()
    assert "n_known" not in workspace.score(customer_id)["features"].arrow.column_names


def test_the_warehouse_of_an_earlier_version_is_refused_until_it_is_built_anew(
    demo_shop: Path, tmp_path: Path
) -> None:
    workspace = rg.open(shutil.copytree(demo_shop, tmp_path / "shop"))
    with DuckDBEngine(workspace.places.warehouse) as warehouse:
        warehouse.drop("fct_order_categories")
    with pytest.raises(WorkspaceForeign, match="kept no fct_order_categories") as problem:
        workspace.score("1")
    assert "regulars run" in problem.value.hint
    with pytest.raises(WorkspaceForeign, match="kept no fct_order_categories"):
        workspace.features()

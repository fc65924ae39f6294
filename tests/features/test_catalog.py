"""The catalog, the SQL and the table are one list."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from regulars.engines.queries import load
from regulars.features.build import COMPARED, GROUPS, READ_AGAIN, build_features
from regulars.features.catalog import CATALOG, page
from regulars.features.tables import FEATURES, SHOP_STATISTICS
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import RELATIONS, History


def types(engine, table: str) -> dict[str, str]:
    return {row["column_name"]: row["column_type"] for row in engine.rows(f"DESCRIBE {table}")}


def test_the_table_has_the_columns_and_types_of_its_spec() -> None:
    with six_customer_warehouse() as engine:
        build_features(History(engine, SIX_CUSTOMERS_CUTOFF), 30)
        for spec in (FEATURES, SHOP_STATISTICS):
            found = types(engine, spec.name)
            assert list(found) == list(spec.column_names)
            declared = {column.name: column.type.replace(" ", "") for column in spec}
            assert {name: kind.replace(" ", "") for name, kind in found.items()} == declared


@pytest.mark.parametrize("group", [*GROUPS, *COMPARED])
def test_a_group_returns_what_the_catalog_says_it_does_and_nothing_else(group: str) -> None:
    wanted = {one.name for one in CATALOG if one.relation == group}
    with six_customer_warehouse() as engine:
        history = History(engine, SIX_CUSTOMERS_CUTOFF)
        build_features(history, 30)
        history.need(*RELATIONS)
        for name in READ_AGAIN:
            engine.create(f"features_{name}", load("regulars.features", f"groups/{name}"),
                          {**history.parameters, "horizon_days": 30}, temporary=True)  # fmt: skip
        query = load("regulars.features", f"groups/{group}")
        engine.create("returned", query, {**history.parameters, "horizon_days": 30}, temporary=True)
        columns = engine.columns("returned")
    assert set(columns) - {"customer_id"} == wanted
    assert columns[0] == "customer_id"


def test_every_query_says_what_it_is() -> None:
    for name in [*GROUPS, *COMPARED]:
        header = load("regulars.features", f"groups/{name}").header
        assert header["grain"].startswith("one row per customer"), name
        assert header["keys"] == "customer_id", name
        assert "time" in header, name
    on_disk = {
        path.name.removesuffix(".sql") for path in files("regulars.features").joinpath("groups").iterdir()
    }
    assert on_disk == {*GROUPS, *COMPARED}


def test_features_read_the_history_and_nothing_else() -> None:
    for name in [*GROUPS, *COMPARED]:
        text = load("regulars.features", f"groups/{name}").text
        assert not re.findall(r"\b(?:fct|dim|raw|stg|aftermath)_\w+", text), name


def test_sentences_are_sentences() -> None:
    assert len({one.name.lower() for one in CATALOG}) == len(CATALOG)
    for one in CATALOG:
        assert one.sentence[0].isupper(), one.name
        assert one.sentence.endswith("."), one.name
        assert one.unit, one.name
        assert one.lookback, one.name


def test_the_page_names_every_feature() -> None:
    text = page()
    for one in CATALOG:
        assert f"| `{one.name}` | {one.sentence} |" in text
    assert text.count("\n## ") == len({one.group for one in CATALOG})

"""A build that was written down as one query gives the tables of a build."""

from __future__ import annotations

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.recording import RecordingEngine
from regulars.ingest.tables import RAW_TABLES
from regulars.settings import Settings
from regulars.testing.shops import land_rows, six_customer_orders
from regulars.warehouse.build import build
from regulars.warehouse.tables import AUDITS, WAREHOUSE_TABLES

MADE = tuple(spec for spec in WAREHOUSE_TABLES if spec.name != AUDITS.name)


def test_the_recorded_build_is_the_build() -> None:
    with DuckDBEngine() as engine, RecordingEngine() as recorded:
        land_rows(engine, six_customer_orders())
        build(engine, Settings())
        for spec in RAW_TABLES:
            recorded.create_empty(spec)
        build(recorded, Settings())
        recorded.prepare({spec.name: f"FROM {spec.name}" for spec in MADE}, RAW_TABLES)
        for _ in range(2):  # the second time it has other rows to replace
            for spec in RAW_TABLES:
                recorded.fill(spec, engine.arrow(f"FROM {spec.name}"))
            answers = recorded.answers()
            for spec in MADE:
                expected = engine.arrow(f"FROM {spec.name}")
                assert answers[spec.name].schema.names == expected.schema.names
                assert sorted(map(repr, answers[spec.name].to_pylist())) == sorted(
                    map(repr, expected.to_pylist())
                ), spec.name
        assert answers["fct_orders"].num_rows == 13
        assert answers["fct_cancellations"].num_rows > 0

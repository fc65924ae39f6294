"""What to show whom, on the page."""

from __future__ import annotations

from importlib.resources import files
from json import loads

import jsonschema
import pytest
from tests.recommend.conftest import AT, bought
from tests.report.conftest import Report, Shop

from regulars import flow, steps
from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.recommendations import judge_recommendations
from regulars.features.tables import SHOP_STATISTICS, features_table
from regulars.publish.release import publish
from regulars.recommend.build import build_recommendations, keep_scorers
from regulars.recommend.retention import build_retention
from regulars.recommend.tables import RETENTION_RECOMMENDATIONS
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.windows import Horizon
from regulars.testing.shops import land_rows

SCHEMA = loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))


def shown(folder, rows) -> Report:
    """Publish a shop with its lists, as a run would."""
    settings = Settings(shop={"name": "Tea shop", "currency": "GBP"})
    with DuckDBEngine() as engine:
        land_rows(engine, rows)
        shop = Shop(engine, settings, AT)
        verdicts = judge_recommendations(engine, AT, Horizon(30, "given"), settings)
        build_recommendations(
            shop.history, settings, {target: one.scorer for target, one in verdicts.items()}
        )
        keep_scorers(engine, {target: (one.scorer.name, one.sentence) for target, one in verdicts.items()})
        build_retention(engine, settings)
        tables = [
            features_table(), SHOP_STATISTICS, *SEGMENT_TABLES, *DESCRIBE_TABLES, *steps.listed_tables(), RETENTION_RECOMMENDATIONS,
        ]  # fmt: skip
        release = publish(
            engine, Places(folder), tables=tables, cutoff=AT, horizon=shop.horizon, settings=settings, audit=shop.audit,
            write_report=flow.write_report_into, history=shop.history,
        )  # fmt: skip
    return Report(release.folder)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Twenty-four customers buy one of three teas every ten days, and the last six stopped four months ago; cups now and then."""
    rows = []
    for who in range(24):
        for order in range(12 if who >= 18 else 0, 24):
            rows.append(bought(f"c{who:02d}", f"tea{who % 3}", 10 * order + who % 9 + 0.5, f"o{who}-{order}"))
            if (order * 7 + who) % 3 == 0:
                rows.append(
                    bought(
                        f"c{who:02d}",
                        f"<i>cup</i>{(order * 5 + who) % 24}",
                        10 * order + who % 9 + 0.5,
                        f"o{who}-{order}",
                    )
                )
    return shown(tmp_path_factory.mktemp("shop"), rows)


def test_the_summary_has_the_documented_form(report):
    jsonschema.validate(report.summary, SCHEMA)


def test_the_proof_comes_first_and_every_scorer_is_beside_it(report):
    section = report.summary["recommendations"]
    assert section["sentence"].startswith("Of ")
    assert {row["target"] for row in section["scorers"]} == {"try_next", "buy_again", "next_basket"}
    for target in ("try_next", "buy_again", "next_basket"):
        assert sum(row["is_winner"] for row in section["scorers"] if row["target"] == target) == 1
        assert f'<figure id="lists-{target.replace("_", "-")}"' in report.html
    assert not any("_" in note for note in section["notes"]), "scorers are written as they are called"


def test_who_is_to_be_won_back_is_shown_with_what_they_liked(report):
    rows = report.summary["recommendations"]["retention"]
    assert rows
    assert all(row["reason"].startswith(("At risk, ", "Can't lose, ")) for row in rows)
    assert all(f"Tea{int(row['customer_id'][1:]) % 3}" in row["products"] for row in rows)
    assert [row["money_at_risk"] for row in rows] == sorted(
        (row["money_at_risk"] for row in rows), reverse=True
    )


def test_names_of_products_are_text(report):
    assert "<i>Cup</i>" not in report.html
    assert "&lt;I&gt;Cup&lt;/I&gt;" in report.html or "&lt;i&gt;" in report.html.lower()


def test_a_shop_without_products_is_told_so(tmp_path):
    report = shown(tmp_path, [bought("ann", None, 5), bought("bob", None, 40)])
    assert report.summary["recommendations"]["missing"].startswith("No known customer bought a product")
    jsonschema.validate(report.summary, SCHEMA)

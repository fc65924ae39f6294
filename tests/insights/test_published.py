"""Findings as they leave the house: in a release, as findings.json, in the report and on the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.insights.made import CUTOFF, made
from typer.testing import CliRunner

from regulars import flow
from regulars.cli.main import app
from regulars.errors import NotFound
from regulars.publish.earlier import earlier_release
from regulars.publish.findings import chosen_finding, findings_document
from regulars.publish.reader import Reader
from regulars.settings import Segmentation
from regulars.terms.places import Places
from regulars.testing.shops import write_csv

SCHEMA = json.loads(files("regulars.publish").joinpath("findings.schema.json").read_text("utf-8"))
REPORT = json.loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))
EARLIER = str((CUTOFF.at - timedelta(days=60)).date())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with a release at an earlier cut-off, and one at the end of the data."""
    folder = tmp_path_factory.mktemp("shop")
    orders = write_csv(made(6, 1.2, tilt={1: lambda day: 0.3 + 1.7 * day / 790}), folder / "orders.csv")
    folder.joinpath("regulars.toml").write_text(
        '[shop]\ncurrency = "GBP"\n[predictions]\nbacktest_cutoffs = 1\n', encoding="utf-8"
    )
    flow.run(folder, [orders], cutoff=EARLIER)
    flow.run(folder, cutoff=str(CUTOFF.at.date()))
    return folder


@pytest.fixture
def reader(workspace: Path) -> Iterator[Reader]:
    with Reader.open(Places(workspace)) as found:
        yield found


def test_the_file_has_the_documented_form(reader: Reader) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = json.loads(reader.folder.joinpath("findings.json").read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert document == findings_document(reader)
    assert document["findings"]
    assert "findings.json" in reader.manifest.files
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"surprise": 1}, SCHEMA)


def test_the_agreed_columns_come_first(reader: Reader) -> None:
    agreed = (
        "finding_id", "kind", "severity", "sentence", "money", "period_start", "period_end", "n_customers", "audience",
        "p_adjusted", "ci_low", "ci_high",
    )  # fmt: skip
    assert reader.spec("findings").column_names[: len(agreed)] == agreed


def test_every_finding_opens_in_the_release(reader: Reader) -> None:
    for row in reader.table("findings").to_pylist():
        assert len(reader.sql(row["rows_query"])), row["sentence"]


def test_a_customer_knows_the_findings_about_them(reader: Reader) -> None:
    row = reader.table("finding_customers").to_pylist()[0]
    found = reader.profile(row["customer_id"])["finding_customers"]
    assert row["finding_id"] in {one["finding_id"] for one in found}


def test_the_later_release_is_compared_with_the_earlier(workspace: Path, reader: Reader) -> None:
    first, _ = sorted(Places(workspace).releases.glob("2*"))
    moved = reader.table("movements").to_pylist()
    assert {row["previous_release"] for row in moved} == {first.name}
    with Reader.at(first) as earliest:
        assert earliest.table("movements").to_pylist() == []


def test_other_segments_are_no_comparison(workspace: Path) -> None:
    places = Places(workspace)
    assert earlier_release(places, CUTOFF.at, Segmentation()) is not None
    assert earlier_release(places, CUTOFF.at, Segmentation(scheme="published")) is None
    assert earlier_release(places, CUTOFF.at - timedelta(days=60), Segmentation()) is None


def test_the_report_tells_the_plan(reader: Reader) -> None:
    summary = reader.report()
    jsonschema.validate(summary, REPORT)
    told = summary["findings"]
    rows = [row for plan in told["plans"] for row in plan["rows"]]
    assert {row["finding_id"] for row in rows} == {
        row["finding_id"] for row in reader.table("findings").to_pylist()
    }
    assert told["movements"]["previous_cutoff"].startswith(EARLIER)
    page = reader.folder.joinpath("report.html").read_text("utf-8")
    for row in rows:
        assert f'id="finding-{row["finding_id"]}"' in page
    assert 'id="movements"' in page
    # what stands on top is the plan, and is not said in other words a second time
    keys = [headline["key"] for headline in summary["headlines"]]
    assert set(keys) <= {row["kind"] for row in rows} | {"data"}
    assert summary["headlines"][0]["sentence"] == next(row["sentence"] for row in rows)


def said(workspace: Path, *words: str) -> Any:
    found = CliRunner().invoke(
        app, ["findings", *words, "--workspace", str(workspace)], catch_exceptions=False
    )
    assert found.exit_code == 0
    return found.stdout


def test_the_terminal_tells_the_plan(workspace: Path, reader: Reader) -> None:
    document = findings_document(reader)
    words = " ".join(said(workspace).split())
    for row in document["findings"]:
        assert " ".join(row["sentence"].split()) in words
    assert json.loads(said(workspace, "--json")) == document


def test_the_terminal_opens_one(workspace: Path, reader: Reader) -> None:
    document = findings_document(reader)
    one = document["findings"][0]
    assert json.loads(said(workspace, "1", "--json")) == one
    assert json.loads(said(workspace, one["finding_id"][:6], "--json")) == one
    assert one["customers"][0]["customer_id"] in said(workspace, "1")
    with pytest.raises(NotFound, match="999") as problem:
        chosen_finding(document, "999")
    assert "give a number" in problem.value.hint

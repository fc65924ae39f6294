"""Who is alike and when they buy, on the page: groups with their pictures, personas, windows, send times."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from json import loads

import jsonschema
import pytest
from tests.segments.test_no_future import orders

SCHEMA = loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def grouped(report_of):
    return report_of(orders(1, datetime(2026, 1, 1), 150, 700, "A"))


def test_the_summary_has_its_form(grouped):
    jsonschema.validate(grouped.summary, SCHEMA)


def test_every_customer_is_in_one_group_of_each_track(grouped):
    summary = grouped.summary
    n = next(row["value"] for row in summary["key_figures"] if row["figure"] == "n_customers")
    tracks = summary["clusters"]["tracks"]
    assert [track["track"] for track in tracks] == ["rfm", "behavior"]
    for track in tracks:
        assert sum(group["n_customers"] for group in track["groups"]) == n
        assert sum(group["revenue_share"] for group in track["groups"]) == pytest.approx(1)
        assert sum(row["is_chosen"] for row in track["choice"]) == 1
        assert {point["cluster"] for point in track["points"]} <= {
            group["cluster"] for group in track["groups"]
        }


def test_the_page_shows_groups_curves_and_maps(grouped):
    page = grouped.html
    for track in grouped.summary["clusters"]["tracks"]:
        for group in track["groups"]:
            if group["cluster"]:
                assert group["name"] in page
                assert f'id="{track["track"]}-group-{group["cluster"]}"' in page
        for name in ("map", "silhouette", "davies-bouldin", "inertia", "stability-ari"):
            assert f'<figure id="{track["track"]}-{name}"' in page


def test_a_shop_too_small_for_groups_says_so(six_customers):
    section = six_customers.summary["clusters"]
    assert section["missing"] == "4 customers have ordered; groups are looked for from 50."
    assert section["missing"] in six_customers.html


def test_windows_and_personas_add_up(grouped, six_customers):
    for report in (grouped, six_customers):
        rhythm = report.summary["rhythm"]
        assert rhythm["windows"][0]["revenue_share"] >= 0.5
        assert sum(row["customer_share"] for row in rhythm["personas"]) == pytest.approx(1)
        assert "falls into a stretch of the week" in report.html
        assert rhythm["send_times"]["sentence"] in report.html


def test_send_times_are_told_with_how_they_did(grouped):
    told = grouped.summary["rhythm"]["send_times"]
    assert "one time for all" in told["sentence"]
    assert {row["advice"] for row in told["tried"]} == {"given", "own", "segment", "shop"}
    assert all(0 <= row["hit_share"] <= 1 for row in told["tried"])


def test_dates_without_hours_have_days_alone(report_of):
    rows = [
        {**row, "ordered_at": datetime(2026, 1, 5)} for row in orders(1, datetime(2026, 1, 1), 5, 20, "A")
    ]
    rhythm = report_of(rows, has_hours=False).summary["rhythm"]
    assert [row["window_name"] for row in rhythm["windows"]] == ["weekend"]
    assert {row["measure"] for row in rhythm["send_times"]["tried"]} <= {"weekday"}


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_can_be_read_on_every_screen(grouped, open_report, size):
    opened = open_report(grouped.page, size)
    opened.everything_open()
    assert opened.is_as_wide_as_its_window()
    assert opened.smallest_letter() >= 12
    assert opened.cut_letters() == []
    assert [text for text, _ in opened.low_contrast()] == []
    assert opened.said == []

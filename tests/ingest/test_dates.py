"""Dates are read as a whole column, or not at all."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import MappingUnclear
from regulars.ingest.dates import DateReading, infer


def read(
    cells: list[str | None], order=None, timezone: str = "UTC", ask=None
) -> tuple[DateReading | None, list]:
    with DuckDBEngine() as engine:
        table = pa.table({"__row_number": range(1, len(cells) + 1), "cell": pa.array(cells, pa.string())})
        with engine.registered("cells", table):
            reading = infer(
                engine,
                "cells",
                "cell",
                column="Date",
                table="orders.csv",
                order=order,
                timezone=timezone,
                ask=ask,
            )
            if reading is None:
                return None, []
            found = engine.rows(
                f"SELECT {reading.sql('cell', timezone)} AS t FROM cells ORDER BY __row_number"
            )
    return reading, [row["t"] for row in found]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2010-12-01 08:26:00", "2010-12-02 09:00:01"], datetime(2010, 12, 1, 8, 26)),
        (["2010-12-01T08:26:00", "2010-12-02T09:00:01.250"], datetime(2010, 12, 1, 8, 26)),
        (["2010/12/1 8:26"], datetime(2010, 12, 1, 8, 26)),
        (["20101201", "20101231"], datetime(2010, 12, 1)),
        (["20101201082600"], datetime(2010, 12, 1, 8, 26)),
        (["12/1/2010 8:26", "12/13/2010 8:26"], datetime(2010, 12, 1, 8, 26)),
        (["1.12.2010", "13.12.2010"], datetime(2010, 12, 1)),
        (["01-12-10", "31-12-10"], datetime(2010, 12, 1)),
        (["12/1/2010 8:26:05 PM", "12/31/2010 12:00:00 AM"], datetime(2010, 12, 1, 20, 26, 5)),
        (["12/1/2010 8:26 p.m.", "12/31/2010 8:26 a.m."], datetime(2010, 12, 1, 20, 26)),
        (["1 Dec 2010", "13 Jan 2011"], datetime(2010, 12, 1)),
        (["December 1, 2010", "May 2, 2010"], datetime(2010, 12, 1)),
        (["1. Dezember 2010", "3. März 2011"], datetime(2010, 12, 1)),
        (["1 décembre 2010", "3 août 2011"], datetime(2010, 12, 1)),
        (["Wed, 01 Dec 2010 08:26:00 +0000"], datetime(2010, 12, 1, 8, 26)),
        (["01-Dec-10", "15-Jan-11"], datetime(2010, 12, 1)),
        (["40513.351388888889", "40514"], datetime(2010, 12, 1, 8, 26)),
        (["1291191960", "942767258"], datetime(2010, 12, 1, 8, 26)),
        (["1291191960000"], datetime(2010, 12, 1, 8, 26)),
        (["2010-12-01 08:26:00 UTC"], datetime(2010, 12, 1, 8, 26)),
    ],
)
def test_the_forms_that_exports_use_are_read(cells, expected):
    _, instants = read(cells)
    assert instants[0] == expected
    assert None not in instants


@given(
    st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]),
)
def test_a_column_with_a_day_beyond_twelve_is_read_as_it_was_written(instants, written):
    instants = [*[each.replace(second=0, microsecond=0) for each in instants], datetime(2010, 12, 13, 8, 26)]
    reading, found = read([each.strftime(written) for each in instants])
    assert found == instants
    assert reading.order == ("day_first" if written.startswith("%d") else "month_first")


def test_when_both_orders_fit_both_readings_and_the_lines_are_shown():
    with pytest.raises(MappingUnclear) as problem:
        read(["1/2/2024", "3/4/2024"])
    assert "day first: 2024-02-01 … 2024-04-03" in str(problem.value)
    assert "month first: 2024-01-02 … 2024-03-04" in str(problem.value)
    assert 'date_order = "month_first"' in problem.value.hint


def test_whoever_can_answer_is_asked():
    def ask(question, choices):
        assert "orders.csv" in question
        return next(choice for choice in choices if choice.startswith("day first"))

    assert read(["1/2/2024", "3/4/2024"], ask=ask)[1] == [datetime(2024, 2, 1), datetime(2024, 4, 3)]


def test_the_settings_decide():
    assert read(["1/2/2024", "3/4/2024"], order="day_first")[1] == [
        datetime(2024, 2, 1),
        datetime(2024, 4, 3),
    ]


def test_nothing_is_asked_when_it_makes_no_difference():
    assert read(["1/1/2024", "2/2/2024"])[1] == [datetime(2024, 1, 1), datetime(2024, 2, 2)]


@pytest.mark.parametrize("other", ["2/14/2024", "2024-02-03"])
def test_orders_that_contradict_each_other_are_refused_by_row(other):
    with pytest.raises(MappingUnclear, match=rf"row 1: '13/2/2024'.*row 2: '{other}'") as problem:
        read(["13/2/2024", other, "1/3/2024"])
    assert "date_order" in problem.value.hint


def test_what_is_no_day_stays_unread():
    assert read(["31/6/2024", "13/5/2024", "hello", None, "0001-01-01"])[1] == [
        None,
        datetime(2024, 5, 13),
        None,
        None,
        None,
    ]


@given(
    st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)), min_size=1, max_size=10),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_offsets_are_converted_to_the_clock_of_the_shop(instants, zone):
    aware = [each.replace(microsecond=0, tzinfo=ZoneInfo("America/Sao_Paulo")) for each in instants]
    _, found = read([each.isoformat() for each in aware], timezone=zone)
    assert found == [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in aware]


def test_epochs_are_converted_to_the_clock_of_the_shop():
    assert read(["1291191960"], timezone="America/New_York")[1] == [datetime(2010, 12, 1, 3, 26)]


@pytest.mark.parametrize(
    ("cells", "hours"),
    [
        (["2024-01-01"], False),
        (["2024-01-01 00:00:00", "2024-01-02 00:00:00"], False),
        (["2024-01-01 00:00", "2024-01-02 10:00"], True),
    ],
)
def test_a_column_of_midnights_has_no_hours(cells, hours):
    assert read(cells)[0].has_hours is hours


def test_text_is_no_date():
    assert read(["hello", "1234"]) == (None, [])

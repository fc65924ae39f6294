"""Numbers are read with one decimal mark for a whole table."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import MappingUnclear
from regulars.ingest.dates import Forms
from regulars.ingest.numbers import infer


def read(cells: list[str | None], decimal=None) -> list[Decimal | None]:
    return [value for value, _ in read_both(cells, decimal)]


def read_both(cells: list[str | None], decimal=None) -> list[tuple[Decimal | None, bool]]:
    with DuckDBEngine() as engine:
        table = pa.table({"row": range(len(cells)), "cell": pa.array(cells, pa.string())})
        with engine.registered("cells", table):
            forms = {"price": Forms.of(engine, "cells", "cell")}
            reading = infer(forms, columns={"price": "Preis"}, table="orders.csv", decimal=decimal)
            found = engine.rows(
                f"SELECT {reading.sql('price', 'cell')} AS value, {reading.is_number('price', 'cell')} AS is_number"
                " FROM cells ORDER BY row"
            )
    return [(row["value"], row["is_number"]) for row in found]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.234,56"], ["1234.56"]),
        (["1,234.56"], ["1234.56"]),
        (["1 234,56", "1\u202f234,5", "7"], ["1234.56", "1234.5", "7"]),
        (["1'234.56"], ["1234.56"]),
        (["1,00,000.50"], ["100000.50"]),
        (["12,50 €", "€ 3,10"], ["12.50", "3.10"]),
        (["$1,234.50", "-$2.00", "USD 3.25"], ["1234.50", "-2", "3.25"]),
        (["(5.00)", "12.5-", "−3.5"], ["-5", "-12.5", "-3.5"]),
        (["10%", "2.5%"], ["0.1", "0.025"]),
        (["1e2", "1.5"], ["100", "1.5"]),
        (["0.500", "0.250"], ["0.5", "0.25"]),
        (["1.234.567", "5"], ["1234567", "5"]),
        (["12,5", "1.234"], ["12.5", "1234"]),
    ],
)
def test_the_ways_to_write_numbers_are_read(cells, expected):
    assert read(cells) == [Decimal(text) for text in expected]


@pytest.mark.parametrize("cell", ["abc5", "5 apples", "1,2,3.5", "5.5.5", "--5", "5 5 a", "12.5 12.5 x"])
def test_what_is_no_number_is_never_half_read(cell):
    assert read(["1,234.50", cell])[1] is None


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=20),
    st.sampled_from([(",", "."), (".", ","), (" ", ",")]),
)
def test_numbers_come_back_as_they_were_written(values, marks):
    thousands, decimal = marks
    written = [f"{value:,.2f}".translate(str.maketrans({",": thousands, ".": decimal})) for value in values]
    assert read(written) == values


def test_two_marks_in_one_table_are_refused():
    with pytest.raises(MappingUnclear, match=r"'12,50' in 'Preis' has a decimal comma.*'12.50' in 'Preis'"):
        read(["12,50", "12.50"])
    assert read(["12,50", "12.50"], decimal=",")[0] == Decimal("12.50")


def test_a_mark_that_could_be_either_is_asked():
    with pytest.raises(MappingUnclear, match="a little over one, or a thousand") as problem:
        read(["1.234", "12"])
    assert 'decimal = ","' in problem.value.hint
    assert read(["1.234", "12"], decimal=".") == [Decimal("1.234"), Decimal(12)]
    assert read(["1.234", "12"], decimal=",") == [Decimal(1234), Decimal(12)]


@pytest.mark.parametrize("cell", ["NaN", "inf", "-Infinity", "1e300", "999999999999999999"])
def test_numbers_out_of_range_are_told_from_no_numbers(cell):
    assert read_both(["1.5", cell, "x"])[1:] == [(None, True), (None, False)]

"""Delimited text, as people have it."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import FileUnreadable
from regulars.ingest.sources import ROW_NUMBER, SourceTable, open_sources
from regulars.ingest.sources.careful import read_carefully
from regulars.ingest.sources.delimited import _NotThisWay, _read_fast, _read_numbered
from regulars.ingest.sources.dialect import detect
from regulars.ingest.sources.encoding import Utf8
from regulars.ingest.sources.spool import Spool
from regulars.settings import Settings, Source

HEADER = "order_id,customer_id,ordered_at,description,amount"
ROWS = [
    "A1,ann,2026-01-05,Green tea,28.00",
    "A2,bob,2026-01-19,Small cup,30.00",
    "A3,cat,2026-02-09,Tea,9.50",
]


def contents(table: SourceTable) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows and the rejected rows."""
    with DuckDBEngine() as engine, table.open(engine) as rows:
        assert engine.columns(rows) == [ROW_NUMBER, *table.columns]
        kept = engine.rows(f"FROM {rows} ORDER BY {ROW_NUMBER}")
        rejected = engine.rows(f"FROM {table.rejects} ORDER BY {ROW_NUMBER}")
        assert engine.columns(table.rejects) == [ROW_NUMBER, "reason", "detail", "cells"]
    return kept, rejected


def only(path: Path, **entry: Any) -> SourceTable:
    sources = [Source(files="*", shape="orders", **entry)] if entry else []
    (table,) = open_sources([path], Settings(sources=sources))
    return table


def values(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [list(row.values())[1:] for row in rows]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(write: Callable[..., Path], delimiter: str) -> None:
    table = only(write("\n".join([HEADER, *ROWS]).replace(",", delimiter)))
    assert table.columns == ("order_id", "customer_id", "ordered_at", "description", "amount")
    assert table.read_as["delimiter"] == delimiter
    rows, rejected = contents(table)
    assert [row[ROW_NUMBER] for row in rows] == [1, 2, 3]
    assert values(rows)[0] == ["A1", "ann", "2026-01-05", "Green tea", "28.00"]
    assert rejected == []


def test_decimal_commas_do_not_make_commas_the_delimiter(write: Callable[..., Path]) -> None:
    table = only(write("Datum;Kunde;Betrag;Steuer\n5.1.2026;ann;28,00;4,47\n19.1.2026;bob;30,00;4,79\n"))
    assert table.columns == ("Datum", "Kunde", "Betrag", "Steuer")
    assert values(contents(table)[0])[0] == ["5.1.2026", "ann", "28,00", "4,47"]


def test_a_line_that_names_the_separator_is_obeyed(write: Callable[..., Path]) -> None:
    table = only(write("sep=;\r\na;b\r\n1,5;2\r\n"))
    assert table.columns == ("a", "b")
    assert values(contents(table)[0]) == [["1,5", "2"]]


def test_blanks_as_separators_without_a_header(write: Callable[..., Path]) -> None:
    table = only(
        write(" 00001 19970101  1   11.77\r\n 00002\t19970112  1   12.00 \r\n 00002 19970112  5   77.00")
    )
    assert table.columns == ("column_1", "column_2", "column_3", "column_4")
    assert values(contents(table)[0])[1:] == [
        ["00002", "19970112", "1", "12.00"],
        ["00002", "19970112", "5", "77.00"],
    ]
    assert "first row is data" in table.notes[0]


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32-le"),
    ],
)
def test_encodings_are_found(write: Callable[..., Path], encoding: str, mark: bytes, found: str) -> None:
    text = "\r\n".join([HEADER, "A1,ann,2026-01-05,Café – “crème”,£28.00", *ROWS]) + "\r\n"
    table = only(write(mark + text.encode(encoding)))
    assert table.read_as["encoding"] == found
    assert table.columns[0] == "order_id"
    assert values(contents(table)[0])[0] == ["A1", "ann", "2026-01-05", "Café – “crème”", "£28.00"]


def test_settings_win_over_what_a_file_seems_to_be(write: Callable[..., Path]) -> None:
    text = "id;name|x\n1;Łódź|2\n2;Gdańsk|3\n"
    table = only(write(text, encoding="cp1250"), encoding="cp1250", delimiter="|")
    assert table.columns == ("id;name", "x")
    assert values(contents(table)[0]) == [["1;Łódź", "2"], ["2;Gdańsk", "3"]]


def test_a_few_broken_bytes_do_not_make_utf8_something_else(write: Callable[..., Path]) -> None:
    table = only(write("id,name\n1,Zoë\n2,Łódź\n3,".encode() + b"caf\xe9\n"))
    assert values(contents(table)[0]) == [["1", "Zoë"], ["2", "Łódź"], ["3", "café"]]
    assert table.notes == ("1 bytes are not UTF-8 and were read as cp1252.",)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_and_quoted_line_breaks(write: Callable[..., Path], ending: str) -> None:
    text = ending.join(["id,text,n", f'1,"two{ending}lines, ""quoted""",5', "", "2,,6", '3,"",7', ""])
    rows, rejected = contents(only(write(text)))
    assert values(rows) == [["1", f'two{ending}lines, "quoted"', "5"], ["2", None, "6"], ["3", None, "7"]]
    assert [row[ROW_NUMBER] for row in rows] == [1, 2, 3]
    assert rejected == []


def test_names_of_columns_are_made_usable(write: Callable[..., Path]) -> None:
    table = only(write(" Date ,date,,__row_number,Date\n2026-01-05,1,2,3,4\n2026-01-06,1,2,3,4\n"))
    assert table.columns == ("Date", "date_2", "column_3", "__row_number_2", "Date_3")
    assert values(contents(table)[0])[0] == ["2026-01-05", "1", "2", "3", "4"]


def test_titles_above_the_header_are_passed_over(write: Callable[..., Path]) -> None:
    table = only(write("Report of sales\n\nJanuary 2026,,\nid,day,amount\n1,2026-01-05,3\n2,2026-01-06,4\n"))
    assert table.columns == ("id", "day", "amount")
    assert table.read_as["titles"] == 2
    assert values(contents(table)[0]) == [["1", "2026-01-05", "3"], ["2", "2026-01-06", "4"]]


def test_emoji_and_right_to_left_names_pass_unharmed(write: Callable[..., Path]) -> None:
    names = ["👩‍👩‍👧 Gift 🎁", "مقهى الشاي", "שלום\u200f", "'; DROP TABLE", "=1+1"]
    table = only(write("id,name\n" + "".join(f'{i},"{name}"\n' for i, name in enumerate(names))))
    assert [name for _, name in values(contents(table)[0])] == names


def test_gzip_is_read_and_has_the_fingerprint_of_its_content(write: Callable[..., Path]) -> None:
    text = "\n".join([HEADER, *ROWS])
    plain, packed = only(write(text)), only(write(gzip.compress(text.encode()), "orders.csv.gz"))
    assert contents(plain) == contents(packed)
    assert only(write(text, "again.csv")).fingerprint == plain.fingerprint
    assert only(write(text + "\nA4,dan,2026-02-10,Tea,1", "more.csv")).fingerprint != plain.fingerprint
    assert only(write(text), decimal=",").fingerprint == plain.fingerprint
    assert only(write(text), encoding="cp1252").fingerprint != plain.fingerprint


def test_rows_with_too_few_and_too_many_cells(write: Callable[..., Path]) -> None:
    text = "a,b,c,d\n1,2,3,4\n1,2\n\n1\n1,2,3,4,5,6\n1,2,3,4,,\n,,,\n9,9,9,9\n"
    rows, rejected = contents(only(write(text)))
    assert [(row[ROW_NUMBER], row["d"]) for row in rows] == [(1, "4"), (2, None), (5, "4"), (7, "9")]
    assert [(row[ROW_NUMBER], row["reason"]) for row in rejected] == [
        (3, "too_few_cells"),
        (4, "too_many_cells"),
    ]
    assert rejected[1]["detail"] == "6 cells where the file has 4 columns"
    assert json.loads(rejected[1]["cells"]) == {
        "a": "1", "b": "2", "c": "3", "d": "4", "column_5": "5", "column_6": "6",
    }  # fmt: skip


def test_row_numbers_stay_true_over_many_blocks(write: Callable[..., Path]) -> None:
    lines = ["id,text,n"]
    odd = {1, 2, 50_000, 120_000, 199_999, 200_000}
    lines += [f"{i},x" + ",1,2,3" * (i in odd) + f",{'y' * 30}" for i in range(1, 200_001)]
    with DuckDBEngine() as engine, only(write("\n".join(lines))).open(engine) as rows:
        found = engine.row(
            f"SELECT count(*) AS n, count_if(CAST(id AS BIGINT) = {ROW_NUMBER}) AS n_true FROM {rows}"
        )
        rejected = engine.rows(f"SELECT {ROW_NUMBER} AS number FROM {rows}_rejects")
    assert found == {"n": 200_000 - len(odd), "n_true": 200_000 - len(odd)}
    assert {row["number"] for row in rejected} == odd


def test_a_giant_cell_is_set_aside(write: Callable[..., Path]) -> None:
    giant = "x" * 10_000_000
    rows, rejected = contents(only(write(f"id,text,n\n1,a,2\n2,{giant},3\n3,b,4\n")))
    assert [row["id"] for row in rows] == ["1", "3"]
    (row,) = rejected
    assert (row[ROW_NUMBER], row["reason"]) == (2, "cell_too_large")
    assert len(row["cells"]) < 2_000
    assert "10,000,000 characters" in row["cells"]


def test_a_giant_cell_over_many_lines_is_set_aside(write: Callable[..., Path]) -> None:
    giant = "line\n" * 400_000
    rows, rejected = contents(only(write(f'id,text,n\n1,a,2\n2,"{giant}",3\n3,b,4\n')))
    assert [(row[ROW_NUMBER], row["id"]) for row in rows] == [(1, "1"), (3, "3")]
    assert [row["reason"] for row in rejected] == ["cell_too_large"]


def test_an_endless_line_is_set_aside(write: Callable[..., Path]) -> None:
    rows, rejected = contents(only(write("id,text,n\n1,a,2\n" + "z" * 40_000_000 + "\n3,b,4\n")))
    assert [(row[ROW_NUMBER], row["id"]) for row in rows] == [(1, "1"), (3, "3")]
    assert [row["reason"] for row in rejected] == ["cell_too_large"]


def test_nul_bytes_are_dropped_and_the_row_stays(write: Callable[..., Path]) -> None:
    table = only(write(b"id,name\n1,a\0nn\0\n2,bob\n"))
    assert values(contents(table)[0]) == [["1", "ann"], ["2", "bob"]]
    assert table.notes == ("NUL bytes in the text were dropped.",)


@pytest.mark.parametrize("at", [0, 1, 50, 99])
def test_a_quote_that_is_never_closed_costs_its_own_line(write: Callable[..., Path], at: int) -> None:
    lines = [f'{i},"text {i}",{i}.50' for i in range(100)]
    lines[at] = f'{at},"text {at},{at}.50'
    rows, rejected = contents(only(write("id,text,amount\n" + "\n".join(lines))))
    assert [int(row["id"]) for row in rows] == [i for i in range(100) if i != at]
    assert [(row[ROW_NUMBER], row["reason"]) for row in rejected] == [(at + 1, "unclosed_quote")]


def test_a_quote_closed_many_lines_later_does_not_swallow_rows(write: Callable[..., Path]) -> None:
    text = 'id,text,amount\n1,"tea,5\n2,cup,6\n3,cup,7\n4,"big, cup",8\n5,cup,9\n6,"nice "tea",7\n7,"cup,8\n8,"cup",9\n'
    rows, rejected = contents(only(write(text)))
    assert [row["id"] for row in rows] == ["2", "3", "4", "5", "6", "8"]
    assert [(row[ROW_NUMBER], row["reason"]) for row in rejected] == [
        (1, "unclosed_quote"),
        (7, "unclosed_quote"),
    ]


def test_inch_marks_are_not_quotes(write: Callable[..., Path]) -> None:
    text = 'id\tname\tprice\n1\t5" nail\t2.00\n2\t"B" side\t3.00\n3\t12"\t4.00\n'
    assert values(contents(only(write(text)))[0])[0] == ["1", '5" nail', "2.00"]
    table = only(write('id\tname\tprice\n1\t"5 nail\t2.00\n2\tcup\t3.00\n'))
    assert values(contents(table)[0]) == [["1", '"5 nail', "2.00"], ["2", "cup", "3.00"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty (0 bytes)"),
        (b"\n \r\n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"order_id,customer_id,amount\n", "has a header and no rows"),
        (b"order_id,customer_id,amount\n,,\n", "has a header and no rows"),
        (bytes(range(256)) * 40, "is not text"),
        (b"%PDF-1.7 \n...", "is a PDF document"),
        (b"<!doctype html><html>", "is a web page"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(write: Callable[..., Path], content: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=r"orders\.csv") as problem:
        only(write(content))
    assert words in str(problem.value)
    assert problem.value.hint


def test_a_wrong_delimiter_in_the_settings_is_noticed(write: Callable[..., Path]) -> None:
    path = write("\n".join([HEADER, *ROWS]))
    with pytest.raises(
        FileUnreadable, match="one column when its cells are separated by semicolon, and 5"
    ) as problem:
        only(path, delimiter=";")
    assert "delimiter = ','" in problem.value.hint


def test_a_single_column_is_a_table(write: Callable[..., Path]) -> None:
    table = only(write("email\nann@shop.org\nbob@shop.org\n"))
    assert values(contents(table)[0]) == [["ann@shop.org"], ["bob@shop.org"]]


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"there is no file .*nowhere\.csv"):
        only(tmp_path / "nowhere.csv")


def test_a_truncated_gzip_is_said_in_words(write: Callable[..., Path]) -> None:
    packed = gzip.compress("\n".join([HEADER, *ROWS * 1000]).encode())
    with pytest.raises(FileUnreadable, match="breaks off in the middle"):
        only(write(packed[:-20], "orders.csv.gz"))
    with pytest.raises(FileUnreadable, match="is a broken archive"):
        only(write(packed[:30] + b"garbage" + packed[37:], "orders.csv.gz"))


def test_a_full_disk_is_said_in_words(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A device of Linux on which every write fails as on a full disk stands for the temporary file."""
    import regulars.ingest.sources.spool as spool
    from regulars.errors import DiskFull

    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    writer = spool._writer
    monkeypatch.setattr(spool, "_writer", lambda path, schema: writer(Path("/dev/full"), schema))
    table = only(write("\n".join([HEADER, *ROWS])))
    with DuckDBEngine() as engine, pytest.raises(DiskFull, match="is full") as problem, table.open(engine):
        pass
    assert "TMPDIR" in problem.value.hint


def test_temporary_files_are_gone_whatever_happens(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    table = only(write("\n".join([HEADER, *ROWS])))
    with DuckDBEngine() as engine:
        with pytest.raises(ZeroDivisionError), table.open(engine) as rows:  # noqa: PT012
            assert engine.count(rows) == 3
            assert list(temporary.iterdir())
            raise ZeroDivisionError
        assert list(temporary.iterdir()) == []
        assert engine.row("SELECT count(*) AS n FROM duckdb_views() WHERE NOT internal") == {"n": 0}


def test_a_failed_transaction_keeps_its_own_error(write: Callable[..., Path]) -> None:
    table = only(write("\n".join([HEADER, *ROWS])))
    with DuckDBEngine() as engine:
        engine.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        with pytest.raises(ZeroDivisionError), engine.transaction(), table.open(engine) as rows:  # noqa: PT012
            engine.execute(f"INSERT INTO t SELECT {ROW_NUMBER} FROM {rows}")
            raise ZeroDivisionError
        assert engine.count("t") == 0
        with engine.transaction(), table.open(engine) as rows:
            engine.execute(f"INSERT INTO t SELECT {ROW_NUMBER} FROM {rows}")
        assert engine.count("t") == 3


cell = st.text(st.sampled_from('ab1,;"\n\r é🎁'), max_size=6)


@settings(max_examples=20)
@given(
    rows=st.lists(st.lists(cell, min_size=1, max_size=5), min_size=1, max_size=12),
    quoting=st.sampled_from([0, 1]),
)
def test_all_ways_of_reading_agree(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoting: Any
) -> None:
    """Where a fast way says that it can, it says the same as the careful one."""
    folder = tmp_path_factory.mktemp("ways")
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting).writerows([["a", "b", "c"], *rows])
    layout = detect("a,b,c\nx,y,z\n", whole=True, delimiter=",", name="x")
    results = []
    for read in (_read_fast, _read_numbered, read_carefully):
        with Spool.of_text(folder, layout.columns) as spool:
            try:
                read(
                    Utf8(io.BytesIO(text.getvalue().encode()), "utf-8", skip_bytes=len("a,b,c\r\n")),
                    layout,
                    spool,
                )
            except _NotThisWay:
                continue
        with DuckDBEngine() as engine:
            kept = engine.rows(f"FROM '{spool.rows_path}' ORDER BY ALL")
            reasons = f"SELECT {ROW_NUMBER}, reason FROM '{spool.rejects_path}' ORDER BY ALL"
            results.append((kept, engine.rows(reasons) if spool.rejects_path.exists() else []))
    assert all(result == results[-1] for result in results)
    whole = [row[:3] for row in rows if all(row[:3]) and len(row) >= 3 and not any(row[3:])]
    assert [row for row in values(results[-1][0]) if None not in row] == whole


@settings(max_examples=15)
@given(
    cells=st.lists(st.text(st.sampled_from('ab,;" \r\0é'), max_size=8), min_size=1, max_size=15),
    ending=st.sampled_from(["\n", "\r\n", ""]),
)
def test_no_line_is_lost_whatever_the_quotes(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], ending: str
) -> None:
    """Every line is found again, in a row or in a rejected row."""
    path = tmp_path_factory.mktemp("lines") / "orders.csv"
    lines = [f'<{number}>,"fine",{number}.50,{cell}' for number, cell in enumerate(cells)]
    path.write_text("id,text,amount,more\n<first>,x,1.00,y\n" + "\n".join(lines) + ending, newline="")
    rows, rejected = contents(only(path))
    found = " ".join(str(cell) for row in [*rows, *rejected] for cell in row.values())
    assert all(f"<{number}>" in found for number in range(len(cells)))
    numbers = [row[ROW_NUMBER] for row in [*rows, *rejected]]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.real_data
def test_the_public_files_are_read_whole(real_data: Path) -> None:
    expected = {
        "online_retail_kaggle.csv.gz": (541_909, 8, "cp1252"),
        "cdnow_master.txt": (69_659, 4, "utf-8"),
        "cdnow_sample.txt": (6_919, 5, "utf-8"),
        "hillstrom.csv.gz": (64_000, 12, "utf-8"),
    }
    with DuckDBEngine() as engine:
        for name, (n_rows, n_columns, encoding) in expected.items():
            table = only(real_data / name)
            assert (len(table.columns), table.read_as["encoding"]) == (n_columns, encoding)
            with table.open(engine) as rows:
                numbers = (
                    f"SELECT count(*) AS n, min({ROW_NUMBER}) AS low, max({ROW_NUMBER}) AS high FROM {rows}"
                )
                assert engine.row(numbers) == {"n": n_rows, "low": 1, "high": n_rows}
                assert engine.count(table.rejects) == 0


@pytest.mark.real_data
def test_online_retail_two_is_read_to_the_penny(real_data: Path) -> None:
    with DuckDBEngine() as engine, only(real_data / "online_retail_II.csv.gz").open(engine) as rows:
        assert engine.row(
            f"""SELECT count(*) AS n, CAST(sum(CAST("Quantity" AS BIGINT) * CAST("Price" AS DECIMAL(18, 4))) AS VARCHAR) AS total,
            count(*) - count("Customer ID") AS n_unknown, max({ROW_NUMBER}) AS last FROM {rows}"""
        ) == {"n": 1_067_371, "total": "19287250.5680", "n_unknown": 243_007, "last": 1_067_371}

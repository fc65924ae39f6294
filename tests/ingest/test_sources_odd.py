"""Files as they should not be, and how reading them ends."""

from __future__ import annotations

import io
import itertools
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import FileUnreadable, SettingsError
from regulars.ingest.sources import ROW_NUMBER, SourceTable, open_sources
from regulars.ingest.sources import content as content_module
from regulars.ingest.sources.dialect import is_header, looks_like_data
from regulars.ingest.sources.encoding import BROKEN_UTF8, EncodingGuess, Utf8
from regulars.ingest.sources.temporary import temporary_folder
from regulars.settings import Settings, Source


def only(path: Path | str, **entry: Any) -> SourceTable:
    sources = [Source(files="*", shape="orders", **entry)] if entry else []
    (table,) = open_sources([path], Settings(sources=sources))
    return table


def rows_of(table: SourceTable) -> list[list[Any]]:
    with DuckDBEngine() as engine, table.open(engine) as rows:
        return [list(row.values())[1:] for row in engine.rows(f"FROM {rows} ORDER BY {ROW_NUMBER}")]


class Trickle(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))


@given(
    text=st.text(max_size=60),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", BROKEN_UTF8]),
)
def test_text_survives_being_read_in_pieces(text: str, encoding: str) -> None:
    raw = text.encode("utf-8" if encoding == BROKEN_UTF8 else encoding, "ignore")
    expected = text.encode("utf-8", "ignore").replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    stream = Utf8(Trickle(raw), encoding)
    pieces = []
    while piece := stream.read(5):
        pieces.append(piece)
    assert b"".join(pieces) == expected
    assert all(len(piece) == 5 for piece in pieces[:-1])


@given(text=st.text(st.sampled_from("ab \t\n\r"), max_size=40))
def test_blanks_become_single_tabs_however_the_pieces_fall(text: str) -> None:
    read = Utf8(Trickle(text.encode()), "utf-8", blanks_to_tabs=True).read().decode()
    lines = io.StringIO(text, newline=None).read().split("\n")
    assert read == "\n".join("\t".join(line.split()) for line in lines)


@given(raw=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=5))
def test_the_guess_of_an_encoding_does_not_depend_on_the_pieces(raw: bytes, cuts: list[int]) -> None:
    whole, parted = EncodingGuess(raw), EncodingGuess(raw)
    whole.see(raw)
    whole.see(b"", last=True)
    edges = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    for start, end in itertools.pairwise(edges):
        parted.see(raw[start:end])
    parted.see(b"", last=True)
    assert whole.verdict == parted.verdict
    clean = Utf8(io.BytesIO(raw), whole.verdict).read()
    assert clean.decode("utf-8") is not None


@pytest.mark.parametrize(("told", "used"), [("utf8", "utf-8"), ("latin1", "cp1252"), ("UTF-8-SIG", "utf-8")])
def test_encodings_told_by_other_names(tmp_path: Path, told: str, used: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,name\n1,Zoë\n".encode(used))
    table = only(path, encoding=told)
    assert table.read_as["encoding"] == used
    assert rows_of(table) == [["1", "Zoë"]]


def test_a_told_utf8_that_is_broken_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,caf\xe9\n")
    table = only(path, encoding="utf-8")
    assert rows_of(table) == [["1", "café"]]
    assert "not UTF-8" in table.notes[0]


@pytest.mark.parametrize(
    ("delimiter", "sign"), [("tab", "\t"), ("\\t", "\t"), ("semicolon", ";"), ("^", "^")]
)
def test_delimiters_told_by_name(tmp_path: Path, delimiter: str, sign: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id{sign}name\n1{sign}ann\n")
    assert only(path).columns == ("id", "name")
    assert rows_of(only(path, delimiter=delimiter)) == [["1", "ann"]]


@pytest.mark.parametrize(
    "entry", [{"delimiter": "||"}, {"delimiter": "§"}, {"delimiter": '"'}, {"encoding": "utf-9"}]
)
def test_impossible_settings_are_said_in_words(tmp_path: Path, entry: dict[str, str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,ann\n")
    with pytest.raises(SettingsError) as problem:
        only(path, **entry)
    assert problem.value.hint


@pytest.mark.parametrize(
    ("text", "is_data"),
    [("1", True), ("-12.50", True), ("1.234,56 €", True), ("$3", True), ("(5.00)", True), ("12 %", True), ("1e-3", True),
     ("2009-12-01 07:45:00", True), ("2009-12-01T07:45:00Z", True), ("1/12/10", True), ("8:26", True),
     ("", False), ("Price", False), ("Q1", False), ("1st order", False), ("85123A", False), ("2010-12", False)],
)  # fmt: skip
def test_what_looks_like_data(text: str, is_data: bool) -> None:
    assert looks_like_data(text) is is_data


def test_a_header_is_told_from_data() -> None:
    order = [
        "489434",
        "85048",
        "15CM CHRISTMAS GLASS BALL",
        "12",
        "2009-12-01 07:45:00",
        "6.95",
        "",
        "United Kingdom",
    ]
    header = [
        "Invoice",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "Price",
        "Customer ID",
        "Country",
    ]
    assert not is_header(order, [order] * 20)
    assert is_header(header, [order] * 20)
    assert is_header(["name", "city"], [["ann", "York"], ["bob", "Leeds"]])
    assert (
        is_header(["customer", "2010", "2011"], [["ann", "1", "2"]]) is False
    )  # years over numbers look like data
    assert not is_header(order, [])
    assert is_header(header, [])


def test_orders_without_a_header_are_recognized(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('A1,ann,2026-01-05,"tea, green",28.00\nA2,bob,2026-01-06,cup,3\n')
    table = only(path)
    assert table.columns == ("column_1", "column_2", "column_3", "column_4", "column_5")
    assert rows_of(table)[0] == ["A1", "ann", "2026-01-05", "tea, green", "28.00"]


def test_a_header_may_be_wider_or_narrower_than_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name,amount\n" + "1,ann,2.50,\n" * 5)
    assert only(path).columns == ("id", "name", "amount", "column_4")
    path.write_text("id,name,amount,note\n" + "1,ann,2.50\n" * 5)
    table = only(path)
    assert table.columns == ("id", "name", "amount", "note")
    assert rows_of(table) == [["1", "ann", "2.50", None]] * 5


def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,ann\n")
    table = only(path)
    with path.open("a") as more:
        more.write("2,bob\n")
    with (
        DuckDBEngine() as engine,
        pytest.raises(FileUnreadable, match="changed while it was being read"),
        table.open(engine),
    ):
        pass


def test_a_file_that_may_not_be_read_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,ann\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("the superuser may read everything")
    with pytest.raises(FileUnreadable, match="may not be read by you"):
        only(path)


def test_what_a_journal_holds_belongs_to_a_database(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("CREATE TABLE orders (id TEXT)")
    connection.execute("INSERT INTO orders VALUES ('A1')")
    connection.commit()
    before = only(path)
    assert rows_of(before) == [["A1"]]
    connection.execute("INSERT INTO orders VALUES ('A2')")
    connection.commit()
    after = only(path)
    assert rows_of(after) == [["A1"], ["A2"]]
    assert after.fingerprint != before.fingerprint
    connection.close()


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">
<office:body><office:spreadsheet><table:table table:name="Orders">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def test_open_document_workbooks(tmp_path: Path) -> None:
    def cell(value: str) -> str:
        kind = (
            f'office:value-type="float" office:value="{value}"'
            if looks_like_data(value)
            else 'office:value-type="string"'
        )
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    rows = [["order_id", "amount"], ["A1", "28"], ["A2", "2.5"]]
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    path = tmp_path / "shop.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(rows=body))
    table = only(path)
    assert (table.part, table.columns) == ("Orders", ("order_id", "amount"))
    assert rows_of(table) == [["A1", "28"], ["A2", "2.5"]]


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_module, "SUSPICIOUS_BYTES", 1 << 20)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", " " * 4_000_000)
    with pytest.raises(FileUnreadable, match="unpacks to more than 200 times its size"):
        only(path)


def test_nothing_left_to_read_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,ann\n")
    with pytest.raises(FileUnreadable, match="nothing is left to read") as problem:
        open_sources([tmp_path], Settings(sources=[Source(files="*.csv", shape="ignore")]))
    assert "as the settings say" in problem.value.hint


def test_entries_may_name_a_sheet_or_an_inner_file(tmp_path: Path) -> None:
    path = tmp_path / "export [1].zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/jan.csv", "id;name\n1;ann\n")
        archive.writestr("in/feb.csv", "id;name\n1;ann\n")
    sources = [
        Source(files="export [1].zip:in/jan.csv", shape="customers", delimiter=";"),
        Source(files="*.zip:in/feb.csv", shape="ignore"),
    ]
    (table,) = open_sources([path], Settings(sources=sources))
    assert (table.part, table.entry) == ("in/jan.csv", sources[0])


def test_titles_are_no_data_and_data_are_no_titles(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Report,January\n\nid,day,name,amount\n1,2026-01-05,tea,3\n2,2026-01-06,cup,4\n")
    table = only(path)
    assert table.columns == ("id", "day", "name", "amount")
    assert table.notes == ("1 rows above the header were passed over.",)
    path.write_text("9\n1,2026-01-05,tea,3\n2,2026-01-06,cup,4\n")
    table = only(path)
    with DuckDBEngine() as engine, table.open(engine) as rows:
        assert engine.count(rows) == 2
        assert [row["reason"] for row in engine.rows(f"FROM {table.rejects}")] == ["too_few_cells"]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_giant_cell_in_the_first_row(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,text,amount\n1,{quote}{'x' * 1_500_000}{quote},3\n2,tea,4\n")
    table = only(path)
    assert table.columns == ("id", "text", "amount")
    assert rows_of(table) == [["2", "tea", "4"]]


def test_what_a_killed_process_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what this program made, what is old, and what nobody holds."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    program = (
        "import os, signal, sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from regulars.ingest.sources.temporary import temporary_folder\n"
        "with temporary_folder() as folder: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60)
    (left,) = tmp_path.iterdir()
    (tmp_path / "regulars-notes").mkdir()
    with temporary_folder() as mine:
        for folder in tmp_path.iterdir():
            os.utime(folder, (0, 0))
        with temporary_folder() as other:
            assert {folder.name for folder in tmp_path.iterdir()} == {mine.name, other.name, "regulars-notes"}
    assert not left.exists()
    assert [folder.name for folder in tmp_path.iterdir()] == ["regulars-notes"]

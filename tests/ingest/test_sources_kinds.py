"""Workbooks, Parquet, JSON, databases, archives, folders."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import FileUnreadable
from regulars.ingest.sources import ROW_NUMBER, SourceTable, open_sources
from regulars.ingest.sources import content as content_module
from regulars.settings import Settings, Source

CSV = "order_id,amount\nA1,28.00\nA2,30.00\n"


def contents(table: SourceTable) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    with DuckDBEngine() as engine, table.open(engine) as rows:
        kept = [list(row.values()) for row in engine.rows(f"FROM {rows} ORDER BY {ROW_NUMBER}")]
        return kept, engine.rows(f"FROM {table.rejects} ORDER BY {ROW_NUMBER}")


def opened(*paths: Path | str, **entry: Any) -> list[SourceTable]:
    sources = [Source(**{"files": "*", "shape": "orders", **entry})] if entry else []
    return open_sources(paths, Settings(sources=sources))


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ORDERS = [
    ["order_id", "ordered_at", "quantity", "amount", "paid"],
    ["A1", datetime(2026, 1, 5, 10, 15), 2, 28.0, True],
    [1002, date(2026, 1, 19), 1, 30.25, False],
]


def test_every_sheet_of_a_workbook_is_a_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "shop.xlsx", Orders=ORDERS, People=[["id", "name"], ["ann", "Ann 🎁"]], Empty=[]
    )
    found = open_sources([path], Settings())
    assert [(table.source, table.part, table.typed) for table in found] == [
        ("shop.xlsx", "Orders", False),
        ("shop.xlsx", "People", False),
    ]
    assert found.notes == ["The sheet Empty of shop.xlsx was left out: it has no rows of data."]
    assert found[0].fingerprint != found[1].fingerprint
    assert contents(found[0])[0] == [
        [1, "A1", "2026-01-05 10:15:00", "2", "28", "true"],
        [2, "1002", "2026-01-19", "1", "30.25", "false"],
    ]
    assert contents(found[1])[0] == [[1, "ann", "Ann 🎁"]]


def test_titles_and_blank_rows_around_a_sheet_are_tolerated(tmp_path: Path) -> None:
    rows = [
        [],
        ["Sales of January"],
        [],
        [None, "order_id", "amount"],
        [None, "A1", 28],
        [],
        [None, "A2", 30],
        [],
    ]
    (table,) = opened(workbook(tmp_path / "shop.xlsx", Sales=rows))
    assert table.columns[1:] == ("order_id", "amount")
    kept, rejected = contents(table)
    assert [row[-2:] for row in kept] == [["A1", "28"], ["A2", "30"]]
    assert rejected == []


def test_a_sheet_named_in_the_settings_is_the_only_one(tmp_path: Path) -> None:
    path = workbook(tmp_path / "shop.xlsx", Orders=ORDERS, People=[["id", "name"], ["ann", "Ann"]])
    assert [table.part for table in opened(path, sheet="People")] == ["People"]
    assert [table.part for table in opened(f"{path}:Orders")] == ["Orders"]
    with pytest.raises(FileUnreadable, match="has no sheet Nothing") as problem:
        opened(path, sheet="Nothing")
    assert "Orders, People" in problem.value.hint


def test_times_formulas_and_numbers_of_a_workbook(tmp_path: Path) -> None:
    rows = [["id", "at", "n", "sum"], ["00123", time(8, 26), 1e300, "=1+1"], [12345678901234, None, 0.1, "x"]]
    (table,) = opened(workbook(tmp_path / "shop.xlsx", S=rows))
    kept, _ = contents(table)
    assert kept[0][:4] == [1, "00123", "08:26:00", "1e+300"]
    assert kept[1][:4] == [2, "12345678901234", None, "0.1"]


@pytest.mark.parametrize(
    "name", ["shop.xlsx", "shop.xls", "shop.ods", "shop.parquet", "shop.sqlite", "shop.duckdb"]
)
def test_what_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"just some text, nothing else\n" * 20)
    with pytest.raises(FileUnreadable, match=f"{name} is called") as problem:
        opened(path)
    assert problem.value.hint
    path.write_bytes(b"")
    with pytest.raises(FileUnreadable, match="is empty"):
        opened(path)


def test_damaged_files_are_said_in_words(tmp_path: Path) -> None:
    book = workbook(tmp_path / "shop.xlsx", Orders=ORDERS)
    book.write_bytes(book.read_bytes()[:-300])
    table = pa.table({"a": list(range(1000))})
    pq.write_table(table, tmp_path / "shop.parquet")
    (tmp_path / "shop.parquet").write_bytes((tmp_path / "shop.parquet").read_bytes()[:-50])
    (tmp_path / "shop.sqlite").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    (tmp_path / "shop.duckdb").write_bytes(b"12345678DUCK" + b"\1" * 20000)
    for name in ("shop.xlsx", "shop.parquet", "shop.sqlite", "shop.duckdb"):
        with pytest.raises(FileUnreadable, match=name) as problem:
            opened(tmp_path / name)
        assert problem.value.hint


def test_an_encrypted_workbook_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(1000)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(3000)
    )
    with pytest.raises(FileUnreadable, match="is protected by a password"):
        opened(path)


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "order_id": ["A1", None],
            "ordered_at": [datetime(2026, 1, 5, 10, 15), datetime(2026, 1, 19)],
            "amount": pa.array([Decimal("28.00"), Decimal("30.25")], pa.decimal128(18, 2)),
        }
    )
    for name in ("shop.parquet", "odd [1].parquet"):
        pq.write_table(table, tmp_path / name)
        (found,) = opened(tmp_path / name)
        assert found.typed
        kept, rejected = contents(found)
        assert kept[0] == [1, "A1", datetime(2026, 1, 5, 10, 15), Decimal("28.00")]
        assert [row[0] for row in kept] == [1, 2]
        assert rejected == []


def test_parquet_with_names_that_clash_and_in_archives(tmp_path: Path) -> None:
    pq.write_table(pa.table({"Date": [1, 2], "date": [3, 4]}), tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "a.parquet", "inner/a.parquet")
    for table in opened(tmp_path / "a.parquet", tmp_path / "all.zip"):
        assert table.columns == ("Date", "date_2")
        assert contents(table)[0] == [[1, 1, 3], [2, 2, 4]]
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "none.parquet")
    with pytest.raises(FileUnreadable, match="columns and no rows"):
        opened(tmp_path / "none.parquet")


JSON_ORDERS = [
    {"id": 1, "total": 19.9, "customer": {"id": "ann", "tags": ["a", {"b": 1.50}]}, "paid": True},
    {"id": 2, "note": "two\nlines 🎁", "customer": None},
    {"id": 3, "total": 1e300, "customer": {"id": "cat"}, "empty": ""},
]


@pytest.mark.parametrize("form", ["lines", "array", "pretty", "wrapped"])
def test_json_in_all_its_forms(tmp_path: Path, form: str) -> None:
    written = {
        "lines": "\n".join(json.dumps(order) for order in JSON_ORDERS) + "\n\n",
        "array": json.dumps(JSON_ORDERS),
        "pretty": "\ufeff" + json.dumps(JSON_ORDERS, indent=2, ensure_ascii=False),
        "wrapped": json.dumps({"orders": JSON_ORDERS}),
    }[form].replace("19.9", "19.90")
    path = tmp_path / "orders.json"
    path.write_text(written, encoding="utf-8")
    (table,) = opened(path)
    assert table.columns == (
        "id",
        "total",
        "customer.id",
        "customer.tags",
        "paid",
        "note",
        "customer",
        "empty",
    )
    kept, rejected = contents(table)
    assert kept == [
        [1, "1", "19.90", "ann", '["a", {"b": 1.5}]', "true", None, None, None],
        [2, "2", None, None, None, None, "two\nlines 🎁", None, None],
        [3, "3", "1e+300", "cat", None, None, None, None, None],
    ]
    assert rejected == []


def test_broken_lines_of_json_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    giant = json.dumps({"id": 5, "note": "x" * 2_000_000})
    path.write_text('{"id": 1}\n{"id": 2\n[3]\n{"id": NaN}\n' + giant + '\n{"id": 6}\n')
    (table,) = opened(path)
    kept, rejected = contents(table)
    assert kept == [[1, "1", None], [6, "6", None]]
    assert [(row[ROW_NUMBER], row["reason"]) for row in rejected] == [
        (2, "not_json"), (3, "not_an_object"), (5, "cell_too_large"),
    ]  # fmt: skip
    path.write_text("[1, 2]\n")
    with pytest.raises(FileUnreadable, match="no JSON objects"):
        opened(path)


def test_an_array_of_json_that_breaks_off_keeps_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(json.dumps([{"id": n, "text": "y" * 50} for n in range(50_000)])[:-20])
    (table,) = opened(path)
    kept, rejected = contents(table)
    assert len(kept) == 49_999
    assert [(row[ROW_NUMBER], row["reason"]) for row in rejected] == [(50_000, "not_json")]


def sqlite_shop(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute(
            'CREATE TABLE orders (id TEXT, at TEXT, amount REAL, n INTEGER, "odd ""name" BLOB)'
        )
        connection.execute(
            "INSERT INTO orders VALUES ('A1', '2026-01-05', 28.0, 2, x'616263'), ('A2', NULL, 30.25, NULL, NULL)"
        )
        connection.execute("CREATE TABLE people (id TEXT)")
        connection.execute("INSERT INTO people VALUES ('ann')")
        connection.execute("CREATE TABLE bare (id TEXT)")
    connection.close()
    return path


def test_tables_of_sqlite(tmp_path: Path) -> None:
    path = sqlite_shop(tmp_path / "shop.sqlite")
    before = path.read_bytes()
    found = open_sources([path], Settings())
    assert [table.part for table in found] == ["orders", "people"]
    assert found.notes == ["The table bare of shop.sqlite was left out: it has no rows."]
    assert found[0].columns == ("id", "at", "amount", "n", 'odd "name')
    assert contents(found[0])[0] == [
        [1, "A1", "2026-01-05", "28", "2", "abc"],
        [2, "A2", None, "30.25", None, None],
    ]
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["shop.sqlite"]


def test_a_table_of_a_database_by_its_address(tmp_path: Path) -> None:
    path = sqlite_shop(tmp_path / "shop.sqlite")
    (table,) = opened(f"{path}:People")
    assert (table.source, table.part, table.label) == ("shop.sqlite", "people", "shop.sqlite:people")
    with pytest.raises(FileUnreadable, match="no table none with rows") as problem:
        opened(f"{path}:none")
    assert "bare, orders, people" in problem.value.hint
    sources = [
        Source(files="shop.sqlite:orders", shape="ignore"),
        Source(files="shop.sqlite:people", shape="customers"),
    ]
    (left,) = open_sources([path], Settings(sources=sources))
    assert left.entry == sources[1]


def test_tables_of_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('fine')")
        connection.execute(
            "CREATE TABLE orders AS SELECT 'A1' AS id, TIMESTAMP '2026-01-05 10:15:00' AS at, 28.00::DECIMAL(10, 2) AS "
            "amount, 'fine'::mood AS mood, [1, 2] AS list, 7::HUGEINT AS large"
        )
        connection.execute("CREATE TABLE many AS SELECT range AS id FROM range(250_000)")
        connection.execute("CREATE SCHEMA other; CREATE TABLE other.people AS SELECT 'ann' AS id")
    found = opened(path)
    assert [(table.part, table.typed) for table in found] == [
        ("many", True),
        ("orders", True),
        ("other.people", True),
    ]
    assert contents(found[1])[0] == [
        [1, "A1", datetime(2026, 1, 5, 10, 15), Decimal("28.00"), "fine", "[1, 2]", "7"]
    ]
    with DuckDBEngine() as engine, found[0].open(engine) as rows:
        assert engine.row(f"SELECT count_if(id + 1 = {ROW_NUMBER}) AS n FROM {rows}") == {"n": 250_000}
    assert [table.part for table in opened(f"{path}:orders")] == ["orders"]


def test_archives_with_several_files(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    workbook(tmp_path / "book.xlsx", Orders=ORDERS)
    sqlite_shop(tmp_path / "shop.db")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2026/feb.csv", CSV)
        archive.writestr("2026/jan.csv", CSV)
        archive.writestr("__MACOSX/._jan.csv", b"\0\1")
        archive.writestr("README.txt", "about")
        archive.writestr("photo.png", b"\x89PNG")
        archive.write(tmp_path / "book.xlsx", "book.xlsx")
        archive.write(tmp_path / "shop.db", "shop.db")
    found = open_sources([path], Settings())
    assert [table.part for table in found] == [
        "2026/feb.csv", "2026/jan.csv", "book.xlsx:Orders", "shop.db:orders", "shop.db:people",
    ]  # fmt: skip
    assert {table.source for table in found} == {"export.zip"}
    assert [len(contents(table)[0]) for table in found] == [2, 2, 2, 2, 1]
    assert "export.zip:photo.png was left out: its kind is not known." in found.notes
    assert [table.part for table in opened(f"{path}:2026/jan.csv")] == ["2026/jan.csv"]


def test_a_sheet_setting_picks_one_file_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("jan.csv", CSV)
        archive.writestr("feb.csv", CSV)
    assert [table.part for table in opened(path, sheet="jan.csv", files="export.zip")] == ["jan.csv"]


def test_broken_and_locked_archives(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("jan.csv", CSV * 1000)
    whole = path.read_bytes()
    for broken in (whole[:-40], whole[:60] + b"\xff\xff\xff\xff" + whole[64:], b"PK\3\4rubbish", b"rubbish"):
        path.write_bytes(broken)
        with pytest.raises(FileUnreadable, match=r"export\.zip.* broken archive"):
            opened(path)
    locked = bytearray(whole)
    locked[6] |= 1
    locked[locked.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(FileUnreadable, match="protected by a password"):
        opened(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.png", b"\x89PNG")
    with pytest.raises(FileUnreadable, match="no file that can be read"):
        opened(path)


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_module, "SUSPICIOUS_BYTES", 1 << 20)
    zeros = b"0,0\n" * 1_000_000
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(zeros))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", zeros)
    for name in ("bomb.csv.gz", "bomb.zip"):
        with pytest.raises(FileUnreadable, match="unpacks to more than 200 times its size") as problem:
            opened(tmp_path / name)
        assert "unpack it yourself" in problem.value.hint


def test_folders_and_patterns(tmp_path: Path) -> None:
    for name in (
        "b.csv",
        "a.csv",
        "deep/c.csv",
        ".hidden.csv",
        ".git/x.csv",
        "~$lock.xlsx",
        "notes.docx",
        "README.txt",
    ):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CSV)
    found = open_sources([tmp_path / "data"], Settings())
    assert [table.source for table in found] == ["a.csv", "b.csv", "c.csv"]
    assert found.notes == [
        "README.txt was left out: its kind is not known.", "notes.docx was left out: its kind is not known.",
    ]  # fmt: skip
    assert [table.source for table in opened(f"{tmp_path}/data/*.csv")] == ["a.csv", "b.csv"]
    assert [table.source for table in opened(f"{tmp_path}/data/**/c.csv")] == ["c.csv"]
    assert [table.source for table in opened(f"{tmp_path}/data/a.csv", f"{tmp_path}/data/*.csv")] == [
        "a.csv",
        "b.csv",
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileUnreadable, match="no file that can be read"):
        opened(tmp_path / "empty")
    with pytest.raises(FileUnreadable, match="no file fits"):
        opened(f"{tmp_path}/data/*.parquet")


def test_files_that_the_settings_ignore_are_not_even_opened(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "broken.csv").write_bytes(b"")
    found = open_sources([tmp_path], Settings(sources=[Source(files="broken*", shape="ignore")]))
    assert [table.source for table in found] == ["a.csv"]
    assert found.notes == ["broken.csv was left out, as the settings say."]


def test_a_workbook_under_another_name_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = workbook(tmp_path / "shop.xlsx", Orders=ORDERS)
    renamed = path.rename(tmp_path / "shop.csv")
    (table,) = opened(renamed)
    assert (table.part, table.read_as["kind"]) == ("Orders", "workbook")

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NotFound, WorkspaceError
from regulars.publish.exports import export, export_segments
from regulars.publish.reader import Reader
from regulars.publish.release import Release, publish
from regulars.settings import Settings
from regulars.terms.places import Places


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_table_as_csv_has_every_row_and_exact_money(reader: Reader, tmp_path: Path) -> None:
    path = export(reader, "orders", tmp_path / "orders.csv")
    rows = read(path)
    table = reader.table("orders").to_pylist()
    assert [row["order_id"] for row in rows] == [row["order_id"] for row in table]
    assert [Decimal(row["revenue"]) for row in rows] == [row["revenue"] for row in table]
    assert rows[0]["is_cancelled"] == "false"
    assert rows[0]["ordered_at"] == "2026-01-02 10:00:00"


def test_the_ending_says_the_format(reader: Reader, tmp_path: Path) -> None:
    path = export(reader, "orders", tmp_path / "new" / "o.parquet")
    assert path.read_bytes() == reader.path("orders").read_bytes()
    assert export(reader, "orders", tmp_path) == tmp_path / "orders.csv"
    assert export(reader, "orders", tmp_path, "parquet") == tmp_path / "orders.parquet"
    assert pq.read_table(tmp_path / "orders.parquet").num_rows == 60
    assert len(read(export(reader, "orders", tmp_path / "orders"))) == 60
    with pytest.raises(NotFound, match="no export to 'xlsx'"):
        export(reader, "orders", tmp_path / "orders.xlsx")
    with pytest.raises(NotFound, match="no table 'nothing'"):
        export(reader, "nothing", tmp_path / "x.csv")


def test_text_that_a_spreadsheet_would_run_is_defused(reader: Reader, tmp_path: Path) -> None:
    rows = read(export(reader, "order_lines", tmp_path / "lines.csv"))
    assert {row["description"] for row in rows} == {"'=Tea"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_every_start_of_a_formula_is_defused_and_numbers_stay(start: str, tmp_path: Path) -> None:
    from regulars.publish.exports import _write_csv

    text = f'{start}HYPERLINK("http://x.test","a, b")'
    with DuckDBEngine() as engine:
        engine.execute("CREATE TABLE t (a VARCHAR, n DOUBLE, d DECIMAL(18,4), j JSON)")
        engine.execute(
            "INSERT INTO t VALUES ($text, -1.5, -2, '-3'), (NULL, NULL, NULL, NULL)", {"text": text}
        )
        _write_csv(engine, "FROM t", tmp_path / "t.csv", excel=False)
    first, second = read(tmp_path / "t.csv")
    assert first == {"a": f"'{text}", "n": "-1.5", "d": "-2.0000", "j": "'-3"}
    assert set(second.values()) == {""}


def test_a_mark_for_excel_when_asked(reader: Reader, tmp_path: Path) -> None:
    assert export(reader, "orders", tmp_path / "a.csv").read_bytes().startswith(b"customer_id,")
    assert (
        export(reader, "orders", tmp_path / "b.csv", excel=True)
        .read_bytes()
        .startswith(b"\xef\xbb\xbfcustomer_id,")
    )
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.csv", "b.csv"]


def test_one_list_per_segment_ready_for_a_crm(reader: Reader, tmp_path: Path) -> None:
    paths = export_segments(reader, tmp_path / "lists")
    assert [path.name for path in paths] == [
        "segment-champions.csv", "segment-can-t-lose-them.csv", "segment-lost.csv", "segment-never-bought.csv",
    ]  # fmt: skip
    champions = read(paths[0])
    assert list(champions[0]) == [
        "customer_id", "name", "email", "consent", "segment", "lifecycle_stage", "r_score", "f_score", "m_score",
        "days_since_last_order", "n_orders", "revenue_to_date", "last_ordered_on", "action",
    ]  # fmt: skip
    assert len(champions) == 20
    money = [Decimal(row["revenue_to_date"]) for row in champions]
    assert money == sorted(money, reverse=True)
    assert {row["revenue_to_date"].partition(".")[2] for row in champions} <= {
        f"{cents:02d}" for cents in range(100)
    }
    assert champions[0]["action"] == "Write to them"
    assert champions[0]["email"] == f"{champions[0]['customer_id']}@shop.test"
    assert {row["consent"] for row in champions} == {"true", "false"}
    assert read(paths[2]) == []  # nobody is lost: the list is there and empty
    index = read(tmp_path / "lists" / "segments.csv")
    assert [(row["file"], row["segment"], row["n_customers"]) for row in index][:2] == [
        ("segment-champions.csv", "Champions", "20"), ("segment-can-t-lose-them.csv", "Can't lose / them", "10"),
    ]  # fmt: skip
    everybody = [row["customer_id"] for path in paths for row in read(path)]
    assert sorted(everybody) == sorted(f"c{i}" for i in range(40))


def test_columns_that_nobody_has_are_left_out(small_run: object, places: Places, tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        small_run.fill(engine)  # type: ignore[attr-defined]
        engine.execute("UPDATE dim_customers SET email = NULL, name = NULL, consent = NULL")
        publish(
            engine, places, tables=small_run.TABLES, cutoff=small_run.CUTOFF, horizon=small_run.HORIZON,  # type: ignore[attr-defined]
            settings=Settings(),
        )  # fmt: skip
    with Reader.open(places) as reader:
        path, *_ = export_segments(reader, tmp_path)
    assert list(read(path)[0])[:2] == ["customer_id", "segment"]


def test_lists_replace_those_of_an_earlier_release(
    publish_small: Callable[..., Release], places: Places, tmp_path: Path
) -> None:
    for n in (40, 44):
        publish_small(n)
        with Reader.open(places) as reader:
            export_segments(reader, tmp_path)
    assert len(read(tmp_path / "segment-champions.csv")) == 22
    assert len(list(tmp_path.glob("*"))) == 5 + 1  # four lists, their index, and the workspace


def test_a_folder_that_cannot_be_made_is_said_in_words(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        export(reader, "orders", tmp_path / "file" / "orders.csv")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        export_segments(reader, tmp_path / "file")

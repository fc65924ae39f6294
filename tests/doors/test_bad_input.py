"""Bad input gets a sentence that says what is wrong, where, and what to do; never a traceback, and nothing is lost."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.doors.command import alone, here

HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
GOOD = HEADER + "".join(f"O{i},C{i % 5},2026-01-{i % 28 + 1:02d} 10:00,P{i % 7},2,3.50\n" for i in range(60))


def zipped(inside: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", inside)
    return buffer.getvalue()


def two_times(line: str) -> str:
    return HEADER.replace("ordered_at", "order_date,created_date") + line


REFUSED: dict[str, tuple[str, bytes]] = {
    "an empty file": ("orders.csv", b""),
    "a header only": ("orders.csv", HEADER.encode()),
    "binary garbage": ("orders.csv", bytes(range(256)) * 40),
    "a broken zip": ("orders.zip", zipped(GOOD.encode())[:-40]),
    "a truncated gzip": ("orders.csv.gz", gzip.compress(GOOD.encode() * 50)[:-60]),
    "no workbook": ("orders.xlsx", b"PK\x03\x04 this is no workbook"),
    "no parquet": ("orders.parquet", b"PAR1 nothing PAR1"),
    "no database": ("orders.sqlite", b"SQLite format 3\x00" + b"\x00" * 200),
    "no time": ("orders.csv", GOOD.replace("ordered_at", "remark").replace("2026-01-", "about ").encode()),
    "a date that can be read in two ways": (
        "orders.csv",
        (
            HEADER + "".join(f"O{i},C{i},0{i % 9 + 1}/0{i % 7 + 1}/2026,P,1,2.00\n" for i in range(40))
        ).encode(),
    ),
    "two orders of dates in one column": (
        "orders.csv",
        (HEADER + "O1,C1,25/01/2026,P,1,2.00\nO2,C2,01/25/2026,P,1,2.00\n" * 20).encode(),
    ),
    "several currencies without rates": (
        "orders.csv",
        (
            HEADER.replace("\n", ",currency\n")
            + "".join(
                f"O{i},C{i},2026-01-{i + 1:02d},P,1,2.00,{'EUR' if i % 2 else 'GBP'}\n" for i in range(20)
            )
        ).encode(),
    ),
    "nothing but unreadable amounts": (
        "orders.csv",
        (HEADER + "".join(f"O{i},C{i},2026-01-{i + 1:02d},P,1,NaN\n" for i in range(20))).encode(),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_in_words(name: str, tmp_path: Path) -> None:
    file, content = REFUSED[name]
    (tmp_path / file).write_bytes(content)
    said = here(tmp_path, "run", file)
    assert said.returncode == 2, said.stdout + said.stderr
    assert "error: " in said.stderr
    assert "hint: " in said.stderr
    assert not (tmp_path / "shop" / "releases" / "current").exists()


def odd(line: str) -> bytes:
    return (GOOD + line + "\n").encode()


SURVIVED: dict[str, bytes] = {
    "a date in the future": odd("X1,C1,2999-01-01 10:00,P1,1,2.00"),
    "a date in 1970": odd("X1,C1,1970-01-01 00:00,P1,1,2.00"),
    "not a number": odd("X1,C1,2026-01-05 10:00,P1,1,NaN"),
    "infinite": odd("X1,C1,2026-01-05 10:00,P1,inf,2.00"),
    "more money than there is": odd("X1,C1,2026-01-05 10:00,P1,1,1e300"),
    "a negative price": odd("X1,C1,2026-01-05 10:00,P1,1,-2.00"),
    "10 MB in one cell": odd("X1,C1,2026-01-05 10:00," + "P" * 10_000_000 + ",1,2.00"),
    "a NUL byte": odd("X1,C1,2026-01-05 10:00,P\x001,1,2.00"),
    "too many cells": odd("X1,C1,2026-01-05 10:00,P1,1,2.00,what,is,this"),
    "too few cells": odd("X1,C1"),
    "a customer called DROP TABLE": odd("X1,'; DROP TABLE fct_orders; --,2026-01-05 10:00,P1,1,2.00"),
    "emoji and right-to-left names": odd("X1,🧣 שרה,2026-01-05 10:00,שָׁלוֹם,1,2.00"),
    "a formula": odd('X1,"=HYPERLINK(""http://x"",""y"")",2026-01-05 10:00,P1,1,2.00'),
    "ids that differ by a zero": odd("X1,00C1,2026-01-05 10:00,P1,1,2.00"),
    "an open quote at the end": odd('X1,C1,2026-01-05 10:00,"P1,1,2.00'),
    "windows line ends": odd("X1,C1,2026-01-05 10:00,P1,1,2.00").replace(b"\n", b"\r\n"),
    "UTF-16": odd("X1,C1,2026-01-05 10:00,P1,1,2.00").decode().encode("utf-16"),
    "semicolons and decimal commas": odd("X1,C1,2026-01-05 10:00,P1,1,2.00")
    .replace(b",", b";")
    .replace(b".", b","),
}


@pytest.mark.parametrize("name", SURVIVED)
def test_odd_rows_do_not_spoil_the_rest(name: str, tmp_path: Path) -> None:
    """60 good rows and an odd one: 61 rows in, at least 60 kept, and the odd one is kept or set aside."""
    (tmp_path / "orders.csv").write_bytes(SURVIVED[name])
    said = here(tmp_path, "check", "orders.csv", "--json")
    assert said.returncode in (0, 1), said.stderr
    audit = json.loads(said.stdout)
    assert audit["rows_in"] == 61
    assert audit["rows_kept"] + audit["rows_set_aside"] == 61
    assert audit["rows_kept"] >= 60


def test_a_formula_is_harmless_in_an_exported_list(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(SURVIVED["a formula"])
    assert here(tmp_path, "run", "orders.csv").returncode == 0
    here(tmp_path, "export", "customers", "--to", "customers.csv")
    exported = (tmp_path / "customers.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in exported
    assert "\n=HYPERLINK" not in exported
    assert '\n"=HYPERLINK' not in exported


def test_a_bad_file_leaves_the_workspace_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(GOOD)
    assert here(tmp_path, "run", "orders.csv").returncode == 0
    before = (tmp_path / "shop" / "releases" / "current").read_text()
    (tmp_path / "bad.csv.gz").write_bytes(gzip.compress((GOOD * 50).encode())[:-60])
    assert here(tmp_path, "run", "bad.csv.gz").returncode == 2
    assert (tmp_path / "shop" / "releases" / "current").read_text() == before
    again = here(tmp_path, "run", "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["release"]["tables"]["order_lines"]["rows"] == 60


def test_a_workspace_in_use_says_who_uses_it(tmp_path: Path, hold_workspace: Callable[[Path], int]) -> None:
    (tmp_path / "orders.csv").write_text(GOOD)
    holder = hold_workspace(tmp_path / "shop")
    said = alone(tmp_path, "run", "orders.csv")
    assert said.returncode == 2
    assert f"process {holder}" in said.stderr
    assert "hint: wait until it is finished" in said.stderr

"""Tables and lists for other programs: CSV and Parquet.

A CSV can be opened in a spreadsheet without harm: text that a spreadsheet would take for a formula, because it begins
with ``=``, ``+``, ``-``, ``@``, a tab or a line break, gets an apostrophe in front; numbers stay numbers. Parquet files
are exact copies. A CSV is UTF-8 without a byte order mark, as other programs expect it; Excel on Windows recognizes
UTF-8 by the mark, which ``excel=True`` adds.
"""

from __future__ import annotations

import itertools
import re
import shutil
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from regulars.engines.duckdb import DuckDBEngine, literal, parquet, quoted
from regulars.engines.queries import load
from regulars.errors import NotFound
from regulars.publish.reader import Reader
from regulars.publish.storage import replaced, storage_errors_in_words
from regulars.terms.results import Table

Format = Literal["csv", "parquet"]
NEVER_TEXT = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "DECIMAL", "FLOAT", "DOUBLE", "DATE", "TIME",
)  # fmt: skip
FORMULA_STARTS = "=+-@＝＋－＠\t\r\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
INDEX_FILE = "segments.csv"


def export(reader: Reader, name: str, to: Path, format: Format | None = None, *, excel: bool = False) -> Path:
    """Write a table of a release to a file and return its path; what was there before is replaced at once.

    Parameters
    ----------
    to
        The file, or a folder in which it is named after the table.
    format
        ``csv`` or ``parquet``; the ending of `to` says which when not given, else CSV.
    excel
        Let Excel on Windows recognize a CSV as UTF-8.

    Raises
    ------
    NotFound
        The release has no such table, or the format is unknown.
    DiskFull, WorkspaceError
        The file cannot be written.
    """
    source = reader.path(name)
    chosen = format or to.suffix.removeprefix(".").lower() or "csv"
    if to.is_dir():
        chosen, to = format or "csv", to / f"{name}.{format or 'csv'}"
    if chosen not in get_args(Format):
        raise NotFound(f"there is no export to {chosen!r}", hint="name a file that ends in .csv or .parquet")
    with storage_errors_in_words(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        if chosen == "parquet":
            with replaced(to) as draft:
                shutil.copyfile(source, draft)
        else:
            with DuckDBEngine() as engine:
                _write_csv(engine, f"FROM {parquet(source)}", to, excel=excel)
    return to


def export_segments(reader: Reader, folder: Path, *, excel: bool = False) -> list[Path]:
    """Write one CSV per segment, ready for a CRM, and return their paths, the segment with most revenue first.

    One row per customer, the most valuable first: id, name, e-mail and consent where the shop's data has them, segment,
    stage, R, F and M scores with days since the last order, orders and revenue behind them, last order, action.
    A segment without customers gets a file without rows, so that no list of an earlier release stays beside the new
    ones; ``segments.csv`` says which file is which.

    Raises
    ------
    NotFound
        No order is known of anybody, so there are no segments.
    """
    with storage_errors_in_words(folder), DuckDBEngine() as engine:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("customers", "features", "segments", "segment_profiles"):
            engine.execute(f"CREATE VIEW {quoted(name)} AS FROM {parquet(reader.path(name))}")
        sizes = engine.rows(load("regulars.publish", "segment_sizes"))
        if not sizes:
            raise NotFound(
                f"release {reader.id} has no segments: no order is known of anybody",
                hint="`regulars export target_predictions` has what is predicted of customers, if anything is",
            )
        unknown = _unknown(engine)
        listed = load("regulars.publish", "segment_list").text
        names = _file_names([size["segment"] for size in sizes])
        for size, name in zip(sizes, names, strict=True):
            segment = {"segment": size["segment"]}
            _write_csv(engine, listed, folder / name, segment, without=unknown, excel=excel)
        index = _index(sizes, names)
        with engine.registered("segment_files", index):
            _write_csv(engine, "FROM segment_files", folder / INDEX_FILE, excel=excel)
    return [folder / name for name in names]


def export_campaign(
    reader: Reader,
    campaign: str,
    to: Path,
    *,
    members: Sequence[Mapping[str, Any]] | None = None,
    suppressed: Collection[str] = (),
    excel: bool = False,
) -> Path:
    """Write the list of one campaign as a CSV and return its path: who, which arm, when, why and what to show.

    Those to be written to come first; the arm ``control`` is the hold-out and is not to be written to.

    Parameters
    ----------
    members
        Of a campaign that was started: its customers as they were drawn. Else the release's proposal is written.
    suppressed
        Customers never to be written to; they are not on the list, whenever it was drawn.

    Raises
    ------
    NotFound
        The release has no such campaign.
    """
    import pyarrow as pa

    rows = f"SELECT * FROM {parquet(reader.path('campaigns'))}"  # noqa: S608
    if to.is_dir():
        to /= f"{campaign}.csv"
    with storage_errors_in_words(to), DuckDBEngine() as engine:
        to.parent.mkdir(parents=True, exist_ok=True)
        for name in ("customers", "segments"):
            engine.execute(f"CREATE VIEW {quoted(name)} AS FROM {parquet(reader.path(name))}")
        engine.execute(f"CREATE TABLE campaigns AS {rows}")
        known = {row["campaign"] for row in reader.table("campaign_plans", ["campaign"]).to_pylist()}
        if members is not None:
            engine.execute("DELETE FROM campaigns WHERE campaign = $campaign", {"campaign": campaign})
            engine.insert_arrow(
                "campaigns", pa.Table.from_pylist([{**row, "status": "running"} for row in members])
            )
        elif campaign not in known:
            near = get_close_matches(campaign, known, 1)
            raise NotFound(
                f"release {reader.id} has no campaign {campaign!r}",
                hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}",
            )
        out = pa.table({"customer_id": pa.array(list(suppressed), pa.string())})
        with engine.registered("suppressed", out):
            engine.execute("DELETE FROM campaigns WHERE customer_id IN (SELECT customer_id FROM suppressed)")
        listed = load("regulars.publish", "campaign_list").text
        _write_csv(engine, listed, to, {"campaign": campaign}, without=_unknown(engine), excel=excel)
    return to


def write_rows(rows: Sequence[Mapping[str, Any]], to: Path, *, excel: bool = False) -> Path:
    """Write rows as a CSV in their order and return its path."""
    import pyarrow as pa

    return write_table(Table(pa.Table.from_pylist([dict(row) for row in rows])), to, excel=excel)


def write_table(table: Table, to: Path, *, excel: bool = False) -> Path:
    """Write a table that is in memory as a CSV and return its path."""
    with storage_errors_in_words(to), DuckDBEngine() as engine:
        to.parent.mkdir(parents=True, exist_ok=True)
        with engine.registered("given_rows", table.arrow):
            _write_csv(engine, "FROM given_rows", to, excel=excel)
    return to


def _unknown(engine: DuckDBEngine) -> set[str]:
    """Return which columns of `customers` nobody has."""
    known = engine.row(
        "SELECT count(name) AS name, count(email) AS email, count(consent) AS consent FROM customers"
    )
    return {column for column, n_known in known.items() if not n_known}


def _index(sizes: list[dict[str, Any]], names: list[str]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist([{"file": name, **size} for size, name in zip(sizes, names, strict=True)])


def _write_csv(
    engine: DuckDBEngine,
    rows: str,
    to: Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    without: Collection[str] = (),
    excel: bool,
) -> None:
    """Write a query's rows in their order."""
    columns = ", ".join(_safe_columns(engine, rows, parameters, without))
    with replaced(to) as draft:
        engine.execute(
            f"COPY (SELECT {columns} FROM ({rows})) TO {literal(draft)} (FORMAT csv, HEADER)",  # noqa: S608
            parameters,
        )
        if excel:
            _put_mark_in_front(draft)


def _safe_columns(
    engine: DuckDBEngine, rows: str, parameters: Mapping[str, Any] | None, without: Collection[str]
) -> list[str]:
    """Return a query's columns, those that may hold text made safe for spreadsheets."""
    starts = ", ".join(f"chr({ord(start)})" for start in FORMULA_STARTS)
    chosen = []
    for column in engine.rows(f"DESCRIBE ({rows})", parameters):
        name = quoted(column["column_name"])
        if column["column_name"] in without:
            continue
        if column["column_type"].startswith(NEVER_TEXT):
            chosen.append(name)
        else:
            text = f"CAST({name} AS VARCHAR)"
            chosen.append(
                f"CASE WHEN left({text}, 1) IN ({starts}) THEN chr(39) || {text} ELSE {text} END AS {name}"
            )
    return chosen


def _put_mark_in_front(path: Path) -> None:
    with path.open("rb") as plain, replaced(path) as draft, draft.open("wb") as marked:
        marked.write(BYTE_ORDER_MARK)
        shutil.copyfileobj(plain, marked)


def _file_names(segments: list[str | None]) -> list[str]:
    """Return a file name for each segment: small letters, digits and dashes, none twice on any file system.

    >>> _file_names(["Can't lose them", "VIP / Gold", "vip – gold", "../..", None])
    ['segment-can-t-lose-them.csv', 'segment-vip-gold.csv', 'segment-vip-gold-2.csv', 'segment.csv', 'segment-none.csv']
    """
    names: list[str] = []
    for segment in segments:
        plain = unicodedata.normalize("NFKD", segment or "none").encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", f"segment-{plain}").strip("-")[:80]
        tries = itertools.chain([f"{stem}.csv"], (f"{stem}-{number}.csv" for number in itertools.count(2)))
        names.append(next(name for name in tries if name not in names))
    return names

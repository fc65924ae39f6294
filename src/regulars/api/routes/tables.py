"""Whole tables, for programs that want all of it: pages of JSON, or a file of CSV, Arrow or Parquet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from regulars.api.access import needs
from regulars.api.cursors import make_cursor, read_cursor
from regulars.api.guard import ONLY_HEAD
from regulars.api.house import Current, answer, check_modified, etag_of, house_of, of
from regulars.api.problems import responses
from regulars.api.releases import Held
from regulars.api.shapes import Page, TableCard, TableList
from regulars.engines.duckdb import quoted
from regulars.errors import InputError
from regulars.publish.exports import export
from regulars.publish.live import rows_of

router = APIRouter(prefix="/v1/tables", tags=["tables"], dependencies=[needs("read")])
Format = Literal["json", "csv", "arrow", "parquet"]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
CHUNK_BYTES = 1 << 18
BATCH_ROWS = 20_000
Table = Annotated[str, Path(max_length=100, examples=["predictions"])]


@router.get("", summary="Tables", responses=responses(), response_model=TableList)
def tables(request: Request, held: Current) -> Response:
    """Every table of the release with its grain; the page of tables says what each column means."""
    reader = held.reader
    cards = [
        TableCard(
            table=name,
            grain=reader.spec(name).grain,
            n_rows=reader.manifest.tables[name].rows,
            columns=list(reader.spec(name).column_names),
        ).model_dump()
        for name in reader.tables()
    ]
    return answer(request, etag_of(held), {**of(held), "tables": cards})


@router.get(
    "/{table}", summary="A table",
    responses=responses(404) | {200: {"content": {kind.split(";")[0]: {} for kind in KINDS.values()}}},
    response_model=Page[dict[str, Any]],
)  # fmt: skip
async def table(
    request: Request,
    table: Table,
    format: Annotated[Format, Query(description="json comes in pages, all others whole.")] = "json",
    fields: Annotated[
        str | None,
        Query(max_length=2000, description="Only these columns, with commas in between; json and arrow."),
    ] = None,
    customer_id: Annotated[
        str | None, Query(max_length=200, description="Only rows of this customer; json.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000_000)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """A table of the release, sorted as published.

    In a CSV, text that a spreadsheet would take for a formula has an apostrophe in front.
    """
    columns = [name.strip() for name in fields.split(",")] if fields else None
    asked = {"table": table, "customer_id": customer_id}
    release_id, start = read_cursor(cursor, asked) if cursor else (None, 0)
    if not isinstance(start, int) or not 0 <= start < 2**62:
        raise InputError("that is no cursor", hint="take next_cursor as it was given")
    releases = house_of(request).releases
    if format != "json":
        return await run_in_threadpool(_file, request, table, format, columns)
    limit = min(limit, house_of(request).settings.api.largest_page)
    with releases.held(release_id) as held:
        content = await run_in_threadpool(_page, held, asked, columns, start, limit)
        return answer(request, etag_of(held), content)


def _page(
    held: Held, asked: dict[str, Any], columns: list[str] | None, start: int, limit: int
) -> dict[str, Any]:
    reader, name = held.reader, asked["table"]
    if asked["customer_id"] is not None:
        rows = reader.rows_of(name, asked["customer_id"]).arrow.slice(start, limit + 1)
        rows = rows.select(_known(held, name, columns)) if columns else rows
    else:
        chosen = ", ".join(quoted(one) for one in _known(held, name, columns))
        text = f"SELECT {chosen} FROM {quoted(name)} LIMIT $n OFFSET $start"  # noqa: S608
        rows = reader.sql(text, {"n": limit + 1, "start": start}).arrow
    more = rows.num_rows > limit
    next_cursor = make_cursor(held.id, asked, start + limit) if more else None
    return {**of(held), "rows": rows_of(rows.slice(0, limit)), "next_cursor": next_cursor}


def _known(held: Held, table: str, columns: list[str] | None) -> list[str]:
    names = held.reader.spec(table).column_names
    if unknown := [name for name in columns or () if name not in names]:
        raise InputError(f"table {table} has no column {unknown[0]!r}", hint="it has: " + ", ".join(names))
    return columns or list(names)


def _file(request: Request, table: str, format: Format, columns: list[str] | None) -> Response:
    """Return a whole table as it streams from the disk; the release is held until the last byte is sent."""
    releases = house_of(request).releases
    with releases.held() as held:
        _known(held, table, columns)
        etag, release_id = etag_of(held, f"-{format}"), held.id
    check_modified(request, etag)

    def parts() -> Iterator[bytes]:
        with releases.held(release_id) as held:
            if format == "arrow":
                yield from _arrow(held.reader.path(table), columns)
            elif format == "parquet":
                yield from _chunks(held.reader.path(table))
            else:
                with tempfile.TemporaryDirectory(prefix="regulars-csv-") as folder:
                    yield from _chunks(export(held.reader, table, FilePath(folder) / "table.csv"))

    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{table}.{format}"',
    }
    content = () if ONLY_HEAD in request.scope else parts()
    return StreamingResponse(content, media_type=KINDS[format], headers=headers)


def _chunks(path: FilePath) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _arrow(path: FilePath, columns: list[str] | None) -> Iterator[bytes]:
    """Yield a Parquet file as a stream of Arrow, a batch at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        out = _Out()
        schema = pa.schema([file.schema_arrow.field(name) for name in columns or file.schema_arrow.names])
        with pa.ipc.new_stream(pa.PythonFile(out, mode="w"), schema) as writer:
            for batch in file.iter_batches(BATCH_ROWS, columns=columns):
                writer.write_batch(batch.select(schema.names))
                yield out.taken()
        yield out.taken()


class _Out:
    """Something to write to whose content is taken away in between."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def taken(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found

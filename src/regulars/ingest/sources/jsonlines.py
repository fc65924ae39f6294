"""JSON Lines, and a JSON array of objects: one level of nesting becomes columns with dots.

Numbers keep the digits they are written with (`19.90` stays `19.90`), because money is exact. Lists and deeper objects
stay JSON text. Columns are those of all rows, in the order of first appearance.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.errors import FileUnreadable
from regulars.ingest.sources.careful import LARGEST_CELL
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.encoding import CHUNK_BYTES, Utf8
from regulars.ingest.sources.names import column_names
from regulars.ingest.sources.spool import Spool, Spooled
from regulars.ingest.sources.survey import fingerprint, survey
from regulars.ingest.sources.table import SourceTable
from regulars.settings import Source

LONGEST_RECORD = 32_000_000
BLANK = re.compile(r"[ \t\r\n]*")
BETWEEN = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
ENVELOPE = re.compile(r'\s*\{\s*"[^"]{1,60}"\s*:\s*\[\s*(?=\{)')
"""An object with one list of objects in it: ``{"orders": [{…}, …]}``."""

Record = dict[str, str | None]


@dataclass(frozen=True)
class Broken:
    """A record that is no object."""

    reason: str
    detail: str
    text: str


def json_table(content: Content, entry: Source | None = None) -> SourceTable:
    """Return the table of a file of JSON objects.

    Raises
    ------
    FileUnreadable
        It holds no objects.
    """
    seen = survey(content, encoding=entry.encoding if entry else None)
    names: dict[str, None] = {}
    first_broken: Broken | None = None
    for record in _records(content, seen.encoding):
        if isinstance(record, Broken):
            first_broken = first_broken or record
        else:
            names.update(dict.fromkeys(record))
    if not names:
        why = f": {first_broken.detail}" if first_broken else ""
        raise FileUnreadable(
            f"{content.label} has no JSON objects with columns{why}",
            hint='each line should be an object such as {"order_id": "A1", "amount": 19.90}',
        )
    columns = column_names(names)
    read_as: dict[str, Any] = {"kind": "json", "packing": content.packing, "encoding": seen.encoding}
    return SourceTable(
        source=content.path.name,
        part=content.inner,
        path=content.path,
        columns=columns,
        typed=False,
        read_as=read_as,
        fingerprint=fingerprint(seen.sha256, read_as, content.inner),
        reader=JsonReader(content, seen.encoding, tuple(names), columns),
        entry=entry,
        notes=seen.notes,
    )


@dataclass(frozen=True)
class JsonReader:
    """Brings the rows of a file of JSON objects."""

    content: Content
    encoding: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]

    def spool(self, folder: Path) -> Spooled:
        with Spool.of_text(folder, self.columns) as spool:
            for number, record in enumerate(_records(self.content, self.encoding), start=1):
                if isinstance(record, Broken):
                    spool.reject(number, record.reason, record.detail, {"text": record.text})
                elif (
                    longest := max((len(cell) for cell in record.values() if cell), default=0) > LARGEST_CELL
                ):
                    detail = f"a value of {longest:,} characters, where {LARGEST_CELL:,} are the limit"
                    spool.reject(number, "cell_too_large", detail, record)
                else:
                    spool.add_row(number, [record.get(key) for key in self.keys])
        return spool.spooled


def flat(record: dict[str, Any]) -> Record:
    """Return an object's values as text, one level of nesting flattened with dots.

    >>> flat(DECODER.decode('{"id": 7, "total": 19.90, "customer": {"id": "ann", "tags": ["a"]}, "paid": true}'))
    {'id': '7', 'total': '19.90', 'customer.id': 'ann', 'customer.tags': '["a"]', 'paid': 'true'}
    """
    cells: Record = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells.update((f"{key}.{inner}", _text(nested)) for inner, nested in value.items())
        else:
            cells[key] = _text(value)
    return cells


class _Digits(str):
    """A number, as it is written."""


DECODER = json.JSONDecoder(parse_float=_Digits, parse_int=_Digits, parse_constant=lambda _: None)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return str(value).replace("\0", "") or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return _json(value)
    return None


def _json(value: Any) -> str:
    """Write nested JSON again, numbers with their digits."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_json(nested)}" for key, nested in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, _Digits) else json.dumps(value, ensure_ascii=False)


def _records(content: Content, encoding: str) -> Iterator[Record | Broken]:
    """Yield the objects of a file, one at a time."""
    with content.open() as stream:
        text = codecs.getreader("utf-8")(Utf8(stream, encoding), "replace")  # type: ignore[arg-type]
        head = text.read(CHUNK_BYTES)
        if wrapped := ENVELOPE.match(head):
            yield from _array(head[wrapped.end() :], text.read)
        elif (start := BLANK.match(head)) and head[start.end() : start.end() + 1] == "[":
            yield from _array(head[start.end() + 1 :], text.read)
        else:
            yield from _lines(head, text.read)


def _lines(buffer: str, read: Callable[[int], str]) -> Iterator[Record | Broken]:
    while True:
        *lines, buffer = buffer.split("\n")
        for line in lines:
            if line.strip():
                yield _parsed(line)
        if len(buffer) > LONGEST_RECORD:
            yield Broken("cell_too_large", f"a line of more than {LONGEST_RECORD:,} characters", buffer)
            while (piece := read(CHUNK_BYTES)) and "\n" not in piece:
                pass
            buffer = piece.partition("\n")[2]
        elif more := read(CHUNK_BYTES):
            buffer += more
        else:
            break
    if buffer.strip():
        yield _parsed(buffer)


def _parsed(line: str) -> Record | Broken:
    try:
        value = DECODER.decode(line.strip())
    except (json.JSONDecodeError, RecursionError) as problem:
        return Broken("not_json", str(problem), line)
    return flat(value) if isinstance(value, dict) else _no_object(value)


def _no_object(value: Any) -> Broken:
    return Broken("not_an_object", f"{type(value).__name__} where an object was expected", str(value))


def _array(buffer: str, read: Callable[[int], str]) -> Iterator[Record | Broken]:
    """Yield the elements of an array whose bracket has been read."""
    position = 0
    while True:
        between = BETWEEN.match(buffer, position)
        position = between.end() if between else position
        if buffer[position : position + 1] == "]":
            return
        try:
            value, end = DECODER.raw_decode(buffer, position)
        except (json.JSONDecodeError, RecursionError) as problem:
            more = read(CHUNK_BYTES) if len(buffer) - position < LONGEST_RECORD else ""
            if not more:
                rest = buffer[position:]
                detail = str(problem) if rest else "the file ends before the array does"
                yield Broken("not_json", f"{detail}; nothing after it can be read", rest)
                return
            buffer, position = buffer[position:] + more, 0
            continue
        if end == len(buffer) and not isinstance(value, dict) and (more := read(CHUNK_BYTES)):
            buffer, position = buffer[position:] + more, 0  # a number may go on
            continue
        yield flat(value) if isinstance(value, dict) else _no_object(value)
        position = end

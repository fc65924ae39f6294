"""One look at all bytes of a file before anything is read: whole, which encoding, which fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.errors import FileUnreadable
from regulars.ingest.sources.content import Content
from regulars.ingest.sources.encoding import CHUNK_BYTES, EncodingGuess, clean

HEAD_BYTES = 1 << 18
CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\f\x1a\x1b"))


@dataclass(frozen=True)
class Survey:
    """What one pass over a file's bytes tells."""

    sha256: str
    n_bytes: int
    encoding: str
    text: str
    """The beginning, decoded."""
    whole: bool
    """Whether `text` is all of it."""
    notes: tuple[str, ...]


def survey(content: Content, *, encoding: str | None = None) -> Survey:
    """Read a text file once, from the first byte to the last.

    Raises
    ------
    FileUnreadable
        It is missing, empty, broken, no text, or unpacks to more than a real file would.
    """
    digest, n_bytes = hashlib.sha256(), 0
    with content.open() as stream:
        head = _read_fully(stream, HEAD_BYTES)
        guess = EncodingGuess(head, encoding)
        _refuse_binary(head, guess, content)
        chunk = head
        while chunk:
            digest.update(chunk)
            n_bytes += len(chunk)
            content.refuse_bomb(n_bytes)
            guess.see(chunk)
            chunk = stream.read(CHUNK_BYTES)
        guess.see(b"", last=True)
    if not n_bytes:
        raise FileUnreadable(f"{content.label} is empty (0 bytes)", hint="export it again, or leave it out")
    text = clean(head, guess.verdict)
    return Survey(digest.hexdigest(), n_bytes, guess.verdict, text, n_bytes == len(head), _notes(guess))


def sha256(content: Content, *beside: Path) -> str:
    """Return the hash of a file's unpacked bytes, and of files that belong to it where they exist."""
    digest, n_bytes = hashlib.sha256(), 0
    with content.open() as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            n_bytes += len(chunk)
            content.refuse_bomb(n_bytes)
    if not n_bytes:
        raise FileUnreadable(f"{content.label} is empty (0 bytes)", hint="export it again, or leave it out")
    for path in beside:
        if path.exists() and path.stat().st_size:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(content_hash: str, read_as: Mapping[str, Any], part: str | None) -> str:
    """Return the hash of content and of how it was read."""
    how = json.dumps([content_hash, dict(read_as), part], sort_keys=True, default=str)
    return hashlib.sha256(how.encode()).hexdigest()


def _read_fully(stream: Any, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size and (piece := stream.read(size - len(pieces))):
        pieces += piece
    return bytes(pieces)


def _refuse_binary(head: bytes, guess: EncodingGuess, content: Content) -> None:
    """Stop at bytes that are no text: many control characters, and no UTF-16."""
    if guess.encoding != "utf-8" or guess.told:
        return
    n_controls = len(head) - len(head.translate(None, CONTROLS))
    n_nul = head.count(0)
    if n_controls > max(3, 0.02 * len(head)) or n_nul > max(100, 0.2 * len(head)):
        raise FileUnreadable(
            f"{content.label} is not text: {n_controls + n_nul:,} of its first {len(head):,} bytes are no characters",
            hint="export it as CSV, or give it the ending of what it is (.xlsx, .parquet, .sqlite, …)",
        )


def _notes(guess: EncodingGuess) -> tuple[str, ...]:
    notes = []
    if guess.verdict == "cp1252" and not guess.told:
        notes.append("The text is not UTF-8 and was read as cp1252 (Western European).")
    elif guess.n_broken:
        notes.append(f"{guess.n_broken:,} bytes are not UTF-8 and were read as cp1252.")
    if guess.has_nul:
        notes.append("NUL bytes in the text were dropped.")
    return tuple(notes)

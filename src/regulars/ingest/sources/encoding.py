"""Text as bytes: which encoding a file has, and its bytes as clean UTF-8, a piece at a time.

Decided here: NUL bytes in text are dropped and the row stays (spreadsheets and databases cannot hold them and they carry
nothing); a file that is UTF-8 but for a few broken bytes is read as UTF-8 with those bytes as cp1252; a file that is not
UTF-8 is read as cp1252, the superset of ISO-8859-1 that Windows writes, unless the settings say otherwise.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

from regulars.errors import SettingsError

CHUNK_BYTES = 1 << 20
ENOUGH_BROKEN = 10_000
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BLANKS = re.compile(rb"[ \t]+")
BLANK_EDGES = re.compile(rb"(?m)^\t+|\t+(?=\r?$)")

BROKEN_UTF8 = "utf-8-with-broken-bytes"
FALLBACK = "cp1252-where-broken"


def _one_byte(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    broken = problem.object[problem.start : problem.end]
    return "".join(_CP1252[byte] for byte in broken), problem.end


_CP1252 = [bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)]
codecs.register_error(FALLBACK, _one_byte)


class EncodingGuess:
    """Sees all bytes of a text file once and knows its encoding at the end."""

    def __init__(self, head: bytes, told: str | None = None) -> None:
        self.encoding = _by_first_bytes(head)
        self.told = normalized(told) if told else None
        self.n_broken = 0
        self.n_fine = 0
        self.has_nul = False
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._watching = (self.told or self.encoding) == "utf-8"
        self._counting = False

    def see(self, chunk: bytes, *, last: bool = False) -> None:
        """Take in the next piece."""
        if not self._watching:
            return
        self.has_nul = self.has_nul or b"\0" in chunk
        if not self._counting:
            state = self._decoder.getstate()
            try:
                self._decoder.decode(chunk, final=last)
                return
            except UnicodeDecodeError:
                self._counting = True
                self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
                self._decoder.setstate(state)
        text = self._decoder.decode(chunk, final=last)
        broken = text.count("\ufffd")
        self.n_broken += broken
        self.n_fine += len(text) - len(text.encode("ascii", "ignore")) - broken
        self._watching = self.n_broken < ENOUGH_BROKEN

    @property
    def verdict(self) -> str:
        """The encoding to read with; `utf-8-with-broken-bytes` where some bytes are not."""
        if self.n_broken:
            return BROKEN_UTF8 if self.told or self.n_fine > self.n_broken else "cp1252"
        return self.told or self.encoding


def normalized(name: str) -> str:
    """Return an encoding as it is called here; who says ISO-8859-1 means what Windows writes.

    >>> [normalized(name) for name in ("UTF8", "latin1", "windows-1250")]
    ['utf-8', 'cp1252', 'cp1250']
    """
    try:
        known = codecs.lookup(name).name
    except LookupError:
        raise SettingsError(
            f"nobody knows the encoding {name!r}", hint="write it as utf-8, cp1252, utf-16, cp1250, …"
        ) from None
    return {"utf-8-sig": "utf-8", "ascii": "utf-8", "iso8859-1": "cp1252"}.get(known, known)


def _by_first_bytes(head: bytes) -> str:
    """Return the encoding that the first bytes show."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    half = len(sample) // 2
    if half >= 2:
        even, odd = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
        if odd > 0.4 * half and even < 0.1 * half:
            return "utf-16-le"
        if even > 0.4 * half and odd < 0.1 * half:
            return "utf-16-be"
    return "utf-8"


class Utf8:
    """A binary stream read as clean UTF-8: decoded, without byte order mark and NUL.

    Parameters
    ----------
    stream
        The bytes as they are.
    encoding
        What they are in.
    blanks_to_tabs
        Whether runs of blanks separate cells and become one tab each.
    skip_bytes
        So many bytes of the clean text are left out at the beginning.
    """

    def __init__(
        self, stream: BinaryIO, encoding: str, *, blanks_to_tabs: bool = False, skip_bytes: int = 0
    ) -> None:
        self._stream = stream
        self._skip = skip_bytes
        self._first = True
        self._ready = bytearray()
        self._ended = False
        self._line = b""
        self._decode = _decoder(encoding)
        self._blanks = blanks_to_tabs
        self.n_quotes = 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        """Return exactly so many bytes, fewer only at the end; all of them when no size is given."""
        while not self._ended and (size < 0 or len(self._ready) < size):
            chunk = self._stream.read(max(size, CHUNK_BYTES))
            self._ended = not chunk
            self._ready += self._clean(chunk)
        end = len(self._ready) if size < 0 else size
        piece = bytes(self._ready[:end])
        del self._ready[:end]
        return piece

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True
        self._stream.close()

    def _clean(self, chunk: bytes) -> bytes:
        clean = self._decode(chunk, not chunk)
        if self._first and clean:
            self._first = False
            clean = clean.removeprefix(codecs.BOM_UTF8)
        if b"\0" in clean:
            clean = clean.replace(b"\0", b"")
        self.n_quotes += clean.count(b'"')
        if self._skip:
            skipped = min(self._skip, len(clean))
            self._skip -= skipped
            clean = clean[skipped:]
        return self._tabbed(clean, last=not chunk) if self._blanks else clean

    def _tabbed(self, clean: bytes, *, last: bool) -> bytes:
        """Work on whole lines, so that a blank at the end of a piece is not taken for the end of a line."""
        clean = self._line + clean
        if not last:
            end = max(clean.rfind(b"\n"), clean.rfind(b"\r")) + 1
            clean, self._line = clean[:end], clean[end:]
        return BLANK_EDGES.sub(b"", BLANKS.sub(b"\t", clean.replace(b"\r\n", b"\n").replace(b"\r", b"\n")))


def _decoder(encoding: str) -> Callable[[bytes, bool], bytes]:
    """Return what turns pieces into UTF-8."""
    if encoding == "utf-8":  # looked at before, from the first byte to the last
        return lambda chunk, last: chunk
    name, errors = ("utf-8", FALLBACK) if encoding == BROKEN_UTF8 else (encoding, "replace")
    if name == "cp1252":
        errors = FALLBACK
    decoder = codecs.getincrementaldecoder(name)(errors)
    return lambda chunk, last: decoder.decode(chunk, last).encode("utf-8", "replace")


def clean(head: bytes, encoding: str) -> str:
    """Return the beginning of a file as clean text; a character cut in half at its end is left out."""
    text = (
        head.decode("utf-8", "ignore")
        if encoding == "utf-8"
        else _decoder(encoding)(head, False).decode("utf-8", "replace")
    )
    return text.removeprefix("\ufeff").replace("\0", "")

"""The bytes of one file, whether it lies open, is gzipped or is inside a zip archive."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Literal, cast

from regulars.errors import FileUnreadable
from regulars.ingest.sources.spool import NO_ROOM, room_to_write

Packing = Literal["plain", "gzip", "zip"]

SUSPICIOUS_RATIO = 200
SUSPICIOUS_BYTES = 1 << 30
"""What unpacks to more than this and to more than so many times its size is taken for a zip bomb."""


@dataclass(frozen=True)
class Content:
    """One file's bytes; `inner` is its name inside a zip archive."""

    path: Path
    packing: Packing = "plain"
    inner: str | None = None

    @property
    def name(self) -> str:
        """The name that tells the kind: inside the archive, without ``.gz``."""
        if self.inner:
            return PurePosixPath(self.inner).name
        return self.path.name.removesuffix(".gz") if self.packing == "gzip" else self.path.name

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.path.name}:{self.inner}" if self.inner else self.path.name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Read the unpacked bytes.

        Raises
        ------
        FileUnreadable
            The file is missing, may not be read, is broken or locked.
        """
        with reading(self), self._opened() as stream:
            yield stream

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if self.packing == "zip":
            assert self.inner is not None
            with zipfile.ZipFile(self.path) as archive, archive.open(self.inner) as member:
                yield cast(BinaryIO, member)
        elif self.packing == "gzip":
            with gzip.open(self.path, "rb") as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            with self.path.open("rb") as plain:
                yield plain

    @contextmanager
    def on_disk(self, folder: Path) -> Iterator[Path]:
        """Have the unpacked file under a path, for readers that jump about in it."""
        if self.packing == "plain":
            yield self.path
            return
        unpacked = folder / f"unpacked{Path(self.name).suffix}"
        with room_to_write(folder), self.open() as stream, unpacked.open("wb") as copy:
            shutil.copyfileobj(cast(IO[bytes], stream), copy, 1 << 20)
        try:
            yield unpacked
        finally:
            unpacked.unlink(missing_ok=True)

    @cached_property
    def packed_bytes(self) -> int:
        """How large it is where it lies."""
        if self.packing == "zip":
            assert self.inner is not None
            with zipfile.ZipFile(self.path) as archive:
                return archive.getinfo(self.inner).compress_size
        return self.path.stat().st_size

    def refuse_bomb(self, unpacked_bytes: int) -> None:
        """Stop when it has unpacked to more than a real file would."""
        if self.packing != "plain":
            refuse_bomb(self.label, self.packed_bytes, unpacked_bytes)


def refuse_bomb(name: str, packed_bytes: int, unpacked_bytes: int) -> None:
    """Stop at what unpacks to more than a gigabyte and to more than 200 times its size."""
    if unpacked_bytes > SUSPICIOUS_BYTES and unpacked_bytes > SUSPICIOUS_RATIO * max(packed_bytes, 1):
        raise FileUnreadable(
            f"{name} unpacks to more than {SUSPICIOUS_RATIO} times its size "
            f"({packed_bytes:,} bytes packed, over {unpacked_bytes:,} unpacked); files of orders do not",
            hint="if you trust it, unpack it yourself and give the unpacked file",
        )


@contextmanager
def reading(content: Content) -> Iterator[None]:
    """Turn what can go wrong with a file's bytes into words."""
    name = content.label
    try:
        yield
    except FileNotFoundError as problem:
        raise FileUnreadable(
            f"{content.path} does not exist", hint="check the path, and the folder you are in"
        ) from problem
    except PermissionError as problem:
        raise FileUnreadable(
            f"{content.path} may not be read by you", hint="check the permissions of the file"
        ) from problem
    except EOFError as problem:
        raise FileUnreadable(
            f"{name} breaks off in the middle: the gzip stream has no end",
            hint="it was probably cut while being copied or downloaded; get it again",
        ) from problem
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error) as problem:
        raise FileUnreadable(
            f"{name} is a broken archive: {problem}",
            hint="it was probably damaged while being copied or downloaded; get it again",
        ) from problem
    except NotImplementedError as problem:
        raise FileUnreadable(
            f"{name} is packed in a way that cannot be unpacked here: {problem}",
            hint="pack it again as a plain zip (deflate), or give the unpacked file",
        ) from problem
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise
        raise FileUnreadable(
            f"{name} cannot be read: {problem.strerror or problem}",
            hint="the file or the disk it lies on may be damaged; copy or get it again",
        ) from problem
    except RuntimeError as problem:
        if "password" not in str(problem):
            raise
        raise FileUnreadable(
            f"{name} is protected by a password", hint="unpack it yourself and give the unpacked file"
        ) from problem

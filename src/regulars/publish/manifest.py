"""What a release says about itself: `manifest.json`."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from regulars.errors import ReleaseDamaged

MANIFEST_FILE = "manifest.json"
FORMAT = 1


class Part(BaseModel):
    """A part of the manifest; what a newer version adds is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ShopCard(Part):
    """Whose release it is, and how amounts and instants are meant."""

    name: str
    currency: str
    timezone: str


class HorizonCard(Part):
    """How far ahead is looked, and why that far."""

    days: int
    reason: str


class SourceCard(Part):
    """A table of a source that the release was made from."""

    load_id: int
    source: str
    shape: str
    fingerprint: str
    loaded_at: datetime
    n_rows: int
    n_rejected: int


class DataCard(Part):
    """How far the data can be trusted, and that nothing of it was lost: what came in was kept or set aside."""

    score: int
    formula: str
    rows_in: int
    rows_kept: int
    rows_set_aside: int
    money_in: Decimal
    money_kept: Decimal
    money_set_aside: Decimal


class FileCard(Part):
    """A file of the release: its length and the SHA-256 of its content."""

    bytes: int
    sha256: str


class TableCard(FileCard):
    """A table of the release. Equal inputs and one version of the code give an equal hash."""

    file: str
    rows: int


class Check(Part):
    """Something that was asked of the run: did the identities hold, is nothing lost."""

    name: str
    passed: bool
    sentence: str


class Manifest(Part):
    """Everything about a release but its rows."""

    format: int = FORMAT
    id: str
    created_at: datetime
    code_version: str
    shop: ShopCard
    cutoff: datetime
    horizon: HorizonCard
    sources: tuple[SourceCard, ...] = ()
    data: DataCard | None = None
    targets: tuple[dict[str, Any], ...] = ()
    tables: dict[str, TableCard] = {}
    files: dict[str, FileCard] = {}
    checks: tuple[Check, ...] = ()
    settings: dict[str, Any] = {}

    def write(self, folder: Path) -> Path:
        path = folder / MANIFEST_FILE
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return path

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a release.

        Raises
        ------
        ReleaseDamaged
            It is missing, is not one, or comes from a newer version.
        """
        path = folder / MANIFEST_FILE
        try:
            found = cls.model_validate_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise damaged(folder.name, [f"{MANIFEST_FILE} is missing"]) from None
        except (ValidationError, UnicodeDecodeError):
            raise damaged(folder.name, [f"{MANIFEST_FILE} is not a manifest"]) from None
        if found.format > FORMAT:
            raise ReleaseDamaged(
                f"release {found.id} has format {found.format}; this version reads up to {FORMAT}",
                hint="it was published by a newer version of regulars; update this one",
            )
        return found

    def damages(self, folder: Path, *, contents: bool) -> list[str]:
        """Return what is wrong with the files, a sentence each; `contents` reads every byte, else lengths are compared."""
        cards: dict[str, FileCard] = {table.file: table for table in self.tables.values()} | self.files
        found = []
        for name, card in sorted(cards.items()):
            path = folder / name
            if not path.is_file():
                found.append(f"{name} is missing")
            elif path.stat().st_size != card.bytes:
                found.append(f"{name} has {path.stat().st_size:,} bytes instead of {card.bytes:,}")
            elif contents and sha256(path) != card.sha256:
                found.append(f"{name} was changed")
        return found


def damaged(release: str, damages: list[str]) -> ReleaseDamaged:
    """Put damages into words."""
    return ReleaseDamaged(
        f"release {release} is damaged: {'; '.join(damages)}",
        hint="run `regulars run` to publish anew, or look at an earlier release",
    )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_card(path: Path) -> FileCard:
    """Return the length and the SHA-256 of a file."""
    return FileCard(bytes=path.stat().st_size, sha256=sha256(path))

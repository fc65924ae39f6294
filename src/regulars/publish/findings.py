"""`findings.json`: what is worth saying, for programs; its form is in `findings.schema.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import NotFound
from regulars.publish.report.sections.material import Material

if TYPE_CHECKING:
    from regulars.publish.reader import Reader

FINDINGS_FILE = "findings.json"
FORMAT = 1
MOST_CUSTOMERS = 20
"""So many customers stand behind each finding in the file; the table `finding_customers` has more."""


def findings_document(reader: Reader) -> dict[str, Any]:
    """Return what a release says, as one plain dictionary: findings, the most money at stake first, and their tests."""
    material, manifest = Material(reader), reader.manifest
    behind: dict[str, list[dict[str, Any]]] = {}
    for row in (
        material.ask("finding_customers", n=MOST_CUSTOMERS) if material.has("finding_customers") else []
    ):
        behind.setdefault(row.pop("finding_id"), []).append(row)
    found = sorted(material.rows("findings"), key=lambda row: row["place"])
    return {
        "format": FORMAT,
        "release": manifest.id,
        "cutoff": manifest.cutoff.isoformat(),
        "horizon_days": manifest.horizon.days,
        "currency": manifest.shop.currency,
        "findings": [
            {
                **row,
                "overlaps_with": row["overlaps_with"].split(", ") if row["overlaps_with"] else [],
                "customers": behind.get(row["finding_id"], []),
            }
            for row in found
        ],
        "tests": material.rows("finding_tests"),
    }


def chosen_finding(document: dict[str, Any], wanted: str) -> dict[str, Any]:
    """Return one finding of a document, by its place or the beginning of its id.

    Raises
    ------
    NotFound
        There is none, or several ids begin so.
    """
    rows: list[dict[str, Any]] = document["findings"]
    found = [row for row in rows if str(row["place"]) == wanted]
    found = found or [row for row in rows if wanted and row["finding_id"].startswith(wanted.lower())]
    if len(found) != 1:
        problem = "there is no finding" if not found else "several findings begin with"
        hint = f"there are {len(rows)}: give a number from 1, or an id" if rows else "this release has none"
        raise NotFound(f"{problem} {wanted!r}", hint=hint)
    return found[0]


def write_findings(reader: Reader, folder: Path) -> None:
    """Write `findings.json` of a release into a folder, where it has findings to tell of."""
    if "findings" in reader.manifest.tables:
        text = json.dumps(findings_document(reader), ensure_ascii=False, indent=1, allow_nan=False)
        folder.joinpath(FINDINGS_FILE).write_text(text + "\n", encoding="utf-8")

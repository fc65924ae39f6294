"""Groupings as one JSON file that is read on any machine, never executed, and refused when it was changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from regulars.errors import ModelError
from regulars.segments.clusters.fitted import Clusters, Grouping

FORMAT = 1
CLUSTERS_FILE = "clusters.json"
AGAIN = "run `regulars run` to group the customers anew"


def save_clusters(clusters: Clusters, folder: Path) -> Path:
    """Write `clusters.json` into a folder, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    groupings = {name: one.to_json() for name, one in clusters.groupings.items()}
    document = {
        "format": FORMAT, "made_by": "regulars", "sha256": _hash(groupings), "groupings": groupings,
    }  # fmt: skip
    path = folder / CLUSTERS_FILE
    path.write_text(
        json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n", encoding="utf-8"
    )
    return path


def open_clusters(folder: Path) -> Clusters:
    """Read what `save_clusters` wrote.

    Raises
    ------
    ModelError
        When the file is missing, was changed, or is not one of ours.
    """
    try:
        document = json.loads((folder / CLUSTERS_FILE).read_text(encoding="utf-8"))
    except OSError as problem:
        raise ModelError(f"{CLUSTERS_FILE} cannot be read: {problem.strerror}", hint=AGAIN) from problem
    except ValueError as problem:
        raise ModelError(f"{CLUSTERS_FILE} is not JSON: {problem}", hint=AGAIN) from problem
    if not isinstance(document, dict) or document.get("made_by") != "regulars":
        raise ModelError(f"{CLUSTERS_FILE} was not written by regulars", hint=AGAIN)
    if document.get("format") != FORMAT:
        raise ModelError(
            f"{CLUSTERS_FILE} has format {document.get('format')!r}, expected {FORMAT}", hint=AGAIN
        )
    groupings = document.get("groupings", {})
    if _hash(groupings) != document.get("sha256"):
        raise ModelError(f"{CLUSTERS_FILE} was changed after it was written", hint=AGAIN)
    try:
        return Clusters({name: Grouping.from_json(one) for name, one in groupings.items()})
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise ModelError(f"{CLUSTERS_FILE} does not hold what it should: {problem}", hint=AGAIN) from problem


def _hash(groupings: Any) -> str:
    text = json.dumps(groupings, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

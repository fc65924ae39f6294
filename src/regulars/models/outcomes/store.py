"""Fitted outcomes as one JSON file: read on any machine, never executed, refused when it was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from regulars.errors import ModelError
from regulars.models.card import LIBRARIES
from regulars.models.learners import SEED
from regulars.models.outcomes.encoding import AttributeEncoding
from regulars.models.outcomes.fitted import FittedOutcome, model_named

FORMAT = 1
OUTCOMES_FILE = "outcomes.json"
AGAIN = "run `regulars run` to learn the outcomes anew"


def save_outcomes(outcomes: Sequence[FittedOutcome], folder: Path) -> Path | None:
    """Write `outcomes.json` into a folder and return the file; nothing where the data gives no outcome."""
    if not outcomes:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    content = [_document(one) for one in outcomes]
    document = {
        "format": FORMAT, "made_by": "regulars", "seed": SEED,
        "libraries": {name: version(name) for name in LIBRARIES}, "sha256": _hash(content), "outcomes": content,
    }  # fmt: skip
    path = folder / OUTCOMES_FILE
    path.write_text(
        json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n", encoding="utf-8"
    )
    return path


def open_outcomes(folder: Path) -> list[FittedOutcome]:
    """Read what `save_outcomes` wrote; nothing where there is no such file.

    Raises
    ------
    ModelError
        When the file was changed, or is not one of ours.
    """
    path = folder / OUTCOMES_FILE
    if not path.exists():
        return []
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise ModelError(f"{OUTCOMES_FILE} is not JSON: {problem}", hint=AGAIN) from problem
    if not isinstance(document, dict) or document.get("made_by") != "regulars":
        raise ModelError(f"{OUTCOMES_FILE} was not written by regulars", hint=AGAIN)
    if document.get("format") != FORMAT:
        raise ModelError(
            f"{OUTCOMES_FILE} has format {document.get('format')!r}, expected {FORMAT}", hint=AGAIN
        )
    content = document.get("outcomes", [])
    if _hash(content) != document.get("sha256"):
        raise ModelError(f"{OUTCOMES_FILE} was changed after it was written", hint=AGAIN)
    try:
        return [_outcome(one) for one in content]
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise ModelError(f"{OUTCOMES_FILE} does not hold what it should: {problem}", hint=AGAIN) from problem


def _document(one: FittedOutcome) -> dict[str, Any]:
    return {
        "name": one.name, "title": one.title, "kind": one.kind, "sentence": one.sentence, "card": dict(one.card),
        "encoding": one.encoding.to_json() if one.encoding else None,
        "model": {"name": one.model.name, "state": one.model.to_json()} if one.model else None,
        "band": list(one.band) if one.band else None,
    }  # fmt: skip


def _outcome(found: Mapping[str, Any]) -> FittedOutcome:
    about = (found["name"], found["title"], found["kind"], found["sentence"])
    if found["model"] is None:
        return FittedOutcome(*about, card=found["card"])
    model = model_named(found["model"]["name"], found["name"], found["kind"]).read(found["model"]["state"])
    band = (found["band"][0], found["band"][1]) if found["band"] else None
    return FittedOutcome(*about, AttributeEncoding.from_json(found["encoding"]), model, band, found["card"])


def _hash(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

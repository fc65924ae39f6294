"""Fitted models as JSON files with an index: read on any machine, never executed, refused when they are not ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regulars.errors import ModelError
from regulars.models.baselines import BaseRate, CalendarPurchases, OneFeatureChurn, Rule, SameRateChurn
from regulars.models.card import card
from regulars.models.churn import AveragedChurn, BoostedChurn, LinearChurn, SeasonalChurn
from regulars.models.contender import TARGETS, Contender, Target
from regulars.models.fitted import Models
from regulars.models.matrix import Encoding
from regulars.models.purchases import Purchases
from regulars.models.season import YEAR
from regulars.models.tiers import ValueTiers
from regulars.models.timing import CalendarTiming, SeasonalTiming, ShapedTiming, UsualGap
from regulars.models.value import SeasonalOrders, SeasonalValue
from regulars.models.value_boosted import BoostedOrders, BoostedValue
from regulars.models.value_margin import Margins
from regulars.models.value_year import YearAhead

FORMAT = 1
INDEX = "models.json"
OF_A_YEAR = "value_365d.json"
KINDS: dict[str, Any] = {
    one.__name__: one
    for one in (
        Rule, BaseRate, SameRateChurn, OneFeatureChurn, CalendarPurchases, SeasonalChurn, LinearChurn, BoostedChurn,
        AveragedChurn, SeasonalOrders, SeasonalValue, BoostedOrders, BoostedValue, UsualGap, CalendarTiming,
        SeasonalTiming, ShapedTiming,
    )
}  # fmt: skip
"""Classes a file may name; nothing else is ever made of one."""


def save(models: Models, folder: Path) -> list[Path]:
    """Write an index and, per target, a model and its card; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    for target, contender in models.contenders.items():
        document = _model_document(contender, target)
        hashes[f"{target}.json"] = _write(folder / f"{target}.json", document)
        hashes[f"{target}.card.json"] = _write(folder / f"{target}.card.json", card(models, target))
    if models.year.contender is not None:
        hashes[OF_A_YEAR] = _write(folder / OF_A_YEAR, _year_document(models.year))
    index = {
        "format": FORMAT,
        "made_by": "regulars",
        "horizon_days": models.horizon_days,
        "sentences": dict(models.sentences),
        "year_sentence": models.year.sentence,
        "margins": None if models.margins is None else models.margins.to_json(),
        "threshold": models.threshold,
        "tiers": models.tiers.to_json(),
        "purchases": None if models.purchases is None else models.purchases.to_json(),
        "encoding": None if models.encoding is None else models.encoding.to_json(),
        "sha256": hashes,
    }
    _write(folder / INDEX, index)
    return [folder / name for name in (INDEX, *hashes)]


def open_models(folder: Path) -> Models:
    """Read what `save` wrote.

    Raises
    ------
    ModelError
        When a file is missing, was changed, or is not one of ours.
    """
    index = _document(folder / INDEX, _read(folder / INDEX))
    if index.get("made_by") != "regulars":
        raise ModelError(f"{INDEX} was not written by regulars", hint="run `regulars run` to fit models anew")
    hashes = index.get("sha256")
    if not isinstance(hashes, dict):
        raise ModelError(f"{INDEX} lists no files", hint="run `regulars run` to fit models anew")
    contents = {str(name): _checked(folder, str(name), str(sha)) for name, sha in hashes.items()}
    try:
        contenders = {
            target: _contender(f"{target}.json", contents[f"{target}.json"], target)
            for target in TARGETS
            if f"{target}.json" in contents
        }
        cards = {target: json.loads(contents[f"{target}.card.json"]) for target in contenders}
        return _models(index, contenders, cards, _year(contents.get(OF_A_YEAR), index["year_sentence"]))
    except (KeyError, TypeError, ValueError) as problem:
        raise ModelError(
            f"a model file in {folder.name} does not hold what it should: {problem}",
            hint="run `regulars run` to fit models anew",
        ) from problem


def _models(
    index: Mapping[str, Any],
    contenders: Mapping[Target, Contender],
    cards: Mapping[Target, Any],
    year: YearAhead,
) -> Models:
    purchases, encoding, margins = index["purchases"], index["encoding"], index["margins"]
    return Models(
        index["horizon_days"],
        contenders,
        index["sentences"],
        None if purchases is None else Purchases.from_json(purchases),
        ValueTiers.from_json(index["tiers"]),
        index["threshold"],
        None if encoding is None else Encoding.from_json(encoding),
        cards,
        year,
        None if margins is None else Margins.from_json(margins),
    )


def _year_document(year: YearAhead) -> dict[str, Any]:
    return {**_model_document(year.contender, "value"), "horizon_days": YEAR}


def _year(content: bytes | None, sentence: str) -> YearAhead:
    if content is None:
        return YearAhead(None, sentence)
    return YearAhead(_contender(OF_A_YEAR, content, "value"), sentence)


def _model_document(contender: Any, target: Target) -> dict[str, Any]:
    kind = type(contender).__name__
    return {"format": FORMAT, "kind": kind, "target": target, "state": contender.to_json()}


def _contender(name: str, content: bytes, target: Target) -> Contender:
    document = _document(Path(name), content)
    kind = KINDS.get(document.get("kind", ""))
    if kind is None or document.get("target") != target:
        raise ModelError(
            f"{name} holds {document.get('kind')!r} for {document.get('target')!r}",
            hint=f"expected a model of ours for {target!r}",
        )
    found: Contender = kind.from_json(document["state"])
    return found


def _checked(folder: Path, name: str, sha256: str) -> bytes:
    if Path(name).name != name:
        raise ModelError(
            f"{INDEX} names a file outside its folder: {name!r}", hint="run `regulars run` again"
        )
    content = _read(folder / name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(
            f"{name} was changed after it was written", hint="run `regulars run` to fit models anew"
        )
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise ModelError(
            f"{path.name} cannot be read: {problem.strerror}", hint="run `regulars run` to fit models"
        ) from problem


def _document(path: Path, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as problem:
        raise ModelError(
            f"{path.name} is not JSON: {problem}", hint="only files that regulars wrote are read"
        ) from problem
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ModelError(
            f"{path.name} is not a model file of format {FORMAT}",
            hint="only files that regulars wrote are read",
        )
    return found


def _write(path: Path, document: Mapping[str, Any]) -> str:
    content = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()

"""Can the data be trusted: the score, what was found ordered by money, and that nothing was lost."""

from __future__ import annotations

from regulars.publish.manifest import DataCard
from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.words import reason
from regulars.terms import phrases

FOUND = {"stop": 0, "warning": 1, "note": 2, "good": 3}
"""Severities, the gravest first."""


def data_health(material: Material) -> Row:
    """Return audits by money, what was set aside by reason, and the checks of the run."""
    audits = sorted(
        (
            row | {name: phrases.sentence(row[name] or "") for name in ("sentence", "hint")}
            for row in material.rows("audits")
        ),
        key=lambda row: (
            row["severity"] == "good",
            -abs(row["money"] or 0),
            FOUND[row["severity"]],
            row["audit"],
        ),
    )
    told = material.ask("set_aside_reasons") if material.has("set_aside") else []
    reasons = [{"words": reason(row["reason"]), **row} for row in told]
    card = material.reader.manifest.data
    return {
        "missing": None if audits else "No question has been asked of the data yet.",
        "score": card.score if card else None,
        "formula": card.formula if card else None,
        "reconciliation": _reconciliation(card),
        "sentence": _sentence(audits, reasons),
        "audits": audits,
        "set_aside": reasons,
        "n_set_aside": sum(row["n_rows"] for row in reasons),
        "set_aside_money": sum(row["money"] or 0 for row in reasons),
        "checks": [check.model_dump() for check in material.reader.manifest.checks],
    }


def _reconciliation(card: DataCard | None) -> list[Row]:
    """Return what came in, was kept and was set aside; the first is the sum of the others."""
    if card is None:
        return []
    return [
        {"part": "in", "words": "Came in", "n_rows": card.rows_in, "money": float(card.money_in)},
        {"part": "kept", "words": "Kept", "n_rows": card.rows_kept, "money": float(card.money_kept)},
        {
            "part": "set_aside",
            "words": "Set aside",
            "n_rows": card.rows_set_aside,
            "money": float(card.money_set_aside),
        },
    ]


def _sentence(audits: list[Row], reasons: list[Row]) -> str:
    found = [row for row in audits if row["severity"] != "good"]
    good = len(audits) - len(found)
    aside = sum(row["n_rows"] for row in reasons)
    first = (
        f"{phrases.count(len(audits), 'question')} were asked of the data: {good} came back clean, "
        f"{len(found)} found something."
    )
    second = (
        f"{phrases.count(aside, 'row')} {'was' if aside == 1 else 'were'} set aside, each with its reason."
        if aside
        else "No row had to be set aside."
    )
    return f"{first} {second}" if audits else second

"""Can the data be trusted: the score, what was found ordered by money, and that nothing was lost."""

from __future__ import annotations

from regulars.publish.report import phrases
from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.words import reason

FOUND = {"stop": 0, "warning": 1, "note": 2, "good": 3}
"""Severities, the gravest first."""


def data_health(material: Material) -> Row:
    """Return audits by money, what was set aside by reason, and the checks of the run."""
    audits = sorted(
        material.rows("audits"),
        key=lambda row: (
            row["severity"] == "good",
            -abs(row["money"] or 0),
            FOUND[row["severity"]],
            row["audit"],
        ),
    )
    found = material.ask("set_aside_reasons") if material.has("set_aside") else []
    reasons = [{"words": reason(row["reason"]), **row} for row in found]
    return {
        "missing": None if audits else "No question has been asked of the data yet.",
        "score": None,
        "sentence": _sentence(audits, reasons),
        "audits": audits,
        "set_aside": reasons,
        "n_set_aside": sum(row["n_rows"] for row in reasons),
        "set_aside_money": sum(row["money"] or 0 for row in reasons),
        "checks": [check.model_dump() for check in material.reader.manifest.checks],
    }


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

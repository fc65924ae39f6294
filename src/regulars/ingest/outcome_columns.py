"""Which column of a customers table is an outcome, by its name and by what stands in it."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.ingest.synonyms import squash
from regulars.settings import FORETOLD

MADE_NAME = "outcome_"
NAMES = frozenset(["churn", "churned", "churnflag", "churnlabel", "churnvalue", "churnstatus", "ischurn", "ischurned", "haschurned", "customerchurn", "churnyesno", "exited", "attrition", "attritionflag", "attrited", "isatrisk", "atrisk", "hasleft", "left", "lapsed", "islapsed", "defected", "customerstatus"])  # fmt: skip
"""Names, squashed, that shops give to a column that tells who left, or is about to."""
YES = frozenset(
    ["1", "1.0", "yes", "y", "true", "t", "ja", "oui", "si", "sí", "churn", "churned", "exited", "left", "lost", "lapsed", "attrited",
     "attrited customer", "at risk", "at_risk", "gone"]
)  # fmt: skip
NO = frozenset(
    ["0", "0.0", "no", "n", "false", "f", "nein", "non", "not churned", "retained", "stayed", "active", "existing",
     "existing customer", "loyal", "current", "safe", "joined", "none"]
)  # fmt: skip


def yes_or_no(text: str) -> bool | None:
    """Return what a cell answers; None when it is neither.

    >>> [yes_or_no(text) for text in ("Yes", "0", "Attrited Customer", "maybe")]
    [True, False, True, None]
    """
    word = text.strip().lower()
    return True if word in YES else False if word in NO else None


def is_outcome(name: str, cells: Iterable[str | None]) -> bool:
    """Return whether a column tells who left: by its name, and by answering nothing but yes and no.

    >>> is_outcome("Churn", ["Yes", "No", None]), is_outcome("Churn", ["soon"]), is_outcome("Consent", ["yes"])
    (True, False, False)
    """
    known = {text for text in cells if text is not None}
    return squash(name) in NAMES and bool(known) and all(yes_or_no(text) is not None for text in known)


def outcome_name(column: str) -> str:
    """Return a column's name as that of a target.

    >>> [outcome_name(column) for column in ("Is At Risk", "Churn", "2nd year")]
    ['is_at_risk', 'outcome_churn', 'outcome_2nd_year']
    """
    letters = (one if one.isascii() and one.isalnum() else " " for one in column.lower())
    name = "_".join("".join(letters).split())
    if not name[:1].isalpha() or name in FORETOLD:
        name = MADE_NAME + (name or "given")
    return name[:40]

"""What is too good to be true of a given outcome: columns that say the same, and models that never err.

A rule's columns are no news to the rule, and neither is whatever moves with them: a column counts as their near-duplicate
when one of its inputs has a rank correlation (Spearman) of at least 0.95 with one of theirs, or tells by itself whom the
rule holds of with an AUC of at least 0.98. Of any other outcome such a column, or such a model, raises the alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from regulars.evaluation.judged import Judged
from regulars.evaluation.leak import FEATURE_AUC, feature_auc
from regulars.labels.given.attributes import Attributes
from regulars.labels.given.outcomes import Given
from regulars.models.contender import Kind
from regulars.models.matrix import Numbers
from regulars.models.outcomes.encoding import AttributeEncoding, Encoded
from regulars.models.outcomes.learned import rank_correlation

ALIKE = 0.95
AMOUNT_CORRELATION, AMOUNT_R2 = 0.98, 0.98
FEWEST_PER_CLASS = 10
"""With fewer of a kind a column may tell them apart by luck."""


def near_duplicates(attributes: Attributes, one: Given) -> dict[str, str]:
    """Return the columns that say what a rule's columns say, each with how that was noticed; of no rule: nothing."""
    if not one.is_rule:
        return {}
    encoded = AttributeEncoding.learned(attributes).encode(attributes)
    known = np.isfinite(one.values)
    mine = [place for place, column in enumerate(encoded.columns) if column in one.made_of]
    found: dict[str, str] = {}
    for place, column in enumerate(encoded.columns):
        if column in one.made_of or column in found:
            continue
        alike = {encoded.columns[own]: abs(_correlation(encoded, place, own)) for own in mine}
        nearest = max(alike, key=lambda name: alike[name], default="")
        auc = (
            feature_auc(encoded.values[known, place], one.values[known]) if _tells(one.values[known]) else 0.5
        )
        if nearest and alike[nearest] >= ALIKE:
            found[column] = f"rank correlation {alike[nearest]:.3f} with {nearest}"
        elif auc >= FEATURE_AUC:
            found[column] = f"it alone tells whom the rule holds of, with an AUC of {auc:.3f}"
    return found


def _correlation(encoded: Encoded, left: int, right: int) -> float:
    return float(np.nan_to_num(rank_correlation(encoded.values[:, left], encoded.values[:, right])))


def too_good(attributes: Attributes, values: Numbers, kind: Kind, judged: Sequence[Judged]) -> str:
    """Return what is too good to be true, in a sentence that names the column; nothing when all is well."""
    if kind == "probability" and not _tells(values):
        return ""
    strengths = column_strengths(attributes, values, kind)
    if not strengths:
        return ""
    strongest = max(strengths, key=lambda name: strengths[name])
    figure = "an AUC" if kind == "probability" else "a rank correlation"
    limit = FEATURE_AUC if kind == "probability" else AMOUNT_CORRELATION
    if strengths[strongest] > limit:
        return f"the column {strongest} alone tells the outcome with {figure} of {strengths[strongest]:.3f}"
    metric, limit, words = (
        ("roc_auc", FEATURE_AUC, "an AUC") if kind == "probability" else ("r2", AMOUNT_R2, "an R²")
    )
    for one in sorted(judged, key=lambda one: -np.nan_to_num(one.value(metric))):
        if one.value(metric) > limit:
            return (
                f"{one.name} tells the outcome with {words} of {one.value(metric):.3f}; the column that tells most by itself "
                f"is {strongest} ({figure.removeprefix('an ').removeprefix('a ')} {strengths[strongest]:.3f})"
            )
    return ""


def column_strengths(attributes: Attributes, values: Numbers, kind: Kind) -> Mapping[str, float]:
    """Return how well each column tells the outcome by itself: AUC either way, or the size of the rank correlation."""
    encoded = AttributeEncoding.learned(attributes).encode(attributes)
    found: dict[str, float] = {}
    for place, column in enumerate(encoded.columns):
        told = encoded.values[:, place]
        strength = (
            feature_auc(told, values)
            if kind == "probability"
            else abs(np.nan_to_num(rank_correlation(told, values)))
        )
        found[column] = max(found.get(column, 0.0), float(strength))
    return found


def _tells(values: Numbers) -> bool:
    return bool(min(values.sum(), len(values) - values.sum()) >= FEWEST_PER_CLASS)

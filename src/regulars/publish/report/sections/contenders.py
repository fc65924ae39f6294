"""Models and plain rules beside each other: what each reached over the past cut-offs."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from statistics import median

from regulars.publish.report.sections.material import Row
from regulars.publish.report.words import model

KNOWN = {
    "churn": ("roc_auc", "average_precision", "calibration_error", "recall_at_10pct"),
    "value": ("normalized_gini", "total_bias_pct", "top_decile_share", "share_above_high"),
    "orders": ("normalized_gini", "total_bias_pct", "top_decile_share"),
    "next_order": ("pinball", "concordance", "coverage"),
}
"""Targets in the order they are shown, each with its figures; by the first contenders are compared: ``against_used`` is
how far its median lies above that of the one used, with 95 % of redraws of the customers."""
LESS_IS_BETTER = ("pinball",)
SIGNED = ("total_bias_pct",)
"""Their middle is taken over their size: too much and too little do not make up for each other."""


def contenders(target: str, rows: list[Row], cards: list[Row]) -> list[Row]:
    """Return who was judged for a target, the winner first, then by the first figure."""
    by_model = {
        name: list(group)
        for name, group in groupby(sorted(rows, key=itemgetter("model")), key=itemgetter("model"))
    }
    described = {row["model"]: row for row in cards}
    found = []
    for name in sorted(by_model.keys() | described.keys()):
        mine, card = by_model.get(name, []), described.get(name, {})
        head = mine[0] if mine else card
        found.append({
            "model": name,
            "label": model(name),
            "is_baseline": head["is_baseline"],
            "is_winner": head["is_winner"],
            "n_cutoffs": len({row["cutoff"] for row in mine}),
            "decision": card.get("decision") or "",
            "figures": {figure: summed_up(mine, figure) for figure in KNOWN.get(target, ())},
            "against_used": json.loads(card.get("card") or "{}").get("against_used"),
        })  # fmt: skip
    return best_first(target, found)


def summed_up(rows: list[Row], figure: str) -> Row:
    """Return a figure's middle, least and most over cut-offs."""
    values = [row["value"] for row in rows if row["metric"] == figure and row["value"] is not None]
    if not values:
        return {"median": None, "least": None, "most": None}
    middle = median(abs(value) for value in values) if figure in SIGNED else median(values)
    return {"median": middle, "least": min(values), "most": max(values)}


def best_first(target: str, field: list[Row]) -> list[Row]:
    """Sort contenders: the winner, then by the middle of the target's first figure."""
    first = KNOWN[target][0] if target in KNOWN else ""
    sign = 1 if first in LESS_IS_BETTER else -1

    def place(one: Row) -> tuple[bool, bool, float, str]:
        reached = one["figures"].get(first, {}).get("median")
        return (not one["is_winner"], reached is None, sign * (reached or 0.0), one["model"])

    return sorted(field, key=place)


def rival_of(winner: Row, field: list[Row]) -> Row | None:
    """Return whom the winner is drawn beside: the best plain rule, or the best model where a rule ships."""
    return next(
        (one for one in field if one["is_baseline"] != winner["is_baseline"] and one["n_cutoffs"]), None
    )


def values_of(rows: list[Row], name: str, figure: str) -> dict[str, float]:
    """Return a contender's figure by cut-off."""
    return {
        row["cutoff"]: row["value"]
        for row in rows
        if row["model"] == name and row["metric"] == figure and row["value"] is not None
    }

"""What goes together: correlations between features, and differences between groups, each with how sure it is."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row

CORRELATION = ("feature_a", "feature_b", "method", "n", "correlation", "ci_low", "ci_high", "sentence")
DIFFERENCE = (
    "comparison", "measure", "group_a", "group_b", "n_a", "n_b", "median_a", "median_b", "cliffs_delta", "ci_low",
    "ci_high", "effect", "p_adjusted", "sentence",
)  # fmt: skip
SHOWN = "spearman"
"""Ranks: whether two features rise together, which a few big customers cannot decide alone."""
FEWEST = 10


def relationships(material: Material) -> Row:
    """Return the correlations, the strongest first, and the differences between groups, the largest first."""
    pairs = [
        {name: row[name] for name in CORRELATION}
        for row in material.rows("correlations")
        if row["method"] == SHOWN and row["ci_low"] is not None and row["n"] >= FEWEST
    ]
    differences = [
        {name: row[name] for name in DIFFERENCE}
        for row in material.rows("group_differences")
        if row["cliffs_delta"] is not None
    ]
    pairs.sort(key=lambda row: (-abs(row["correlation"]), row["feature_a"], row["feature_b"]))
    differences.sort(key=lambda row: (-abs(row["cliffs_delta"]), row["comparison"], row["measure"]))
    missing = (
        "There are too few customers to tell what goes together." if not pairs and not differences else None
    )
    return {"missing": missing, "correlations": pairs, "differences": differences}

"""What to do: findings as a plan for now, next and later, and who moved between segments since an earlier release."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

CUSTOMERS = 10
"""So many customers are shown behind each finding."""
PLANS = {
    "now": ("Now", "within 30 days"),
    "next": ("Next", "within 90 days"),
    "later": ("Later", "when there is time"),
}
ON_TOP = {"now": 4, "next": 2, "later": 1}
"""So many of each stand on top of the page."""
SHOWN = (
    "finding_id", "place", "kind", "severity", "sentence", "money", "money_meaning", "ci_low", "ci_high", "p_adjusted",
    "n_customers", "audience", "action", "effort", "opportunity_rank", "rows_query",
)  # fmt: skip
MOVED = (
    "segment_from", "segment_to", "direction", "n_customers", "n_bought_since", "revenue_before", "revenue_since",
    "revenue_aged_out", "revenue_now", "revenue_change", "moved_by",
)  # fmt: skip
NOTHING = (
    "There is nothing to say yet: no order lies before the cut-off, or too few for anything to stand out."
)


def has_findings(material: Material) -> bool:
    """Return whether the release says what is worth saying."""
    return material.has("findings")


def findings(material: Material) -> Row:
    """Return the plan, each finding with the customers behind it, and the movements between segments.

    Time        before the release's cut-off; money that is ahead of it is expected, and says so
    Null means  no interval where money was counted, no p-value where nothing was tested
    """
    found = sorted(material.rows("findings"), key=lambda row: row["place"])
    places = {row["finding_id"]: row["place"] for row in found}
    behind: dict[str, list[Row]] = {}
    for row in material.ask("finding_customers", n=CUSTOMERS):
        behind.setdefault(row.pop("finding_id"), []).append(row)
    tests = material.rows("finding_tests")
    rows = [
        {
            **{name: row[name] for name in SHOWN},
            "act_when": row["act_when"],
            "overlaps": sorted(places[other] for other in _ids(row["overlaps_with"])),
            "customers": behind.get(row["finding_id"], []),
        }
        for row in found
    ]
    return {
        "missing": None if found else NOTHING,
        "sentence": _sentence(found, tests),
        "plans": [
            {
                "act_when": when, "title": title, "time": time,
                "rows": [row for row in rows if row["act_when"] == when],
            }
            for when, (title, time) in PLANS.items()
        ],
        "movements": _movements(material),
        "silent": [
            {"kind": row["kind"], "because": row["silent_because"]} for row in tests if row["silent_because"]
        ],
    }  # fmt: skip


def _ids(listed: str | None) -> list[str]:
    return listed.split(", ") if listed else []


def _sentence(found: list[Row], tests: list[Row]) -> str:
    if not found:
        return ""
    n = sum(row["n_tested"] for row in tests)
    words = (
        f"{phrases.count(len(found), 'finding')} by when to act, the most money at stake first. A number in a sentence is counted or "
        "estimated from this shop's data."
    )
    if n:
        words += f" {phrases.count(n, 'test')} {'was' if n == 1 else 'were'} made; what is said of them is adjusted for all of them."
    return words


def _movements(material: Material) -> Row | None:
    """Return who moved where; None without an earlier release to compare with."""
    rows = material.rows("movements")
    if not rows:
        return None
    order = {
        row["segment"]: row["place"]
        for row in material.rows("segment_profiles")
        if row["segmentation"] == "segment"
    }
    names = {row[name] for row in rows for name in ("segment_from", "segment_to")}
    moved = [row for row in rows if row["direction"] in ("up", "down", "sideways")]
    n = sum(row["n_customers"] for row in moved)
    change = sum(row["revenue_change"] for row in rows)
    return {
        "previous_cutoff": rows[0]["previous_cutoff"],
        "previous_release": rows[0]["previous_release"],
        "sentence": f"{phrases.count(n, 'customer')} changed their segment since {phrases.day(rows[0]['previous_cutoff'])}: "
        f"{phrases.number(_sum(rows, 'up', 'n_customers'))} up, {phrases.number(_sum(rows, 'down', 'n_customers'))} down. All "
        f"together, revenue of the 365 days before the cut-off went {'up' if change >= 0 else 'down'} by "
        f"{material.currency.text(abs(change))}.",
        "segments": sorted(names, key=lambda name: (order.get(name, len(order) + 1), name)),
        "rows": [
            {name: row[name] for name in MOVED}
            for row in sorted(rows, key=lambda row: (-abs(row["revenue_change"]), row["segment_from"], row["segment_to"]))
        ],
    }  # fmt: skip


def _sum(rows: list[Row], direction: str, name: str) -> float:
    return float(sum(row[name] for row in rows if row["direction"] == direction))


def headlines_of(section: Row) -> list[Row]:
    """Return the findings that stand on top of the page: what to do now first."""
    return [
        {
            "key": row["kind"], "sentence": row["sentence"], "money": row["money"], "worth": row["money_meaning"],
            "action": row["action"], "section": "findings",
        }
        for plan in section["plans"]
        for row in plan["rows"][: ON_TOP[plan["act_when"]]]
    ]  # fmt: skip

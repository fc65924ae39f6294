"""All searches of a release together: tests adjusted as one batch, findings chosen, ordered and held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.insights.finding import Finding, Search, Severity
from regulars.terms.phrases import NO_BREAK

if TYPE_CHECKING:
    from regulars.insights.ground import Ground

EFFORT_WEIGHT = {"low": 1, "medium": 2, "high": 4}
"""For the ranking of opportunities alone: money ÷ weight."""
AS_A_WHOLE = "portfolio"
"""Says how all revenue divides, whatever part of it is at risk."""
ACTED_ON = ("churn_warning", "opportunity")


@dataclass(frozen=True)
class Batch:
    """The findings of a release, the most money at stake first, and what was tested for them."""

    findings: tuple[Finding, ...]
    tests: tuple[dict[str, Any], ...]


def settle(searches: Sequence[Search], rate: float, most_per_kind: int, least_money: float = 0.0) -> Batch:
    """Adjust all tests together, let each search say what holds, and keep the most money of each kind.

    What touches less than ``least_money`` is not said, but for how the customers stand as a whole.

    Reference: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300.
    """
    p_values = [p for search in searches for p in search.p_values]
    adjusted = iter(_adjusted(p_values))
    of_each = [[next(adjusted) for _ in search.p_values] for search in searches]
    said = [
        sorted(
            (
                one
                for one in search.findings(own)
                if one.kind == AS_A_WHOLE or (abs(one.money) >= least_money and one.money)
            ),
            key=_at_stake,
        )
        for search, own in zip(searches, of_each, strict=True)
    ]
    everything = [one for found in said for one in found]
    chosen: list[Finding] = []
    tests = []
    for search, own, all_found in zip(searches, of_each, said, strict=True):
        found = [one for one in all_found if not _is_said_by(one, everything)]
        shown = found[:most_per_kind]
        chosen += shown
        tests.append(
            {
                "kind": search.kind,
                "method": search.method,
                "n_tested": len(own),
                "n_significant": sum(p <= rate for p in own),
                "n_found": len(found),
                "n_shown": len(shown),
                "silent_because": search.silent_because.replace(NO_BREAK, " ") or None,
            }
        )
    return Batch(tuple(sorted(chosen, key=_at_stake)), tuple(tests))


def _is_said_by(one: Finding, others: Sequence[Finding]) -> bool:
    """Whether a product rises or falls as part of its category, which is told already."""
    return one.kind == "product_trend" and any(
        other.kind == "category_trend"
        and (one.money > 0) == (other.money > 0)
        and (one.claim.products or frozenset()) <= (other.claim.products or frozenset())
        for other in others
    )


def _adjusted(p_values: Sequence[float]) -> list[float]:
    if not p_values:
        return []
    from scipy.stats import false_discovery_control

    return [float(p) for p in false_discovery_control(p_values)]


def _at_stake(finding: Finding) -> tuple[float, str]:
    return -abs(finding.money), finding.finding_id


def finding_rows(batch: Batch, ground: Ground) -> list[dict[str, Any]]:
    """Return the rows of the table ``findings``."""
    ranks = _opportunity_ranks(batch)
    return [
        {
            "finding_id": one.finding_id,
            "kind": one.kind,
            "severity": _severity(one, ground),
            "sentence": _plain(one.sentence),
            "money": round(one.money, 4),
            "period_start": one.period_start,
            "period_end": one.period_end,
            "n_customers": one.n_customers,
            "audience": _plain(one.audience),
            "p_adjusted": one.p_adjusted,
            "ci_low": one.interval[0] if one.interval else None,
            "ci_high": one.interval[1] if one.interval else None,
            "place": place,
            "subject": one.subject,
            "money_meaning": _plain(one.money_meaning),
            "is_ahead": one.claim.side == "ahead",
            "act_when": one.act_when,
            "effort": one.effort,
            "action": one.action,
            "opportunity_rank": ranks.get(one.finding_id),
            "overlaps_with": ", ".join(overlapping(one, batch.findings)) or None,
            "rows_query": one.opening,
        }
        for place, one in enumerate(batch.findings, start=1)
    ]


def overlapping(one: Finding, findings: Sequence[Finding]) -> list[str]:
    """Return the ids of the other findings that count some of the same revenue."""
    return [
        other.finding_id
        for other in findings
        if other.finding_id != one.finding_id and one.claim.shares(other.claim)
    ]


def _opportunity_ranks(batch: Batch) -> dict[str, int]:
    asked = [one for one in batch.findings if one.kind in ACTED_ON]
    ranked = sorted(asked, key=lambda one: (-one.money / EFFORT_WEIGHT[one.effort], one.finding_id))
    return {one.finding_id: rank for rank, one in enumerate(ranked, start=1)}


def _severity(one: Finding, ground: Ground) -> Severity:
    if one.mood == "good":
        return "good"
    if one.mood == "neutral":
        return "note"
    year = max(ground.standing["revenue"], 0.0)
    return "alert" if abs(one.money) >= ground.settings.alert_share * year else "warning"


def _plain(words: str) -> str:
    """Programs and spreadsheets search with common spaces."""
    return words.replace(NO_BREAK, " ")

"""Whom to write to: campaigns that are proposed or running, on which assumptions, and what their hold-outs can show."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

LISTED = 5
SHOWN = (
    "campaign", "title", "status", "sentence", "assumptions", "n_matched", "n_customers", "n_treated", "n_control", "cost",
    "expected_value", "baseline_rate", "smallest_effect", "n_needed", "detectable_effect", "started_at", "ended_at",
)  # fmt: skip
NO_CONSENT_KNOWN = "The shop's data does not say who may be written to: make sure of it before you write."


def has_campaigns(material: Material) -> bool:
    """Return whether the release proposes anything."""
    return material.has("campaigns") and material.has("campaign_plans")


def campaigns(material: Material) -> Row:
    """Return campaigns with somebody in them, the most valuable first, each with its first customers; and those without.

    Time        proposals at the cut-off; running campaigns as they were drawn
    Null means  it cannot be told; for a running campaign, it is not counted anew
    """
    plans = material.rows("campaign_plans")
    filled = [row for row in plans if row["n_customers"]]
    section: Row = {"missing": None, "sentence": "", "notes": [], "rows": [], "empty": []}
    section["empty"] = [
        {name: row[name] for name in ("campaign", "title", "status", "sentence")}
        for row in plans
        if not row["n_customers"]
    ]
    if not filled:
        return section | {"missing": "No campaign has anybody left to write to."}
    first = {
        campaign: [_customer(row) for row in rows]
        for campaign, rows in groupby(material.ask("campaign_customers", n=LISTED), itemgetter("campaign"))
    }
    section["rows"] = [
        {name: row[name] for name in SHOWN} | {"customers": first.get(row["campaign"], [])}
        for row in sorted(
            filled, key=lambda row: (row["status"] != "running", -row["expected_value"], row["campaign"])
        )
    ]
    section["sentence"] = _sentence(material, filled)
    if not material.ask("known_consent")[0]["n_known"]:
        section["notes"].append(NO_CONSENT_KNOWN)
    return section


def _customer(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "campaign"}


def how_it_is_known(are_measured: Sequence[bool]) -> str:
    """Say whether what campaigns bring is assumed, or expected from what earlier ones have shown.

    >>> how_it_is_known([False, False])
    'They are assumed'
    >>> how_it_is_known([True, False])
    'They are expected, by what earlier campaigns showed for 1 of them and by assumption for the others,'
    """
    n_measured = sum(are_measured)
    if not n_measured:
        return "They are assumed"
    others = " and by assumption for the others" if n_measured < len(are_measured) else ""
    return f"They are expected, by what earlier campaigns showed for {n_measured if others else 'each'} of them{others},"


def proposed_to(n_treated: int, n_control: int) -> str:
    r"""Say to how many customers campaigns are proposed; and that their effect can be measured, where anybody is held out.

    >>> proposed_to(5, 0), proposed_to(9, 1)
    ('to 5\xa0customers', 'to 9\xa0customers; 1 is held out, so that the effect can be measured')
    """
    to = f"to {phrases.count(n_treated, 'customer')}"
    held_out = f"{phrases.number(n_control)} {'is' if n_control == 1 else 'are'} held out"
    return f"{to}; {held_out}, so that the effect can be measured" if n_control else to


def _sentence(material: Material, rows: list[Row]) -> str:
    money, said = material.currency.text, []
    proposed = [row for row in rows if row["status"] == "proposed"]
    if proposed:
        n_treated, n_control = (sum(row[name] for row in proposed) for name in ("n_treated", "n_control"))
        said.append(
            f"{phrases.count(len(proposed), 'campaign')} {'is' if len(proposed) == 1 else 'are'} proposed, "
            f"{proposed_to(n_treated, n_control)}. {how_it_is_known([row['effect_is_measured'] for row in proposed])} to bring "
            f"{money(sum(row['expected_value'] for row in proposed))} after "
            f"{money(sum(row['cost'] for row in proposed))} of contact costs."
        )
    if running := len(rows) - len(proposed):
        said.append(f"{phrases.count(running, 'campaign')} {'is' if running == 1 else 'are'} running.")
    return " ".join(said)

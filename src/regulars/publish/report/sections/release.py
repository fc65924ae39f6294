"""About the release: whose it is, from when, made from what, and what it does not know."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from regulars.publish.manifest import Manifest
from regulars.publish.report.sections.material import Material, Row
from regulars.settings import SETTINGS_FILE, LineKind, Revenue
from regulars.terms import phrases
from regulars.terms.money import NO_CURRENCY


def release(manifest: Manifest, extra: Row, material: Material) -> Row:
    """Return the facts about a release that a reader of its report wants to check."""
    return {
        "id": manifest.id,
        "created_at": manifest.created_at.isoformat(timespec="seconds"),
        "code_version": manifest.code_version,
        "shop": manifest.shop.name,
        "currency": manifest.shop.currency,
        "timezone": manifest.shop.timezone,
        "cutoff": manifest.cutoff.isoformat(),
        "first_order_on": extra["first_order_on"],
        "without_orders": without_orders(material, extra),
        "last_observed_on": (manifest.cutoff - timedelta(microseconds=1)).date().isoformat(),
        "horizon_days": manifest.horizon.days,
        "horizon_reason": manifest.horizon.reason,
        "revenue_rule": _revenue_rule(manifest),
        "sources": [
            {
                "source": source.source,
                "shape": source.shape,
                "n_rows": source.n_rows,
                "n_rejected": source.n_rejected,
                "loaded_at": source.loaded_at.isoformat(timespec="seconds"),
                "fingerprint": source.fingerprint,
            }
            for source in manifest.sources
        ],
        "tables": [{"table": name, "n_rows": card.rows} for name, card in sorted(manifest.tables.items())],
        "checks": [check.model_dump() for check in manifest.checks],
        "unknown": _unknown(manifest, extra, material),
    }


def _revenue_rule(manifest: Manifest) -> str:
    """Say what counts as revenue, as the settings of the run had it."""
    rule = Revenue.model_validate(manifest.settings.get("revenue", {}))
    beside = [kind for kind in get_args(LineKind) if kind not in (*rule.counted_kinds, "adjustment")]
    tax = (
        "prices hold tax, and where the source names it, it is taken off"
        if rule.prices_include_tax
        else "prices are taken as without tax"
    )
    return phrases.sentence(
        f"{phrases.listed(rule.counted_kinds)} lines count; "
        f"{phrases.listed(beside) or 'no others'} are kept beside revenue as charges; {tax}"
    )


def without_orders(material: Material, extra: Row) -> str | None:
    """Say what a release cannot tell of customers who rate, or are described, and of whom no order is known; else nothing."""
    if extra["n_orders"]:
        return None
    if rated := material.rows("rating_summary"):
        return (
            f"{phrases.count(rated[0]['n_customers'], 'customer')} rated products and no order is known, so nothing is told of "
            "revenue, segments by purchases, rhythm, baskets, who will come back or whom to write to. What is told rests on "
            "their ratings alone; load orders for the rest."
        )
    n = material.reader.manifest.tables["customers"].rows
    if not n:
        return None
    return (
        f"{phrases.count(n, 'customer')} {'is' if n == 1 else 'are'} described and no order is known, so nothing is told of revenue, "
        "segments by purchases, rhythm, baskets, who will come back or whom to write to. What is told rests on the columns of "
        "the customers table alone; load orders for the rest."
    )


def _unknown(manifest: Manifest, extra: Row, material: Material) -> list[str]:
    """Say what the figures of this release cannot tell."""
    if without_orders(material, extra):
        if material.rows("rating_summary"):
            return [
                "What was bought: a rating says what somebody thinks of a product, not whether they paid for it."
            ]
        return [
            "When any of it was true: a customers table says how things are, not since when or what came first."
        ]
    sentences = [
        f"Anything from {phrases.day(manifest.cutoff)} on: orders and returns at or after the cut-off are not in any "
        "figure, and a return that comes later will lower what is shown here."
    ]
    if not manifest.targets and not material.has("predictions"):
        sentences.append(
            "What will happen: this release describes and groups; it holds no prediction of who will come back or spend."
        )
    if extra["n_untracked_orders"]:
        sentences.append(
            f"Who placed {phrases.count(extra['n_untracked_orders'], 'order')}: no customer is named on them, so nobody's "
            "history contains them."
        )
    if extra["n_strangers"]:
        money = material.currency.text(extra["given_to_strangers"])
        sentences.append(
            f"What {phrases.count(extra['n_strangers'], 'customer')} had bought who gave back {money} and never ordered in this "
            "data: it lowers the revenue of the months, but is in no segment."
        )
    if manifest.shop.currency == NO_CURRENCY:
        sentences.append(
            f"The currency: nothing names it; set currency under [shop] in {SETTINGS_FILE} and every amount shows it."
        )
    if not extra["n_with_cost"]:
        sentences.append("Margins: the source names no costs, so money here is revenue, not profit.")
    if not extra["n_with_consent"]:
        sentences.append(
            "Who may be written to: the source holds no consent; check before you send anything."
        )
    if (hours := material.rows("rhythm")) and all(row["hour"] is None for row in hours):
        sentences.append("The time of day: the source has dates only.")
    return sentences

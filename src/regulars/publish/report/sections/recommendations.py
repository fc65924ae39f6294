"""What to show whom: how good the lists are, whom to win back with what, similar products, and what is left out."""

from __future__ import annotations

import re

from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.words import model
from regulars.terms import phrases

RETENTION = 15
SIMILAR = 15
TARGETS = ("try_next", "buy_again", "next_basket")
NO_PRODUCTS = (
    "No known customer bought a product that the data names, so there is nothing to recommend: "
    "lists need order lines with a product and a customer."
)


def has_recommendations(material: Material) -> bool:
    """Return whether the release says what to show whom."""
    return material.has("recommendations")


def recommendations(material: Material) -> Row:
    """Return how scorers did at the newest past cut-off, whom to win back with what, similar products, what is left out.

    Time        before the cut-off; judged at past ones
    """
    section: Row = {
        "missing": None, "sentence": "", "notes": [], "scorers": [], "retention": [], "similar": [], "left_out": [],
    }  # fmt: skip
    lists = {row["list"]: row for row in material.ask("lists")}
    if not lists:
        return section | {"missing": NO_PRODUCTS}
    scorers = material.ask("scorers")
    return section | {
        "sentence": _sentence(scorers, lists),
        "notes": [*_sizes(lists), *_verdicts(material)],
        "scorers": sorted(
            scorers, key=lambda row: (TARGETS.index(row["target"]), -row["ndcg_at_10"], row["model"])
        ),
        "retention": _retention(material),
        "similar": material.ask("similar_to_best", most=SIMILAR),
        "left_out": material.ask("left_out"),
    }


def _sentence(scorers: list[Row], lists: dict[str, Row]) -> str:
    rows = [row for row in scorers if row["target"] == "try_next"]
    won = next((row for row in rows if row["is_winner"]), None)
    popular = next((row for row in rows if row["model"] == "popular"), None)
    if won is None:
        n = max(row["n_customers"] for row in lists.values())
        return f"{phrases.count(n, 'customer')} have lists of what to show them; no past window could tell yet how good these are."
    beside = ""
    if popular is not None and popular is not won:
        beside = f"; what is popular with everybody would have hit it for {phrases.percent(popular['hit_rate_at_5'])}"
    return (
        f"Of {phrases.count(won['n_customers'], 'customer')} who bought something new to them in the {won['horizon_days']} days "
        f"from {phrases.day(won['cutoff'])}, {phrases.percent(won['hit_rate_at_5'])} would have found it among the first five of "
        f"their list{beside}."
    )


def _sizes(lists: dict[str, Row]) -> list[str]:
    words = {"buy_again": "what they bought before", "try_next": "what is new to them"}
    notes = [
        f"{phrases.count(lists[name]['n_customers'], 'customer')} have a list of {words[name]}, with "
        f"{phrases.count(lists[name]['n_products'], 'different product')} in all."
        for name in words
        if name in lists
    ]
    cold = lists.get("try_next", {}).get("n_cold", 0)
    if cold:
        notes.append(
            f"Of {phrases.count(cold, 'customer')} nothing is known yet: they are shown what is popular, and the list says so."
        )
    return notes


def _verdicts(material: Material) -> list[str]:
    words = {
        "buy_again": "Bought before",
        "try_next": "New to them",
        "next_basket": "The next basket as a whole",
    }
    return [
        f"{words[row['list']]}: {_named(row['sentence'])}"
        for row in sorted(material.rows("recommendation_scorers"), key=lambda row: TARGETS.index(row["list"]))
    ]


def _named(sentence: str) -> str:
    """Write scorers as they are called."""
    return re.sub(
        r"\b(popular|bought_often|habit\w*|cosine\w*)(?= (has|with)|, has)",
        lambda found: model(found[0]),
        sentence,
    )


def _retention(material: Material) -> list[Row]:
    shown = ("customer_id", "money_at_risk", "products", "reason")
    rows = sorted(material.rows("retention_recommendations"), key=lambda row: row["place"])
    return [{name: row[name] for name in shown} for row in rows[:RETENTION]]

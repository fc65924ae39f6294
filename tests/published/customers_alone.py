"""What 238 customers of whom only attributes are known can tell: the figures behind a page, and the page."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from regulars.evaluation.outcomes.cross_validation import cross_validate
from regulars.evaluation.outcomes.judge import judge_outcomes
from regulars.labels.given.attributes import Attributes, numbers
from regulars.labels.given.outcomes import given
from regulars.models.learners import one_thread
from regulars.models.outcomes.learned import line_up, rank_correlation
from regulars.segments.clusters.choice import candidates, choose
from regulars.segments.clusters.space import Space
from regulars.segments.clusters.tracks import Input, Track
from regulars.settings import Clusters, Condition, Outcome, Settings

FILE = "customer_purchasing_behaviors.csv"
NUMERIC = ("age", "annual_income", "purchase_amount", "loyalty_score", "purchase_frequency")
RULE = Outcome(
    name="rare", title="Buys rarely", rule=[Condition(column="purchase_frequency", test="below", value=15)]
)
SPEND = Outcome(name="spend", kind="amount", column="purchase_amount")


def compute(folder: Path) -> dict[str, Any]:
    """Return every figure of the page."""
    table = read(folder / FILE)
    amounts = {name: numbers(table.columns[name]) for name in NUMERIC}
    pairs = [
        abs(rank_correlation(amounts[one], amounts[other]))
        for place, one in enumerate(NUMERIC)
        for other in NUMERIC[place + 1 :]
    ]
    rare, spend = given(table, RULE), given(table, SPEND)
    worth = amounts["purchase_amount"] * amounts["purchase_frequency"]
    with one_thread():
        rule, stopped = judge_outcomes(table, Settings.model_validate({"outcomes": [RULE, SPEND]}))
        return {
            "n": len(table), "n_rare": int(rare.values.sum()), "least": min(pairs), "most": max(pairs),
            "with_all": judged(table, rare.values, "probability", "roc_auc"),
            "without_its_column": judged(table.without(["purchase_frequency"]), rare.values, "probability", "roc_auc"),
            "rule": {one.name: one.figures["roc_auc"] for one in rule.judged}, "winner": rule.verdict.winner,
            "dropped": sorted(rule.about["dropped"]), "stopped": stopped.verdict.sentence,
            "spend": judged(table.without(["purchase_amount"]), spend.values, "amount", "r2"),
            "spend_by_region": judged(table.without(NUMERIC), spend.values, "amount", "r2"),
            "worth": judged(table, worth, "amount", "r2"),
            "groups": groups(amounts),
        }  # fmt: skip


def read(path: Path) -> Attributes:
    with path.open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["user_id"])  # as a run has them
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    return Attributes(columns.pop("user_id"), columns)


def judged(table: Attributes, values: np.ndarray, kind: Any, metric: str) -> dict[str, float]:
    """Return a figure of whoever may ship, from the very folds a run has."""
    found, _ = cross_validate(table, values, line_up("it", kind), 5, 3)
    return {one.name: one.value(metric) for one in found}


def groups(amounts: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Return how good groups by all numeric columns are, for each number of groups."""
    inputs = tuple(Input(name, name, "", name, "much", "little", "more", "less") for name in NUMERIC)
    space = Space.fit(Track("attributes", "By attributes", "", inputs), amounts, Clusters().outlier_limit)
    points = space.scaled(amounts)
    tried = candidates(points[~space.is_outlier(points)], range(2, 9))
    chosen = choose(tried, 2, None)
    return [
        {"k": one.k, "silhouette": one.silhouette, "davies_bouldin": one.davies_bouldin, "chosen": one is chosen}
        for one in tried
    ]  # fmt: skip


def page(found: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    rule, spend = found["rule"], found["spend"]
    best = rule[found["winner"]]
    low, high = best.interval
    tried = "\n".join(
        f"| {one['k']}{' (chosen)' if one['chosen'] else ''} | {one['silhouette']:.2f} | {one['davies_bouldin']:.2f} |"
        for one in found["groups"]
    )
    return f"""# What customers alone can tell

A file of {found["n"]} customers with age, income, spend, loyalty, region and purchase frequency is a common exercise: label churn by a
rule, regress what they are worth, find groups. Here is what comes out, and what it means. A test makes this page from the data; see
`tests/published`.

All five numbers say one thing: the rank correlation of any two of them lies between {found["least"]:.3f} and {found["most"]:.3f}. Who
knows one column knows the others.

## A churn rule

“Buys fewer than 15 times” is true of {found["n_rare"]} of them. (The exercise's own rule is not known; any rule over these columns does the same.)
ROC AUC over five folds, three times over:

| columns that models may look at | best single column | logistic regression | boosted trees |
|---|---|---|---|
| all, the rule's own among them | {found["with_all"]["best_column"]:.3f} | {found["with_all"]["logistic"]:.3f} | {found["with_all"]["lightgbm"]:.3f} |
| all but the rule's own | {found["without_its_column"]["best_column"]:.3f} | {found["without_its_column"]["logistic"]:.3f} | {found["without_its_column"]["lightgbm"]:.3f} |
| neither that nor its near-duplicates: region alone | {rule["best_column"].value:.3f} | {rule["logistic"].value:.3f} | {rule["lightgbm"].value:.3f} |

The first two rows read the rule back. `regulars` leaves out a rule's columns and whatever has a rank correlation of at least 0.95 with
one of them ({", ".join(found["dropped"])}), and says so; what is left, {best.value:.3f} with 95 % of redraws from {low:.3f} to {high:.3f}, is all that
region knows. Nobody left *after* the label either: a table without time cannot say who will.

## What they are worth

R² of what a customer spends, told from the other columns: linear regression {spend["linear"]:.3f}, boosted trees {spend["lightgbm"]:.3f}; from
the best column alone already {spend["best_column"]:.3f}, from region alone {found["spend_by_region"]["linear"]:.3f}. A “lifetime value” of amount × frequency,
told from amount and frequency among others, has {found["worth"]["linear"]:.3f} and {found["worth"]["lightgbm"]:.3f}: a multiplication, learned. A run does not publish
the first as a prediction. It says:

> {found["stopped"]}

## Groups

The groups that `regulars` finds elsewhere by what customers bought, here by all five numbers:

| groups | silhouette | Davies–Bouldin |
|---|---|---|
{tried}

A silhouette above 0.55, the aim of the exercise, is no sign of kinds of customers: points on one line, cut into pieces, have it too.
"""

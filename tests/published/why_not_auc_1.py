"""The page that says how an AUC of 1.000 comes about, and what the same orders allow."""

from __future__ import annotations

from typing import Any


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"


def page(a: dict[str, Any], b: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    past, near, far = a["published"], a["future"][60], a["future"][90]
    wholesale = b["future"]
    day = f"{a['cutoff']:%-d %B %Y}"
    return f"""# Why not 1.000?

A widely read analysis of a gift shop's orders (UCI Online Retail, one year) reports a churn model with an AUC of 1.000:
it never once puts a customer who left behind one who stayed. Here is how that figure comes about, and what the same
orders really allow. A test makes this page from the data; see `tests/published`.

*AUC* is the chance that, of one customer who left and one who stayed, the model gives the higher risk to the one who
left. Tossing a coin has 0.5. What is left to say of people who have not decided yet lies well below 1.

## How to get 1.000

The label says that a customer has “churned” when the last purchase is more than 60 days old. The features that the
model may look at contain the days since the last purchase. So the model is asked what it has just been told:

* {past["lapsed"]:,} of {past["customers"]:,} customers have the label, the same ones as in the published figure.
* Everybody with the label last bought {past["shortest_lapsed"]:.2f} days ago or earlier, everybody without it {past["longest_kept"]:.2f} days ago
  or later: one line through one column parts them without a mistake. AUC of that column alone: {past["recency"]:.3f}.
* The published model, a balanced random forest of 200 trees on recency, frequency, money and thirteen behavioral metrics,
  tested on customers it had not seen: {past["forest"]:.3f}. (The list of the thirteen is not published; ours stand in their
  place. It does not matter: one column is enough.)
* Without that column the same forest has {past["without_recency"]:.3f}. It still says who has not been here lately, which the
  order book says too.

Nothing was predicted. Nobody in the label left *after* the model looked.

## What the same data allow

Draw a line on {day}. Everything the model may know lies before it; whether somebody stays away is read from the days
after it. The forest learns from an earlier line whose days after were over by then.

| question asked on {day} | customers | stayed away | published model | days since the last purchase alone | same forest, asked about the future |
|---|---|---|---|---|---|
| No purchase in the next 60 days? | {near["customers"]:,} | {percent(near["away_share"], 1)} | {near["published_forest"]:.3f} | {near["recency"]:.3f} | {near["forest"]:.3f} |
| No purchase in the next 90 days? | {far["customers"]:,} | {percent(far["away_share"], 1)} | {far["published_forest"]:.3f} | {far["recency"]:.3f} | {far["forest"]:.3f} |

The model of the 1.000 is worth no more than a list sorted by the last purchase. Of the {near["lapsed"]:,} customers whom the label
had written off that day, {percent(near["lapsed_who_returned"])} bought within 60 days; of those it counted as safe, {percent(near["kept_who_stayed_away"])} did not.

## The same story once more: 0.959

A second analysis (UCI Online Retail II, two years) reports 0.959 and a recall of 99.5 %. Its label is a formula over columns that
are features as well, and the formula is not published in full, so the figure cannot be rebuilt here. On that data, for the 90 days
after the same line ({wholesale["customers"]:,} customers, {percent(wholesale["away_share"], 1)} of whom stayed away), days since the last purchase alone have
{wholesale["recency"]:.3f} and the forest {wholesale["forest"]:.3f}.

## What to make of it

An AUC near 1 in a shop without contracts is not a very good model; it is a question whose answer was among the inputs. Ask of
any churn figure: *on which day was it made, and did what it foretells happen after that day?* Here both are always printed, beside
the plain list sorted by the last purchase, and a model that looks too good is held back and the column that gives it away is named.
"""

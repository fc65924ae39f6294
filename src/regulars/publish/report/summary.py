"""Everything the report knows, as one plain dictionary; the page only shows it.

Its form is in `report.schema.json`. Money is in the shop's currency, shares run from 0 to 1, days are ISO text, and null
means that a figure cannot be known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.publish.report.sections.baskets import baskets, has_baskets
from regulars.publish.report.sections.campaigns import campaigns, has_campaigns
from regulars.publish.report.sections.clusters import clusters, has_clusters
from regulars.publish.report.sections.cohorts import cohorts
from regulars.publish.report.sections.concentration import concentration
from regulars.publish.report.sections.data_health import data_health
from regulars.publish.report.sections.distributions import distributions
from regulars.publish.report.sections.findings import findings, has_findings, headlines_of
from regulars.publish.report.sections.geography import geography
from regulars.publish.report.sections.material import Material
from regulars.publish.report.sections.outcomes import has_outcomes, outcomes
from regulars.publish.report.sections.outlook import has_outlook, outlook
from regulars.publish.report.sections.overview import headlines, key_figures
from regulars.publish.report.sections.proof import has_proof, proof
from regulars.publish.report.sections.ratings import has_ratings, ratings
from regulars.publish.report.sections.recommendations import has_recommendations, recommendations
from regulars.publish.report.sections.relationships import relationships
from regulars.publish.report.sections.release import release
from regulars.publish.report.sections.revenue import revenue
from regulars.publish.report.sections.rhythm import rhythm
from regulars.publish.report.sections.segments import segments
from regulars.publish.report.words import definitions

if TYPE_CHECKING:
    from regulars.publish.reader import Reader

Summary = dict[str, Any]
FORMAT = 1
FACT = ("value", "unit", "ci_low", "ci_high", "n", "sentence")


def summarize(reader: Reader) -> Summary:
    """Return everything the report of a release knows; its size does not grow with the number of customers.

    Time        before the release's cut-off
    Units       shop's currency, shares of 1, whole days
    Null means  it cannot be known from the data

    ``baskets``, ``campaigns``, ``findings`` and ``outcomes`` are there when the release holds them, ``outlook`` and ``proof`` when it holds
    predictions, and what they were judged by.
    """
    material = Material(reader)
    extra = material.ask("overview")[0]
    summary: Summary = {
        "format": FORMAT,
        "release": release(reader.manifest, extra, material),
        "facts": {row["fact"]: {name: row[name] for name in FACT} for row in material.rows("shop_facts")},
        "segments": segments(material),
        "revenue": revenue(material),
        "cohorts": cohorts(material),
        "rhythm": rhythm(material),
        "concentration": concentration(material),
        "geography": geography(material),
        "distributions": distributions(material),
        "relationships": relationships(material),
        "data_health": data_health(material),
    }
    if has_clusters(material):
        summary["clusters"] = clusters(material)
    if has_baskets(material):
        summary["baskets"] = baskets(material)
    if has_ratings(material):
        summary["ratings"] = ratings(material)
    if has_recommendations(material):
        summary["recommendations"] = recommendations(material)
    if has_findings(material):
        summary["findings"] = findings(material)
    if has_campaigns(material):
        summary["campaigns"] = campaigns(material)
    if has_outlook(material):
        summary["outlook"] = outlook(material)
    if has_outcomes(material):
        summary["outcomes"] = outcomes(material)
    if has_proof(material):
        summary["proof"] = proof(material)
    summary["definitions"] = definitions(summary)
    summary["key_figures"] = key_figures(material, summary)
    on_top = headlines_of(summary["findings"]) if "findings" in summary else []
    summary["headlines"] = [
        *on_top,
        *(one for one in headlines(material, summary, extra) if not on_top or one["key"] == "data"),
    ]
    return summary

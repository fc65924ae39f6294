"""The pictures of the report, drawn from the summary alone: by section, in the order they are shown."""

from __future__ import annotations

from collections.abc import Callable

from regulars.publish.report.charts import Picture
from regulars.publish.report.pictures.baskets import basket_pictures
from regulars.publish.report.pictures.campaigns import campaign_pictures
from regulars.publish.report.pictures.clusters import cluster_pictures
from regulars.publish.report.pictures.cohorts import cohort_pictures
from regulars.publish.report.pictures.findings import finding_pictures
from regulars.publish.report.pictures.months import revenue_pictures
from regulars.publish.report.pictures.outcomes import outcome_pictures
from regulars.publish.report.pictures.outlook import outlook_pictures
from regulars.publish.report.pictures.people import (
    concentration_pictures,
    distribution_pictures,
    segment_pictures,
)
from regulars.publish.report.pictures.places import geography_pictures
from regulars.publish.report.pictures.proof import proof_pictures
from regulars.publish.report.pictures.recommendations import recommendation_pictures
from regulars.publish.report.pictures.relations import relationship_pictures
from regulars.publish.report.pictures.rhythm import rhythm_pictures
from regulars.publish.report.sections.material import Row
from regulars.terms.money import Currency

DRAWN: dict[str, Callable[[Row, Currency], list[Picture]]] = {
    "findings": finding_pictures,
    "segments": segment_pictures,
    "clusters": cluster_pictures,
    "outlook": outlook_pictures,
    "outcomes": outcome_pictures,
    "campaigns": campaign_pictures,
    "revenue": revenue_pictures,
    "cohorts": cohort_pictures,
    "rhythm": rhythm_pictures,
    "baskets": basket_pictures,
    "recommendations": recommendation_pictures,
    "concentration": concentration_pictures,
    "geography": geography_pictures,
    "distributions": distribution_pictures,
    "relationships": relationship_pictures,
    "proof": proof_pictures,
}


def pictures(summary: Row) -> dict[str, list[Picture]]:
    """Draw every section that has something to show."""
    currency = Currency(summary["release"]["currency"])
    return {
        section: [] if summary[section]["missing"] else draw(summary[section], currency)
        for section, draw in DRAWN.items()
        if section in summary
    }

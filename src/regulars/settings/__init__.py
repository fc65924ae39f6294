"""Every setting once: its type, its default and a sentence.

Precedence: defaults < ``regulars.toml`` in the workspace < environment (``REGULARS_SHOP__CURRENCY=EUR``) < flag.
"""

from regulars.settings.campaigns import Campaigns, Confidence, Recipe
from regulars.settings.cleaning import LINE_RULES, STATUSES, Cleaning, LineRule, Shape, Source, StatusMeaning
from regulars.settings.conditions import Condition, Scalar, Test
from regulars.settings.doors import Api, AppDoor, Kafka, Machine, Publishing
from regulars.settings.groups import Clusters, Persona, Rhythm, Segmentation
from regulars.settings.insights import Insights
from regulars.settings.outcomes import FORETOLD, OUTCOME_TESTS, Outcome
from regulars.settings.predictions import Predictions
from regulars.settings.products import Baskets, CategoryRule, Ratings, Recommendations
from regulars.settings.section import Section
from regulars.settings.settings import SETTINGS_FILE, Settings
from regulars.settings.shop import LineKind, Revenue, Shop, Time

__all__ = [
    "FORETOLD",
    "LINE_RULES",
    "OUTCOME_TESTS",
    "SETTINGS_FILE",
    "STATUSES",
    "Api",
    "AppDoor",
    "Baskets",
    "Campaigns",
    "CategoryRule",
    "Cleaning",
    "Clusters",
    "Condition",
    "Confidence",
    "Insights",
    "Kafka",
    "LineKind",
    "LineRule",
    "Machine",
    "Outcome",
    "Persona",
    "Predictions",
    "Publishing",
    "Ratings",
    "Recipe",
    "Recommendations",
    "Revenue",
    "Rhythm",
    "Scalar",
    "Section",
    "Segmentation",
    "Settings",
    "Shape",
    "Shop",
    "Source",
    "StatusMeaning",
    "Test",
    "Time",
]

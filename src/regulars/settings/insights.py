"""What is worth saying."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt

from regulars.settings.section import Section


class Insights(Section):
    """What is worth saying."""

    false_discovery_rate: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        0.05,
        description="Expected share of false ones among the findings that rest on a test, over all of a release.",
    )
    least_money_share: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.002, description="Nothing is said that touches less than this share of the last year's revenue."
    )
    alert_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.05, description="From this share of the last year's revenue on, a bad finding is an alert."
    )
    most_per_kind: PositiveInt = Field(
        5, description="So many findings of a kind at most, those with the most money."
    )
    most_customers: PositiveInt = Field(
        5_000, description="So many customers are kept behind each finding, those with the most money."
    )
    fewest_customers: PositiveInt = Field(
        20, description="Audiences to win revenue from, and newcomers, are not spoken of when they are fewer."
    )
    fewest_orders: PositiveInt = Field(
        20, description="Days, weeks, months and products with fewer orders are not tested."
    )
    lookback_days: PositiveInt = Field(
        365, description="Unusual days, weeks and months are told when they are no older."
    )
    least_deviation: Annotated[float, Field(ge=0)] = Field(
        0.1, description="Days, weeks and months are told when they are off by at least this share."
    )
    trend_months: Annotated[int, Field(ge=8)] = Field(
        24, description="So many complete months at most are searched for trends."
    )
    most_categories: PositiveInt = Field(
        40, description="So many categories are tested, those with the most revenue."
    )
    most_products: PositiveInt = Field(
        100, description="So many products are tested, those with the most revenue."
    )
    valuable_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.2,
        description="The share of customers, those who brought most in the last year, who are called valuable.",
    )
    warn_from: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.5, description="From this probability of leaving on, a valuable customer is warned of."
    )
    due_from: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.5, description="From this probability of an order within 30 days on, a customer is due."
    )
    concentration_share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5,
        description="It is said when the best tenth brings at least this share of the last year's revenue.",
    )
    dependence_share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.05, description="A customer who alone brings this share of the last year's revenue is named."
    )
    unusual_distance: Annotated[float, Field(gt=0)] = Field(
        5.0, description="Robust standard deviations from the middle at which a customer stands out."
    )
    unusual_sample: PositiveInt = Field(
        20_000, description="So many customers are searched for unusual ones, drawn by a hash of the id."
    )

"""What is predicted of orders, and how sure it has to be."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator

from regulars.settings.section import Section


class Predictions(Section):
    """What is predicted and how it is judged."""

    backtest_cutoffs: PositiveInt = Field(
        12, description="Models are judged at so many past cut-offs at most, a month apart."
    )
    churn_lookback_days: PositiveInt | None = Field(
        None,
        description="Whether they leave is asked only of customers who bought so recently; of all when not given.",
    )
    training_rows: PositiveInt = Field(
        2_000_000, description="Customer × cut-off rows to learn from; a larger shop is sampled by customer."
    )
    accept_leak: dict[str, str] = Field(
        {},
        description="Target = reason: publish its models although they look too good to be true; kept on the card.",
    )
    contact_cost: Annotated[float, Field(ge=0)] = Field(
        1.0,
        description="What contacting one customer costs; for the gain of a contact and the decision threshold.",
    )
    save_rate: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1,
        description="Assumed share of leavers whom a contact keeps; replace it by what a campaign has measured.",
    )
    least_precision: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None,
        description="At least this share of those called leavers has to leave, and as many are called as that allows; the "
        "decision threshold comes from the costs when not given.",
    )
    margin: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None,
        description="Contribution margin as a share of revenue, where costs are not in the data; without either, revenue counts.",
    )
    annual_discount_rate: Annotated[float, Field(ge=0)] = Field(
        0.0, description="Per year; expected revenue is discounted by it, 0 for not at all."
    )
    medium_risk_from: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.4, description="From this probability of leaving on, the risk is medium."
    )
    high_risk_from: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.7, description="From this probability of leaving on, the risk is high."
    )
    critical_risk_from: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.9, description="From this probability of leaving on, the risk is critical."
    )
    reasons_for: Annotated[int, Field(ge=0)] = Field(
        1000,
        description="For so many customers with the most revenue at risk reasons are kept; others on demand.",
    )
    outcome_folds: Annotated[int, Field(ge=2, le=20)] = Field(
        5, description="Outcomes given in the data are judged in so many parts, each by models of the others."
    )
    outcome_repeats: Annotated[int, Field(ge=1, le=20)] = Field(
        3, description="So many times those parts are drawn anew; figures are the mean over the times."
    )

    @model_validator(mode="after")
    def _bands_in_order(self) -> Self:
        if not self.medium_risk_from < self.high_risk_from < self.critical_risk_from:
            raise ValueError("medium_risk_from, high_risk_from and critical_risk_from have to rise")
        return self

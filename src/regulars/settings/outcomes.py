"""What else is predicted: something that the data says of customers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from regulars.settings.conditions import Condition, Scalar
from regulars.settings.section import Section

OUTCOME_TESTS = frozenset(["is", "is_not", "at_least", "at_most", "above", "below", "one_of", "none_of", "is_known", "is_unknown"])  # fmt: skip
FORETOLD = frozenset(["churn", "orders", "value", "next_order"])
"""What is predicted of orders; an outcome needs another name."""


class Outcome(Section):
    """Something the customers table says of each customer, to be predicted from what else it says of them."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        description="Small letters, digits and underscores; the target of that name."
    )
    title: str = Field("", description="What people call it; made from the name when empty.")
    kind: Literal["yes_no", "amount"] = Field(
        "yes_no", description="Whether it is told by yes and no, or is a number."
    )
    column: str | None = Field(None, description="The column that holds it, as the file calls it.")
    yes: list[Scalar] = Field(
        [],
        description="What the column says of those it is true of; words like yes, 1 and churned when empty.",
    )
    rule: list[Condition] = Field(
        [], description="Instead of a column: conditions on columns that make it true of a customer."
    )
    match: Literal["all", "any"] = Field("all", description="Whether all conditions have to hold, or any.")
    drop: list[str] = Field(
        [],
        description="Columns that it is not predicted from, since they say the same or were not known before.",
    )
    smote: bool = Field(
        False,
        description="Whether models are also judged after making up more of the rarer kind (SMOTE); needs the extra `smote`.",
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if self.name in FORETOLD:
            raise ValueError(f"{self.name!r} is what is predicted of orders; give the outcome another name")
        if (self.column is None) == (not self.rule):
            raise ValueError(f"outcome {self.name!r} needs a column or a rule, and not both")
        if self.kind == "amount" and (self.rule or self.yes or self.smote):
            raise ValueError(
                f"outcome {self.name!r} is an amount: it has a column, and neither rule, yes nor smote"
            )
        if self.rule and self.yes:
            raise ValueError(f"outcome {self.name!r} has a rule; yes goes with a column")
        if strange := [one.test for one in self.rule if one.test not in OUTCOME_TESTS]:
            raise ValueError(
                f"outcome {self.name!r}: {strange[0]} needs a cut-off, and a customers table has none"
            )
        return self

"""What has to be true of a customer to be meant."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from regulars.settings.section import Section

Test = Literal[
    "is", "is_not", "at_least", "at_most", "above", "below", "one_of", "none_of", "is_known", "is_unknown",
    "in_next_days", "in_last_days",
]  # fmt: skip
Scalar = bool | int | float | str


class Condition(Section):
    """One thing that has to be true of a customer; unknown values fit nothing but `is_unknown`."""

    column: str = Field(description="A column of features, segments, predictions or customers.")
    test: Test = Field(
        description="How it is compared; in_next_days and in_last_days count from the cut-off."
    )
    value: Scalar | list[Scalar] | None = Field(None, description="What it is compared with.")

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        given = "nothing" if self.value is None else "a list" if isinstance(self.value, list) else "one value"
        wanted = {
            "one_of": "a list",
            "none_of": "a list",
            "is_known": "nothing",
            "is_unknown": "nothing",
        }.get(self.test, "one value")
        if given != wanted or self.value == []:
            raise ValueError(f"{self.column} {self.test}: compared with {wanted}, not {self.value!r}")
        counts = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        if self.test.endswith("_days") and not counts:
            raise ValueError(f"{self.column} {self.test}: wants a number of days, not {self.value!r}")
        return self

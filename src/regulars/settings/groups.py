"""How customers are grouped: by rule, by likeness, by when they buy."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, field_validator, model_validator

from regulars.settings.section import Section


class Segmentation(Section):
    """How customers are grouped by rule."""

    scheme: Literal["regulars", "published", "shopify"] = Field(
        "regulars", description="Which table of rules names the RFM segments."
    )
    ties: Literal["share", "by_customer_id"] = Field(
        "share",
        description="Whether equal customers share a score, or are parted by id as published results do.",
    )
    slipping_after: Annotated[float, Field(gt=0)] = Field(
        2.0, description="A customer is slipping after so many of their usual gaps between purchase days."
    )
    lapsed_after: Annotated[float, Field(gt=0)] = Field(
        4.0, description="A customer has lapsed after so many of their usual gaps between purchase days."
    )


class Clusters(Section):
    """How customers who are alike are grouped without a rule."""

    rfm_k: Annotated[int, Field(ge=2)] | None = Field(
        None, description="So many groups by value; chosen from the data when not given."
    )
    behavior_k: Annotated[int, Field(ge=2)] | None = Field(
        None, description="So many groups by habit; chosen from the data when not given."
    )
    fewest: Annotated[int, Field(ge=2)] = Field(
        3,
        description="At least so many groups where the number is chosen: two say little more than many and few orders.",
    )
    most: Annotated[int, Field(ge=2, le=30)] = Field(
        8, description="Up to so many groups are tried; more are hard to act on."
    )
    outlier_limit: Annotated[float, Field(gt=1)] = Field(
        3.5,
        description="Customers further than so many standard deviations from the mean, in any input, are set apart.",
    )
    map: Literal["pca", "umap"] = Field(
        "pca", description="How the map is drawn; umap needs the extra of that name, else pca is used."
    )

    @model_validator(mode="after")
    def _range_is_one(self) -> Self:
        if self.fewest > self.most:
            raise ValueError("fewest has to be no more than most")
        return self


class Persona(Section):
    """A stretch of the week by which customers are told apart; 22 to 6 is what lies before 6 and after 22 on its days."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = Field(
        description="What it is called, as a code."
    )
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1)] = Field(
        [1, 2, 3, 4, 5, 6, 7], description="Its days; 1 is Monday."
    )
    from_hour: Annotated[int, Field(ge=0, le=23)] = Field(0, description="Its first hour.")
    to_hour: Annotated[int, Field(ge=1, le=24)] = Field(24, description="The hour at which it ends.")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.from_hour == self.to_hour:
            raise ValueError(f"{self.name}: from_hour and to_hour are the same")
        return self

    @property
    def has_hours(self) -> bool:
        """Whether it needs to know the time of day."""
        return (self.from_hour, self.to_hour) != (0, 24)


class Rhythm(Section):
    """When customers buy, and when to write to them."""

    personas: Annotated[list[Persona], Field(min_length=1)] = Field(
        [
            Persona(name="weekend", weekdays=[6, 7]),
            Persona(name="night", from_hour=22, to_hour=6),
            Persona(name="evening", from_hour=18, to_hour=22),
            Persona(name="morning_planner", weekdays=[1, 2, 3, 4, 5], from_hour=6, to_hour=11),
            Persona(name="midday", weekdays=[1, 2, 3, 4, 5], from_hour=11, to_hour=14),
            Persona(name="afternoon", weekdays=[1, 2, 3, 4, 5], from_hour=14, to_hour=18),
            Persona(name="business_hours", weekdays=[1, 2, 3, 4, 5], from_hour=9, to_hour=18),
        ],
        description="Timing personas; the first whose stretch holds enough of a customer's orders is theirs.",
    )
    persona_orders: PositiveInt = Field(
        4, description="A customer with fewer orders whose time is known has no persona."
    )
    persona_share: Annotated[float, Field(gt=0.5, le=1)] = Field(
        0.6, description="At least this share of a customer's orders falls into the stretch of their persona."
    )
    own_orders: PositiveInt = Field(
        5,
        description="From so many orders on the time to write comes from a customer's own; else from their segment's.",
    )
    own_weight: Annotated[float, Field(ge=0)] = Field(
        10.0,
        description="A segment's orders weigh as much as so many of a customer's own in the time to write to them.",
    )
    segment_orders: PositiveInt = Field(
        50,
        description="From so many orders on a segment has a time to write of its own; else it is the shop's.",
    )

    @field_validator("personas")
    @classmethod
    def _names_differ(cls, personas: list[Persona]) -> list[Persona]:
        names = [persona.name for persona in personas]
        taken = {"no_clear_rhythm", "too_few_orders"}
        if twice := sorted({name for name in names if names.count(name) > 1 or name in taken}):
            raise ValueError(f"{twice[0]!r} cannot be the name of a persona: it is taken")
        return personas

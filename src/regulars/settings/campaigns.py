"""Whom to write to."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, field_validator, model_validator

from regulars.settings.conditions import Condition
from regulars.settings.section import Section

Confidence = Literal["new", "cold_start", "emerging", "established"]


class Recipe(Section):
    """An audience and what writing to it is assumed to bring."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        description="Small letters, digits and underscores; a recipe of ours with this name is replaced."
    )
    title: str = Field(description="What people call it.")
    conditions: list[Condition] = Field(
        min_length=1, description="All of them have to be true of a customer."
    )
    gains: Literal["kept", "order"] = Field(
        description="What a customer who is moved brings: what they would spend if they stay, or one order."
    )
    effect_share: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None,
        description="Assumed share of those who would not order otherwise whom the contact moves; the save rate when not given.",
    )
    contact_cost: Annotated[float, Field(ge=0)] | None = Field(
        None, description="What contacting one customer costs; that of the predictions when not given."
    )
    reason: str = Field("", description="Why this customer, with {columns} in braces.")
    products: Literal["none", "due", "buy_again", "try_next"] = Field(
        "none", description="What to show: nothing, products that are due, or a list of the recommendations."
    )
    least_confidence: Confidence | None = Field(
        None, description="Customers of whom less is known are left out; nobody when not given."
    )
    arms: Annotated[list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]], Field(min_length=1)] = Field(
        ["treat"], description="Ways of writing that are tried against each other, in equal parts."
    )
    holdout_share: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None, description="Share that is not written to; that of the section when not given."
    )
    budget: Annotated[float, Field(ge=0)] | None = Field(
        None, description="Most that this campaign may cost; only the budget of all when not given."
    )
    smallest_effect: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None,
        description="Lift of the share who order that is worth knowing; that of the section when not given.",
    )
    may_overlap: bool = Field(
        False, description="Whether its customers may be in another campaign at the same time."
    )

    @model_validator(mode="after")
    def _arms_differ(self) -> Self:
        if len(set(self.arms)) < len(self.arms) or "control" in self.arms:
            raise ValueError(f"arms of {self.name}: each once, and none called control (the hold-out is)")
        return self


class Campaigns(Section):
    """Whom to write to, what it may cost, and how it is measured."""

    recipes: list[Recipe] = Field(
        [], description="Recipes of the shop's own, beside ours or in place of those with the same name."
    )
    switched_off: list[str] = Field([], description="Names of recipes that are not used.")
    budget: Annotated[float, Field(ge=0)] | None = Field(
        None, description="Most that all proposed campaigns may cost together; no limit when not given."
    )
    holdout_share: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.1, description="Share of every audience that is not written to, so that the effect can be measured."
    )
    seed: int = Field(1, description="Draws the hold-outs; with the same seed the same customers are drawn.")
    quiet_days: Annotated[int, Field(ge=0)] = Field(
        14, description="Whoever was contacted so many days before the cut-off, or later, is left in peace."
    )
    unknown_consent: Literal["auto", "write", "leave_out"] = Field(
        "auto",
        description="Customers whose consent is unknown: left out by auto where the shop's data tells anybody's consent.",
    )
    smallest_effect: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.02,
        description="Lift of the share of customers who order that is worth knowing; 0.02 is two in a hundred.",
    )
    significance: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        0.05, description="Chance of seeing an effect where there is none, two-sided."
    )
    power: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        0.8, description="Chance of seeing the effect where there is one."
    )
    measure_days: PositiveInt | None = Field(
        None, description="How long after its start a campaign is measured; the horizon when not given."
    )
    send_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        10, description="Hour to write at where no hour of the day is known."
    )

    @field_validator("recipes")
    @classmethod
    def _names_differ(cls, recipes: list[Recipe]) -> list[Recipe]:
        names = [recipe.name for recipe in recipes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} is the name of two recipes")
        return recipes

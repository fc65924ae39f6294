"""Who the shop is, where the wall stands, and what it keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, PositiveInt, field_validator

from regulars.settings.section import Section

LineKind = Literal["product", "shipping", "discount", "manual", "fee", "sample", "adjustment", "voucher"]


class Shop(Section):
    """Who the shop is and how it counts."""

    name: str = Field("", description="Shown on the report; the workspace's folder name when empty.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        None, description="ISO 4217 code of all amounts; taken from the data where a column tells, else XXX."
    )
    timezone: str = Field("UTC", description="The shop's clock; instants with an offset are converted to it.")
    exchange_rates: dict[str, float] = Field(
        {}, description="Units of the shop's currency for one unit of each other currency in the data."
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is not a time zone; write it as Europe/London")
        return name


class Time(Section):
    """Where the wall stands and how far is looked beyond it."""

    cutoff: datetime | None = Field(
        None,
        description="What may be seen ends before this instant; the first midnight after the last order.",
    )
    horizon_days: PositiveInt | None = Field(
        None, description="How far predictions look; chosen from the shop's rhythm when not given."
    )


class Revenue(Section):
    """What the shop keeps."""

    prices_include_tax: bool = Field(
        False, description="Whether unit prices and amounts contain the tax that the tax column names."
    )
    counted_kinds: list[LineKind] = Field(
        ["product", "manual", "discount", "sample", "voucher"],
        description="Kinds of lines that count as revenue; the others are kept beside it as charges.",
    )

"""Every setting once: its type, its default and a sentence.

Precedence: defaults < ``regulars.toml`` in the workspace < environment (``REGULARS_SHOP__CURRENCY=EUR``) < flag.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from regulars.errors import SettingsError

SETTINGS_FILE = "regulars.toml"

Shape = Literal["orders", "order_items", "customers", "products", "ratings"]
LineKind = Literal["product", "shipping", "discount", "manual", "fee", "sample", "adjustment", "voucher"]
StatusMeaning = Literal["placed", "cancelled", "refunded", "not_an_order"]


class Section(BaseModel):
    """A part of the settings; an unknown key is refused, so that a misspelled one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class LineRule(Section):
    """Lines whose product code or description fits (whole text, upper case, ``*`` stands for anything) are of a kind."""

    kind: LineKind = Field(description="What such a line is.")
    product_ids: list[str] = Field([], description="Patterns for the product code.")
    descriptions: list[str] = Field([], description="Patterns for the description.")


LINE_RULES = [
    LineRule(
        kind="shipping",
        product_ids=["POST", "DOT", "C2", "SHIPPING", "SHIP", "POSTAGE", "CARRIAGE", "DELIVERY", "FREIGHT"],
        descriptions=["POSTAGE", "DOTCOM POSTAGE", "CARRIAGE", "SHIPPING", "SHIPPING *", "DELIVERY CHARGE"],
    ),
    LineRule(
        kind="fee",
        product_ids=["BANK CHARGES", "AMAZONFEE", "CRUK", "FEE", "FEE-*"],
        descriptions=["BANK CHARGES", "AMAZON FEE", "CRUK COMMISSION", "*PAYMENT FEE"],
    ),
    LineRule(kind="adjustment", product_ids=["B", "ADJUST", "ADJUST2"], descriptions=["ADJUST BAD DEBT"]),
    LineRule(kind="discount", product_ids=["D", "DISCOUNT"], descriptions=["DISCOUNT"]),
    LineRule(kind="manual", product_ids=["M", "MANUAL"], descriptions=["MANUAL"]),
    LineRule(kind="sample", product_ids=["S", "SAMPLE", "SAMPLES"], descriptions=["SAMPLES"]),
    LineRule(
        kind="voucher",
        product_ids=["GIFT_*", "GIFTCARD*", "DCGSSBOY", "DCGSSGIRL"],
        descriptions=["GIFT CARD", "GIFT VOUCHER*", "DOTCOMGIFTSHOP GIFT VOUCHER*"],
    ),
]

STATUSES: dict[str, StatusMeaning] = {
    "paid": "placed", "completed": "placed", "complete": "placed", "processing": "placed", "shipped": "placed",
    "delivered": "placed", "fulfilled": "placed", "approved": "placed", "invoiced": "placed", "placed": "placed",
    "authorized": "placed", "on-hold": "placed", "on hold": "placed", "wc-on-hold": "placed", "confirmed": "placed",
    "pending": "placed", "pending payment": "placed", "wc-pending": "placed", "partially refunded": "placed",
    "partially shipped": "placed", "dispatched": "placed", "created": "placed", "open": "placed",
    "partially_refunded": "placed", "partially_paid": "placed", "closed": "placed", "wc-completed": "placed",
    "wc-processing": "placed", "cancelled": "cancelled", "canceled": "cancelled", "voided": "cancelled",
    "unavailable": "cancelled", "wc-cancelled": "cancelled", "refunded": "refunded", "returned": "refunded",
    "wc-refunded": "refunded", "failed": "not_an_order", "draft": "not_an_order", "expired": "not_an_order",
    "abandoned": "not_an_order", "wc-failed": "not_an_order", "checkout-draft": "not_an_order",
    "test": "not_an_order",
}  # fmt: skip


class Cleaning(Section):
    """What is set aside, and what a line is."""

    line_rules: list[LineRule] = Field(
        LINE_RULES, description="Non-product lines; the first rule that fits wins."
    )
    statuses: dict[str, StatusMeaning] = Field(
        STATUSES, description="What the source's status words mean; compared in lower case."
    )
    test_customers: list[str] = Field(
        ["TEST", "TEST *", "*@EXAMPLE.COM", "*@TEST.COM"],
        description="Patterns for customer ids and e-mail addresses whose orders are set aside as tests, unless they fit most "
        "customers.",
    )
    extreme_quantity: PositiveInt = Field(
        10_000, description="A line of at least so many units is shown in the audit (and kept)."
    )


class Source(Section):
    """How one table of the input is read; `regulars init` writes these."""

    files: str = Field(description="File name, pattern or `database.sqlite:table` this applies to.")
    shape: Shape | Literal["categories", "ignore"] = Field(
        description="What a row is; `categories` names the categories that products have by number."
    )
    columns: dict[str, str] = Field({}, description="Our column = theirs.")
    date_order: Literal["year_first", "day_first", "month_first"] | None = Field(
        None, description="How dates like 12/1/2010 are read; from the whole column when not given."
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="Decimal mark; from the whole column when not given."
    )
    delimiter: str | None = Field(None, description="What separates the cells; from the file when not given.")
    encoding: str | None = Field(None, description="Text encoding; from the file when not given.")
    sheet: str | None = Field(None, description="Only this sheet of a workbook or file of an archive.")


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


Test = Literal[
    "is", "is_not", "at_least", "at_most", "above", "below", "one_of", "none_of", "is_known", "is_unknown",
    "in_next_days", "in_last_days",
]  # fmt: skip
Scalar = bool | int | float | str
Confidence = Literal["new", "cold_start", "emerging", "established"]


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


class CategoryRule(Section):
    """Products that are of a category because the shop says so."""

    category: str = Field(min_length=1, description="What the category is called.")
    words: list[str] = Field(
        [], description="A product belongs to it whose description has one of these, word by whole word."
    )
    product_ids: list[str] = Field(
        [], description="Or whose code fits one of these patterns; `*` stands for anything."
    )

    @model_validator(mode="after")
    def _says_which_products(self) -> Self:
        if not self.words and not self.product_ids:
            raise ValueError(f"category {self.category!r} needs words or product_ids")
        return self


class Baskets(Section):
    """What is bought together, and what kind of thing products are."""

    categories: list[CategoryRule] = Field(
        [], description="The shop's own categories; the first that fits wins over everything else."
    )
    own_category_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5,
        description="Where the data names the category of so much of the sales, it is used; else categories are learned.",
    )
    most_categories: PositiveInt = Field(60, description="So many categories are learned at most.")
    heads: Literal["last", "first"] = Field(
        "last",
        description="Where a description says what the product is: `lunch bag` last, `sac à main` first.",
    )
    ignored_words: list[str] = Field(
        [], description="Words of descriptions that name no product, beside colors, sizes and the like."
    )
    least_support: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.001, description="Products and pairs in a smaller share of baskets are not looked at."
    )
    least_baskets: Annotated[int, Field(ge=2)] = Field(
        5, description="Nor are those in fewer baskets than this."
    )
    largest_basket: Annotated[int, Field(ge=2)] = Field(
        300, description="Baskets with more different products are left out: they say little and cost much."
    )
    damping: Annotated[float, Field(ge=0)] = Field(
        10.0,
        description="So many baskets are added to what was seen and to what was expected in a damped lift.",
    )
    most_pairs: PositiveInt = Field(2_000, description="So many pairs of products are kept at most.")
    copurchase_categories: Annotated[int, Field(ge=2, le=100)] = Field(
        12, description="So many categories are in the matrix of what is bought together."
    )
    itemsets: bool = Field(
        False,
        description="Whether sets of three products and more are looked for; needs the extra `itemsets`.",
    )
    itemset_support: Annotated[float, Field(ge=0.001, lt=1)] = Field(
        0.01, description="Sets in a smaller share of baskets are not looked for; less takes much longer."
    )
    largest_itemset: Annotated[int, Field(ge=3, le=6)] = Field(
        4, description="Sets have so many products at most."
    )


class Ratings(Section):
    """What customers think of products, where the data holds ratings."""

    lowest: float | None = Field(
        None,
        description="Lowest rating there can be; a lower one is set aside. From the data when not given.",
    )
    highest: float | None = Field(
        None,
        description="Highest rating there can be; a higher one is set aside. From the data when not given.",
    )
    liked_from: float | None = Field(
        None,
        description="From this rating on a customer likes a product; three quarters up the scale when not given.",
    )
    products_per_customer: PositiveInt = Field(
        10, description="So many products are recommended to each customer by their ratings."
    )
    least_ratings: PositiveInt = Field(
        5, description="Products with fewer ratings are not recommended by them."
    )

    @model_validator(mode="after")
    def _scale_in_order(self) -> Self:
        ends = [end for end in (self.lowest, self.liked_from, self.highest) if end is not None]
        if ends != sorted(ends) or (self.lowest is not None and self.lowest == self.highest):
            raise ValueError("lowest, liked_from and highest have to rise")
        return self


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


class Recommendations(Section):
    """What is shown to whom, and what is not."""

    per_list: PositiveInt = Field(10, description="So many products at most are on each list of a customer.")
    recent_days: PositiveInt = Field(
        30, description="What was bought so lately counts as popular now, and as bought more than usual now."
    )
    half_life_days: PositiveInt = Field(
        240, description="An order counts half for what a customer buys again when it is so old."
    )
    neighbors: PositiveInt = Field(
        100,
        description="So many nearest neighbors of each product are kept; each stands for what is often bought with it.",
    )
    backtest_cutoffs: PositiveInt = Field(
        3, description="Scorers are judged at so many past cut-offs at most."
    )
    quiet_days: PositiveInt = Field(
        30, description="A product sold so lately is neither discontinued nor out of season."
    )
    quiet_after_gaps: Annotated[float, Field(gt=0)] = Field(
        4.0,
        description="A product is not shown after so many times its usual gap without a sale; nine of ten gaps were shorter.",
    )
    returned_share: Annotated[float, Field(gt=0)] = Field(
        0.5, description="A product with so many returns for each sale is not shown."
    )
    retention_customers: PositiveInt = Field(
        50, description="So many valuable customers at risk get a line of what to show them."
    )


class Publishing(Section):
    """What is kept of what was published."""

    keep_releases: PositiveInt = Field(
        12, description="So many releases are kept, and each month's last beside them."
    )


class Api(Section):
    """How the REST API is served (`regulars serve`)."""

    host: str = Field(
        "127.0.0.1", description="Address to listen on; anything but this machine itself needs keys."
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8321, description="Port to listen on.")
    workers: PositiveInt = Field(1, description="Processes that answer.")
    requests_per_minute: PositiveInt = Field(
        12_000,
        description="So many requests a minute may come with one key (without keys: from one address), for each process.",
    )
    largest_body_bytes: PositiveInt = Field(1_048_576, description="A request with a longer body is refused.")
    body_seconds: PositiveInt = Field(
        20, description="A request whose body takes longer to arrive is refused."
    )
    allowed_origins: list[str] = Field(
        [],
        description="Web pages that may call the API from a browser (CORS), as `https://crm.shop.com`; none by default.",
    )
    allowed_hosts: list[str] = Field(
        [],
        description="Names that requests may call the server by, beside this machine's own; any when empty and keys are needed.",
    )
    largest_page: PositiveInt = Field(1_000, description="So many rows at most are on one page.")
    largest_batch: PositiveInt = Field(
        500, description="So many orders at most are taken in with one request."
    )
    stop_seconds: PositiveInt = Field(
        20, description="So long a server that is told to stop waits for requests under way."
    )


class Kafka(Section):
    """Where `regulars take-in --kafka` finds orders."""

    brokers: str = Field("", description="As `kafka-1:9092,kafka-2:9092`.")
    group: str = Field(
        "regulars",
        min_length=1,
        description="The consumer group under which the brokers keep how far the orders were taken in.",
    )
    options: dict[str, str] = Field(
        {},
        description='Further properties of the client (librdkafka\'s names), as `"security.protocol" = "SASL_SSL"`.',
    )
    password: SecretStr = Field(
        SecretStr(""), description="For SASL; best given as REGULARS_KAFKA__PASSWORD."
    )


class AppDoor(Section):
    """Where the web app listens, and who may look.

    A password's hash comes from `regulars app password`; in its place an identity provider can say who somebody is.
    """

    address: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Where it listens; only this machine reaches 127.0.0.1, any other address needs a password or a provider.",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8501, description="Its port; a free one with 0.")
    viewer_password_hash: SecretStr = Field(
        SecretStr(""),
        description="Whoever knows this password sees; best given as REGULARS_APP__VIEWER_PASSWORD_HASH.",
    )
    editor_password_hash: SecretStr = Field(
        SecretStr(""),
        description="Whoever knows this password exports too; best given as REGULARS_APP__EDITOR_PASSWORD_HASH.",
    )
    oidc_metadata_url: str = Field(
        "",
        description="An OpenID Connect provider; the address ends with /.well-known/openid-configuration.",
    )
    oidc_client_id: str = Field("", description="What the provider calls this app.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""),
        description="The app's secret at the provider; only in the environment, as REGULARS_APP__OIDC_CLIENT_SECRET.",
        json_schema_extra={"only": "environment"},
    )
    public_url: str = Field(
        "",
        description="Where browsers reach the app, as https://regulars.shop.example; where it listens when empty. "
        "The provider sends people back to this address with /oauth2callback.",
    )
    viewers: list[str] = Field(
        [],
        description="Who sees: e-mail addresses, `*@shop.example`, or a claim and its value, as `groups=crm`.",
    )
    editors: list[str] = Field([], description="Who exports too, written like viewers.")


class Machine(Section):
    """What a run may take of the machine."""

    memory_limit: str = Field(
        "", description="For the database, as 2GB; three quarters of the machine when empty."
    )
    threads: PositiveInt | None = Field(None, description="Threads; all processors when not given.")


class Settings(BaseSettings):
    """All settings of a workspace."""

    model_config = SettingsConfigDict(
        env_prefix="REGULARS_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    shop: Shop = Shop()
    time: Time = Time()
    revenue: Revenue = Revenue()
    cleaning: Cleaning = Cleaning()
    sources: list[Source] = []
    segmentation: Segmentation = Segmentation()
    clusters: Clusters = Clusters()
    rhythm: Rhythm = Rhythm()
    predictions: Predictions = Predictions()
    campaigns: Campaigns = Campaigns()
    baskets: Baskets = Baskets()
    ratings: Ratings = Ratings()
    outcomes: list[Outcome] = []
    insights: Insights = Insights()
    recommendations: Recommendations = Recommendations()
    publishing: Publishing = Publishing()
    api: Api = Api()
    kafka: Kafka = Kafka()
    app: AppDoor = AppDoor()
    machine: Machine = Machine()

    @field_validator("outcomes")
    @classmethod
    def _outcomes_differ(cls, outcomes: list[Outcome]) -> list[Outcome]:
        names = [outcome.name for outcome in outcomes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} is the name of two outcomes")
        return outcomes

    @classmethod
    def load(cls, workspace: Path, **flags: Any) -> Settings:
        """Read the settings of a workspace; `flags` are sections given by hand and win over everything."""

        class FromWorkspace(cls):  # type: ignore[valid-type, misc]
            model_config = SettingsConfigDict(toml_file=workspace / SETTINGS_FILE)

        try:
            found: Settings = FromWorkspace(**flags)
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                f"setting {where}: {first['msg']} (given: {first['input']!r})",
                hint=f"look at {SETTINGS_FILE} in the workspace and at REGULARS_… in the environment",
            ) from None
        except ValueError as problem:  # not TOML
            raise SettingsError(
                f"{SETTINGS_FILE} cannot be read: {problem}", hint="it has to be valid TOML"
            ) from None
        _refuse_written_secrets(workspace / SETTINGS_FILE)
        return found

    def in_currency(self, code: str) -> Settings:
        """Return the same settings with the currency that the data has, where none was set."""
        return self.model_copy(update={"shop": self.shop.model_copy(update={"currency": code})})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def _refuse_written_secrets(path: Path) -> None:
    """Refuse a file that holds what belongs into the environment alone."""
    written = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, section in Settings.model_fields.items():
        for field, about in getattr(section.annotation, "model_fields", {}).items():
            if "only" in (about.json_schema_extra or {}) and field in written.get(name, {}):
                raise SettingsError(
                    f"{SETTINGS_FILE} holds {name}.{field}, which is a secret",
                    hint=f"take it out of the file and give it as REGULARS_{name.upper()}__{field.upper()}",
                )

"""What is bought together, rated and recommended."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from regulars.settings.section import Section


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

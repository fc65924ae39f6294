"""How files are read, what is set aside, and what a line is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveInt

from regulars.settings.section import Section
from regulars.settings.shop import LineKind

Shape = Literal["orders", "order_items", "customers", "products", "ratings"]
StatusMeaning = Literal["placed", "cancelled", "refunded", "not_an_order"]


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

"""The questions, in words: what each finds, how grave that is, and what to do about it.

In a sentence or hint stand ``{rows}`` (how many, with their noun), ``{money}``, ``{first}`` and ``{last}`` (days),
``{line_share}`` and ``{revenue_share}`` of all that counts as revenue, and ``{examples}`` (those with most money).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One query of `audits/`; from ``warning_from`` of all revenue on, a note becomes a warning."""

    audit: str
    severity: str
    sentence: str
    hint: str
    when_none: str
    noun: str = "row"
    warning_from: float | None = None


QUESTIONS = (
    Question(
        "untracked_revenue",
        "note",
        "{revenue_share} of revenue ({money}) and {line_share} of order lines have no customer id; "
        "they count for the shop but not for any customer",
        "ask for a customer id at the till and at guest check-out: {money} cannot be told to any customer",
        "every order line has a customer id",
        "line",
        warning_from=0.05,
    ),
    Question(
        "repeated_loads",
        "warning",
        "{rows} from {first} to {last} told a second time by another file, sheet or section, and counted once; "
        "counting them twice would add {money}",
        "export each stretch of time once: {rows} from {first} to {last} came twice ({money})",
        "no file, sheet or section tells what another has told",
    ),
    Question(
        "replaced_orders",
        "note",
        "{rows} of orders that a later load tells differently; the later telling counts ({money} replaced)",
        "map a column with the time of the last change to updated_at, so that earlier versions of orders are kept",
        "no order was told differently by a later load",
    ),
    Question(
        "duplicate_lines",
        "note",
        "{rows} on their order more than once, word for word ({money} beyond the first); kept, because a "
        "customer may buy a thing twice. Most: {examples}",
        "look whether the lines that are on an order twice were scanned twice: {money}",
        "no line is on its order twice",
        "line",
    ),
    Question(
        "cancelled_within_an_hour",
        "note",
        "{rows} worth {money} taken back in full within an hour of being placed; nothing of it is revenue from then on. "
        "Largest: {examples}",
        "look at orders that are placed and taken back within the hour: {money} looks like revenue until it is netted",
        "no order was taken back within an hour of being placed",
        "order",
    ),
    Question(
        "cancelled_orders",
        "note",
        "{rows} worth {money} taken back in full. Largest: {examples}",
        "",
        "no order was taken back in full",
        "order",
    ),
    Question(
        "returns_without_order",
        "note",
        "{rows} worth {money} giving back something for which no earlier order was found; that lowers the customer's "
        "revenue all the same. Largest: {examples}",
        "load the orders from before {first}, or write the order's number on credit notes: {money} of returns have none",
        "every return has its order",
        warning_from=0.25,
    ),
    Question(
        "non_product_lines",
        "note",
        "{rows} for something else than a product ({money}): {examples}",
        "check that cleaning.line_rules in regulars.toml names your codes for postage, fees and manual entries: {money}",
        "every order line is a product",
        "line",
    ),
    Question(
        "adjustments",
        "note",
        "{rows} with adjustments of the books set aside ({money}): {examples}",
        "keep bad debts and other adjustments of the books out of order exports: {money}",
        "no line adjusts the books",
    ),
    Question(
        "unusable_prices",
        "note",
        "{rows} with a price of zero or less set aside: {examples}",
        "leave stock movements and give-aways out of order exports, or give them a price: {rows}",
        "every line has a price",
    ),
    Question(
        "extreme_quantities",
        "note",
        "{rows} of an extreme quantity kept ({money} net): {examples}",
        "look whether lines of an extreme quantity are what was meant: {money} net",
        "no line is of an extreme quantity",
        "line",
    ),
    Question(
        "test_customers",
        "note",
        "{rows} of test customers set aside ({money}): {examples}",
        "leave test orders out of the export, or correct cleaning.test_customers in regulars.toml: {money}",
        "no customer was taken for a test",
        warning_from=0.05,
    ),
    Question(
        "not_orders",
        "note",
        "{rows} of orders that never came about, by their status, set aside ({money}): {examples}",
        "",
        "every order came about, as far as its status tells",
    ),
    Question(
        "unmapped_statuses",
        "warning",
        "{rows} with a status that nobody mapped, counted as placed ({money}): {examples}",
        'say in regulars.toml what each status means, under [cleaning.statuses] as "word" = "placed", "cancelled", '
        '"refunded" or "not_an_order": {examples}',
        "every status is known",
    ),
    Question(
        "unreadable_rows",
        "warning",
        "{rows} set aside as unreadable: {examples}",
        "mend or export again {rows} that could not be read: {examples}",
        "every row could be read",
    ),
    Question(
        "unusable_rows",
        "warning",
        "{rows} set aside for want of a quantity, a usable amount, or of both order and customer ({money}): {examples}",
        "mend or export again {rows} that could not be used: {examples}",
        "every row that could be read could be used",
    ),
    Question(
        "unusable_ratings",
        "warning",
        "{rows} outside the scale that the settings name, and set aside",
        "mend {rows}, or ratings.lowest and ratings.highest in regulars.toml",
        "no rating lies outside the scale that the settings name",
        "rating",
    ),
    Question(
        "future_dates",
        "warning",
        "{rows} dated after being loaded, and set aside ({money}), up to {last}",
        "check the dates, their order of day and month, and shop.timezone in regulars.toml: {money} lies in the future",
        "no row lies in the future",
    ),
    Question(
        "ancient_dates",
        "warning",
        "{rows} dated before 1990, and set aside ({money}), from {first}",
        "mend dates before 1990, which are often an empty date written as 1970-01-01: {money}",
        "no row lies before 1990",
    ),
    Question(
        "missing_descriptions",
        "note",
        "{rows} without a description ({money})",
        "give every product a description: {rows} without",
        "every line has a description",
    ),
    Question(
        "missing_days",
        "note",
        "{rows} without an order, from {first} to {last}, on weekdays that usually have some (about {money} at their usual "
        "revenue): {examples}",
        "make sure that no day is missing from the export: {rows} without an order between {first} and {last}",
        "no day is missing that usually has orders",
        "day",
    ),
    Question(
        "product_meanings",
        "note",
        "{rows} under a product name that has no word in common with the usual one ({money}): {examples}",
        "give a new product a new code: {money} was sold under a code that also means something else",
        "no product code changes its meaning",
        "line",
    ),
    Question(
        "order_meanings",
        "warning",
        "{rows} under order ids that were used for several customers or days ({money}); each customer and day is "
        "an order of its own here: {examples}",
        "export an order id that is used once, such as the till with the receipt's number: {money}",
        "every order id is of one customer and day",
        "row",
    ),
    Question(
        "similar_ids",
        "note",
        "{rows} with an id that differs from another only by leading zeros or case, kept apart ({money}): {examples}",
        "write ids in one way, as text: {money} may be told to the wrong customer or product",
        "no two ids differ only by leading zeros or case",
        "line",
    ),
    Question(
        "country_conflicts",
        "note",
        "{rows} from another country than most of their customer's ({money}): {examples}",
        "",
        "every customer orders from one country",
        "order",
    ),
)

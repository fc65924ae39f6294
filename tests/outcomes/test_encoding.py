"""Columns as numbers: by hand, what is left out, and the same after a way through JSON."""

from __future__ import annotations

import json

import numpy as np
from tests.outcomes.customers import EIGHT, attributes, shop

from regulars.models.outcomes.encoding import AttributeEncoding


def test_eight_customers_by_hand() -> None:
    encoding = AttributeEncoding.learned(
        attributes({**EIGHT, "plan": ["basic", "gold"] * 2 + [None, "basic", "basic", "basic"]})
    )
    found = encoding.encode(attributes(EIGHT))
    assert found.names == (
        "age", "age = (unknown)", "plan = basic", "plan = (another)", "plan = (unknown)",
        "joined", "joined = (unknown)", "churned", "churned = (unknown)",
    )  # fmt: skip
    first, fourth, fifth, sixth = (found.values[place] for place in (0, 3, 4, 5))
    # joined is told as days before the newest, 31 January
    np.testing.assert_equal(first, [25, 0, 1, 0, 0, 30, 0, 1, 0])
    np.testing.assert_equal(fourth, [np.nan, 1, 0, 1, 0, 0, 0, 0, 0])
    np.testing.assert_equal(fifth, [60, 0, 0, 0, 1, 30, 0, 0, 0])
    np.testing.assert_equal(sixth[5:], [np.nan, 1, np.nan, 1])
    # the middle of 25, 25, 31, 33, 40, 47, 60 stands in; so does that of 0, 0, 10, 20, 20, 30, 30 days
    assert found.filled[3, 0] == 33
    assert found.filled[5, 5] == 20


def test_columns_that_tell_nothing_are_left_out_with_the_reason() -> None:
    n = 60
    columns = {
        "row": [str(place) for place in range(n)], "one": ["x"] * n, "none": [None] * n,
        "name": [f"Ann {place}" for place in range(n)], "age": [str(20 + place % 30) for place in range(n)],
    }  # fmt: skip
    encoding = AttributeEncoding.learned(attributes(columns))
    assert [one.column for one in encoding.columns] == ["age"]
    assert encoding.left_out == {
        "row": "it numbers the rows", "one": "it has one value", "none": "nothing is known of it",
        "name": "nearly every customer has a value of their own",
    }  # fmt: skip


def test_text_in_a_column_of_numbers_counts_as_unknown() -> None:
    ages = [str(20 + place % 30) for place in range(60)]
    encoding = AttributeEncoding.learned(attributes({"age": [*ages[:-1], "old"]}))
    found = encoding.encode(attributes({"age": ["21", "ancient"]}))
    np.testing.assert_equal(found.values, [[21, 0], [np.nan, 1]])


def test_decimal_commas_are_read_from_the_column() -> None:
    encoding = AttributeEncoding.learned(attributes({"spend": ["1.234,50", "12,5", "7", "8"]}))
    assert encoding.encode(attributes({"spend": ["1.234,50"]})).values.tolist() == [[1234.5]]


def test_what_was_learned_survives_json_and_unseen_customers() -> None:
    table = attributes(shop())
    encoding = AttributeEncoding.learned(table)
    again = AttributeEncoding.from_json(json.loads(json.dumps(encoding.to_json())))
    assert again == encoding
    stranger = attributes({"town": ["Oslo"], "complaints": [None]})
    np.testing.assert_array_equal(again.encode(stranger).filled, encoding.encode(stranger).filled)
    assert np.isfinite(again.encode(stranger).filled).all()

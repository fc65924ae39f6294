"""Arithmetic that must hold of every build: nothing is lost and nothing counted twice, neither rows nor money."""

from __future__ import annotations

from decimal import Decimal

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load


class IdentityBroken(RuntimeError):
    """The build lost or invented something: a mistake of this program, not of the data."""


def check(engine: DuckDBEngine, *, prices_include_tax: bool = False) -> dict[str, dict[str, Decimal]]:
    """Verify the identities within a build (it needs the staged rows), and return both sides of each.

    * rows: `raw_order_lines` + rejected order rows = `fct_order_lines` + `fct_returns` that are rows + `set_aside`
    * money: the amounts of all rows = sold − given back + set aside
    * orders: amounts of lines = revenue + charges, less shipping that has no line of its own

    Raises
    ------
    IdentityBroken
        With the numbers of both sides.
    """
    found = {}
    for name in ("rows", "money", "orders"):
        sides = engine.row(
            load("regulars.warehouse", f"identities/{name}"), {"prices_include_tax": prices_include_tax}
        )
        if sides["left_side"] != sides["right_side"]:
            raise IdentityBroken(
                f"identity of {name} is broken: {sides['left_side']} came in and {sides['right_side']} are accounted for"
            )
        found[name] = sides
    return found

"""Names of categories, where products only have their numbers and another table says what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.ingest.mapping import Mapping
from regulars.ingest.sources.table import SourceTable
from regulars.ingest.synonyms import is_category_table, squash

KEYS = ("id", "categoryid", "categorycode", "categorykey", "productcategoryname", "productcategory")
NAMES = ("productcategorynameenglish", "categoryname", "name", "title", "label", "description", "category")


@dataclass(frozen=True)
class Categories:
    """A table that names categories: its columns with the number and with the name."""

    table: SourceTable
    key: str
    name: str

    def query(self) -> str:
        """Return the query that gives one name for each number."""
        key, name = quoted(self.key), quoted(self.name)
        return (
            f"SELECT CAST({key} AS VARCHAR) AS category_id, min(CAST({name} AS VARCHAR)) AS category"  # noqa: S608
            f" FROM {quoted(self.table.rows)} WHERE {key} IS NOT NULL AND {name} IS NOT NULL GROUP BY 1"
        )


def categories_of(table: SourceTable, *, is_said: bool = False) -> Categories | None:
    """Return what a table says of categories, or None when it is about something else.

    Parameters
    ----------
    is_said
        The settings say that it names categories; else its own name has to.
    """
    if not is_said and not is_category_table(table.part or table.source):
        return None
    squashed = {squash(column): column for column in table.columns}
    key = next((squashed[name] for name in KEYS if name in squashed), None)
    name = next((squashed[name] for name in NAMES if name in squashed and squashed[name] != key), None)
    return Categories(table, key, name) if key and name else None


def naming(engine: DuckDBEngine, mapping: Mapping, known: Sequence[Categories]) -> Categories | None:
    """Return the table that names the categories of these products: one that knows at least half of them."""
    column = mapping.columns.get("category")
    if column is None:
        return None
    for each in known:
        share = engine.row(
            f"SELECT avg(CAST(k.category_id IS NOT NULL AS INTEGER)) AS share FROM {quoted(mapping.table.rows)} AS p"  # noqa: S608
            f" LEFT JOIN ({each.query()}) AS k ON k.category_id = CAST(p.{quoted(column)} AS VARCHAR)"
            f" WHERE p.{quoted(column)} IS NOT NULL"
        )["share"]
        if share is not None and share >= 0.5:
            return each
    return None

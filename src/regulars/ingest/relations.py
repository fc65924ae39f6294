"""Glue between a source's names and our `.sql` files: views that give every column of ours, whatever theirs are called.

A view holds text as it came, and beside it (`…_text`) the text of what is made an instant or a number, so that a row that
cannot be read can say what it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import load
from regulars.ingest.cells import ABSENT, literal
from regulars.ingest.examine import is_native, number_text, time_text
from regulars.ingest.mapping import Mapping
from regulars.ingest.mapping_shapes import SHAPES
from regulars.ingest.sources.table import ROW_NUMBER
from regulars.ingest.synonyms import FIELDS
from regulars.settings import Settings
from regulars.terms.money import MONEY_TYPE

ROOM = "regulars.ingest"
NOUNS = {
    "ordered_at": "time", "updated_at": "time", "cancelled_at": "time", "signed_up_at": "time", "valid_from": "time",
    "rated_at": "time", "unit_price": "price", "order_total": "amount", "order_subtotal": "amount",
    "order_discount": "discount", "order_tax": "tax", "order_shipping": "shipping", "order_refund": "refund",
    "unit_cost": "cost", "order_id": "order",
}  # fmt: skip
"""The word in reason codes: unreadable_time, missing_price; of other columns it is their name."""
KEEPS_OTHERS = ("customers", "products")
NOT_OURS = {"ordered_time"}
"""Joined with its date already."""


def their_cells(mapping: Mapping, types: dict[str, str], settings: Settings) -> str:
    """Return the query that gives an open table our column names and types; columns it does not have are null."""
    parts = [f"{ROW_NUMBER} AS row_number"]
    if mapping.shape in KEEPS_OTHERS:
        parts.append(f"{other_cells(mapping)} AS attributes")
    for name in SHAPES[mapping.shape].fields:
        if name not in NOT_OURS:
            parts += _cell(mapping, name, types, settings)
    return f"SELECT {', '.join(parts)} FROM {quoted(mapping.table.rows)}"  # noqa: S608


def _cell(mapping: Mapping, name: str, types: dict[str, str], settings: Settings) -> Iterator[str]:
    kind, given = FIELDS[name].kind, name in mapping.columns
    column = quoted(mapping.columns[name]) if given else "NULL"
    if kind == "time":
        reading = mapping.dates.get(name)
        native = (
            given and is_native(types[mapping.columns[name]]) and reading is not None and bool(reading.native)
        )
        text = time_text(mapping, name) if given else "NULL"
        value = reading.sql(column if native else text, settings.shop.timezone) if reading else "NULL"
        yield f"CAST({value} AS TIMESTAMP) AS {name}"
        yield f"CAST({column if native else text} AS VARCHAR) AS {name}_text"
    elif kind == "number":
        text = number_text(mapping, name) if given else "NULL"
        number = mapping.numbers.sql(name, text) if given else "NULL"
        yield f"CAST({number} AS {MONEY_TYPE}) AS {name}"
        yield f"CAST({text} AS VARCHAR) AS {name}_text"
        yield f"{mapping.numbers.is_number(name, text) if given else 'false'} AS {name}_is_number"
    elif name == "currency" and not given and mapping.currency:
        yield f"{literal(mapping.currency)} AS {name}"
    else:
        text = f"CAST({column} AS VARCHAR)"
        value = _unless_absent(text) if kind == "id" else f"nullif({text}, '')"
        yield f"{value if given else text} AS {name}"


def _unless_absent(text: str) -> str:
    """Return the expression that is null where an id is a word for nothing; long ones need no second look."""
    absent = ", ".join(literal(word) for word in ABSENT)
    return (
        f"CASE WHEN strlen({text}) > 4 THEN {text} WHEN trim({text}) IN ({absent}) THEN NULL ELSE {text} END"
    )


def other_cells(mapping: Mapping) -> str:
    """Return the expression that keeps all columns that stand for nothing of ours, as JSON."""
    kept = mapping.others
    if "email" in mapping.columns and mapping.columns["email"] == mapping.columns.get("customer_id"):
        kept = [column for column in kept if column != mapping.columns["email"]]
    if not kept:
        return "CAST('{}' AS JSON)"
    pairs = ", ".join(f"{quoted(column)} := {quoted(column)}" for column in kept)
    return f"CAST(to_json(struct_pack({pairs})) AS JSON)"


def section_of(starts: Sequence[int]) -> str:
    """Return the expression that tells the section of a row; sections begin at the rows given."""
    return " + ".join(["1", *(f"CAST(row_number >= {int(start)} AS INTEGER)" for start in starts)])


class Views:
    """Temporary views and tables of one landing; they replace each other by name and go together."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self.engine = engine
        self.views: dict[str, None] = {}
        self.tables: dict[str, None] = {}

    def put(self, name: str, text: str) -> None:
        """Let queries see a query under a name."""
        self.engine.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS\n{text}")
        self.views[name] = None

    def put_relation(self, name: str, file: str) -> None:
        """Let queries see one of the room's `.sql` files under a name."""
        self.put(name, load(ROOM, file).text)

    def keep(self, name: str, text: str) -> None:
        """Keep the rows of a query under a name."""
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS\n{text}")
        self.tables[name] = None

    def go(self) -> None:
        for name in reversed(self.views):
            self.engine.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
        for name in self.tables:
            self.engine.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
        self.views.clear()
        self.tables.clear()


@contextmanager
def views(engine: DuckDBEngine) -> Iterator[Views]:
    """Yield views that are gone afterwards, unless the transaction they were made in was given up (then they are already)."""
    held = Views(engine)
    yield held
    held.go()


def names_of(mapping: Mapping, others: Iterable[Mapping] = ()) -> str:
    """Return the query that says of each of our columns how the source calls it and which word its reason codes end in."""
    pairs: dict[str, str] = {}
    for each in (mapping, *others):
        pairs = {**each.columns, **pairs}
    beside = pairs.pop("ordered_time", "")
    rows = [
        f"({literal(name)}, {literal(column)}, {literal(beside if name == 'ordered_at' else '')}, {literal(NOUNS.get(name, name))})"
        for name, column in pairs.items()
    ]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS names (field, source_column, beside, noun)"  # noqa: S608


def cells_of(mapping: Mapping) -> str:
    """Return the query that gives each row of an open table as a map of their column names to text."""
    names = ", ".join(literal(column) for column in mapping.table.columns)
    cells = ", ".join(f"CAST({quoted(column)} AS VARCHAR)" for column in mapping.table.columns)
    return f"SELECT {ROW_NUMBER} AS row_number, map([{names}], [{cells}]) AS cells FROM {quoted(mapping.table.rows)}"  # noqa: S608

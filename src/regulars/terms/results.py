"""What a step hands back: a table that shows itself well in a notebook and converts to what people use."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from regulars.terms.tables import TableSpec

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

SHOWN_ROWS = 10


class Table:
    """Rows in Arrow, with the spec that says what they mean.

    Feed it to anything that reads Arrow (``pyarrow.table(table)``, DuckDB, Polars), or convert it.
    """

    def __init__(self, arrow: pyarrow.Table, spec: TableSpec | None = None) -> None:
        self.arrow = arrow
        self.spec = spec

    @property
    def columns(self) -> list[str]:
        return list(self.arrow.column_names)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.arrow.__arrow_c_stream__(requested_schema)

    def to_pylist(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.arrow.to_pylist()
        return rows

    def to_pandas(self) -> pandas.DataFrame:
        return self.arrow.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        import polars

        return polars.DataFrame(self.arrow)

    def __repr__(self) -> str:
        title = f"{self.spec.name}: {self.spec.grain}" if self.spec else "table"
        return f"<{title}; {len(self):,} rows × {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row.values()) + "</tr>"
            for row in self.arrow.slice(0, SHOWN_ROWS).to_pylist()
        )
        more = f"<p>{len(self):,} rows, the first {min(SHOWN_ROWS, len(self))} shown</p>"
        grain = f"<p><b>{escape(self.spec.name)}</b>: {escape(self.spec.grain)}</p>" if self.spec else ""
        return f"{grain}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)

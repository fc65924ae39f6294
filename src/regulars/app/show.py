"""What pages are put together from: a heading, figures, charts with their table and download, tables, sentences."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from regulars.app import links
from regulars.app.look import Palette, palette
from regulars.app.source import Release, Row
from regulars.publish.exports import write_rows
from regulars.terms.money import NO_CURRENCY, Currency
from regulars.terms.phrases import day, number, percent

ROLE = "regulars_role"
CHART_TOOLS = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "responsive": True,
}
NEED_NO_CUSTOMER = frozenset({"basket_rules"})
"""Tables that orders fill which name nobody."""
Kinds = Mapping[str, tuple[str, str]]
"""Column = what it is called, and what it is: money, count, number, share, day, time or text."""


def may_export() -> bool:
    """Whether whoever is signed in may take rows along."""
    return st.session_state.get(ROLE) == "editor"


def colors() -> Palette:
    """Return the colors of the theme that is seen."""
    return palette(st.context.theme.type == "dark")


def head(title: str, sentence: str = "") -> None:
    """Begin a page."""
    st.title(plain_text(title), anchor=False)
    if sentence:
        st.markdown(plain_text(sentence))


def part(title: str, sentence: str = "") -> None:
    """Begin a part of a page."""
    st.header(plain_text(title), anchor=False)
    if sentence:
        st.markdown(plain_text(sentence))


def nothing(sentence: str, hint: str = "") -> None:
    """Say that something is not there, and what to do about it."""
    st.info(f"{plain_text(sentence)} {hint}".strip(), icon=":material/info:")


def is_there(release: Release, *tables: str, what: str) -> bool:
    """Whether the release has these tables; where not, a sentence says so."""
    if release.has(*tables):
        return True
    is_anonymous = not release.has("segments") and not NEED_NO_CUSTOMER.issuperset(tables)
    nothing(f"This release has no {what}.", when_it_appears(is_anonymous))
    return False


def when_it_appears(is_anonymous: bool) -> str:
    """Say when something that is not there will be; of a shop whose customers nobody knows, not that it takes history.

    >>> when_it_appears(is_anonymous=True)
    'It appears once orders name their customers.'
    """
    if is_anonymous:
        return "It appears once orders name their customers."
    return "It appears once there is enough history: `regulars run` says what is missing."


def plain_text(text: str) -> str:
    """Write text that comes from data so that it is text, whatever signs it holds."""
    for sign in "\\`*_[]<>#$~|:":
        text = text.replace(sign, f"&#{ord(sign)};") if sign in "<>" else text.replace(sign, f"\\{sign}")
    return text


def figures(items: Sequence[tuple[str, str, str | None, str | None]], columns: int = 3) -> None:
    """Show figures: what each is called, how much, a note, and what it means."""
    for begin in range(0, len(items), columns):
        for place, (label, value, note, meaning) in zip(
            st.columns(columns), items[begin : begin + columns], strict=False
        ):
            place.metric(
                label, value, help=meaning, border=True, delta=note, delta_color="off", delta_arrow="off"
            )


def chart(
    figure: Any,
    *,
    key: str,
    title: str,
    says: str,
    rows: Sequence[Row],
    kinds: Kinds,
    currency: Currency | None = None,
) -> None:
    """Show a chart with what it says in words, its numbers as a table, and both as files."""
    st.subheader(plain_text(title), anchor=False)
    st.markdown(plain_text(says))
    tools = CHART_TOOLS | {"toImageButtonOptions": {"format": "png", "scale": 2, "filename": key}}
    if not may_export():
        tools["displayModeBar"] = False
    st.plotly_chart(figure, key=f"{key}-chart", config=tools, alt=f"{title}. {says}")
    with st.expander(f"Numbers: {title}"):
        table(rows, kinds, key=key, currency=currency)


def table(
    rows: Sequence[Row],
    kinds: Kinds,
    *,
    key: str,
    currency: Currency | None = None,
    says: str = "",
    opens_customers: bool = False,
    height: int | None = None,
    exports: bool = True,
) -> None:
    """Show rows as a table that sorts and searches; editors may take it along as a CSV."""
    import pyarrow as pa

    shown = [{name: _cell(row.get(name), kind) for name, (_, kind) in kinds.items()} for row in rows]
    config = {name: _column(label, kind, currency) for name, (label, kind) in kinds.items()}
    data = pa.table(
        {name: pa.array([row[name] for row in shown], _type(kind)) for name, (_, kind) in kinds.items()}
    )
    more: dict[str, Any] = {"height": height} if height else {}
    if opens_customers:
        more |= {"on_select": "rerun", "selection_mode": "single-row"}
        st.caption("Choose a row to open the customer.")
    words = says or ", ".join(label for label, _ in kinds.values())
    answer = st.dataframe(
        data, column_config=config, hide_index=True, placeholder="–", key=f"{key}-table", alt=f"Table: {words}", **more
    )  # fmt: skip
    if exports and rows:
        save(f"{key}.csv", partial(csv, [dict(row) for row in rows]), key=key)
    if opens_customers and (chosen := answer["selection"]["rows"]) and chosen[0] < len(rows):
        links.customer(str(rows[chosen[0]]["customer_id"]))


def prose(rows: Sequence[Row], kinds: Kinds, *, key: str, currency: Currency | None = None) -> None:
    """Show a few rows as a table whose cells are sentences, each read in full; on a phone each row is a block."""
    labels = [label for label, _ in kinds.values()]
    heads = [
        f'<th scope="col" role="columnheader"{_aligned(kind)}>{escape(label)}</th>'
        for label, kind in kinds.values()
    ]
    lines = [
        "".join(
            f'<td role="cell" data-label="{escape(label)}"{_aligned(kind)}>{escape(_in_words(row.get(name), kind, currency))}</td>'
            for name, (label, kind) in kinds.items()
        )
        for row in rows
    ]
    st.html(
        f'<table class="prose" role="table" aria-label="{escape("Table: " + ", ".join(labels))}">'
        f'<thead role="rowgroup"><tr role="row">{"".join(heads)}</tr></thead><tbody role="rowgroup">'
        + "".join(f'<tr role="row">{line}</tr>' for line in lines)
        + "</tbody></table>"
    )
    if rows:
        save(f"{key}.csv", partial(csv, [dict(row) for row in rows]), key=key)


def _aligned(kind: str) -> str:
    return "" if kind == "text" else ' class="figure"'


def _in_words(value: Any, kind: str, currency: Currency | None) -> str:
    if value is None:
        return "–"
    match kind:
        case "money":
            return (currency or Currency(NO_CURRENCY)).text(value)
        case "count":
            return number(value)
        case "share":
            return percent(value, 1)
        case _:
            return str(value)


def save(
    name: str, data: Callable[[], bytes], *, key: str, label: str = "Save as CSV", primary: bool = False
) -> None:
    """Offer a file to editors; it is made when it is asked for."""
    if may_export():
        st.download_button(
            label, data, name, "text/csv", key=f"{key}-save", on_click="ignore", icon=":material/download:",
            type="primary" if primary else "tertiary",
        )  # fmt: skip


def csv(rows: Sequence[Row]) -> bytes:
    """Return rows as a CSV that opens in a spreadsheet without harm."""
    with tempfile.TemporaryDirectory() as folder:
        return write_rows(rows, Path(folder) / "rows.csv").read_bytes()


def _column(label: str, kind: str, currency: Currency | None) -> Any:
    columns = st.column_config
    symbol = currency.symbol if currency else ""
    match kind:
        case "money":
            return columns.NumberColumn(label, format=f"{symbol}%,.0f")
        case "cents":
            return columns.NumberColumn(label, format=f"{symbol}%,.2f")
        case "count":
            return columns.NumberColumn(label, format="%,d")
        case "number":
            return columns.NumberColumn(label, format="%,.2f")
        case "share":
            return columns.NumberColumn(label, format="%.1f %%")
        case "day":
            return columns.DateColumn(label, format="D MMM YYYY")
        case "time":
            return columns.DatetimeColumn(label, format="D MMM YYYY, HH:mm")
        case _:
            return columns.TextColumn(label)


def _type(kind: str) -> Any:
    import pyarrow as pa

    numbers = pa.float64() if kind in ("money", "cents", "number", "share") else None
    return numbers or {"count": pa.int64(), "day": pa.date32(), "time": pa.timestamp("s")}.get(
        kind, pa.string()
    )


def _cell(value: Any, kind: str) -> Any:
    if value is None:
        return None
    match kind:
        case "day":
            return date.fromisoformat(str(value)[:10])
        case "time":
            return datetime.fromisoformat(str(value)).replace(tzinfo=None)
        case "count":
            return round(float(value))
        case "share":
            return 100 * float(value)
        case "money" | "cents" | "number":
            return float(value)
        case _:
            return str(value)


def until(release: Release) -> str:
    """Say until when everything is known."""
    return f"Known until {day(release.last_day)}"

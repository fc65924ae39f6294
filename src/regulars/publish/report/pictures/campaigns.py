"""Pictures of campaigns: where the contacts go, and where the money is."""

from __future__ import annotations

from regulars.publish.report.charts import Picture, picture, tip
from regulars.publish.report.pictures.bars import paired_bars
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency


def campaign_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw what each proposal takes of the contacts, and of the expected value."""
    rows = [
        row | {"name": _name(row, section["rows"])} for row in section["rows"] if row["status"] == "proposed"
    ]
    contacts, value = (sum(max(row[name], 0) for row in rows) for name in ("n_treated", "expected_value"))
    if len(rows) < 2 or not contacts or not value:
        return []
    parts = ("Share of contacts", "Share of value")
    values = [
        {
            "name": row["name"], "part": part, "share": share, "text": phrases.percent(share, 1),
            "tip": tip(f"{row['name']}: {phrases.count(row['n_treated'], 'contact')}, {currency.text(row['expected_value'])} expected"),
        }
        for row in rows
        for part, share in zip(parts, (row["n_treated"] / contacts, max(row["expected_value"], 0) / value), strict=True)
    ]  # fmt: skip
    return [
        picture(
            "campaign-value",
            "What the proposals take of the contacts, and of the expected value",
            "Gray: share of all contacts. Blue: share of the expected value. Where blue is longer, a contact brings more than on average.",
            "Two bars for each campaign: its share of the contacts and its share of the expected value.",
            ("Campaign", "Written to", "Held out", "Contact costs", "Expected value"),
            [
                (
                    row["name"],
                    phrases.number(row["n_treated"]),
                    phrases.number(row["n_control"]),
                    currency.text(row["cost"]),
                    currency.text(row["expected_value"]),
                )
                for row in rows
            ],
            lambda frame: paired_bars(values, list(parts), frame),
        )
    ]


def _name(row: Row, rows: list[Row]) -> str:
    """Return a campaign's title; with its name where two of them share it."""
    shared = sum(row["title"] == other["title"] for other in rows if other["status"] == "proposed") > 1
    return f"{row['title']} ({row['campaign']})" if shared else str(row["title"])

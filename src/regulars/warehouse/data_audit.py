"""What an audit comes to: its findings, its score, and how it shows itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from html import escape
from typing import Any

from regulars.terms.money import Currency
from regulars.terms.results import Table


@dataclass(frozen=True)
class Finding:
    """The answer to one question: how many rows, how much money, in a sentence, and what to do about it."""

    audit: str
    severity: str
    n_rows: int
    money: Decimal
    sentence: str
    hint: str


@dataclass(frozen=True, repr=False)
class DataAudit:
    """All answers, those with most money first, and what they come to.

    ``score`` is from 0 to 100, by ``formula``; rows and money in are those kept and those set aside; ``fixes`` are the
    hints in the order of the money they concern. Rows are those of orders; ratings have their own balance, and
    ``customers_told`` are those that a table of customers names.
    """

    score: int
    formula: str
    currency: str
    rows_in: int
    rows_kept: int
    rows_set_aside: int
    money_in: Decimal
    money_kept: Decimal
    money_set_aside: Decimal
    ratings_in: int
    ratings_kept: int
    ratings_set_aside: int
    customers_told: int
    findings: tuple[Finding, ...]
    untracked_by_month: Table

    @property
    def fixes(self) -> list[str]:
        return [finding.hint for finding in self.found if finding.hint]

    @property
    def stops(self) -> bool:
        """Whether something has to be mended before a run makes sense."""
        return any(finding.severity == "stop" for finding in self.findings)

    @property
    def found(self) -> list[Finding]:
        """The findings that are about something."""
        return [finding for finding in self.findings if finding.severity != "good"]

    def __getitem__(self, audit: str) -> Finding:
        return next(finding for finding in self.findings if finding.audit == audit)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON can write it; money as text, so that it stays exact."""
        known = {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in vars(self).items()
            if name not in ("findings", "untracked_by_month")
        }
        return {
            **known,
            "findings": [{**asdict(finding), "money": str(finding.money)} for finding in self.findings],
            "fixes": self.fixes,
            "untracked_by_month": [
                {
                    name: value if isinstance(value, int | float | None) else str(value)
                    for name, value in row.items()
                }
                for row in self.untracked_by_month.to_pylist()
            ],
        }

    def __repr__(self) -> str:
        rows = f"{self.rows_in:,} rows in = {self.rows_kept:,} kept + {self.rows_set_aside:,} set aside"
        return f"<data audit: score {self.score} of 100; {rows}; {len(self.found)} findings>"

    def _repr_html_(self) -> str:
        currency = Currency(self.currency)
        rows = "".join(
            f"<tr><td>{escape(finding.severity)}</td><td>{escape(finding.audit)}</td><td>{finding.n_rows:,}</td>"
            f"<td>{escape(currency.text(finding.money, 2))}</td><td>{escape(finding.sentence)}</td></tr>"
            for finding in self.found
        )
        head = "".join(f"<th>{name}</th>" for name in ("severity", "audit", "rows", "money", "sentence"))
        return (
            f"<p><b>Data score {self.score} of 100.</b> {self.rows_in:,} rows in = {self.rows_kept:,} kept + "
            f"{self.rows_set_aside:,} set aside.</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

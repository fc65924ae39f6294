"""Questions asked of the data whose answer is the bad rows, a score, and what to mend first.

Every question is a query in `audits/` that returns the rows with four columns in front: what a row is ``about``, when
it ``happened_at``, how much ``money`` is on it, and how many rows of the source it stands for (``n_rows``).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query, load
from regulars.errors import NotFound
from regulars.ingest.currency import shop_currency
from regulars.settings import Settings
from regulars.terms.money import MONEY_TYPE, Currency
from regulars.terms.phrases import percent
from regulars.terms.results import Table
from regulars.terms.tables import Column, TableSpec
from regulars.terms.windows import Cutoff
from regulars.warehouse.audit_catalog import QUESTIONS, Question
from regulars.warehouse.data_audit import DataAudit, Finding
from regulars.warehouse.tables import AUDITS

WEIGHTS = {"good": 0, "note": 10, "warning": 40, "stop": 100}
"""How many of a hundred points a finding costs that concerns everything."""
FORMULA = (
    "100, less for every finding its share of all rows or of all money, whichever is larger, times 40 for a warning and "
    "10 for a note; not below 0"
)
NAMED_EXAMPLES = 3

UNTRACKED_BY_MONTH = TableSpec(
    name="untracked_by_month",
    grain="one row per month with sales",
    key=("month",),
    time_column="month",
    columns=(
        Column("month", "DATE", "First day of the month."),
        Column("n_lines", "BIGINT", "Order lines that count as revenue.", "lines"),
        Column("n_untracked_lines", "BIGINT", "Those without a customer.", "lines"),
        Column("revenue", MONEY_TYPE, "As placed.", "currency"),
        Column("untracked_revenue", MONEY_TYPE, "That of lines without a customer.", "currency"),
        Column("untracked_line_share", "DOUBLE", "Share of lines.", "0–1"),
        Column("untracked_revenue_share", "DOUBLE", "Share of revenue.", "0–1", "no revenue"),
    ),
)


def audit(engine: DuckDBEngine, settings: Settings, cutoff: Cutoff | None = None) -> DataAudit:
    r"""Ask every question of what was built, fill the table `audits`, and return the answers.

    Parameters
    ----------
    cutoff
        Where the months of untracked revenue end; everything else is about the data as loaded.

    Examples
    --------
    >>> from regulars.testing.shops import land_rows, six_customer_orders
    >>> from regulars.warehouse.build import build
    >>> engine = DuckDBEngine()
    >>> land_rows(engine, six_customer_orders())
    >>> _ = build(engine, Settings())
    >>> audit(engine, Settings())["untracked_revenue"].sentence
    '1.2\xa0% of revenue (10) and 6.7\xa0% of order lines have no customer id; they count for the shop but not for any customer'
    """
    totals = _totals(engine)
    currency = shop_currency(engine, settings)
    findings = sorted(
        (_ask(engine, settings, question, totals, currency) for question in QUESTIONS),
        key=lambda finding: (
            WEIGHTS[finding.severity] == 0,
            -abs(finding.money),
            -finding.n_rows,
            finding.audit,
        ),
    )
    _keep(engine, findings)
    by_month = engine.arrow(_query("untracked_by_month"), {"cutoff": cutoff.at if cutoff else None})
    return DataAudit(
        score=_score(findings, totals),
        formula=FORMULA,
        currency=currency.code,
        rows_in=totals["rows_kept"] + totals["rows_set_aside"],
        rows_kept=totals["rows_kept"],
        rows_set_aside=totals["rows_set_aside"],
        money_in=totals["money_kept"] + totals["money_set_aside"],
        money_kept=totals["money_kept"],
        money_set_aside=totals["money_set_aside"],
        ratings_in=totals["ratings_kept"] + totals["ratings_set_aside"],
        ratings_kept=totals["ratings_kept"],
        ratings_set_aside=totals["ratings_set_aside"],
        customers_told=totals["customers_told"],
        findings=tuple(findings),
        untracked_by_month=Table(by_month, UNTRACKED_BY_MONTH),
    )


def audit_rows(engine: DuckDBEngine, name: str, settings: Settings, limit: int | None = 1000) -> Table:
    """Return the rows that are the answer to a question, those with most money first.

    Raises
    ------
    NotFound
        When there is no such question; the hint names them all.
    """
    if name not in {question.audit for question in QUESTIONS}:
        raise NotFound(
            f"there is no audit {name!r}",
            hint="choose from " + ", ".join(question.audit for question in QUESTIONS),
        )
    text = f"SELECT * FROM (\n{_query(name).text}\n) AS answer ORDER BY abs(money) DESC, about, happened_at LIMIT $limit"  # noqa: S608
    return Table(engine.arrow(Query(name, text, {}), {**_values(settings), "limit": limit}))


def _ask(
    engine: DuckDBEngine, settings: Settings, question: Question, totals: dict[str, Any], currency: Currency
) -> Finding:
    """Put a question, and the answer in words."""
    engine.create("stg_answer", _query(question.audit), _values(settings), temporary=True)
    facts = engine.row(_query("answer"))
    if not facts["n_rows"]:
        return Finding(question.audit, "good", 0, Decimal(0), question.when_none, "")
    words = {
        "rows": _counted(facts["n_rows"], question.noun),
        "money": currency.text(abs(facts["money"])),
        "first": _day(facts["first_at"]),
        "last": _day(facts["last_at"]),
        "line_share": percent(facts["n_rows"] / max(totals["n_revenue_lines"], 1), 1),
        "revenue_share": percent(float(facts["money"]) / max(float(totals["revenue"]), 1e-9), 1),
        "examples": "; ".join(
            _example(row, question.noun, currency, is_group=facts["n_about"] < facts["n_rows"])
            for row in engine.rows(_query("examples"), {"limit": NAMED_EXAMPLES})
        ),
    }
    engine.drop("stg_answer")
    severity = question.severity
    if (
        question.warning_from
        and abs(facts["money"]) >= Decimal(str(question.warning_from)) * totals["revenue"]
    ):
        severity = "warning"
    return Finding(
        question.audit,
        severity,
        int(facts["n_rows"]),
        facts["money"],
        question.sentence.format(**words),
        question.hint.format(**words),
    )


def _score(findings: list[Finding], totals: dict[str, Any]) -> int:
    rows = max(totals["rows_kept"] + totals["rows_set_aside"], 1)
    money = max(float(totals["gross_money"]), 1e-9)
    lost = sum(
        WEIGHTS[finding.severity] * min(1.0, max(finding.n_rows / rows, abs(float(finding.money)) / money))
        for finding in findings
    )
    return int(max(0, round(100 - lost)))


def _totals(engine: DuckDBEngine) -> dict[str, Any]:
    return engine.row(_query("totals"))


def _keep(engine: DuckDBEngine, findings: list[Finding]) -> None:
    import pyarrow as pa

    with engine.transaction():
        engine.create_empty(AUDITS, replace=True)
        engine.insert_arrow(AUDITS.name, pa.Table.from_pylist([asdict(finding) for finding in findings]))


def _values(settings: Settings) -> dict[str, Any]:
    return {
        "extreme_quantity": settings.cleaning.extreme_quantity,
        "statuses": [word.strip().lower() for word in settings.cleaning.statuses],
    }


def _query(name: str) -> Query:
    return load("regulars.warehouse", f"audits/{name}")


def _example(row: dict[str, Any], noun: str, currency: Currency, *, is_group: bool) -> str:
    told = [_counted(row["n_rows"], noun)] if is_group or not row["money"] else []
    told += [currency.text(row["money"])] if row["money"] else []
    return f"{row['about']} ({', '.join(told)})"


def _counted(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") and not noun.endswith("ay") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def _day(instant: datetime | None) -> str:
    return instant.date().isoformat() if instant else "unknown"

"""What the data itself says of whether a release can be trusted, for its manifest."""

from __future__ import annotations

from regulars.publish.manifest import Check
from regulars.warehouse.data_audit import DataAudit


def data_checks(audit: DataAudit) -> list[Check]:
    """Return the checks that an audit stands for: nothing lost, and how good the data is."""
    rows_hold = audit.rows_in == audit.rows_kept + audit.rows_set_aside
    money_holds = audit.money_in == audit.money_kept + audit.money_set_aside
    warnings = [finding.audit for finding in audit.findings if finding.severity in ("warning", "stop")]
    return [
        Check(
            name="rows_conserved",
            passed=rows_hold,
            sentence=f"{audit.rows_in:,} rows in = {audit.rows_kept:,} kept + {audit.rows_set_aside:,} set aside",
        ),
        Check(
            name="money_conserved",
            passed=money_holds,
            sentence=f"{audit.money_in:,.2f} in = {audit.money_kept:,.2f} kept + {audit.money_set_aside:,.2f} set aside",
        ),
        Check(
            name="data_score",
            passed=not warnings,
            sentence=f"{audit.score} of 100" + (f"; warnings: {', '.join(warnings)}" if warnings else ""),
        ),
    ]

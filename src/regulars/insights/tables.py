"""What the insights room makes: findings, whom they are about, what was tested, and who moved between segments."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_COUNTED = "counted, not estimated"
_NO_SCORE = "never scored, at one of the two cut-offs"

FINDINGS = TableSpec(
    name="findings",
    grain="one row per finding",
    key=("finding_id",),
    time_column="period_start",
    columns=(
        Column("finding_id", "VARCHAR", "Twelve hexadecimal digits; the same for the same kind, subject and period."),
        Column("kind", "VARCHAR", "What sort of finding; the kinds are listed in finding_tests."),
        Column("severity", "VARCHAR", "good, note, warning or alert."),
        Column("sentence", "VARCHAR", "What was found, with its numbers."),
        Column("money", MONEY_TYPE, "At stake; money_meaning says which money that is. Below 0: lost.", "currency"),
        Column("period_start", "DATE", "First day of the time it is about."),
        Column("period_end", "DATE", "The day after its last."),
        Column("n_customers", "BIGINT", "Customers it is about; 0 where it is about none that are known.", "customers"),
        Column("audience", "VARCHAR", "Who they are."),
        Column("p_adjusted", "DOUBLE", "Adjusted for all tests of the batch (Benjamini–Hochberg).", "0–1", "nothing was tested"),
        Column("ci_low", "DOUBLE", "Lower end of the interval of the money.", "currency", _COUNTED),
        Column("ci_high", "DOUBLE", "Upper end.", "currency", _COUNTED),
        Column("place", "INTEGER", "From 1, the most money at stake."),
        Column("subject", "VARCHAR", "What it is about within its kind: a product, a month, an audience."),
        Column("money_meaning", "VARCHAR", "Which money it is."),
        Column("is_ahead", "BOOLEAN", "Whether that money is expected after the cut-off, not booked before it."),
        Column("act_when", "VARCHAR", "now (within 30 days), next (within 90) or later."),
        Column("effort", "VARCHAR", "low, medium or high."),
        Column("action", "VARCHAR", "What to do."),
        Column("opportunity_rank", "INTEGER", "From 1, the most money for the effort.", "", "it asks for no action on expected revenue"),
        Column("overlaps_with", "VARCHAR", "Ids of findings that count some of the same revenue, between commas.", "", "no other finding counts it"),
        Column("rows_query", "VARCHAR", "A query that opens the rows behind it: `regulars sql`."),
    ),
)  # fmt: skip

FINDING_CUSTOMERS = TableSpec(
    name="finding_customers",
    grain="one row per finding and customer it is about, those with the most money",
    key=("finding_id", "customer_id"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("finding_id", "VARCHAR", "The finding."),
        Column("customer_id", "VARCHAR", "Who."),
        Column("money", MONEY_TYPE, "Their part of it.", "currency", "unknown"),
        Column("reason", "VARCHAR", "Why they belong to it.", "", "the finding's audience says it"),
    ),
)

FINDING_TESTS = TableSpec(
    name="finding_tests",
    grain="one row per kind of finding",
    key=("kind",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("kind", "VARCHAR", "What was looked for."),
        Column("method", "VARCHAR", "How."),
        Column("n_tested", "BIGINT", "Tests in the batch; 0 where something is counted, not tested.", "tests"),
        Column("n_significant", "BIGINT", "Tests that hold after the adjustment for all of the batch.", "tests"),
        Column("n_found", "BIGINT", "Findings, those left out to keep the list short included.", "findings"),
        Column("n_shown", "BIGINT", "Findings in the table.", "findings"),
        Column("silent_because", "VARCHAR", "Why nothing could be looked for.", "", "it could"),
    ),
)  # fmt: skip

MOVEMENTS = TableSpec(
    name="movements",
    grain="one row per segment before and segment now between which somebody moved or stayed",
    key=("segment_from", "segment_to"),
    time_column="previous_cutoff",
    columns=(
        Column("segment_from", "VARCHAR", "Segment in the earlier release; “not yet known” for customers it did not have."),
        Column("segment_to", "VARCHAR", "Segment now; “no longer known” for customers who are gone from the data."),
        Column("previous_release", "VARCHAR", "The earlier release."),
        Column("previous_cutoff", "TIMESTAMP", "Its cut-off."),
        Column("direction", "VARCHAR", "stayed, up, down, sideways, came or left; segments are in the order in which they are shown."),
        Column("n_customers", "BIGINT", "Customers who did so.", "customers"),
        Column("from_share", "DOUBLE", "Of the customers of the earlier segment.", "share"),
        Column("n_bought_since", "BIGINT", "Of these, who ordered between the two cut-offs.", "customers"),
        Column("revenue_before", MONEY_TYPE, "Their net revenue of the 365 days before the earlier cut-off.", "currency"),
        Column("revenue_since", MONEY_TYPE, "Added: net revenue between the two cut-offs.", "currency"),
        Column("revenue_aged_out", MONEY_TYPE, "Taken away: net revenue that is now older than 365 days.", "currency"),
        Column("revenue_now", MONEY_TYPE, "Net revenue of the 365 days before this cut-off: before + since − aged out.", "currency"),
        Column("revenue_change", MONEY_TYPE, "Now minus before: the money that moved.", "currency"),
        Column("r_change", "DOUBLE", "Mean change of the R score.", "score", _NO_SCORE),
        Column("f_change", "DOUBLE", "Mean change of the F score.", "score", _NO_SCORE),
        Column("m_change", "DOUBLE", "Mean change of the M score.", "score", _NO_SCORE),
        Column("moved_by", "VARCHAR", "What moved them, in words."),
    ),
)  # fmt: skip

INSIGHT_TABLES = (FINDINGS, FINDING_CUSTOMERS, FINDING_TESTS, MOVEMENTS)

"""The published figures of reference systems A and B, beside the definition that gives them and the figure as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import load_file
from regulars.features.catalog import CATALOG
from regulars.features.tables import features_table
from regulars.segments.build import build_segments
from regulars.settings import Segmentation, Settings
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import History
from regulars.warehouse.tables import WAREHOUSE_TABLES

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Figure:
    """One row of the page."""

    what: str
    published: str
    definition: str
    reproduced: str
    truly: str


def pounds(amount: Any) -> str:
    """Write money to the penny, halves away from zero, as an accountant does."""
    return f"£{Decimal(str(amount)).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


Rows = dict[str, dict[str, Any]]


def compute(data: Path) -> tuple[dict[str, Any], dict[str, Any], Rows]:
    """Return the figures of both systems, by name, and B's segments, from the files as they came."""
    with DuckDBEngine() as engine:
        engine.create(
            "a", load_file(HERE / "load_a.sql"), {"path": str(data / "online_retail_kaggle.csv.gz")}
        )
        engine.create("b", load_file(HERE / "load_b.sql"), {"path": str(data / "online_retail_II.csv.gz")})
        return (
            engine.row(load_file(HERE / "a.sql")),
            engine.row(load_file(HERE / "b.sql")),
            segments_of_b(engine),
        )


def segments_of_b(engine: DuckDBEngine) -> Rows:
    """Return B's segments by the published scheme, with their customers and their share of revenue."""
    for spec in WAREHOUSE_TABLES:
        engine.create_empty(spec)
    engine.create("features_b", load_file(HERE / "features_b.sql"))
    features = features_table()
    given = engine.columns("features_b")
    columns = ", ".join(
        quoted(column.name)
        if column.name in given
        else f"CAST(NULL AS {column.type}) AS {quoted(column.name)}"
        for column in features
    )
    engine.execute(f"CREATE TEMP TABLE features AS SELECT {columns} FROM features_b")
    engine.execute("CREATE TEMP TABLE shop_statistics AS SELECT 30.0 AS median_days_between_orders")
    settings = Settings(segmentation=Segmentation(scheme="published", ties="by_customer_id"))
    build_segments(History(engine, Cutoff(datetime(2011, 12, 10))), settings)
    return {row["segment"]: row for row in engine.rows(load_file(HERE / "segments_b.sql"))}


def figures_of_a(a: dict[str, Any]) -> list[Figure]:
    gross, net = a["gross"], a["net"]
    return [
        Figure(
            "Revenue", "£10.64M", "sum over quantity > 0", pounds(a["revenue"]),
            f"cancellations are not netted; everything together is {pounds(a['revenue_net'])}",
        ),
        Figure(
            "Untracked revenue", "£1.73M, 16.3 % “of transactions”", "lines with quantity > 0 without a customer id",
            f"{pounds(a['untracked'])}, {percent(a['untracked_share'], 2)} of revenue",
            f"{percent(a['untracked_lines_share'], 2)} of lines; "
            f"{percent(a['untracked_share_december'], 2)} of the revenue of December 2010",
        ),
        Figure(
            "Customers × products", "4,339 × 3,665", "customer id present, quantity > 0",
            f"{a['customers']:,} × {a['products']:,}", f"{a['customers_with_price']:,} customers with a price above 0",
        ),
        Figure(
            "Customers and revenue at risk", "1,941 customers, £1.55M",
            "last purchase more than 60 × 24 hours before the last time stamp",
            f"{a['at_risk_customers']:,}, {pounds(a['at_risk_revenue'])}", "a count of the past, not a prediction",
        ),
        Figure(
            "Top customer", "12346, £77K at risk", "gross of one order of 74,215 units", pounds(gross["12346"]),
            f"cancelled 16 minutes later: net {pounds(net['12346'])}",
        ),
        Figure(
            "Top five to save", "12346 £77K, 15749 £45K, 15098 £40K, 12939, 12409", "gross, among those at risk",
            ", ".join(a["top_five"]),
            "; ".join(f"{c}: {pounds(gross[c])} gross, {pounds(net[c])} net" for c in ("15098", "15749")),
        ),
        Figure(
            "Correlation of orders and spend", "0.189", "among the 20 biggest spenders only",
            f"{a['correlation_biggest']:.3f}", f"{a['correlation']:.3f} over all customers",
        ),
    ]  # fmt: skip


def figures_of_b(b: dict[str, Any], segments: Rows) -> list[Figure]:
    customers = b["customers"]
    return [
        Figure(
            "Customers, revenue, revenue per customer", "5,878, £17.74M, £3,019",
            "customer id present, quantity > 0, price > 0, both sheets stacked",
            f"{customers:,}, {pounds(b['revenue'])}, {pounds(b['revenue'] / customers)}",
            f"nine days are counted twice ({b['overlap_lines']:,} lines stand in both sheets): "
            f"{pounds(b['revenue_once'])}, {pounds(b['revenue_once'] / customers)} each",
        ),
        Figure(
            "Share of the United Kingdom", "about 85 %", "of all sales, identified or not",
            percent(b["uk_share_all"]), f"{percent(b['uk_share_identified'])} of identified sales",
        ),
        Figure(
            "Lines without a customer id", "about 25 %", "customer id missing", percent(b["missing_share"]),
            "the same; a quarter is the other, one-year file",
        ),
        Figure(
            "Customers with a single purchase", "1,623 = 27.6 %", "one distinct invoice",
            f"{b['single']:,} = {percent(b['single'] / customers)}", "the same",
        ),
        Figure(
            "Segments", "eleven, by the rules of the published scheme",
            "quintiles of the rank, ties by customer id; first rule that fits",
            ", ".join(f"{name} {row['n_customers']:,}" for name, row in segments.items()),
            f"“Lost” is the left-over class of the rules: {segments['Lost']['n_middle_recency']} of its "
            f"{segments['Lost']['n_customers']} bought more recently than the two lowest fifths",
        ),
        Figure(
            "Revenue share of Champions", "47 %", "the same rules, nine days counted twice",
            percent(segments["Champions"]["revenue_share"], 2), "a share of identified, gross sales",
        ),
        Figure(
            "Pairs of METAL SIGN", "20,047", "categories by substrings; their list of words is not published in full", "–",
            f"of the revenue of products with the letters SIGN, {percent(b['sign_inside_words_share'])} have them only "
            f"inside another word, such as DESIGN; signs and bags are on {b['sign_bag_by_letters']:,} invoices together by "
            f"letters, on {b['sign_bag_by_words']:,} by whole words",
        ),
        Figure(
            "Features", "52", "52 columns, among them the id, the segment and 8 exact copies", "–",
            f"about 41 different ones, two of them 0 for everybody; the catalog here has {len(CATALOG)}, each different",
        ),
        Figure(
            "Opportunities", "£3.73M", "typed-in shares (40, 30, 20 %) of revenue", "–",
            "the same customers are counted several times; nothing in the data gives it",
        ),
        Figure(
            "Revenue Monday to Thursday, 10 to 15 h", "78 %", "not reproducible", "–",
            f"{percent(b['joint_share'])} jointly; Monday to Thursday alone {percent(b['weekday_share'])}, "
            f"10:00 to 15:59 alone {percent(b['hour_share'])}",
        ),
    ]  # fmt: skip


def predictions_of_a(found: dict[str, Any]) -> list[Figure]:
    past, near, far = found["published"], found["future"][60], found["future"][90]
    return [
        Figure(
            "AUC of churn", "1.000", "label = recency > 60 days, with recency among the features",
            f"{past['forest']:.3f}; recency alone {past['recency']:.3f}",
            f"who stays away in the 60 and 90 days after {found['cutoff']}: the same forest {near['forest']:.3f} and "
            f"{far['forest']:.3f}, recency alone {near['recency']:.3f} and {far['recency']:.3f} "
            "([why not 1.000](why-not-auc-1.md))",
        ),
    ]  # fmt: skip


def predictions_of_b(found: dict[str, Any]) -> list[Figure]:
    future = found["future"]
    return [
        Figure(
            "AUC and recall of churn", "0.959, 99.5 %",
            "the label is a formula whose inputs are features; it is not published in full, so it cannot be rebuilt", "–",
            f"who stays away in the 90 days after {found['cutoff']}: recency alone {future['recency']:.3f}, a balanced forest "
            f"that knows nothing later {future['forest']:.3f}",
        ),
        Figure(
            "R² of customer lifetime value", "0.882",
            "past spend from other figures of the same past, such as orders and their mean value; the model is not published, a random forest stands in its place",
            f"{found['past_spend_r2']:.3f}",
            f"nothing lies ahead: against the spend of the next 90 days past spend has a rank correlation of "
            f"{found['spend_rank_correlation']:.2f}",
        ),
        Figure(
            "AUC of the purchase window", "1.0", "classes cut from recency at 30 and 90 days, with recency among the features",
            f"dormant by recency alone {found['window_auc']:.3f}",
            f"as a forecast of the next purchase {percent(found['window_accuracy'])} right; always saying dormant "
            f"{percent(found['always_dormant'])}",
        ),
    ]  # fmt: skip


def page(figures: dict[str, list[Figure]]) -> str:
    """Return the page in Markdown."""
    lines = [
        "# Published figures",
        "",
        "What two widely read analyses of public data report, the definition that gives exactly that figure, and the",
        "figure as it truly is. A test makes this page from the data sets; see `tests/published`.",
    ]
    for system, rows in figures.items():
        lines += [
            "",
            f"## {system}",
            "",
            "| figure | as published | definition that gives it | reproduced | as it is |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {row.what} | {row.published} | {row.definition} | {row.reproduced} | {row.truly} |"
            for row in rows
        ]
    return "\n".join(lines) + "\n"

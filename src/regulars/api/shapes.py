"""What the API takes and gives, as typed models; rows of tables get theirs from the tables' own specs."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from regulars.terms.tables import Column, TableSpec

Row = TypeVar("Row")
PYTHON_TYPES: dict[str, type] = {
    "VARCHAR": str,
    "BOOLEAN": bool,
    "DOUBLE": float,
    "FLOAT": float,
    "DATE": str,
    "TIMESTAMP": str,
}


def row_model(spec: TableSpec, name: str, without: tuple[str, ...] = ()) -> type[BaseModel]:
    """Return the model of a table's rows; a shop's own columns may stand beside those that are named."""
    fields: dict[str, Any] = {
        column.name: (_python_type(column) | None, Field(None, description=_sentence(column)))
        for column in spec
        if column.name not in without
    }
    made: type[BaseModel] = create_model(
        name,
        __config__=ConfigDict(extra="allow", protected_namespaces=()),
        __doc__=f"{_capital(spec.grain)}.",
        **fields,
    )
    return made


def _python_type(column: Column) -> Any:
    if column.type in PYTHON_TYPES:
        return PYTHON_TYPES[column.type]
    if column.type.startswith("DECIMAL"):
        return float
    return int if column.type.endswith("INT") or column.type == "INTEGER" else Any


def _sentence(column: Column) -> str:
    unit = f" In {column.unit}." if column.unit else ""
    null = f" Null: {column.null_means}." if column.null_means else ""
    return f"{column.sentence}{unit}{null}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


class Of(BaseModel):
    """Which release an answer is from."""

    release_id: str = Field(description="The release; all pages that follow by cursor come from the same.")
    cutoff: str = Field(description="What was seen ends before this instant, on the shop's clock.")
    currency: str = Field(description="ISO 4217 code of all amounts; XXX when unknown.")


class Rows(Of, Generic[Row]):
    """Rows of a release."""

    rows: list[Row]


class Page(Rows[Row], Generic[Row]):
    """A page of rows."""

    next_cursor: str | None = Field(None, description="Ask for the next page with it; null on the last page.")


def rows_of_table(spec: TableSpec, name: str, without: tuple[str, ...] = ()) -> Any:
    """Return the model of an answer with rows of a table."""
    return Rows[row_model(spec, name, without)]  # type: ignore[misc]


def page_of_table(spec: TableSpec, name: str) -> Any:
    """Return the model of a page of a table's rows."""
    return Page[row_model(spec, name)]  # type: ignore[misc]


class LiveOrderShown(BaseModel):
    """An order that was taken in live and is in no release yet."""

    order_id: str
    ordered_at: str
    revenue: float | None = Field(None, description="As a run would count it; null where it was not scored.")


class CustomerProfile(Of):
    """Everything about one customer, and how it changes with orders that came in after the release."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "release_id": "20260301-020000-000", "cutoff": "2026-03-01T00:00:00", "currency": "GBP",
                "customer_id": "13085", "is_newer_than_release": False, "as_of": "2026-03-01T00:00:00", "note": "",
                "live_orders": [],
                "customer": {"customer_id": "13085", "country": "United Kingdom", "n_orders": 8, "revenue_to_date": 2433.28},
                "features": {"days_since_last_order": 41, "n_orders": 8, "median_days_between_orders": 35},
                "segments": {"r_score": 4, "f_score": 4, "m_score": 4, "segment": "Loyal", "lifecycle_stage": "active"},
                "predictions": {"horizon_days": 90, "p_churn": 0.31, "predicted_clv": 188.2, "next_order_on": "2026-03-19"},
                "reasons": [{"target": "churn", "rank": 1, "feature": "overdue_ratio", "contribution": -0.4,
                             "sentence": "usually orders every 35 days; last order 41 days ago"}],
                "recommendations": [{"list": "buy_again", "rank": 1, "product_id": "22423", "reason": "bought 4 times"}],
                "recent_orders": [{"order_id": "489434", "ordered_at": "2026-01-18T07:45:00", "revenue": 505.3}],
            }
        },
    )  # fmt: skip

    customer_id: str
    is_newer_than_release: bool = Field(
        description="Whether features, predictions and reasons count orders that came in after the release."
    )
    as_of: str = Field(description="The cut-off of features and predictions.")
    note: str = Field("", description="Why newer orders are not in the scores, where they are not.")
    live_orders: list[LiveOrderShown] = []
    customer: dict[str, Any] | None = Field(None, description="A row of `customers`; null before a release.")
    features: dict[str, Any] | None = Field(None, description="A row of `features`.")
    segments: dict[str, Any] | None = Field(None, description="A row of `segments`, as of the release.")
    predictions: dict[str, Any] | None = Field(None, description="A row of `predictions`.")
    target_predictions: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    recommendations: list[dict[str, Any]] = []
    recent_orders: list[dict[str, Any]] = []


class CustomerPredictions(Of):
    """What is predicted of one customer, and why."""

    customer_id: str
    is_newer_than_release: bool
    as_of: str
    note: str = ""
    predictions: dict[str, Any] | None
    target_predictions: list[dict[str, Any]]
    reasons: list[dict[str, Any]]


class CustomerRecommendations(Of):
    """What to show one customer: what to buy again, and what is new to them. As of the release."""

    customer_id: str
    recommendations: list[dict[str, Any]]


class Scores(Of):
    """What the release's models say of a history."""

    as_of: str = Field(description="The cut-off: what was bought before it is known.")
    features: dict[str, Any] | None = Field(
        description="A row of `features`; null without an order before the cut-off."
    )
    predictions: dict[str, Any] | None = Field(
        description="A row of `predictions`; null for somebody who has not bought."
    )
    target_predictions: list[dict[str, Any]]
    reasons: list[dict[str, Any]]


class ReleaseCard(BaseModel):
    """A release, as its manifest says."""

    release_id: str
    created_at: str
    cutoff: str
    horizon_days: int
    is_current: bool


class ReleaseList(BaseModel):
    """All releases, the newest first."""

    releases: list[ReleaseCard]


class TableCard(BaseModel):
    """A table of the release."""

    table: str
    grain: str
    n_rows: int
    columns: list[str]


class TableList(Of):
    """All tables of the release."""

    tables: list[TableCard]


class OrderTaken(BaseModel):
    """What became of an order that was sent."""

    order_id: str
    is_new: bool = Field(description="False: it was taken in before, and is counted once.")
    received_at: str = Field(description="When it was taken in, UTC.")


class OrdersTaken(BaseModel):
    """What became of the orders that were sent: they are on the disk."""

    orders: list[OrderTaken]


class Health(BaseModel):
    """Whether the server answers."""

    status: str


class Readiness(BaseModel):
    """Whether there is a release to read."""

    status: str
    release_id: str


class KeyShown(BaseModel):
    """A key to the API; the key itself is nowhere."""

    key_id: str
    name: str
    role: str
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


class KeyList(BaseModel):
    """All keys, revoked ones among them."""

    keys: list[KeyShown]

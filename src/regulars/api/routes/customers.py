"""Customers: lists of them, and everything about one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from regulars.api.access import needs
from regulars.api.cursors import make_cursor, read_cursor
from regulars.api.house import Current, House, answer, etag_of, house_of, of
from regulars.api.problems import responses
from regulars.api.releases import Held
from regulars.api.shapes import (
    CustomerPredictions,
    CustomerProfile,
    CustomerRecommendations,
    page_of_table,
)
from regulars.errors import InputError
from regulars.models.tables import PREDICTIONS
from regulars.publish.live import rows_of
from regulars.publish.live_customer import Since, document_now
from regulars.publish.tables import CUSTOMERS
from regulars.segments.tables import SEGMENTS
from regulars.terms.tables import TableSpec

router = APIRouter(prefix="/v1/customers", tags=["customers"], dependencies=[needs("read")])
LONGEST_ID = 200
CustomerId = Annotated[str, Path(max_length=LONGEST_ID, description="As in the order files.")]
Filter = Annotated[str | None, Query(max_length=LONGEST_ID)]
LISTED = TableSpec(
    name="listed_customers",
    grain="one row per customer, with segment, and with predictions where they are asked about",
    key=("customer_id",),
    timeless_because="as of the release",
    columns=(
        *CUSTOMERS,
        *(column for column in SEGMENTS if column.name not in CUSTOMERS.column_names),
        *(
            column
            for column in PREDICTIONS
            if column.name not in (*CUSTOMERS.column_names, *SEGMENTS.column_names)
        ),
    ),
)
CustomerPage = page_of_table(LISTED, "CustomerRow")


@router.get("", summary="Customers", responses=responses(404), response_model=CustomerPage)
async def customers(
    request: Request,
    segment: Annotated[Filter, Query(description="Name of an RFM segment.", examples=["Loyal"])] = None,
    country: Filter = None,
    lifecycle_stage: Filter = None,
    risk_band: Annotated[Filter, Query(examples=["high"])] = None,
    value_tier: Filter = None,
    search: Annotated[Filter, Query(description="Part of an id, a name or an address, in any case.")] = None,
    sort: Annotated[
        str,
        Query(
            max_length=100,
            description="A column; with - in front the greatest come first.",
            examples=["-revenue_to_date"],
        ),
    ] = "customer_id",
    fields: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="Only these columns, with commas in between.",
            examples=["customer_id,segment"],
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000_000)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """A page of customers with their segments; with their predictions when sorted or filtered by one."""
    asked = {
        "segment": segment, "country": country, "lifecycle_stage": lifecycle_stage, "risk_band": risk_band,
        "value_tier": value_tier, "search": search, "order_by": sort.removeprefix("-"), "descending": sort.startswith("-"),
    }  # fmt: skip
    limit = min(limit, house_of(request).settings.api.largest_page)
    release_id, after = read_cursor(cursor, asked) if cursor else (None, None)
    with house_of(request).releases.held(release_id) as held:
        content = await run_in_threadpool(_page, held, asked, _wanted(fields), after, limit)
        return answer(request, etag_of(held), content)


def _wanted(fields: str | None) -> list[str]:
    return [name.strip() for name in fields.split(",")] if fields else []


def _page(held: Held, asked: dict[str, Any], fields: list[str], after: Any, limit: int) -> dict[str, Any]:
    table = held.reader.customers(**asked, after=after, limit=limit + 1).arrow
    if unknown := [name for name in fields if name not in table.column_names]:
        raise InputError(
            f"customers have no {unknown[0]!r}", hint="there are: " + ", ".join(table.column_names)
        )
    page = table.slice(0, limit)
    more = table.num_rows > limit
    rows = rows_of(page.select(fields) if fields else page)
    next_cursor = make_cursor(held.id, asked, page["customer_id"][-1].as_py()) if more else None
    return {**of(held), "rows": rows, "next_cursor": next_cursor}


@router.get(
    "/{customer_id:path}/predictions", summary="What is predicted of a customer, and why",
    responses=responses(404), response_model=CustomerPredictions,
)  # fmt: skip
async def predictions(request: Request, customer_id: CustomerId, held: Current) -> Response:
    """Churn, value and next order with reasons; orders that came in after the release are counted at once."""
    etag, content = await _profile(house_of(request), held, customer_id)
    return answer(request, etag, {name: content.get(name) for name in CustomerPredictions.model_fields})


@router.get(
    "/{customer_id:path}/recommendations", summary="What to show a customer", responses=responses(404),
    response_model=CustomerRecommendations,
)  # fmt: skip
async def recommendations(request: Request, customer_id: CustomerId, held: Current) -> Response:
    """What to buy again and what is new to them, each with its reason; as of the release."""
    content = held.reader.profile(customer_id)
    lists = content.get("recommendations") or []
    return answer(request, etag_of(held), {**of(held), "customer_id": customer_id, "recommendations": lists})


@router.get(
    "/{customer_id:path}", summary="Everything about one customer", responses=responses(404),
    response_model=CustomerProfile,
)  # fmt: skip
async def profile(request: Request, customer_id: CustomerId, held: Current) -> Response:
    """Who, worth what, in which segment, at which risk and why, what next, what to show, the latest orders.

    Orders that came in after the release change features, predictions and reasons at once; segments, recommendations
    and the row of `customers` stay the release's.
    """
    etag, content = await _profile(house_of(request), held, customer_id)
    return answer(request, etag, content)


async def _profile(house: House, held: Held, customer_id: str) -> tuple[str, dict[str, Any]]:
    """Return a customer's document with what came in since, and the mark by which it is told from an older one."""
    with house.records.reading() as state:
        since = Since.of(state, held.last_intake, customer_id)
    if not since.orders:
        return etag_of(held), {**document_now(held.reader, customer_id, since, lambda: held.live), **of(held)}
    content = await run_in_threadpool(document_now, held.reader, customer_id, since, lambda: held.live)
    mark = f"+{since.sequence}@{since.cutoff(held.reader.cutoff).at:%Y%m%d}"
    return etag_of(held, mark), {**content, **of(held)}

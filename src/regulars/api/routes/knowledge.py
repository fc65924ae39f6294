"""What a release says of the whole shop: segments, findings, baskets, campaigns, models and their proof."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from regulars.api.access import needs
from regulars.api.cursors import make_cursor, read_cursor
from regulars.api.house import Current, House, answer, etag_of, house_of, of
from regulars.api.problems import responses
from regulars.api.releases import Held
from regulars.api.shapes import ReleaseCard, ReleaseList, page_of_table, rows_of_table
from regulars.campaigns.tables import CAMPAIGN_PLANS, CAMPAIGNS
from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import quoted
from regulars.errors import NotFound
from regulars.evaluation.tables import BACKTESTS, MODEL_CARDS
from regulars.insights.tables import FINDINGS
from regulars.publish.campaigns import members, started_campaigns
from regulars.publish.current import current_id, release_ids
from regulars.publish.live import plain, rows_of
from regulars.publish.manifest import Manifest
from regulars.segments.tables import SEGMENT_PROFILES

router = APIRouter(prefix="/v1", dependencies=[needs("read")])
(BASKET_RULES,) = (spec for spec in DESCRIBE_TABLES if spec.name == "basket_rules")
Text = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=1_000)]

SegmentRows = rows_of_table(SEGMENT_PROFILES, "SegmentRow")
FindingRows = rows_of_table(FINDINGS, "FindingRow")
BasketRows = rows_of_table(BASKET_RULES, "BasketRow")
CampaignRows = rows_of_table(CAMPAIGN_PLANS, "CampaignRow")
MemberPage = page_of_table(CAMPAIGNS, "MemberRow")
ModelRows = rows_of_table(MODEL_CARDS, "ModelRow", without=("card",))
BacktestRows = rows_of_table(BACKTESTS, "BacktestRow")


def _rows(
    held: Held, table: str, equal: dict[str, Any], order: str, limit: int = 100_000
) -> list[dict[str, Any]]:
    """Return rows of a table; values are bound, and names are our own."""
    if table not in held.reader.tables():
        return []
    given = {name: value for name, value in equal.items() if value is not None}
    where = " AND ".join(f"{quoted(name)} = ${name}" for name in given) or "TRUE"
    text = f"SELECT * FROM {quoted(table)} WHERE {where} ORDER BY {order} LIMIT $n"  # noqa: S608
    return rows_of(held.reader.sql(text, {**given, "n": limit}).arrow)


@router.get("/segments", tags=["shop"], summary="Segments", responses=responses(), response_model=SegmentRows)
def segments(
    request: Request,
    held: Current,
    segmentation: Annotated[Text, Query(description="Which grouping.", examples=["segment"])] = None,
) -> Response:
    """Every segment with its rule, its action, its size and its money."""
    rows = _rows(held, "segment_profiles", {"segmentation": segmentation}, "segmentation, place, segment")
    return answer(request, etag_of(held), {**of(held), "rows": rows})


@router.get(
    "/findings",
    tags=["shop"],
    summary="What is worth saying",
    responses=responses(),
    response_model=FindingRows,
)
def findings(
    request: Request, held: Current, kind: Text = None, severity: Text = None, limit: Limit = 100
) -> Response:
    """Sentences with their numbers, period, money and uncertainty, the most money at stake first."""
    rows = _rows(held, "findings", {"kind": kind, "severity": severity}, "place", limit)
    return answer(request, etag_of(held), {**of(held), "rows": rows})


@router.get(
    "/baskets",
    tags=["shop"],
    summary="What is bought together",
    responses=responses(),
    response_model=BasketRows,
)
def baskets(
    request: Request,
    held: Current,
    level: Annotated[Literal["product", "category"] | None, Query()] = None,
    product: Annotated[
        Text, Query(description="Only rules that begin with this product or category.")
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Rules from one product or category to another, the surest first."""
    equal = {"level": level, "antecedent": product}
    order = "rule_lift_damped DESC NULLS LAST, level, antecedent, consequent"
    return answer(
        request, etag_of(held), {**of(held), "rows": _rows(held, "basket_rules", equal, order, limit)}
    )


@router.get(
    "/campaigns", tags=["shop"], summary="Campaigns", responses=responses(), response_model=CampaignRows
)
def campaigns(request: Request, held: Current) -> Response:
    """What the release proposes and what is running: audience, hold-out, cost, expected value and its assumptions."""
    rows = _rows(held, "campaign_plans", {}, "campaign")
    return answer(request, etag_of(held), {**of(held), "rows": rows})


@router.get(
    "/campaigns/{campaign}/members", tags=["shop"], summary="Who is in a campaign",
    responses=responses(404), response_model=MemberPage,
)  # fmt: skip
def campaign_members(
    request: Request,
    campaign: Annotated[str, Path(max_length=200)],
    limit: Annotated[int, Query(ge=1, le=1_000_000)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> dict[str, Any]:
    """A page of its customers with arm, expected value, reason and products; of a campaign that was started, as they were drawn.

    The arm `control` is the hold-out and is not to be written to.
    """
    house, asked = house_of(request), {"campaign": campaign}
    limit = min(limit, house.settings.api.largest_page)
    release_id, after = read_cursor(cursor, asked) if cursor else (None, "")
    with house.releases.held(release_id) as held:
        rows = _members(house, held, campaign, str(after), limit + 1)
        more = len(rows) > limit
        next_cursor = make_cursor(held.id, asked, rows[limit - 1]["customer_id"]) if more else None
        return {**of(held), "rows": rows[:limit], "next_cursor": next_cursor}


def _members(house: House, held: Held, campaign: str, after: str, n: int) -> list[dict[str, Any]]:
    """Return a campaign's customers behind one of them: as they were drawn, or as the release proposes them."""
    with house.records.reading() as state:
        if any(one.campaign == campaign for one in started_campaigns(state)):
            return [plain(row) for row in members(state, campaign, after=after, limit=n)]
    planned = {row["campaign"] for row in _rows(held, "campaign_plans", {}, "campaign")}
    if campaign not in planned:
        raise NotFound(f"there is no campaign {campaign!r}", hint="there are: " + ", ".join(sorted(planned)))
    if CAMPAIGNS.name not in held.reader.tables():
        return []
    text = "SELECT * FROM campaigns WHERE campaign = $campaign AND customer_id > $after ORDER BY customer_id LIMIT $n"
    return rows_of(held.reader.sql(text, {"campaign": campaign, "after": after, "n": n}).arrow)


@router.get("/models", tags=["shop"], summary="Models", responses=responses(), response_model=ModelRows)
def models(request: Request, held: Current, target: Text = None) -> Response:
    """Every model and baseline of every target, which one predicts, why that one, and its card."""
    rows = _rows(held, "model_cards", {"target": target}, "target, horizon_days, model")
    for row in rows:
        row["card"] = json.loads(row["card"]) if row.get("card") else None
    return answer(request, etag_of(held), {**of(held), "rows": rows})


@router.get(
    "/models/proof",
    tags=["shop"],
    summary="How models did on past futures",
    responses=responses(),
    response_model=BacktestRows,
)
def proof(
    request: Request, held: Current, target: Text = None, metric: Text = None, model: Text = None
) -> Response:
    """Each model beside each baseline at each past cut-off: value and interval of every metric."""
    equal = {"target": target, "metric": metric, "model": model}
    rows = _rows(held, "backtests", equal, "target, horizon_days, metric, cutoff, model")
    return answer(request, etag_of(held), {**of(held), "rows": rows})


@router.get("/releases", tags=["releases"], summary="Releases", responses=responses())
def releases(request: Request) -> ReleaseList:
    """All releases that are kept, the newest first."""
    places = house_of(request).places
    newest = current_id(places)
    cards = []
    for one in reversed(release_ids(places)):
        manifest = Manifest.read(places.releases / one)
        cards.append(
            ReleaseCard(
                release_id=one,
                created_at=manifest.created_at.isoformat(),
                cutoff=manifest.cutoff.isoformat(),
                horizon_days=manifest.horizon.days,
                is_current=one == newest,
            )
        )
    return ReleaseList(releases=cards)


@router.get(
    "/releases/{release_id}", tags=["releases"], summary="A release's manifest", responses=responses(404)
)
async def release(request: Request, release_id: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
    """What a release was made from, with which settings, what was checked, and the hash of every file."""
    wanted = None if release_id == "current" else release_id
    with house_of(request).releases.held(wanted) as held:
        found: dict[str, Any] = json.loads(held.reader.manifest.model_dump_json())
        return found

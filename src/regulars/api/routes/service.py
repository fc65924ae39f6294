"""Is it there, can it answer, and how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from regulars.api.access import needs
from regulars.api.house import Current, house_of
from regulars.api.metrics import exposition
from regulars.api.problems import responses
from regulars.api.shapes import Health, KeyList, KeyShown, Readiness
from regulars.publish.keys import list_keys, revoke_key

router = APIRouter()


@router.get("/health", tags=["service"], summary="Is the server there?")
async def health() -> Health:
    """Answers as long as the process lives; needs no key and no release."""
    return Health(status="ok")


@router.get("/ready", tags=["service"], summary="Is there a release to read?", responses=responses(503))
async def ready(held: Current) -> Readiness:
    """Answers 503 and says what to do until something has been published; needs no key."""
    return Readiness(status="ready", release_id=held.id)


@router.get(
    "/metrics", tags=["service"], summary="Figures for Prometheus", response_class=Response,
    responses=responses() | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    dependencies=[needs("read")],
)  # fmt: skip
def metrics() -> PlainTextResponse:
    """Requests by route and status, latency, orders taken in, age of the release."""
    return PlainTextResponse(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get(
    "/v1/keys", tags=["keys"], summary="All keys", responses=responses(), dependencies=[needs("admin")]
)
def keys(request: Request) -> KeyList:
    """Who may use the API; the keys themselves are nowhere. `regulars keys add` makes one, on the machine itself."""
    with house_of(request).records.reading() as state:
        return KeyList(keys=[KeyShown(**vars(key)) for key in list_keys(state)])


@router.delete(
    "/v1/keys/{key_id}", tags=["keys"], summary="Revoke a key", responses=responses(404),
    dependencies=[needs("admin")],
)  # fmt: skip
def revoke(request: Request, key_id: str) -> KeyShown:
    """The key opens nothing from now on."""
    with house_of(request).records.writing() as state:
        return KeyShown(**vars(revoke_key(state, key_id)))

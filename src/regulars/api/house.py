"""What all endpoints share: the workspace, its releases and its records."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from regulars.api.access import Door
from regulars.api.problems import NotModified
from regulars.api.records import Records
from regulars.api.releases import Held, Releases
from regulars.settings import Settings
from regulars.terms.places import Places


@dataclass
class House:
    """Made when the server starts, closed when it stops."""

    settings: Settings
    places: Places
    releases: Releases
    records: Records
    door: Door

    def close(self) -> None:
        self.releases.close()
        self.records.close()


def house_of(request: Request) -> House:
    """Return what the app of a request shares."""
    found: House = request.app.state.house
    return found


async def current(request: Request) -> AsyncIterator[Held]:
    """Hold the current release until the answer is sent."""
    with house_of(request).releases.held() as found:
        yield found


Current = Annotated[Held, Depends(current)]


def of(held: Held) -> dict[str, str]:
    """Return what every answer from a release begins with."""
    manifest = held.reader.manifest
    return {
        "release_id": manifest.id,
        "cutoff": manifest.cutoff.isoformat(),
        "currency": manifest.shop.currency,
    }


def etag_of(held: Held, more: str = "") -> str:
    """Return the mark of an answer: it changes with the release, and with what else the answer rests on."""
    return f'"{held.id}{more}"'


def check_modified(request: Request, etag: str) -> None:
    """Refuse to send what the client has already.

    Raises
    ------
    NotModified
        It has.
    """
    if etag in [
        one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")
    ]:
        raise NotModified(etag)


def answer(request: Request, etag: str, content: Mapping[str, Any]) -> Response:
    """Return content as JSON; the client may keep it, and asks next time whether it still holds.

    Raises
    ------
    NotModified
        The client has it already.
    """
    check_modified(request, etag)
    return Response(
        json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        media_type="application/json",
        headers={"ETag": etag, "Cache-Control": "private, no-cache"},
    )

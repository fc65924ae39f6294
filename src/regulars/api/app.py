"""The API as a whole: `create_app` makes it for one workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from regulars.api.access import Door
from regulars.api.guard import Guard
from regulars.api.house import House
from regulars.api.problems import add_handlers
from regulars.api.records import Records
from regulars.api.releases import Releases
from regulars.api.routes import customers, intake, knowledge, service, tables
from regulars.settings import Settings
from regulars.terms.places import Places

ABOUT = """Who the regulars are, who is about to stop being one, what each is worth, and what to do about it.

Answers come from the current release, and say from which; a new one is picked up as soon as it is published. An answer
has an `ETag`: sent back as `If-None-Match`, it is answered with 304 as long as nothing has changed. Errors have one shape.
"""
TAGS = [
    {"name": "customers", "description": "Lists of customers, and everything about one."},
    {"name": "shop", "description": "What a release says of the whole shop."},
    {"name": "orders", "description": "New orders come in, and histories are scored."},
    {"name": "tables", "description": "Whole tables, for programs."},
    {"name": "releases", "description": "What was published, from what, and what was checked."},
    {"name": "keys", "description": "Who may use the API."},
    {"name": "service", "description": "Is it there, can it answer, and how is it doing."},
]


def create_app(
    settings: Settings, places: Places, *, open_without_keys: bool = True, ready_ahead: bool = False
) -> FastAPI:
    """Return the API of a workspace; it starts without a release and then says what to do.

    Parameters
    ----------
    open_without_keys
        Whether everybody may come in as long as there is no key; for a server that only this machine itself can reach.
    ready_ahead
        Whether each release is made ready for live scores as soon as it is opened; for a server that stays.
    """
    places = Places(places.root.absolute())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        records = Records(places)
        door = Door(records, settings.api, open_without_keys=open_without_keys)
        releases = Releases(places, ready_ahead=ready_ahead)
        app.state.house = House(settings, places, releases, records, door)
        releases.open_ahead()
        try:
            yield
        finally:
            app.state.house.close()

    app = FastAPI(
        title="regulars",
        version=version("regulars"),
        description=ABOUT,
        openapi_tags=TAGS,
        docs_url=None,  # the page would load its scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    add_handlers(app)
    for part in (service, customers, knowledge, tables, intake):
        app.include_router(part.router)
    if settings.api.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.api.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-Request-ID"],
            expose_headers=["ETag", "X-Request-ID"],
        )
    app.add_middleware(
        Guard, largest_body=settings.api.largest_body_bytes, body_seconds=settings.api.body_seconds
    )
    return app

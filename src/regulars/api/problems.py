"""Errors leave the API in one shape: ``error``, ``message``, ``hint``, ``request_id``."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from regulars.errors import NotFound, RegularsError

if TYPE_CHECKING:
    from fastapi import FastAPI

NAMES = {
    400: "bad_request",
    401: "no_key",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "wrong_content_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
HINTS = {
    404: "/openapi.json lists what there is",
    405: "the header Allow says which methods there are",
    408: "send the whole body at once",
}
LONGEST_MESSAGE = 500


class Problem(BaseModel):
    """What went wrong, in words, and what to do about it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "error": "not_found",
                "message": "release 20260301-020000-000 has no customer '1308'",
                "hint": "did you mean 13085?",
                "request_id": "6f1c5b2e9d3f4a0c8b7e",
            }
        }
    )

    error: str = Field(description="A word for programs.")
    message: str = Field(description="What happened, with the value, and what was expected.")
    hint: str = Field(description="What to do about it; may be empty.")
    request_id: str = Field(description="Stands in the server's log beside the request.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how the errors of an endpoint are documented; every one may refuse a key or a flood."""
    wanted = {400, 401, 403, 413, 422, 429, 503, *statuses}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"model": Problem, "description": HTTPStatus(status).phrase, "content": content}
        for status in sorted(wanted)
    }


def problem(
    request: Request, status: int, message: str, hint: str = "", *, error: str = "", headers: Any = None
) -> JSONResponse:
    """Return an answer in the one shape."""
    content = content_of(status, message, hint, request.scope.get("request_id", ""), error=error)
    return JSONResponse(content, status, headers=headers)


def content_of(
    status: int, message: str, hint: str = "", request_id: str = "", *, error: str = ""
) -> dict[str, str]:
    """Return what such an answer says."""
    return {
        "error": error or NAMES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_")),
        "message": message.encode("utf-8", "replace").decode()[:LONGEST_MESSAGE],
        "hint": hint.encode("utf-8", "replace").decode()[:LONGEST_MESSAGE],
        "request_id": request_id,
    }


class NotModified(Exception):
    """What the client has is what there is."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def _not_modified(_: Request, found: Exception) -> Response:
    assert isinstance(found, NotModified)
    return Response(status_code=304, headers={"ETag": found.etag, "Cache-Control": "private, no-cache"})


def _regulars_error(request: Request, found: Exception) -> Response:
    assert isinstance(found, RegularsError)
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(found).__name__).lower()
    headers = {"Retry-After": "5"} if found.http_status == 503 else None
    hint = "" if isinstance(found, NotFound) and "regulars export" in found.hint else found.hint
    message, hint = (_without_place(request, text) for text in (str(found), hint))
    return problem(request, found.http_status, message, hint, error=name, headers=headers)


def _without_place(request: Request, text: str) -> str:
    """Return a text that does not say where on the machine the workspace lies."""
    return text.replace(str(request.app.state.house.places.root), "the workspace")


def _http_error(request: Request, found: Exception) -> Response:
    assert isinstance(found, HTTPException)
    status = found.status_code
    messages = {
        404: f"there is nothing at {request.url.path!r}",
        405: f"{request.method} cannot be done here",
    }
    standard = found.detail == HTTPStatus(status).phrase
    message = messages.get(status, found.detail) if standard else found.detail
    return problem(request, status, message, HINTS.get(status, ""), headers=found.headers)


def _invalid(request: Request, found: Exception) -> Response:
    """Say what is wrong with the first value, where it is and how many more are wrong; the value itself is not repeated."""
    assert isinstance(found, RequestValidationError)
    errors = found.errors()
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"])
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    text = first["msg"].removeprefix("Value error, ")
    return problem(request, 422, f"{where}: {text}{more}", "/openapi.json says what is expected")


def add_handlers(app: FastAPI) -> None:
    """Let every error that leaves an endpoint leave in the one shape."""
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(RegularsError, _regulars_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)

"""What surrounds every request: its id, its limits, its log line, its metrics, and the last net under a mistake of ours."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
import traceback
import uuid
from typing import TYPE_CHECKING, Any

from fastapi import Request
from starlette.exceptions import HTTPException

from regulars.api.metrics import LATENCY, REQUESTS
from regulars.api.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("regulars.api")


class Guard:
    """An ASGI application around another.

    Parameters
    ----------
    largest_body, body_seconds
        A longer body, or one that takes longer to arrive, is refused.
    """

    def __init__(self, app: ASGIApp, largest_body: int, body_seconds: float) -> None:
        self.app, self.largest_body, self.body_seconds = app, largest_body, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        given = headers.get(b"x-request-id", "")
        scope["request_id"] = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).extend(_headers(scope["request_id"]))
            await send(message)

        try:
            length = headers.get(b"content-length", "0")
            if length.isdecimal() and int(length[:15]) > self.largest_body:
                refusal = problem(Request(scope), 413, *self._too_large())
                await refusal(scope, receive, sending)
            else:
                await self.app(scope, self._limited(receive), sending)
        except Exception as mistake:
            self._note_mistake(scope, mistake)
            if not status:
                message = "this is a mistake in regulars itself"
                answer = problem(
                    Request(scope), 500, message, "please report it, with the lines of the server's log"
                )
                await answer(scope, receive, sending)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _too_large(self) -> tuple[str, str]:
        return f"a body has at most {self.largest_body:,} bytes", "send it in several requests"

    def _limited(self, receive: Receive) -> Receive:
        """Return a way to receive a body that ends with an error when it is too long or too slow."""
        got, deadline = 0, time.monotonic() + self.body_seconds
        complete = False

        async def receiving() -> Message:
            nonlocal got, complete
            if complete:  # from here on only the end of the connection can come
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(deadline - time.monotonic(), 0.001))
            except TimeoutError:
                raise HTTPException(
                    408, f"the body did not arrive within {self.body_seconds:g} seconds"
                ) from None
            got += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if got > self.largest_body:
                raise HTTPException(413, self._too_large()[0])
            return message

        return receiving

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log a request by its route; a path may name a customer, so no path is logged."""
        route = getattr(scope.get("route"), "path_format", "(none)")
        REQUESTS.labels(scope["method"] if route != "(none)" else "(any)", route, str(status)).inc()
        LATENCY.labels(route).observe(seconds)
        _log(
            logging.INFO,
            request_id=scope["request_id"],
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(1000 * seconds, 2),
            key=scope.get("key_id"),
        )

    def _note_mistake(self, scope: Scope, mistake: Exception) -> None:
        """Log where something went wrong; its message may hold data of a customer and is left out."""
        frames = traceback.extract_tb(mistake.__traceback__)
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        _log(logging.ERROR, request_id=scope["request_id"], mistake=type(mistake).__name__, where=where)


def _headers(request_id: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]


def _log(level: int, **fields: Any) -> None:
    if log.isEnabledFor(level):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        log.log(level, json.dumps({"at": at, **fields}))

"""What surrounds every request: its id, its limits, its log line, its metrics, and the last net under a mistake of ours."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.exceptions import HTTPException

from regulars.api.log import note, note_mistake
from regulars.api.metrics import LATENCY, REQUESTS
from regulars.api.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ONLY_HEAD = "regulars.only_head"
"""Stands in the scope of a request whose answer is sent without its body."""
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


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
        method = scope["method"]
        if method == "HEAD":  # answered as GET; the server sends no body to whoever asked for none
            scope = {**scope, "method": "GET", ONLY_HEAD: True}

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
            note_mistake(mistake, request_id=scope["request_id"])
            if not status:
                message = "this is a mistake in regulars itself"
                answer = problem(
                    Request(scope), 500, message, "please report it, with the lines of the server's log"
                )
                await answer(scope, receive, sending)
        finally:
            self._note(scope, method, status, time.perf_counter() - started)

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

    def _note(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """Count and log a request by its route; a path may name a customer, so no path is logged.

        Who is not let in can send any word as a method: what is no method of ours is not told apart.
        """
        route = getattr(scope.get("route"), "path_format", "(none)")
        method = method if method in METHODS else "(other)"
        REQUESTS.labels(method if route != "(none)" else "(any)", route, str(status)).inc()
        LATENCY.labels(route).observe(seconds)
        note(
            logging.INFO,
            request_id=scope["request_id"],
            method=method,
            route=route,
            status=status,
            milliseconds=round(1000 * seconds, 2),
            key=scope.get("key_id"),
        )


def _headers(request_id: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]

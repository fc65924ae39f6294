"""HTTP as uvicorn speaks it, which waits for the head of a request as long as it takes; here it has to arrive in time."""

from __future__ import annotations

import asyncio
import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from regulars.api.problems import content_of


class PromptProtocol(H11Protocol):
    """A connection whose requests begin within some seconds; what is no HTTP is refused as all else is.

    Connections that only wait would otherwise keep everybody out once there are as many as the server takes.
    """

    head_seconds = 20.0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:  # something came, and the head is not whole
            self._wait_for_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "this is no HTTP request")

    def _wait_for_head(self) -> None:
        if self._late is None:
            message = f"the head of a request did not arrive within {self.head_seconds:g} seconds"
            self._late = self.loop.call_later(self.head_seconds, self._refuse, 408, message)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: int, message: str) -> None:
        body = json.dumps(content_of(status, message)).encode()
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        if not self.transport.is_closing():
            parts = (
                h11.Response(status_code=status, headers=headers),
                h11.Data(data=body),
                h11.EndOfMessage(),
            )
            self.transport.writelines([self.conn.send(part) or b"" for part in parts])
            self.transport.close()

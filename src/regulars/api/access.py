"""Who may come in: keys and their roles, and how often."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import suppress
from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from regulars.api.records import Records
from regulars.errors import AccessRefused, WorkspaceBusy
from regulars.publish.keys import Key, Role, any_key, find_key, note_use
from regulars.settings import Api

MOST_BUCKETS = 10_000
NOTED_EVERY_SECONDS = 60.0
LONGEST_KEY = 200
BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key made by `regulars keys add`. Not needed on the machine itself as long as there is none.",
)
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")


def is_loopback(host: str) -> bool:
    """Whether an address is reached from the machine itself alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("shop.local")
    (True, True, False, False)
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class Buckets:
    """So many requests a minute for each name; what was not used is saved up for a minute at most."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, now: float) -> float:
        """Take one, and return 0; or how many seconds to wait when there is none left.

        >>> buckets = Buckets(a_minute=2)
        >>> [buckets.take("ann", now) for now in (0.0, 0.0, 0.0, 30.0)]
        [0.0, 0.0, 30.0, 0.0]
        """
        left, at = self._left.pop(name, (float(self.a_minute), now))
        left = min(self.a_minute, left + (now - at) * self.a_minute / 60)
        wait = 0.0 if left >= 1 else (1 - left) * 60 / self.a_minute
        self._left[name] = (left if wait else left - 1, now)
        if len(self._left) > MOST_BUCKETS:
            self._left.popitem(last=False)
        return wait


class Door:
    """Lets requests in; used from the event loop alone.

    Parameters
    ----------
    open_without_keys
        Whether everybody may come in as long as there is no key: only where nobody but the machine itself can.
    """

    def __init__(self, records: Records, settings: Api, *, open_without_keys: bool) -> None:
        self.records, self.settings, self.open_without_keys = records, settings, open_without_keys
        self.buckets = Buckets(settings.requests_per_minute)
        self._noted: dict[str, float] = {}

    async def enter(self, request: Request, given: str | None, role: Role) -> Key | None:
        """Return the key that lets a request in; None when none is needed."""
        with self.records.reading() as state:
            key = find_key(state, given) if given is not None and len(given) <= LONGEST_KEY else None
            is_open = given is None and self.open_without_keys and not any_key(state)
        address = request.client.host if request.client else "?"
        self._slow_down(key.key_id if key else f"from {address}")  # made-up keys all count as their address
        if is_open:
            self._called_by_its_name(request)
            return None
        if self.settings.allowed_hosts:
            self._called_by_its_name(request)
        if key is None:
            raise HTTPException(
                401,
                "this takes a key" if given is None else "this key opens nothing",
                {"WWW-Authenticate": "Bearer"},
            )
        request.scope["key_id"] = key.key_id
        if not key.may(role):
            raise AccessRefused(
                f"the key {key.key_id} may {key.role}, and this takes one that may {role}",
                hint=f"`regulars keys add NAME --role {role}` makes one",
            )
        await self._note(key.key_id)
        return key

    def _slow_down(self, name: str) -> None:
        if wait := self.buckets.take(name, time.monotonic()):
            raise HTTPException(
                429,
                f"more than {self.settings.requests_per_minute:,} requests a minute",
                {"Retry-After": str(max(1, round(wait)))},
            )

    def _called_by_its_name(self, request: Request) -> None:
        """Refuse a page elsewhere that a browser was talked into taking for this machine (DNS rebinding)."""
        name = request.headers.get("host", "").rsplit("@", 1)[-1]
        name = name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]
        if name not in (*OWN_NAMES, *self.settings.allowed_hosts):
            raise AccessRefused(
                f"this server is not called {name[:80]!r}",
                hint="add the name to api.allowed_hosts in regulars.toml",
            )

    async def _note(self, key_id: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(key_id, -NOTED_EVERY_SECONDS) >= NOTED_EVERY_SECONDS:
            self._noted[key_id] = now
            await run_in_threadpool(self._write_use, key_id)

    def _write_use(self, key_id: str) -> None:
        with (
            suppress(WorkspaceBusy),
            self.records.writing() as state,
        ):  # a run may be writing; it is noted later
            note_use(state, key_id)


def needs(role: Role) -> Any:
    """Return what an endpoint depends on so that only a role may use it."""

    async def entered(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
    ) -> Key | None:
        door: Door = request.app.state.house.door
        text = given.credentials if given else request.headers.get("authorization")
        return await door.enter(request, text, role)

    return Depends(entered)

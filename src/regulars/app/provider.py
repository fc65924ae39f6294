"""Signing in with an identity provider (OpenID Connect), by Streamlit's own `st.login`: who is it, and what may they do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from regulars.app.loopback import is_loopback
from regulars.errors import SettingsError
from regulars.settings import AppDoor

Role = Literal["viewer", "editor"]
Claims = Mapping[str, Any]
CALLBACK = "/oauth2callback"
SIGNED_IN = timedelta(hours=12)
"""So long a sign-in holds; what the provider says of somebody is asked anew then."""
AHEAD = timedelta(minutes=5)
"""So far the provider's clock may be ahead of ours."""


@dataclass(frozen=True)
class Provider:
    """An identity provider, and whom of those it knows may see and may export."""

    metadata_url: str
    client_id: str
    client_secret: str
    viewers: tuple[str, ...]
    editors: tuple[str, ...]

    @classmethod
    def of(cls, door: AppDoor) -> Provider | None:
        """Return the provider that the settings name; None when they name none.

        Raises
        ------
        SettingsError
            They name it by half, or let nobody in.
        """
        secret = door.oidc_client_secret.get_secret_value()
        given = {
            "oidc_metadata_url": door.oidc_metadata_url,
            "oidc_client_id": door.oidc_client_id,
            "oidc_client_secret": secret,
        }
        if not any(given.values()):
            return None
        if missing := [name for name, value in given.items() if not value]:
            raise SettingsError(
                f"signing in with a provider takes app.{' and app.'.join(missing)} too",
                hint="the secret is given as REGULARS_APP__OIDC_CLIENT_SECRET",
            )
        _check_url(door.oidc_metadata_url)
        if not door.viewers and not door.editors:
            raise SettingsError(
                "a provider is set, and nobody it knows is let in",
                hint="name them in app.viewers and app.editors: addresses, *@shop.example, or groups=crm",
            )
        for entry in (*door.viewers, *door.editors):
            if "@" not in entry and "=" not in entry:
                raise SettingsError(
                    f"{entry!r} in app.viewers or app.editors names nobody",
                    hint="write an e-mail address, *@shop.example, or a claim and its value, as groups=crm",
                )
        return cls(
            door.oidc_metadata_url, door.oidc_client_id, secret, tuple(door.viewers), tuple(door.editors)
        )

    def role_of(self, claims: Claims) -> Role | None:
        """Return what somebody may do; None when nothing.

        >>> provider = Provider("", "", "", viewers=("*@shop.example", "groups=crm"), editors=("Ann@shop.example",))
        >>> [provider.role_of(claims) for claims in (
        ...     {"email": "ann@shop.example"}, {"email": "bo@shop.example"}, {"email": "bo@other.example", "groups": ["crm"]},
        ...     {"email": "ann@shop.example", "email_verified": False}, {"sub": "1"})]
        ['editor', 'viewer', 'viewer', None, None]
        """
        if any(_fits(entry, claims) for entry in self.editors):
            return "editor"
        return "viewer" if any(_fits(entry, claims) for entry in self.viewers) else None

    def secrets(self, public_url: str) -> dict[str, Any]:
        """Return what Streamlit has to know; who is signed in is signed with a secret made at every start."""
        return {
            "auth": {
                "redirect_uri": public_url.rstrip("/") + CALLBACK,
                "cookie_secret": secrets.token_hex(32),
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.metadata_url,
            }
        }


def is_signed_in(claims: Claims, now: datetime | None = None) -> bool:
    """Whether a provider has said who this is, and lately.

    >>> now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> [is_signed_in({"is_logged_in": True, "iat": (now - timedelta(hours=h)).timestamp()}, now) for h in (1, 13)]
    [True, False]
    """
    if not claims.get("is_logged_in") or not isinstance(claims.get("iat"), int | float):
        return False
    age = (now or datetime.now(UTC)) - datetime.fromtimestamp(claims["iat"], UTC)
    return -AHEAD <= age < SIGNED_IN


def _fits(entry: str, claims: Claims) -> bool:
    name, equals, value = entry.partition("=")
    if equals:
        found = claims.get(name)
        return value in [str(one) for one in (found if isinstance(found, list | tuple) else [found])]
    email = str(claims.get("email") or "").casefold()
    if not email or str(claims.get("email_verified", True)).casefold() == "false":
        return False
    wanted = entry.casefold()
    return email.endswith(wanted[1:]) if wanted.startswith("*@") else email == wanted


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise SettingsError(
        f"app.oidc_metadata_url is {url!r}; a provider is asked over https",
        hint="it ends with /.well-known/openid-configuration",
    )

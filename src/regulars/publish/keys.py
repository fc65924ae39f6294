"""Keys to the API: random, shown once, and only their hashes kept.

A key is ``rg_<key id>_<secret>``. The secret has 256 random bits, so one round of SHA-256 is enough: there is nothing
to guess, and a slow hash would only slow every request down.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from regulars.errors import InputError, NotFound
from regulars.publish.state import State

Role = Literal["read", "write", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""
PREFIX = "rg"
NO_KEY = hashlib.sha256(b"").hexdigest()
"""What a key is compared with when there is none of its id, so that both take as long."""


@dataclass(frozen=True)
class Key:
    """What is known of a key; the key itself is nowhere."""

    key_id: str
    name: str
    role: Role
    created_at: str
    last_used_at: str | None = None
    revoked_at: str | None = None

    def may(self, role: Role) -> bool:
        """Whether whoever holds the key may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


def add_key(state: State, name: str, role: Role) -> tuple[Key, str]:
    """Make a key and return it with its text, which nobody can ask for again.

    >>> import tempfile; from pathlib import Path; from regulars.terms.places import Places
    >>> with State.open(Places(Path(tempfile.mkdtemp()))) as state:
    ...     key, text = add_key(state, "till", "write")
    ...     find_key(state, text) == key, find_key(state, text + "x"), key.may("read"), key.may("admin")
    (True, None, True, False)

    Raises
    ------
    InputError
        The name is empty.
    """
    if not name.strip():
        raise InputError(
            "a key needs a name, so that it is known later which one to revoke",
            hint="name who or what will use it: `regulars keys add till`",
        )
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    text = f"{PREFIX}_{key_id}_{secret}"
    with state.transaction():
        state.execute(
            "INSERT INTO api_keys (key_id, name, hash, scope) VALUES (?, ?, ?, ?)",
            [key_id, name, _hash(text), role],
        )
    (made,) = [key for key in list_keys(state) if key.key_id == key_id]
    return made, text


def list_keys(state: State) -> list[Key]:
    """Return all keys, revoked ones among them, in the order in which they were made."""
    return [
        Key(
            row["key_id"],
            row["name"],
            row["scope"],
            row["created_at"],
            row["last_used_at"],
            row["revoked_at"],
        )
        for row in state.rows("SELECT * FROM api_keys ORDER BY created_at, key_id")
    ]


def revoke_key(state: State, wanted: str) -> Key:
    """Let a key open nothing from now on.

    Raises
    ------
    NotFound
        There is no such key that is not revoked already.
    """
    with state.transaction():
        changed = state.execute(
            "UPDATE api_keys SET revoked_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
            " WHERE key_id = ? AND revoked_at IS NULL",
            [wanted],
        )
    keys = {key.key_id: key for key in list_keys(state)}
    if not changed:
        valid = [key.key_id for key in keys.values() if key.revoked_at is None]
        raise NotFound(
            f"there is no key {wanted!r} that could be revoked",
            hint=f"there are: {', '.join(valid)}" if valid else "there is none at all",
        )
    return keys[wanted]


def any_key(state: State) -> bool:
    """Whether there is a key that opens something."""
    return bool(state.rows("SELECT 1 FROM api_keys WHERE revoked_at IS NULL LIMIT 1"))


def find_key(state: State, text: str) -> Key | None:
    """Return the key of a text, or None when it opens nothing; takes as long whatever is wrong with it."""
    prefix, _, rest = text.partition("_")
    key_id = rest.partition("_")[0] if prefix == PREFIX else ""
    found = state.rows("SELECT * FROM api_keys WHERE key_id = ? AND revoked_at IS NULL", [key_id])
    if not hmac.compare_digest(_hash(text), found[0]["hash"] if found else NO_KEY) or not found:
        return None
    row = found[0]
    return Key(row["key_id"], row["name"], row["scope"], row["created_at"], row["last_used_at"])


def note_use(state: State, key_id: str) -> None:
    """Keep when a key was last used."""
    state.execute(
        "UPDATE api_keys SET last_used_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE key_id = ?", [key_id]
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

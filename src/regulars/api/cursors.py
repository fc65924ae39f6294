"""Cursors: where a page ended, in which release, and of which question. Not a secret, and not to be understood."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from regulars.errors import InputError


def make_cursor(release_id: str, question: Mapping[str, Any], after: str | int) -> str:
    """Return where a page ended as text.

    >>> cursor = make_cursor("r", {"segment": "Loyal"}, "ann")
    >>> read_cursor(cursor, {"segment": "Loyal"})
    ('r', 'ann')
    """
    text = json.dumps([release_id, _mark(question), after])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, question: Mapping[str, Any]) -> tuple[str, str | int]:
    """Return the release and where the page ended.

    Raises
    ------
    InputError
        It is no cursor, or one of another question.
    """
    try:
        release_id, mark, after = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        raise _wrong("that is no cursor") from None
    if not isinstance(release_id, str) or not isinstance(after, str | int) or isinstance(after, bool):
        raise _wrong("that is no cursor")
    if mark != _mark(question):
        raise _wrong("the cursor belongs to a page that was asked for otherwise")
    return release_id, after


def _mark(question: Mapping[str, Any]) -> str:
    text = json.dumps(question, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _wrong(message: str) -> InputError:
    return InputError(message, hint="take next_cursor as it was given, and leave everything else as it was")

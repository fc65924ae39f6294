"""What the server writes down: a line of JSON each, and no line names a customer."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import Any

log = logging.getLogger("regulars.api")


def note(level: int, **fields: Any) -> None:
    """Write a line."""
    if log.isEnabledFor(level):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        log.log(level, json.dumps({"at": at, **fields}))


def note_mistake(mistake: Exception, **fields: Any) -> None:
    """Write where something went wrong; its message may hold data of a customer and is left out."""
    frames = traceback.extract_tb(mistake.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    note(logging.ERROR, **fields, mistake=type(mistake).__name__, where=where)

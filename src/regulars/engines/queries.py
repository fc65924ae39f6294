"""Relations as `.sql` files: one query a file, headed by a comment that says what it is.

```sql
-- grain: one row per customer
-- keys: customer_id
-- time: ordered_at < $cutoff
-- parameters: cutoff
SELECT …
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

PARAMETER = re.compile(r"(?<![\w$])\$([a-z_][a-z0-9_]*)")
HEADER = re.compile(r"^--\s*(\w[\w ]*?)\s*:\s*(.*)$")


@dataclass(frozen=True)
class Query:
    """One relation: its text, what its header says of it, and the parameters it asks for."""

    name: str
    text: str
    header: dict[str, str]

    @classmethod
    def parse(cls, name: str, text: str) -> Query:
        header: dict[str, str] = {}
        for line in text.splitlines():
            if not line.startswith("--"):
                break
            if found := HEADER.match(line):
                key = found[1]
                header[key] = found[2]
            elif header:  # a sentence that goes on
                header[key] += " " + line.removeprefix("--").strip()
        return cls(name, text, header)

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset(PARAMETER.findall(code_of(self.text)))


def code_of(text: str) -> str:
    """Return SQL without its comments."""
    return "\n".join(line.split("--")[0] for line in text.splitlines())


@cache
def load(room: str, name: str) -> Query:
    """Read `name.sql` of a room: ``load("regulars.warehouse", "facts/orders")``."""
    text = files(room).joinpath(*f"{name}.sql".split("/")).read_text(encoding="utf-8")
    return Query.parse(name, text)


def load_file(path: Path) -> Query:
    """Read a query of the shop's own."""
    return Query.parse(path.stem, path.read_text(encoding="utf-8"))

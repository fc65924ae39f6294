"""What a finding is: a sentence with its money, its period, its audience, and which revenue it counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from regulars.engines.queries import Query

When = Literal["now", "next", "later"]
Effort = Literal["low", "medium", "high"]
Mood = Literal["good", "bad", "neutral"]
Severity = Literal["good", "note", "warning", "alert"]

WHEN_DAYS: dict[When, int | None] = {"now": 30, "next": 90, "later": None}
"""Within so many days a finding asks to be acted on; later has no date."""


@dataclass(frozen=True)
class Claim:
    """Which revenue a finding counts: booked before the cut-off or expected after it, when, whose and of what.

    None stands for everybody, or every product; ``known`` parts identified customers from buyers without a name. Claims
    that cannot be told apart are taken to share revenue.

    >>> spring = Claim("past", date(2026, 3, 1), date(2026, 6, 1), customers=frozenset({"ann"}))
    >>> spring.shares(Claim("past", date(2026, 5, 31), date(2026, 7, 1)))
    True
    >>> spring.shares(Claim("past", date(2026, 6, 1), date(2026, 7, 1)))
    False
    """

    side: Literal["past", "ahead"]
    start: date
    end: date
    customers: frozenset[str] | None = None
    products: frozenset[str] | None = None
    known: bool | None = None

    def shares(self, other: Claim) -> bool:
        """Whether some revenue may be counted by both."""
        return (
            self.side == other.side
            and self.start < other.end
            and other.start < self.end
            and (self.known is None or other.known is None or self.known == other.known)
            and _meet(self.customers, other.customers)
            and _meet(self.products, other.products)
        )


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    if one is None or other is None:
        return True
    return not one.isdisjoint(other)


@dataclass(frozen=True)
class Behind:
    """The customers behind a finding: a query of ``customer_id, money, reason`` and what it binds."""

    query: Query
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing worth saying.

    Units: ``money`` in the shop's currency; ``money_meaning`` says which money it is, and ``interval`` is that of the money.
    Null means: no interval where money was counted, not estimated; no p-value where nothing was tested.
    """

    kind: str
    subject: str
    sentence: str
    money: float
    money_meaning: str
    period_start: date
    period_end: date
    n_customers: int
    audience: str
    action: str
    effort: Effort
    act_when: When
    mood: Mood
    claim: Claim
    rows_query: str = ""
    behind: Behind | None = None
    interval: tuple[float, float] | None = None
    p_adjusted: float | None = None

    @property
    def finding_id(self) -> str:
        """Twelve hexadecimal digits; the same for the same kind, subject and period."""
        words = "|".join(
            (self.kind, self.subject, self.period_start.isoformat(), self.period_end.isoformat())
        )
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    @property
    def opening(self) -> str:
        """A query that opens the rows behind it, over the tables of a release."""
        return self.rows_query or (
            f"SELECT * FROM finding_customers WHERE finding_id = '{self.finding_id}' "  # noqa: S608
            "ORDER BY money DESC NULLS LAST, customer_id"
        )


@dataclass(frozen=True)
class Search:
    """What one kind of finding looked for: its tests, and what it says once it knows which of them hold.

    ``findings`` is handed the p-values adjusted over the whole batch, in the order of ``p_values``.
    ``silent_because`` says why nothing could be looked for.
    """

    kind: str
    method: str
    findings: Callable[[Sequence[float]], list[Finding]]
    p_values: Sequence[float] = ()
    silent_because: str = ""


def silent(kind: str, method: str, why: str) -> Search:
    """Return a search that cannot say anything of this shop, with the reason."""
    return Search(kind, method, lambda _: [], (), why)

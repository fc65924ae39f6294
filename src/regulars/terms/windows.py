"""Time: half-open windows that tile, and the cut-off that divides what is known from what is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulars.errors import TimeError

DAY = timedelta(days=1)
HORIZON_CHOICES = (30, 60, 90, 180, 365)


@dataclass(frozen=True)
class Window:
    """A half-open stretch of shop time, ``[start, end)``; consecutive windows share no instant and lose none.

    >>> june = Window(datetime(2026, 6, 1), datetime(2026, 7, 1))
    >>> datetime(2026, 6, 1) in june, datetime(2026, 7, 1) in june
    (True, False)
    """

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    @property
    def days(self) -> float:
        return (self.end - self.start) / DAY


@dataclass(frozen=True)
class Cutoff:
    """The instant that ends what may be seen; not itself included.

    Rows with ``ordered_at < cutoff.at`` are history; rows at or after it are what happened next.

    >>> Cutoff.parse("2011-12-10").last_observed_day
    datetime.date(2011, 12, 9)
    """

    at: datetime

    @classmethod
    def parse(cls, text: str | date | datetime) -> Cutoff:
        """Read an ISO date or date and time; a date means its first instant, in the shop's time."""
        if isinstance(text, datetime):
            return cls(text.replace(tzinfo=None))
        if isinstance(text, date):
            return cls(datetime.combine(text, time()))
        try:
            return cls(datetime.fromisoformat(text).replace(tzinfo=None))
        except (TypeError, ValueError):
            raise TimeError(
                f"{text!r} is not a date", hint="write a cut-off as 2011-12-10 or 2011-12-10T06:00"
            ) from None

    @classmethod
    def after(cls, last_event: datetime) -> Cutoff:
        """Return the first midnight after an event: the default cut-off, and the live one."""
        return cls(datetime.combine(last_event.date() + DAY, time()))

    @property
    def last_observed_day(self) -> date:
        """The last day of which anything was seen: ``cutoff − 1 day`` when the cut-off is a midnight."""
        return (self.at - timedelta(microseconds=1)).date()

    def aftermath(self, horizon_days: int) -> Window:
        """Return ``[cutoff, cutoff + horizon)``, what happened next."""
        return Window(self.at, self.at + timedelta(days=horizon_days))

    def __str__(self) -> str:
        return self.at.date().isoformat() if self.at.time() == time() else self.at.isoformat()


@dataclass(frozen=True)
class Horizon:
    """How far ahead is looked, in whole days, and why that far."""

    days: int
    reason: str

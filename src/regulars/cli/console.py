"""Talk goes to stderr, data to stdout; a person sees progress move, a log file gets a line a step."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from regulars.terms.phrases import NO_BREAK
from regulars.terms.progress import Progress

talk = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
data = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), emoji=False)

SECONDS_BETWEEN_LINES = 30
_shown: list[Bars] = []
"""Bars that move right now."""


def print_json(value: object) -> None:
    """Write a value for programs: exact decimals as numbers, instants in ISO form."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class _Lines:
    """One line a step, for logs and pipes; one every half minute within a step that says what it is at."""

    def __init__(self) -> None:
        self.began = self.said = time.monotonic()

    def step(self, sentence: str) -> None:
        self._say(sentence)

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        if what and time.monotonic() - self.said >= SECONDS_BETWEEN_LINES:
            self._say(f"{done} of {total}: {what}")

    def _say(self, sentence: str) -> None:
        self.said = time.monotonic()
        took = Text(f" ({self.said - self.began:.1f} s)", style="dim")
        talk.print(Text(f"· {sentence}") + took)

    def note(self, sentence: str) -> None:
        talk.print(f"note: {sentence}", markup=False)


class _Moving:
    """A bar that moves, for people; finished steps stay as lines."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.current: TaskID | None = None

    def step(self, sentence: str) -> None:
        self.finish()
        self.current = self.bars.add_task(sentence, total=None, what="")

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        if self.current is not None:
            self.bars.update(self.current, completed=done, total=total, what=what)

    def note(self, sentence: str) -> None:
        talk.print(f"note: {sentence}", markup=False)

    def finish(self) -> None:
        if self.current is not None:
            task = self.bars.tasks[self.bars.task_ids.index(self.current)]
            self.bars.update(self.current, total=task.completed or 1, completed=task.completed or 1, what="")


@contextmanager
def progress(quiet: bool = False) -> Iterator[Progress]:
    """Show how far long work is, in the way that suits whoever looks."""
    if quiet or not talk.is_terminal:
        yield _Lines()
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}", markup=False, table_column=Column(no_wrap=True)),
    )
    with Bars(*columns, console=talk) as bars:
        moving = _Moving(bars)
        _shown.append(bars)
        try:
            yield moving
        finally:
            _shown.remove(bars)
        moving.finish()


def ask(question: str, choices: Sequence[str]) -> str:
    """Put a question to the person at the terminal; bars stand still meanwhile, they would wipe it away."""
    from rich.prompt import Prompt

    for bars in _shown:
        bars.stop()
    answer = Prompt.ask(question, choices=list(choices), console=talk)
    for bars in _shown:
        bars.start()
    return answer


def may_ask() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and talk.is_terminal


def cell(value: Any) -> str:
    """Write one value of a table for people."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (float, Decimal)):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return str(value).replace(NO_BREAK, " ")

"""How long work tells how far it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know which step runs and how far it is."""

    def step(self, sentence: str) -> None:
        """Begin a step; the sentence says what happens, in the present tense."""

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """Tell how far the step is, in rows; ``total`` is None when nobody knows, ``what`` says what it is at."""

    def note(self, sentence: str) -> None:
        """Say something that a person should know of what was done, such as a file that was left out."""


class Silence:
    """Nobody listens."""

    def step(self, sentence: str) -> None: ...

    def advance(self, done: int, total: int | None, what: str = "") -> None: ...

    def note(self, sentence: str) -> None: ...

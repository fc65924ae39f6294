"""What a model may learn from: features of past cut-offs, and what happened after each.

A `Snapshot` is what was known at one past cut-off and what happened next. `Training` pools snapshots whose windows
were over at the cut-off in question, and adds what is known at that cut-off itself. Nothing here sees an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.errors import TimeError
from regulars.models.matrix import FeatureMatrix, Numbers, as_numbers
from regulars.terms.windows import Cutoff

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True)
class Labels:
    """What each row's customer did in the window after the row's cut-off; one number per row."""

    is_at_risk: NDArray[np.bool_]
    churned: Numbers
    n_orders_next: Numbers
    revenue_next: Numbers
    gross_revenue_next: Numbers
    days_to_next_order: Numbers
    """NaN: no order within the horizon."""

    def __len__(self) -> int:
        return len(self.churned)

    @classmethod
    def of(cls, labels: pyarrow.Table) -> Labels:
        """Return the columns of a label table as numbers, in its order."""
        at_risk = as_numbers(labels["is_at_risk"]) == 1
        return cls(at_risk, *(as_numbers(labels[one.name]) for one in fields(cls)[1:]))

    def rows(self, chosen: NDArray[Any] | slice) -> Labels:
        return Labels(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @classmethod
    def stacked(cls, parts: Sequence[Labels]) -> Labels:
        return cls(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)))


@dataclass(frozen=True)
class Snapshot:
    """What was known at a past cut-off of everybody who had bought, and what they did next; row by row."""

    cutoff: Cutoff
    horizon_days: int
    matrix: FeatureMatrix
    labels: Labels

    def is_over(self, at: Cutoff) -> bool:
        """Return whether the window was complete at an instant."""
        return self.cutoff.aftermath(self.horizon_days).end <= at.at


@dataclass(frozen=True)
class Training:
    """What a model may learn from for a cut-off: nothing at or after it.

    ``matrix`` and ``labels`` pool the rows of past cut-offs whose windows were over (their rows lie one snapshot
    after the other, ``matrix.cutoffs`` tells them apart; none at all when no window was over). ``present`` is what is
    known at the cut-off itself, without labels: buy-till-you-die models need no more.
    """

    cutoff: Cutoff
    horizon_days: int
    present: FeatureMatrix
    matrix: FeatureMatrix
    labels: Labels
    cutoffs: tuple[Cutoff, ...]

    @classmethod
    def at(
        cls,
        cutoff: Cutoff,
        present: FeatureMatrix,
        snapshots: Sequence[Snapshot],
        horizon_days: int,
    ) -> Training:
        """Pool the snapshots whose windows were over at a cut-off; the others are left out.

        Raises
        ------
        TimeError
            When a snapshot looks over another horizon.
        """
        if wrong := [one for one in snapshots if one.horizon_days != horizon_days]:
            raise TimeError(
                f"labels over {wrong[0].horizon_days} days cannot train a model over {horizon_days} days",
                hint="collect snapshots with the horizon of the model",
            )
        usable = sorted((one for one in snapshots if one.is_over(cutoff)), key=lambda one: one.cutoff.at)
        nothing = present.rows(slice(0, 0))
        matrix = FeatureMatrix.stacked([one.matrix for one in usable]) if usable else nothing
        labels = Labels.stacked([one.labels for one in usable]) if usable else _no_labels()
        return cls(cutoff, horizon_days, present, matrix, labels, tuple(one.cutoff for one in usable))

    def latest(self, n_cutoffs: int) -> Training:
        """Return the same with the newest so many cut-offs alone."""
        kept = (
            self.cutoffs[len(self.cutoffs) - n_cutoffs :] if n_cutoffs < len(self.cutoffs) else self.cutoffs
        )
        mask = np.isin(self.matrix.cutoffs, np.array([one.at for one in kept], dtype="datetime64[us]"))
        return Training(
            self.cutoff, self.horizon_days, self.present, self.matrix.rows(mask), self.labels.rows(mask), kept
        )

    def at_risk(self) -> Training:
        """Return the same with the rows alone about which the question who leaves is asked."""
        mask = self.labels.is_at_risk
        if mask.all():
            return self
        return Training(
            self.cutoff,
            self.horizon_days,
            self.present,
            self.matrix.rows(mask),
            self.labels.rows(mask),
            self.cutoffs,
        )

    @property
    def last_window_over(self) -> Cutoff | None:
        """Return when the newest window that may be learned from began."""
        return self.cutoffs[-1] if self.cutoffs else None

    @property
    def days_behind(self) -> float | None:
        """Return how long before the cut-off the newest window to learn from began."""
        if not self.cutoffs:
            return None
        return (self.cutoff.at - self.cutoffs[-1].at) / timedelta(days=1)


def _no_labels() -> Labels:
    empty = np.empty(0)
    return Labels(np.empty(0, bool), empty, empty, empty, empty, empty)

"""What every model and every baseline has in common, so that the backtest can judge them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self, runtime_checkable

from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.training import Training

Target = Literal["churn", "orders", "value", "next_order"]
TARGETS: tuple[Target, ...] = ("churn", "orders", "value", "next_order")
Kind = Literal["probability", "amount", "count", "days"]
KINDS: Mapping[str, Kind] = {
    "churn": "probability",
    "orders": "count",
    "value": "amount",
    "next_order": "days",
}
"""What a target's predictions are."""


class CannotFit(Exception):
    """There is not enough, or not the right thing, to learn from; the message is a sentence for people.

    The backtest takes note and judges the contender at the other cut-offs.
    """


@dataclass(frozen=True)
class Predictions:
    """One number per row of the matrix that was given.

    ========== ==========================================================================================
    target     point (and low, high: its 10 % and 90 % quantiles)
    ========== ==========================================================================================
    churn      probability of no order in the window, 0–1
    orders     expected number of purchase days in the window
    value      expected net revenue in the window, in the shop's currency
    next_order median days from the day of the cut-off to the next order; inf: less likely than not in a year
    ========== ==========================================================================================

    ``ranks_only`` marks numbers whose order alone means something (days since the last order, say): they are judged by
    ranking metrics alone and cannot win.
    """

    point: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    ranks_only: bool = False


class Judgeable(Protocol):
    """What the judges need to know of whoever is judged, whatever it learns from."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def is_baseline(self) -> bool: ...
    @property
    def complexity(self) -> int: ...
    @property
    def can_win(self) -> bool: ...
    @property
    def min_training_cutoffs(self) -> int: ...
    @property
    def inputs(self) -> tuple[str, ...] | None: ...


@runtime_checkable
class Contender(Protocol):
    """A model or baseline for one target.

    ``fit`` returns a fitted copy, or itself; the backtest hands every cut-off a contender that was never fitted, so
    what is learned at one cut-off must not stay for the next (``fit`` sets everything anew). ``predict`` is for rows
    known at the cut-off of the training.
    """

    name: str
    """Lower case with underscores; one name per target: ``bg_nbd``, ``lightgbm``, ``same_rate``."""
    target: Target
    is_baseline: bool
    complexity: int
    """Ties go to the lower: about 0 a constant, 10 a rule of one column, 20 a rule of several, 30 a parametric model,
    40 a linear model, 50 boosted trees, 60 averages of these."""
    can_win: bool
    """Whether its fitted state is text or JSON; others are run for comparison."""
    min_training_cutoffs: int
    """Past cut-offs with complete windows that ``fit`` needs: 0 for rules and buy-till-you-die models (they learn from
    ``training.present``), at least 1 for whatever learns from labels."""
    inputs: tuple[str, ...] | None
    """Names of the features it reads; None: all of the matrix. Tells whom a leaking feature touches."""

    def fit(self, training: Training) -> Self:
        """Learn; raises `CannotFit` with the reason when there is nothing to learn from."""
        ...

    def predict(self, matrix: FeatureMatrix) -> Predictions: ...


@runtime_checkable
class Explained(Protocol):
    """A contender that can say how much each feature mattered (any unit; made to add up to 1)."""

    def importances(self) -> Mapping[str, float]: ...


@runtime_checkable
class Stored(Protocol):
    """A contender whose fitted state is text or JSON; needed for whoever may win."""

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self: ...

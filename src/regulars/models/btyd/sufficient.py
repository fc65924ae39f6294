"""All that these models know of a customer: frequency, recency and T; and how many customers share the same three.

A million customers have far fewer different histories, so models are fitted on distinct rows with counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.engines.queries import load
from regulars.errors import ModelError

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Histories:
    """Distinct (frequency, recency, T), each with the number of customers who have it.

    `row_of` says for every customer given which row is theirs (None when the rows came counted).
    """

    frequency: Floats
    recency: Floats
    T: Floats
    n_customers: Floats
    row_of: Codes | None = None

    @property
    def columns(self) -> tuple[Floats, Floats, Floats]:
        """Return frequency, recency and T: what every method of a model asks for."""
        return self.frequency, self.recency, self.T

    def expand(self, values: Floats) -> Floats:
        """Return the values of distinct rows for every customer that was given, in their order."""
        return values if self.row_of is None else values[self.row_of]


def compress(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None
) -> Histories:
    """Return the distinct histories with counts (or sums of weights).

    >>> found = compress([0, 2, 0], [0, 30, 0], [50, 60, 50])
    >>> found.frequency.tolist(), found.n_customers.tolist()
    ([0.0, 2.0], [2.0, 1.0])
    >>> found.expand(found.T).tolist()
    [50.0, 60.0, 50.0]
    """
    x, t_x, T, w = checked(frequency, recency, T, weights)
    code = np.zeros(len(x), dtype=np.int64)
    for column in (x, t_x, T):
        values, place = distinct(column)
        code = code * max(len(values), 1) + place
    _, first, row_of = np.unique(code, return_index=True, return_inverse=True)
    counts: Floats = np.bincount(row_of, weights=w, minlength=len(first)).astype(np.float64)
    return Histories(x[first], t_x[first], T[first], counts, row_of)


def counted(engine: DuckDBEngine) -> Histories:
    """Return the distinct histories of the temporary table ``features``, counted by the engine."""
    table = engine.arrow(load("regulars.models.btyd", "counts"))
    columns = [
        table[name].to_numpy().astype(np.float64) for name in ("frequency", "recency", "T", "n_customers")
    ]
    return Histories(*columns)


def distinct(column: Floats) -> tuple[Floats, Codes]:
    """Return the different values and, for each row, the place of its own; whole numbers need no sorting."""
    if len(column) and column.min() >= 0 and column.max() < 1e6 and np.all(column == np.floor(column)):
        whole = column.astype(np.intp)
        seen = np.bincount(whole) > 0
        return np.flatnonzero(seen).astype(np.float64), (np.cumsum(seen) - 1)[whole]
    values, place = np.unique(column, return_inverse=True)
    return values, place


def checked(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the columns as doubles, or raise ModelError naming the first row that no customer can have."""
    x, t_x, age = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (frequency, recency, T))
    w = np.ones(len(x)) if weights is None else np.atleast_1d(np.asarray(weights, dtype=np.float64))
    if not len(x) == len(t_x) == len(age) == len(w):
        raise ModelError(
            f"columns of different length: frequency {len(x)}, recency {len(t_x)}, T {len(age)}, weights {len(w)}",
            hint="give one value of each for every customer",
        )
    for wrong, rule in (
        (~(np.isfinite(x) & np.isfinite(t_x) & np.isfinite(age) & np.isfinite(w)), "finite numbers"),
        ((x < 0) | (w < 0), "a frequency and a weight that are not negative"),
        ((t_x < 0) | (t_x > age), "0 ≤ recency ≤ T"),
        ((x == 0) & (t_x > 0), "a recency of 0 where the frequency is 0: the last purchase is the first"),
    ):
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            raise ModelError(
                f"row {i} has frequency {x[i]:g}, recency {t_x[i]:g}, T {age[i]:g}, weight {w[i]:g}",
                hint=f"expected {rule}",
            )
    return x, t_x, age, w

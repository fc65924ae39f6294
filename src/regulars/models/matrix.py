"""Features as numbers: what models are fitted on and what they score.

A `Snapshot` is what was known at one past cut-off and what happened next. `Training` pools snapshots whose windows
were over at the cut-off in question, and adds what is known at that cut-off itself. Nothing here sees an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from regulars.engines.duckdb import quoted
from regulars.errors import TimeError
from regulars.features.catalog import COMPOSITE_NAMES
from regulars.models.shop_days import ShopDays, read_shop_days
from regulars.models.value_margin import Costs, read_costs
from regulars.terms.windows import Cutoff

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine

Numbers = NDArray[np.float64]
Kept = TypeVar("Kept")
FEW_ROWS = 100_000
NOT_INPUTS = frozenset({"customer_id", "cutoff"}) | COMPOSITE_NAMES
"""Columns of the feature table that no model reads."""


@dataclass(frozen=True)
class Encoding:
    """How a feature table becomes numbers: the inputs in order and, for each name-like one, how common each name is.

    A country becomes the share of the shop's customers who are there, at the same cut-off; a name nobody has becomes
    0. Kept with a release, so that one customer scored alone gets the same numbers.
    """

    names: tuple[str, ...]
    shares: Mapping[str, Mapping[str, float]]

    @classmethod
    def learned(cls, engine: DuckDBEngine) -> Encoding:
        """Learn from the temporary table ``features``: of everybody with a purchase at one cut-off."""
        import pyarrow as pa

        names, shares = [], {}
        for column in engine.arrow("FROM features LIMIT 0").schema:
            if column.name in NOT_INPUTS:
                continue
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                shares[column.name] = _shares(engine, column.name)
            elif not (
                pa.types.is_integer(column.type)
                or pa.types.is_floating(column.type)
                or pa.types.is_decimal(column.type)
                or pa.types.is_boolean(column.type)
            ):
                continue  # an instant or a list of a shop's own: not a number
            names.append(column.name)
        return cls(tuple(names), shares)

    def matrix(self, features: pyarrow.Table) -> FeatureMatrix:
        """Return the rows of a feature table as numbers, in their order; null is NaN."""
        values = np.empty((features.num_rows, len(self.names)), dtype=np.float64)
        for place, name in enumerate(self.names):
            values[:, place] = self._column(name, features[name])
        instants = features["cutoff"].to_numpy().astype("datetime64[us]")
        return FeatureMatrix(_texts(features["customer_id"]), instants, self.names, values)

    def _column(self, name: str, column: pyarrow.ChunkedArray) -> Numbers:
        if name in self.shares:
            share = self.shares[name]
            return np.array(
                [np.nan if text is None else share.get(text, 0.0) for text in column.to_pylist()], np.float64
            )
        return _numbers(column)

    def to_json(self) -> dict[str, Any]:
        return {
            "names": list(self.names),
            "shares": {name: dict(share) for name, share in self.shares.items()},
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Encoding:
        return cls(tuple(found["names"]), {name: dict(share) for name, share in found["shares"].items()})


@dataclass(frozen=True)
class FeatureMatrix:
    """Customers × features as doubles; null is NaN. ``cutoffs`` says per row when that was known.

    ``shop_days`` is what the whole shop sold day by day before the cut-off, where the matrix is of one; ``costs`` is what
    each row's orders so far cost the shop, where that is known.
    """

    customer_ids: NDArray[np.object_]
    cutoffs: NDArray[np.datetime64]
    names: tuple[str, ...]
    values: Numbers
    shop_days: ShopDays | None = None
    costs: Costs | None = None

    def __len__(self) -> int:
        return len(self.customer_ids)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _kept(self) -> dict[str, tuple[object, float, object]]:
        return {}

    def keep(self, name: str, maker: object, horizon_days: float, make: Callable[[], Kept]) -> Kept:
        """Return what the same maker last made of these rows under a name, or make it; of few rows it is kept."""
        known, days, kept = self._kept.get(name, (None, 0.0, None))
        if known is maker and days == horizon_days:
            return cast("Kept", kept)
        made = make()
        if len(self) <= FEW_ROWS:
            self._kept[name] = (maker, horizon_days, made)
        return made

    def column(self, name: str) -> Numbers:
        """Return one feature of all rows."""
        return self.values[:, self._places[name]]

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def rows(self, chosen: NDArray[Any] | slice) -> FeatureMatrix:
        """Return some of the rows, by mask, places or slice."""
        return FeatureMatrix(
            self.customer_ids[chosen],
            self.cutoffs[chosen],
            self.names,
            self.values[chosen],
            self.shop_days,
            None if self.costs is None else self.costs.rows(chosen),
        )

    def without(self, *names: str) -> FeatureMatrix:
        """Return the same rows without some of the features."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        return FeatureMatrix(
            self.customer_ids,
            self.cutoffs,
            tuple(self.names[place] for place in kept),
            self.values[:, kept],
            self.shop_days,
            self.costs,
        )

    @classmethod
    def stacked(cls, parts: Sequence[FeatureMatrix]) -> FeatureMatrix:
        """Return the rows of several matrices of the same features, one after the other."""
        if len({part.names for part in parts}) != 1:
            raise ValueError("matrices of different features cannot be stacked")
        return cls(
            np.concatenate([part.customer_ids for part in parts]),
            np.concatenate([part.cutoffs for part in parts]),
            parts[0].names,
            np.concatenate([part.values for part in parts]),
        )


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
        at_risk = _numbers(labels["is_at_risk"]) == 1
        return cls(at_risk, *(_numbers(labels[one.name]) for one in fields(cls)[1:]))

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


def read_matrix(
    engine: DuckDBEngine, encoding: Encoding | None = None, sample_share: float = 1.0
) -> tuple[FeatureMatrix, Encoding]:
    """Return the temporary table ``features`` as numbers, customers with a purchase alone, sorted by id.

    Parameters
    ----------
    encoding
        How names become numbers; learned from the table itself when not given.
    sample_share
        Take about so many of the customers, the same ones at every cut-off.
    """
    encoding = encoding or Encoding.learned(engine)
    features = engine.arrow(
        "SELECT * FROM features WHERE n_orders > 0 AND md5(customer_id) < $below ORDER BY customer_id",
        {"below": sample_bound(sample_share)},
    )
    matrix = encoding.matrix(features)
    costs = read_costs(engine, matrix.customer_ids)
    return replace(matrix, shop_days=read_shop_days(engine), costs=costs), encoding


def _shares(engine: DuckDBEngine, name: str) -> dict[str, float]:
    """Return the names in a column with the share of customers who have each, of those with any."""
    column = quoted(name)
    counts = engine.rows(
        f"SELECT {column} AS name, count(*) AS n FROM features "  # noqa: S608
        f"WHERE n_orders > 0 AND {column} IS NOT NULL GROUP BY {column} ORDER BY {column}"
    )
    n_known = sum(row["n"] for row in counts)
    return {row["name"]: row["n"] / n_known for row in counts}


def sample_bound(share: float) -> str:
    """Return what the hashes of a share of all customers lie below."""
    if share >= 1:
        return "g"  # after every hexadecimal digit
    return f"{int(share * 2**32):08x}"


def _no_labels() -> Labels:
    empty = np.empty(0)
    return Labels(np.empty(0, bool), empty, empty, empty, empty, empty)


def _numbers(column: pyarrow.ChunkedArray) -> Numbers:
    """Return a column of numbers or statements as doubles; null is NaN."""
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _texts(column: pyarrow.ChunkedArray) -> NDArray[np.object_]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)

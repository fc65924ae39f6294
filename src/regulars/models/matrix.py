"""Features as numbers: what models are fitted on and what they score. Nothing here sees an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from regulars.engines.duckdb import quoted
from regulars.features.catalog import COMPOSITE_NAMES
from regulars.models.shop_days import ShopDays, read_shop_days
from regulars.models.value_margin import Costs, read_costs

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
        return as_numbers(column)

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


def as_numbers(column: pyarrow.ChunkedArray) -> Numbers:
    """Return a column of numbers or statements as doubles; null is NaN."""
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _texts(column: pyarrow.ChunkedArray) -> NDArray[np.object_]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)

"""A rating model as an index in JSON and two Parquet files: read on any machine, never executed, refused when changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.errors import ModelError
from regulars.recommend.ratings.biases import Biases
from regulars.recommend.ratings.build import FittedRatings
from regulars.recommend.ratings.data import Scale
from regulars.recommend.ratings.factors import Factors
from regulars.recommend.ratings.model import RatingModel, Tuning
from regulars.recommend.ratings.neighbors import Neighbors
from regulars.recommend.ratings.top import Chosen

if TYPE_CHECKING:
    import pyarrow

FORMAT = 1
INDEX = "ratings.json"
PRODUCTS = "ratings_products.parquet"
NEIGHBORS = "ratings_neighbors.parquet"
AGAIN = "run `regulars run` to learn from the ratings anew"


def save_ratings(fitted: FittedRatings | None, folder: Path) -> list[Path]:
    """Write a model into a folder, and return the files; nothing where there is no model."""
    import pyarrow.parquet as pq

    if fitted is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    files = {PRODUCTS: _products(fitted), NEIGHBORS: _neighbors(fitted.model.neighbors)}
    for name, rows in files.items():
        pq.write_table(rows, folder / name, compression="zstd")
    model, chosen = fitted.model, fitted.chosen
    index = {
        "format": FORMAT,
        "made_by": "regulars",
        "files": {name: _hash(folder / name) for name in files},
        "chosen": {"model": chosen.model, "ranker": chosen.ranker, "sentences": list(chosen.sentences)},
        "scale": asdict(model.scale),
        "tuning": asdict(model.tuning),
        "mean": model.biases.mean,
        "spread": model.spread,
        "factors_spread": model.factors.spread,
    }
    path = folder / INDEX
    path.write_text(json.dumps(index, ensure_ascii=False, allow_nan=False, indent=1) + "\n", encoding="utf-8")
    return [path, *(folder / name for name in files)]


def open_ratings(folder: Path) -> FittedRatings | None:
    """Read what `save_ratings` wrote; None when a release has no rating model.

    Raises
    ------
    ModelError
        When a file is missing, was changed, or is not one of ours.
    """
    import pyarrow
    import pyarrow.parquet as pq

    if not (folder / INDEX).exists():
        return None
    index = _index(folder)
    for name in (PRODUCTS, NEIGHBORS):
        if not (folder / name).exists() or _hash(folder / name) != index["files"].get(name):
            raise ModelError(f"{name} is missing or was changed after it was written", hint=AGAIN)
    try:
        products, neighbors = pq.read_table(folder / PRODUCTS), pq.read_table(folder / NEIGHBORS)
        return _fitted(index, products, neighbors)
    except (AttributeError, KeyError, TypeError, ValueError, pyarrow.ArrowException) as problem:
        raise ModelError(f"{INDEX} does not hold what it should: {problem}", hint=AGAIN) from problem


def _index(folder: Path) -> Mapping[str, Any]:
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except OSError as problem:
        raise ModelError(f"{INDEX} cannot be read: {problem.strerror}", hint=AGAIN) from problem
    except ValueError as problem:
        raise ModelError(f"{INDEX} is not JSON: {problem}", hint=AGAIN) from problem
    if not isinstance(index, dict) or index.get("made_by") != "regulars":
        raise ModelError(f"{INDEX} was not written by regulars", hint=AGAIN)
    if index.get("format") != FORMAT:
        raise ModelError(f"{INDEX} has format {index.get('format')!r}, expected {FORMAT}", hint=AGAIN)
    return index


def _products(fitted: FittedRatings) -> pyarrow.Table:
    import pyarrow as pa

    model = fitted.model
    factors = {f"factor_{n}": column for n, column in enumerate(model.factors.of_products.T, start=1)}
    return pa.table(
        {
            "product_id": list(fitted.product_ids),
            "bias": model.biases.of_products,
            "n_ratings": model.n_ratings,
            "n_liked": model.n_liked,
            **factors,
        }
    )


def _neighbors(neighbors: Neighbors) -> pyarrow.Table:
    import pyarrow as pa

    cells = neighbors.weights.tocoo()
    return pa.table({"product": cells.row, "neighbor": cells.col, "weight": cells.data})


def _fitted(index: Mapping[str, Any], products: pyarrow.Table, neighbors: pyarrow.Table) -> FittedRatings:
    from scipy import sparse

    tuning, chosen = Tuning(**index["tuning"]), index["chosen"]
    n = products.num_rows
    row, column, weight = (neighbors.column(name).to_numpy() for name in ("product", "neighbor", "weight"))
    model = RatingModel(
        scale=Scale(**index["scale"]),
        tuning=tuning,
        biases=Biases(index["mean"], products.column("bias").to_numpy(), tuning.shrinkage),
        factors=Factors(_factors(products), tuning.regularization, index["factors_spread"]),
        neighbors=Neighbors(sparse.csr_array((weight, (row, column)), shape=(n, n))),
        n_ratings=products.column("n_ratings").to_numpy(),
        n_liked=products.column("n_liked").to_numpy(),
        spread=index["spread"],
    )
    return FittedRatings(
        model,
        tuple(products.column("product_id").to_pylist()),
        Chosen(chosen["model"], chosen["ranker"], tuple(chosen["sentences"])),
    )


def _factors(products: pyarrow.Table) -> np.ndarray:
    names = [name for name in products.column_names if name.startswith("factor_")]
    return np.stack([products.column(name).to_numpy() for name in names], axis=1)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""Biases, factors and neighbors put together, each given as much weight as it earned on ratings it had not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.matrix import Numbers
from regulars.recommend.ratings.biases import Biases
from regulars.recommend.ratings.data import Places, Ratings, Scale
from regulars.recommend.ratings.factors import Factors
from regulars.recommend.ratings.neighbors import Neighbors

if TYPE_CHECKING:
    from scipy import sparse

MODELS = ("mean", "biases", "factors", "neighbors", "blend")
"""From the simplest to the most complex; the first two are baselines."""
BASELINES = ("mean", "biases")
SHRINKAGES = (2.0, 4.0, 8.0, 25.0)
REGULARIZATIONS = (10.0, 18.0, 32.0)
HELD_SHARE = 0.2
MOST_WEIGHT = 1.5
SEED = 20_111_209


@dataclass(frozen=True)
class Tuning:
    """What was chosen by ratings held back from the fit."""

    shrinkage: float
    regularization: float
    factors_weight: float
    neighbors_weight: float


@dataclass(frozen=True)
class RatingModel:
    """The products' side of everything that predicts a rating."""

    scale: Scale
    tuning: Tuning
    biases: Biases
    factors: Factors
    neighbors: Neighbors
    n_ratings: Numbers
    """Per product."""
    n_liked: Numbers
    spread: float
    """Standard deviation of all ratings."""

    @classmethod
    def fit(cls, ratings: Ratings, scale: Scale, tuning: Tuning | None = None) -> RatingModel:
        """Fit all parts; without a tuning, the ratings themselves choose it."""
        tuning = tuning or tune(ratings, scale)
        biases = Biases.fit(ratings, tuning.shrinkage)
        residuals = residuals_of(biases, ratings)
        return cls(
            scale=scale,
            tuning=tuning,
            biases=biases,
            factors=Factors.fit(residuals, tuning.regularization),
            neighbors=Neighbors.fit(residuals),
            n_ratings=ratings.per_product(),
            n_liked=ratings.per_product((ratings.values >= scale.liked_from).astype(float)),
            spread=float(ratings.values.std()),
        )

    def know(self, ratings: Ratings) -> KnownCustomers:
        """Return what the model knows of customers by their ratings (of the products that it knows)."""
        return KnownCustomers(self, ratings)


@dataclass(frozen=True)
class KnownCustomers:
    """A model and the ratings of some customers: everything about them follows from these alone."""

    model: RatingModel
    ratings: Ratings

    @cached_property
    def biases(self) -> Numbers:
        return self.model.biases.of_customers(self.ratings)

    @cached_property
    def residuals(self) -> sparse.csr_array:
        return residuals_of(self.model.biases, self.ratings)

    @cached_property
    def factors(self) -> Numbers:
        return self.model.factors.of_customers(self.residuals)

    def predict(self, customers: Places, products: Places) -> Mapping[str, Numbers]:
        """Return what each of the models says of pairs of a customer and a product."""
        model, tuning = self.model, self.model.tuning
        plain = model.biases.predict(self.biases, customers, products)
        taste = model.factors.predict(self.factors, customers, products)
        alike = model.neighbors.predict(self.residuals, customers, products)
        said = {
            "mean": np.full(len(customers), model.biases.mean),
            "biases": plain,
            "factors": plain + taste,
            "neighbors": plain + alike,
            "blend": plain + tuning.factors_weight * taste + tuning.neighbors_weight * alike,
        }
        return {name: model.scale.clip(values) for name, values in said.items()}

    def blocks(self, name: str) -> Iterator[tuple[slice, Numbers]]:
        """Yield what one of the models says of all products, for some customers after the other; not clipped."""
        model = self.model
        taste_weight, alike_weight = weights_of(name, model.tuning)
        for some, alike in model.neighbors.of_customers(self.residuals):
            said = np.full(alike.shape, model.biases.mean)
            if name != "mean":
                said += self.biases[some, None] + model.biases.of_products
            if taste_weight:
                taste = self.factors[some] @ model.factors.of_products.T
                said += taste_weight * model.factors.spread * taste
            if alike_weight:
                said += alike_weight * alike
            yield some, said


def weights_of(name: str, tuning: Tuning) -> tuple[float, float]:
    """Return how much the factors and the neighbors count in one of the models."""
    blend = (tuning.factors_weight, tuning.neighbors_weight)
    return {"factors": (1.0, 0.0), "neighbors": (0.0, 1.0), "blend": blend}.get(name, (0.0, 0.0))


def residuals_of(biases: Biases, ratings: Ratings) -> sparse.csr_array:
    """Return what the biases leave of each rating, customers × products."""
    plain = biases.predict(biases.of_customers(ratings), ratings.customers, ratings.products)
    return ratings.matrix(ratings.values - plain)


def tune(ratings: Ratings, scale: Scale) -> Tuning:
    """Hold back a fifth of the ratings, and take what predicts them best.

    The weights of factors and neighbors are those of least squares, neither below nothing nor far above one.
    """
    from scipy.optimize import lsq_linear

    held = np.random.default_rng(SEED).permutation(len(ratings)) < HELD_SHARE * len(ratings)
    seen, asked = ratings.where(~held), ratings.where(held)
    pairs = asked.customers, asked.products

    def loss(said: Numbers) -> float:
        return float(np.mean((scale.clip(said) - asked.values) ** 2))

    candidates = [Biases.fit(seen, shrinkage) for shrinkage in SHRINKAGES]
    biases = min(candidates, key=lambda one: loss(one.predict(one.of_customers(seen), *pairs)))
    plain = biases.predict(biases.of_customers(seen), *pairs)
    residuals = residuals_of(biases, seen)
    tastes = {
        penalty: factors.predict(factors.of_customers(residuals), *pairs)
        for penalty in REGULARIZATIONS
        for factors in [Factors.fit(residuals, penalty)]
    }
    penalty = min(tastes, key=lambda one: loss(plain + tastes[one]))
    alike = Neighbors.fit(residuals).predict(residuals, *pairs)
    parts = np.stack([tastes[penalty], alike], axis=1)
    weights = lsq_linear(parts, asked.values - plain, bounds=(0, MOST_WEIGHT)).x
    return Tuning(biases.shrinkage, penalty, float(weights[0]), float(weights[1]))

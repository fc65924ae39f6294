"""How generous a customer is and how well a product is liked: the part of a rating that needs no taste.

Reference: Koren, "Factor in the neighbors" (2010), equation 1, with shrinkage in place of a learned penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.matrix import Numbers
from regulars.recommend.ratings.data import Places, Ratings

ROUNDS = 10


@dataclass(frozen=True)
class Biases:
    """A rating is the mean, plus what the customer adds, plus what the product adds; both shrunk to nothing.

    A bias from n ratings counts n / (n + shrinkage).
    """

    mean: float
    of_products: Numbers
    shrinkage: float

    @classmethod
    def fit(cls, ratings: Ratings, shrinkage: float) -> Biases:
        """Take turns: products given the customers, customers given the products, customers last."""
        mean = float(ratings.values.mean())
        found = cls(mean, np.zeros(ratings.shape[1]), shrinkage)
        n_per_product = ratings.per_product()
        for _ in range(ROUNDS):
            of_customers = found.of_customers(ratings)
            left = ratings.values - mean - of_customers[ratings.customers]
            found = cls(mean, ratings.per_product(left) / (n_per_product + shrinkage), shrinkage)
        return found

    def of_customers(self, ratings: Ratings) -> Numbers:
        """Return what each customer adds, from that customer's ratings alone."""
        left = ratings.values - self.mean - self.of_products[ratings.products]
        return ratings.per_customer(left) / (ratings.per_customer() + self.shrinkage)

    def predict(self, of_customers: Numbers, customers: Places, products: Places) -> Numbers:
        return self.mean + of_customers[customers] + self.of_products[products]

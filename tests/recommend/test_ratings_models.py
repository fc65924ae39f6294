"""What predicts ratings, against paper, plain Python and data whose answer is visible."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.recommend.ratings.biases import Biases
from regulars.recommend.ratings.data import Ratings, Scale, scale_of
from regulars.recommend.ratings.factors import Factors
from regulars.recommend.ratings.model import MODELS, MOST_WEIGHT, RatingModel, Tuning, residuals_of, tune
from regulars.recommend.ratings.neighbors import DAMPING, DENSE_CELLS, LEAST_COMMON, SHRINKAGE, Neighbors
from regulars.recommend.ratings.top import RANKERS, Chosen, best_products, scores
from regulars.settings import Ratings as RatingSettings

FIVE = Scale(1, 5, 4)


def made(triples: list[tuple[int, int, float]], n_customers: int = 0, n_products: int = 0) -> Ratings:
    customers, products, values = (np.array(column) for column in zip(*triples, strict=True))
    n_customers, n_products = (
        max(n_customers, int(customers.max()) + 1),
        max(n_products, int(products.max()) + 1),
    )
    return Ratings(
        tuple(f"c{number:03}" for number in range(n_customers)),
        tuple(f"p{number:03}" for number in range(n_products)),
        customers.astype(np.int64),
        products.astype(np.int64),
        values.astype(float),
        np.full(len(values), np.datetime64("NaT", "us")),
    )


def tastes(n_customers: int = 60, n_products: int = 25, seed: int = 3) -> Ratings:
    """Two unequal groups of customers and of products; each group likes its own products. Not symmetric."""
    dice = np.random.default_rng(seed)
    triples = []
    for customer in range(n_customers):
        for product in dice.permutation(n_products)[: 9 + customer % 7]:
            own = (customer % 3 == 0) == (product % 5 < 2)
            triples.append(
                (customer, int(product), float(np.clip((5 if own else 2) + dice.integers(-1, 2), 1, 5)))
            )
    return made(triples)


def test_biases_on_paper() -> None:
    """One product, two customers (4 and 2), shrinkage 1.

    The mean is 3; the product's bias stays 0, for the two customers are off it as far up as down; a customer's bias is
    their one residual ÷ (1 + 1): ±1/2.
    """
    ratings = made([(0, 0, 4), (1, 0, 2)])
    biases = Biases.fit(ratings, 1.0)
    assert biases.of_products == pytest.approx([0])
    assert biases.of_customers(ratings) == pytest.approx([0.5, -0.5])
    said = biases.predict(biases.of_customers(ratings), ratings.customers, ratings.products)
    assert said == pytest.approx([3.5, 2.5])


def test_factors_of_a_customer_are_those_of_ridge_regression() -> None:
    ratings = tastes()
    residuals = residuals_of(Biases.fit(ratings, 4.0), ratings)
    factors = Factors.fit(residuals, 2.0, n_factors=3)
    mine = factors.of_customers(residuals)
    for customer in (0, 7, 59):
        row = residuals[[customer]].tocoo()
        # ridge regression is least squares with a row of √λ for every coefficient, observed as nothing
        inputs = np.vstack([factors.of_products[row.col], np.sqrt(2.0) * np.eye(3)])
        observed = np.r_[row.data / factors.spread, np.zeros(3)]
        assert mine[customer] == pytest.approx(np.linalg.lstsq(inputs, observed)[0], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("dense_cells", [0, DENSE_CELLS])
def test_neighbors_are_shrunk_correlations_over_common_customers(
    dense_cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.recommend.ratings.neighbors.DENSE_CELLS", dense_cells)
    ratings = tastes()
    residuals = residuals_of(Biases.fit(ratings, 4.0), ratings)
    neighbors = Neighbors.fit(residuals)
    dense = np.full(residuals.shape, np.nan)
    dense[ratings.customers, ratings.products] = residuals[ratings.customers, ratings.products]
    found = neighbors.weights.toarray()
    for one in range(dense.shape[1]):
        for other in range(dense.shape[1]):
            both = np.isfinite(dense[:, one]) & np.isfinite(dense[:, other])
            x, y, n = dense[both, one], dense[both, other], int(both.sum())
            similarity = 0.0
            if one != other and n >= LEAST_COMMON:
                similarity = max(0.0, (x @ y) / np.sqrt((x @ x) * (y @ y)) * (n - 1) / (n - 1 + SHRINKAGE))
            assert found[one, other] == pytest.approx(similarity**2, rel=1e-4, abs=1e-7)


def test_neighbors_predict_the_weighted_mean_of_what_was_rated() -> None:
    ratings = tastes()
    residuals = residuals_of(Biases.fit(ratings, 4.0), ratings)
    neighbors = Neighbors.fit(residuals)
    weights, left = neighbors.weights.toarray(), residuals.toarray()
    rated = np.zeros_like(left)
    rated[ratings.customers, ratings.products] = 1
    customers, products = np.array([3, 0, 3, 41]), np.array([24, 7, 2, 13])
    expected = [
        weights[product] @ left[customer] / (weights[product] @ rated[customer] + DAMPING)
        for customer, product in zip(customers, products, strict=True)
    ]
    assert neighbors.predict(residuals, customers, products) == pytest.approx(expected)


def test_every_group_is_shown_its_own_products() -> None:
    ratings = tastes()
    known = RatingModel.fit(ratings, FIVE).know(ratings)
    lists = best_products(known, Chosen("blend", "predicted_rating"), 3, least_ratings=1)
    own = (lists.customers % 3 == 0) == (lists.products % 5 < 2)
    assert own.mean() > 0.95
    assert len(np.unique(lists.customers)) == ratings.shape[0]


@pytest.mark.parametrize("ranker", RANKERS)
def test_lists_hold_the_best_of_what_was_not_rated(ranker: str) -> None:
    ratings = tastes()
    model = RatingModel.fit(ratings, FIVE)
    known = model.know(ratings)
    lists = best_products(known, Chosen("blend", ranker), 4, least_ratings=20)
    said = np.vstack([block for _, block in known.blocks("blend")])
    score = scores(said, ranker, model)
    score[ratings.customers, ratings.products] = -np.inf
    score[:, model.n_ratings < 20] = -np.inf
    for customer in range(ratings.shape[0]):
        mine = lists.customers == customer
        expected = [
            one for one in np.argsort(-score[customer], kind="stable") if np.isfinite(score[customer, one])
        ]
        assert list(lists.products[mine]) == expected[:4]
        assert list(lists.ranks[mine]) == list(range(1, mine.sum() + 1))


def test_pairs_and_blocks_say_the_same() -> None:
    ratings = tastes()
    known = RatingModel.fit(ratings, FIVE).know(ratings)
    customers, products = np.array([5, 0, 59, 5]), np.array([1, 24, 3, 0])
    said = known.predict(customers, products)
    for name in MODELS:
        whole = np.vstack([block for _, block in known.blocks(name)])
        assert FIVE.clip(whole[customers, products]) == pytest.approx(said[name])


def test_a_customer_alone_gets_what_the_batch_gives() -> None:
    """Law 5: what is known of a customer follows from that customer's ratings alone."""
    ratings = tastes()
    model = RatingModel.fit(ratings, FIVE)
    batch, products = model.know(ratings), np.arange(ratings.shape[1])
    for customer in (0, 13, 59):
        alone = model.know(ratings.of(np.array([customer])))
        for name, values in alone.predict(np.zeros(len(products), np.int64), products).items():
            assert values == pytest.approx(batch.predict(np.full(len(products), customer), products)[name])


def test_the_scale_does_not_matter() -> None:
    """Twice the points: the same tuning and lists, twice the errors."""
    ratings = tastes()
    doubled = Ratings(**{**vars(ratings), "values": ratings.values * 2})
    one, two = tune(ratings, FIVE), tune(doubled, Scale(2, 10, 8))
    assert (two.shrinkage, two.regularization) == (one.shrinkage, one.regularization)
    said = RatingModel.fit(ratings, FIVE, one).know(ratings).predict(ratings.customers, ratings.products)
    twice = RatingModel.fit(doubled, Scale(2, 10, 8), one).know(doubled)
    for name, values in twice.predict(doubled.customers, doubled.products).items():
        assert values == pytest.approx(2 * said[name], rel=1e-5)


def test_noise_does_not_run_away() -> None:
    """Factors of noise shrink to nearly nothing; no weight may blow them up again."""
    dice = np.random.default_rng(1)
    noise = made(
        [(c, p, float(dice.integers(1, 6))) for c in range(40) for p in range(30) if dice.random() < 0.5]
    )
    tuning = tune(noise, FIVE)
    assert tuning.shrinkage == 25
    assert 0 <= tuning.factors_weight <= MOST_WEIGHT
    assert 0 <= tuning.neighbors_weight <= MOST_WEIGHT


def test_residuals_of_nothing_do_no_harm() -> None:
    """Everybody gives everything the same but one: exact zeros among the residuals."""
    ratings = made([(c, p, 3.0) for c in range(8) for p in range(8)] + [(8, 0, 5.0)])
    known = RatingModel.fit(ratings, FIVE, Tuning(4, 10, 1, 1)).know(ratings)
    for values in known.predict(ratings.customers, ratings.products).values():
        assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("values", "lowest", "highest"),
    [
        ([1, 2, 5], 1, 5), ([0, 1, 1, 0], 0, 1), ([1, 7.5, 10], 1, 10), ([40, 90, 100], 40, 100), ([-10, 3, 9.5], -10, 9.5),
        ([3, 3, 3], 3, 5), ([250, 300], 250, 300),
    ],
)  # fmt: skip
def test_scales_are_recognized(values: list[float], lowest: float, highest: float) -> None:
    scale = scale_of(np.array(values, float), RatingSettings())
    assert (scale.lowest, scale.highest) == (lowest, highest)


def test_settings_say_the_scale() -> None:
    scale = scale_of(np.array([2.0, 3.0]), RatingSettings(lowest=0, highest=6, liked_from=5))
    assert scale == Scale(0, 6, 5)

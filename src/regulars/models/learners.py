"""Two learners behind one small face: boosted trees (LightGBM) and a linear model, both kept as text or numbers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.models.matrix import Numbers

if TYPE_CHECKING:
    from regulars.settings import Settings

ROWS_PER_THREAD, MOST_THREADS = 200_000, 2
"""Two threads that wait for each other are slower than one unless there is much to do, and far slower on a busy machine.
Where a learner keeps to one thread, two cut-offs are judged side by side instead."""
SEED = 20_111
TREES: dict[str, Any] = {
    "num_leaves": 6, "min_data_in_leaf": 200, "lambda_l2": 20.0, "feature_fraction": 0.3,
    "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63, "verbose": -1, "seed": SEED,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip
"""Small trees, many of them, each on a third of the features: a shop's past is short and its future differs."""
PENALTY = 0.02


class Binned:
    """Rows sorted into bins once, for all the trees that learn from them."""

    def __init__(self, names: tuple[str, ...], values: Numbers) -> None:
        import lightgbm

        self.names, self.threads = names, threads(values)
        options = TREES | {"num_threads": self.threads, "feature_pre_filter": False}
        self.dataset = lightgbm.Dataset(values, np.zeros(len(values)), params=options).construct()

    def told(self, target: Numbers, weights: Numbers, start: Numbers | None) -> Any:
        """Return the rows with what is to be learned of them."""
        self.dataset.set_label(target).set_weight(weights).set_init_score(start)
        return self.dataset


@dataclass(frozen=True)
class Trees:
    """Boosted trees on a link's scale (log-odds, or the logarithm of an amount)."""

    text: str
    names: tuple[str, ...]
    _booster: list[Any] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def fit(
        cls,
        rows: Binned,
        target: Numbers,
        weights: Numbers,
        *,
        objective: str,
        rounds: int,
        start: Numbers | None = None,
        **more: Any,
    ) -> Trees:
        """Learn; ``start`` is the score from which the trees begin, row by row."""
        import lightgbm

        smallest = int(np.clip(len(target) // 50, 5, TREES["min_data_in_leaf"]))
        options = TREES | {"objective": objective, "min_data_in_leaf": smallest} | more
        options |= {"num_threads": rows.threads, "feature_pre_filter": False}
        booster = lightgbm.train(options, rows.told(target, weights, start), rounds)
        return cls(booster.model_to_string(), rows.names)

    def score(self, values: Numbers) -> Numbers:
        """Return the raw score, without the start."""
        found: Numbers = self._loaded().predict(values, raw_score=True, num_threads=threads(values))
        return np.asarray(found, dtype=np.float64)

    def contributions(self, values: Numbers) -> tuple[Numbers, float]:
        """Return exact TreeSHAP values, one column per input, and the score that they are added to."""
        found = np.asarray(self._loaded().predict(values, pred_contrib=True, num_threads=threads(values)))
        return found[:, :-1], float(found[0, -1]) if len(found) else 0.0

    def importances(self) -> dict[str, float]:
        """Return the gain of each input."""
        gains = self._loaded().feature_importance("gain")
        return dict(zip(self.names, map(float, gains), strict=True))

    def _loaded(self) -> Any:
        if not self._booster:
            import lightgbm

            self._booster.append(lightgbm.Booster(model_str=self.text))
        return self._booster[0]

    def to_json(self) -> dict[str, Any]:
        return {"names": list(self.names), "text": self.text}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Trees:
        return cls(found["text"], tuple(found["names"]))


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep linear algebra to one thread: products are small, and a second one only waits for its neighbors."""
    import scipy.linalg
    from threadpoolctl import threadpool_limits

    assert scipy.linalg  # only pools of libraries that are loaded by now are bounded
    with threadpool_limits(1, user_api="blas"):
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep everything to one thread: of few rows is learned faster than a second thread starts."""
    import scipy.linalg
    import sklearn.ensemble  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits

    assert scipy.linalg  # only pools of libraries that are loaded by now are bounded
    assert sklearn.ensemble
    with threadpool_limits(1):
        yield


def workers(settings: Settings, n_rows: int) -> int:
    """Return how many cut-offs are judged side by side, each learning from so many rows."""
    if n_rows >= 2 * ROWS_PER_THREAD:
        return 1
    return min(MOST_THREADS, settings.machine.threads or os.cpu_count() or 1)


def threads(values: NDArray[Any]) -> int:
    """Return how many threads learn from so many rows."""
    return int(np.clip(len(values) // ROWS_PER_THREAD, 1, MOST_THREADS))


@dataclass(frozen=True)
class Linear:
    """A logistic or linear regression: an intercept and a weight for each input, in the input's own unit."""

    names: tuple[str, ...]
    centers: Numbers
    slopes: Numbers
    intercept: float

    @classmethod
    def fit(
        cls,
        names: tuple[str, ...],
        values: Numbers,
        target: Numbers,
        weights: Numbers,
        penalty: float = PENALTY,
    ) -> Linear:
        """Learn log-odds; the smaller ``penalty`` (scikit-learn's C), the more the weights are drawn toward zero."""
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        centers, spreads = _scale(values)
        model = LogisticRegression(C=penalty, max_iter=500)
        model.fit((values - centers) / spreads, target, sample_weight=weights)
        return cls(names, centers, model.coef_[0] / spreads, float(model.intercept_[0]))

    @classmethod
    def fit_amount(cls, names: tuple[str, ...], values: Numbers, target: Numbers) -> Linear:
        """Learn amounts by least squares, lightly drawn toward the mean."""
        from sklearn.linear_model import Ridge

        centers, spreads = _scale(values)
        model = Ridge(alpha=1.0)
        model.fit((values - centers) / spreads, target)
        return cls(names, centers, model.coef_ / spreads, float(model.intercept_))

    def score(self, values: Numbers) -> Numbers:
        found: Numbers = self.intercept + (values - self.centers) @ self.slopes
        return found

    def contributions(self, values: Numbers) -> tuple[Numbers, float]:
        """Return how far each input takes a row from that of a mean customer."""
        return (values - self.centers) * self.slopes, self.intercept

    def to_json(self) -> dict[str, Any]:
        return {
            "names": list(self.names),
            "centers": self.centers.tolist(),
            "slopes": self.slopes.tolist(),
            "intercept": self.intercept,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Linear:
        centers, slopes = (np.array(found[name], dtype=np.float64) for name in ("centers", "slopes"))
        return cls(tuple(found["names"]), centers, slopes, found["intercept"])


def _scale(values: Numbers) -> tuple[Numbers, Numbers]:
    centers, spreads = values.mean(axis=0), values.std(axis=0)
    return centers, np.where(spreads > 0, spreads, 1.0)

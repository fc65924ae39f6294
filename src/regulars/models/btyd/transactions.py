"""What all models of purchases answer, whatever they assume about how customers leave.

Each model tells, from a history, the probability of still being a customer and what happens next *if* they are; the rest
follows here. Horizons are counted from the end of T and are in its unit. With a list of horizons every answer has one
column for each; with a single one it has one number per customer.

A customer who has left does not return, so P(X(h) = 0) = 1 − p_alive + p_alive · P(X(h) = 0 | alive).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import ModelError
from regulars.models.btyd.fitting import FLAT, Maximum, Objective, Status, maximize
from regulars.models.btyd.records import filled, parsed, written
from regulars.models.btyd.sufficient import Floats, Histories, checked, compress

MOST = 4096
"""Numbers of purchases are not followed beyond."""
NOT_FITTED = Status(False, "Not fitted yet.")


class PurchaseModel(ABC):
    """A mixture of customers who buy at their own rate until they leave, at a moment nobody sees.

    `params_` are in the unit of time that was fitted. `log_likelihood_` is the total over customers; `status_` says
    whether it can be relied upon, and why not. Answers are finite whatever the status.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]
    rates: ClassVar[tuple[str, ...]]
    """Parameters that are lengths of time: they grow with the unit."""
    starts: ClassVar[tuple[tuple[float, ...], ...]]

    def __init__(self, **params: float) -> None:
        if params and (set(params) != set(self.parameters) or min(params.values()) <= 0):
            raise ModelError(
                f"{self.title} with {params}", hint=f"expected {', '.join(self.parameters)}, all above zero"
            )
        self.params_ = {name: float(params[name]) for name in self.parameters} if params else {}
        self.log_likelihood_ = float("nan")
        self.n_customers_ = 0.0
        self.covariance_ = np.zeros((len(self.parameters), len(self.parameters)))
        self.status_ = Status(True, "Parameters were given, not fitted.", True) if params else NOT_FITTED

    def fit(
        self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None
    ) -> Self:
        """Find the most likely parameters.

        Parameters
        ----------
        frequency, recency, T
            One value per customer, or per distinct history with its count as weight.
        weights
            How many customers a row stands for; 1 each if left out.
        """
        return self.fit_histories(compress(frequency, recency, T, weights))

    def fit_histories(self, histories: Histories) -> Self:
        """Find the most likely parameters for histories that are already counted."""
        kept = histories.n_customers > 0
        x, t_x, T, n = (column[kept] for column in (*histories.columns, histories.n_customers))
        total = float(n.sum())
        scale = float(n @ T / total) if total and T.max() > 0 else 1.0
        objective = self._objective(x, t_x, T, n / total if total else n, scale)
        found = maximize(objective, self._starts(x, T / scale, n), self.parameters, total)
        unit = [scale if name in self.rates else 1.0 for name in self.parameters]
        values = np.exp(found.theta) * unit
        self.params_ = dict(zip(self.parameters, map(float, values), strict=True))
        self.covariance_ = found.covariance
        self.n_customers_ = total
        self.log_likelihood_ = found.value * total - float(n @ x) * float(np.log(scale))
        self.status_ = _carries(found, x, T, n)
        return self

    def _starts(self, x: Floats, T: Floats, n: Floats) -> list[tuple[float, ...]]:
        """Return the model's usual starts, with the mean rate brought to the shop's."""
        mean = float(n @ x) / float(n @ T) if n @ T > 0 else 1.0
        alpha = self.parameters.index("alpha")
        return [
            tuple(start[0] / max(mean, 1e-3) if i == alpha else value for i, value in enumerate(start))
            for start in self.starts
        ]

    @abstractmethod
    def _objective(self, x: Floats, t_x: Floats, T: Floats, share: Floats, scale: float = 1.0) -> Objective:
        """Return the log-likelihood per customer with its gradient, in logarithms of the parameters.

        Times are divided by `scale`, so that parameters are of the order of one.
        """

    @abstractmethod
    def _p_alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _expected(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return E[X(h) | alive]; columns of customers against a row of horizons."""

    @abstractmethod
    def _p_active(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return P(X(h) ≥ 1 | alive)."""

    @abstractmethod
    def _p_at_least(self, n: Floats, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return P(X(h) ≥ n | alive) for n ≥ 1."""

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """Return the probability of still being a customer at T. It is not a probability of buying again soon."""
        return self._p_alive(*self._given(frequency, recency, T))

    def expected_purchases(
        self, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Return the expected number of purchases in (T, T + horizon]."""
        return self._times_alive(self._expected, horizon, frequency, recency, T)

    def expected_purchases_between(
        self, start: ArrayLike, end: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Return the expected number of purchases in (T + start, T + end]."""
        until_end = self.expected_purchases(end, frequency, recency, T)
        return np.maximum(until_end - self.expected_purchases(start, frequency, recency, T), 0.0)

    def p_active(self, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """Return the probability of at least one purchase in (T, T + horizon]."""
        return self._times_alive(self._p_active, horizon, frequency, recency, T)

    def p_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, n_max: int
    ) -> Floats:
        """Return P(X(horizon) = n) for n = 0 … n_max, one column each; what is missing to 1 lies above n_max."""
        x, t_x, T = self._given(frequency, recency, T)
        alive = self._p_alive(x, t_x, T)[:, None]
        chances = alive * self._p_counts(n_max, float(horizon), x[:, None], t_x[:, None], T[:, None])
        chances[:, :1] += 1 - alive
        return chances

    def _p_counts(self, n_max: int, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return P(X(h) = n | alive) for n = 0 … n_max."""
        at_least = np.clip(self._p_at_least(np.arange(1.0, n_max + 2)[None, :], h, x, t_x, T), 0, 1)
        at_least = np.hstack([np.ones_like(x), np.minimum.accumulate(at_least, axis=1)])
        return at_least[:, :-1] - at_least[:, 1:]

    def enough_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, *, rest: float = 1e-4
    ) -> int:
        """Return an n that more purchases than happen with a probability below `rest`, whoever the customer."""
        x, t_x, T = (column[:, None] for column in self._given(frequency, recency, T))
        n = 16
        while n < MOST and (self._p_at_least(np.array([[float(n)]]), float(horizon), x, t_x, T) > rest).any():
            n *= 2
        return n

    def purchase_quantiles(
        self, quantiles: ArrayLike, horizon: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Return the smallest n with P(X(horizon) ≤ n) at or above each of the probabilities asked for."""
        asked = np.asarray(quantiles, dtype=np.float64)
        rest = float(1 - np.max(asked, initial=0.0)) / 2
        n_max = self.enough_purchases(horizon, frequency, recency, T, rest=max(rest, 1e-9))
        so_far = np.cumsum(self.p_purchases(horizon, frequency, recency, T, n_max), axis=1)
        found = [(so_far < level - 1e-12).sum(axis=1) for level in np.atleast_1d(asked)]
        columns = np.stack(found, axis=1).astype(np.float64)
        return columns[:, 0] if asked.ndim == 0 else columns

    def next_purchase(
        self,
        quantiles: ArrayLike,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        *,
        within: float = 365.0,
        if_they_return: bool = False,
    ) -> Floats:
        """Return the time by which the next purchase has happened with the probabilities asked for.

        Parameters
        ----------
        quantiles
            Between 0 and 1. At 0.5 the answer is the median.
        within
            How far to look: where the probability is not reached by then, the answer is infinite.
        if_they_return
            Ask among the futures with a purchase within that time only; then every answer is finite.
        """
        x, t_x, T = self._given(frequency, recency, T)
        asked = np.asarray(quantiles, dtype=np.float64)
        alive = self._p_alive(x, t_x, T)[:, None]
        reached = self._p_active(np.array([[within]]), x[:, None], t_x[:, None], T[:, None])
        of_alive = np.atleast_1d(asked)[None, :] / (
            np.maximum(alive, 1e-300) if not if_they_return else 1 / reached
        )
        found = np.full(of_alive.shape, np.inf)
        rows, columns = np.nonzero(of_alive <= reached)
        found[rows, columns] = self._time_of(of_alive[rows, columns], within, x[rows], t_x[rows], T[rows])
        return found[:, 0] if asked.ndim == 0 else found

    def _time_of(self, p: Floats, within: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Invert P(X(h) ≥ 1 | alive) on a logarithmic scale of time."""
        from scipy.optimize.elementwise import find_root

        unit = within * 1e-6

        def beyond(u: Floats, p: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
            return self._p_active(unit * np.expm1(u), x, t_x, T) - p

        if not len(p):
            return p
        top = float(np.log1p(within / unit))
        found = find_root(
            beyond, (np.zeros(len(p)), np.full(len(p), top)), args=(p, x, t_x, T), tolerances={"xatol": 1e-9}
        )
        return np.where(found.success, unit * np.expm1(found.x), within)

    def draws(self, n: int, seed: int = 0) -> list[Self]:
        """Return models whose parameters are drawn from what the fit leaves open (normal in their logarithms).

        The spread of an answer over the draws is its uncertainty from not knowing the parameters.
        """
        rng = np.random.default_rng(seed)
        centre = np.log(list(self.params_.values()))
        apart = rng.multivariate_normal(np.zeros(len(centre)), self.covariance_, size=n, method="eigh")
        drawn = np.exp(centre + np.clip(apart, -FLAT, FLAT))
        return [self._with(**dict(zip(self.parameters, map(float, row), strict=True))) for row in drawn]

    def _with(self, **params: float) -> Self:
        """Return a model of the same kind with other parameters."""
        return type(self)(**params)

    def to_json(self) -> str:
        """Return the fitted model as JSON: a few numbers."""
        return written(self, covariance=self.covariance_.tolist())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that `to_json` wrote; another's file raises ModelError."""
        data = parsed(text, cls.name, cls.parameters, ("covariance",))
        model = cls(**data["parameters"])
        filled(model, data)
        model.covariance_ = np.array(data["covariance"], dtype=np.float64)
        return model

    def _given(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> tuple[Floats, Floats, Floats]:
        if not self.params_:
            raise ModelError(f"{self.title} was asked before it was fitted", hint="call fit first")
        return checked(frequency, recency, T)[:3]

    def _times_alive(
        self,
        answer: Callable[..., Floats],
        horizon: ArrayLike,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Floats:
        x, t_x, T = self._given(frequency, recency, T)
        h = np.asarray(horizon, dtype=np.float64)
        if not (np.isfinite(h) & (h >= 0)).all():
            raise ModelError(f"a horizon of {h.tolist()}", hint="expected a length of time, zero or more")
        columns = answer(np.atleast_1d(h)[None, :], x[:, None], t_x[:, None], T[:, None])
        found = self._p_alive(x, t_x, T)[:, None] * columns
        return found[:, 0] if h.ndim == 0 else found

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v:.4g}' for k, v in self.params_.items())})"


def _carries(found: Maximum, x: Floats, T: Floats, n: Floats) -> Status:
    """Say first what no likelihood is needed to see."""
    if not n.sum():
        sentence = "There are no customers: the parameters are only a starting point."
    elif not T.any():
        sentence = "Every customer was first seen on the last day: there has been no time in which to return."
    elif not x.any():
        sentence = (
            f"None of {n.sum():,.0f} customers bought a second time: how often customers return is not known."
        )
    else:
        return found.status
    return Status(False, sentence, found.status.converged, found.status.at_bound, found.status.flat)

"""MBG/CNBD-k: as MBG/NBD, for customers who buy at regular intervals.

The times between purchases are Erlang distributed: the sum of k exponential stages. k = 1 is MBG/NBD; the larger k, the
more a silence beyond the usual interval says, and the less chance there is of a purchase right after one. k is chosen
by likelihood, for which the sum of the logarithms of all times between purchases is needed.

Given a customer who is still one at T, they are at one of k stages; given the stage, their rate is
Gamma(r + k x + j, α + T), and their probability of leaving Beta(a, b + x + 1).

References
----------
[1] Reutterer, Platzer & Schröder (2021), Leveraging Purchase Regularity for Predicting Customer Behavior the Easy Way,
    International Journal of Research in Marketing 38 (1), 194–215; the authors' BTYDplus.
[2] Platzer & Reutterer (2016), Ticking Away the Moments: Timing Regularity Helps to Better Predict Customer Activity,
    Marketing Science 35 (5), 779–799.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import ModelError
from regulars.models.btyd.fitting import Objective
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.records import parsed, written
from regulars.models.btyd.sufficient import Floats, Histories, compress
from regulars.models.btyd.transactions import MOST, PurchaseModel

K_HIGHEST = 8
REST = 1e-7
"""An expectation is summed until more purchases have less than this probability."""


class ModifiedBetaGeoCNBD(ModifiedBetaGeoNBD):
    """MBG/CNBD-k with the k of the highest likelihood, `k_`.

    >>> every_month = ModifiedBetaGeoCNBD(k=4, r=5, alpha=40, a=0.5, b=5)
    >>> bool(every_month.p_alive(10, 300, 400)[0] < every_month.p_alive(10, 300, 320)[0])
    True
    """

    name = "mbg_cnbd_k"
    title = "MBG/CNBD-k"

    def __init__(self, *, k: int = 1, **params: float) -> None:
        super().__init__(**params)
        if not (k == int(k) and 1 <= k <= K_HIGHEST):
            raise ModelError(
                f"MBG/CNBD-k with k = {k}", hint=f"expected a whole number from 1 to {K_HIGHEST}"
            )
        self.k_ = int(k)

    def fit(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        sum_of_log_gaps: float | None = None,
    ) -> Self:
        """Find the most likely parameters and k.

        Parameters
        ----------
        sum_of_log_gaps
            Σ log(time between two purchases) over all customers. Without it k stays as it is.
        """
        return self.fit_histories(compress(frequency, recency, T, weights), sum_of_log_gaps)

    def fit_histories(self, histories: Histories, sum_of_log_gaps: float | None = None) -> Self:
        """Raise k from 1 for as long as the likelihood rises."""
        if sum_of_log_gaps is None:
            return super().fit_histories(histories)
        best: ModifiedBetaGeoCNBD | None = None
        for k in range(1, K_HIGHEST + 1):
            tried = type(self)(k=k)
            super(ModifiedBetaGeoCNBD, tried).fit_histories(histories)
            tried.log_likelihood_ += (k - 1) * sum_of_log_gaps
            if best is not None and tried.log_likelihood_ <= best.log_likelihood_:
                break
            best = tried
        assert best is not None
        self.__dict__.update(best.__dict__)
        return self

    def _objective(self, x: Floats, t_x: Floats, T: Floats, share: Floats, scale: float = 1.0) -> Objective:
        """Return the log-likelihood of [1] with its gradient, but for (k − 1) Σ log gap, which no parameter changes."""
        from scipy.special import gammaln, psi

        k = self.k_
        t_x, T = t_x / scale, T / scale
        stages = k * x
        constant = -float(share @ x) * float((k - 1) * np.log(scale) + gammaln(k))

        def objective(theta: Floats) -> tuple[float, Floats]:
            r, alpha, a, b = np.exp(theta)
            shape = r + stages
            log_last, log_age = np.log(alpha + t_x), np.log(alpha + T)
            log_left = theta[2] - np.log(b + x) + shape * (log_age - log_last)
            log_stage = _stages(k, shape, T - t_x, alpha + T)
            log_sum = np.logaddexp(log_left, np.logaddexp.reduce(log_stage, axis=-1))
            left = share * np.exp(log_left - log_sum)
            at_stage = share[:, None] * np.exp(log_stage - log_sum[:, None])
            mean_stage = at_stage @ np.arange(float(k))
            value = constant + share @ (
                gammaln(a + b) - gammaln(a + b + x + 1) + gammaln(b + x + 1) - gammaln(b)
                + gammaln(shape) - gammaln(r) + r * theta[1] - shape * log_age + log_sum
            )  # fmt: skip
            further = (at_stage * (psi(shape[:, None] + np.arange(k)) - psi(shape)[:, None])).sum()
            psi_all = psi(a + b) - psi(a + b + x + 1)
            slope = np.array(
                [
                    share @ (psi(shape) - psi(r) + theta[1] - log_age)
                    + left @ (log_age - log_last)
                    + further,
                    r / alpha * share.sum()
                    - (share * shape - left * shape + mean_stage) @ (1 / (alpha + T))
                    - (left * shape) @ (1 / (alpha + t_x)),
                    share @ psi_all + left.sum() / a,
                    share @ (psi(b + x + 1) - psi(b) + psi_all) - left @ (1 / (b + x)),
                ]
            )
            return float(value), slope * np.exp(theta)

        return objective

    def _p_alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        from scipy.special import expit

        r, alpha, a, b = self.params_.values()
        shape = r + self.k_ * x
        log_left = np.log(a) - np.log(b + x) + shape * (np.log(alpha + T) - np.log(alpha + t_x))
        log_alive = np.logaddexp.reduce(_stages(self.k_, shape, T - t_x, alpha + T), axis=-1)
        found: Floats = expit(log_alive - log_left)
        return found

    def _p_active(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return 1 − P(the stage reached by T + h is still before the k-th)."""
        r, alpha, _, _ = self.params_.values()
        shape = r + self.k_ * x
        now = np.logaddexp.reduce(_stages(self.k_, shape, T - t_x, alpha + T), axis=-1)
        later = np.logaddexp.reduce(_stages(self.k_, shape, T - t_x + h, alpha + T + h), axis=-1)
        found: Floats = -np.expm1(np.minimum(later - now - shape * np.log1p(h / (alpha + T)), 0.0))
        return found

    def _time_of(self, p: Floats, within: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        return PurchaseModel._time_of(self, p, within, x, t_x, T)

    def _p_at_least(self, n: Floats, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return P(n purchases or more): n k stages less those behind, and not leaving at the n − 1 before."""
        from scipy.special import betainc, betaln

        r, alpha, a, b = self.params_.values()
        shape, since = r + self.k_ * x, alpha + T
        log_stage = _stages(self.k_, shape, T - t_x, since)
        at_stage = np.exp(log_stage - np.logaddexp.reduce(log_stage, axis=-1)[..., None])
        stayed = np.exp(betaln(a, b + x + n) - betaln(a, b + x + 1))
        enough = sum(
            at_stage[..., j] * betainc(n * self.k_ - j, shape + j, h / (since + h)) for j in range(self.k_)
        )
        found: Floats = enough * stayed
        return found

    def _p_counts(self, n_max: int, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        return PurchaseModel._p_counts(self, n_max, h, x, t_x, T)

    def _expected(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return Σ P(X(h) ≥ n): there is no closed form above k = 1."""
        found = np.zeros(np.broadcast_shapes(h.shape, x.shape))
        for column, length in enumerate(h[0]):
            rows, at, n = np.arange(len(x)), 1, 8
            while len(rows) and at < MOST:
                counts = np.arange(float(at), at + n)[None, :]
                more = self._p_at_least(counts, float(length), x[rows], t_x[rows], T[rows])
                found[rows, column] += more.sum(axis=1)
                rows, at, n = rows[more[:, -1] > REST], at + n, n * 2
        return found

    def _with(self, **params: float) -> Self:
        return type(self)(k=self.k_, **params)

    def to_json(self) -> str:
        """Return the fitted model as JSON: a few numbers."""
        return written(self, covariance=self.covariance_.tolist(), k=self.k_)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that `to_json` wrote; another's file raises ModelError."""
        model = super().from_json(text)
        model.k_ = _checked_k(parsed(text, cls.name, cls.parameters, ("k",))["k"])
        return model


def _checked_k(k: object) -> int:
    if not isinstance(k, int) or not 1 <= k <= K_HIGHEST:
        raise ModelError(f"MBG/CNBD-k with k = {k}", hint=f"expected a whole number from 1 to {K_HIGHEST}")
    return k


def _stages(k: int, shape: Floats, since: Floats, alpha: Floats) -> Floats:
    """Return log [Γ(shape + j) / (Γ(shape) j!) (since / alpha)^j] for stages j = 0 … k − 1, as a last axis."""
    from scipy.special import gammaln, xlogy

    j = np.arange(float(k))
    ways = gammaln(shape[..., None] + j) - gammaln(shape)[..., None] - gammaln(j + 1)
    found: Floats = ways + xlogy(j, (since / alpha)[..., None])
    return found

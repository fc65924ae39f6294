"""Pareto/NBD: a customer buys at a rate of their own and leaves after a time of their own, bought or not.

Rates are gamma distributed over customers (r, alpha), rates of leaving too (s, beta).

Given a customer who is still one at T, the two are Gamma(r + x, α + T) and Gamma(s, β + T), independent: the future is
a new customer's with these parameters.

The ₂F₁ of the published likelihood is the difference of two huge numbers where α and β are far apart. It stands for an
integral over the unknown moment of leaving, whose integrand is positive and smooth in the logarithm of time: here the
integral itself is taken, by Gauss and Legendre's rule. Nothing overflows, nothing cancels, and its gradient needs the
same nodes only.

References
----------
[1] Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will They Do Next?,
    Management Science 33 (1), 1–24.
[2] Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model and Related Expressions, brucehardie.com/notes/009.
"""

from __future__ import annotations

import numpy as np

from regulars.models.btyd.fitting import Objective
from regulars.models.btyd.nbd import nbd_chances
from regulars.models.btyd.quadrature import decay
from regulars.models.btyd.sufficient import Floats
from regulars.models.btyd.transactions import PurchaseModel

ROWS_AT_ONCE = 8_192


class ParetoNBD(PurchaseModel):
    """Pareto/NBD: customers leave as time passes, not only when they buy.

    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)  # CDNOW, in weeks
    >>> float(model.expected_purchases(39, 2, 30.43, 38.86).round(2)[0])
    1.46
    """

    name = "pareto_nbd"
    title = "Pareto/NBD"
    parameters = ("r", "alpha", "s", "beta")
    rates = ("alpha", "beta")
    starts = ((0.5, 1.0, 0.5, 0.5), (0.5, 1.0, 1.0, 5.0), (2.0, 1.0, 0.2, 1.0), (0.5, 1.0, 5.0, 50.0))

    def _objective(self, x: Floats, t_x: Floats, T: Floats, share: Floats, scale: float = 1.0) -> Objective:
        """Return [2], eq. 17, as alive + left, in logarithms, with its gradient (the mean over who may have left)."""
        from scipy.special import expit, gammaln, psi

        t_x, T = t_x / scale, T / scale

        def part(theta: Floats, rows: slice) -> tuple[float, Floats]:
            r, alpha, s, beta = np.exp(theta)
            x_, t_, T_, w = x[rows], t_x[rows], T[rows], share[rows]
            log_a, log_b = np.log(alpha + T_), np.log(beta + T_)
            log_odds, means = _odds_of_leaving(r + x_, alpha + t_, s, beta + t_, T_ - t_)
            left = expit(log_odds)
            value = (
                gammaln(r + x_) - gammaln(r) + r * theta[1] + s * theta[3]
                - (r + x_) * log_a - s * log_b + np.logaddexp(0.0, log_odds)
            )  # fmt: skip
            mean_log_a, mean_log_b, mean_1_a, mean_1_b = means
            stays = 1 - left
            slope = np.array(
                [
                    w @ (psi(r + x_) - psi(r) + theta[1] - stays * log_a - left * mean_log_a),
                    w @ (r / alpha - (r + x_) * (stays / (alpha + T_) + left * mean_1_a)),
                    w @ (theta[3] - stays * log_b + left * (1 / s - mean_log_b)),
                    w @ (s / beta - s * stays / (beta + T_) - (s + 1) * left * mean_1_b),
                ]
            )
            return float(w @ value), slope * np.exp(theta)

        def objective(theta: Floats) -> tuple[float, Floats]:
            parts = [part(theta, rows) for rows in _pieces(len(x))]
            return sum(value for value, _ in parts), np.sum([slope for _, slope in parts], axis=0)

        return objective

    def _future(self, x: Floats, T: Floats) -> tuple[Floats, Floats, float, Floats]:
        """Return r, α, s and β of a customer who is still one at T."""
        r, alpha, s, beta = self.params_.values()
        return r + x, alpha + T, s, beta + T

    def _p_alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return 1 / (1 + odds of having left): [1], eqs. 11–13."""
        from scipy.special import expit

        r, alpha, s, beta = self.params_.values()
        found = np.empty(len(x))
        for rows in _pieces(len(x)):
            since = T[rows] - t_x[rows]
            log_odds, _ = _odds_of_leaving(r + x[rows], alpha + t_x[rows], s, beta + t_x[rows], since)
            found[rows] = expit(-log_odds)
        return found

    def _expected(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return [1], eq. 22, without p_alive; at s = 1 it is a logarithm, which `exprel` passes smoothly."""
        from scipy.special import exprel

        r, alpha, s, beta = self._future(x, T)
        stretch = np.log1p(h / beta)
        found: Floats = r / alpha * beta * stretch * exprel((1 - s) * stretch)
        return found

    def _p_active(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return the integral over when the first purchase comes, before leaving: [2], its P(X(t) ≥ 1)."""
        r, alpha, s, beta = self._future(x, T)
        h, r, alpha, beta = np.broadcast_arrays(h, r, alpha, beta)
        found = np.empty(h.shape)
        for rows in _pieces(len(found)):
            rate = r[rows] / alpha[rows]
            found[rows] = rate * np.exp(decay(r[rows] + 1, alpha[rows], s, beta[rows], h[rows]).log_integral)
        return np.where(h > 0, np.minimum(found, 1.0), 0.0)

    def _p_at_least(self, n: Floats, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return the NBD tail, mixed over the moments when the customer may leave."""
        from scipy.special import betainc

        r, alpha, s, beta = self._future(x, T)
        log_stays = -s * np.log1p(h / beta)
        found: Floats = np.exp(log_stays) * betainc(n, r, h / (alpha + h))
        leaving = decay(np.zeros_like(beta), np.ones_like(beta), s + 1, beta, np.full_like(beta, h))
        for k in range(leaving.moments.shape[-1]):
            until = leaving.moments[..., k]
            found = found - np.expm1(log_stays) * leaving.share[..., k] * betainc(
                n, r, until / (alpha + until)
            )
        return found

    def _p_counts(self, n_max: int, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return NBD probabilities, mixed over the moments when the customer may leave."""
        r, alpha, s, beta = self._future(x, T)
        stayed_for = nbd_chances(n_max, r, alpha)
        log_stays = -s * np.log1p(h / beta)
        found = np.exp(log_stays) * stayed_for(np.full_like(alpha, h))
        leaving = decay(np.zeros_like(beta), np.ones_like(beta), s + 1, beta, np.full_like(beta, h))
        for k in range(leaving.moments.shape[-1]):
            found -= np.expm1(log_stays) * leaving.share[..., k] * stayed_for(leaving.moments[..., k])
        return found


def _pieces(n: int) -> list[slice]:
    return [slice(at, at + ROWS_AT_ONCE) for at in range(0, max(n, 1), ROWS_AT_ONCE)]


def _odds_of_leaving(
    p: Floats, alpha: Floats, s: float, beta: Floats, since: Floats
) -> tuple[Floats, tuple[Floats, Floats, Floats, Floats]]:
    """Return the log odds of having left since the last purchase, and means over the moment of leaving.

    The likelihood of having left is s ∫ (α + τ)^−p (β + τ)^−(s + 1) dτ from t_x to T, of not having left
    (α + T)^−p (β + T)^−s. `alpha` and `beta` are given as of t_x. The means are of log(α + τ), log(β + τ) and of the
    reciprocals.
    """
    found = decay(p, alpha, s + 1, beta, since)
    log_odds = (
        np.log(s)
        - np.log(beta)
        + p * np.log1p(since / alpha)
        + s * np.log1p(since / beta)
        + found.log_integral
    )
    by_alpha, by_beta = found.log_growths
    means = (
        np.log(alpha) + (found.share * by_alpha).sum(axis=-1),
        np.log(beta) + (found.share * by_beta).sum(axis=-1),
        (found.share / (alpha[..., None] + found.moments)).sum(axis=-1),
        (found.share / (beta[..., None] + found.moments)).sum(axis=-1),
    )
    return log_odds, means

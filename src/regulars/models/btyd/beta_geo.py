"""BG/NBD: a customer buys at a rate of their own and, after each purchase, leaves with a probability of their own.

Rates are gamma distributed over customers (r, alpha), probabilities of leaving beta distributed (a, b).

Given a customer who is still one at T, their rate is Gamma(r + x, α + T) and their probability of leaving
Beta(a, b + x), independent: the future is a new customer's with these parameters.

References
----------
[1] Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
    Marketing Science 24 (2), 275–284.
[2] Fader & Hardie (2013), Overcoming the BG/NBD Model's #NUM! Error Problem, brucehardie.com/notes/027.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from regulars.models.btyd.fitting import Objective
from regulars.models.btyd.nbd import nbd_chances
from regulars.models.btyd.quadrature import beta_rule
from regulars.models.btyd.sufficient import Floats, distinct
from regulars.models.btyd.transactions import PurchaseModel

NEAR_ONE = 1e-5
CONCENTRATED = 8.0
"""Above this a, probabilities of leaving lie close enough together for a mean over a few nodes."""


class BetaGeoNBD(PurchaseModel):
    """BG/NBD. Nobody leaves before a second purchase: p_alive is 1 for those who bought once.

    >>> model = BetaGeoNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)  # CDNOW, in weeks; [1], table 2
    >>> float(model.expected_purchases(39, 2, 30.43, 38.86).round(3)[0])
    1.226
    """

    name = "bg_nbd"
    title = "BG/NBD"
    parameters = ("r", "alpha", "a", "b")
    rates = ("alpha",)
    starts = ((0.5, 1.0, 0.8, 2.0), (0.2, 1.0, 0.1, 1.0), (2.0, 1.0, 0.5, 5.0), (1.0, 1.0, 5.0, 50.0))
    chances_before: ClassVar[int] = 0
    """How often a customer may leave before their second purchase: MBG/NBD says once, at the first."""

    def _objective(self, x: Floats, t_x: Floats, T: Floats, share: Floats, scale: float = 1.0) -> Objective:
        """Return [1], eq. 6, in logarithms as in [2], with its gradient.

        Terms of x, t_x and T alone are worked out once per distinct value.
        """
        from scipy.special import expit, gammaln, psi

        (xs, x_at), (lasts, last_at), (ages, age_at) = distinct(x), distinct(t_x), distinct(T)
        lasts, ages = lasts / scale, ages / scale
        by_x = np.bincount(x_at, weights=share, minlength=len(xs))
        by_age = np.bincount(age_at, weights=share, minlength=len(ages))
        x_by_age = np.bincount(age_at, weights=share * x, minlength=len(ages))
        chances = xs + self.chances_before

        def objective(theta: Floats) -> tuple[float, Floats]:
            r, alpha, a, b = np.exp(theta)
            log_last, log_age = np.log(alpha + lasts), np.log(alpha + ages)
            before_leaving = np.maximum(b + chances - 1, 1e-300)
            to_leave = np.where(chances > 0, theta[2] - np.log(before_leaving), -np.inf)
            rested = log_age[age_at] - log_last[last_at]
            log_odds = to_leave[x_at] + (r + x) * rested
            left = expit(log_odds)
            surer = np.maximum(left, 1 - left)
            log_sum = np.maximum(log_odds, 0.0) - np.log(
                surer
            )  # log(1 + odds), for half of what logaddexp takes
            gone = share * left
            rate = gone * (r + x)
            gone_by_x = np.bincount(x_at, weights=gone, minlength=len(xs))
            rate_by_last = np.bincount(last_at, weights=rate, minlength=len(lasts))
            rate_by_age = np.bincount(age_at, weights=rate, minlength=len(ages))
            per_x = (
                gammaln(r + xs) - gammaln(r) + r * theta[1]
                + gammaln(b + chances) - gammaln(b) + gammaln(a + b) - gammaln(a + b + chances)
            )  # fmt: skip
            value = by_x @ per_x - (r * by_age + x_by_age) @ log_age + _dot(share, log_sum)
            psi_all = psi(a + b) - psi(a + b + chances)
            slope = np.array(
                [
                    by_x @ (psi(r + xs) - psi(r) + theta[1]) - by_age @ log_age + _dot(gone, rested),
                    r / alpha
                    - (r * by_age + x_by_age - rate_by_age) @ (1 / (alpha + ages))
                    - rate_by_last @ (1 / (alpha + lasts)),
                    by_x @ psi_all + gone.sum() / a,
                    by_x @ (psi(b + chances) - psi(b) + psi_all) - (gone_by_x / before_leaving).sum(),
                ]
            )
            return float(value), slope * np.exp(theta)

        return objective

    def _future(self, x: Floats, T: Floats) -> tuple[Floats, Floats, float, Floats]:
        """Return r, α, a and b of a customer who is still one at T."""
        r, alpha, a, b = self.params_.values()
        return r + x, alpha + T, a, b + x + self.chances_before

    def _p_alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return 1 / (1 + odds of having left), the second term of [1], eq. 6, over the first."""
        from scipy.special import expit

        r, alpha, a, b = self.params_.values()
        chances = x + self.chances_before
        odds = np.log(a) - np.log(np.maximum(b + chances - 1, 1e-300)) + (r + x) * (
            np.log(alpha + T) - np.log(alpha + t_x)
        )  # fmt: skip
        return np.where(chances > 0, expit(-odds), 1.0)

    def _expected(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return [1], eq. 9, at the parameters of the future."""
        r, alpha, a, b = self._future(x, T)
        if a > CONCENTRATED:
            return _mean_over_leaving(h, r, alpha, a, b)
        if abs(a - 1) >= NEAR_ONE:
            return _closed_form(h, r, alpha, a, b)
        below, above = (_closed_form(h, r, alpha, 1 + side * NEAR_ONE, b) for side in (-1, 1))
        return (below + above) / 2

    def _p_active(self, h: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return 1 − (α / (α + h))^r, [1], eq. 8 at zero purchases."""
        r, alpha, _, _ = self._future(x, T)
        return -np.expm1(-r * np.log1p(h / alpha))

    def _time_of(self, p: Floats, within: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        r, alpha, _, _ = self._future(x, T)
        return np.minimum(
            alpha * np.expm1(np.minimum(-np.log1p(-np.minimum(p, 1 - 1e-16)) / r, 700.0)), within
        )

    def _p_at_least(self, n: Floats, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return P(n purchases or more): enough time for them, and not leaving at the n − 1 before.

        It is [1], eq. 8, summed: an NBD tail times B(a, b + n − 1) / B(a, b).
        """
        from scipy.special import betainc, betaln

        r, alpha, a, b = self._future(x, T)
        stayed = np.exp(betaln(a, b + n - 1) - betaln(a, b))
        found: Floats = betainc(n, r, h / (alpha + h)) * stayed
        return found

    def _p_counts(self, n_max: int, h: float, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Return [1], eq. 8; the sum in it is taken once for all n."""
        from scipy.special import betaln

        r, alpha, a, b = self._future(x, T)
        n = np.arange(1.0, n_max + 2)[None, :]
        enough_time = 1 - np.cumsum(nbd_chances(n_max, r, alpha)(np.full_like(alpha, h)), axis=1)
        at_least = np.maximum(enough_time, 0.0) * np.exp(betaln(a, b + n - 1) - betaln(a, b))
        at_least = np.hstack([np.ones_like(x), at_least])
        found: Floats = at_least[:, :-1] - at_least[:, 1:]
        return found


def _dot(a: Floats, b: Floats) -> float:
    """Return a sum of products without a pool of threads, which wait for each other on a busy machine."""
    return float(np.einsum("i,i->", a, b))


def _closed_form(h: Floats, r: Floats, alpha: Floats, a: float, b: Floats) -> Floats:
    """Return the expected purchases of a new customer in h, [1], eq. 9.

    Euler's transformation of its ₂F₁ leaves arguments that do not grow with x, so nothing overflows.
    """
    from scipy.special import hyp2f1

    c, z = a + b - 1, h / (alpha + h)
    if np.min(c, initial=1.0) > 0.01:
        c_times_f = c * hyp2f1(c - r, a - 1, c, z)
    else:  # at c = 0 the function has a pole which the factor c takes away: DLMF 15.5.17
        higher = (c - r) * (a - 1) * z / (c + 1) * hyp2f1(c - r + 1, a, c + 2, z)
        c_times_f = c * hyp2f1(c - r, a - 1, c + 1, z) + higher
    found: Floats = (c - np.exp(-(a - 1) * np.log1p(h / alpha)) * c_times_f) / (a - 1)
    lost = ~np.isfinite(found)  # a first moment almost without history, where nearly nobody leaves
    if lost.any():
        h_, r_, alpha_, b_ = (np.broadcast_to(column, found.shape)[lost] for column in (h, r, alpha, b))
        found[lost] = _mean_over_leaving(h_, r_, alpha_, a, b_)
    return np.maximum(found, 0.0)


def _mean_over_leaving(h: Floats, r: Floats, alpha: Floats, a: float, b: Floats) -> Floats:
    """Return the same as the mean of (1 − (1 + p h / α)^−r) / p over p: where a is large, ₂F₁ loses its digits."""
    values, place = np.unique(b, return_inverse=True)
    nodes, weights = (rule[place.reshape(b.shape)] for rule in beta_rule(a, values))
    found = np.zeros(np.broadcast_shapes(h.shape, r.shape))
    for k in range(nodes.shape[-1]):
        p = nodes[..., k]
        found += weights[..., k] * -np.expm1(-r * np.log1p(p * h / alpha)) / p
    return found

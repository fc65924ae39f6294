"""Gamma-Gamma: what a customer spends per purchase, when few purchases say little.

The mean spend of a purchase is gamma distributed around the customer's own mean (p), and those means differ between
customers (q, v). A customer's own average is drawn towards everybody's, the more so the fewer purchases it rests on.

Reference
---------
[1] Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, brucehardie.com/notes/025; first in Fader, Hardie &
    Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research 42, 415–430.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import ModelError
from regulars.models.btyd.fitting import Objective, Status, maximize
from regulars.models.btyd.records import filled, parsed, written
from regulars.models.btyd.sufficient import Floats, distinct
from regulars.models.btyd.transactions import NOT_FITTED

INDEPENDENT = 0.3
"""Rank correlations of frequency and spend up to this are taken as none."""
Q_LOWEST = 1.1
"""The mean spend over customers exists only for q above 1."""


class GammaGamma:
    """Spend per purchase. `frequency` counts the purchases that `monetary_value` is the mean of.

    `correlation_` is the rank correlation of the two among those fitted; the model takes it to be zero, and
    `assumption_` is a sentence when it is not (empty when it is).

    >>> model = GammaGamma(p=6.25, q=3.74, v=15.44)  # CDNOW; [1], section 4
    >>> [round(float(v), 2) for v in model.expected_spend([0, 2, 10], [0, 100, 100])]
    [35.22, 88.35, 97.28]
    """

    name: ClassVar[str] = "gamma_gamma"
    title = "Gamma-Gamma"
    parameters = ("p", "q", "v")
    starts = ((2.0, 3.0, 2.0), (6.0, 4.0, 0.5), (0.5, 2.0, 2.0), (20.0, 2.0, 0.1))

    def __init__(self, **params: float) -> None:
        if params and (set(params) != set(self.parameters) or min(params.values()) <= 0):
            raise ModelError(f"Gamma-Gamma with {params}", hint="expected p, q and v, all above zero")
        self.params_ = {name: float(params[name]) for name in self.parameters} if params else {}
        self.log_likelihood_ = float("nan")
        self.n_customers_ = 0.0
        self.mean_spend_ = 0.0
        self.correlation_: float | None = None
        self.assumption_ = ""
        self.status_ = Status(True, "Parameters were given, not fitted.", True) if params else NOT_FITTED
        if params and self.params_["q"] > 1:
            self.mean_spend_ = self.params_["p"] * self.params_["v"] / (self.params_["q"] - 1)

    def fit(self, frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Find the most likely parameters among customers with a frequency and a mean spend above zero.

        Parameters
        ----------
        frequency
            Purchases behind each mean; rows with none are left out.
        monetary_value
            Mean spend of those purchases; rows with none, or with less than nothing, are left out.
        """
        x, z, w = _checked(frequency, monetary_value, weights)
        kept = (x > 0) & (z > 0) & (w > 0)
        x, z, w = x[kept], z[kept], w[kept]
        total = float(w.sum())
        self.n_customers_ = total
        if not total:
            self.params_, self.mean_spend_ = {"p": 1.0, "q": 2.0, "v": 1.0}, 0.0
            self.status_ = Status(
                False, "No customer has a second purchase with a price: spend cannot be fitted."
            )
            return self
        self.correlation_ = _rank_correlation(x, z, w)
        self.assumption_ = _assumption(self.correlation_, total)
        self.mean_spend_ = float(w @ z / total)
        objective = _objective(x, z / self.mean_spend_, w / total)
        found = maximize(objective, self.starts, self.parameters, total)
        p, q, v = map(float, np.exp(found.theta))
        self.params_ = {"p": p, "q": q, "v": v * self.mean_spend_}
        self.log_likelihood_ = total * (found.value - float(np.log(self.mean_spend_)))
        self.status_ = found.status
        if q >= Q_LOWEST:
            self.mean_spend_ = p * self.params_["v"] / (q - 1)
        elif found.status.usable:
            sentence = f"Spend is so unequal (q = {q:.2f}) that the model has no mean; the observed one stands for it."
            self.status_ = Status(False, sentence, True)
        return self

    def expected_spend(self, frequency: ArrayLike, monetary_value: ArrayLike) -> Floats:
        """Return each customer's expected spend per purchase: [1], eq. 5; everybody's mean for those with no purchase.

        It is a weighted mean of everybody's and the customer's own, with weights q − 1 and p x.
        """
        x, z, _ = _checked(frequency, monetary_value, None)
        x, z = np.where(z > 0, x, 0.0), np.maximum(z, 0.0)
        p, q, _ = self._parameters()
        own = p * x / (p * x + max(q, Q_LOWEST) - 1)
        return own * z + (1 - own) * self.mean_spend_

    def spend_shape(self, frequency: ArrayLike, monetary_value: ArrayLike) -> tuple[float, Floats, Floats]:
        """Return p and each customer's q and v: the sum of n coming purchases is v · BetaPrime(p n, q). [1], eq. 4."""
        x, z, _ = _checked(frequency, monetary_value, None)
        x, z = np.where(z > 0, x, 0.0), np.maximum(z, 0.0)
        p, q, v = self._parameters()
        return p, q + p * x, v + x * z

    def to_json(self) -> str:
        """Return the fitted model as JSON: a few numbers."""
        return written(
            self, mean_spend=self.mean_spend_, correlation=self.correlation_, assumption=self.assumption_
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that `to_json` wrote; another's file raises ModelError."""
        data = parsed(text, cls.name, cls.parameters, ("mean_spend", "correlation", "assumption"))
        model = cls(**data["parameters"])
        filled(model, data)
        model.mean_spend_ = float(data["mean_spend"])
        model.correlation_, model.assumption_ = data["correlation"], data["assumption"]
        return model

    def _parameters(self) -> tuple[float, float, float]:
        if not self.params_:
            raise ModelError("Gamma-Gamma was asked before it was fitted", hint="call fit first")
        return self.params_["p"], self.params_["q"], self.params_["v"]

    def __repr__(self) -> str:
        return f"GammaGamma({', '.join(f'{k}={v:.4g}' for k, v in self.params_.items())})"


def _objective(x: Floats, z: Floats, share: Floats) -> Objective:
    """Return [1], eq. 1a, per customer with its gradient in logarithms."""
    from scipy.special import gammaln, psi

    values, x_at = distinct(x)
    by_x = np.bincount(x_at, weights=share, minlength=len(values))
    spent = x * z
    log_spent = np.log(spent)
    constant = -float(share @ np.log(z))

    def objective(theta: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(theta)
        shape = p * values
        log_all = np.log(v + spent)
        rest = by_x @ (gammaln(shape + q) - gammaln(shape) - gammaln(q))
        per_row = q * (theta[2] - log_all) + p * x * (log_spent - log_all)
        value = constant + rest + share @ per_row
        slope = np.array(
            [
                by_x @ (values * (psi(shape + q) - psi(shape))) + share @ (x * (log_spent - log_all)),
                by_x @ (psi(shape + q) - psi(q)) + share @ (theta[2] - log_all),
                q / v - share @ ((q + p * x) / (v + spent)),
            ]
        )
        return float(value), slope * np.exp(theta)

    return objective


def _checked(
    frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Return the columns as doubles; a mean spend that is missing counts as none."""
    x, z = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (frequency, monetary_value))
    w = np.ones(len(x)) if weights is None else np.atleast_1d(np.asarray(weights, dtype=np.float64))
    if not len(x) == len(z) == len(w):
        raise ModelError(
            f"columns of different length: frequency {len(x)}, monetary value {len(z)}, weights {len(w)}",
            hint="give one value of each for every customer",
        )
    wrong = ~np.isfinite(x) | (x < 0) | np.isinf(z) | ~np.isfinite(w) | (w < 0)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise ModelError(
            f"row {i} has frequency {x[i]:g}, monetary value {z[i]:g}, weight {w[i]:g}",
            hint="expected finite numbers, and a frequency and a weight that are not negative",
        )
    return x, np.nan_to_num(z, nan=0.0), w


def _rank_correlation(x: Floats, z: Floats, w: Floats) -> float | None:
    """Return Spearman's correlation, ties sharing a rank; None when one of the two never varies."""
    ranks = []
    for column in (x, z):
        values, place = np.unique(column, return_inverse=True)
        if len(values) < 2:
            return None
        mass = np.bincount(place, weights=w)
        rank = (np.cumsum(mass) - mass / 2)[place]
        ranks.append(rank - w @ rank / w.sum())
    a, b = ranks
    return float((w * a) @ b / np.sqrt((w * a) @ a * ((w * b) @ b)))


def _assumption(correlation: float | None, n: float) -> str:
    if correlation is None or abs(correlation) <= INDEPENDENT:
        return ""
    more = "more" if correlation > 0 else "less"
    return (
        f"Gamma-Gamma assumes that spend does not depend on frequency; here their rank correlation is "
        f"{correlation:.2f} over {n:,.0f} customers: those who buy often spend {more} each time."
    )

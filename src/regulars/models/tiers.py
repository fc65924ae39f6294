"""From probabilities and amounts to words and money: risk bands, value tiers, how much a history can carry, what is at risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from regulars.models.matrix import FeatureMatrix, Numbers
from regulars.models.value_margin import Margins

if TYPE_CHECKING:
    from regulars.settings import Predictions as PredictionSettings

Words = NDArray[np.object_]

RISK_BANDS = ("low", "medium", "high", "critical")
VALUE_TIERS = ("low", "middle", "high", "top")
VALUE_SHARES = (0.4, 0.7, 0.9)
"""The tenth with the highest expected revenue is the top tier, the fifth below it high, the third below that middle."""
NEW_DAYS, EMERGING_PURCHASES, ESTABLISHED_PURCHASES = 30, 2, 4
LEAST_STAYING = 0.02
"""Whoever leaves almost surely is still taken to stay with this probability, or what they would bring had no bound."""

TIER_MEANING = {
    "new": f"First ordered within the last {NEW_DAYS} days and once: predictions rest on other new customers.",
    "cold_start": "Ordered on one day: there is no rhythm yet, and predictions rest on customers like them.",
    "emerging": "Ordered on two or three days: the rhythm begins to show.",
    "established": f"Ordered on at least {ESTABLISHED_PURCHASES} days: predictions rest on their own rhythm.",
}
TIER_NEEDS = {
    "new": f"time: {NEW_DAYS} days since the first order, or a second one",
    "cold_start": "a second day with an order",
    "emerging": f"orders on {ESTABLISHED_PURCHASES} days",
    "established": "",
}


def confidence_tiers(matrix: FeatureMatrix) -> Words:
    """Return how much each customer's history can carry: new, cold_start, emerging or established."""
    purchases = np.nan_to_num(matrix.column("n_purchase_days"))
    known_days = np.nan_to_num(matrix.column("days_since_first_order"))
    few = np.where(known_days < NEW_DAYS, "new", "cold_start")
    more = np.where(purchases >= ESTABLISHED_PURCHASES, "established", "emerging")
    return np.where(purchases < EMERGING_PURCHASES, few, more).astype(object)


def risk_bands(p_churn: Numbers, settings: PredictionSettings) -> Words:
    """Return the band of each probability; None where there is none.

    >>> from regulars.settings import Predictions
    >>> risk_bands(np.array([0.1, 0.5, 0.95, np.nan]), Predictions()).tolist()
    ['low', 'medium', 'critical', None]
    """
    edges = [settings.medium_risk_from, settings.high_risk_from, settings.critical_risk_from]
    return _named(p_churn, np.array(edges), RISK_BANDS)


def risk_meaning(settings: PredictionSettings) -> dict[str, str]:
    """Return what each band says, in a sentence."""
    edges = (0.0, settings.medium_risk_from, settings.high_risk_from, settings.critical_risk_from, 1.0)
    return {
        band: f"Of 100 such customers, {low * 100:.0f} to {high * 100:.0f} are expected not to order in the window."
        for band, low, high in zip(RISK_BANDS, edges[:-1], edges[1:], strict=True)
    }


def if_they_stay(value: Numbers, p_churn: Numbers) -> Numbers:
    """Return the expected revenue given that the customer stays; a certain leaver is not worth nothing.

    >>> if_they_stay(np.array([50.0]), np.array([0.5])).tolist()
    [100.0]
    """
    found: Numbers = np.maximum(value, 0.0) / np.maximum(1 - p_churn, LEAST_STAYING)
    return found


def revenue_at_risk(value: Numbers, p_churn: Numbers) -> Numbers:
    """Return ``p_churn`` × the expected revenue if the customer stays."""
    found: Numbers = p_churn * if_they_stay(value, p_churn)
    return found


def margins_of(matrix: FeatureMatrix, margins: Margins | None, settings: PredictionSettings) -> Numbers:
    """Return each row's margin as a share of revenue: from costs where they are known, else as set; NaN for neither."""
    if margins is not None and matrix.costs is not None:
        return margins.of(matrix.costs)
    if margins is not None:
        return np.full(len(matrix), margins.shop)
    return np.full(len(matrix), np.nan if settings.margin is None else settings.margin)


def contact_gain(
    value: Numbers, p_churn: Numbers, settings: PredictionSettings, margin: Numbers | None = None
) -> Numbers:
    """Return what contacting a customer is expected to bring after its cost, under the settings' assumptions.

    Parameters
    ----------
    margin
        Of each customer, as a share of revenue; as set when not given, and revenue itself counts where there is none.
    """
    found: Numbers = revenue_at_risk(value, p_churn) * _kept(settings, margin) - settings.contact_cost
    return found


def _kept(settings: PredictionSettings, margin: Numbers | None) -> Numbers:
    """Return what the shop keeps of the revenue that a contact puts at stake."""
    share = (np.nan if settings.margin is None else settings.margin) if margin is None else margin
    return np.asarray(settings.save_rate * np.nan_to_num(share, nan=1.0), dtype=np.float64)


def threshold_from_costs(
    p_churn: Numbers,
    left: Numbers,
    worth: Numbers,
    settings: PredictionSettings,
    margin: Numbers | None = None,
) -> float:
    """Return the probability from which on contacting paid most in a past window.

    Parameters
    ----------
    left
        Who did leave, 0 or 1.
    worth
        What each would have brought by staying.
    margin
        Of each, as a share of revenue; as in `contact_gain`.

    >>> from regulars.settings import Predictions
    >>> costs = Predictions(contact_cost=1.0, save_rate=0.1)
    >>> threshold_from_costs(np.array([0.9, 0.6, 0.2]), np.array([1, 1, 0]), np.array([50.0, 20.0, 90.0]), costs)
    0.6
    """
    order = np.argsort(-p_churn, kind="stable")
    gains = np.cumsum((left * worth * _kept(settings, margin) - settings.contact_cost)[order])
    last_of_equals = np.append(p_churn[order][1:] != p_churn[order][:-1], True)
    gains = np.where(last_of_equals, gains, -np.inf) if len(gains) else gains
    if not len(gains) or gains.max() <= 0:
        return 1.0
    return float(p_churn[order][int(np.argmax(gains))])


def threshold_for_precision(p_churn: Numbers, left: Numbers, precision: float) -> float | None:
    """Return the lowest threshold (so the most recall) at which so many of those called leavers did leave.

    >>> threshold_for_precision(np.array([0.9, 0.7, 0.5, 0.3]), np.array([1, 1, 0, 1]), 0.9)
    0.7
    """
    order = np.argsort(-p_churn, kind="stable")
    reached = np.cumsum(left[order]) / np.arange(1, len(order) + 1)
    last_of_equals = np.append(p_churn[order][1:] != p_churn[order][:-1], True)[: len(order)]
    good = np.flatnonzero((reached >= precision) & last_of_equals)
    return float(p_churn[order][good[-1]]) if len(good) else None


@dataclass(frozen=True)
class ValueTiers:
    """Where the tiers divide; learned once at a cut-off and kept, so that one customer scored alone gets the same."""

    edges: tuple[float, ...]

    @classmethod
    def of(cls, value: Numbers) -> ValueTiers:
        """Divide all customers by expected revenue; not at all where everybody is expected to bring the same.

        >>> ValueTiers.of(np.array([0.0, 0.0, 0.0, 5.0, 9.0])).names(np.array([0.0, 5.0, 9.0])).tolist()
        ['low', 'high', 'top']
        >>> ValueTiers.of(np.zeros(3)).names(np.zeros(1)).tolist()
        [None]
        """
        known = value[np.isfinite(value)]
        if not len(known) or known.min() == known.max():
            return cls(())
        return cls(tuple(map(float, np.quantile(known, VALUE_SHARES))))

    def names(self, value: Numbers) -> Words:
        """Return the tier of each amount, the lower of two on the line between them; None where there is none."""
        if not self.edges:
            return np.full(len(value), None, dtype=object)
        return _named(value, np.array(self.edges), VALUE_TIERS, "left")

    def to_json(self) -> dict[str, Any]:
        return {"edges": list(self.edges)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> ValueTiers:
        return cls(tuple(found["edges"]))


def _named(
    values: Numbers, edges: Numbers, names: tuple[str, ...], side: Literal["left", "right"] = "right"
) -> Words:
    places = np.searchsorted(edges, values, side=side)
    return np.array(
        [names[place] if known else None for place, known in zip(places, np.isfinite(values), strict=True)],
        dtype=object,
    )

"""What is kept beside a model: what made it, from what, how it did, and what it must not be used for."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from regulars.models.learners import SEED

if TYPE_CHECKING:
    from regulars.models.contender import Target
    from regulars.models.fitted import Models

LIBRARIES = ("lightgbm", "numpy", "scikit-learn", "scipy")
LIMITS = {
    "churn": "Leaving is never seen, only that no order came: the probability is of no order within the horizon, no more.",
    "orders": "Days with an order are counted, not orders.",
    "value": "Expected values: most customers bring nothing and few bring much more.",
    "next_order": "Half of all next orders come later than the median, by how it is defined.",
}


def card(models: Models, target: Target) -> dict[str, Any]:
    """Return the card of a fitted winner, with what the backtest said of it where that was given."""
    contender = models.contenders[target]
    clock = models.purchases.clock.sentence if models.purchases else "No rhythm could be fitted."
    inputs = contender.inputs
    return {
        **models.cards.get(target, {}),
        "target": target,
        "model": contender.name,
        "horizon_days": models.horizon_days,
        "why": models.sentences[target],
        "season": clock,
        "rhythm": models.purchases.reason if models.purchases else "No rhythm could be fitted.",
        "inputs": "all features but composite scores" if inputs is None else list(inputs),
        "limits": LIMITS[target],
        "seed": SEED,
        "libraries": {name: version(name) for name in LIBRARIES},
    }

"""Which model a shop's customers can carry: the first, in a fixed order, whose likelihood is not flat.

BG/NBD comes first because it is the best known and the quickest, MBG/NBD next because it lets one-time buyers leave,
Pareto/NBD last because it costs most. Which of them predicts best is for the backtest to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from regulars.errors import ModelError
from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.pareto import ParetoNBD
from regulars.models.btyd.records import named
from regulars.models.btyd.regular import ModifiedBetaGeoCNBD
from regulars.models.btyd.sufficient import Histories
from regulars.models.btyd.transactions import PurchaseModel

ORDER: tuple[type[PurchaseModel], ...] = (BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD)


def fit_best(histories: Histories, order: Sequence[type[PurchaseModel]] = ORDER) -> tuple[PurchaseModel, str]:
    """Return the first model with a usable fit, and the reason in a sentence.

    When none is usable, the one with the highest likelihood comes back with its own status: its answers are finite,
    and what they are worth is in the sentence.
    """
    tried: list[PurchaseModel] = []
    for kind in order:
        model = kind().fit_histories(histories)
        if model.status_.usable:
            return model, _reason(model, tried)
        tried.append(model)
    best = max(tried, key=lambda model: model.log_likelihood_)
    return best, f"No model has a well-defined fit; {best.title} is the most likely. {best.status_.sentence}"


def model_from_json(text: str) -> PurchaseModel:
    """Return the purchase model that a JSON text holds, whichever it is; anything else raises ModelError."""
    kinds: dict[Any, type[PurchaseModel]] = {kind.name: kind for kind in ORDER}
    kinds[ModifiedBetaGeoCNBD.name] = ModifiedBetaGeoCNBD
    name = named(text)
    if name not in kinds:
        raise ModelError(f"a file of {name!r}", hint=f"expected one of {', '.join(kinds)}")
    return kinds[name].from_json(text)


def _reason(model: PurchaseModel, tried: Iterable[PurchaseModel]) -> str:
    passed_over = [f"{other.title} was passed over: {_lowered(other.status_.sentence)}" for other in tried]
    return " ".join([f"{model.title}: {_lowered(model.status_.sentence)}", *passed_over])


def _lowered(sentence: str) -> str:
    """Let a sentence go on after a colon; parameters keep their letter."""
    return sentence if sentence[1:2] in ", " else sentence[0].lower() + sentence[1:]

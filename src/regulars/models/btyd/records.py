"""Fitted models as JSON: a few numbers, read back on any machine, and refused when they are not ours."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from regulars.errors import ModelError
from regulars.models.btyd.fitting import Status

FORMAT = 1
ALWAYS = {"parameters", "log_likelihood", "n_customers", "status"}


class Fitted(Protocol):
    """What every fitted model has."""

    name: ClassVar[str]
    params_: dict[str, float]
    log_likelihood_: float
    n_customers_: float
    status_: Status


def written(model: Fitted, **more: Any) -> str:
    """Return a model as JSON, with what is its own."""
    return json.dumps(
        {
            "model": model.name,
            "format": FORMAT,
            "parameters": model.params_,
            "log_likelihood": model.log_likelihood_ if math.isfinite(model.log_likelihood_) else None,
            "n_customers": model.n_customers_,
            "status": vars(model.status_),
            **more,
        }
    )


def filled(model: Fitted, data: dict[str, Any]) -> None:
    """Give a model back what `written` wrote of it, but for its parameters and what is its own."""
    model.log_likelihood_ = math.nan if data["log_likelihood"] is None else float(data["log_likelihood"])
    model.n_customers_ = float(data["n_customers"])
    status = data["status"]
    model.status_ = Status(
        bool(status["usable"]),
        str(status["sentence"]),
        bool(status["converged"]),
        tuple(status["at_bound"]),
        tuple(status["flat"]),
    )


def named(text: str) -> Any:
    """Return which model a JSON text says it holds; None when it says nothing."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        return None
    return data.get("model") if isinstance(data, dict) else None


def parsed(text: str, name: str, parameters: Sequence[str], keys: Sequence[str] = ()) -> dict[str, Any]:
    """Read a model's JSON, or raise ModelError when it is not one, another model's, or has lost something."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as problem:
        raise ModelError(f"not a model file: {problem}", hint=f"expected what {name} wrote") from problem
    if not isinstance(data, dict) or data.get("model") != name or data.get("format") != FORMAT:
        kind = data.get("model") if isinstance(data, dict) else type(data).__name__
        raise ModelError(f"a file of {kind!r}", hint=f"expected {name!r}, format {FORMAT}")
    missing = sorted({*ALWAYS, *keys} - set(data))
    if missing:
        raise ModelError(f"a file of {name!r} without {', '.join(missing)}", hint="fit the model again")
    values = data["parameters"]
    known = isinstance(values, dict) and set(values) in (set(parameters), set())
    if not known or not all(
        isinstance(value, int | float) and 0 < value < math.inf for value in values.values()
    ):
        raise ModelError(f"a file of {name!r} with parameters {values}", hint="fit the model again")
    return data

"""A given outcome's winner, fitted on everybody whose outcome is known: predictions and reasons for anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.labels.given.attributes import Attributes
from regulars.models.contender import Kind, Predictions
from regulars.models.matrix import Numbers
from regulars.models.outcomes.compared import Oversampled
from regulars.models.outcomes.encoding import AttributeEncoding
from regulars.models.outcomes.learned import BestColumn, BoostedOutcome, LinearOutcome, Mean, OutcomeModel
from regulars.models.reasons import REASONS_PER_SCORE, strongest

if TYPE_CHECKING:
    import pyarrow

UNITS: Mapping[Kind, str] = {"probability": "0–1", "amount": "as the column"}


@dataclass(frozen=True)
class FittedOutcome:
    """How an outcome is predicted, or why it is not; ``band`` is how far below and above eight of ten were in the folds."""

    name: str
    title: str
    kind: Kind
    sentence: str
    encoding: AttributeEncoding | None = None
    model: OutcomeModel | None = None
    band: tuple[float, float] | None = None
    card: Mapping[str, Any] = field(default_factory=dict)

    def predict(self, attributes: Attributes) -> Predictions:
        """Return a probability or an amount for each customer, from nothing but their own row."""
        assert self.encoding
        assert self.model
        point = self.model.predict(self.encoding.encode(attributes))
        if self.band is None:
            return Predictions(point)
        return Predictions(point, point + self.band[0], point + self.band[1])

    def reasons(self, attributes: Attributes) -> list[dict[str, Any]]:
        """Return the strongest reasons for each customer's score; contributions of all columns add up to it."""
        assert self.encoding
        assert self.model
        encoded = self.encoding.encode(attributes)
        numeric = {one.column: one for one in self.encoding.columns if one.kind == "number"}
        found = []
        for row, rank, column, contribution in strongest(self.model.explain(encoded), REASONS_PER_SCORE):
            text = attributes.columns[column][row] if column in attributes.columns else None
            value = (
                float(encoded.values[row, encoded.names.index(column)]) if column in numeric else float("nan")
            )
            found.append({
                "customer_id": attributes.customer_ids[row], "target": self.name, "rank": rank, "feature": column,
                "value": value if np.isfinite(value) else None, "contribution": contribution,
                "sentence": f"{column.replace('_', ' ')}: {'unknown' if text is None else text}",
            })  # fmt: skip
        return found


def model_named(name: str, target: str, kind: Kind) -> OutcomeModel:
    """Return an unfitted model that may ship, by its name."""
    plain: list[OutcomeModel] = [
        made(target, kind) for made in (Mean, BestColumn, LinearOutcome, BoostedOutcome)
    ]
    behind_smote = [Oversampled(made(target, kind)) for made in (LinearOutcome, BoostedOutcome)]
    found = {one.name: one for one in [*plain, *behind_smote]}
    return found[name]


def fit_outcome(
    fitted: FittedOutcome, winner: str, attributes: Attributes, values: Numbers, off_by: Numbers
) -> FittedOutcome:
    """Return an outcome with its winner, learned from everybody whose outcome is known.

    ``off_by`` is actual minus predicted in the folds.
    """
    known = np.isfinite(values)
    mine = attributes.rows(known)
    encoding = AttributeEncoding.learned(mine)
    model = model_named(winner, fitted.name, fitted.kind).fit(encoding.encode(mine), values[known])
    band = None
    if fitted.kind == "amount":
        low, high = np.quantile(off_by, [0.1, 0.9])
        band = (min(float(low), 0.0), max(float(high), 0.0))
    return FittedOutcome(
        fitted.name, fitted.title, fitted.kind, fitted.sentence, encoding, model, band, fitted.card
    )


def outcome_tables(
    outcomes: Sequence[FittedOutcome], attributes: Attributes, reasons_for: int
) -> dict[str, pyarrow.Table]:
    """Return the rows that outcomes add to ``target_predictions``, ``reasons`` and ``prediction_targets``.

    Reasons are given for so many customers, those with the highest predictions.
    """
    from regulars.models.predict import as_table
    from regulars.models.tables import PREDICTION_TARGETS, REASONS, TARGET_PREDICTIONS

    predictions: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    for one in outcomes:
        if one.model is None:
            continue
        said = one.predict(attributes)
        columns = [
            said.point,
            *(
                side if side is not None else np.full(len(attributes), np.nan)
                for side in (said.low, said.high)
            ),
        ]
        predictions += [
            {"customer_id": who, "target": one.name, "horizon_days": None,
             **{name: float(value) if np.isfinite(value) else None for name, value in zip(("prediction", "low", "high"), row, strict=True)}}
            for who, *row in zip(attributes.customer_ids, *columns, strict=True)
        ]  # fmt: skip
        highest = np.sort(np.argsort(-said.point, kind="stable")[:reasons_for])
        reasons += one.reasons(attributes.rows(highest))
    targets = [
        {"target": one.name, "horizon_days": None, "kind": one.kind, "unit": UNITS[one.kind],
         "model": one.model.name if one.model else None, "sentence": one.sentence, "decision_threshold": None}
        for one in outcomes
    ]  # fmt: skip
    return {
        TARGET_PREDICTIONS.name: as_table(TARGET_PREDICTIONS, predictions),
        REASONS.name: as_table(REASONS, reasons),
        PREDICTION_TARGETS.name: as_table(PREDICTION_TARGETS, targets),
    }

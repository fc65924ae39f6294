"""What a campaign rests on: its assumptions, its sizes and what it can show, as numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from regulars.campaigns.measured import Measured
from regulars.campaigns.power import detectable_effect, n_needed
from regulars.terms.money import NO_CURRENCY, Currency

if TYPE_CHECKING:
    from regulars.campaigns.memory import Memory, Started
    from regulars.settings import Recipe, Settings
    from regulars.terms.windows import Horizon

COUNTS = (
    "n_matched", "n_suppressed", "n_no_consent", "n_recently_contacted", "n_in_running_campaign", "n_low_confidence",
    "n_no_prediction", "n_not_worth_it", "n_in_other_campaign", "n_over_budget",
)  # fmt: skip
LEFT_OUT = {
    "n_suppressed": "never to be written to",
    "n_no_consent": "without consent",
    "n_recently_contacted": "contacted lately",
    "n_in_running_campaign": "in a running campaign",
    "n_low_confidence": "too little known",
    "n_no_prediction": "without a prediction",
    "n_not_worth_it": "worth less than the contact costs",
    "n_in_other_campaign": "worth more in another campaign",
    "n_over_budget": "beyond the budget",
}
"""Why customers who fit are left out, in the order in which it is asked."""


@dataclass(frozen=True)
class Plan:
    """A recipe with every assumption filled in, under the name of the campaign that it would be."""

    campaign: str
    recipe: Recipe
    place: int
    effect_share: float
    assumed_share: float
    contact_cost: float
    margin: float
    holdout_share: float
    smallest_effect: float
    seed: int
    days: int
    measured: Measured | None = None
    """What earlier campaigns of the recipe have shown; ``effect_share`` where it tells anything."""

    @classmethod
    def of(
        cls,
        recipe: Recipe,
        settings: Settings,
        horizon: Horizon,
        memory: Memory,
        place: int,
        measured: Measured | None = None,
    ) -> Plan:
        """Fill in what a recipe leaves to the settings; the second campaign of a recipe is called ``name-2``."""
        costs, shared = settings.predictions, settings.campaigns
        before = sum(one.recipe == recipe.name for one in memory.started)
        assumed = _first(recipe.effect_share, costs.save_rate)
        is_known = measured is not None and measured.tells(assumed)
        return cls(
            campaign=f"{recipe.name}-{before + 1}" if before else recipe.name,
            recipe=recipe,
            place=place,
            effect_share=min(max(measured.share, 0.0), 1.0) if measured and is_known else assumed,
            assumed_share=assumed,
            contact_cost=_first(recipe.contact_cost, costs.contact_cost),
            margin=_first(costs.margin, 1.0),
            holdout_share=_first(recipe.holdout_share, shared.holdout_share),
            smallest_effect=_first(recipe.smallest_effect, shared.smallest_effect),
            seed=shared.seed,
            days=shared.measure_days or horizon.days,
            measured=measured,
        )

    def parameters(self, confidence: Sequence[str]) -> dict[str, Any]:
        """Return what the queries ask of the plan."""
        least = self.recipe.least_confidence
        return {
            **{name: value for name, value in asdict(self).items() if name not in ("recipe", "measured")},
            "gains": self.recipe.gains,
            "budget": self.recipe.budget,
            "may_overlap": self.recipe.may_overlap,
            "least_confidence_place": confidence.index(least) + 1 if least else 0,
            "products": self.recipe.products,
        }

    def assumptions(self, currency: Currency, *, is_predicted: bool) -> str:
        """Return what the expected value rests on, in words."""
        brings = (
            "bring what they would spend within the horizon if they stay"
            if self.recipe.gains == "kept"
            else "place one order of their usual value"
        )
        kept = (
            "all of the revenue counts"
            if self.margin == 1
            else f"{_percent(self.margin)} of revenue is margin"
        )
        costs = f"a contact costs {currency.text(self.contact_cost, 2)}"
        anyway = (
            ""
            if is_predicted
            else "; who would order anyway is not predicted: all count as if they would not"
        )
        return f"{self._moves()}; they {brings}; {kept}; {costs}{anyway}."

    @property
    def is_measured(self) -> bool:
        """Whether the effect is what earlier campaigns have shown."""
        return self.measured is not None and self.measured.tells(self.assumed_share)

    def _moves(self) -> str:
        """Say whom the contact moves, and how that is known."""
        who, assumed = "of those who would not order otherwise, the contact", _percent(self.assumed_share)
        if self.measured is None:
            return f"Assumed, not measured: {who} moves {assumed}"
        found = self.measured
        campaigns = "one campaign" if found.n_campaigns == 1 else f"{found.n_campaigns} campaigns"
        interval = f"interval {_percent(found.low)} to {_percent(found.high)}"
        if not self.is_measured:
            return (
                f"Assumed: {who} moves {assumed}; {campaigns} of this recipe measured {_percent(found.share)} ({interval}), which is "
                "too uncertain to say otherwise"
            )
        return (
            f"Measured: {who} moved {_percent(found.share)} ({interval}) in {campaigns} of this recipe until "
            f"{found.until:%Y-%m-%d}; {_percent(self.effect_share)} stands in the place of the {assumed} assumed"
        )

    def row(self) -> dict[str, Any]:
        shared = (
            "campaign",
            "effect_share",
            "contact_cost",
            "margin",
            "holdout_share",
            "smallest_effect",
            "seed",
        )
        found = self.measured
        return {name: getattr(self, name) for name in shared} | {
            "effect_is_measured": self.is_measured, "measured_share": found and found.share,
            "measured_low": found and found.low, "measured_high": found and found.high,
            "recipe": self.recipe.name, "title": self.recipe.title, "n_customers": 0, "n_treated": 0, "n_control": 0,
            "cost": 0, "expected_value": 0, "measure_days": self.days, "may_overlap": self.recipe.may_overlap,
        }  # fmt: skip


def _first(given: float | None, otherwise: float) -> float:
    return otherwise if given is None else given


def not_possible(plan: Plan, missing: Sequence[str]) -> dict[str, Any]:
    """Return the row of a plan whose tables are not there."""
    sentence = f"Not possible in this release: it needs {' and '.join(missing)}, which could not be made."
    return (
        plan.row()
        | dict.fromkeys(COUNTS, 0)
        | {"status": "not_possible", "sentence": sentence, "assumptions": ""}
    )


def proposed(
    plan: Plan, counts: Mapping[str, Any], shop_rate: float | None, settings: Settings
) -> dict[str, Any]:
    """Return the row of a campaign that could be started."""
    shared, currency = settings.campaigns, Currency(settings.shop.currency or NO_CURRENCY)
    found = {name: counts.get(name) or 0 for name in (*COUNTS, "n_customers", "n_treated", "n_control")}
    rate = counts.get("baseline_rate")
    baseline = shop_rate if rate is None else min(max(rate, 0.0), 1.0)
    row = plan.row() | found | {
        "cost": round(found["n_treated"] * plan.contact_cost, 4),
        "expected_value": float(counts.get("expected_value") or 0),
        "baseline_rate": baseline,
        "status": "proposed" if found["n_customers"] else "empty",
        "assumptions": plan.assumptions(currency, is_predicted=rate is not None),
    }  # fmt: skip
    if found["n_customers"] and baseline is not None:
        demands = (shared.significance, shared.power)
        row["n_needed"] = n_needed(baseline, plan.smallest_effect, plan.holdout_share, *demands)
        row["detectable_effect"] = detectable_effect(
            found["n_treated"], found["n_control"], baseline, *demands
        )
    row["sentence"] = sentence_of(row, currency, is_predicted=rate is not None)
    return row


def running(started: Started, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a campaign that was started: as it was planned then, with the sizes it has."""
    sizes = {name: counts.get(name) or 0 for name in ("n_customers", "n_treated", "n_control")}
    money = {
        "cost": float(started.design.get("cost") or 0),
        "expected_value": float(counts.get("expected_value") or 0),
    }
    until = f" until {started.ended_at:%Y-%m-%d}" if started.ended_at else ""
    sentence = (
        f"Running since {started.started_at:%Y-%m-%d}{until}: {_customers(sizes['n_treated'])} written to, "
        f"{sizes['n_control']:,} held out. Its arms stay as they were drawn."
    )
    return {**started.design, **dict.fromkeys(COUNTS), **sizes, **money} | {
        "campaign": started.campaign, "recipe": started.recipe, "status": "running", "sentence": sentence,
        "seed": started.seed, "started_at": started.started_at, "ended_at": started.ended_at,
    }  # fmt: skip


def sentence_of(row: Mapping[str, Any], currency: Currency, *, is_predicted: bool = True) -> str:
    """Say who is in a campaign, what it is assumed to bring and what it can show; or why there is nobody."""
    out = [f"{row[name]:,} {why}" for name, why in LEFT_OUT.items() if row[name]]
    if not row["n_matched"]:
        return "Nobody fits its conditions."
    fit = f"{_customers(row['n_matched'])} {'fits' if row['n_matched'] == 1 else 'fit'}"
    if not row["n_customers"]:
        return f"{fit}, and nobody is left: {', '.join(out)}."
    said = [
        f"{fit}{': ' + ', '.join(out) if out else ''}.",
        f"{row['n_treated']:,} to write to, {row['n_control']:,} held out; {'expected' if row['effect_is_measured'] else 'assumed'} to bring "
        f"{currency.text(row['expected_value'])} after {currency.text(row['cost'])} of contact costs.",
        _what_it_shows(row, is_predicted),
    ]
    return " ".join(filter(None, said))


def _what_it_shows(row: Mapping[str, Any], is_predicted: bool) -> str:
    wanted, seen = row["smallest_effect"], row.get("detectable_effect")
    if not row["n_control"]:
        return "Nobody is held out, so its effect cannot be measured."
    if row.get("baseline_rate") is None:
        return ""
    if seen is None:
        return "The audience is too small to show any effect."
    where = "" if is_predicted else " (as in the whole shop; nothing is predicted of them)"
    baseline = f"{_percent(row['baseline_rate'])} order anyway{where}"
    shown = f"{_percent(row['baseline_rate'] + seen)} or more would"
    if seen <= wanted:
        return f"Where {baseline}, its hold-out shows when {shown}: enough for {_points(wanted)}."
    needed = row.get("n_needed")
    much = f"; {_points(wanted)} would take {_customers(needed)}" if needed else ""
    return f"Where {baseline}, its hold-out shows no less than {_points(seen)}: too small for {_points(wanted)}{much}."


def _customers(n: int) -> str:
    return f"{n:,} customer{'' if n == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _points(share: float) -> str:
    points = f"{100 * share:.2g}"
    return f"{points} percentage point{'' if points == '1' else 's'}"

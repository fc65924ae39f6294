"""Whether it worked: every arm against the hold-out and the arms against each other, with intervals and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from regulars.campaigns.differences import (
    Adjusted,
    Difference,
    SampleRatio,
    adjusted_difference,
    difference_of_means,
    difference_of_shares,
    sample_ratio,
)
from regulars.campaigns.outcomes import FULL_LIST, Outcomes
from regulars.campaigns.tables import CONTROL
from regulars.errors import CampaignError
from regulars.terms.money import Currency

LEAST_TAKEN_OUT = 0.01
"""An adjustment that takes out less of the variance is not worth a sentence."""


@dataclass(frozen=True)
class Comparison:
    """One outcome of one arm beside another."""

    outcome: str
    kind: str
    arm: str
    other: str
    n_arm: int
    n_other: int
    found: Difference
    adjusted: Adjusted | None

    def to_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome, "kind": self.kind, "arm": self.arm, "compared_with": self.other,
            "n_arm": self.n_arm, "n_compared_with": self.n_other, **asdict(self.found),
            "adjusted": asdict(self.adjusted) if self.adjusted else None,
        }  # fmt: skip


@dataclass(frozen=True)
class ReadOut:
    """What a campaign has shown."""

    campaign: str
    sizes: dict[str, int]
    ratio: SampleRatio
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether the groups have the sizes they should have."""
        return self.ratio.passes

    def to_json(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign,
            "sizes": self.sizes,
            "is_sound": self.is_sound,
            "sample_ratio": asdict(self.ratio),
            "comparisons": [one.to_json() for one in self.comparisons],
            "notes": list(self.notes),
            "sentences": list(self.sentences),
        }


def read_out(
    campaign: str,
    outcomes: Outcomes,
    currency: Currency,
    *,
    shares: Mapping[str, float] | None = None,
    control: str = CONTROL,
    significance: float = 0.05,
    contact_cost: float | None = None,
    notes: Sequence[str] = (),
) -> ReadOut:
    """Compare the arms of a campaign by what came of them.

    Parameters
    ----------
    shares
        The shares that the arms were drawn with; equal ones when not given.
    contact_cost
        What a contact cost, so that money can be set against it.

    Raises
    ------
    CampaignError
        There are not two arms to compare.
    """
    sizes = {arm: int((outcomes.arms == arm).sum()) for arm in sorted(set(outcomes.arms))}
    _demand_two(campaign, sizes, control)
    treated = [arm for arm in sizes if arm != control]
    pairs = [(arm, control) for arm in treated if control in sizes]
    pairs += [(arm, other) for other, arm in combinations(treated, 2)]
    compared = tuple(
        _compare(name, outcomes, arm, other, significance) for name in outcomes.values for arm, other in pairs
    )
    ratio, said = _sample_ratio(outcomes, sizes, shares)
    sentences = [_sentence(one, currency, control, significance) for one in compared]
    if contact_cost is not None:
        sentences += [_money(one, currency, contact_cost, control) for one in compared if one.outcome == "revenue" and one.other == control]  # fmt: skip
    if not ratio.passes:
        sentences.insert(0, said)
    told = [*notes, *([said] if ratio.passes else []), *_unknown(outcomes)]
    return ReadOut(campaign, sizes, ratio, compared, tuple(told), tuple(sentences))


def _demand_two(campaign: str, sizes: Mapping[str, int], control: str) -> None:
    if len(sizes) < 2:
        only = next(iter(sizes), None)
        raise CampaignError(
            f"everybody in {campaign} is in one group ({only}), so there is nothing to compare with"
            if only
            else f"nobody is in {campaign}",
            hint="give the next one a hold-out: campaigns.holdout_share in regulars.toml",
        )
    if control not in sizes and len(sizes) < 2:
        raise CampaignError(f"{campaign} has no group {control!r}", hint=f"there are: {', '.join(sizes)}")


def _compare(name: str, outcomes: Outcomes, arm: str, other: str, significance: float) -> Comparison:
    mine, theirs = outcomes.arms == arm, outcomes.arms == other
    values, kind = outcomes.values[name], outcomes.kind(name)
    if kind == "share":
        found = difference_of_shares(
            int(mine.sum()),
            int(values[mine].sum()),
            int(theirs.sum()),
            int(values[theirs].sum()),
            significance,
        )
    else:
        found = difference_of_means(values[mine], values[theirs], significance)
    before, adjusted = outcomes.before.get(name), None
    if before is not None:
        adjusted = adjusted_difference(
            values[mine], values[theirs], before[mine], before[theirs], significance
        )
    return Comparison(name, kind, arm, other, int(mine.sum()), int(theirs.sum()), found, adjusted)


def _sample_ratio(
    outcomes: Outcomes, sizes: Mapping[str, int], shares: Mapping[str, float] | None
) -> tuple[SampleRatio, str]:
    """Compare the sizes of the arms with how they were drawn, as told by the file where it lists everybody."""
    listed = outcomes.listed
    if listed is not None and listed.mean() >= FULL_LIST:
        observed = {arm: int(((outcomes.arms == arm) & listed).sum()) for arm in sizes}
        ratio = sample_ratio(observed, {arm: float(size) for arm, size in sizes.items()})
        what = f"of those in {outcomes.source}"
    else:
        ratio, what = sample_ratio(dict(sizes), dict(shares or dict.fromkeys(sizes, 1.0))), "drawn"
    written = ", ".join(f"{arm} {n:,}" for arm, n in ratio.observed.items())
    if ratio.passes:
        return (
            ratio,
            f"The sizes of the groups {what} are as they should be ({written}; p = {ratio.p_value:.2f}).",
        )
    wanted = ", ".join(f"{arm} {n:,.0f}" for arm, n in ratio.expected.items())
    return ratio, (
        f"Do not believe what follows: the sizes of the groups {what} ({written}) are not those that were drawn ({wanted}; "
        f"p = {ratio.p_value:.2g}). Somebody is missing from one of them; find out who."
    )


def _unknown(outcomes: Outcomes) -> list[str]:
    said = []
    if outcomes.n_unknown:
        said.append(
            f"{outcomes.n_unknown:,} customers in {outcomes.source} are not in this campaign; they were not counted."
        )
    if outcomes.listed is not None and (absent := int((~outcomes.listed).sum())):
        said.append(
            f"{absent:,} customers of the campaign are not in {outcomes.source}; they count as having done nothing."
        )
    return said


def _sentence(one: Comparison, currency: Currency, control: str, significance: float) -> str:
    sure = f"{100 * (1 - significance):g} % interval"
    found, is_share = one.found, one.kind == "share"

    def size(value: float) -> str:
        return f"{100 * value:.2f} %" if is_share else _amount(value, one.outcome, currency)

    def step(value: float | None) -> str:
        if value is None:
            return "unknown"
        text = f"{100 * value:.2f}" if is_share else _amount(value, one.outcome, currency)
        return f"{'+' if value > 0 else ''}{text}".replace("-", "−")

    against = "held out" if one.other == control else one.other
    per = "" if is_share else " on average"
    begin = f"{one.outcome}: {size(found.treated)}{per} in {one.arm} ({one.n_arm:,}), {size(found.control)} in {against} ({one.n_other:,})"
    unit = " percentage points" if is_share else ""
    if found.ci_low is None:
        return f"{begin}; too few customers for an interval."
    more = "" if found.relative is None else f", {100 * found.relative:+.1f} % relative".replace("-", "−")
    text = f"{begin}: {step(found.lift)}{unit} ({sure} {step(found.ci_low)} to {step(found.ci_high)}){more}. "
    a = one.adjusted
    if a and 1 - a.variance_share >= LEAST_TAKEN_OUT:
        text += (
            f"With what they did before taken out (CUPED, {100 * (1 - a.variance_share):.0f} % of the variance gone): "
            f"{step(a.lift)}{unit} ({step(a.ci_low)} to {step(a.ci_high)}). "
        )
    return text + _verdict(one, control)


def _verdict(one: Comparison, control: str) -> str:
    """Say what the interval says: the adjusted one where there is one, since it was chosen before anything was seen."""
    found = one.adjusted or one.found
    who = "The campaign" if one.other == control else f"{one.arm}"
    if not found.is_seen:
        return "That is what chance does too: no effect is shown, which is not to say that there is none."
    if one.other != control:
        return f"{who} did {'better' if found.lift > 0 else 'worse'} than {one.other}, and that is hardly chance."
    return f"{who} {'worked' if found.lift > 0 else 'did harm'}: chance hardly makes such a difference."


def _money(one: Comparison, currency: Currency, cost: float, control: str) -> str:
    best = one.adjusted or one.found
    whole, paid = best.lift * one.n_arm, cost * one.n_arm
    between = ""
    if best.ci_low is not None and best.ci_high is not None:
        between = f" ({currency.text(best.ci_low * one.n_arm)} to {currency.text(best.ci_high * one.n_arm)})"
    return f"All {one.n_arm:,} in {one.arm} together: {currency.text(whole)}{between} of revenue for {currency.text(paid)} of contact costs."


def _amount(value: float, outcome: str, currency: Currency) -> str:
    is_money = any(
        word in outcome.lower() for word in ("revenue", "spend", "spent", "amount", "value", "sales")
    )
    return currency.text(value, 2) if is_money else f"{value:,.4g}"


def shares_of(plan: Mapping[str, Any], arms: Sequence[str]) -> dict[str, float]:
    """Return the shares that the arms of a plan were drawn with."""
    held = float(plan["holdout_share"])
    written = [arm for arm in arms if arm != CONTROL]
    found = {arm: (1 - held) / len(written) for arm in written} if written else {}
    return found | ({CONTROL: held} if held else {})

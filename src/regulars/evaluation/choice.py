"""Which contender ships, per target: the best over past cut-offs, the simpler where nobody could tell them apart.

1. Out are those whose state is not text or JSON, those that only rank, those that look too good to be true, and trained
   ones judged at fewer than three cut-offs (others: one). The cut-offs that count are those at which every trained one
   still in answered (all cut-offs when there is none); whoever did not answer at all of them is out too.
2. Out are those who clearly rank worse: behind the best by more than a slack, and in at least 95 % of redraws of the
   customers.
3. Out are those whose level cannot be believed: calibration error or total bias, at the median over cut-offs, beyond a
   limit and clearly beyond the best of those left.
   Where nobody ranks better than chance, step 2 is left out and the score is an error in the level: there is no order to
   get right, and whoever predicts the same of everybody must not win by that.
4. Of the rest the best is the one with the best median of the target's score. A simpler one is level with it unless the
   best is ahead, at the median over cut-offs, in at least 95 % of redraws. The simplest of those that are level wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np

from regulars.evaluation.judged import Judged
from regulars.evaluation.paired import share_ahead
from regulars.models.contender import Judgeable, Kind
from regulars.terms.phrases import percent
from regulars.terms.windows import Cutoff

Occasion = Cutoff | None
"""Where somebody is judged: at a past cut-off, or over the folds of an outcome that has none."""
SURELY = 0.95
"""A more complex contender has to be ahead in so many of the redraws."""
FEWEST_IF_TRAINED, FEWEST = 3, 1


@dataclass(frozen=True)
class Rule:
    """By which figure the contenders of a target are compared, and which level must hold before they are."""

    score: str
    higher_is_better: bool
    score_slack: float = 0.0
    """So far behind the best one may be and still be heard."""
    chance: float | None = None
    """What the score is when everybody is predicted the same."""
    level: str = ""
    level_limit: float = 0.0
    level_slack: float = 0.0
    """So far above the best one may be, even beyond the limit."""


RULES: Mapping[str, Rule] = {
    "churn": Rule("roc_auc", True, 0.02, 0.5, "calibration_error", 0.08, 0.02),
    "orders": Rule("normalized_gini", True, 0.02, 0.0, "total_bias_pct", 15, 5),
    "value": Rule("normalized_gini", True, 0.02, 0.0, "total_bias_pct", 15, 5),
    "next_order": Rule("pinball", False, np.inf),
}

WITHOUT_ORDER: Mapping[str, Rule] = {
    "churn": Rule("brier", False, np.inf, None, "calibration_error", 0.08, 0.02),
    "orders": Rule("rmse", False, np.inf, None, "total_bias_pct", 15, 5),
    "value": Rule("rmse", False, np.inf, None, "total_bias_pct", 15, 5),
}
"""Where there is no order to get right, only a level: everybody did the same, or nobody ranks better than chance."""

OF_OUTCOMES: Mapping[Kind, Rule] = {
    "probability": Rule("roc_auc", True, 0.02, None, "calibration_error", 0.1, 0.03),
    "amount": Rule("r2", True),
}
"""For outcomes given in the data, whose repeated folds stand where a cut-off stands for the others."""


@dataclass(frozen=True)
class Verdict:
    """Who ships for a target (None: nobody), why in a sentence, and why each of the others did not."""

    target: str
    winner: str | None
    sentence: str
    cutoffs: tuple[Occasion, ...] = ()
    medians: Mapping[str, float] | None = None
    out: Mapping[str, str] | None = None


def choose(
    target: str,
    judged: Sequence[Judged],
    blocked: Mapping[str, str] | None = None,
    given_rule: Rule | None = None,
) -> Verdict:
    """Choose the winner of a target among those judged; ``blocked`` names contenders that may not, with the reason."""
    mine = sorted((one for one in judged if one.target == target), key=lambda one: one.name)
    field = {name: list(rows) for name, rows in groupby(mine, key=lambda one: one.name)}
    if not field:
        return Verdict(target, None, "Nobody could be judged.")
    rule, out = given_rule or _rule(target, mine), dict[str, str]()
    for name, rows in field.items():
        if reason := _cannot_win(rows, rule, blocked or {}):
            out[name] = reason
    cutoffs = _common_cutoffs({name: rows for name, rows in field.items() if name not in out}, rule)
    for name, rows in field.items():
        missing = len(cutoffs - _answered(rows, rule))
        if name not in out and missing:
            out[name] = f"gave no answer at {missing} of the {len(cutoffs)} cut-offs that count"
    counted = {
        name: [one for one in rows if one.cutoff in cutoffs]
        for name, rows in field.items()
        if name not in out
    }
    if not _anybody_ranks(counted, rule):
        rule = WITHOUT_ORDER[target]
    for test in (_behind, _unbelievable):
        out |= test(counted, rule)
        counted = {name: rows for name, rows in counted.items() if name not in out}
    instants = tuple(sorted(cutoffs, key=_instant))
    if not counted:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in out.items())
        return Verdict(target, None, f"No model may be published: {reasons}.", instants, {}, out)
    return _best(target, rule, counted, instants, out, _best_ruled_out(field, cutoffs, out, rule))


def _rule(target: str, judged: Sequence[Judged]) -> Rule:
    rule = RULES[target]
    defined = any(np.isfinite(one.value(rule.score)) for one in judged)
    return rule if defined else WITHOUT_ORDER.get(target, rule)


def _cannot_win(rows: Sequence[Judged], rule: Rule, blocked: Mapping[str, str]) -> str:
    contender = rows[0].contender
    if contender.name in blocked:
        return blocked[contender.name]
    if not contender.can_win:
        return "run for comparison: its state cannot be kept as text or JSON"
    if any(one.predictions.ranks_only for one in rows):
        return "it ranks customers and predicts no level"
    n, needed = len(_answered(rows, rule)), fewest_cutoffs(contender)
    if n < needed:
        return f"judged at {n} cut-off{'' if n == 1 else 's'}, {needed} are needed"
    return ""


def fewest_cutoffs(contender: Judgeable) -> int:
    """Return at how many cut-offs a contender must have been judged before it may ship."""
    return FEWEST_IF_TRAINED if contender.min_training_cutoffs else FEWEST


def _answered(rows: Sequence[Judged], rule: Rule) -> set[Occasion]:
    return {one.cutoff for one in rows if np.isfinite(one.value(rule.score))}


def _common_cutoffs(field: Mapping[str, Sequence[Judged]], rule: Rule) -> set[Occasion]:
    """Return the cut-offs at which every trained one answered, or where all there are did when none is trained."""
    answers = {name: _answered(rows, rule) for name, rows in field.items()}
    trained = [answers[name] for name, rows in field.items() if rows[0].contender.min_training_cutoffs]
    common = set.intersection(*trained) if trained else set()
    return common or set().union(*answers.values())


def _anybody_ranks(field: Mapping[str, Sequence[Judged]], rule: Rule) -> bool:
    """Whether the best order of customers is better than none; true where the rule is about no order."""
    if rule.chance is None or not field:
        return True
    return max(_medians(field, rule).values()) > rule.chance


def _behind(field: Mapping[str, Sequence[Judged]], rule: Rule) -> dict[str, str]:
    """Return who ranks clearly worse than the best, whatever their level is."""
    found: dict[str, str] = {}
    medians = _medians(field, rule)
    if not medians:
        return found
    sign = 1 if rule.higher_is_better else -1
    best = max(sorted(medians), key=lambda name: sign * medians[name])
    for name, median in medians.items():
        far = sign * (medians[best] - median) > rule.score_slack
        if far and _ahead(field, best, name, rule) >= SURELY:
            found[name] = (
                f"its {_words(rule.score)} is {median:.3f}{_middle(field[name])}, far behind {best} with {medians[best]:.3f}"
            )
    return found


def _unbelievable(field: Mapping[str, Sequence[Judged]], rule: Rule) -> dict[str, str]:
    if not rule.level or not field:
        return {}
    levels = {
        name: float(np.median([abs(one.value(rule.level)) for one in rows])) for name, rows in field.items()
    }
    finite = [level for level in levels.values() if np.isfinite(level)]
    limit = max(rule.level_limit, min(finite, default=np.inf) + rule.level_slack)
    return {
        name: f"its {_words(rule.level)} is {level:.3g}{_middle(field[name])}, beyond {limit:.3g}"
        for name, level in levels.items()
        if level > limit
    }


def _best(
    target: str,
    rule: Rule,
    field: Mapping[str, Sequence[Judged]],
    cutoffs: tuple[Occasion, ...],
    out: Mapping[str, str],
    ruled_out: float,
) -> Verdict:
    sign = 1 if rule.higher_is_better else -1
    medians = {
        name: float(np.median([one.value(rule.score) for one in rows])) for name, rows in field.items()
    }
    ranked = sorted(
        field, key=lambda name: (field[name][0].contender.complexity, -sign * medians[name], name)
    )
    best = max(ranked, key=lambda name: sign * medians[name])
    out = dict(out)
    for name in ranked:
        ahead = 0.0 if name == best else _ahead(field, best, name, rule)
        if ahead < SURELY:
            break
        out[name] = f"{best} is ahead of it in {percent(ahead)} of redraws"
    words, where = _words(rule.score), _where(cutoffs)
    among = " of those that may ship," if sign * ruled_out > sign * medians[name] else ""
    sentence = f"{name} has the best {words}{among} {where}: {medians[name]:.3f}."
    if name != best:
        sentence = (
            f"{best} reaches a {words} of {medians[best]:.3f} {where}, {name} {medians[name]:.3f}; redrawing "
            f"customers cannot tell them apart ({best} is ahead in {percent(ahead)}), so the simpler one ships."
        )
    if target in RULES and rule.score != RULES[target].score:
        did_the_same = not any(
            np.isfinite(one.value(RULES[target].score)) for rows in field.values() for one in rows
        )
        why = (
            "Everybody did the same at every past cut-off, so nobody can be told from anybody."
            if did_the_same
            else "Nobody ranks customers better than chance, so only the level counts."
        )
        sentence = f"{why} {sentence}"
    return Verdict(target, name, sentence, cutoffs, medians, out)


def _best_ruled_out(
    field: Mapping[str, Sequence[Judged]], cutoffs: set[Occasion], out: Mapping[str, str], rule: Rule
) -> float:
    """Return the best median score of those who may not ship, over the cut-offs they answered; NaN without any."""
    answered = {
        name: [one for one in field[name] if one.cutoff in cutoffs and np.isfinite(one.value(rule.score))]
        for name in out
    }
    medians = _medians({name: rows for name, rows in answered.items() if rows}, rule).values()
    return max(medians, key=lambda median: median if rule.higher_is_better else -median, default=np.nan)


def _ahead(field: Mapping[str, Sequence[Judged]], best: str, name: str, rule: Rule) -> float:
    return share_ahead(field[best], field[name], rule.score, higher=rule.higher_is_better)


def _instant(occasion: Occasion) -> datetime:
    return datetime.min if occasion is None else occasion.at


def _where(occasions: tuple[Occasion, ...]) -> str:
    if None in occasions:
        return "over all folds"
    return f"at the median over {len(occasions)} cut-off{'' if len(occasions) == 1 else 's'}"


def _middle(rows: Sequence[Judged]) -> str:
    return "" if rows[0].cutoff is None else " at the median"


def _medians(field: Mapping[str, Sequence[Judged]], rule: Rule) -> dict[str, float]:
    return {name: float(np.median([one.value(rule.score) for one in rows])) for name, rows in field.items()}


def _words(metric: str) -> str:
    words = {
        "roc_auc": "ROC AUC",
        "normalized_gini": "normalized Gini",
        "total_bias_pct": "total bias in percent",
        "r2": "R²",
    }
    return words.get(metric, metric.replace("_", " "))

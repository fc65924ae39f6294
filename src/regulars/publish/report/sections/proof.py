"""What the predictions are worth: each judged on futures it had not seen, beside plain rules; and what is not predicted."""

from __future__ import annotations

import json
import re
from itertools import groupby
from operator import itemgetter
from statistics import median

from regulars.publish.report.sections.contenders import KNOWN, LESS_IS_BETTER, contenders, rival_of, values_of
from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.sections.past_forecasts import last_forecast, past_totals
from regulars.publish.report.words import model, target
from regulars.terms import phrases

TABLES = ("backtests", "model_cards")
DRAWN = ("churn", "value", "orders")
"""Targets whose predictions are compared with what came, group by group."""


def has_proof(material: Material) -> bool:
    """Return whether the release holds what its predictions were judged by."""
    return any(material.has(table) for table in TABLES)


def proof(material: Material) -> Row:
    """Return per target who ships and why, all contenders, the winner over the cut-offs, and the last forecast in money.

    Time        past cut-offs; at each, everything was learned from windows that were over by then
    Null means  nobody ships, or a figure is not defined
    """
    rows, cards = (
        [row for row in material.rows(table) if row["horizon_days"] is not None] for table in TABLES
    )  # outcomes that the data gives look no way ahead, and have a section of their own
    section: Row = {
        "missing": None,
        "sentence": "",
        "targets": [],
        "unjudged": [],
        "totals": [],
        "last_forecast": None,
    }
    cutoffs = sorted({row["cutoff"][:10] for row in rows})
    keys = {(row["target"], row["horizon_days"]) for row in (*rows, *cards)}
    section["unjudged"] = _unjudged(material, {name for name, _ in keys})
    if not keys:
        return section | {"missing": _nothing_judged(material)}
    for name, days in sorted(keys, key=lambda key: (_place(key[0]), key[0], key[1])):
        mine = [row for row in rows if (row["target"], row["horizon_days"]) == (name, days)]
        described = [row for row in cards if (row["target"], row["horizon_days"]) == (name, days)]
        section["targets"].append(_target(material, name, days, mine, described))
    section["totals"] = past_totals(rows)
    section["last_forecast"] = last_forecast(material, section["totals"])
    if cutoffs:
        section["sentence"] = (
            f"At {phrases.count(len(cutoffs), 'past cut-off')}, from {phrases.day(cutoffs[0])} to {phrases.day(cutoffs[-1])}, "
            "everything later was hidden, predictions were made, and then compared with what came. Models and plain rules were "
            "asked about the same customers."
        )
    return section


def _nothing_judged(material: Material) -> str:
    orders = material.ask("named_orders")[0]
    if orders["n_orders"] and not orders["n_named"]:
        return phrases.NOBODY_NAMED
    days = phrases.count(material.reader.manifest.horizon.days, "day")
    return f"No past window of {days} is complete, so no prediction can be judged yet; what is shown is not proven."


def _place(name: str) -> int:
    return list(KNOWN).index(name) if name in KNOWN else len(KNOWN)


def _target(material: Material, name: str, days: int, rows: list[Row], cards: list[Row]) -> Row:
    words, field = target(name), contenders(name, rows, cards)
    for one in field:
        one["decision"] = named(one["decision"], field)
    winner = next((one for one in field if one["is_winner"]), None)
    rival = rival_of(winner, field) if winner else None
    main = KNOWN[name][0] if name in KNOWN else None
    return {
        "target": name,
        "horizon_days": days,
        "title": words["title"],
        "question": words["question"].format(days=phrases.count(days, "day")),
        "metrics": [figure for figure in KNOWN.get(name, ()) if any(one["figures"][figure]["median"] is not None for one in field)],
        "winner": winner["model"] if winner else None,
        "is_rule": winner["is_baseline"] if winner else None,
        "rival": rival["model"] if rival else None,
        "sentence": _sentence(name, winner, rival, rows) + (_threshold(material) if winner and name == "churn" else ""),
        "why": (winner["decision"] or None) if winner else None,
        "warnings": _warnings(cards),
        "contenders": field,
        "series": _series(winner, rival, rows, main) if winner and main else [],
        "groups": _groups(material, name, days, winner["model"]) if winner and name in DRAWN else [],
    }  # fmt: skip


def named(decision: str, field: list[Row]) -> str:
    """Write what contenders are called where a decision names them by their code.

    >>> named("bg_nbd is off by 3 on average", [{"model": "bg_nbd", "label": "BG/NBD"}, {"model": "average", "label": "Mean"}])
    'BG/NBD is off by 3 on average'
    """
    codes = {one["model"]: one["label"] for one in field}
    pattern = "|".join(re.escape(code) for code in sorted(codes, key=len, reverse=True))
    return (
        re.sub(rf"(?<!on )\b(?:{pattern})\b(?! precision)", lambda found: codes[found[0]], decision)
        if codes
        else decision
    )


def _sentence(name: str, winner: Row | None, rival: Row | None, rows: list[Row]) -> str:
    if winner is None:
        return "Nothing is predicted here: nobody who was asked did well enough to be published. The reasons stand in the table."
    known = KNOWN.get(name)
    if not known:
        return f"{winner['label']} is used."
    figure, mine = known[0], values_of(rows, winner["model"], known[0])
    begins = (
        f"A plain rule is used: {winner['label']}" if winner["is_baseline"] else f"{winner['label']} is used"
    )
    if not mine:
        return f"{begins}."
    theirs = values_of(rows, rival["model"], figure) if rival else {}
    common = sorted(mine.keys() & theirs.keys()) or sorted(mine)
    sentence = (
        f"{begins}, with {_figure_in_words(figure)} of {written(figure, median(mine[at] for at in common))} at the median over "
        f"{phrases.count(len(common), 'cut-off')}"
    )
    if rival and theirs.keys() & mine.keys():
        kind = "model" if winner["is_baseline"] else "plain rule"
        ours, other = (median(found[at] for at in common) for found in (mine, theirs))
        sentence += f"; the best {kind}, {rival['label']}, has {written(figure, other)}"
        if (other < ours if figure in LESS_IS_BETTER else other > ours) and not _ships(rival, winner):
            return f"{sentence}, but {rival['decision']}."
    return sentence + (". No model was clearly better." if winner["is_baseline"] else ".")


def _ships(rival: Row, winner: Row) -> bool:
    """Whether the decision on a rival names nothing against it: the winner was as good and simpler."""
    return not rival["decision"] or rival["decision"].startswith(f"{winner['label']} ships")


def _asked(material: Material) -> float | None:
    asked = material.reader.manifest.settings.get("predictions", {}).get("least_precision")
    return None if asked is None else float(asked)


def _threshold(material: Material) -> str:
    """Say from which probability on somebody is called a leaver, and why from there."""
    known = [row for row in material.rows("prediction_targets") if row["target"] == "churn"]
    if not known:
        return ""
    from_, asked = known[0]["decision_threshold"], _asked(material)
    window = "in the newest complete window"
    if asked is not None and from_ is None:
        return f" No probability finds leavers with a precision of {phrases.percent(asked)} {window}."
    if from_ is None:
        return ""
    if asked is not None:
        return f" From {phrases.percent(from_)} on, at least {phrases.percent(asked)} of those called did leave {window}."
    if from_ >= 1:
        return f" At the costs set, no contact would have paid {window}."
    return f" Contacts would have paid most from a probability of {phrases.percent(from_)} on, {window}."


def _figure_in_words(figure: str) -> str:
    return {
        "roc_auc": "a ranking (ROC AUC)", "normalized_gini": "a ranking (Gini)", "pinball": "a timing error",
    }[figure]  # fmt: skip


def written(figure: str, value: float | None) -> str:
    r"""Write a figure of the proof for people.

    >>> written("roc_auc", 0.8123), written("total_bias_pct", -4.24), written("recall_at_10pct", None)
    ('0.812', '−4.2\xa0%', '–')
    """
    if value is None:
        return "–"
    if figure == "total_bias_pct":
        return f"{phrases.number(value, 1)}{phrases.NO_BREAK}%"
    if figure == "pinball":
        return f"{phrases.number(value, 1)}{phrases.NO_BREAK}days"
    if figure in ("roc_auc", "average_precision", "normalized_gini", "concordance"):
        return phrases.number(value, 3)
    return phrases.percent(value, 1)


def apart(figure: str, found: Row | None) -> str:
    r"""Write how far a contender lies from the one used, with its interval.

    >>> apart("roc_auc", {"median": -0.0094, "ci_low": -0.0131, "ci_high": 0.0006})
    '−0.009 (−0.013 to +0.001)'
    """
    if found is None:
        return ""
    middle, low, high = (
        None if value is None else ("+" if value > 0 else "") + written(figure, value)
        for value in (found["median"], found["ci_low"], found["ci_high"])
    )
    return f"{middle} ({low} to {high})" if low and high else f"{middle}"


def _series(winner: Row, rival: Row | None, rows: list[Row], figure: str) -> list[Row]:
    """Return the winner beside its best rival, cut-off by cut-off."""
    theirs = values_of(rows, rival["model"], figure) if rival else {}
    mine = [
        row
        for row in rows
        if row["model"] == winner["model"] and row["metric"] == figure and row["value"] is not None
    ]
    return [
        {
            "cutoff": row["cutoff"][:10], "winner": row["value"], "ci_low": row["ci_low"], "ci_high": row["ci_high"],
            "rival": theirs.get(row["cutoff"]),
        }
        for row in sorted(mine, key=itemgetter("cutoff"))
    ]  # fmt: skip


def _groups(material: Material, name: str, days: int, winner: str) -> list[Row]:
    """Return predictions beside what came, by tenth, over all cut-offs; and for each cut-off alone."""
    rows = [
        row
        for row in material.rows("calibration")
        if (row["target"], row["model"], row.get("horizon_days", days)) == (name, winner, days) and row["n"]
    ]
    found = []
    for place, group in groupby(sorted(rows, key=itemgetter("bin", "cutoff")), key=itemgetter("bin")):
        members = list(group)
        n = sum(row["n"] for row in members)
        found.append({
            "bin": place,
            "n": n,
            **{part: sum(row[part] * row["n"] for row in members) / n for part in ("predicted", "observed")},
            "cutoffs": [
                {"cutoff": row["cutoff"][:10], "predicted": row["predicted"], "observed": row["observed"], "n": row["n"]}
                for row in members
            ],
        })  # fmt: skip
    return found


def _warnings(cards: list[Row]) -> list[str]:
    """Say who looks too good to be true, and whether the shop accepted it."""
    found = []
    for row in cards:
        card = json.loads(row["card"]) if row.get("card") else {}
        if card.get("suspicion"):
            accepted = card.get("accepted_because")
            said = f"{model(row['model'])} looks too good to be true: {card['suspicion']}".rstrip(".")
            found.append(f"{said}. The shop accepts it: {accepted}" if accepted else f"{said}.")
    return [phrases.sentence(said) for said in found]


def _unjudged(material: Material, judged: set[str]) -> list[Row]:
    """Return the targets of the manifest that nobody could be judged for, each with the reason it gives."""
    days = phrases.count(material.reader.manifest.horizon.days, "day")
    told = {
        str(row.get("target") or row.get("name")): row
        for row in material.reader.manifest.targets
        if row.get("horizon_days", days) is not None
    }
    return [
        {
            "target": name,
            "title": target(name)["title"],
            "sentence": _why(row)
            or f"Not judged: the history holds no complete past window of {days} to compare a prediction with.",
        }
        for name, row in told.items()
        if name not in judged
    ]


def _why(told: Row) -> str:
    return next((str(told[key]) for key in ("sentence", "reason", "note") if told.get(key)), "")

"""Outcomes that the data itself gives: what each is made of, who predicts it and how well, and what a threshold does."""

from __future__ import annotations

import json
from operator import itemgetter

from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.sections.proof import named
from regulars.publish.report.words import model
from regulars.terms import phrases

FIGURES = {
    "probability": ("roc_auc", "average_precision", "calibration_error", "recall_at_10pct", "f1", "accuracy"),
    "amount": ("r2", "rmse", "mae", "spearman"),
}
SHARES = ("calibration_error", "recall_at_10pct", "f1", "accuracy")
THRESHOLDS = tuple(round(0.1 * tenth, 1) for tenth in range(1, 10))
MOST_COLUMNS = 12


def has_outcomes(material: Material) -> bool:
    """Return whether the release predicts an outcome that the data gives, or says why it does not."""
    return bool(given_targets(material))


def given_targets(material: Material) -> list[Row]:
    """Return the targets without a horizon."""
    return [dict(row) for row in material.reader.manifest.targets if row.get("horizon_days", 0) is None]


def outcomes(material: Material) -> Row:
    """Return per outcome what it is made of, everybody's figures, and of who ships the curves, thresholds and columns.

    Time        none: the customers table says how things are, not since when
    Null means  nobody ships, or a figure is not defined
    """
    held: dict[str, list[Row]] = {
        table: [row for row in material.rows(table) if row["horizon_days"] is None]
        for table in ("backtests", "model_cards", "curves", "importances", "calibration")
    }
    return {
        "missing": None,
        "targets": [
            _target(material, row, {table: [one for one in rows if one["target"] == row["target"]] for table, rows in held.items()})
            for row in given_targets(material)
        ],
    }  # fmt: skip


def _target(material: Material, told: Row, held: dict[str, list[Row]]) -> Row:
    cards = [json.loads(row["card"]) for row in held["model_cards"]]
    about = cards[0] if cards else {}
    field = _contenders(told["kind"], held["backtests"], held["model_cards"])
    winner = next((one for one in field if one["is_winner"]), None)
    shown = winner["model"] if winner else field[0]["model"] if field else None
    mine = {table: [row for row in rows if row["model"] == shown] for table, rows in held.items()}
    return {
        "target": told["target"],
        "title": about.get("title") or phrases.spoken(told["target"]),
        "kind": told["kind"],
        "sentence": named(told["sentence"], field),
        "made_of": _made_of(about),
        "how": _how(about),
        "notes": [note for note in (about.get("small_sample"), *about.get("notes", []), _smote(field)) if note],
        "warnings": _accepted(about),
        "dropped": _said(about.get("dropped", {})),
        "left_out": _said(about.get("left_out", {})),
        "metrics": list(FIGURES[told["kind"]]) if field else [],
        "winner": winner["model"] if winner else None,
        "contenders": field,
        "curves": _curves(held["curves"], field),
        "groups": sorted(
            ({name: row[name] for name in ("bin", "predicted", "observed", "n")} for row in mine["calibration"]),
            key=itemgetter("bin"),
        ),
        "thresholds": _thresholds(mine["curves"], material.reader.manifest.settings) if winner else [],
        "columns": _columns(mine["importances"]),
    }  # fmt: skip


def _accepted(about: Row) -> list[str]:
    """Say what looks too good to be true and was accepted; what was not is the outcome's own sentence."""
    if not about.get("suspicion") or not about.get("accepted_because"):
        return []
    return [
        phrases.sentence(
            f"Too good to be true: {about['suspicion']}. The shop accepts it: {about['accepted_because']}"
        )
    ]


def _contenders(kind: str, rows: list[Row], cards: list[Row]) -> list[Row]:
    decisions = {row["model"]: row["decision"] for row in cards}
    can_win = {row["model"]: json.loads(row["card"])["can_win"] for row in cards}
    found = []
    for name in sorted({row["model"] for row in rows}):
        mine = {row["metric"]: row for row in rows if row["model"] == name}
        head = next(iter(mine.values()))
        found.append({
            "model": name, "label": model(name), "is_baseline": head["is_baseline"], "is_winner": head["is_winner"],
            "can_win": can_win.get(name, True), "decision": decisions.get(name) or "",
            "figures": {figure: _figure(mine.get(figure)) for figure in FIGURES[kind]},
        })  # fmt: skip
    first = FIGURES[kind][0]
    found.sort(key=lambda one: (not one["is_winner"], -(one["figures"][first]["value"] or 0.0), one["model"]))
    return [one | {"decision": named(one["decision"], found)} for one in found]


def _figure(row: Row | None) -> Row:
    return {name: row[name] if row else None for name in ("value", "ci_low", "ci_high")}


def _made_of(about: Row) -> str:
    if about.get("column"):
        return f"The column {about['column']}."
    if not about.get("rule"):
        return ""
    joined = " and " if about.get("match") == "all" else " or "
    parts = [
        " ".join(str(part) for part in (one["column"], one["test"].replace("_", " "), _value(one.get("value"))) if part != "")
        for one in about["rule"]
    ]  # fmt: skip
    return f"The rule: {joined.join(parts)}."


def _value(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _how(about: Row) -> str:
    if not about:
        return ""
    n, yes = about["n_customers"][0], about["n_yes"]
    known = f"It is known of {phrases.count(n, 'customer')}"
    known += "" if yes is None else f" and true of {phrases.number(yes)} ({phrases.percent(yes / n, 1)})"
    unknown = "" if not about["n_unknown"] else f"; of {phrases.number(about['n_unknown'])} it is not known"
    return (
        f"{known}{unknown}{_strangers(about)}. Customers were parted into {about['n_folds']}, each part predicted by models that learned from the others "
        f"alone, {phrases.count(about['n_repeats'], 'time')} over; figures are the mean, intervals come from redrawing customers. Who "
        "was learned from has a fitted score, which flatters; the figures do not rest on it."
    )


def _strangers(about: Row) -> str:
    n = about.get("n_strangers")
    return (
        f"; {phrases.number(n)} more are described, never ordered and have no dated sign-up, so they are left out"
        if n
        else ""
    )


def _smote(field: list[Row]) -> str | None:
    """Say what making up more of the rarer kind did to the figures of the same model."""
    by_name = {one["model"]: one for one in field}
    said = []
    for name, one in by_name.items():
        plain = by_name.get(name.removesuffix("_smote"))
        if not name.endswith("_smote") or plain is None:
            continue
        changes = [
            f"{words} {written(figure, plain['figures'][figure]['value'])} → {written(figure, one['figures'][figure]['value'])}"
            for figure, words in (
                ("roc_auc", "ranking"),
                ("f1", "F1"),
                ("calibration_error", "calibration error"),
            )
        ]
        said.append(f"{plain['label']}: {', '.join(changes)}")
    return f"What SMOTE did. {'; '.join(said)}." if said else None


def _said(found: Row) -> list[Row]:
    return [{"column": column, "reason": reason} for column, reason in found.items()]


def _curves(rows: list[Row], field: list[Row]) -> list[Row]:
    """Return ROC and precision–recall of everybody, who ships first."""
    return [
        {
            "curve": curve, "model": one["model"], "label": one["label"],
            "points": [{"x": row["x"], "y": row["y"]} for row in sorted(rows, key=itemgetter("point"))
                       if (row["curve"], row["model"]) == (curve, one["model"])],
        }
        for curve in ("roc", "pr")
        for one in field
        if any((row["curve"], row["model"]) == (curve, one["model"]) for row in rows)
    ]  # fmt: skip


def _thresholds(rows: list[Row], settings: Row) -> list[Row]:
    """Return what calling everybody from a probability on would do, and what a found one costs to contact."""
    cost = (settings.get("predictions") or {}).get("contact_cost")
    found = []
    for threshold in THRESHOLDS:
        at = {row["curve"]: row["y"] for row in rows if abs((row["threshold"] or 0.0) - threshold) < 1e-6}
        if "flagged_share" not in at:
            continue
        precision = at.get("precision")
        found.append({
            "threshold": threshold, "flagged_share": at["flagged_share"], "precision": precision, "recall": at.get("recall"),
            "f1": at.get("f1"), "cost_of_one": cost / precision if cost is not None and precision else None,
        })  # fmt: skip
    return found


def _columns(rows: list[Row]) -> list[Row]:
    found = sorted(rows, key=lambda row: (-row["importance"], row["feature"]))
    return [{"column": row["feature"], "share": row["importance"]} for row in found if row["importance"] > 0][
        :MOST_COLUMNS
    ]


def written(figure: str, value: float | None) -> str:
    r"""Write a figure of an outcome for people.

    >>> written("roc_auc", 0.70123), written("f1", 0.5), written("rmse", 1234.56)
    ('0.701', '50.0\xa0%', '1,234.6')
    """
    if value is None:
        return "–"
    if figure in SHARES:
        return phrases.percent(value, 1)
    if figure in ("rmse", "mae"):
        return phrases.number(value, 1 if abs(value) >= 100 else 2)
    return phrases.number(value, 3)

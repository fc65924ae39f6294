"""The models that people ask for, side by side on the same backtest: the page `docs/explanation/models-compared.md`.

    regulars run online_retail_II.csv.gz --workspace shop
    regulars backtest --compare --workspace shop
    python -m benchmarks.comparison shop [--write]

It reads what the comparison left in the workspace's release, prints the page, keeps the figures, and writes the page if asked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any

from benchmarks import measure

PAGE = measure.ROOT / "docs" / "explanation" / "models-compared.md"
TARGETS = ("churn", "value", "orders")


def read(workspace: str) -> list[dict[str, Any]]:
    """Return the targets that look over the horizon, each with everybody who was judged, the one used first."""
    said = measure.command(
        [sys.executable, "-m", "regulars", "backtest", "--json", "--workspace", workspace]
    ).output
    return [one for name in TARGETS for one in _first(json.loads(said)["targets"], name)]


def _first(targets: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return a target over the shortest way ahead; a year is judged by nobody new."""
    return sorted((one for one in targets if one["target"] == name), key=lambda one: one["horizon_days"])[:1]


def page(targets: list[dict[str, Any]]) -> str:
    """Return the page in Markdown."""
    from regulars.models.compared import ROWS_PER_TREE, TREES

    n_cutoffs = max(one["n_cutoffs"] for one in targets[0]["contenders"])
    return f"""# Models compared

Logistic regression on all features, random forest, balanced forest, gradient boosting, XGBoost: what they would have done on Online
Retail II, beside what ships and the plain rules (in italics). All are asked about the same customers at the same {n_cutoffs} past
cut-offs, a month apart, and learn from the same windows that were over by then. `regulars backtest --compare` judges them on any
shop's data; `python -m benchmarks.comparison` makes this page of what that leaves in a release.

*Against the one used* is the difference to what ships, at the median over the cut-offs, and in brackets where it lies in 95 % of
redraws of the customers; where 0 lies in it, nobody could tell them apart.

Forests have {TREES} trees (the balanced one weighs leavers and stayers alike, as in the first reference system), each on
{ROWS_PER_TREE:,} rows at most; boosting by scikit-learn draws as many a round. They, XGBoost and the logistic regression on all
features get the features as they are, unknown values as −1. The models of every run (boosted trees by LightGBM, logistic
regression on the rhythm, their average) read the season's clock as well, weigh newer windows more and take their level
from past windows, which is where they gain in calibration. Models whose state is not text or JSON are never published, whatever they reach.

{chr(10).join(_section(one) for one in targets)}"""


def _section(target: dict[str, Any]) -> str:
    from regulars.publish.report.words import label

    names = [*target["metrics"], "against_used"]
    return f"""## {target["title"]}, {target["horizon_days"]} days ahead

| | {" | ".join(map(label, names))} |
|---|{"---|" * len(names)}
{chr(10).join(_lines(target))}

{target["why"]}
"""


def _lines(target: dict[str, Any]) -> Iterable[str]:
    from regulars.publish.report.sections.proof import apart, written

    for one in target["contenders"]:
        mark = "**" if one["is_winner"] else "*" if one["is_baseline"] else ""
        figures = [
            f"{written(name, found['median'])} ({written(name, found['least'])} to {written(name, found['most'])})"
            if found["median"] is not None
            else "–"
            for name in target["metrics"]
            for found in (one["figures"][name],)
        ]
        distance = apart(target["metrics"][0], one["against_used"])
        yield f"| {mark}{one['label']}{mark} | {' | '.join(figures)} | {distance} |".replace(
            "\N{NO-BREAK SPACE}", " "
        )


def main(arguments: list[str] | None = None) -> None:
    """Read, print, keep and, if asked, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", help="where `regulars backtest --compare` was run")
    parser.add_argument("--write", action="store_true", help="write docs/explanation/models-compared.md")
    given = parser.parse_args(arguments)
    targets = read(given.workspace)
    measure.record(
        "comparison",
        [
            {"target": one["target"], "horizon_days": one["horizon_days"], **contender}
            for one in targets
            for contender in one["contenders"]
        ],
    )
    print(page(targets))
    if given.write:
        PAGE.write_text(page(targets), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Hillstrom's e-mail test: what is published of it, computed anew, with intervals and with whom the e-mails move."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from figures import Figure

from regulars.campaigns.differences import Difference
from regulars.campaigns.outcomes import outcomes_from_experiment
from regulars.campaigns.readout import read_out
from regulars.campaigns.uplift import Experiment, encoded, learn_uplift
from regulars.terms.money import Currency

TITLE = "An e-mail test with a hold-out (Hillstrom, MineThatData, 2008)"
NONE, MEN, WOMEN = "No E-Mail", "Mens E-Mail", "Womens E-Mail"
KNOWN = ("recency", "history", "mens", "womens", "zip_code", "newbie", "channel")


@cache
def compute(data: Path) -> dict[str, Any]:
    """Return sizes, the sample-ratio check, lifts by outcome and arm, and uplift on visits by arm."""
    outcomes, rows = outcomes_from_experiment(
        data / "hillstrom.csv.gz", arm="segment", outcomes=["visit", "conversion", "spend"]
    )
    found = read_out("hillstrom", outcomes, Currency("USD"), control=NONE)
    names, values = encoded(rows, KNOWN)
    learned = {}
    for arm in (MEN, WOMEN):
        kept = (outcomes.arms == arm) | (outcomes.arms == NONE)
        both = Experiment(names, values, outcomes.arms == arm, outcomes.values["visit"])
        learned[arm] = learn_uplift(both.take(kept))
    return {
        "sizes": found.sizes,
        "ratio": found.ratio,
        "lifts": {(one.outcome, one.arm): one.found for one in found.comparisons if one.other == NONE},
        "uplift": learned,
    }


def figures_of_hillstrom(found: dict[str, Any]) -> list[Figure]:
    lifts: dict[tuple[str, str], Difference] = found["lifts"]
    visit = lifts["visit", MEN]
    rates = [100 * rate for rate in (visit.control, visit.treated, lifts["visit", WOMEN].treated)]
    sizes, ratio = found["sizes"], found["ratio"]
    return [
        Figure(
            "Customers", "64,000 in three groups of about the same size", "rows, none taken for a repetition of another",
            ", ".join(f"{arm} {sizes[arm]:,}" for arm in (NONE, MEN, WOMEN)),
            f"drawn with equal shares: χ² {ratio.chi_square:.2f}, p = {ratio.p_value:.2f}, the sample ratio holds",
        ),
        Figure(
            "Visits within two weeks", "10.6 %, 18.3 %, 15.1 %", "share with a visit: no e-mail, men's, women's",
            ", ".join(f"{rate:.3f} %" for rate in rates),
            f"men's {_points(visit)}, women's {_points(lifts['visit', WOMEN])} more than without",
        ),
        Figure(
            "Conversions", "0.57 %, 1.25 %, 0.88 %", "share with a purchase",
            ", ".join(f"{100 * rate:.3f} %" for rate in _rates(lifts, "conversion")),
            f"men's {_points(lifts['conversion', MEN])}, women's {_points(lifts['conversion', WOMEN])}",
        ),
        Figure(
            "Spend per customer", "$0.65, $1.42, $1.08", "mean over everybody, buyers or not",
            ", ".join(f"${rate:.4f}" for rate in _rates(lifts, "spend")),
            f"men's {_dollars(lifts['spend', MEN])}, women's {_dollars(lifts['spend', WOMEN])} more",
        ),
        *(_uplift(arm, whose, found["uplift"][arm]) for arm, whose in ((WOMEN, "women's"), (MEN, "men's"))),
    ]  # fmt: skip


def _uplift(arm: str, whose: str, learned: Any) -> Figure:
    best = max(learned.judged, key=lambda one: one.qini.area)
    curve = best.qini
    verdict = (
        "better than a random choice"
        if learned.winner
        else "not surely better than a random choice: nothing ships"
    )
    return Figure(
        f"Whom the {whose} e-mail moves to visit", "–", "Qini of customers ranked by models that have not seen them; a random choice has 0; the interval is widened for the best of three learners",
        f"{best.learner}: {curve.area:.4f} ({round(curve.ci_low, 4) + 0.0:.4f} to {round(curve.ci_high, 4) + 0.0:.4f})",
        f"{verdict}; writing to the first half alone keeps {100 * curve.gain_at(0.5) / curve.whole:.0f} % of the whole effect",
    )  # fmt: skip


def _rates(lifts: dict[tuple[str, str], Difference], outcome: str) -> list[float]:
    return [lifts[outcome, MEN].control, lifts[outcome, MEN].treated, lifts[outcome, WOMEN].treated]


def _points(found: Difference) -> str:
    low, high = found.ci_low or 0, found.ci_high or 0
    return f"{100 * found.lift:.2f} points ({100 * low:.2f} to {100 * high:.2f})"


def _dollars(found: Difference) -> str:
    return f"${found.lift:.2f} (${found.ci_low or 0:.2f} to ${found.ci_high or 0:.2f})"

"""Hillstrom's e-mail test (2008): what is known of it comes out; whom the e-mails move is in tests/published.

Visit rates 10.617 %, 18.276 % and 15.140 % (data README and MineThatData's own summary).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regulars.campaigns.outcomes import Outcomes, outcomes_from_experiment
from regulars.campaigns.readout import ReadOut, read_out
from regulars.terms.money import Currency

pytestmark = pytest.mark.real_data
NONE, MEN, WOMEN = "No E-Mail", "Mens E-Mail", "Womens E-Mail"
Test = tuple[Outcomes, list[dict[str, object]]]


@pytest.fixture(scope="module")
def email_test(real_data: Path) -> Test:
    outcomes = ["visit", "conversion", "spend"]
    return outcomes_from_experiment(
        real_data / "hillstrom.csv.gz",
        arm="segment",
        outcomes=outcomes,
        before=dict.fromkeys(outcomes, "history"),
    )


@pytest.fixture(scope="module")
def found(email_test: Test) -> ReadOut:
    return read_out("hillstrom", email_test[0], Currency("USD"), control=NONE)


def test_everybody_is_counted_though_rows_repeat(found: ReadOut) -> None:
    assert found.sizes == {NONE: 21_306, MEN: 21_307, WOMEN: 21_387}


def test_rates_are_the_known_ones(found: ReadOut) -> None:
    visits = {one.arm: one.found for one in found.comparisons if one.outcome == "visit" and one.other == NONE}
    assert [f"{100 * rate:.3f}" for rate in (visits[MEN].control, visits[MEN].treated, visits[WOMEN].treated)] == [
        "10.617", "18.276", "15.140",
    ]  # fmt: skip
    lifts = {(one.outcome, one.arm): one.found for one in found.comparisons if one.other == NONE}
    shown = {
        key: (round(100 * d.lift, 2), round(100 * (d.ci_low or 0), 2), round(100 * (d.ci_high or 0), 2))
        for key, d in lifts.items()
        if key[0] != "spend"
    }
    assert shown == {
        ("visit", MEN): (7.66, 7.00, 8.32), ("visit", WOMEN): (4.52, 3.89, 5.16),
        ("conversion", MEN): (0.68, 0.50, 0.86), ("conversion", WOMEN): (0.31, 0.15, 0.47),
    }  # fmt: skip
    spend = lifts[("spend", MEN)]
    assert (round(spend.control, 4), round(spend.treated, 4)) == (0.6528, 1.4226)


def test_the_sample_ratio_check_passes(found: ReadOut) -> None:
    assert found.is_sound
    assert found.ratio.p_value == pytest.approx(0.9037, abs=1e-4)


def test_a_thinned_group_does_not_pass(email_test: Test) -> None:
    whole = email_test[0]
    kept = ~((whole.arms == MEN) & (whole.values["visit"] == 0) & (np.arange(len(whole.arms)) % 25 == 0))
    thinned = Outcomes(whole.arms[kept], {"visit": whole.values["visit"][kept]}, source="thinned")
    assert not read_out("hillstrom", thinned, Currency("USD"), control=NONE).is_sound

"""Whom Hillstrom's e-mails move: the women's some more than others, the men's everybody alike."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import hillstrom

pytestmark = pytest.mark.real_data


@pytest.mark.slow
def test_uplift_ships_where_it_beats_a_random_choice(real_data: Path) -> None:
    learned = hillstrom.compute(real_data)["uplift"]
    women, men = learned[hillstrom.WOMEN], learned[hillstrom.MEN]
    assert women.winner is not None
    assert all(0.006 < one.qini.area < 0.011 for one in women.judged)
    assert min(one.qini.gain_at(0.5) / one.qini.whole for one in women.judged) > 0.75
    assert men.winner is None
    assert men.scorer is None

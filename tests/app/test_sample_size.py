"""What the app says of the size of an audience."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from regulars.settings import Settings


def page(settings, n_customers, baseline):
    from types import SimpleNamespace

    from regulars.app.views.sample_size import draw_sample_size

    draw_sample_size(SimpleNamespace(settings=settings), n_customers, baseline)


def seen(n_customers: int, baseline: float) -> AppTest:
    return AppTest.from_function(page, args=(Settings(), n_customers, baseline)).run(timeout=30)


@pytest.mark.parametrize("n_customers", [5, 10])
def test_an_audience_that_shows_nothing_gets_a_sentence_and_no_chart(n_customers: int) -> None:
    """Of an empty chart with an axis from -100 % to 500 %, and the advice to be content with a larger lift."""
    drawn = seen(n_customers, 0.58)
    assert not drawn.exception
    assert len(drawn.get("plotly_chart")) == 0
    assert "nothing can be measured" in drawn.info[0].value
    assert "larger lift" not in " ".join(one.value for one in drawn.markdown)


def test_an_audience_that_shows_larger_lifts_has_its_chart() -> None:
    drawn = seen(1_000, 0.3)
    assert not drawn.exception
    assert len(drawn.get("plotly_chart")) == 1
    assert "content with seeing a larger lift" in " ".join(one.value for one in drawn.markdown)

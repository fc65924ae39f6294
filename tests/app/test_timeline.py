"""What the timeline of a customer draws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from regulars import flow
from regulars.app.source import Release
from regulars.publish.reader import Reader
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.testing.shops import write_csv


def row(order_id: str, customer_id: str, day: int, product_id: str, quantity: int, unit_price: int) -> Any:
    return {
        "order_id": order_id, "customer_id": customer_id, "ordered_at": f"2026-03-{day:02} 10:00:00",
        "product_id": product_id, "quantity": quantity, "unit_price": unit_price,
    }  # fmt: skip


@pytest.fixture
def release(tmp_path: Path) -> Any:
    """Return a shop in which Ann gives back two of three lines at once, and one later."""
    rows = [
        row("1", "ann", 1, "tea", 1, 30),
        row("1", "ann", 1, "pot", 1, 20),
        row("1", "ann", 1, "cup", 1, 4),
    ]
    rows += [row("C2", "ann", 5, "tea", -1, 30), row("C2", "ann", 5, "pot", -1, 20)]
    rows += [row("C3", "ann", 9, "cup", -1, 4), row("4", "bob", 12, "tea", 1, 30)]
    flow.run(tmp_path / "shop", [write_csv(rows, tmp_path / "orders.csv")])
    with Reader.open(Places(tmp_path / "shop")) as reader:
        yield Release(reader, Settings())


def page(release, document):
    from regulars.app.views.timeline import draw_timeline

    draw_timeline(release, document)


def test_lines_returned_at_once_are_one_bar(release: Any) -> None:
    """The bars of lines lay on top of one another, so that only the longest was seen."""
    seen = AppTest.from_function(page, args=(release, release.customer("ann"))).run(timeout=30)
    assert not seen.exception
    drawn = json.loads(seen.get("plotly_chart")[0].proto.spec)["data"]
    (bars,) = [one for one in drawn if one["name"] == "Returns"]
    assert bars["x"] == ["2026-03-05T10:00:00", "2026-03-09T10:00:00"]
    assert bars["y"] == [-50, -4]

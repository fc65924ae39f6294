"""A workspace with a release, and orders to send."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from regulars import flow
from regulars.demo.shop import write_shop
from regulars.terms.places import Places


@pytest.fixture(scope="session")
def demo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace that tests only read, or copy."""
    folder = tmp_path_factory.mktemp("api")
    made = write_shop(folder, customers=150, seed=5)
    flow.run(folder / "shop", made.paths)
    return folder / "shop"


@pytest.fixture
def own_root(demo_root: Path, tmp_path: Path) -> Path:
    """Return a workspace of the test's own."""
    return Path(shutil.copytree(demo_root, tmp_path / "shop"))


@pytest.fixture
def places(own_root: Path) -> Places:
    return Places(own_root)


def an_order(order_id: str = "L1", customer_id: str | None = "C000001", **more: Any) -> dict[str, Any]:
    line = {"product_id": "P-1", "description": "Tea", "quantity": "2", "unit_price": "9.50"}
    return {"order_id": order_id, "customer_id": customer_id, "lines": [line], **more}

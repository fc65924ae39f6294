"""Customers tables for the tests: eight that can be worked out on paper, and a shop whose outcome has a known cause."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from regulars.labels.given.attributes import Attributes

EIGHT: dict[str, list[str | None]] = {
    "age": ["25", "40", "31", None, "60", "25", "33", "47"],
    "plan": ["basic", "gold", "basic", "gold", None, "basic", "gold", "basic"],
    "joined": ["2026-01-01", "2026-01-11", "2026-01-21", "2026-01-31", "2026-01-01", None, "2026-01-11", "2026-01-31"],
    "churned": ["Yes", "No", "Yes", "No", "No", None, "No", "Yes"],
}  # fmt: skip


def attributes(columns: Mapping[str, Sequence[str | None]]) -> Attributes:
    n = len(next(iter(columns.values())))
    texts = {}
    for name, values in {"": [f"c{place:04d}" for place in range(n)], **columns}.items():
        texts[name] = np.empty(n, dtype=object)
        texts[name][:] = values
    return Attributes(texts.pop(""), texts)


def shop(n: int = 240, seed: int = 7) -> dict[str, list[str | None]]:
    """Customers who leave the likelier the more they complain and if they pay monthly; age and town say nothing."""
    dice = np.random.default_rng(seed)
    complaints, monthly = dice.poisson(1.5, n), dice.random(n) < 0.5
    log_odds = -2.0 + 0.8 * complaints + 1.0 * monthly
    left = dice.random(n) < 1 / (1 + np.exp(-log_odds))
    age, town = dice.integers(18, 80, n), dice.choice(["Leeds", "York", "Hull"], n)
    return {
        "complaints": [str(one) for one in complaints],
        "contract": ["monthly" if one else "yearly" for one in monthly],
        "age": [None if dice.random() < 0.1 else str(one) for one in age],
        "town": [str(one) for one in town],
        "spend": [f"{100 + 40 * c + dice.normal(0, 20):.2f}" for c in complaints],
        "churned": ["1" if one else "0" for one in left],
    }


def write(path: Path, columns: Mapping[str, Sequence[Any]]) -> Path:
    """Write a customers file; an unknown cell is empty."""
    n = len(next(iter(columns.values())))
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["customer_id", *columns])
        rows.writerows(
            [
                f"c{place:04d}",
                *("" if values[place] is None else values[place] for values in columns.values()),
            ]
            for place in range(n)
        )
    return path

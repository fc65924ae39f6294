"""Whole runs that are killed at every step they report: `python killed_flow.py WORKSPACE`.

The shop has a release from its January; each killed run was to add the rest. As in `killed_run.py`, somebody reads the
current release after each death, and the run after the last death succeeds. Of steps in a row that read the warehouse
and keep what they find in memory, the first and the last are looked at: on the disk they are one.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

# What a run imports on its way is imported once, before the processes part.
import implicit.als
import lightgbm
import scipy.stats
import sklearn.cluster
import sklearn.ensemble
import sklearn.linear_model
import statsmodels.tsa.seasonal
import vl_convert
from killed_run import Deadly, in_a_process_of_its_own

from regulars import flow
from regulars.publish.reader import Reader
from regulars.terms.places import Places
from regulars.testing.shops import six_customer_orders, write_csv

IMPORTED = (implicit, lightgbm, scipy, sklearn, statsmodels, vl_convert)
IN_MEMORY = {
    "judge recommendations by past futures", "compute what is known of every customer", "group the customers",
    "describe what happened", "predict what comes next", "choose what to show whom", "say what is worth saying",
}  # fmt: skip


class DeadlyStep(Deadly):
    """Ends the process at the n-th of the steps that are looked at."""

    def __init__(self, n: int) -> None:
        self.left = n

    def step(self, sentence: str) -> None:
        if sentence not in IN_MEMORY:
            super().step(sentence)

    def advance(self, done: int, total: int | None, what: str = "") -> None: ...

    def note(self, sentence: str) -> None: ...


def run(root: Path, rows: list[dict[str, Any]], deadly: int) -> None:
    source = write_csv(rows, root.parent / f"{len(rows)}.csv")
    flow.run(root, [source], progress=DeadlyStep(deadly))


def read(root: Path) -> None:
    with Reader.open(Places(root)) as reader:
        reader.verify()
        assert reader.report()
        print(f"current has {len(reader.table('orders'))} orders", flush=True)


def main(root: Path) -> None:
    never = 1_000_000_000
    orders = six_customer_orders()
    january = [row for row in orders if row["ordered_at"].month == 1]
    assert in_a_process_of_its_own(run, root, january, never)
    assert in_a_process_of_its_own(read, root)
    for n in count(1):
        ended = in_a_process_of_its_own(run, root, orders, n)
        assert in_a_process_of_its_own(read, root)
        if ended:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Runs that are killed by the operating system, as `kill -9` does, at every place where they could be.

`python killed_run.py WORKSPACE [EVERY]`: run after run publishes into a workspace; the first is killed at the first of
all places at which a run stops for a moment (before and after every move, sync, folder and text file, and at every
step that it reports), the next at the second, and so on, until one comes to its end. EVERY looks at each EVERY-th
place only. After each death somebody reads the release that is current, every byte of it. One line a run is printed.

Processes are forked from one that has imported everything and opened nothing, since starting Python takes longest.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import small_run

from regulars.engines.duckdb import DuckDBEngine
from regulars.publish import lock, release
from regulars.publish.reader import Reader
from regulars.settings import Settings
from regulars.terms.places import Places

STOPS = [
    (os, "fsync"), (Path, "rename"), (Path, "replace"), (Path, "mkdir"), (Path, "write_text"), (shutil, "rmtree"),
]  # fmt: skip


class Deadly:
    """A progress, and a watch over what touches the disk, that end the process at the n-th place."""

    def __init__(self, n: int) -> None:
        self.left = n
        for owner, name in STOPS:
            setattr(owner, name, self.watched(name, getattr(owner, name)))

    def here(self, name: str) -> None:
        self.left -= 1
        if self.left == 0:
            print(f"killed at {name}", end="; ", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **more: Any) -> Any:
            self.here(f"before {name}")
            result = original(*given, **more)
            self.here(f"after {name}")
            return result

        return watched

    def step(self, sentence: str) -> None:
        self.here(sentence)

    def note(self, sentence: str) -> None: ...

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        self.here(f"{done} of {total}")


def run(places: Places, n_customers: int, deadly: int) -> None:
    progress = Deadly(deadly)
    with lock.workspace_lock(places), DuckDBEngine(threads=1) as engine:
        small_run.fill(engine, n_customers)
        release.publish(
            engine, places, tables=small_run.TABLES, cutoff=small_run.CUTOFF, horizon=small_run.HORIZON,
            settings=Settings(publishing={"keep_releases": 1}), progress=progress,
        )  # fmt: skip


def read(places: Places) -> None:
    with Reader.open(places) as reader:
        reader.verify()
        n_customers = len(reader.table("customers"))
        assert reader.profile(f"c{n_customers - 1}")["customer_id"]
        print(f"current has {n_customers} customers", flush=True)


def in_a_process_of_its_own(work: Callable[..., None], *given: Any) -> bool:
    """Return whether it came to its end; fail when it ended by anything but being killed."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work(*given)
        except BaseException as problem:
            print(f"{type(problem).__name__}: {problem}", flush=True)
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def main(places: Places, every: int) -> None:
    never = 1_000_000_000
    assert in_a_process_of_its_own(run, places, 1, never)
    for n in count(1, every):
        ended = in_a_process_of_its_own(run, places, n + 1, n)
        assert in_a_process_of_its_own(read, places)
        if ended:
            break
    assert in_a_process_of_its_own(run, places, 1, never)
    assert in_a_process_of_its_own(read, places)
    print(
        *sorted(path.name.split("-")[0] for path in places.releases.iterdir() if not path.name[0].isdigit())
    )


if __name__ == "__main__":
    main(Places(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 1)

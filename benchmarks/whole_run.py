"""A whole `regulars run`, step by step, beside the same work in plain pandas: wall and processor seconds, peak memory.

The file is UCI Online Retail II where it is (`REGULARS_DATA`, or `../shared/data`), else a synthetic shop of 25,000
customers. Bars on two cores, for Online Retail II: data, features, release and report under 20 seconds and 2 GB; with
predictions and their proof under 45 seconds; with a neighbor who keeps a core busy at most twice of what it takes alone.

    python -m benchmarks.whole_run [--busy] [FILE …]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import measure

BAR_SECONDS, BAR_WITH_PREDICTIONS, BAR_BUSY, BAR_MB = 20.0, 45.0, 2.0, 2048.0
SYNTHETIC_CUSTOMERS = 25_000
PREDICTIONS = ("judge predictions by past futures", "predict what comes next")
BESIDE = (
    "judge recommendations by past futures",
    "group the customers",
    "describe what happened",
    "choose what to show whom",
    "say what is worth saying",
    "propose whom to write to",
)
"""Lists, clusters, rhythm, baskets, findings and campaigns: in every run, and in neither of the bars on its seconds."""
START = "start the program"
DATA, WITH_PREDICTIONS, WHOLE = "data, features, release, report", "the same with predictions", "everything"


class Laps:
    """Listens to a run and keeps how long each of its steps took, in wall and processor seconds."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._now: tuple[str, float, float] | None = None

    def step(self, sentence: str) -> None:
        self.end()
        self._now = sentence, time.perf_counter(), time.process_time()

    def advance(self, done: int, total: int | None, what: str = "") -> None: ...

    def note(self, sentence: str) -> None: ...

    def end(self) -> None:
        if self._now is not None:
            what, wall, processor = self._now
            took = {
                "seconds": time.perf_counter() - wall,
                "cpu_seconds": time.process_time() - processor,
            }
            self.rows.append({"what": what, **took})


def run_in_laps(files: Sequence[Path], workspace: Path) -> None:
    """Run as the command does and print what each step took, for the process that measures this one."""
    from regulars.flow import run

    laps = Laps()
    run(workspace, files, progress=laps)
    laps.end()
    print(json.dumps(laps.rows))


def ours(files: Sequence[Path], workspace: Path) -> list[dict[str, Any]]:
    """Measure a run in a process of its own: one row per step, then the sums that have bars, then the whole."""
    words = [sys.executable, "-m", "benchmarks.whole_run", "--laps-in", workspace, *files]
    measured = measure.command(words)
    steps = json.loads(measured.output)
    whole = {"seconds": measured.seconds, "cpu_seconds": measured.cpu_seconds}
    steps.insert(0, {"what": START} | {name: whole[name] - sum(one[name] for one in steps) for name in whole})
    if missing := {*PREDICTIONS, *BESIDE} - {one["what"] for one in steps}:
        raise SystemExit(f"a run has no such step any more: {', '.join(sorted(missing))}")
    return [
        *({"part": "step", **one} for one in steps),
        {"part": "sum", "what": DATA, **_sum(steps, without=(*PREDICTIONS, *BESIDE))},
        {"part": "sum", "what": WITH_PREDICTIONS, **_sum(steps, without=BESIDE)},
        {
            "part": "sum", "what": WHOLE, **whole, "peak_mb": measured.peak_mb,
            "disk_mb": _megabytes(workspace), "warehouse_mb": _megabytes(workspace / "warehouse.duckdb"),
        },
    ]  # fmt: skip


def _sum(steps: Sequence[Mapping[str, Any]], without: Sequence[str]) -> dict[str, float]:
    kept = [one for one in steps if one["what"] not in without]
    return {name: sum(one[name] for one in kept) for name in ("seconds", "cpu_seconds")}


def _megabytes(place: Path) -> float:
    files = place.rglob("*") if place.is_dir() else [place]
    return sum(file.stat().st_size for file in files if file.is_file()) / 2**20


def pandas(files: Sequence[Path], folder: Path) -> dict[str, Any]:
    """Measure facts and features in pandas; no audit, no predictions, no release, no report."""
    folder.mkdir()
    measured = measure.call("benchmarks.pandas_shop:whole_run", [str(file) for file in files], str(folder))
    print("pandas found", json.dumps(measured.result), file=sys.stderr)
    return {
        "part": "peer",
        "what": "plain pandas: facts and features alone",
        "seconds": measured.seconds,
        "cpu_seconds": measured.cpu_seconds,
        "peak_mb": measured.peak_mb,
        "disk_mb": _megabytes(folder),
    }


@contextmanager
def busy_neighbor() -> Iterator[None]:
    """Keep one core busy with something else."""
    neighbor = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        neighbor.kill()
        neighbor.wait()


def default_files(folder: Path) -> list[Path]:
    """Return the public data set, or a synthetic shop made for the occasion."""
    data = Path(os.environ.get("REGULARS_DATA", measure.ROOT.parent / "shared" / "data"))
    retail = data / "online_retail_II.csv.gz"
    if retail.exists():
        return [retail]
    from regulars.demo.shop import write_shop

    paths = write_shop(folder, customers=SYNTHETIC_CUSTOMERS).paths
    return [path for path in paths if path.name.startswith("orders")]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--busy", action="store_true", help="measure again beside a neighbor")
    parser.add_argument("--laps-in", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.laps_in:
        run_in_laps(given.files, given.laps_in)
        return
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as name:
        folder = Path(name)
        files = [file.resolve() for file in given.files] or default_files(folder / "shop")
        source = ", ".join(file.name for file in files)
        rows = [*ours(files, folder / "workspace"), pandas(files, folder / "pandas")]
        if given.busy:
            with busy_neighbor():
                beside = ours(files, folder / "beside")
            rows += [
                one | {"what": f"{one['what']}, beside a neighbor"} for one in beside if one["part"] == "sum"
            ]
    measure.record("whole_run", [{"source": source, **row} for row in rows])
    measure.show(f"A whole run on {source}", rows)
    _say(rows)


def _say(rows: Sequence[Mapping[str, Any]]) -> None:
    """Hold the sums against their bars."""
    found = {row["what"]: row for row in rows}
    for what, bar in ((DATA, BAR_SECONDS), (WITH_PREDICTIONS, BAR_WITH_PREDICTIONS)):
        _verdict(f"{what}: under {bar:.0f} s", found[what]["seconds"], bar, "s")
        busy = found.get(f"{what}, beside a neighbor")
        if busy:
            times = busy["seconds"] / found[what]["seconds"]
            _verdict(f"{what}, beside a neighbor: at most {BAR_BUSY:.0f} times", times, BAR_BUSY, "times")
    _verdict(f"{WHOLE}: under {BAR_MB:.0f} MB", found[WHOLE]["peak_mb"], BAR_MB, "MB")


def _verdict(sentence: str, value: float, bar: float, unit: str) -> None:
    print(f"{sentence}: {'yes' if value <= bar else 'NO'} ({value:,.1f} {unit})")


if __name__ == "__main__":
    main()

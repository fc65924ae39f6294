"""How long something takes and how much memory it needs, in a process of its own.

>>> measured = call("math:sqrt", 16.0)
>>> measured.result, measured.peak_mb > 1
(4.0, True)

Peak memory is what the kernel says of the process (and of children it waited for). A process inherits its parent's peak
when it is started, so a small launcher stands between: the floor is some ten megabytes, not the size of the caller.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"

_LAUNCHER = """
import json, os, sys, time
target, command = sys.argv[1], sys.argv[2:]
start = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, used = os.wait4(pid, 0)
seconds = time.perf_counter() - start
with open(target, "w") as file:
    json.dump({"seconds": seconds, "maxrss_kb": used.ru_maxrss, "cpu": used.ru_utime + used.ru_stime,
               "code": os.waitstatus_to_exitcode(status)}, file)
"""

_CALLER = """
import importlib, json, sys, time
module, name = sys.argv[1].split(":")
function = getattr(importlib.import_module(module), name)
arguments, named = json.loads(sys.argv[2])
start = time.perf_counter()
result = function(*arguments, **named)
seconds = time.perf_counter() - start
with open(sys.argv[3], "w") as file:
    json.dump({"seconds": seconds, "result": result}, file, default=str)
"""


@dataclass(frozen=True)
class Measured:
    """What a run took: wall seconds, processor seconds (both whole process), peak megabytes, and what it said.

    For a call, `seconds` is the call alone: the interpreter's start and the import of the module are not in it.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str
    result: Any = None


class CommandFailed(Exception):
    """The command that was to be measured ended with an error; its own words are in the message."""


def command(
    words: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float | None = None,
    ok: Iterable[int] = (0,),
) -> Measured:
    """Run a command from the project's root and measure it; an exit code outside `ok` raises CommandFailed."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "measured.json"
        launch = [sys.executable, "-S", "-E", "-c", _LAUNCHER, str(target), *map(str, words)]
        done = subprocess.run(
            launch,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )
        if not target.exists():
            raise CommandFailed(done.stderr)
        found = json.loads(target.read_text())
    if found["code"] not in ok:
        raise CommandFailed(f"{' '.join(map(str, words))}\nexit code {found['code']}\n{done.stderr[-4000:]}")
    return Measured(found["seconds"], found["cpu"], found["maxrss_kb"] / 1024, done.stdout)


def call(
    target: str,
    *arguments: Any,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float | None = None,
    interpreter: str = sys.executable,
    **named: Any,
) -> Measured:
    """Call ``package.module:function`` in a process of its own; arguments and result travel as JSON.

    Another interpreter may have libraries that this one has not; ours are on its path.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        inputs = json.dumps([arguments, named], default=str)
        measured = command(
            [interpreter, "-c", _CALLER, target, inputs, answer],
            environment={
                **(environment or {}),
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            },
            timeout_seconds=timeout_seconds,
        )
        found = json.loads(answer.read_text())
    return Measured(
        found["seconds"], measured.cpu_seconds, measured.peak_mb, measured.output, found["result"]
    )


def machine() -> dict[str, Any]:
    """Return what results depend on: processors, memory, versions, how busy it is. Nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processors": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "regulars": version("regulars"),
        "load": round(os.getloadavg()[0], 1),
    }


def record(benchmark: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Append rows as JSON lines to `benchmarks/results/<benchmark>.jsonl`, with the time and the machine."""
    RESULTS.mkdir(exist_ok=True)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    with (RESULTS / f"{benchmark}.jsonl").open("a", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({"at": when, **row, **machine()}, default=str) + "\n")


def show(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as a table; columns in the order in which they first appear."""
    from rich.console import Console
    from rich.table import Table

    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=title, title_justify="left")
    for name in names:
        numbers = all(isinstance(row.get(name, 0), int | float) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*(_cell(row.get(name, "")) for name in names))
    console = Console(width=140)
    console.print(table)
    found = machine()
    if found["load"] > found["processors"]:
        console.print(
            f"the machine was busy (load {found['load']} on {found['processors']} processors): wall seconds say little"
        )


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if abs(value) < 0.1:
            return f"{value:.2g}"
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)

"""All benchmarks, at sizes that take a few minutes: `python -m benchmarks` or `make bench`.

Each can be run alone and larger: `python -m benchmarks.features --lines 10000000`.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks import measure

ALL = ("shop", "whole_run", "features", "publishing", "btyd", "clusters", "ratings")


def main() -> int:
    """Run them one after the other, each in a process of its own; a failure does not stop the others."""
    failed = []
    for name in ALL:
        print(f"· {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=measure.ROOT, check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

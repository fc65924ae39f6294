"""Publish on a disk with less and less room: `unshare --user --map-root-user --mount python full_disk.py FOLDER`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import small_run

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import DiskFull, WorkspaceError
from regulars.publish.exports import export
from regulars.publish.reader import Reader
from regulars.publish.release import Release, publish
from regulars.settings import Settings
from regulars.terms.places import Places

KILOBYTE = 1024


def publish_it(places: Places) -> Release:
    with DuckDBEngine(threads=1) as engine:
        small_run.fill(engine, 200)
        return publish(
            engine, places, tables=small_run.TABLES, cutoff=small_run.CUTOFF, horizon=small_run.HORIZON,
            settings=Settings(),
        )  # fmt: skip


def fill_up(filler: Path, left: int) -> None:
    filler.unlink(missing_ok=True)
    disk = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - left)


def main(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
    places = Places(folder)
    first = publish_it(places)
    filler, n_refused = folder / "filler", 0
    for left in (0, 4, 8, 16, 32, 64, 128):
        fill_up(filler, left * KILOBYTE)
        try:
            publish_it(places)
        except DiskFull as problem:
            n_refused, said = n_refused + 1, f"{problem} {problem.hint}"
        else:
            break
        assert "the last release is untouched free some space" in said
        assert sorted(path.name for path in places.releases.iterdir()) == [first.id, "current"]
        if left == 0:
            try:
                with Reader.open(places) as reader:
                    export(reader, "orders", folder / "orders.csv")
            except DiskFull:
                n_refused += 1
            assert not (folder / "orders.csv").exists()
        with Reader.open(places) as reader:
            assert reader.id == first.id
            reader.verify()
    filler.unlink()
    assert publish_it(places).id > first.id
    places.releases.chmod(0o500)
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    try:
        publish_it(places)
    except WorkspaceError as problem:
        print(problem)
    with Reader.open(places) as reader:
        reader.verify()
    print(f"refused {n_refused} times, then published")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

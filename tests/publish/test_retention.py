from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.publish.current import instant, next_id, release_ids
from regulars.publish.reader import Reader
from regulars.publish.release import Release
from regulars.publish.retention import kept, prune
from regulars.settings import Settings
from regulars.terms.places import Places

Publish = Callable[..., Release]
KEEP_ONE = Settings(publishing={"keep_releases": 1})  # type: ignore[arg-type]
ids = st.datetimes().map(lambda at: f"{at.year:04d}{at:%m%d-%H%M%S}-{at.microsecond // 1000:03d}")


@given(st.sets(ids), st.integers(1, 5))
def test_the_last_ones_and_each_months_last_are_kept(found: set[str], keep: int) -> None:
    ordered = sorted(found)
    stay = kept(found, keep)
    assert stay <= found
    assert set(ordered[-keep:]) <= stay
    assert {release_id[:6] for release_id in stay} == {release_id[:6] for release_id in found}
    assert len(stay) <= keep + len({release_id[:6] for release_id in found})


def copies(release: Release, *names: str) -> None:
    for name in names:
        shutil.copytree(release.folder, release.folder.with_name(name))


def test_old_releases_go_and_each_months_last_stays(publish_small: Publish, places: Places) -> None:
    first = publish_small()
    copies(first, "20250102-000000-000", "20250131-000000-000", "20250131-000001-000", "20250201-000000-000")
    last = publish_small(settings=KEEP_ONE)
    assert release_ids(places) == ["20250131-000001-000", "20250201-000000-000", last.id]
    assert sorted(path.name for path in places.releases.iterdir()) == [*release_ids(places), "current"]


def test_the_current_release_stays_even_when_it_is_old(publish_small: Publish, places: Places) -> None:
    first = publish_small()
    copies(first, "20250102-000000-000", "20250131-000001-000")
    (places.releases / "current").write_text("20250102-000000-000\n")
    prune(places, keep=1)
    assert "20250102-000000-000" in release_ids(places)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files itself")
def test_a_release_is_not_taken_away_from_its_reader(publish_small: Publish, places: Places) -> None:
    first = publish_small()
    with Reader.open(places) as reader:
        assert len(reader.table("customers")) == 40
        publish_small(44, settings=KEEP_ONE)
        assert first.id in release_ids(places)
        assert len(reader.table("orders")) == 60  # a file that was not opened before
        assert reader.profile("c1")["customer_id"] == "c1"
        reader.verify()
    last = publish_small(48, settings=KEEP_ONE)
    assert release_ids(places) == [last.id]


READ = """
import sys
from pathlib import Path
from regulars.publish.reader import Reader
from regulars.terms.places import Places
with Reader.open(Places(Path(sys.argv[1]))) as reader:
    print("open", flush=True)
    sys.stdin.readline()
    print(len(reader.table("orders")), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files itself")
def test_nor_from_a_reader_in_another_process(publish_small: Publish, places: Places) -> None:
    publish_small()
    with subprocess.Popen(
        [sys.executable, "-c", READ, str(places.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        publish_small(44, settings=KEEP_ONE)
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "60\n"


def test_ids_are_told_apart_within_a_millisecond(publish_small: Publish, places: Places) -> None:
    first = publish_small()
    second = next_id(places, instant(first.id))
    assert second > first.id
    assert instant(second) > instant(first.id)


def test_leftovers_are_swept(publish_small: Publish, places: Places, tmp_path: Path) -> None:
    publish_small()
    (places.releases / ".building-20260101-000000-000").mkdir()
    (places.releases / ".building-20260101-000000-000" / "orders.parquet").write_text("half")
    (places.releases / ".removing-20260101-000000-000").mkdir()
    (places.releases / "notes.txt").write_text("mine")
    last = publish_small(settings=KEEP_ONE)
    assert sorted(path.name for path in places.releases.iterdir()) == [last.id, "current", "notes.txt"]

"""Groups on disk: numbers and names, read again as they were, refused when they were changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.errors import ModelError
from regulars.segments.clusters.build import build_clusters
from regulars.segments.clusters.fitted import Clusters
from regulars.segments.clusters.store import CLUSTERS_FILE, open_clusters, save_clusters
from regulars.settings import Settings

from .test_clusters import shop, three_kinds


@pytest.fixture(scope="module")
def clusters() -> Clusters:
    return build_clusters(shop(three_kinds()), Settings())


def test_what_is_read_is_what_was_written(clusters: Clusters, tmp_path: Path) -> None:
    assert set(clusters.groupings) == {"rfm", "behavior"}
    path = save_clusters(clusters, tmp_path / "models")
    assert open_clusters(tmp_path / "models") == clusters
    first = path.read_bytes()
    assert save_clusters(clusters, tmp_path / "models").read_bytes() == first


def test_a_shop_without_groups_has_a_file_that_says_so(tmp_path: Path) -> None:
    save_clusters(Clusters({}), tmp_path)
    assert open_clusters(tmp_path) == Clusters({})


def test_a_changed_file_is_refused(clusters: Clusters, tmp_path: Path) -> None:
    path = save_clusters(clusters, tmp_path)
    document = json.loads(path.read_text())
    document["groupings"]["rfm"]["centers"][0][0] += 0.5
    path.write_text(json.dumps(document))
    with pytest.raises(ModelError, match="was changed"):
        open_clusters(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[]", "not written by regulars"),
        ('{"made_by": "somebody"}', "not written by regulars"),
        ('{"made_by": "regulars", "format": 99}', "format 99"),
        ('{"made_by": "regulars", "format": 1, "groupings": {}, "sha256": "0"}', "was changed"),
    ],
)
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / CLUSTERS_FILE).write_text(text)
    with pytest.raises(ModelError, match=words):
        open_clusters(tmp_path)


def test_groupings_that_do_not_fit_are_refused(clusters: Clusters, tmp_path: Path) -> None:
    from regulars.segments.clusters.store import _hash

    path = save_clusters(clusters, tmp_path)
    document = json.loads(path.read_text())
    document["groupings"]["rfm"]["names"].pop()
    document["sha256"] = _hash(document["groupings"])
    path.write_text(json.dumps(document))
    with pytest.raises(ModelError, match="do not fit"):
        open_clusters(tmp_path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        open_clusters(tmp_path)

"""Which earlier release a new one is compared with."""

from __future__ import annotations

from datetime import datetime

from regulars.errors import ReleaseDamaged
from regulars.insights.movements import Previous
from regulars.publish.current import release_ids
from regulars.publish.manifest import Manifest
from regulars.settings import Segmentation
from regulars.terms.places import Places

COMPARED = "segments"


def earlier_release(places: Places, cutoff: datetime, segmentation: Segmentation) -> Previous | None:
    """Return the newest release with an earlier cut-off and the same kind of segments; None without one.

    A release with the same cut-off is passed over, so that a run told again says the same. Whoever calls holds the
    workspace's lock, so nothing of it goes away meanwhile.
    """
    wanted = segmentation.model_dump(mode="json", include={"scheme", "ties"})
    for release in reversed(release_ids(places)):
        folder = places.releases / release
        try:
            manifest = Manifest.read(folder)
        except ReleaseDamaged:
            continue
        table = manifest.tables.get(COMPARED)
        settings = manifest.settings.get("segmentation", {})
        alike = all(settings.get(name) == value for name, value in wanted.items())
        if table and alike and manifest.cutoff < cutoff and (folder / table.file).is_file():
            return Previous(release, manifest.cutoff, folder / table.file)
    return None

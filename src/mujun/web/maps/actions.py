"""Writing what was built for the map and the search box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mujun.web.audit.actions import action, record
from mujun.web.maps.models import MapBuild, SearchEntry, TileSet

KEPT_BUILDS = 5
"""Older builds are dropped from the table; whoever has the map open finishes with the tiles it began with."""
CHUNK = 500


@action
def publish_map(revision: int, digest: str, parcels: int, sets: Sequence[TileSet], *, by: Any) -> MapBuild:
    """Make a finished build the map; the same map again only moves to the newer revision."""
    build, _new = MapBuild.objects.update_or_create(digest=digest, defaults={"revision": revision, "parcels": parcels})
    build.sets.all().delete()
    for tile_set in sets:
        tile_set.build = build
    TileSet.objects.bulk_create(sets)
    old = list(MapBuild.objects.values_list("pk", flat=True)[KEPT_BUILDS:])
    MapBuild.objects.filter(pk__in=old).delete()
    record("map.build", by=by, about=f"revision:{revision}", parcels=parcels, sets=len(sets), digest=digest)
    return build


@action
def change_search_index(gone: Sequence[int], new: Iterable[SearchEntry], *, by: Any) -> None:
    """Take ``gone`` (primary keys) out of the search index and put ``new`` in."""
    for start in range(0, len(gone), CHUNK):
        SearchEntry.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    made = SearchEntry.objects.bulk_create(new, batch_size=CHUNK)
    record("search.index", by=by, about="search:index", gone=len(gone), new=len(made))

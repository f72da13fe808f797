"""Which map and which run somebody sees, and which tile sets lie inside a scope."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Max, Q

from mujun.web.evaluations.models import Run, RunState
from mujun.web.maps.archives import numbers_path, tiles_path
from mujun.web.maps.models import MapBuild, TileSet
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.register.models import Barrier, Parcel


def newest_build() -> MapBuild | None:
    """The newest map whose files are there (a restored backup may have to draw them anew)."""
    build = MapBuild.objects.first()
    return build if build is not None and numbers_path(build.digest).exists() else None


def map_is_old(build: MapBuild | None) -> bool:
    """Whether parcels or barriers changed after ``build`` was drawn."""
    if build is None:
        return Parcel.objects.filter(until=None).exists()
    after = Q(since__gt=build.revision) | Q(until__gt=build.revision)
    return Parcel.objects.filter(after).exists() or Barrier.objects.filter(after).exists()


def sets_in_scope(build: MapBuild, scope: Scope) -> list[TileSet]:
    """The archives that together hold what ``scope`` may see; none for a firm, whose parcels come by themselves."""
    if scope.firms is not None:
        return []
    sets = build.sets.all()
    if scope.towns is None:
        return [one for one in sets if one.whole]
    return [one for one in sets if not one.whole and one.town in scope.towns]


@lru_cache(maxsize=512)
def towns_of_set(digest: str) -> frozenset[str] | None:
    """The towns whose archive is ``digest`` (none for the whole county), or None; an archive never changes.

    In a county of one town its archive and the county's are the same.
    """
    held = list(TileSet.objects.filter(digest=digest).values_list("whole", "town"))
    if not held or not tiles_path(digest).exists():
        return None
    return frozenset(town for whole, town in held if not whole)


def may_have_set(scope: Scope, digest: str) -> bool:
    """Whether ``scope`` covers the archive: the whole county only for who sees all, a town's for its own cadres."""
    found = towns_of_set(digest)
    if found is None:
        towns_of_set.cache_clear()  # it may be built in a moment: nothing is no answer to remember
        return False
    if scope.everything:
        return True
    return scope.firms is None and scope.towns is not None and bool(found & scope.towns)


def runs_for(user: Any) -> list[Run]:
    """The runs whose grades ``user`` may lay on the map: published ones first, then drafts where he may read them."""
    if not has_right(user, Right.READ_RESULTS):
        return []
    published = list(Run.objects.filter(state=RunState.PUBLISHED).select_related("rules").order_by("-year", "-id"))
    if not has_right(user, Right.READ_DRAFTS):
        return published
    drafts = Run.objects.filter(state=RunState.REHEARSED).select_related("rules").order_by("-year", "-id")[:10]
    return [*published, *drafts]


def chosen_run(user: Any, wanted: str = "") -> Run | None:
    """The run that the address asks for, else the newest that ``user`` may see."""
    runs = runs_for(user)
    for run in runs:
        if str(run.pk) == wanted:
            return run
    return runs[0] if runs else None


def newest_year() -> int | None:
    """The newest year with measures."""
    from mujun.web.register.models import Measure

    found: int | None = Measure.objects.filter(until=None).aggregate(year=Max("year"))["year"]
    return found


def basemap() -> dict[str, Any] | None:
    """The county's own map service (``MUJUN_MAP_TILES``), if it has one."""
    return {"tiles": list(settings.MAP_TILES), "credit": settings.MAP_CREDIT} if settings.MAP_TILES else None

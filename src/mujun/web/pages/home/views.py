"""The map: page, scoped table, tiles."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mujun.web.cases.queries import lists_for
from mujun.web.evaluations.models import Run
from mujun.web.findings.queries import standing_run
from mujun.web.maps import archives
from mujun.web.maps.document import map_table, names_of, own_parcels
from mujun.web.maps.jobs import build_tiles
from mujun.web.maps.models import MapBuild
from mujun.web.maps.queries import basemap, chosen_run, map_is_old, may_have_set, newest_build, runs_for
from mujun.web.pages.built import built_url
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.people.visible import sees_parcel
from mujun.web.register.models import JobProgress, JobState, Parcel
from mujun.web.register.queries import current_revision

A_YEAR = "private, max-age=31536000, immutable"


@page(Right.READ_REGISTER)
def home(request: HttpRequest) -> HttpResponse:
    """The map with what the user may see; says what to do where there is nothing to draw yet."""
    scope = scope_of(request.user)
    build = newest_build()
    run = chosen_run(request.user, request.GET.get("run", ""))
    wanted = request.GET.get("parcel", "")
    context = {
        "build": build,
        "run": run,
        "runs": runs_for(request.user),
        "is_firm": scope.firms is not None,
        "old": map_is_old(build) if scope.firms is None else False,
        "parcels": Parcel.objects.filter(until=None).exists(),
        "may_build": has_right(request.user, Right.IMPORT),
        "building": _building(),
        "map": _settings(build, run, wanted if sees_parcel(wanted, scope) else ""),
        "words": map_words(),
        "case_lists": lists_for(request.user),
    }
    return render(request, "home/map.html", context)


def _building() -> JobProgress | None:
    return JobProgress.objects.filter(kind="tiles", state__in=[JobState.WAITING, JobState.RUNNING]).first()


def _settings(build: MapBuild | None, run: Run | None, wanted: str) -> dict[str, Any]:
    return {
        "table": f"{reverse('map_table')}?run={run.pk if run else ''}",
        "names": reverse("map_names"),
        "worker": built_url("map-worker.js"),
        "card": reverse("parcel", args=["PARCEL"]),
        "list": reverse("parcels"),
        "basemap": basemap(),
        "wanted": wanted,
        "wanted_box": _box(build, wanted),
    }


def _box(build: MapBuild | None, parcel_id: str) -> tuple[float, float, float, float] | None:
    """Where the parcel is that the address asks for."""
    if build is None:
        return None
    held = archives.numbers(build.digest)
    position = held.position.get(parcel_id)
    return None if position is None else held.boxes[position]


def map_words() -> dict[str, str]:
    """What the script of the map says."""
    return {
        "no_webgl": _("这台电脑的浏览器不能显示地图（需要 WebGL 2）。可以用右边的镇街和宗地清单。"),
        "failed": _("地图没有读到数据，请刷新页面；如仍不行，请联系管理员。"),
        "nothing": _("您的数据范围内还没有宗地。"),
        "parcels": _("宗"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "loading": _("正在读取…"),
        "not_read": _("没有读到这宗地，请稍后再试。"),
        "town": _("转到{town}"),
    }


@page(Right.READ_REGISTER)
def table(request: HttpRequest) -> HttpResponse:
    """Classes of the parcels inside the scope, with the tile sets that draw them."""
    scope = scope_of(request.user)
    run = chosen_run(request.user, request.GET.get("run", ""))
    build = newest_build()
    if scope.firms is not None:
        return _json(request, json.dumps(own_parcels(run, scope), ensure_ascii=False).encode())
    if build is None:
        raise Http404
    key = (build.digest, current_revision(), run.pk if run else 0, _found(), scope, get_language() or "")
    if key not in _TABLES:
        content = map_table(build, run, scope, _tile_address())
        _TABLES[key] = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        for old in list(_TABLES)[:-KEPT_TABLES]:
            _TABLES.pop(old, None)
    return _json(request, _TABLES[key])


def _found() -> int:
    """The number of the findings run on the map; 0 for none."""
    standing = standing_run()
    return standing.pk if standing else 0


KEPT_TABLES = 32
_TABLES: dict[tuple[Any, ...], bytes] = {}
"""Tables by all that they depend on: map, revision, runs, scope, language."""


def _tile_address() -> str:
    return reverse("tile", args=["0" * 64, 0, 0, 0]).replace("0" * 64, "{set}").replace("0/0/0", "{z}/{x}/{y}")


@page(Right.READ_REGISTER)
def names(request: HttpRequest) -> HttpResponse:
    """Codes and holders of the parcels inside the scope, in the order of the table."""
    scope = scope_of(request.user)
    build = newest_build()
    if build is None or scope.firms is not None:
        raise Http404
    return _json(request, _names(build.digest, current_revision(), scope.towns))


@functools.lru_cache(maxsize=32)
def _names(digest: str, revision: int, towns: frozenset[str] | None) -> bytes:
    return json.dumps(names_of(digest, towns), ensure_ascii=False, separators=(",", ":")).encode()


@functools.lru_cache(maxsize=32)
def _packed(content: bytes) -> tuple[str, bytes]:
    return hashlib.sha256(content).hexdigest()[:32], gzip.compress(content, 5, mtime=0)


def _json(request: HttpRequest, content: bytes) -> HttpResponse:
    """JSON that the browser keeps but asks after each time; packed where it can unpack."""
    digest, packed = _packed(content)
    tag = f'"{digest}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(packed, content_type="application/json", headers={**headers, "Content-Encoding": "gzip"})
    return HttpResponse(content, content_type="application/json", headers=headers)


@page(Right.READ_REGISTER)
def tile(request: HttpRequest, digest: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of an archive inside the scope; another town's archive is not found, like one that does not exist."""
    if not may_have_set(scope_of(request.user), digest):
        raise Http404
    content = archives.reader(digest).get(z, x, y)
    headers = {"Cache-Control": A_YEAR}
    if content is None:
        return HttpResponse(b"", content_type="application/vnd.mapbox-vector-tile", headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return HttpResponse(content, content_type="application/vnd.mapbox-vector-tile", headers=headers)


@page(Right.IMPORT, methods=("POST",))
def build(request: HttpRequest) -> HttpResponse:
    """Start drawing the map anew."""
    if _building() is None:
        build_tiles.start(by=request.user, url=reverse("home"))
    return redirect("home")

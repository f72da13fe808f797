"""The addresses of OGC API - Features."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from mujun.web.api.auth import allow, identify
from mujun.web.api.errors import ApiError, error_answer, not_found
from mujun.web.api.ogc import documents
from mujun.web.api.ogc.asking import Asked, understand
from mujun.web.api.ogc.collections import COLLECTIONS, Collection
from mujun.web.api.ogc.documents import CONFORMANCE, GEOJSON, OPENAPI, link
from mujun.web.api.ogc.features import find, one
from mujun.web.people.rights import Page, Right, Scope

RIGHT = Right.READ_REGISTER
View = Callable[..., HttpResponse]


def _served(view: View) -> View:
    """Token or session, the right to read the register, GET only; errors are JSON."""

    @csrf_exempt
    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        try:
            identify(request)
            return view(request, allow(request, RIGHT), *args, **kwargs)
        except ApiError as error:
            return error_answer(request, error)

    serve.page = Page(f"{view.__module__}.{view.__qualname__}", RIGHT, RIGHT, ("GET",))  # type: ignore[attr-defined]
    return serve


def _json(body: dict[str, Any], kind: str = "application/json") -> HttpResponse:
    return JsonResponse(body, content_type=kind, json_dumps_params={"ensure_ascii": False})


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("ogc"))


def _collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise not_found()
    return COLLECTIONS[name]


@_served
def landing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Where everything else is."""
    return _json(documents.landing(_root(request)))


@_served
def conformance(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Which parts of the standard hold."""
    return _json({"conformsTo": CONFORMANCE})


@_served
def description(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The addresses as OpenAPI."""
    return _json(documents.openapi(_root(request)), OPENAPI)


@_served
def collections(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All collections."""
    return _json(documents.collections(_root(request)))


@_served
def collection(request: HttpRequest, scope: Scope, name: str) -> HttpResponse:
    """One collection."""
    return _json(documents.collection(_root(request), _collection(name)))


@_served
def items(request: HttpRequest, scope: Scope, name: str) -> HttpResponse:
    """The features of a collection that match, a page at a time."""
    which = _collection(name)
    asked = understand(request, which)
    count, found = find(which, asked, scope)
    body = {
        "type": "FeatureCollection",
        "numberMatched": count,
        "numberReturned": len(found),
        "timeStamp": timezone.now().isoformat().replace("+00:00", "Z"),
        "links": _links(request, which, asked, count),
        "features": found,
    }
    return _json(body, GEOJSON)


@_served
def item(request: HttpRequest, scope: Scope, name: str, key: str) -> HttpResponse:
    """One feature."""
    which = _collection(name)
    found = one(which, key, scope)
    if found is None:
        raise not_found()
    here = f"{_root(request)}collections/{name}"
    found["links"] = [link(f"{here}/items/{quote(key, safe='')}", "self", GEOJSON), link(here, "collection")]
    return _json(found, GEOJSON)


def _links(request: HttpRequest, which: Collection, asked: Asked, count: int) -> list[dict[str, str]]:
    def address(offset: int) -> str:
        query = request.GET.copy()
        query["offset"] = str(offset)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode(safe=',:/')}")

    links = [
        link(request.build_absolute_uri(), "self", GEOJSON),
        link(f"{_root(request)}collections/{which.name}", "collection"),
    ]
    if asked.offset + asked.limit < count:
        links.append(link(address(asked.offset + asked.limit), "next", GEOJSON))
    if asked.offset:
        links.append(link(address(max(asked.offset - asked.limit, 0)), "prev", GEOJSON))
    return links

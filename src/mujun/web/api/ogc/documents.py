"""The documents that describe the features: landing page, conformance, collections, OpenAPI."""

from __future__ import annotations

from typing import Any

from mujun import __version__
from mujun.register.schema import Kind
from mujun.web.api.ogc.asking import LARGEST_LIMIT, STANDARD_LIMIT, filters_of
from mujun.web.api.ogc.collections import COLLECTIONS, CRS84, Collection
from mujun.web.people.places import places

CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "oas30", "geojson")
]
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
_JSON_TYPES = {Kind.NUMBER: "number", Kind.YEAR: "integer", Kind.TRUTH: "boolean"}


def link(href: str, rel: str, kind: str = "application/json", title: str = "") -> dict[str, str]:
    """One link."""
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def landing(root: str) -> dict[str, Any]:
    """The first document: where everything else is."""
    return {
        "title": "亩均 mujun",
        "description": "宗地、房屋、分隔与连接的图形。坐标：CGCS2000 经纬度，与 CRS84 相差不到一米。不含任何金额。",
        "links": [
            link(root, "self"),
            link(f"{root}api", "service-desc", OPENAPI),
            link(f"{root}conformance", "conformance"),
            link(f"{root}collections", "data"),
        ],
    }


def collections(root: str) -> dict[str, Any]:
    """All collections."""
    return {
        "links": [link(f"{root}collections", "self")],
        "collections": [collection(root, each) for each in COLLECTIONS.values()],
    }


def collection(root: str, each: Collection) -> dict[str, Any]:
    """One collection; its extent is that of the whole table and says nothing of anybody's rows."""
    here = f"{root}collections/{each.name}"
    spatial = {"crs": CRS84, "bbox": [places(each.name).extent]}
    return {
        "id": each.name,
        "title": each.table.label,
        "description": each.description,
        "itemType": "feature",
        "extent": {"spatial": spatial},
        "crs": [CRS84],
        "links": [link(here, "self"), link(f"{here}/items", "items", GEOJSON, each.table.label)],
    }


def openapi(root: str) -> dict[str, Any]:
    """The description of all addresses as OpenAPI 3.0."""
    paths: dict[str, Any] = {
        "/": _get("landingPage", "首页"),
        "/conformance": _get("conformance", "符合的标准"),
        "/collections": _get("collections", "图层"),
    }
    for each in COLLECTIONS.values():
        paths[f"/collections/{each.name}"] = _get(f"collection_{each.name}", each.table.label)
        paths[f"/collections/{each.name}/items"] = _get(
            f"items_{each.name}", each.table.label, _list_parameters(each), _feature_schema(each, many=True)
        )
        key = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"/collections/{each.name}/items/{{featureId}}"] = _get(
            f"item_{each.name}", each.table.label, [key], _feature_schema(each, many=False)
        )
    return {
        "openapi": "3.0.3",
        "info": {"title": "亩均 mujun OGC API - Features", "version": __version__},
        "servers": [{"url": root.rstrip("/")}],
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


def _get(
    name: str, summary: str, parameters: list[dict[str, Any]] | None = None, schema: dict[str, Any] | None = None
) -> dict[str, Any]:
    kind = GEOJSON if schema else "application/json"
    answers: dict[str, Any] = {
        "200": {"description": "OK", "content": {kind: {"schema": schema or {"type": "object"}}}}
    }
    for status, words in (("400", "参数有误"), ("401", "未登录"), ("403", "没有权限"), ("404", "没有找到")):
        answers[status] = {"description": words, "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters or [], "responses": answers}}


def _list_parameters(each: Collection) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": STANDARD_LIMIT}
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    fixed: list[dict[str, Any]] = [
        {"name": "limit", "in": "query", "schema": limit, "style": "form", "explode": False},
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {"name": "bbox", "in": "query", "schema": numbers, "style": "form", "explode": False},
        {"name": "datetime", "in": "query", "schema": {"type": "string"}, "style": "form", "explode": False},
    ]
    return [*fixed, *({"name": name, "in": "query", "schema": {"type": "string"}} for name in filters_of(each))]


def _feature_schema(each: Collection, *, many: bool) -> dict[str, Any]:
    columns = [each.table.column(name) for name in each.properties]
    properties = {
        column.name: {"type": _JSON_TYPES.get(column.kind, "string"), "title": column.label, "nullable": True}
        for column in columns
    }
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "properties": properties},
        },
    }
    if not many:
        return feature
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": feature},
            "links": {"type": "array", "items": {"type": "object"}},
            "numberMatched": {"type": "integer"},
            "numberReturned": {"type": "integer"},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }

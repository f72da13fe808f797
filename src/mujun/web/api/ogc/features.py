"""Features inside a scope: which, in which order, and as GeoJSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

from mujun.web.api.ogc.asking import Asked
from mujun.web.api.ogc.collections import Collection
from mujun.web.people.places import places
from mujun.web.people.rights import Scope
from mujun.web.people.visible import known, visible

DECIMALS = 9
"""Digits of a degree that are written: a tenth of a millimetre."""


def find(collection: Collection, asked: Asked, scope: Scope) -> tuple[int, list[dict[str, Any]]]:
    """How many features match, and those of the page asked for."""
    rows = visible(collection.name, scope).filter(**asked.filters).order_by(collection.key, "pk")
    if asked.area is None:
        count = rows.count()
        page = rows[asked.offset : asked.offset + asked.limit] if asked.offset < count else rows.none()
    else:
        allowed = np.fromiter(rows.values_list("pk", flat=True), dtype=np.int64)
        matching = places(collection.name).inside(asked.area)
        matching = matching[np.isin(matching, allowed)]
        count = len(matching)
        wanted = matching[asked.offset : asked.offset + asked.limit].tolist()
        page = known(collection.name).filter(pk__in=wanted).order_by(collection.key, "pk")
    return count, features(collection, page.values(*collection.properties, "geometry"))


def one(collection: Collection, key: str, scope: Scope) -> dict[str, Any] | None:
    """The feature called ``key``, or None where the scope has none."""
    rows = visible(collection.name, scope).filter(**{collection.key: key})
    found = features(collection, rows.values(*collection.properties, "geometry")[:1])
    return found[0] if found else None


def features(collection: Collection, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as GeoJSON features; a row that is not drawn has a null geometry."""
    rows = list(rows)
    drawn = _geometries([None if row["geometry"] is None else bytes(row["geometry"]) for row in rows])
    return [
        {
            "type": "Feature",
            "id": row[collection.key],
            "geometry": geometry,
            "properties": {name: _plain(row[name]) for name in collection.properties},
        }
        for row, geometry in zip(rows, drawn, strict=True)
    ]


def _geometries(kept: list[bytes | None]) -> list[Any]:
    """GeoJSON of each: right-handed rings, as GeoJSON wants them, with as many digits as mean something."""
    if not kept:
        return []
    shapes = shapely.force_2d(shapely.orient_polygons(shapely.from_wkb(kept, on_invalid="ignore")))
    shapes = shapely.transform(shapes, lambda points: np.round(points, DECIMALS))
    shapes[shapely.is_empty(shapes)] = None
    return [None if text is None else json.loads(text) for text in shapely.to_geojson(shapes)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value

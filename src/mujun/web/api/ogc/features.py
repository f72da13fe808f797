"""Features inside a scope: which, in which order, and as GeoJSON."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from mujun.register.schema import TABLES
from mujun.web.api.ogc.asking import Asked
from mujun.web.api.ogc.collections import Collection
from mujun.web.people.rights import Scope
from mujun.web.people.visible import known, visible
from mujun.web.register.queries import current_revision

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
DECIMALS = 9
"""Digits of a degree that are written: a tenth of a millimetre."""


class Places:
    """The drawn rows of a table at one revision, with an index by place."""

    def __init__(self, table: str) -> None:
        rows = list(
            known(table).exclude(geometry=None).order_by(TABLES[table].key[0], "pk").values_list("pk", "geometry")
        )
        shapes = shapely.from_wkb([bytes(wkb) for _pk, wkb in rows], on_invalid="ignore")
        drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) if len(rows) else np.zeros(0, dtype=bool)
        self.ids = np.array([pk for pk, _wkb in rows], dtype=np.int64)[drawn]
        self.tree = STRtree(np.asarray(shapes)[drawn])
        edges = shapely.total_bounds(self.tree.geometries).tolist() if len(self.ids) else EVERYWHERE
        self.extent: list[float] = list(edges)

    def inside(self, area: shapely.Geometry) -> npt.NDArray[np.int64]:
        """Ids of the rows whose geometry touches ``area``, in the order of their keys."""
        found: npt.NDArray[np.int64] = self.ids[np.sort(self.tree.query(area, predicate="intersects"))]
        return found


@functools.lru_cache(maxsize=6)
def _places(table: str, revision: int, database: str) -> Places:
    return Places(table)


def places(table: str) -> Places:
    """The index of the present revision; built once per process and revision."""
    return _places(table, current_revision(), str(known(table).db))


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

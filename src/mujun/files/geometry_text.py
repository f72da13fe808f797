"""Geometry that stands in a cell as text: WKT, hexadecimal WKB or GeoJSON."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import shapely

from mujun.files.finding import Finding, Reading, read_each
from mujun.files.nothing import NOTHING, visible

_LONGEST = 10_000_000


def read_geometry_texts(cells: Sequence[object]) -> tuple[pd.Series, list[Finding]]:
    """Read a column of geometries as WKB bytes in whatever system they were written; None is nothing."""
    readings, findings = read_each(cells, range(len(cells)), read_geometry_text)
    return pd.Series([value for _, value in readings], dtype=object), findings


def read_geometry_text(cell: object) -> Reading:
    """Read one geometry."""
    if cell is None or cell != cell:
        return Reading(None)
    if isinstance(cell, (bytes, bytearray)):
        return _wkb(bytes(cell))
    text = visible(str(cell))
    if text in NOTHING:
        return Reading(None)
    if len(text) > _LONGEST:
        return Reading(None, "cell_too_long", {"value": text, "length": len(text), "limit": _LONGEST})
    try:
        if text.startswith("{"):
            shape = shapely.from_geojson(text)
        elif text[:2] in ("00", "01") and len(text) > 16:
            return _wkb(bytes.fromhex(text))
        else:
            shape = shapely.from_wkt(text.split(";", 1)[-1] if text.upper().startswith("SRID=") else text)
    except (shapely.errors.GEOSException, ValueError):
        return _bad(text)
    return Reading(shapely.to_wkb(shape))


def _wkb(content: bytes) -> Reading:
    try:
        return Reading(shapely.to_wkb(shapely.from_wkb(content)))
    except (shapely.errors.GEOSException, ValueError):
        return _bad(content[:20].hex())


def _bad(text: str) -> Reading:
    return Reading(None, "geometry_unreadable", {"value": text, "why": "不是WKT、WKB或GeoJSON"})

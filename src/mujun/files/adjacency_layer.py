"""Adjacency as a GeoPackage for GIS: parcels, lines between those that are adjacent, and pairs refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from mujun.files.crs import CGCS2000
from mujun.renewal.adjacency import Adjacency

Shapes = npt.NDArray[np.object_]


def write_adjacency(path: Path, nodes: pd.DataFrame, shapes: Shapes, adjacency: Adjacency) -> None:
    """Write ``path`` (.gpkg) with the layers ``parcels``, ``adjacency`` and ``refused``, in EPSG:4490.

    ``nodes`` has one row per parcel, ``id`` first; ``shapes`` their geometries in EPSG:4490. An old file is replaced
    only once the new one is whole.
    """
    draft = path.with_name(f".{path.stem}.draft.gpkg")
    draft.unlink(missing_ok=True)
    ids = nodes["id"].astype(str).tolist()
    points = shapely.point_on_surface(np.where(shapely.is_valid(shapes), shapes, shapely.convex_hull(shapes)))
    refused = adjacency.refused
    ends = refused[["i", "j"]].to_numpy(dtype=np.int64).reshape(-1, 2)
    names = np.array(ids, dtype=object)
    told = pd.DataFrame(
        {"a": names[ends[:, 0]], "b": names[ends[:, 1]], "front_m": refused["front_m"], "reason": adjacency.refusals()}
    )
    try:
        _layer(draft, "parcels", nodes, shapely.force_2d(shapes), "Unknown")
        _layer(draft, "adjacency", adjacency.edges(ids), _lines(points, adjacency.pairs), "LineString")
        _layer(draft, "refused", told, _lines(points, ends), "LineString")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _lines(points: Shapes, pairs: npt.NDArray[np.int64]) -> Shapes:
    places = np.full((len(points), 2), np.nan)
    drawn = ~(shapely.is_missing(points) | shapely.is_empty(points))
    places[drawn] = shapely.get_coordinates(points[drawn])
    ends = places[pairs]
    lines = np.full(len(pairs), None, dtype=object)
    whole = np.isfinite(ends).all(axis=(1, 2))
    lines[whole] = shapely.linestrings(ends[whole])
    return lines


def _layer(path: Path, name: str, table: pd.DataFrame, shapes: Shapes, kind: str) -> None:
    fields: Mapping[str, Any] = {str(column): _values(table[column]) for column in table}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        list(fields.values()),
        list(fields),
        layer=name,
        driver="GPKG",
        geometry_type=kind,
        crs=CGCS2000.to_string(),
        append=path.exists(),
    )


def _values(column: pd.Series) -> npt.NDArray[Any]:
    if column.dtype == bool:
        return column.to_numpy()
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64)
    return column.fillna("").astype(str).to_numpy(dtype=object)

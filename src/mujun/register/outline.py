"""Shapes of two states of the map in one local plane, so that areas and distances are metres."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from mujun.register.drawn import shapes_of

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Outlines:
    """Parcel codes with their shapes (valid polygons, metres) and areas (m²)."""

    codes: npt.NDArray[np.object_]
    shapes: npt.NDArray[np.object_]
    area: Floats


def local_outlines(*frames: pd.DataFrame) -> list[Outlines]:
    """Return the outlines of each frame in one Lambert equal-area plane around the middle of all of them.

    Shapes that cross themselves are repaired; several shapes of one code become one; rows without are left out.
    """
    shapes = [shapes_of(frame["geometry"]) for frame in frames]
    project = _projection(np.concatenate(shapes))
    return [_outlines(frame["parcel_id"], drawn, project) for frame, drawn in zip(frames, shapes, strict=True)]


def _projection(shapes: npt.NDArray[np.object_]) -> pyproj.Transformer:
    drawn = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    west, south, east, north = shapely.total_bounds(drawn).tolist() if len(drawn) else (0.0, 0.0, 0.0, 0.0)
    # A tenth of a degree is near enough to the middle for true distances, and lets calls share a transformation.
    return _plane_at(round((south + north) / 2, 1), round((west + east) / 2, 1))


@functools.lru_cache(maxsize=16)
def _plane_at(latitude: float, longitude: float) -> pyproj.Transformer:
    plane = f"+proj=laea +lat_0={latitude} +lon_0={longitude} +ellps=GRS80 +units=m +no_defs"
    return pyproj.Transformer.from_crs("EPSG:4490", plane, always_xy=True)


def _outlines(codes: pd.Series, shapes: npt.NDArray[np.object_], transformer: pyproj.Transformer) -> Outlines:
    def project(points: Floats) -> Floats:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    names = codes.to_numpy(dtype=object)
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (names != "")
    drawn = shapely.make_valid(shapely.transform(shapes[usable], project))
    order = np.argsort(names[usable].astype(str), kind="stable")
    known, starts = np.unique(names[usable].astype(str)[order], return_index=True)
    groups = np.split(drawn[order], starts[1:])
    together = [group[0] if len(group) == 1 else shapely.union_all(group) for group in groups if len(group)]
    result = np.array(together, dtype=object)
    area = shapely.area(result) if len(result) else np.empty(0)
    flat = area > 0
    return Outlines(known.astype(object)[flat], result[flat], area[flat])

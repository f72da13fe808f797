"""Parcels as sides in a plane in metres, their outside always on the left."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]


@dataclasses.dataclass(frozen=True, slots=True)
class Plane:
    """A transverse Mercator plane (GRS 80) around a point in degrees: true lengths there, 1 in 100,000 off at 30 km."""

    lon: float
    lat: float

    @classmethod
    def around(cls, shapes: Shapes) -> Plane:
        """Return the plane around the middle of ``shapes`` (EPSG:4490), to a tenth of a degree: strays do not move it."""
        points = shapely.get_coordinates(shapes)
        lon, lat = np.median(points, axis=0) if len(points) else (0.0, 0.0)
        return cls(round(float(lon), 1), round(float(lat), 1))

    def metres(self, shapes: Shapes) -> Shapes:
        """Return ``shapes`` of EPSG:4490 in metres."""
        projection = pyproj.Proj(proj="tmerc", lat_0=self.lat, lon_0=self.lon, k=1, ellps="GRS80")
        flat = shapely.force_2d(shapes)
        moved: Shapes = shapely.transform(flat, lambda xy: np.column_stack(projection(xy[:, 0], xy[:, 1])))
        return moved


@dataclasses.dataclass(frozen=True, slots=True)
class Sides:
    """Straight sides from (x0, y0) to (x1, y1), sorted by ``owner``; the outside of an area is on the left."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    owner: Ints

    def __len__(self) -> int:
        return len(self.owner)


_FAULTS = {
    "Self-intersection": "自相交", "Ring Self-intersection": "环自相接", "Too few points": "点太少", "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞套洞", "Nested shells": "面套面", "Duplicate Rings": "环重复", "Interior is disconnected": "内部不连通",
    "Invalid Coordinate": "坐标不是数",
}  # fmt: skip


def repaired(shapes: Shapes, aside: Ints) -> tuple[Shapes, pd.DataFrame]:
    """Return areas that are valid, or None, and what was done: position, fault, before_m2, after_m2.

    A shape without any area becomes None; areas in a collection become one shape. Those ``aside`` become None unseen.
    """
    result = shapes.copy()
    missing = shapely.is_missing(result) | shapely.is_empty(result)
    missing[aside] = False
    result[aside] = None
    told = [(int(place), "没有图形", 0.0, 0.0) for place in np.flatnonzero(missing)]
    result[missing] = None
    flat = np.isin(shapely.get_type_id(result), (3, 6))
    sound = shapely.is_valid(result) & flat
    sound[aside] = True
    for place in np.flatnonzero(~missing & ~sound):
        whole = _valid(result[place])
        areas = [part for part in shapely.get_parts([whole]) if shapely.get_dimensions(part) == 2]
        mended = shapely.union_all(areas) if areas else None
        why = str(shapely.is_valid_reason(result[place])).split("[")[0]
        fault = _FAULTS.get(why, why) if flat[place] else "不是面"
        after = float(shapely.area(mended)) if mended is not None else 0.0
        told.append((int(place), fault, abs(float(shapely.area(result[place]))), after))
        result[place] = mended
    return result, pd.DataFrame(told, columns=["position", "fault", "before_m2", "after_m2"])


def _valid(shape: shapely.Geometry) -> shapely.Geometry | None:
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def sides_of_areas(shapes: Shapes) -> Sides:
    """Return the sides of areas (n,), owner = position; None has none."""
    plain = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)
    if plain.all():
        xy, ring = shapely.get_coordinates(shapes, return_index=True)
        return _of_rings(xy, ring, None, None)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    shell = np.r_[True, part[1:] != part[:-1]] if len(part) else np.empty(0, dtype=bool)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return _of_rings(xy, ring, shell, owner[part])


def _of_rings(xy: Floats, ring: Ints, shell: Truths | None, owner: Ints | None) -> Sides:
    """Return the sides of closed rings; ``ring`` (n,) that of each point, ``shell`` and ``owner`` per ring.

    Without them every ring is a shell and its own owner.
    """
    owners = np.arange(int(ring[-1]) + 1 if len(ring) else 0) if owner is None else owner.astype(np.int64)
    shells = np.ones(len(owners), dtype=np.bool_) if shell is None else shell
    return Sides(*_walked(np.ascontiguousarray(xy), ring.astype(np.int64), shells, owners))


@njit(cache=True)
def _walked(xy: Floats, ring: Ints, shell: Truths, owner: Ints) -> tuple[Floats, Floats, Floats, Floats, Ints]:
    """Go round every ring twice: to see which way it runs, then to write its sides with the outside on the left."""
    x0, y0, x1, y1 = np.empty(len(xy)), np.empty(len(xy)), np.empty(len(xy)), np.empty(len(xy))
    whose = np.empty(len(xy), np.int64)
    count = start = 0
    while start < len(xy):
        end = start
        twice = 0.0
        while end + 1 < len(xy) and ring[end + 1] == ring[start]:
            # From the first point of the ring, so that little is lost to cancellation.
            ax, ay = xy[end, 0] - xy[start, 0], xy[end, 1] - xy[start, 1]
            bx, by = xy[end + 1, 0] - xy[start, 0], xy[end + 1, 1] - xy[start, 1]
            twice += ax * by - bx * ay
            end += 1
        turned = (twice > 0) == shell[ring[start]]
        for place in range(start, end):
            one, other = (place + 1, place) if turned else (place, place + 1)
            if xy[one, 0] != xy[other, 0] or xy[one, 1] != xy[other, 1]:
                x0[count], y0[count], x1[count], y1[count] = xy[one, 0], xy[one, 1], xy[other, 0], xy[other, 1]
                whose[count] = owner[ring[start]]
                count += 1
        start = end + 1
    return x0[:count], y0[:count], x1[:count], y1[:count], whose[:count]


def sides_of_lines(shapes: Shapes) -> Sides:
    """Return the sides of lines (n,), owner = position."""
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    joined = line[1:] == line[:-1]
    owner = part_owner[line[:-1][joined]].astype(np.int64)
    return _sides(xy[:-1][joined], xy[1:][joined], owner)


def _sides(begin: Floats, end: Floats, owner: Ints) -> Sides:
    long = (begin != end).any(axis=1)
    if not long.all():
        begin, end, owner = begin[long], end[long], owner[long]
    x0, y0 = np.ascontiguousarray(begin[:, 0]), np.ascontiguousarray(begin[:, 1])
    x1, y1 = np.ascontiguousarray(end[:, 0]), np.ascontiguousarray(end[:, 1])
    return Sides(x0, y0, x1, y1, owner)


def together(parts: list[Sides]) -> Sides:
    """Return the sides of several layers as one, owners counted on by the caller."""
    x0, y0, x1, y1 = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x0", "y0", "x1", "y1"))
    return Sides(x0, y0, x1, y1, np.concatenate([part.owner for part in parts]))

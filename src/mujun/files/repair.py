"""Shapes that do not follow the rules of geometry: repaired where they can be, and reported."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mujun.register.drawn import areas_m2
from mujun.register.schema import Table

Found = tuple[int, str, dict[str, Any]]

_REASONS = {
    "Self-intersection": "自相交", "Ring Self-intersection": "环自相接", "Too few points": "点太少", "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞套洞", "Nested shells": "面套面", "Duplicate Rings": "环重复", "Interior is disconnected": "内部不连通",
    "Invalid Coordinate": "坐标不是数", "Repeated Point": "点重复", "Ring is not closed": "环不闭合",
}  # fmt: skip
_KINDS = {0: "点", 1: "线", 2: "线", 3: "面", 4: "点", 5: "线", 6: "面", 7: "图形集合"}
_AREAS = frozenset({"parcels", "buildings"})
_REQUIRED = frozenset({"parcels", "barriers"})


def repair(shapes: npt.NDArray[np.object_], table: Table) -> tuple[npt.NDArray[np.object_], list[Found]]:
    """Return shapes (EPSG:4490) that are valid, two-dimensional and, for parcels and buildings, areas; and findings.

    Shapes that are fine are returned to the bit. A shape that cannot be saved becomes None.
    """
    result = shapes.copy()
    found: list[Found] = []
    missing = shapely.is_missing(result) | shapely.is_empty(result)
    if table.name in _REQUIRED:
        found += [(int(position), "geometry_missing", {}) for position in np.flatnonzero(missing)]
    result[missing] = None
    present = np.flatnonzero(~missing)
    deep = present[shapely.has_z(result[present])]
    if len(deep):
        result[deep] = shapely.force_2d(result[deep])
    for position in present[~shapely.is_valid(result[present])]:
        result[position], told = _mended(result[position])
        found.append((int(position), *told))
    if table.name in _AREAS:
        present = np.flatnonzero(~shapely.is_missing(result))
        kinds = shapely.get_type_id(result[present])
        for position, kind in zip(present[~np.isin(kinds, (3, 6))], kinds[~np.isin(kinds, (3, 6))], strict=True):
            areas = _areas_of(result[position])
            if areas is None:
                found.append((int(position), "geometry_type", {"kind": _KINDS.get(int(kind), "不明图形")}))
            result[position] = areas
    return result, found


def _mended(shape: shapely.Geometry) -> tuple[shapely.Geometry | None, tuple[str, dict[str, Any]]]:
    reason = str(shapely.is_valid_reason(shape)).split("[")[0].strip()
    why = _REASONS.get(reason, reason)
    coordinates = shapely.get_coordinates(shape)
    if not np.isfinite(coordinates).all():
        return None, ("geometry_lost", {"why": "坐标不是数"})
    before = _area(shape)
    try:
        whole = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    except shapely.errors.GEOSException:
        whole = None
    if whole is None or whole.is_empty or (shapely.get_dimensions(shape) == 2 and _area(whole) <= 0.01):
        return None, ("geometry_lost", {"why": why})
    return whole, ("geometry_repaired", {"why": why, "before": f"{before:.2f}", "after": f"{_area(whole):.2f}"})


def _area(shape: shapely.Geometry) -> float:
    areas = areas_m2(np.array([shape], dtype=object))
    return float(abs(np.nan_to_num(areas[0])))


def _areas_of(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return the areas in a collection as one shape; None where it has none."""
    if shapely.get_type_id(shape) != 7:
        return None
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    return shapely.union_all(parts) if parts else None

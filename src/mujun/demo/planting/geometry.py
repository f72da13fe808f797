"""Shapes that cannot be: crossing themselves, lying on a neighbour, turned, displaced, missing."""

from __future__ import annotations

import shapely
import shapely.affinity

from mujun.demo.planting.field import Field
from mujun.demo.sheets import Row, Sheet

TIMES = 6
_LAYERS = ("parcels_bureau", "parcels_zone")


def _parcels(field: Field, count: int) -> list[tuple[Sheet, Row]]:
    return [pair for name in _LAYERS for pair in field.pick(name, count // 2)]


def self_crossing(field: Field) -> None:
    """Two corners of the ring exchanged: the polygon is a bow tie."""
    for sheet, row in _parcels(field, TIMES):
        hull = shapely.convex_hull(row["geometry"]).minimum_rotated_rectangle
        a, b, c, d = list(hull.exterior.coords)[:4]
        crossed = shapely.Polygon([a, c, b, d])
        case = field.spoil("self_crossing", ["geometry_repaired", "geometry_lost"], sheet, row, "geometry", crossed)
        field.suffer(case, "self_crossing", _neighbours(field, row) + field.rows_about(row["_parcel"]))


def overlapping(field: Field) -> None:
    """A parcel moved 2 to 15 m onto its neighbours."""
    for sheet, row in _parcels(field, TIMES):
        shape = row["geometry"]
        touching = [other for other in sheet.rows if other is not row and _near(other, shape)]
        if not touching:
            continue
        target = touching[0]["geometry"].centroid
        dx, dy = target.x - shape.centroid.x, target.y - shape.centroid.y
        length = (dx * dx + dy * dy) ** 0.5
        metres = field.chance.uniform(2, 15)
        moved = shapely.affinity.translate(shape, metres * dx / length, metres * dy / length)
        case = field.spoil("parcels_overlap", ["parcels_overlap"], sheet, row, "geometry", moved)
        field.note("parcels_overlap", ["parcels_overlap"], sheet, touching[0], "geometry", case=case)
        field.suffer(case, "parcels_overlap", _neighbours(field, row))


def _near(row: Row, shape: shapely.Geometry) -> bool:
    other = row["geometry"]
    if other is None or not other.is_valid or other.distance(shape) > 0.01:
        return False
    return bool(other.intersection(shape).length > 20)


def _neighbours(field: Field, row: Row) -> list[tuple[Sheet, Row]]:
    shape = row["geometry"]
    return [
        (field.sheets[name], other)
        for name in _LAYERS
        for other in field.sheets[name].rows
        if other is not row and other["geometry"] is not None and other["geometry"].distance(shape) < 1.0
    ]


def missing(field: Field) -> None:
    """A parcel without a shape."""
    for sheet, row in _parcels(field, TIMES):
        case = field.spoil("geometry_missing", ["geometry_missing"], sheet, row, "geometry", None)
        field.suffer(case, "geometry_missing", field.rows_about(row["_parcel"]))


def swapped(field: Field) -> None:
    """Latitude before longitude."""
    for sheet, row in field.pick("parcels_zone", TIMES):
        row["_swapped"] = True
        field.note("axes_swapped", ["axes_swapped"], sheet, row, "geometry")


def displaced(field: Field) -> None:
    """A parcel 80 km away from the county."""
    for sheet, row in _parcels(field, 4):
        moved = shapely.affinity.translate(row["geometry"], 56_000, 57_000)
        codes = ["geometry_outlier", "coordinates_apart", "coordinates_outside"]
        field.spoil("geometry_far_away", codes, sheet, row, "geometry", moved)


def line_for_area(field: Field) -> None:
    """A line where an area should be."""
    for sheet, row in field.pick("parcels_zone", 4):
        case = field.spoil("geometry_line", ["geometry_type"], sheet, row, "geometry", row["geometry"].exterior)
        field.suffer(case, "geometry_line", field.rows_about(row["_parcel"]))


KINDS = (swapped, line_for_area, self_crossing, overlapping, missing, displaced)

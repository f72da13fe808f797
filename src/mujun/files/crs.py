"""Coordinates of any system brought to CGCS2000 longitude and latitude (EPSG:4490), recognised by range."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError

from mujun.files.datum import SHIFTS, Floats
from mujun.files.known import Known, find_shift, fit

CGCS2000 = pyproj.CRS.from_epsg(4490)
_MERIDIANS = tuple(range(75, 138, 3))
STATED_CGCS2000 = "CGCS2000"
STATEMENTS = (STATED_CGCS2000, *SHIFTS, *map(str, _MERIDIANS))
"""What a person may answer about a file that does not say: a datum, or the central meridian of its 3-degree zone."""

LONLAT, LATLON, ZONE, ZONE_TURNED, PLAIN, PLAIN_TURNED, MERCATOR, STRANGE, EMPTY = range(9)
_TURNED = {LATLON: LONLAT, ZONE_TURNED: ZONE, PLAIN_TURNED: PLAIN}


@dataclasses.dataclass(slots=True)
class Placed:
    """Shapes in EPSG:4490 and what there is to say: per file (code, parts) and per shape (position, code, parts)."""

    shapes: npt.NDArray[np.object_]
    told: list[tuple[str, dict[str, Any]]] = dataclasses.field(default_factory=list)
    found: list[tuple[int, str, dict[str, Any]]] = dataclasses.field(default_factory=list)


def parse_crs(declared: object) -> pyproj.CRS | None:
    """Return the coordinate system that a file declares; None where it declares none that can be understood."""
    if declared is None or declared == "":
        return None
    try:
        crs = pyproj.CRS.from_user_input(declared)
    except CRSError:
        return None
    undefined = not (crs.is_geographic or crs.is_projected or crs.is_compound) or "undefined" in crs.name.lower()
    return None if undefined else crs


def place(
    shapes: npt.NDArray[np.object_],
    declared: pyproj.CRS | None,
    known: Known | None = None,
    parcel_ids: npt.NDArray[np.object_] | None = None,
    stated: str = "",
) -> Placed:
    """Bring ``shapes`` to EPSG:4490. What the file declares holds unless the coordinates cannot be in it.

    ``known`` are parcels already in EPSG:4490; ``parcel_ids`` the parcel each shape belongs to, where it says so.
    ``stated`` is what a person answered where nothing tells: one of :data:`STATEMENTS`.
    """
    result = Placed(shapes.copy())
    ranges = classify(shapes)
    turned = np.isin(ranges, list(_TURNED))
    if turned.any():
        result.shapes[turned] = shapely.transform(result.shapes[turned], lambda xy: xy[:, ::-1])
        ranges = np.array([_TURNED.get(int(r), int(r)) for r in ranges])
        if turned.mean() > 0.5:
            result.told.append(("axes_swapped", {}))
        else:
            result.found += [(int(position), "axes_swapped", {}) for position in np.flatnonzero(turned)]
    undeclared = np.zeros(len(shapes), dtype=bool)
    for kind in np.unique(ranges[ranges != EMPTY]):
        which = np.flatnonzero(ranges == kind)
        if kind == STRANGE:
            _strange(result, which, declared)
        elif kind == LONLAT:
            undeclared[which] = declared is None
            _geographic(result, which, declared)
        elif declared is not None and declared.is_projected and _fits_range(declared, int(kind)):
            _projected(result, which, declared, known, parcel_ids, stated)
        else:
            _recognise(result, which, int(kind), declared, known, parcel_ids, stated)
    _shift(result, known, parcel_ids, undeclared, stated)
    return result


def classify(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Return, per shape, what its coordinates look like: degrees, a zone with prefix, without, turned or strange."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    ranges = np.full(len(shapes), STRANGE, dtype=np.int64)
    north_of = {"x": (x >= 1.8e6) & (x <= 6.1e6), "y": (y >= 1.8e6) & (y <= 6.1e6)}
    for kind, matches in (
        (LONLAT, (x >= 73) & (x <= 136) & (y >= 3) & (y <= 54)),
        (LATLON, (y >= 73) & (y <= 136) & (x >= 3) & (x <= 54)),
        (ZONE, _in_zone(x) & north_of["y"]),
        (ZONE_TURNED, _in_zone(y) & north_of["x"]),
        (PLAIN, (x >= 1e5) & (x <= 9e5) & north_of["y"]),
        (PLAIN_TURNED, (y >= 1e5) & (y <= 9e5) & north_of["x"]),
        (MERCATOR, (x >= 8.1e6) & (x < 13e6) & (y >= 3e5) & (y <= 7.2e6)),
        (MERCATOR, (x >= 13e6) & (x < 14e6) & (y >= 3e5) & (y < 3.85e6)),
    ):
        ranges[matches] = kind
    ranges[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = EMPTY
    return ranges


def _in_zone(easting: Floats) -> npt.NDArray[np.bool_]:
    zone, rest = np.floor(easting / 1e6), np.mod(easting, 1e6)
    inside = (rest >= 1e5) & (rest <= 9e5)
    return np.asarray(inside & (((zone >= 25) & (zone <= 45)) | ((zone >= 13) & (zone <= 23))))


def zone_crs(zone: int) -> pyproj.CRS:
    """Return the CGCS2000 zone with its number in the easting: 3-degree zones 25–45, 6-degree zones 13–23."""
    return pyproj.CRS.from_epsg(4513 + zone - 25 if zone >= 25 else 4491 + zone - 13)


def meridian_crs(meridian: int) -> pyproj.CRS:
    """Return the CGCS2000 3-degree zone around a central meridian (75–135), without number in the easting."""
    return pyproj.CRS.from_epsg(4534 + (meridian - 75) // 3)


def _outside(result: Placed, which: npt.NDArray[np.int64]) -> None:
    for position in which:
        bounds = shapely.bounds(result.shapes[position])
        result.found.append((int(position), "coordinates_outside", {"value": f"{bounds[0]:.6g}, {bounds[1]:.6g}"}))
        result.shapes[position] = None


def _strange(result: Placed, which: npt.NDArray[np.int64], declared: pyproj.CRS | None) -> None:
    """Place shapes outside every usual range: far from the meridian of what is declared, or nowhere."""
    if declared is not None and declared.is_projected:
        moved = _move(result.shapes[which], _to_degrees(declared.to_wkt())[0])
        inside = _in_china(moved)
        result.shapes[which[inside]] = moved[inside]
        which = which[~inside]
    _outside(result, which)


@functools.lru_cache(maxsize=64)
def _to_degrees(crs_wkt: str) -> tuple[pyproj.Transformer, bool]:
    """Return the way from a projected system to EPSG:4490, and whether its datum is an old one."""
    crs = pyproj.CRS.from_wkt(crs_wkt)
    if _is_modern(crs) and crs.geodetic_crs is not None:
        return pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True), False
    return pyproj.Transformer.from_crs(crs, CGCS2000, always_xy=True), True


def _is_modern(crs: pyproj.CRS) -> bool:
    """Tell whether degrees of ``crs`` are those of CGCS2000 to within a decimetre."""
    datum = " ".join(
        [crs.name, crs.datum.name if crs.datum else "", crs.geodetic_crs.name if crs.geodetic_crs else ""]
    ).lower()
    old = any(word in datum for word in ("beijing", "xian", "xi'an", "1954", "1980"))
    return not old and any(word in datum for word in ("wgs", "cgcs", "china", "2000", "etrs", "itrf", "crs84"))


def _move(shapes: npt.NDArray[np.object_], transformer: pyproj.Transformer) -> npt.NDArray[np.object_]:
    def project(xy: Floats) -> Floats:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved: npt.NDArray[np.object_] = shapely.transform(shapes, project)
    return moved


def _geographic(result: Placed, which: npt.NDArray[np.int64], declared: pyproj.CRS | None) -> None:
    if declared is None or _is_modern(declared):
        if declared is not None and declared.is_projected:
            result.told.append(("crs_wrong", {"declared": declared.name, "crs": "经纬度（CGCS2000）"}))
        return
    if declared.is_projected:
        result.told.append(("crs_wrong", {"declared": declared.name, "crs": "经纬度（CGCS2000）"}))
        return
    result.told.append(("crs_old_datum", {"declared": declared.name}))
    result.shapes[which] = _move(result.shapes[which], pyproj.Transformer.from_crs(declared, CGCS2000, always_xy=True))


def _fits_range(declared: pyproj.CRS, kind: int) -> bool:
    operation = declared.coordinate_operation
    false_easting = float(
        next((p.value for p in operation.params if p.name == "False easting"), 0.0) if operation else 0.0
    )
    if kind == MERCATOR:
        return "mercator" in (operation.method_name if operation else "").lower() and false_easting == 0
    return (false_easting > 1e6) == (kind == ZONE)


def _projected(
    result: Placed,
    which: npt.NDArray[np.int64],
    declared: pyproj.CRS,
    known: Known | None,
    parcel_ids: npt.NDArray[np.object_] | None,
    stated: str,
) -> None:
    transformer, old = _to_degrees(declared.to_wkt())
    moved = _move(result.shapes[which], transformer)
    if not _in_china(moved).all() and declared.name:
        _recognise(result, which, int(classify(result.shapes[which])[0]), declared, known, parcel_ids, stated)
        return
    if old:
        result.told.append(("crs_old_datum", {"declared": declared.name}))
    result.shapes[which] = moved


def _in_china(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    return np.asarray(classify(shapes) == LONLAT)


def _recognise(
    result: Placed,
    which: npt.NDArray[np.int64],
    kind: int,
    declared: pyproj.CRS | None,
    known: Known | None,
    parcel_ids: npt.NDArray[np.object_] | None,
    stated: str,
) -> None:
    """Place projected shapes whose system is not declared, or declared wrongly."""
    shapes = result.shapes[which]
    for crs, members in _candidates(shapes, kind, known, None if parcel_ids is None else parcel_ids[which], stated):
        if crs is None:
            result.found += [(int(position), "zone_unknown", {}) for position in which[members]]
            shapes[members] = None
            continue
        moved = _move(shapes[members], _to_degrees(crs.to_wkt())[0])
        inside = _in_china(moved)
        shapes[members[inside]] = moved[inside]
        code = "crs_wrong" if declared is not None else "crs_recognised"
        result.told.append((code, {"declared": declared.name if declared else "", "crs": crs.name}))
        if not inside.all():
            _outside(result, which[members[~inside]])
            shapes[members[~inside]] = None
    result.shapes[which] = shapes


def _candidates(
    shapes: npt.NDArray[np.object_],
    kind: int,
    known: Known | None,
    parcel_ids: npt.NDArray[np.object_] | None,
    stated: str,
) -> list[tuple[pyproj.CRS | None, npt.NDArray[np.int64]]]:
    everything = np.arange(len(shapes))
    if kind == MERCATOR:
        return [(pyproj.CRS.from_epsg(3857), everything)]
    if kind == ZONE:
        bounds = shapely.bounds(shapes)
        zones = np.floor((bounds[:, 0] + bounds[:, 2]) / 2e6).astype(int)
        return [(zone_crs(int(zone)), np.flatnonzero(zones == zone)) for zone in np.unique(zones)]
    if stated.isdigit():
        return [(meridian_crs(int(stated)), everything)]
    if known is None:
        return [(None, everything)]
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    for meridian in _MERIDIANS:
        crs = meridian_crs(meridian)
        lon, lat = _to_degrees(crs.to_wkt())[0].transform(points[:, 0], points[:, 1])
        if fit(lon, lat, parcel_ids, known).good:
            return [(crs, everything)]
        for back in SHIFTS.values():
            if fit(*back(lon, lat), parcel_ids, known).good:
                return [(crs, everything)]
    return [(_nearest_meridian(points, known), everything)]


def _nearest_meridian(points: Floats, known: Known) -> pyproj.CRS | None:
    """Return the zone that puts the points into the county, where exactly one does."""
    west, south, east, north = shapely.total_bounds(known.shapes.to_numpy(dtype=object))
    margin = 0.25
    fitting = []
    for meridian in _MERIDIANS:
        crs = meridian_crs(meridian)
        lon, lat = _to_degrees(crs.to_wkt())[0].transform(points[:, 0], points[:, 1])
        near = (lon > west - margin) & (lon < east + margin) & (lat > south - margin) & (lat < north + margin)
        if near.mean() > 0.8:
            fitting.append(crs)
    return fitting[0] if len(fitting) == 1 else None


def _shift(
    result: Placed,
    known: Known | None,
    parcel_ids: npt.NDArray[np.object_] | None,
    undeclared: npt.NDArray[np.bool_],
    stated: str,
) -> None:
    """Undo a GCJ-02 or BD-09 shift found by comparison with known parcels; ask where nothing tells."""
    present = np.flatnonzero(classify(result.shapes) == LONLAT)
    found = None
    if known is not None and len(present):
        points = shapely.get_coordinates(shapely.centroid(result.shapes[present]))
        ids = None if parcel_ids is None else parcel_ids[present]
        found = find_shift(points[:, 0], points[:, 1], ids, known)
    if found is not None and found[0]:
        name, after, moved = found
        back = SHIFTS[name]
        result.shapes[present] = shapely.transform(
            result.shapes[present], lambda xy: np.column_stack(back(xy[:, 0], xy[:, 1]))
        )
        rest = after.median_m if np.isfinite(after.median_m) else 0.0
        result.told.append(("datum_converted", {"datum": name, "shift": f"{moved:.0f}", "rest": f"{rest:.0f}"}))
    elif found is None and undeclared.any():
        if stated in SHIFTS:
            back = SHIFTS[stated]
            result.shapes[undeclared] = shapely.transform(
                result.shapes[undeclared], lambda xy: np.column_stack(back(xy[:, 0], xy[:, 1]))
            )
        known_now = stated in SHIFTS or stated == STATED_CGCS2000
        result.told.append(("datum_stated", {"datum": stated}) if known_now else ("datum_unknown", {}))

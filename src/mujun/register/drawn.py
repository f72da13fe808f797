"""Areas of drawn shapes (WKB, EPSG:4490)."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

Floats = npt.NDArray[np.float64]


@functools.cache
def _equal_area() -> pyproj.Transformer:
    """Return the transformation to EASE-Grid 2.0 (EPSG:6933): areas are those of the ellipsoid."""
    return pyproj.Transformer.from_crs(4326, 6933, always_xy=True)


def areas_m2(shapes: npt.NDArray[np.object_]) -> Floats:
    """Return the area on the ellipsoid, in m², of shapely geometries in degrees; NaN where there is none.

    Edges are taken as straight in the projection; for parcels the difference to geodesics is below a square millimetre.
    """

    def project(coordinates: Floats) -> Floats:
        x, y = _equal_area().transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([x, y])

    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    areas = np.full(len(shapes), np.nan)
    if present.any():
        areas[present] = shapely.area(shapely.transform(shapes[present], project))
    return areas


def shapes_of(geometry: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Return shapely geometries of WKB values; None stays None."""
    shapes: npt.NDArray[np.object_] = shapely.from_wkb(np.asarray(geometry, dtype=object), on_invalid="ignore")
    return shapes

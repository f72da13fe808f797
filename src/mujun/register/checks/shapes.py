"""Parcels on the map: none lies on another, none far from all others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from mujun.base.defects import Defect
from mujun.register.checks.view import View, amount
from mujun.register.drawn import areas_m2

_OVERLAP_M2, _OVERLAP_SHARE = 20.0, 0.01
_METRES_PER_DEGREE = 111_195.0
_FAR_TIMES, _FAR_M = 3.0, 15_000.0


def overlaps(view: View) -> Iterator[Defect]:
    """Two parcels share no area worth speaking of."""
    shapes = view.shapes
    present = np.flatnonzero(~shapely.is_missing(shapes))
    if len(present) < 2:
        return
    tree = shapely.STRtree(shapes[present])
    pairs = present[tree.query(shapes[present], predicate="intersects")]
    one, other = pairs[:, pairs[0] < pairs[1]]
    touching = shapely.touches(shapes[one], shapes[other])
    one, other = one[~touching], other[~touching]
    if not len(one):
        return
    shared = areas_m2(shapely.intersection(shapes[one], shapes[other]))
    smaller = np.fmin(view.drawn_m2[one], view.drawn_m2[other])
    for place in np.flatnonzero((shared > _OVERLAP_M2) & (shared > _OVERLAP_SHARE * smaller)):
        for here, there in ((one[place], other[place]), (other[place], one[place])):
            value = view["parcels"]["parcel_id"].iat[there]
            yield view.say("parcels_overlap", "parcels", here, "geometry", value=value, area=amount(shared[place]))


def outliers(view: View) -> Iterator[Defect]:
    """No parcel lies many times farther from the middle of the county than nearly all others."""
    shapes = view.shapes
    present = np.flatnonzero(~shapely.is_missing(shapes))
    if len(present) < 20:
        return
    points = shapely.get_coordinates(shapely.centroid(shapes[present]))
    middle = np.median(points, axis=0)
    east = (points[:, 0] - middle[0]) * np.cos(np.radians(middle[1]))
    away = np.hypot(east, points[:, 1] - middle[1]) * _METRES_PER_DEGREE
    limit = max(_FAR_TIMES * float(np.quantile(away, 0.95)), _FAR_M)
    for place in np.flatnonzero(away > limit):
        distance = f"{away[place] / 1000:.0f}"
        yield view.say("geometry_outlier", "parcels", present[place], "geometry", distance=distance)


CHECKS = (overlaps, outliers)

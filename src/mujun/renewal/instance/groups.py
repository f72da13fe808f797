"""Parcels that go in or out as one: the land of one holder, or the land under one building."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.register.drawn import areas_m2, shapes_of

Ints = npt.NDArray[np.int64]
_LEAST_M2, _LEAST_SHARE = 20.0, 0.1


def same_holder(holders: pd.Series, pairs: Ints) -> Ints:
    """Return the pairs of touching parcels that one holder (code, else name; blank is nobody) has."""
    holder = holders.fillna("").to_numpy(dtype=object)
    same = (holder[pairs[:, 0]] == holder[pairs[:, 1]]) & (holder[pairs[:, 0]] != "")
    return pairs[np.flatnonzero(same)]


def same_building(buildings: pd.DataFrame, parcels: npt.NDArray[np.object_]) -> Ints:
    """Return the pairs of parcels that one drawn building stands on: at least 20 m² and a tenth of it on each.

    Shapes in EPSG:4490.
    """
    drawn = shapes_of(buildings["geometry"].to_numpy(dtype=object))
    drawn = drawn[~shapely.is_missing(drawn)]
    drawn = drawn[shapely.is_valid(drawn)]
    if not len(drawn):
        return np.empty((0, 2), dtype=np.int64)
    valid = parcels.copy()
    valid[~shapely.is_valid(parcels)] = None
    building, parcel = shapely.STRtree(valid).query(drawn, predicate="intersects")
    repeated = np.bincount(building, minlength=len(drawn))[building] > 1
    building, parcel = building[repeated], parcel[repeated]
    on = np.nan_to_num(areas_m2(shapely.intersection(drawn[building], valid[parcel])))
    stands = (on >= _LEAST_M2) & (on >= _LEAST_SHARE * areas_m2(drawn[building]))
    places = pd.DataFrame({"building": building[stands], "parcel": parcel[stands]}).sort_values(["building", "parcel"])
    after = places.shift(-1)
    same = (places["building"] == after["building"]).to_numpy()
    return np.column_stack([places["parcel"].to_numpy()[same], after["parcel"].to_numpy()[same]]).astype(np.int64)


def groups(count: int, pairs: Ints) -> Ints:
    """Return the group of each parcel (the position of its first member), -1 for those that are alone."""
    root = list(range(count))

    def end(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for one, other in pairs.tolist():
        low, high = sorted((end(one), end(other)))
        root[high] = low
    group = np.array([end(place) for place in range(count)], dtype=np.int64)
    sizes = np.bincount(group, minlength=count) if count else np.empty(0, dtype=np.int64)
    return np.where(sizes[group] > 1, group, -1)

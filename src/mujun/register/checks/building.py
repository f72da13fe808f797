"""Buildings beside the parcels they stand on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mujun.base.defects import Defect
from mujun.register.checks.view import View, amount

_MOST_TIMES = 12.0
_FOOTPRINT = 1.5
_OLDER_YEARS = 5


def floor_areas(view: View) -> Iterator[Defect]:
    """A building's floors fit on its parcel."""
    buildings = view["buildings"]
    floor = buildings["floor_area_m2"].to_numpy(dtype=np.float64)
    storeys = buildings["storeys"].to_numpy(dtype=np.float64)
    parcel = view.area_of(buildings["parcel_id"])
    footprint = floor / np.where(storeys >= 1, storeys, np.nan)
    odd = (floor > parcel * _MOST_TIMES) | (footprint > parcel * _FOOTPRINT)
    for position in np.flatnonzero(odd):
        times = amount(floor[position] / parcel[position]) if parcel[position] else "∞"
        parts = {"value": amount(floor[position]), "area": amount(parcel[position]), "times": times}
        yield view.say("floor_area_implausible", "buildings", position, "floor_area_m2", **parts)


def built_years(view: View) -> Iterator[Defect]:
    """A building is not years older than the grant of its land."""
    buildings, parcels = view["buildings"], view["parcels"]
    places = view.parcels_of(buildings["parcel_id"])
    supplied = parcels["supplied_on"].dt.year.to_numpy(dtype=np.float64)
    granted = np.where(places >= 0, supplied[places] if len(supplied) else np.nan, np.nan)
    built = buildings["built_year"].to_numpy(dtype=np.float64, na_value=np.nan)
    for position in np.flatnonzero(built < granted - _OLDER_YEARS):
        earlier = parcels["supplied_on"].iat[places[position]].date().isoformat()
        parts = {"value": int(built[position]), "earlier": earlier}
        yield view.say("built_before_granted", "buildings", position, "built_year", **parts)


CHECKS = (floor_areas, built_years)

"""Floor area that would be displaced, per parcel and sector."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.register.areas import in_force
from mujun.register.tables import Register
from mujun.renewal.sectors import UNKNOWN, divisions

Floats = npt.NDArray[np.float64]


def floors_of(register: Register, parcels: pd.Index) -> tuple[Floats, Floats]:
    """Return, per parcel, the legal floor area and the floor area not known to be legal, in m².

    A building of which it is not said whether it is legal counts as legal; one without an area counts as nothing.
    """
    buildings = register["buildings"]
    place = parcels.get_indexer(pd.Index(buildings["parcel_id"]))
    area = np.nan_to_num(buildings["floor_area_m2"].to_numpy(dtype=np.float64))
    legal = buildings["legal"].fillna(True).to_numpy(dtype=bool)
    known = place >= 0
    sums = [
        np.bincount(place[known & chosen], area[known & chosen], minlength=len(parcels)) for chosen in (legal, ~legal)
    ]
    return sums[0].astype(np.float64), sums[1].astype(np.float64)


def displaced(register: Register, parcels: pd.Index, floor_m2: Floats, day: dt.date) -> pd.DataFrame:
    """Return ``floor_<sector>_m2`` per parcel: the floor used by firms in force on ``day``, by their division.

    Where a user's floor area is blank, what the others leave of ``floor_m2`` is shared by land area. What no user claims
    is of unknown sector. Claims above the floor that stands there are scaled down to it.
    """
    occupancy = register["occupancy"]
    rows = occupancy[in_force(occupancy, day) & (occupancy["kind"] != "excluded").to_numpy()]
    place = parcels.get_indexer(pd.Index(rows["parcel_id"]))
    rows, place = rows[place >= 0], place[place >= 0]
    said = rows["floor_area_m2"].to_numpy(dtype=np.float64)
    # An owner's area includes what it lets: only what it says it uses itself counts beside tenants.
    tenants = rows["kind"].isin(["lease", "sublease"]).to_numpy()
    let = np.bincount(place[tenants], minlength=len(parcels)) > 0
    land = np.where(np.isnan(said) & ~(~tenants & let[place]), np.nan_to_num(rows["area_m2"].to_numpy(np.float64)), 0.0)
    claimed = np.bincount(place, np.nan_to_num(said), minlength=len(parcels))
    shared = np.bincount(place, land, minlength=len(parcels))
    rest = np.maximum(floor_m2 - claimed, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(claimed > floor_m2, np.nan_to_num(floor_m2 / claimed), 1.0)
        part = np.nan_to_num(land / shared[place]) * rest[place]
    use = np.nan_to_num(said) * scale[place] + part
    sectors = _sectors(register, rows["firm_id"])
    columns: dict[str, Floats] = {}
    for sector in sorted(set(sectors.tolist()) - {UNKNOWN}):
        chosen = sectors == sector
        sums = np.bincount(place[chosen], use[chosen], minlength=len(parcels))
        columns[f"floor_{sector}_m2"] = sums.astype(np.float64)
    known = np.add.reduce(list(columns.values())) if columns else np.zeros(len(parcels))
    columns[f"floor_{UNKNOWN}_m2"] = np.maximum(floor_m2 - known, 0.0)
    return pd.DataFrame(columns).round(2)


def _sectors(register: Register, firm_ids: pd.Series) -> npt.NDArray[np.object_]:
    firms = register["firms"].drop_duplicates("firm_id")
    by_firm = pd.Series(divisions(firms["industry"]).to_numpy(dtype=object), index=pd.Index(firms["firm_id"]))
    found: npt.NDArray[np.object_] = firm_ids.map(by_firm).fillna(UNKNOWN).to_numpy(dtype=object)
    return found

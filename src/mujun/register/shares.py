"""Occupancy in force on a day with the lessor filled in: what the ledger and the reconciliation count with."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from mujun.register.areas import in_force
from mujun.register.tables import Register

LETTINGS = ("lease", "sublease")


def shares_on(register: Register, day: dt.date, parcel_ids: frozenset[str] | None = None) -> pd.DataFrame:
    """Return the rows of occupancy in force on ``day`` with columns firm, parcel_id, kind, area_m2, lessor.

    ``firm`` is the firm's code, or its name where the code is still unknown. ``lessor`` of a letting is the code given
    or, left blank, the parcel's holder (code, else name); "" where that is unknown too. ``area_m2`` may be NaN.
    """
    occupancy = register["occupancy"]
    if parcel_ids is not None:
        occupancy = occupancy[occupancy["parcel_id"].isin(parcel_ids).to_numpy()]
    rows = occupancy[in_force(occupancy, day)]
    letting = rows["kind"].isin(LETTINGS).to_numpy()
    named = rows["lessor_id"].to_numpy(dtype=object)
    holder = rows["parcel_id"].map(holders(register, parcel_ids)).fillna("").to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "firm": rows["firm_id"].where(rows["firm_id"] != "", rows["firm_name"]),
            "parcel_id": rows["parcel_id"],
            "kind": rows["kind"],
            "area_m2": rows["area_m2"],
            "lessor": np.where(letting, np.where(named != "", named, holder), ""),
        }
    )


def holders(register: Register, parcel_ids: frozenset[str] | None = None) -> pd.Series:
    """Return the holder of each parcel code (or only of those asked for): the holder's code, else its name, else ""."""
    parcels = register["parcels"]
    if parcel_ids is not None:
        parcels = parcels[parcels["parcel_id"].isin(parcel_ids).to_numpy()]
    parcels = parcels.drop_duplicates("parcel_id")
    holder = parcels["holder_id"].where(parcels["holder_id"] != "", parcels["holder_name"])
    return pd.Series(holder.to_numpy(dtype=object), index=pd.Index(parcels["parcel_id"]), dtype=object)

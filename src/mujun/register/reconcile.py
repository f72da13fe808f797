"""The four areas of a parcel side by side: on the title, taxed, drawn, used."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.register.drawn import areas_m2, shapes_of
from mujun.register.shares import LETTINGS, shares_on
from mujun.register.tables import Register

TOLERANCE = 0.05
AREAS = ("registered_m2", "taxed_m2", "drawn_m2", "used_m2")
_LABELS = {"taxed": "计税面积", "drawn": "图形面积", "used": "使用面积"}


def reconcile_areas(register: Register, day: dt.date, *, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """Return one row per parcel (aligned with the ``parcels`` table) with its four areas in m² and how they differ.

    ``registered_m2`` is the title's, ``taxed_m2`` the tax office's, ``drawn_m2`` that of the shape on the ellipsoid,
    ``used_m2`` what firms own or rent from somebody outside the parcel's firms on ``day`` (what is let on counts
    once). For each of the last three: ``*_minus_registered_m2``, ``*_ratio`` (÷ registered) and ``*_differs``, true
    beyond ``tolerance`` (a share of the registered area). Unknown areas are NaN and differ from nothing.
    ``sentence`` (Chinese) names what differs, "" where nothing does.
    """
    parcels = register["parcels"]
    table = pd.DataFrame(
        {
            "parcel_id": parcels["parcel_id"],
            "registered_m2": parcels["registered_area_m2"],
            "taxed_m2": parcels["taxed_area_m2"],
            "drawn_m2": areas_m2(shapes_of(parcels["geometry"])),
            "used_m2": parcels["parcel_id"].map(used_areas(register, day)).astype("float64"),
        }
    )
    base = table["registered_m2"].to_numpy()
    for name in _LABELS:
        value = table[f"{name}_m2"].to_numpy()
        table[f"{name}_minus_registered_m2"] = value - base
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(base > 0, value / base, np.nan)
        table[f"{name}_ratio"] = ratio
        table[f"{name}_differs"] = np.abs(ratio - 1) > tolerance
    table["sentence"] = _sentences(table)
    return table


def used_areas(register: Register, day: dt.date) -> pd.Series:
    """Return the used area (m²) per parcel code on ``day``; parcels without occupancy are not in it."""
    shares = shares_on(register, day)
    counted = shares[shares["kind"].isin(("own", *LETTINGS))]
    parties = pd.MultiIndex.from_frame(counted[["parcel_id", "firm"]])
    lessors = pd.MultiIndex.from_frame(counted[["parcel_id", "lessor"]])
    passed_on = (counted["kind"] != "own").to_numpy() & lessors.isin(parties)
    area = counted["area_m2"].fillna(0.0).where(~passed_on, 0.0)
    return area.groupby(counted["parcel_id"]).sum()


def _sentences(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    said = np.full(len(table), "", dtype=object)
    for name, label in _LABELS.items():
        gaps = table[f"{name}_minus_registered_m2"].to_numpy(dtype=np.float64)
        ratios = table[f"{name}_ratio"].to_numpy(dtype=np.float64)
        for place in np.flatnonzero(table[f"{name}_differs"].to_numpy()).tolist():
            more = "多" if gaps[place] > 0 else "少"
            share = abs(ratios[place] - 1)
            said[place] += f"{label}比登记面积{more}{abs(gaps[place]):,.2f}平方米（{share:.1%}）。"
    return said

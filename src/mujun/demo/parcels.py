"""What the land bureau and the tax bureau write about a parcel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.demo.chance import stream
from mujun.demo.days import Days
from mujun.demo.land import Land
from mujun.demo.names import COUNTY_CODE, TOWNS, VILLAGES
from mujun.demo.stalled import halt

RIGHTS = ("grant", "collective", "allocation", "lease")
NOT_SUPPLIED = 0.02


def draw_parcels(seed: int, land: Land) -> pd.DataFrame:
    """Return the parcels with the columns of the schema, except geometry and holder (blank until land is held)."""
    chance = stream(seed, "parcels")
    count = len(land.parcels)
    drawn = shapely.area(land.parcels)
    error = np.where(chance.random(count) < 0.06, chance.normal(0, 0.02, count), chance.normal(0, 0.002, count))
    registered = np.round(drawn * (1 + error), 2)
    taxed = np.round(registered * np.where(chance.random(count) < 0.8, 1.0, chance.uniform(0.9, 1.0, count)), 2)
    right = chance.choice(len(RIGHTS), size=count, p=[0.9, 0.05, 0.03, 0.02])
    low = chance.choice([0.8, 1.0, 1.2, 1.5], size=count)
    area_mu = registered * 3 / 2000
    invest_due = np.round(area_mu * chance.choice([120.0, 180.0, 240.0, 300.0], size=count), 0)
    table = pd.DataFrame(
        {
            "parcel_id": _codes(land.towns, land.blocks),
            "town": [TOWNS[town] for town in land.towns.tolist()],
            "village": _villages(land.towns, land.blocks),
            "registered_area_m2": registered,
            "taxed_area_m2": taxed,
            "land_use": np.where(chance.random(count) < 0.97, "0601", "0604"),
            "right_type": [RIGHTS[place] for place in right.tolist()],
            "far_min": low,
            "far_max": low + chance.choice([1.0, 1.5, 2.0], size=count),
            "land_price_wan": np.round(area_mu * chance.uniform(6, 42, count), 2),
            "invest_due_wan": invest_due,
            "invested_wan": np.round(invest_due * chance.uniform(0.7, 1.6, count), 2),
            "tax_due_wan_per_mu": chance.choice([8.0, 10.0, 12.0, 15.0], size=count),
            "illegal_use": chance.random(count) < 0.02,
            "protected": chance.random(count) < 0.01,
            **_dates(chance, count),
        }
    )
    unsupplied = table["supplied_on"].isna()
    for column in ("land_price_wan", "invest_due_wan", "invested_wan", "tax_due_wan_per_mu", "taxed_area_m2"):
        table.loc[unsupplied, column] = np.nan
    return halt(seed, table)


def _codes(towns: npt.NDArray[np.int64], blocks: npt.NDArray[np.int64]) -> list[str]:
    """Return 19-character parcel codes: county 6, town 3, block 3, GB, number in the town 5."""
    serial = pd.Series(towns).groupby(towns).cumcount().to_numpy() + 1
    parts = zip(towns.tolist(), blocks.tolist(), serial.tolist(), strict=True)
    return [f"{COUNTY_CODE}{town + 1:03d}{block // 4 % 1000:03d}GB{number:05d}" for town, block, number in parts]


def _villages(towns: npt.NDArray[np.int64], blocks: npt.NDArray[np.int64]) -> list[str]:
    places = (towns * 3 + blocks // 5) % len(VILLAGES)
    return [VILLAGES[place] for place in places.tolist()]


def _later(days: Days, chance: np.random.Generator, low: int, high: int) -> Days:
    later: Days = days + chance.integers(low, high, size=len(days)).astype("timedelta64[D]")
    return later


def _dates(chance: np.random.Generator, count: int) -> dict[str, Days]:
    """Return the life of each parcel: approval, supply, hand-over, the agreed clock (6 and 24 months), what happened."""
    base = np.full(count, np.datetime64("2000-01-01"))
    approved = _later(base, chance, 0, 365 * 19)
    supplied = _later(approved, chance, 60, 500)
    handed = _later(supplied, chance, 15, 120)
    started = _later(handed, chance, 30, 300)
    finished = _later(started, chance, 240, 700)
    produced = _later(finished, chance, 30, 365)
    unsupplied = chance.random(count) < NOT_SUPPLIED
    unbuilt = unsupplied | (chance.random(count) < 0.02)
    nothing = np.datetime64("NaT")
    dates = {
        "approved_on": approved,
        "supplied_on": np.where(unsupplied, nothing, supplied),
        "handed_over_on": np.where(unsupplied, nothing, handed),
        "start_due": np.where(unsupplied, nothing, handed + np.timedelta64(183, "D")),
        "finish_due": np.where(unsupplied, nothing, handed + np.timedelta64(730, "D")),
        "started_on": np.where(unbuilt, nothing, started),
        "finished_on": np.where(unbuilt, nothing, finished),
        "produced_on": np.where(unbuilt, nothing, produced),
        "stopped_on": np.full(count, nothing),
    }
    return {name: days.astype("datetime64[us]") for name, days in dates.items()}

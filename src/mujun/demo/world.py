"""The whole county, clean: every table as a frame and the geometry beside it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from mujun.demo.chance import stream
from mujun.demo.extras import draw_buildings, draw_marks, draw_projects, draw_units
from mujun.demo.firms import YEARS, draw_firms
from mujun.demo.land import Geometries, Land, draw_land
from mujun.demo.measures import draw_measures
from mujun.demo.names import COUNTY, TOWNS, addresses
from mujun.demo.parcels import draw_parcels
from mujun.demo.tenants import NOBODY
from mujun.demo.tenure import draw_tenure

PARCELS = 2_400
FIRMS = 3_000


@dataclasses.dataclass(frozen=True, slots=True)
class World:
    """``frames`` by table name, columns as in the schema but without geometry; ``geometry`` in EPSG:4550 beside it."""

    frames: dict[str, pd.DataFrame]
    geometry: dict[str, Geometries]
    land: Land


def draw_world(
    seed: int,
    *,
    firms: int = FIRMS,
    parcels: int = PARCELS,
    years: tuple[int, ...] = YEARS,
    taxes: bool = True,
    buildings: bool = True,
) -> World:
    """Return the county of ``seed`` with exactly so many firms and parcels."""
    land = draw_land(seed, parcels, buildings=buildings)
    companies = draw_firms(seed, firms)
    plots = draw_parcels(seed, land)
    tenure = draw_tenure(seed, plots, land.towns, companies)
    table = _complete_firms(seed, companies.table, tenure.firm_town)
    _name_holders(plots, table, tenure.holder)
    held = tenure.holder != NOBODY
    area = plots["registered_area_m2"].to_numpy()[held]
    land_m2 = np.bincount(tenure.holder[held], weights=area, minlength=firms).astype(np.float64)
    figures = draw_measures(seed, companies, land_m2, years=years, taxes=taxes)
    houses, kept = draw_buildings(seed, land, plots)
    parks = set(plots["parcel_id"][(tenure.holder != NOBODY) & companies.platform[tenure.holder]])
    frames = {
        "parcels": plots,
        "buildings": houses,
        "firms": table,
        "occupancy": tenure.occupancy,
        "measures": figures.measures,
        "taxes": figures.taxes,
        "marks": draw_marks(seed, companies, figures.measures, figures.firm),
        "barriers": _barriers(land),
        "units": draw_units(seed, houses, parks),
        "projects": draw_projects(seed, max(5, parcels // 60)),
    }
    geometry = {"parcels": land.parcels, "buildings": land.buildings[kept], "barriers": land.barriers}
    return World(frames, geometry, land)


def _complete_firms(seed: int, table: pd.DataFrame, town: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pd.DataFrame:
    chance = stream(seed, "addresses")
    streets = chance.integers(0, 40, size=len(table))
    return table.assign(town=[TOWNS[place] for place in town.tolist()], address=addresses(chance, town, streets))


def _name_holders(plots: pd.DataFrame, firms: pd.DataFrame, holder: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    held = holder != NOBODY
    plots["holder_id"] = np.where(held, firms["firm_id"].to_numpy()[holder], "")
    village = plots["supplied_on"].notna() & ~held
    cooperative = COUNTY + plots["town"] + plots["village"] + "股份经济合作社"
    plots["holder_name"] = np.where(held, firms["name"].to_numpy()[holder], np.where(village, cooperative, ""))


def _barriers(land: Land) -> pd.DataFrame:
    count = len(land.barriers)
    return pd.DataFrame(
        {
            "barrier_id": [f"B{number:04d}" for number in range(1, count + 1)],
            "kind": land.barrier_kinds,
            "effect": land.barrier_effects,
        }
    )

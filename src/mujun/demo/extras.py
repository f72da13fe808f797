"""The smaller tables: buildings, marks, units of standard factories, projects."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.demo.chance import stream
from mujun.demo.firms import Firms
from mujun.demo.land import Land
from mujun.demo.names import COUNTY, TRADES

STAGES = ("已对接", "谈判", "签约", "落地", "开工", "竣工", "投产")
_BONUS = (
    ("bonus_safety", 0.05, 3),
    ("bonus_carbon", 0.04, 3),
    ("bonus_innovation", 0.06, 4),
    ("minus_county", 0.02, 5),
)
_PLAIN = (("veto_safety", 0.004), ("veto_environment", 0.003), ("scale_up", 0.01), ("under_construction", 0.01))
Figures = npt.NDArray[np.float64]


def draw_buildings(seed: int, land: Land, parcels: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Return the buildings of built parcels and their positions in ``land.buildings``."""
    chance = stream(seed, "buildings")
    finished = parcels["finished_on"].dt.year.to_numpy()[land.building_parcels]
    kept = np.flatnonzero(~np.isnan(finished))
    count = len(kept)
    storeys = chance.choice([1, 1, 2, 3, 3, 4, 5, 6], size=count)
    footprint = shapely.area(land.buildings[kept])
    table = pd.DataFrame(
        {
            "building_id": _numbered(parcels["parcel_id"].to_numpy()[land.building_parcels[kept]]),
            "parcel_id": parcels["parcel_id"].to_numpy()[land.building_parcels[kept]],
            "floor_area_m2": np.round(footprint * storeys * chance.uniform(0.96, 1.0, count), 2),
            "storeys": storeys.astype(float),
            "built_year": finished[kept].astype(int) + chance.choice([0, 0, 0, 1, 4], size=count),
            "legal": chance.random(count) < 0.97,
        }
    )
    return table, kept


def _numbered(parcel_ids: npt.NDArray[np.object_]) -> list[str]:
    serial = pd.Series(parcel_ids).groupby(parcel_ids).cumcount().to_numpy() + 1
    return [f"{parcel}F{number:04d}" for parcel, number in zip(parcel_ids.tolist(), serial.tolist(), strict=True)]


def draw_marks(seed: int, firms: Firms, measures: pd.DataFrame, firm: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return marks per firm and year: vetoes, protections, bonus and minus points."""
    chance = stream(seed, "marks")
    year = measures["year"].to_numpy()
    parts = []
    for code, part, points in _BONUS:
        chosen = np.flatnonzero(chance.random(len(firm)) < part)
        parts.append(_mark_rows(measures, chosen, code, chance.integers(1, points + 1, len(chosen)).astype(float)))
    for code, part in _PLAIN:
        chosen = np.flatnonzero(chance.random(len(firm)) < part)
        parts.append(_mark_rows(measures, chosen, code, np.full(len(chosen), np.nan)))
    began = firms.table["production_on"].dt.year.to_numpy()[firm]
    for code, chosen in (
        ("new_firm", np.flatnonzero(year - began <= 1)),
        ("utility", np.flatnonzero(firms.utility[firm])),
    ):
        parts.append(_mark_rows(measures, chosen, code, np.full(len(chosen), np.nan)))
    marks = pd.concat(parts, ignore_index=True).sort_values(
        ["year", "firm_id", "code"], kind="stable", ignore_index=True
    )
    marks["document"] = [
        f"示政办〔{number}〕{serial % 90 + 1}号" for serial, number in enumerate(marks["year"].tolist())
    ]
    return marks


def _mark_rows(measures: pd.DataFrame, chosen: npt.NDArray[np.int64], code: str, points: Figures) -> pd.DataFrame:
    rows = measures.iloc[chosen][["firm_id", "firm_name", "year"]].reset_index(drop=True)
    return rows.assign(code=code, points=points)


def draw_units(seed: int, buildings: pd.DataFrame, park_parcels: set[str]) -> pd.DataFrame:
    """Return units of standard factories: every floor of the parks' buildings in two halves."""
    chance = stream(seed, "units")
    park = buildings[buildings["parcel_id"].isin(park_parcels)]
    floors = [
        (building, floor, area / storeys / 2)
        for building, area, storeys in zip(park["building_id"], park["floor_area_m2"], park["storeys"], strict=True)
        for floor in range(1, int(storeys) + 1)
        for _ in range(2)
    ]
    count = len(floors)
    area = np.floor(np.array([size for _, _, size in floors]))
    free = np.datetime64("2025-01-01") + chance.integers(0, 700, count).astype("timedelta64[D]")
    floor = np.array([number for _, number, _ in floors], dtype=float)
    return pd.DataFrame(
        {
            "unit_id": [f"U{number:05d}" for number in range(1, count + 1)],
            "building_id": [building for building, _, _ in floors],
            "floor": floor,
            "floor_area_m2": area,
            "load_kn_m2": np.where(floor == 1, 20.0, 8.0),
            "height_m": np.where(floor == 1, 7.2, 4.8),
            "power_kva": chance.choice([80.0, 100.0, 160.0, 250.0], size=count),
            "sector": [TRADES[place].words[0] for place in chance.integers(0, len(TRADES), count).tolist()],
            "rent_wan": np.round(area * chance.uniform(0.012, 0.022, count), 2),
            "free_from": free.astype("datetime64[us]"),
        }
    )


def draw_projects(seed: int, count: int) -> pd.DataFrame:
    """Return projects looking for land, with the dates of the stages they have passed."""
    chance = stream(seed, "projects")
    trades = chance.integers(0, len(TRADES), count)
    invest = np.round(np.exp(chance.normal(9.2, 0.8, count)), 0)
    stage = chance.integers(0, len(STAGES), count)
    first = np.datetime64("2023-01-10") + chance.integers(0, 500, count).astype("timedelta64[D]")
    dates = {}
    columns = (
        "contacted_on",
        "negotiating_on",
        "signed_on",
        "landing_on",
        "started_on",
        "completed_on",
        "producing_on",
    )
    for number, column in enumerate(columns):
        reached = np.where(stage >= number, first + np.timedelta64(75 * number, "D"), np.datetime64("NaT"))
        dates[column] = reached.astype("datetime64[us]")
    land = np.round(invest / chance.uniform(250, 450, count), 1)
    return pd.DataFrame(
        {
            "project_id": [f"P2023{number:03d}" for number in range(1, count + 1)],
            "name": [
                f"{COUNTY}{TRADES[trade].words[0]}示范项目{number + 1}号"
                for number, trade in enumerate(trades.tolist())
            ],
            "industry": [TRADES[trade].code for trade in trades.tolist()],
            "invest_wan": invest,
            "land_need_mu": land,
            "tax_promise_wan_per_mu": chance.choice([12.0, 15.0, 18.0, 22.0], size=count),
            "energy_tce": np.round(invest * chance.uniform(0.02, 0.12, count), 1),
            "far_min": chance.choice([1.2, 1.5, 2.0], size=count),
            "min_block_mu": np.round(land * 0.8, 0),
            "load_kn_m2": chance.choice([8.0, 12.0, 20.0], size=count),
            "power_kva": chance.choice([315.0, 630.0, 1250.0], size=count),
            "stage": [STAGES[number] for number in stage.tolist()],
            "leader": [f"领导{number % 9 + 1}" for number in range(count)],
            "team": [f"第{number % 5 + 1}专班" for number in range(count)],
            **dates,
        }
    )

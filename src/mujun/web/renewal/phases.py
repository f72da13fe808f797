"""Phasing (压茬推进): the chosen blocks, their workshops and the standard factories as a task of the library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mujun.register.areas import in_force
from mujun.register.tables import Register
from mujun.renewal.phasing import PhasedPlan, PhasingProblem, PhasingTerms, build_phasing, unit_periods
from mujun.renewal.sectors import sectors_of_firms, sectors_of_units
from mujun.rulebook.sectors import SectorWords, load_sectors
from mujun.web.register.queries import load_register
from mujun.web.renewal.frozen import Frozen, frozen_of
from mujun.web.renewal.models import Plan, PlanChoice, PlanPhasing

TABLES_READ = ("occupancy", "firms", "units", "buildings")
ROOM = 1.15
"""What the budgets of the periods come to, of the cost of the blocks: parcels cannot be cut to fit a period."""
NEW_FLOOR_M2_PER_MU = 1_000.0
"""One and a half times the land as floor space."""


def usual_wishes(choice: PlanChoice, today: dt.date, periods: int = 4) -> dict[str, Any]:
    """Even quarters from the next one on, with room in each for its part of the cost and of the displaced floor."""
    return {
        "periods": periods,
        "starts": [str(day) for day in quarters(today, periods)],
        "budget_wan": round(choice.cost_wan * ROOM / periods, 2),
        "capacity_m2": round(choice.floor_m2 * ROOM / periods, 2),
        "new_floor_m2_per_mu": NEW_FLOOR_M2_PER_MU,
        "lag": 2,
    }


def quarters(today: dt.date, periods: int) -> list[dt.date]:
    """The first days of the quarters that follow ``today``."""
    first = today.year * 4 + (today.month - 1) // 3 + 1
    return [dt.date(number // 4, number % 4 * 3 + 1, 1) for number in range(first, first + periods)]


def task_of(plan: Plan, choice: PlanChoice, wishes: dict[str, Any]) -> tuple[PhasingProblem, tuple[str, ...]]:
    """The task of ordering ``choice`` under ``wishes`` (periods, starts, budget_wan and capacity_m2 per period,
    new_floor_m2_per_mu, lag), and sentences about sectors that could not be told.
    """
    frozen = frozen_of(plan)
    register = load_register(plan.revision, TABLES_READ)
    terms = PhasingTerms(
        (float(wishes["budget_wan"]),) * int(wishes["periods"]),
        new_floor_m2_per_mu={"": float(wishes["new_floor_m2_per_mu"])}, lag=int(wishes["lag"]), split=True,
    )  # fmt: skip
    capacity = pd.DataFrame(
        {
            "period": range(1, terms.periods + 1),
            "sector": "",
            "floor_area_m2": float(wishes["capacity_m2"]),
        }
    )
    day = dt.date(plan.findings.year, 12, 31)
    firms = workshops(register, frozen, sorted(choice.codes), day)
    units = standard_units(register, [pd.Timestamp(start) for start in wishes["starts"]])
    firms, units, notes = with_sectors(register, firms, units, load_sectors().on(day))
    problem = frozen.under(choice.locks, choice.budget_wan)
    task = build_phasing(problem, frozen.places(choice.blocks), terms, firms=firms, units=units, capacity=capacity)
    return task, notes


def with_sectors(
    register: Register, firms: pd.DataFrame, units: pd.DataFrame, words: SectorWords
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Workshops by the industry code of their firm and units by what is written on them, called by the same names."""
    industry = register["firms"].drop_duplicates("firm_id").set_index("firm_id")["industry"]
    of_firm = sectors_of_firms(industry.reindex(pd.Index(firms["firm_id"].unique())), words)
    firms = firms.assign(sector=firms["firm_id"].map(of_firm.names))
    if units.empty:
        return firms, units, of_firm.notes
    of_unit = sectors_of_units(units["sector"], words)
    return firms, units.assign(sector=of_unit.names), (*of_firm.notes, *of_unit.notes)


def workshops(register: Register, frozen: Frozen, codes: list[str], day: dt.date) -> pd.DataFrame:
    """Who uses how much floor on the parcels ``codes``: as stated, the rest of a parcel's floor by land area."""
    rows = register["occupancy"]
    rows = rows[in_force(rows, day) & rows["parcel_id"].isin(codes) & (rows["kind"] != "excluded")]
    rows = rows[["firm_id", "parcel_id", "kind", "area_m2", "floor_area_m2"]].copy()
    rows = rows[rows["firm_id"] != ""]
    said = rows["floor_area_m2"].astype(float)
    floor = rows["parcel_id"].map(frozen.nodes.set_index("id")["floor_m2"]).astype(float)
    let = rows["kind"].isin(["lease", "sublease"]).groupby(rows["parcel_id"]).transform("any")
    blank = said.isna() & ~((rows["kind"] == "own") & let)
    land = rows["area_m2"].astype(float).fillna(0.0).where(blank, 0.0)
    claimed = said.fillna(0.0).groupby(rows["parcel_id"]).transform("sum")
    whole = land.groupby(rows["parcel_id"]).transform("sum")
    rest = (floor - claimed).clip(lower=0.0)
    part = np.where(whole > 0, land / whole.where(whole > 0, 1.0) * rest, 0.0)
    scale = np.where(claimed > floor, floor / claimed.where(claimed > 0, 1.0), 1.0)
    rows["floor_area_m2"] = (said.fillna(0.0) * scale + part).round(2)
    return rows.groupby(["firm_id", "parcel_id"])[["floor_area_m2"]].sum().reset_index()


def standard_units(register: Register, starts: list[pd.Timestamp]) -> pd.DataFrame:
    """The standard factories on hand, by the period from which they are free; those that are not in time are left out."""
    units = register["units"]
    if units.empty:
        return pd.DataFrame()
    parcel = register["buildings"].drop_duplicates("building_id").set_index("building_id")["parcel_id"]
    table = units.assign(
        parcel_id=units["building_id"].map(parcel).fillna(""),
        free_from=unit_periods(units["free_from"], starts),
    )
    in_time: pd.DataFrame = table[table["free_from"] <= len(starts)].reset_index(drop=True)
    return in_time


def phasing_from(
    choice: PlanChoice, wishes: dict[str, Any], found: PhasedPlan, firms: dict[str, str], notes: Sequence[str] = ()
) -> PlanPhasing:
    """What the library found, ready to be kept; ``firms`` names by code, ``notes`` what else there is to say."""
    return PlanPhasing(
        choice=choice, wishes=wishes, status=found.status.value, objective=found.objective, bound=found.bound,
        seconds=found.seconds, parcels=_rows(found.parcels), gantt=_rows(found.gantt),
        moves=[row | {"name": firms.get(row["firm_id"], "")} for row in _rows(found.moves)],
        notes=[*found.clash, *found.notes, *notes],
    )  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value

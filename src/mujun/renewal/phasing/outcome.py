"""A phased plan: when each parcel is cleared, who moves where, and what no phasing of these blocks can exceed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from mujun.renewal.blocks.plan import Status, gap_of
from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.phasing.roofs import Housed, Roofs
from mujun.renewal.phasing.task import PhasingProblem

NEVER = -1


@dataclasses.dataclass(frozen=True, slots=True)
class PhasedPlan:
    """``period`` of each parcel of the problem, from 0, -1 never (n,); ``bound`` is proven; tables count periods from 1.

    ``parcels``: parcel_id, block, period (missing: never), area_mu, cost, benefit. ``gantt``: block, start, end,
    parcels, area_mu, cost, hosts_from (the first period in which land freed by it hosts new factories), factories (where
    its workshops go). ``moves``: firm_id, parcel_id, block, period, to, kind (unit, capacity, new), floor_area_m2; a
    workshop that is spread has a row per unit. ``notes`` one Chinese sentence per parcel that no period can clear.
    """

    status: Status
    objective: float | None
    bound: float | None
    period: Ints
    parcels: pd.DataFrame
    gantt: pd.DataFrame
    moves: pd.DataFrame
    seed: int = 1
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """|bound - objective| / |objective|; None without a plan."""
        return gap_of(self.objective, self.bound)


def parcel_table(task: PhasingProblem, period: Ints) -> pd.DataFrame:
    """Return a row per parcel of a block."""
    places = np.array([place for block in task.blocks for place in block], dtype=np.int64)
    return pd.DataFrame(
        {
            "parcel_id": [task.problem.ids[place] for place in places],
            "block": task.block_of[places] + 1,
            "period": _counted(period[places]),
            "area_mu": task.problem.area_mu[places],
            "cost": task.problem.cost[places],
            "benefit": task.problem.benefit[places],
        }
    ).sort_values(["block", "period", "parcel_id"], kind="stable", ignore_index=True)


def move_table(task: PhasingProblem, period: Ints, roofs: Roofs, housed: Housed | None) -> pd.DataFrame:
    """Return who moves where and when."""
    shops, groups = task.workshops, len(roofs.group_start) - 1
    rows: list[tuple[int, str, str, float]] = []
    for shop in np.flatnonzero(housed.place >= 0).tolist() if housed else []:
        place = int(housed.place[shop]) if housed else 0
        floor = float(shops.floor_area_m2[shop])
        if place >= groups:
            kind = "new" if task.pools.new[place - groups] else "capacity"
            rows.append((shop, task.pools.name[place - groups], kind, floor))
            continue
        units = roofs.group_unit[roofs.group_start[place] : roofs.group_start[place + 1]]
        for slot, unit in enumerate(units.tolist()):
            part = float(housed.part[shop, slot]) if housed else 0.0
            if part > 0:
                rows.append((shop, task.units.unit[unit], "unit", part * floor))
    who = np.array([shop for shop, _, _, _ in rows], dtype=np.int64)
    parcel = shops.parcel[who]
    return pd.DataFrame(
        {
            "firm_id": [shops.firm[shop] for shop in who],
            "parcel_id": [task.problem.ids[place] for place in parcel],
            "block": task.block_of[parcel] + 1,
            "period": _counted(period[parcel]),
            "to": [to for _, to, _, _ in rows],
            "kind": [kind for _, _, kind, _ in rows],
            "floor_area_m2": np.array([floor for _, _, _, floor in rows], dtype=float),
        }
    ).sort_values(["period", "block", "firm_id", "to"], kind="stable", ignore_index=True)


def gantt_table(task: PhasingProblem, parcels: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Return a row per block that is begun."""
    taken = parcels[parcels["period"].notna()]
    table = taken.groupby("block").agg(
        start=("period", "min"),
        end=("period", "max"),
        parcels=("parcel_id", "size"),
        area_mu=("area_mu", "sum"),
        cost=("cost", "sum"),
    )
    hosts = table["start"] + task.terms.lag
    able = (hosts <= task.terms.periods) & any(floor > 0 for floor in task.terms.new_floor_m2_per_mu.values())
    table["hosts_from"] = hosts.where(able).astype("Int64")
    went = moves.groupby("block")["to"].agg(lambda names: "、".join(sorted(set(names)))).to_dict()
    table["factories"] = [went.get(block, "") for block in table.index]
    return table.reset_index()


def benefit_by_period(task: PhasingProblem, period: Ints) -> Floats:
    """Return what each period gains, before the discount (T,)."""
    taken = period >= 0
    return np.bincount(period[taken], task.gain[taken], minlength=task.terms.periods).astype(float)


def _counted(period: Ints) -> pd.Series:
    return pd.Series(period + 1, dtype="Int64").mask(pd.Series(period) < 0)

"""Impossible wishes: what each parcel would need that no period can give, said in sentences."""

from __future__ import annotations

import dataclasses

import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.phasing.roofs import ROOM, Roofs
from mujun.renewal.phasing.task import PhasingProblem, Units, Workshops


@dataclasses.dataclass(frozen=True, slots=True)
class Stuck:
    """Parcels that no plan can clear, and why: a sentence each."""

    reasons: dict[int, str]

    def out(self, task: PhasingProblem) -> PhasingProblem:
        """Return the task with these parcels locked out."""
        lock: Ints = task.problem.lock.copy()
        lock[list(self.reasons)] = -1
        return dataclasses.replace(task, problem=task.problem.with_locks(lock))

    def clash(self, task: PhasingProblem) -> tuple[str, ...]:
        """Return the sentences about the first parcel that must be cleared all the same."""
        for place, why in self.reasons.items():
            if task.problem.lock[place] == 1:
                return (f"地块 {task.problem.ids[place]} 已锁定为必须腾空。", why)
        return ()


def find_stuck(task: PhasingProblem, roofs: Roofs) -> Stuck:
    """Return the parcels of blocks that no period can clear: too dear for each budget, or a workshop without a roof."""
    reasons: dict[int, str] = {}
    most = max(task.terms.budget_by_period)
    for block in task.blocks:
        for place in block:
            cost = float(task.problem.cost[place])
            if task.problem.lock[place] >= 0 and cost > most * (1 + ROOM):
                reasons[place] = (
                    f"地块 {task.problem.ids[place]} 要花 {_figure(cost)}，任何一期的预算都不够（最多一期 {_figure(most)}）。"
                )
    shops = task.workshops
    ever = roofs.pool_floor.max(axis=1, initial=0.0) + _most_new(task, roofs)
    for shop in range(len(shops)):
        place = int(shops.parcel[shop])
        pools = roofs.pool_fits[shop] & (ever * (1 + ROOM) >= shops.floor_area_m2[shop])
        if place in reasons or roofs.host_start[shop] < roofs.host_start[shop + 1] or pools.any():
            continue
        if task.problem.lock[place] >= 0:
            reasons[place] = f"地块 {task.problem.ids[place]} 上的企业 {_without_roof(task, shops, shop)}"
    _spread(task, reasons)
    return Stuck(reasons)


def _spread(task: PhasingProblem, reasons: dict[int, str]) -> None:
    """Who goes together with a parcel that stays, stays."""
    together, ids = task.problem.together, task.problem.ids
    stays = (task.block_of < 0) | (task.problem.lock < 0)
    stays[list(reasons)] = True
    for place in np.flatnonzero(~stays & (together >= 0)).tolist():
        mates = np.flatnonzero(stays & (together == together[place]))
        if len(mates):
            reasons[place] = f"地块 {ids[place]} 须与地块 {ids[mates[0]]} 同时腾空，而后者不腾空。"


def _most_new(task: PhasingProblem, roofs: Roofs) -> Floats:
    """Return the floor space of new factories by pool if all blocks were freed at once (p,)."""
    inside = task.block_of >= 0
    most: Floats = roofs.pool_per_mu * float(task.problem.area_mu[inside & (task.problem.lock >= 0)].sum())
    return most


def _without_roof(task: PhasingProblem, shops: Workshops, shop: int) -> str:
    units = task.units
    needs = {
        "行业": task.sectors[shops.sector_code[shop]] if shops.sector_code[shop] >= 0 else "",
        "面积": f"{_figure(shops.floor_area_m2[shop])} 平方米",
        "荷载": f"{_figure(shops.load_kn_m2[shop])} kN/m²" if shops.load_kn_m2[shop] > 0 else "",
        "层高": f"{_figure(shops.height_m[shop])} 米" if shops.height_m[shop] > 0 else "",
        "电力": f"{_figure(shops.power_kva[shop])} kVA" if shops.power_kva[shop] > 0 else "",
    }
    told = "、".join(f"{name} {need}" for name, need in needs.items() if need)
    return f"{shops.firm[shop]} 无处安置：需要{told}，没有任何厂房单元或新建厂房能满足{_which(units, shops, shop)}。"


def _which(units: Units, shops: Workshops, shop: int) -> str:
    """Say which single need no unit meets, if there is one."""
    if not len(units):
        return "（没有可用的厂房单元）"
    for name, word in (("load_kn_m2", "荷载"), ("height_m", "层高"), ("power_kva", "电力"), ("floor_area_m2", "面积")):
        best = float(np.max(getattr(units, name)))
        if best * (1 + ROOM) < float(getattr(shops, name)[shop]):
            return f"（现有单元{word}最大 {_figure(best)}）"
    return ""


def _figure(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")

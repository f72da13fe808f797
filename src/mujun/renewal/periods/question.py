"""What is asked over several periods, as the block problem of all periods together and as tasks of phasing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mujun.base.errors import MujunError
from mujun.renewal.blocks.problem import Floats, Objective, Problem
from mujun.renewal.phasing import PhasingProblem, PhasingTerms, build_phasing

MONEY = "总预算"


@dataclasses.dataclass(frozen=True, slots=True)
class Periods:
    """T periods. ``budget`` T amounts, infinite where none binds; what is left of one is not carried over.

    ``floor_m2`` by sector the floor area displaced where each parcel is taken (n,); ``room_m2`` by sector the floor area
    that becomes free in each period (T,) and stays free until somebody moves in. Same sectors in both; "" only by itself.
    """

    budget: tuple[float, ...]
    floor_m2: Mapping[str, Floats] = dataclasses.field(default_factory=dict)
    room_m2: Mapping[str, Floats] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        rooms = all(len(room) == len(self.budget) for room in self.room_m2.values())
        if not self.budget or not rooms or self.floor_m2.keys() != self.room_m2.keys():
            raise MujunError("分期条件不能使用：", why="期数或行业不一致。", next_step="请检查各期预算和安置面积。")
        if "" in self.room_m2 and len(self.room_m2) > 1:
            raise MujunError("分期条件不能使用：", why="不分行业与分行业不能并用。", next_step="请统一安置面积的行业。")

    def __len__(self) -> int:
        return len(self.budget)


def maximised(problem: Problem) -> Problem:
    """Return the problem with a cost to be kept small as its negative, to be made large; others as they are."""
    if problem.terms.objective is not Objective.COST:
        return problem
    terms = dataclasses.replace(problem.terms, objective=Objective.NET)
    return dataclasses.replace(problem, benefit=np.zeros(len(problem)), terms=terms)


def as_one_period(problem: Problem, periods: Periods, share: float = 1.0) -> Problem:
    """Return the block problem of all periods together, for ``share`` of their money: whatever is taken by the last
    period is a plan of it."""
    money = [share * float(sum(periods.budget))]
    money += [problem.terms.budget] if problem.terms.budget is not None else []
    use, limits = dict(problem.use), dict(problem.terms.resources)
    for sector, floor in periods.floor_m2.items():
        name = f"安置面积（{sector}）" if sector else "安置面积"
        use[name], limits[name] = floor, float(periods.room_m2[sector].sum())
    budget = min(money)
    terms = dataclasses.replace(problem.terms, resources=limits, budget=budget if np.isfinite(budget) else None)
    return dataclasses.replace(problem, use=use, terms=terms)


def phasing_task(problem: Problem, periods: Periods, blocks: Sequence[Sequence[int]]) -> PhasingProblem:
    """Return the task of taking from ``blocks`` (positions) in periods; what comes late counts as much as what is early."""
    use, limits = dict(problem.use), dict(problem.terms.resources)
    if problem.terms.budget is not None:
        use[MONEY], limits[MONEY] = problem.cost, problem.terms.budget
    terms = dataclasses.replace(problem.terms, resources=limits)
    return build_phasing(
        dataclasses.replace(problem, use=use, terms=terms),
        blocks,
        PhasingTerms(periods.budget, discount=(1.0,) * len(periods)),
        firms=_movers(problem, periods),
        capacity=_room(periods),
    )


def _movers(problem: Problem, periods: Periods) -> pd.DataFrame:
    """One row for each parcel and sector with floor area to be moved."""
    parts = []
    for sector, floor in periods.floor_m2.items():
        places = np.flatnonzero(floor > 0)
        ids = [problem.ids[place] for place in places.tolist()]
        name = f"（{sector}）" if sector else "用房"
        parts.append(
            pd.DataFrame({"firm_id": name, "parcel_id": ids, "sector": sector, "floor_area_m2": floor[places]})
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _room(periods: Periods) -> pd.DataFrame:
    rows = [
        (period, sector, area)
        for sector, room in periods.room_m2.items()
        for period, area in enumerate(room.tolist(), start=1)
    ]
    return pd.DataFrame(rows, columns=["period", "sector", "floor_area_m2"])

"""Phasing while the blocks are still open: choose them for all the money together, then order them; bounded from above.

The blocks chosen so are grown until every parcel lies in the territory of one, and the phasing takes of each territory
what money and roofs of each period allow: so it may still move the line where roofs are scarce.

With S_t what is taken by period t and a discount d_t that never rises, the objective is the sum over t of
(d_t - d_{t+1}) x benefit(S_t), and S_t is a plan of blocks for the money of the first t periods. So the sum of
(d_t - d_{t+1}) x (a bound for the money of the first t periods) bounds every phased plan of any blocks.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from mujun.base.errors import MujunError
from mujun.renewal.blocks import plan as block_plan
from mujun.renewal.blocks.problem import Floats, Objective, Problem
from mujun.renewal.blocks.solve import Progress, solve
from mujun.renewal.phasing.building import build_phasing
from mujun.renewal.phasing.outcome import PhasedPlan
from mujun.renewal.phasing.phasing import PhasingProgress, phase
from mujun.renewal.phasing.roofs import Roofs, find_roofs
from mujun.renewal.phasing.task import PhasingProblem
from mujun.renewal.phasing.terms import PhasingTerms
from mujun.renewal.phasing.wishes import find_stuck

FOR_BLOCKS = 0.5
"""The share of the time that goes into choosing the blocks."""
ROOF = "安置面积"


def phase_open(
    problem: Problem,
    terms: PhasingTerms,
    *,
    firms: pd.DataFrame | None = None,
    units: pd.DataFrame | None = None,
    capacity: pd.DataFrame | None = None,
    time_limit_s: float = 60,
    gap: float = 0,
    seed: int = 1,
    on_progress: Callable[[PhasingProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[PhasedPlan, PhasingProblem]:
    """Return a phased plan of blocks that are chosen on the way, and the task with these blocks; see :func:`phase`.

    ``bound`` and ``gap`` are about all choices of blocks, not only the one made. Tables as in :func:`build_phasing`.
    """
    if problem.terms.objective is Objective.COST:
        raise MujunError(
            "不能分期：", why="以最少花费为目标的方案没有可折减的收益。", next_step="请先求出区块，再对区块分期。"
        )
    begun = time.monotonic()
    everything = _everything(problem, terms, firms, units, capacity)
    roofs = find_roofs(everything)
    stuck = find_stuck(everything, roofs)
    if stuck.clash(everything):
        nothing = build_phasing(problem, [], terms)
        empty = phase(nothing, time_limit_s=1)
        clash = stuck.clash(everything)
        status = block_plan.Status.INFEASIBLE
        return dataclasses.replace(empty, status=status, objective=None, bound=None, clash=clash), nothing
    whole = _whole_budget(stuck.out(everything).problem, everything, roofs)
    loose = _bound(whole, terms, None)

    def choosing(progress: Progress) -> None:
        if on_progress is not None:
            on_progress(PhasingProgress(time.monotonic() - begun, None, loose, None))

    chosen = solve(
        whole,
        time_limit_s=FOR_BLOCKS * time_limit_s,
        gap=gap,
        seed=seed,
        on_progress=choosing,
        should_stop=should_stop,
    )
    bound = _bound(whole, terms, chosen.bound)
    parts = territories(problem, chosen.blocks) if problem.terms.holes else chosen.blocks
    task = build_phasing(problem, parts, terms, firms=firms, units=units, capacity=capacity)

    def wider(progress: PhasingProgress) -> None:
        if on_progress is not None:
            distance = block_plan.gap_of(progress.objective, bound)
            on_progress(PhasingProgress(time.monotonic() - begun, progress.objective, bound, distance))

    left = max(1.0, time_limit_s - (time.monotonic() - begun))
    plan = phase(task, time_limit_s=left, gap=gap, seed=seed, on_progress=wider, should_stop=should_stop)
    plan = _restated(plan, chosen, bound, max(gap, 1e-9), time.monotonic() - begun)
    return _trimmed(plan), _trimmed_task(plan, task)


def _everything(
    problem: Problem,
    terms: PhasingTerms,
    firms: pd.DataFrame | None,
    units: pd.DataFrame | None,
    capacity: pd.DataFrame | None,
) -> PhasingProblem:
    """Return the task with every parcel in one block: all workshops count, and all units, wherever they stand."""
    anywhere = units.drop(columns="parcel_id", errors="ignore") if units is not None else None
    blocks = [range(len(problem))] if len(problem) else []
    return build_phasing(problem, blocks, terms, firms=firms, units=anywhere, capacity=capacity)


def _whole_budget(problem: Problem, task: PhasingProblem, roofs: Roofs) -> Problem:
    """Return the block problem for all periods as one: their money together, and by sector the most there can be of roofs."""
    budget = float(sum(task.terms.budget_by_period))
    use, limits = dict(problem.use), dict(problem.terms.resources)
    shops = task.workshops
    for code in range(-1, len(task.sectors)):
        mine = np.flatnonzero(shops.sector_code == code) if code >= 0 else np.arange(len(shops))
        if not len(mine):
            continue
        name = f"{ROOF}（{task.sectors[code]}）" if code >= 0 else ROOF
        use[name] = np.bincount(shops.parcel[mine], shops.floor_area_m2[mine], len(problem)).astype(float)
        limits[name] = _most_roofs(problem, task, roofs, mine)
    terms = dataclasses.replace(
        problem.terms, budget=budget if np.isfinite(budget) else None, resources=limits, front_price=0.0
    )
    return dataclasses.replace(problem, use=use, terms=terms)


def _most_roofs(problem: Problem, task: PhasingProblem, roofs: Roofs, shops: np.ndarray) -> float:
    units = roofs.fits[shops].any(axis=0)
    pools = roofs.pool_fits[shops].any(axis=0)
    room = float(task.units.floor_area_m2[units].sum()) + float(roofs.pool_floor[pools, -1].sum())
    early = sum(task.terms.budget_by_period[: max(0, task.terms.periods - task.terms.lag)])
    per_mu = float(roofs.pool_per_mu[pools].sum())
    return room + (per_mu * _most(problem, problem.area_mu, early) if per_mu > 0 else 0.0)


def _most(problem: Problem, amount: Floats, money: float) -> float:
    """Return the most of ``amount`` that ``money`` buys if parcels could be split and need not touch."""
    may = (problem.lock >= 0) & (amount > 0)
    amount, cost = amount[may], np.maximum(problem.cost[may], 0.0)
    order = np.argsort(cost / amount)
    amount, cost = amount[order], cost[order]
    before = np.concatenate([[0.0], np.cumsum(cost)[:-1]])
    part = np.clip((money - before) / np.maximum(cost, 1e-300), 0.0, 1.0)
    return float((amount * np.where(cost > 0, part, 1.0)).sum())


def _bound(problem: Problem, terms: PhasingTerms, bound: float | None) -> float:
    discount = [*terms.discount, 0.0]
    by, total = 0.0, 0.0
    for period, budget in enumerate(terms.budget_by_period):
        by += budget
        most = _most(problem, problem.gain, by)
        if bound is not None and (period == terms.periods - 1 or not _more_before(problem)):
            most = min(most, bound)
        total += (discount[period] - discount[period + 1]) * most
    return total


def _more_before(problem: Problem) -> bool:
    """Return whether what is taken before the last period may break a term that the last keeps, and so beat its bound."""
    terms = problem.terms
    shares = bool(problem.protected.any()) and 0 < terms.protected_share_max < 1
    falling = (problem.cost < 0).any() or any((use < 0).any() for use in problem.use.values())
    forced = (problem.lock > 0).any() or terms.min_block_mu > 0 or terms.target_mu is not None
    return bool(shares or falling or forced or not terms.holes)


def territories(problem: Problem, blocks: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the blocks grown over all parcels that may be taken, each parcel to the block that reaches it first."""
    touching: list[list[int]] = [[] for _ in range(len(problem))]
    for a, b in problem.edges.tolist():
        touching[a].append(b)
        touching[b].append(a)
    owner = {place: number for number, block in enumerate(blocks) for place in block}
    border = list(owner)
    for place in border:
        for other in touching[place]:
            if other not in owner and problem.lock[other] >= 0:
                owner[other] = owner[place]
                border.append(other)
    grown: list[list[int]] = [[] for _ in blocks]
    for place, number in sorted(owner.items()):
        grown[number].append(place)
    return grown


def _trimmed_task(plan: PhasedPlan, task: PhasingProblem) -> PhasingProblem:
    """Return the task with what is taken as its blocks."""
    taken = [tuple(place for place in block if plan.period[place] >= 0) for block in task.blocks]
    begun = [number for number, block in enumerate(taken) if block]
    return dataclasses.replace(
        task, blocks=tuple(taken[number] for number in begun), seeds=tuple(task.seeds[number] for number in begun)
    )


def _trimmed(plan: PhasedPlan) -> PhasedPlan:
    """Return the plan without parcels that stay, its blocks numbered anew."""
    parcels = plan.parcels[plan.parcels["period"].notna()].reset_index(drop=True)
    number = {block: new for new, block in enumerate(sorted(parcels["block"].unique()), start=1)}
    parcels, gantt, moves = (
        table.assign(block=table["block"].map(number)) for table in (parcels, plan.gantt, plan.moves)
    )
    return dataclasses.replace(plan, parcels=parcels, gantt=gantt, moves=moves)


def _restated(plan: PhasedPlan, chosen: block_plan.Plan, bound: float, gap: float, seconds: float) -> PhasedPlan:
    status = block_plan.Status
    if chosen.status is status.INFEASIBLE:
        return dataclasses.replace(plan, status=status.INFEASIBLE, clash=chosen.clash, bound=None, seconds=seconds)
    if plan.objective is None:
        ended = status.NO_PLAN if plan.status is status.INFEASIBLE else plan.status
        return dataclasses.replace(plan, status=ended, bound=bound, clash=(), seconds=seconds)
    bound = max(bound, plan.objective)
    distance = block_plan.gap_of(plan.objective, bound)
    ended = plan.status if plan.status is status.STOPPED else status.FEASIBLE
    proven = distance is not None and distance <= gap
    return dataclasses.replace(plan, status=status.OPTIMAL if proven else ended, bound=bound, seconds=seconds)

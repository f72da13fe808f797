"""The task compiled: columns "taken by period t" and "seed of its block", and the rows that do not depend on a search."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.phasing.rows import Row, row
from mujun.renewal.phasing.task import OPEN_SEED, PhasingProblem


@dataclasses.dataclass(frozen=True, slots=True)
class Compiled:
    """The columns are, for each of the a parcels that may be cleared, "taken by period t" for t = 0..T-1, then "seed".

    ``active`` their positions in the problem, ``local`` the way back (n,), -1 elsewhere; ``block`` of each active parcel;
    ``neighbour_start`` and ``neighbour`` who touches whom inside the blocks (CSR, local numbers). ``cost`` what each
    column adds to the objective; 0 <= ``lower`` <= column <= ``upper`` <= 1.
    """

    task: PhasingProblem
    active: Ints
    local: Ints
    block: Ints
    neighbour_start: Ints
    neighbour: Ints
    cost: Floats
    lower: Floats
    upper: Floats
    rows: tuple[Row, ...]

    @property
    def periods(self) -> int:
        """T."""
        return self.task.terms.periods

    @property
    def columns(self) -> int:
        """How many columns there are: a (T + 1)."""
        return len(self.active) * (self.periods + 1)

    def taken(self, parcels: Ints, period: int | Ints) -> Ints:
        """The columns "taken by ``period``" of local ``parcels``."""
        return parcels * self.periods + period

    def seed(self, parcels: Ints) -> Ints:
        """The columns "seed of its block" of local ``parcels``."""
        return len(self.active) * self.periods + parcels

    def objective(self, period: Ints) -> float:
        """The objective of a plan: ``period`` of each active parcel (a,), T where never."""
        weight = np.append(self.task.terms.discount, 0.0)
        return float(self.task.gain[self.active] @ weight[period])

    def solution(self, period: Ints, seed: Ints) -> Floats:
        """The columns of a plan: ``period`` (a,), T where never; ``seed`` local parcels, one per block that is begun."""
        taken = period[:, None] <= np.arange(self.periods)[None, :]
        seeds = np.zeros(len(self.active))
        seeds[seed] = 1.0
        return np.concatenate([taken.ravel().astype(float), seeds])


def compile_task(task: PhasingProblem) -> Compiled:
    """Return the columns and rows of ``task``; those of connection and of roofs are added when a solution breaks them."""
    block_of, lock = task.block_of, task.problem.lock
    active = np.flatnonzero((block_of >= 0) & (lock >= 0))
    local = np.full(len(task.problem), -1, dtype=np.int64)
    local[active] = np.arange(len(active))
    start, neighbour = _neighbours(task, local, block_of, len(active))
    lower, upper = _bounds(task, active, block_of)
    compiled = Compiled(
        task=task,
        active=active,
        local=local,
        block=block_of[active],
        neighbour_start=start,
        neighbour=neighbour,
        cost=_cost(task, active),
        lower=lower,
        upper=upper,
        rows=(),
    )
    return dataclasses.replace(compiled, rows=tuple(_rows(compiled)))


def _neighbours(task: PhasingProblem, local: Ints, block_of: Ints, count: int) -> tuple[Ints, Ints]:
    first, second = task.problem.edges[:, 0], task.problem.edges[:, 1]
    kept = (local[first] >= 0) & (local[second] >= 0) & (block_of[first] == block_of[second])
    first, second = local[first[kept]], local[second[kept]]
    tail, head = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.lexsort((head, tail))
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=count), out=start[1:])
    return start, head[order]


def _cost(task: PhasingProblem, active: Ints) -> Floats:
    discount = np.array([*task.terms.discount, 0.0])
    falls = discount[:-1] - discount[1:]
    return np.concatenate([np.outer(task.gain[active], falls).ravel(), np.zeros(len(active))])


def _bounds(task: PhasingProblem, active: Ints, block_of: Ints) -> tuple[Floats, Floats]:
    periods = task.terms.periods
    taken_low, seed_high = np.zeros((len(active), periods)), np.ones(len(active))
    taken_low[task.problem.lock[active] == 1, -1] = 1.0
    for block, seed in enumerate(task.seeds):
        if seed != OPEN_SEED:
            seed_high[block_of[active] == block] = 0.0
            seed_high[active == seed] = 1.0
    lower = np.concatenate([taken_low.ravel(), np.zeros(len(active))])
    return lower, np.concatenate([np.ones(len(active) * periods), seed_high])


def _rows(compiled: Compiled) -> Iterator[Row]:
    yield from _time(compiled)
    yield from _money(compiled)
    yield from _together(compiled)
    yield from _seeds(compiled)
    yield from _blocks(compiled)
    yield from _resources(compiled)


def _time(compiled: Compiled) -> Iterator[Row]:
    """What is taken stays taken."""
    for parcel in range(len(compiled.active)):
        for period in range(compiled.periods - 1):
            place = parcel * compiled.periods + period
            yield Row("time", np.array([place, place + 1], np.int32), np.array([1.0, -1.0]), -np.inf, 0.0)


def _money(compiled: Compiled) -> Iterator[Row]:
    cost = compiled.task.problem.cost[compiled.active]
    everybody = np.arange(len(compiled.active))
    for period, budget in enumerate(compiled.task.terms.budget_by_period):
        if np.isinf(budget):
            continue
        now, before = compiled.taken(everybody, period), compiled.taken(everybody, period - 1)
        index = np.concatenate([now, before]) if period else now
        yield row("budget", index, np.concatenate([cost, -cost]) if period else cost, upper=budget)


def _together(compiled: Compiled) -> Iterator[Row]:
    """One owner or one building: cleared in the same period, or never."""
    groups = compiled.task.problem.together[compiled.active]
    for group in np.unique(groups[groups >= 0]):
        members = np.flatnonzero(groups == group)
        for other in members[1:]:
            for period in range(compiled.periods):
                pair = [int(members[0]) * compiled.periods + period, int(other) * compiled.periods + period]
                yield row("together", pair, [1.0, -1.0], lower=0.0, upper=0.0)


def _seeds(compiled: Compiled) -> Iterator[Row]:
    """One seed per block; a seed is taken; nothing is taken at any time without itself or a neighbour being begun."""
    everybody = np.arange(len(compiled.active))
    for block in range(len(compiled.task.blocks)):
        members = everybody[compiled.block == block]
        if len(members):
            yield row("seed", compiled.seed(members), np.ones(len(members)), upper=1.0)
    last = compiled.taken(everybody, compiled.periods - 1)
    for parcel in everybody.tolist():
        yield row("seed_taken", [compiled.seed(everybody)[parcel], last[parcel]], [1.0, -1.0], upper=0.0)
        around = compiled.neighbour[compiled.neighbour_start[parcel] : compiled.neighbour_start[parcel + 1]]
        for period in range(compiled.periods):
            index = [parcel * compiled.periods + period, int(compiled.seed(everybody)[parcel])]
            index += compiled.taken(around, period).tolist()
            yield row("touch", index, [1.0, -1.0, *[-1.0] * len(around)], upper=0.0)


def _blocks(compiled: Compiled) -> Iterator[Row]:
    """What holds for each block once the last period is over, if the block is begun at all."""
    terms, problem = compiled.task.problem.terms, compiled.task.problem
    everybody = np.arange(len(compiled.active))
    area, kept = problem.area_mu[compiled.active], problem.protected[compiled.active]
    if terms.max_blocks is not None and terms.max_blocks < len(compiled.task.blocks):
        yield row("max_blocks", compiled.seed(everybody), np.ones(len(everybody)), upper=terms.max_blocks)
    for block in range(len(compiled.task.blocks)):
        members = everybody[compiled.block == block]
        taken, seeds = compiled.taken(members, compiled.periods - 1), compiled.seed(members)
        if terms.min_block_mu > 0:
            index, value = (
                np.concatenate([taken, seeds]),
                np.r_[area[members], np.full(len(members), -terms.min_block_mu)],
            )
            yield row("min_block", index, value, lower=0.0)
        if terms.max_block_mu is not None:
            yield row("max_block", taken, area[members], upper=terms.max_block_mu)
        if kept[members].any() and terms.protected_share_max < 1:
            value = area[members] * (kept[members] - terms.protected_share_max)
            yield row("protected", taken, value, upper=0.0)


def _resources(compiled: Compiled) -> Iterator[Row]:
    terms, problem = compiled.task.problem.terms, compiled.task.problem
    last = compiled.taken(np.arange(len(compiled.active)), compiled.periods - 1)
    for name, limit in terms.resources.items():
        yield row("resource", last, problem.use[name][compiled.active], upper=limit)
    if terms.target_mu is not None:
        yield row("target", last, problem.area_mu[compiled.active], lower=terms.target_mu)

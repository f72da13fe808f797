"""Plans without proof: first what is to be taken in the end, then when, then both together by small steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.phasing.annealing import anneal, improve, save_money
from mujun.renewal.phasing.compiled import Compiled
from mujun.renewal.phasing.ground import Ground, Plan, lay_out, nothing_taken
from mujun.renewal.phasing.growth import grow
from mujun.renewal.phasing.housing import Moves, house_all
from mujun.renewal.phasing.moves import move
from mujun.renewal.phasing.roofs import ROOM, Housed, Roofs, find_roofs, nobody_housed, pools_hold, recount

WHOLE = 1e-9
PORTION = 250_000


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A plan that keeps every term: ``period`` of each active parcel (a,), T where never, and who is under which roof."""

    period: Ints
    housed: Housed
    objective: float


class Searcher:
    """Searches plans of one task; the same seed gives the same plans in the same order."""

    def __init__(self, compiled: Compiled, seed: int, stop: Callable[[], bool] = lambda: False) -> None:
        self.compiled, self._stop = compiled, stop
        self.roofs: Roofs = find_roofs(compiled.task)
        self.ground: Ground = lay_out(compiled)
        self._last_ground, self._last_roofs = _last_period(self.ground, self.roofs, compiled.periods)
        self._typical_gain = float(np.abs(self.ground.gain).sum()) / max(len(self.ground.gain), 1) + 1e-9
        self._state = np.array([(seed * 2654435761 + 88172645463325252) % 2**64], dtype=np.uint64)

    def search(self, price: float, steps: int, warmth: float = 1.0, guide: Floats | None = None) -> Found | None:
        """Look for a plan afresh.

        ``price`` what a unit of money is worth; ``steps`` of the search; ``warmth`` at its start; ``guide`` how much of
        each parcel a relaxation takes by each period (a, T), which orders what was chosen.
        """
        hot = self._typical_gain * warmth
        last, last_housed = nothing_taken(self._last_ground), nobody_housed(self._last_roofs, 1)
        fine = np.array([price])
        where = (self._last_ground, last, self._last_roofs, last_housed)
        self._anneal(where, 1.2 * fine, steps, hot, hot / 40)
        self._anneal(where, 5 * fine, steps // 8, hot / 30, hot / 200)
        return self.polish(self._order(last.period == 0, guide), price, steps // 2, hot / 30)

    def again(self, found: Found, price: float, steps: int, warmth: float) -> Found | None:
        """Search on from a plan that was found."""
        hot = self._typical_gain * warmth
        return self.polish((self._plan(found.period), _copy(found.housed)), price, steps, hot)

    def polish(self, start: tuple[Plan, Housed], price: float, steps: int, hot: float) -> Found | None:
        """Improve ``start`` in all periods together, then see that no budget is overspent."""
        plan, housed = start
        fine = np.full(self.compiled.periods, 2.0 * price)
        improve(self.ground, plan, self.roofs, housed, 3, self._state)
        self._anneal((self.ground, plan, self.roofs, housed), fine, steps, hot, hot / 20)
        plan = self._plan(plan.period)
        self._recount(plan.period, housed)
        save_money(self.ground, plan, self.roofs, housed)
        improve(self.ground, plan, self.roofs, housed, 30, self._state)
        self._drop_small(plan, housed)
        return self.accept(plan.period, housed)

    def accept(self, period: Ints, housed: Housed) -> Found | None:
        """Return the plan if it keeps all compiled rows and roofs; growth has been looked after on the way."""
        self._recount(period, housed)
        if (housed.place[self.moves(period)[0].shops] < 0).any() or not pools_hold(self.roofs, housed):
            return None
        full = housed.area_left < -2 * ROOM * self.roofs.unit_area
        if (full | (housed.power_left < -2 * ROOM * self.roofs.unit_power)).any():
            return None
        if not keeps(self.compiled, self._solution(period)):
            return None
        return Found(period.copy(), housed, self.compiled.objective(period))

    def solution(self, found: Found) -> Floats:
        """Return the columns of a plan."""
        return self._solution(found.period)

    def _solution(self, period: Ints) -> Floats:
        seeds = []
        for block in range(len(self.compiled.task.blocks)):
            members = np.flatnonzero((self.compiled.block == block) & (period < self.compiled.periods))
            if len(members):
                own = self.ground.seed[block]
                seeds.append(int(own) if own >= 0 else int(members[np.argmin(period[members])]))
        return self.compiled.solution(period, np.array(seeds, dtype=np.int64))

    def house(self, period: Ints, seconds: float) -> Housed | None:
        """Return roofs for the plan, None where there are none; raise NotKnown where the time did not suffice."""
        moves, freed = self.moves(period)
        return house_all(self.roofs, moves, freed, seconds)

    def moves(self, period: Ints) -> tuple[Moves, Floats]:
        """Return who moves when, and the mu freed by each period (T,)."""
        periods = self.compiled.periods
        owner = self.compiled.local[self.compiled.task.workshops.parcel]
        when = np.where(owner >= 0, np.append(period, periods)[owner], periods)
        shops = np.flatnonzero(when < periods)
        area = np.bincount(period, self.ground.area, minlength=periods + 1)[:periods]
        return Moves(shops, when[shops]), np.cumsum(area)

    def _anneal(
        self, where: tuple[Ground, Plan, Roofs, Housed], fine: Floats, steps: int, hot: float, cold: float
    ) -> None:
        """Anneal in portions, so that a stop is heard."""
        portions = -(-steps // PORTION)
        for number in range(portions):
            if self._stop():
                return
            begin, end = (hot * (cold / hot) ** (step / portions) for step in (number, number + 1))
            anneal(*where, fine, min(PORTION, steps - number * PORTION), begin, end, self._state)

    def _recount(self, period: Ints, housed: Housed) -> None:
        moves, freed = self.moves(period)
        when = np.full(len(self.roofs.floor), self.compiled.periods, dtype=np.int64)
        when[moves.shops] = moves.periods
        recount(self.roofs, housed, when, freed)

    def _order(self, chosen: Truths, guide: Floats | None) -> tuple[Plan, Housed]:
        """Take what was chosen period by period, what the guide takes or what gains most for its money first."""
        ground = self.ground
        worth = ground.gain / np.maximum(ground.cost, 1e-12) + ground.bonus
        order = np.argsort(np.argsort(worth)) / max(len(worth), 1)
        liking = np.where(chosen, 1.0 + order, 0.0)
        plan, housed = nothing_taken(ground), nobody_housed(self.roofs, self.compiled.periods)
        wide = np.repeat(liking[:, None], self.compiled.periods, axis=1)
        if guide is not None:
            wide = np.where(chosen[:, None], 1.0 + 0.3 * order[:, None] + guide, 0.0)
        seed = np.where(chosen, liking, -1.0)
        own = ground.seed[ground.seed >= 0]
        seed[own] = 3.0
        wide[own] = np.maximum(wide[own], 0.5)
        grow(ground, plan, self.roofs, housed, wide, seed, 0.4)
        return plan, housed

    def _plan(self, period: Ints) -> Plan:
        """Return the plan with its sums added up anew, free of the rounding of many small steps."""
        ground, periods = self.ground, self.compiled.periods
        plan = nothing_taken(ground)
        plan.period[:] = period
        plan.spent[:] = np.bincount(period, ground.cost, minlength=periods + 1)[:periods]
        taken = period[:, None] <= np.arange(periods)[None, :]
        np.add.at(plan.grown, ground.block, taken.astype(np.int64))
        last = taken[:, -1]
        plan.area[:] = np.bincount(ground.block[last], ground.area[last], minlength=len(plan.area))
        plan.kept[:] = np.bincount(ground.block[last], (ground.area * ground.protected)[last], minlength=len(plan.area))
        plan.used[:] = ground.use @ last
        return plan

    def _drop_small(self, plan: Plan, housed: Housed) -> None:
        """Give up blocks that stayed below the least size: all of them, last come first."""
        if self.ground.min_area <= 0:
            return
        never = self.compiled.periods
        mark, queue = np.zeros(len(self.ground.block) + 1, np.int64), np.empty(len(self.ground.block), np.int64)
        for block in np.flatnonzero((plan.area > 0) & (plan.area < self.ground.min_area)).tolist():
            for _ in range(int(plan.grown[block, -1])):
                members = np.flatnonzero((self.ground.block == block) & (plan.period < never))
                for parcel in members[np.argsort(-plan.period[members])].tolist():
                    if move(self.ground, plan, self.roofs, housed, self.ground.item[parcel], never, mark, queue):
                        break


def keeps(compiled: Compiled, solution: Floats) -> bool:
    """Return whether ``solution`` keeps the bounds and compiled rows, at 1e-9 of each limit."""
    if (solution < compiled.lower - WHOLE).any() or (solution > compiled.upper + WHOLE).any():
        return False
    for one in compiled.rows:
        activity = one.activity(solution)
        if activity > one.upper + WHOLE * max(1.0, abs(one.upper)) and activity > one.upper * (1 + WHOLE):
            return False
        if activity < one.lower - WHOLE * max(1.0, abs(one.lower)):
            return False
    return True


def _copy(housed: Housed) -> Housed:
    return housed._replace(**{name: part.copy() for name, part in housed._asdict().items()})


def _last_period(ground: Ground, roofs: Roofs, periods: int) -> tuple[Ground, Roofs]:
    """Return the task as one period: all money, all units; of freed land the share that is free early enough, if even."""
    share = max(0.0, 1 - roofs.lag / periods)
    early = roofs._replace(
        unit_free=np.zeros_like(roofs.unit_free),
        pool_floor=np.ascontiguousarray(roofs.pool_floor[:, -1:]),
        pool_per_mu=roofs.pool_per_mu * share,
        lag=0,
    )
    return ground._replace(weight=np.array([1.0, 0.0]), budget=ground.budget.sum(keepdims=True)), early

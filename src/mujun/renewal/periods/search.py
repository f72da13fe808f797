"""How blocks for several periods are found: for all money at once, then ordered; then both together; then all choices."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from mujun.renewal.blocks import alternatives as find_alternatives
from mujun.renewal.blocks import solve
from mujun.renewal.blocks.plan import Plan, Status
from mujun.renewal.blocks.problem import Ints, Objective, Problem
from mujun.renewal.periods.closing import Closed, Manner, close
from mujun.renewal.periods.every import MOST_SINGLES, Copies, any_blocks, copies, one_block, pieces_of, united
from mujun.renewal.periods.question import as_one_period, phasing_task
from mujun.renewal.periods.standing import Blocks, Standing
from mujun.renewal.phasing import PhasingProblem
from mujun.renewal.phasing.clash import smallest_clash
from mujun.renewal.phasing.open_blocks import territories
from mujun.renewal.phasing.phasing import prove

AT_FIRST = 4.0
"""Seconds after which the first blocks are ordered, so that there is a plan while better ones are looked for."""
FOR_BLOCKS, FOR_ORDER, FOR_BOTH = 0.4, 0.06, 0.5
"""Shares of the time (the second and third: of what is left): choosing for all money, ordering that, both together."""
ORDER_SECONDS = 10.0
MOST_COPIES = 1_500
LESS = (0.97, 0.93, 0.87, 0.8, 0.7, 0.55, 0.4, 0.25, 0.1)
"""Shares of the money for which blocks are chosen anew where those for all of it cannot be ordered."""


class Search(Standing):
    """The search itself; what stands while it goes on is told by :class:`Standing`."""

    def run(self, kept: float = 0.0) -> None:
        """Search until it is over; a share of the time is ``kept`` for later."""
        end, self.end = self.end, self.end - kept * self.left
        self.offer((), self.period)
        chosen = self._choose(self.whole, min(AT_FIRST, FOR_BLOCKS * self.left))
        if chosen.blocks and self._exact and self._unproven(chosen):
            self._inside(territories(self.open, chosen.blocks), FOR_ORDER * self.left, np.inf)
        self._learn(chosen)
        if not self.over and self._unproven(chosen):
            chosen = self._choose(self.whole, FOR_BLOCKS * self.left, chosen.blocks)
            self._learn(chosen)
        if not self.over:
            self._both(chosen.blocks)
        if not self.over and (self.blocks is None or not self._exact):
            self._with_less()
        self.end = end

    def others(self, count: int) -> Iterable[tuple[float, Blocks]]:
        """Yield values and blocks of plans different on the ground that can be ordered too."""
        assert self.blocks is not None
        best = Plan(Status.FEASIBLE, self.value, self.bound, self.blocks, seed=self.seed)
        found = find_alternatives(
            self._for_others(), best, count=count, time_limit_s=max(0.1, 0.6 * self.left), seed=self.seed,
            should_stop=self.stop,
        )  # fmt: skip
        for number, other in enumerate(found):
            blocks, _period = self._ordered(other.blocks, self.left / (len(found) - number))
            if blocks:
                yield other.objective, blocks

    def _for_others(self) -> Problem:
        """Return the problem of alternatives: for the money that was spent, which the periods are known to hold."""
        if self.problem.terms.objective is Objective.COST:
            return self.whole
        spent = float(self.whole.cost[self.period >= 0].sum())
        return self.whole.with_terms(dataclasses.replace(self.whole.terms, budget=spent))

    @property
    def _exact(self) -> bool:
        """Whether phasing judges all that a plan is worth and must keep."""
        return self.whole.terms.holes and not self.whole.terms.front_price

    def _choose(self, whole: Problem, seconds: float, start: Blocks = ()) -> Plan:
        return solve(
            whole, time_limit_s=max(seconds, 0.1), gap=self.gap, seed=self.seed, start=start or None,
            should_stop=self.stop,
        )  # fmt: skip

    def _learn(self, chosen: Plan) -> None:
        """Take over what is proven of all money together, and order what was chosen."""
        self.lower(np.inf if chosen.bound is None else chosen.bound)
        if chosen.status is Status.INFEASIBLE:
            self.infeasible, self.clash = True, chosen.clash
        if chosen.blocks and not self.over and (self.value is None or _more(chosen.objective, self.value)):
            self.offer(*self._ordered(chosen.blocks, min(ORDER_SECONDS, FOR_ORDER * self.left)))
        self.tell(self)

    def _unproven(self, chosen: Plan) -> bool:
        return chosen.gap is None or chosen.gap > max(self.gap, 1e-9)

    def _manner(self, seconds: float, gap: float) -> Manner:
        return Manner(max(seconds, 0.1), gap, self.seed, self.stop)

    def _ordered(self, blocks: Sequence[Sequence[int]], seconds: float) -> tuple[Blocks | None, Ints]:
        """Return ``blocks`` whole and an order of their parcels, None where none was found."""
        lock = self.open.lock.copy()
        lock[[place for block in blocks for place in block]] = 1
        task = phasing_task(self.open.with_locks(lock), self.periods, blocks)
        found = close(task, self._manner(seconds, np.inf))
        if found.period is None:
            return None, self.period
        return tuple(tuple(block) for block in blocks), found.period

    def _both(self, chosen: Blocks) -> None:
        """Choose and order together: all choices where a task can hold them, else inside territories of ``chosen``."""
        if any_blocks(self.open) and len(self.open) <= MOST_SINGLES:
            singles = [(place,) for place in np.flatnonzero(self.open.lock >= 0).tolist()]
            self._all(self.open, singles, lambda period: united(self.open, period))
        elif one_block(self.open):
            one = self.open.with_terms(dataclasses.replace(self.open.terms, max_blocks=1))
            parts = pieces_of(self.open, np.flatnonzero(self.open.lock >= 0))
            self._all(one, parts, lambda period: _left(parts, period))
        else:
            few = copies(self.open, MOST_COPIES // len(self.periods))
            if chosen and self._exact:
                seconds = self.left if few is None else FOR_BOTH * self.left
                self._inside(territories(self.open, chosen), seconds, self.gap)
            if few is not None and not self.over:
                self._copied(few)

    def _all(
        self, problem: Problem, parts: Sequence[tuple[int, ...]], blocks: Callable[[Ints], Sequence[tuple[int, ...]]]
    ) -> None:
        """Search a task that holds every plan."""
        task = phasing_task(problem, self.periods, parts)
        seconds = self.left if self._exact else FOR_BOTH * self.left
        found = self._close(task, seconds, lambda period: self.offer(blocks(period), period))
        if found.infeasible and self.blocks is None:
            self.infeasible, self.clash = True, smallest_clash(task, prove)

    def _close(self, task: PhasingProblem, seconds: float, better: Callable[[Ints], None], **more: Any) -> Closed:
        return close(task, self._manner(seconds, self.gap), better=better, bounded=self.lower, **more)

    def _inside(self, parts: Sequence[Sequence[int]], seconds: float, gap: float) -> None:
        close(
            phasing_task(self.open, self.periods, parts),
            self._manner(seconds, gap),
            better=lambda period: self.offer(_left(parts, period), period),
        )

    def _copied(self, few: Copies) -> None:
        found = self._close(
            few.task(self.periods),
            self.left if self._exact else FOR_BOTH * self.left,
            lambda period: self.offer(*few.blocks(period)),
            rows=few.rows,
            start=few.start(self.blocks, self.period) if self.blocks else None,
        )
        if found.infeasible and self.blocks is None:
            self.infeasible = True
            self.clash = ("各期预算和各期安置面积之内，不能同时满足对区块的各项要求。",)

    def _with_less(self) -> None:
        """Choose blocks for less and less money: until they can be ordered whole, or cannot be better than what there is."""
        for number, share in enumerate(LESS):
            seconds = self.left / min(4, len(LESS) - number)
            plan = self._choose(as_one_period(self.open, self.periods, share), seconds / 2)
            if self.over or (self.value is not None and not _more(plan.bound, self.value)):
                return
            if not plan.blocks:
                continue
            blocks, period = self._ordered(plan.blocks, seconds / 4)
            self.offer(blocks, period)
            if blocks is not None:
                return
            if self._exact and not self.over:
                self._inside(territories(self.open, plan.blocks), seconds / 4, self.gap)


def _more(value: float | None, than: float) -> bool:
    return value is not None and value > than


def _left(parts: Sequence[Sequence[int]], period: Ints) -> list[tuple[int, ...]]:
    """Return what is taken of each part, where anything is."""
    taken = [tuple(place for place in part if period[place] >= 0) for part in parts]
    return [one for one in taken if one]

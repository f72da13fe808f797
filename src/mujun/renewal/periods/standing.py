"""What stands while blocks for several periods are searched: the best plan, the bound, and what is left of the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mujun.renewal.blocks.plan import Plan, Status, gap_of
from mujun.renewal.blocks.problem import Ints, Problem
from mujun.renewal.blocks.rules import Gate
from mujun.renewal.periods.closing import NEVER
from mujun.renewal.periods.question import Periods, as_one_period, maximised, phasing_task
from mujun.renewal.phasing.roofs import find_roofs
from mujun.renewal.phasing.wishes import find_stuck

Blocks = tuple[tuple[int, ...], ...]


class Standing:
    """``blocks``, ``period`` and ``value`` of the best plan, ``blocks`` None before there is one; ``bound`` no value beats.

    Values are to be large; ``whole`` is the block problem of all periods together.
    """

    def __init__(
        self,
        problem: Problem,
        periods: Periods,
        *,
        end: float,
        gap: float,
        seed: int,
        stop: Callable[[], bool],
        tell: Callable[[Any], None],
    ) -> None:
        self.problem, self.periods, self.gap, self.seed, self.stop = problem, periods, gap, seed, stop
        self.end, self.tell = end, tell
        plain = maximised(problem)
        every = phasing_task(plain, periods, [range(len(problem))] if len(problem) else [])
        stuck = find_stuck(every, find_roofs(every))
        self.clash, self.notes = stuck.clash(every), tuple(stuck.reasons.values())
        self.open = plain.with_locks(stuck.out(every).problem.lock)
        self.whole = as_one_period(self.open, periods)
        self._gate = Gate(self.whole)
        self.blocks: Blocks | None = None
        self.period: Ints = np.full(len(problem), NEVER, dtype=np.int64)
        self.value: float | None = None
        self.bound = np.inf
        self.infeasible = bool(self.clash)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.end - time.monotonic()

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self.stop()

    @property
    def closed(self) -> bool:
        """Whether the gap that was asked for is proven."""
        distance = gap_of(self.value, None if np.isinf(self.bound) else self.bound)
        return distance is not None and distance <= max(self.gap, 1e-9)

    @property
    def over(self) -> bool:
        """Whether there is nothing to do or no time for it."""
        return self.infeasible or self.closed or self.left <= 0 or self.stopped

    @property
    def status(self) -> Status:
        """How the search ended."""
        if self.infeasible:
            return Status.INFEASIBLE
        if self.blocks is not None and self.closed:
            return Status.OPTIMAL
        if self.stopped:
            return Status.STOPPED
        return Status.NO_PLAN if self.blocks is None else Status.FEASIBLE

    def lower(self, bound: float) -> None:
        """Take over a bound; that of a task without plans is none."""
        if np.isfinite(bound):
            self.bound = min(self.bound, bound if self.value is None else max(bound, self.value))

    def follow(self, blocks: Sequence[Sequence[int]], bound: float | None) -> None:
        """Take over a plan of a search for one period."""
        self.lower(np.inf if bound is None else bound)
        self.offer(tuple(tuple(block) for block in blocks), self._first(blocks))

    def take(self, plan: Plan) -> None:
        """Take over the answer of a search for one period."""
        self.bound = np.inf if plan.bound is None else plan.bound
        self.infeasible, self.clash = plan.status is Status.INFEASIBLE, plan.clash
        self.blocks = None if plan.objective is None else plan.blocks
        self.value, self.period = plan.objective, self._first(plan.blocks)

    def _first(self, blocks: Sequence[Sequence[int]]) -> Ints:
        period = np.full(len(self.problem), NEVER, dtype=np.int64)
        period[[place for block in blocks for place in block]] = 0
        return period

    def offer(self, blocks: Sequence[Sequence[int]] | None, period: Ints) -> None:
        """Keep a plan if it is one, and better."""
        if blocks is not None:
            numbers = np.full(len(self.problem), -1, dtype=np.int64)
            for number, block in enumerate(blocks):
                numbers[list(block)] = number
            value = self._gate.worth(numbers)
            if (self.value is None or value > self.value) and self._gate.keeps(numbers):
                self.blocks, self.period, self.value = tuple(tuple(sorted(block)) for block in blocks), period, value
        if self.value is not None:
            self.bound = max(self.bound, self.value)
        self.tell(self)

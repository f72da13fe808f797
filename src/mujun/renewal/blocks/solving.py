"""From a problem to a plan with a proven bound, at any time."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.bounding import OPTIMAL, Bounded
from mujun.renewal.blocks.branching import Tree
from mujun.renewal.blocks.compiled import Compiled, compile_problem, usual_size
from mujun.renewal.blocks.incumbent import Incumbent
from mujun.renewal.blocks.neighbourhoods import Neighbourhoods
from mujun.renewal.blocks.plan import Plan, Status, gap_of
from mujun.renewal.blocks.problem import Floats, Ints, Objective, Problem, Truths
from mujun.renewal.blocks.rules import Gate

ROOT_LOOKS = 24
ROOT_REPEATS = 3
FEW_ENOUGH = 100
"""With so few open parcels branching alone is quicker than neighbourhoods."""
SHARE_FOR_PLANS = 0.5
"""The share of the time that goes to better plans while the bound is still open."""


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands; ``objective`` and ``bound`` in the sense of the problem, blocks as positions."""

    seconds: float
    objective: float | None
    bound: float | None
    gap: float | None
    blocks: tuple[tuple[int, ...], ...]


class Search:
    """One search. ``run`` ends when the gap is proven, time is up or it is stopped; the best plan is kept throughout."""

    def __init__(
        self,
        problem: Problem,
        *,
        time_limit_s: float,
        gap: float = 0.0,
        seed: int = 1,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.problem = problem
        self.compiled = compile_problem(problem)
        self.gate = Gate(problem)
        self.stopped = False
        self._gap = max(gap, OPTIMAL)
        self._clock, self._begun = clock, clock()
        self._end = self._begun + time_limit_s
        self._should_stop, self._on_progress = should_stop, on_progress
        self._groups = [
            np.flatnonzero(problem.together == group) for group in np.unique(problem.together[problem.together >= 0])
        ]
        self.incumbent = Incumbent(self.compiled, self.gate, self._tell)
        self._nothing = -float(np.abs(self.compiled.gain).sum()) - self._front_of_all() - 1.0
        self._ceiling = np.inf
        self.tree = Tree(
            self.compiled, self._groups, self._floor, self.incumbent.offer, self.incumbent.keep, self._out_of_time,
            self._worth_parting,
        )  # fmt: skip
        self.nearby = Neighbourhoods(self.compiled, self._groups, self.incumbent, self._out_of_time, seed)
        self.settled = self.compiled.state.copy()

    def _front_of_all(self) -> float:
        return self.problem.terms.front_price * float(self.problem.front_m.sum())

    def _floor(self) -> float:
        """What is to be beaten; before the first plan, less than any plan can be worth."""
        return max(self.incumbent.value, self._nothing)

    def _worth_parting(self, taken: Truths) -> bool:
        return self.gate.could_be_better(taken, self._floor())

    def _out_of_time(self) -> bool:
        if self._should_stop is not None and self._should_stop():
            self.stopped = True
        return self.stopped or self._clock() >= self._end

    def run(self) -> Plan:
        """Search and return the plan."""
        self.incumbent.keep(np.full(len(self.problem), -1, dtype=np.int64))
        self._root()
        spent_on_plans, spent_on_bound = 0.0, 0.0
        while not self._good_enough() and not self._out_of_time():
            begun = self._clock()
            if (
                spent_on_plans < SHARE_FOR_PLANS * (spent_on_plans + spent_on_bound)
                and self.incumbent.block is not None
            ):
                self.nearby.ask(self.prices, self.settled)
                spent_on_plans += self._clock() - begun
            else:
                self.tree.step()
                spent_on_bound += self._clock() - begun
                self._tell_sometimes()
        return self.plan()

    def _root(self) -> None:
        """Search prices for the whole problem, each time closer, settling parcels as plans get better."""
        self.prices, step = first_prices(self.compiled)
        prices = self.prices
        found: Bounded | None = None
        for repeat in range(ROOT_REPEATS):
            state = self.settled.copy()
            tree = Tree(
                self.compiled, self._groups, self._floor, self.incumbent.offer, self.incumbent.keep, self._out_of_time,
                self._worth_parting,
            )  # fmt: skip
            found = tree.plant(state, prices, step, ROOT_LOOKS, self._ceiling)
            if found is None or found.best is None:
                self.tree = tree
                break
            self._ceiling = min(self._ceiling, found.bound)
            self.prices = prices = found.best.prices
            step = step / 3
            self.tree, self.settled = tree, state
            if self._out_of_time():
                break
            if repeat < ROOT_REPEATS - 1:
                self._ask_nearby(40)

    def _ask_nearby(self, times: int) -> None:
        for _time in range(times):
            if self.tree.done or not self._worth_asking_nearby() or self._out_of_time():
                return
            self.nearby.ask(self.prices, self.settled)

    def _worth_asking_nearby(self) -> bool:
        return self.incumbent.block is not None and int((self.settled == 0).sum()) > FEW_ENOUGH

    @property
    def bound(self) -> float:
        """The proven bound to be maximised; never below the best plan."""
        return max(min(self.tree.bound, self._ceiling), self.incumbent.value)

    def _good_enough(self) -> bool:
        if self.tree.done:
            return True
        if self.incumbent.block is None:
            return False
        distance = self.bound - self.incumbent.value
        return distance <= self._gap * abs(self.incumbent.value)

    def plan(self) -> Plan:
        """The best plan as it stands."""
        block, bound = self.incumbent.block, self.bound
        minimised = self.problem.terms.objective is Objective.COST
        objective = None if block is None else self.incumbent.value
        proven = bound if np.isfinite(bound) and bound > self._nothing else None
        closed = self._good_enough()
        if block is None:
            status = Status.INFEASIBLE if self.tree.done and not self._out_of_time() else Status.NO_PLAN
        elif closed:
            status = Status.OPTIMAL
        else:
            status = Status.STOPPED if self.stopped else Status.FEASIBLE
        sign = -1.0 if minimised else 1.0
        return Plan(
            status=status,
            objective=None if objective is None else sign * objective,
            bound=None if proven is None else sign * proven,
            blocks=blocks_of(block),
            seconds=self._clock() - self._begun,
        )

    def _tell(self) -> None:
        if self._on_progress is not None:
            plan = self.plan_so_far()
            self._on_progress(plan)

    def _tell_sometimes(self) -> None:
        if self.tree.answered % 10 == 0:
            self._tell()

    def plan_so_far(self) -> Progress:
        """What a watcher is told."""
        sign = -1.0 if self.problem.terms.objective is Objective.COST else 1.0
        objective = None if self.incumbent.block is None else sign * self.incumbent.value
        proven = min(self.tree.bound if self.tree.bound > -np.inf else np.inf, self._ceiling)
        bound = sign * max(proven, self.incumbent.value) if np.isfinite(proven) else None
        return Progress(
            self._clock() - self._begun, objective, bound, gap_of(objective, bound), blocks_of(self.incumbent.block)
        )


def blocks_of(block: Ints | None) -> tuple[tuple[int, ...], ...]:
    """Numbered parcels as tuples of positions, in the order of their first parcel."""
    if block is None:
        return ()
    numbers = [int(number) for number in np.unique(block[block >= 0])]
    return tuple(sorted(tuple(np.flatnonzero(block == number).tolist()) for number in numbers))


def first_prices(compiled: Compiled) -> tuple[Floats, Floats]:
    """Where the search of prices begins, and its first steps: each limit alone, as if parcels need not touch."""
    prices, step = np.zeros(len(compiled.limit)), np.zeros(len(compiled.limit))
    free = compiled.state >= 0
    typical = usual_size(compiled.gain)
    for row, use in enumerate(compiled.use):
        scale = typical / usual_size(use) if use.any() else typical
        step[row] = 0.5 * scale
        if compiled.per_block[row] == 0 and (use >= 0).all() and use.any():
            paying = free & (compiled.gain > 0) & (use > 0)
            ratio = compiled.gain[paying] / use[paying]
            order = np.argsort(-ratio)
            at = int(np.searchsorted(np.cumsum(use[paying][order]), compiled.limit[row]))
            prices[row] = ratio[order[at]] if at < len(order) else 0.0
            step[row] = max(prices[row] / 4, 0.05 * scale)
        elif compiled.names[row] == "blocks":
            prices[row] = step[row] = 8 * typical
    return prices, step

"""From a problem to a plan with a proven bound, at any time."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.assembling import Assembly
from mujun.renewal.blocks.bounding import OPTIMAL, Look
from mujun.renewal.blocks.compiled import Compiled, compile_problem, usual_size
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.incumbent import Incumbent
from mujun.renewal.blocks.neighbourhoods import Neighbourhoods
from mujun.renewal.blocks.plan import Plan, Status, gap_of
from mujun.renewal.blocks.problem import Floats, Ints, Objective, Problem, Truths
from mujun.renewal.blocks.rules import Gate
from mujun.renewal.blocks.shaping import Shaper
from mujun.renewal.blocks.uniting import united
from mujun.renewal.blocks.within import Within

ROOT_LOOKS = (24, 14, 14)
MOST_ROUNDS = 10
"""Rounds of prices while plans still get better: each better plan settles more."""
SMALL = 4000
NEARBY_BETWEEN = 10
LAST_LOOKS = 4
FEW_ENOUGH = 100
"""With so few open parcels branching alone is quicker than neighbourhoods."""
QUESTIONS_FIRST, STEPS_FIRST = 10, 20
CLOSABLE, CLOSABLE_ARCS = 2000, 12_000
"""Parts with so many open parcels and places where they touch, or fewer, are closed with linear programmes where the tree does not do it at once."""
ISLAND, ISLANDS = 250, 4
"""Islands with so many parcels, or fewer, are priced one by one, where the largest is at most one in so many of the parcels."""
UNITED, UNITED_STEPS = 800, 24
"""Of larger parts so many parcels are opened at once for a better plan, for so many linear programmes."""
LEEWAY = 1.0
"""What is less than any plan can be worth is so much less."""
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
        shares: Sequence[Ints] = (),
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
        self._least = least_worth(problem)
        self.shares = list(shares)
        """Blocks of single islands known so far (positions): another search may begin with them."""
        self.incumbent = Incumbent(self.gate, self._least, self._tell)
        self._ceiling = np.inf
        self.settled = self.compiled.state.copy()
        self.part = self._within()
        self.nearby = Neighbourhoods(self.compiled, self._groups, self.incumbent, self._out_of_time, seed)

    def _within(self) -> Within:
        return Within(self.compiled, self.settled, self._groups, self.incumbent, self._out_of_time)

    def _out_of_time(self) -> bool:
        if self._should_stop is not None and self._should_stop():
            self.stopped = True
        return self.stopped or self._clock() >= self._end

    def run(self, start: Ints | None = None, prices: Floats | None = None) -> Plan:
        """Search and return the plan.

        ``start`` (n,: number or -1) are blocks to begin from, mended where they break the terms; ``prices`` (R,) those
        of a problem like this one.
        """
        self.incumbent.keep(np.full(len(self.problem), -1, dtype=np.int64))
        self.prices, step = first_prices(self.compiled)
        if prices is not None and prices.shape == self.prices.shape:
            self.prices = prices.copy()
        if start is not None and not self.incumbent.keep(start):
            self._mend(start)
        self._root(step)
        self._close()
        spent_on_plans, spent_on_bound = 0.0, 0.0
        while self._open():
            begun = self._clock()
            if spent_on_plans < SHARE_FOR_PLANS * (spent_on_plans + spent_on_bound) and self._worth_asking_nearby():
                self.nearby.ask(self.prices, self.settled)
                spent_on_plans += self._clock() - begun
            else:
                self._ask(1)
                spent_on_bound += self._clock() - begun
        return self.plan()

    def _open(self) -> bool:
        return not (self._good_enough() or self.part.tree.exhausted or self._out_of_time())

    def _ask(self, questions: int) -> None:
        for _question in range(questions):
            if not self._open():
                break
            self.part.tree.step()
            if self.part.tree.answered % 10 == 0:
                self._tell()
        # what this tree has proven holds when the next one is planted
        self._ceiling = min(self._ceiling, self.bound)

    def assembly(self) -> Assembly:
        """The problem as islands, with what is settled so far."""
        gate = self.gate

        def keep(taken: Truths) -> bool:
            return self.incumbent.keep(pieces(gate.starts, gate.heads, taken)[0])

        return Assembly(
            self.compiled, self.settled, self._groups, lambda taken: gate.worth(np.where(taken, 0, -1)),
            lambda: self.incumbent.floor, keep, self._out_of_time, self._ceiling, self.prices, self.shares,
        )  # fmt: skip

    def _by_islands(self) -> bool:
        """Whether blocks have a least area and the land that is left lies in small pieces."""
        if self.compiled.parted or self.compiled.least <= 0:
            return False
        piece, count = pieces(self.compiled.starts, self.compiled.heads, self.settled >= 0)
        sizes = np.bincount(piece[piece >= 0], minlength=count)
        return bool(sizes.max(initial=0) <= min(ISLAND, sizes.sum() / ISLANDS))

    def _assemble(self) -> None:
        """Where blocks have a least area and the land lies in islands, put plans together from what each can bring.

        The least area of single blocks is what the prices of the whole cannot see.
        """
        if not self._open() or not self._by_islands():
            return
        assembly = self.assembly()
        while self._open() and not assembly.exhausted:
            assembly.step()
            self._ceiling = min(self._ceiling, float(assembly.bound))
            self._tell()
        self.shares = assembly.shares

    def _close(self) -> None:
        """Ask the tree and linear programmes about the part by turns, longer each time, until one proves the plan.

        Turns are counted in questions and programmes, not seconds: a proof is the same proof on any machine.
        """
        self._ask(QUESTIONS_FIRST)
        if not self._open() or self.compiled.parted or self.incumbent.block is None:
            return
        small = self.part.small
        if int((small.state == 0).sum()) > CLOSABLE or len(small.heads) > CLOSABLE_ARCS:
            return
        closing, steps = self.part.closing(self._ceiling, self.prices), STEPS_FIRST
        while self._open():
            for _step in range(steps):
                if not self._open():
                    return
                closing.step()
                self._ceiling = min(self._ceiling, closing.bound)
            self._tell()
            self.settled = self._settled_by(closing.settled)
            self._ask(QUESTIONS_FIRST)
            self._ask_nearby(NEARBY_BETWEEN)
            steps *= 2

    def _mend(self, start: Ints) -> None:
        """Make a plan of blocks that broke a term, for example a lock set since."""
        lock = self.problem.lock
        chosen = ((start >= 0) | (lock > 0)) & (lock >= 0)
        self.incumbent.keep(Shaper(self.compiled).shape(chosen, self.prices))

    def _root(self, step: Floats) -> None:
        """Search prices for the whole problem, each time closer, settling parcels as plans get better."""
        wider, uniting = max(1.0, len(step) / 2), True
        for repeat in range(MOST_ROUNDS):
            begun_with = self.incumbent.value
            self.part = self._within()
            state = self.part.small.state.copy()
            looks = ROOT_LOOKS[min(repeat, len(ROOT_LOOKS) - 1)]
            found = self.part.tree.plant(state, self.prices, step, round(wider * looks), self._ceiling)
            if found is None or found.best is None:
                return
            self._ceiling = min(self._ceiling, found.bound)
            self.settled = self._settled_by(state)
            self.prices = found.best.prices
            step = step / 3 if repeat < len(ROOT_LOOKS) else step
            if self._out_of_time():
                return
            if repeat == 0:
                self._assemble()
                if not self._open():
                    return
            uniting = uniting and self._unite(found.looks)
            self._ask_nearby(NEARBY_BETWEEN)
            enough = repeat >= len(ROOT_LOOKS) - 1
            if enough and (self.incumbent.value <= begun_with or len(self.part.small) > SMALL):
                break
        self.part = self._within()
        self.part.tree.plant(self.part.small.state.copy(), self.prices, step, LAST_LOOKS, self._ceiling)

    def _unite(self, looks: list[Look]) -> bool:
        """Look for a better plan of a large part where the best plan and the looks differ; return whether another try may be worth it."""
        block, before = self.incumbent.block, self.incumbent.value
        if block is None or self.compiled.parted or int((self.settled == 0).sum()) <= CLOSABLE:
            return True
        state = united(self.part, looks, block >= 0, self._groups, UNITED)
        part = Within(self.compiled, state, self._groups, self.incumbent, self._out_of_time)
        if len(part.small.heads) > CLOSABLE_ARCS:
            return True
        if len(self.part.small) <= SMALL:
            self._ask(QUESTIONS_FIRST)
            if not self._open():
                return True
        closing = part.closing(np.inf, self.prices)
        for _step in range(UNITED_STEPS):
            if closing.done or self._out_of_time():
                break
            closing.step()
        return self.incumbent.value > before

    def _settled_by(self, state: Ints) -> Ints:
        """What a state of the present part settles for the whole."""
        whole = self.part.whole(state)
        return np.where(self.settled != 0, self.settled, whole)

    def _ask_nearby(self, times: int) -> None:
        for _time in range(times):
            if self.part.tree.exhausted or not self._worth_asking_nearby() or self._out_of_time():
                return
            self.nearby.ask(self.prices, self.settled)

    def _worth_asking_nearby(self) -> bool:
        return self.incumbent.block is not None and int((self.settled == 0).sum()) > FEW_ENOUGH

    @property
    def bound(self) -> float:
        """The proven bound to be maximised; never below the best plan."""
        return max(min(self.part.tree.bound, self._ceiling), self.incumbent.value)

    @property
    def _impossible(self) -> bool:
        """Whether it is proven that no plan is worth as much as the least that any plan is worth."""
        return self.incumbent.block is None and self._ceiling <= self._least + LEEWAY / 2

    def _good_enough(self) -> bool:
        if self.part.tree.done or self._impossible:
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
        proven = bound if np.isfinite(bound) and bound > self._least else None
        closed = self._good_enough()
        if block is None:
            status = Status.STOPPED if self.stopped else Status.NO_PLAN
            if self.part.tree.done or self._impossible:
                status = Status.INFEASIBLE
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

    def plan_so_far(self) -> Progress:
        """What a watcher is told."""
        sign = -1.0 if self.problem.terms.objective is Objective.COST else 1.0
        objective = None if self.incumbent.block is None else sign * self.incumbent.value
        proven = min(self.part.tree.bound if self.part.tree.bound > -np.inf else np.inf, self._ceiling)
        bound = sign * max(proven, self.incumbent.value) if np.isfinite(proven) else None
        return Progress(
            self._clock() - self._begun, objective, bound, gap_of(objective, bound), blocks_of(self.incumbent.block)
        )


def least_worth(problem: Problem) -> float:
    """Less than any plan can be worth."""
    front = problem.terms.front_price * float(problem.front_m.sum())
    return -float(np.abs(problem.gain).sum()) - front - LEEWAY


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

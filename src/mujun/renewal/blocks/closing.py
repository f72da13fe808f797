"""Closing a small part with linear programmes: cuts, reduced costs, and branching where neither settles a node."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.bounding import OPTIMAL
from mujun.renewal.blocks.compiled import Compiled
from mujun.renewal.blocks.lines import Columns, Line, beside_of, cut_of, lines_of, other_than
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.programme import Programme, Relaxed
from mujun.renewal.blocks.raising import raised_cuts
from mujun.renewal.blocks.separation import find_cuts, too_small

VIOLATION = 1e-4
"""A cut that is broken by less is not worth its row; whole numbers break a cut by much more."""
WHOLE = 1e-6
MOST_CUTS, NESTED = 100, 5
ROOT_ROUNDS, ROUNDS = 200, 4
STALL = 0.02
"""Rounds of cuts end when five of them close less than this part of the distance to the best plan."""
RAISED_PER_NODE = 4
FORGET_EVERY = 5
IDLE_SLACK = 0.05
CANDIDATES, TRIAL_STEPS, RELIABLE = 4, 60, 1
"""So many nodes are tried before branching, with so many simplex steps, until each has been seen so often."""


@dataclasses.dataclass(order=True, slots=True)
class Knot:
    """A part of the choices: ``state`` (k,) of its nodes. Ordered: the highest bound first, then the latest."""

    rank: tuple[float, int]
    bound: float = dataclasses.field(compare=False)
    state: Ints = dataclasses.field(compare=False)
    rounds: int = dataclasses.field(compare=False, default=0)


class Closing:
    """Branch and cut over one compiled part. ``bound`` is proven at every moment; ``step`` is one linear programme.

    Everything is counted in simplex steps, nothing in seconds: how far a step leads does not depend on the machine.
    It begins with the cuts that the dual ascent raises at ``prices`` (R,). Not for parts where touching parcels may have to be parted into several blocks.
    """

    def __init__(
        self,
        small: Compiled,
        groups: Sequence[Ints],
        floor: Callable[[], float],
        offer: Callable[[Truths, Floats], object],
        keep: Callable[[Truths], object],
        ceiling: float,
        prices: Floats,
        *,
        opening: float = 0.0,
        known: Sequence[Line] = (),
        tolerance: float = OPTIMAL,
    ) -> None:
        """``opening`` is what each block costs beside its nodes; ``known`` are cuts of an earlier search of the part.

        What is better than the floor by no more than ``tolerance`` (relative) is not looked for.
        """
        self.small, self._tolerance = small, tolerance
        self._floor, self._offer, self._keep = floor, offer, keep
        self._columns = Columns(small)
        lines = lines_of(small, groups, self._columns)
        self._programme = Programme(self._columns, small.gain, small.state, lines, opening)
        self._first = len(lines)
        self._added: list[Line] = []
        raised = [] if known else raised_cuts(small, prices, self._columns.roots, RAISED_PER_NODE * len(small))
        self._add([*known, *(cut_of(self._columns, node, inside) for node, inside in raised)])
        self._count = 0
        self._closed, self._ceiling = -np.inf, ceiling
        self._open: list[Knot] = [Knot((-ceiling, 0), ceiling, small.state.copy())]
        self._root = True
        self._history: list[float] = []
        self._drops = np.zeros((2, len(small)))
        self._seen = np.zeros((2, len(small)), dtype=np.int64)
        self.settled = small.state.copy()
        self.steps = 0

    @property
    def bound(self) -> float:
        """What no plan of the part can exceed."""
        return max(self._closed, self._open[0].bound if self._open else -np.inf)

    @property
    def cuts(self) -> list[Line]:
        """The cuts that are in use, which hold whatever the gains and the limits are."""
        return [line for line in self._added if line.always]

    @property
    def at_root(self) -> bool:
        """Whether nothing has been branched on yet: what is settled now is settled for all plans."""
        return self._root

    @property
    def done(self) -> bool:
        """Whether it is proven that nothing can beat the best plan."""
        return self.bound <= self._beaten()

    def _beaten(self) -> float:
        floor = self._floor()
        return floor + self._tolerance * abs(floor)

    def step(self) -> None:
        """Solve one linear programme of the knot with the highest bound; add cuts to it, or branch."""
        knot = heapq.heappop(self._open)
        if knot.bound <= self._beaten():
            self._close(knot.bound)
            return
        self.steps += 1
        self._programme.narrow(np.where(self.settled != 0, self.settled, knot.state))
        relaxed = self._programme.relax()
        knot.bound = min(knot.bound, relaxed.bound)
        if knot.bound <= self._beaten():
            self._close(knot.bound)
            return
        self._settle(knot, relaxed)
        if relaxed.values is None:
            self._unsolved(knot, relaxed)
            return
        if self._root or knot.rounds == 0:
            self._offer_near(relaxed)
        cuts = self._cuts(relaxed.values)
        if cuts and self._worth_cutting(knot, relaxed):
            self._add(cuts)
            knot.rounds += 1
            self._push(knot)
            return
        self._root = False
        if self._whole(knot, relaxed):
            self._push(knot)
            return
        self._branch(knot, relaxed)

    def _add(self, lines: Sequence[Line]) -> None:
        self._programme.add(lines)
        self._added += lines

    def _close(self, bound: float) -> None:
        self._closed = max(self._closed, bound)

    def _push(self, knot: Knot) -> None:
        self._count += 1
        knot.rank = (-knot.bound, -self._count)
        heapq.heappush(self._open, knot)

    def _settle(self, knot: Knot, relaxed: Relaxed) -> None:
        """Put nodes in or out where any other choice stays at or below the best plan."""
        spare = relaxed.bound - self._beaten()
        reduced = relaxed.reduced[: len(self.small)]
        undecided = knot.state == 0
        knot.state[undecided & (reduced < -spare)] = -1
        knot.state[undecided & (reduced > spare)] = 1
        if self._root:
            self.settled = knot.state.copy()
            arcs = np.arange(len(self.small), len(self._columns))
            never = arcs[(relaxed.reduced[arcs] < -spare) & (self._programme.upper[arcs] > 0)]
            self._programme.hold(never, np.zeros(len(never)), np.zeros(len(never)))

    def _offer_near(self, relaxed: Relaxed) -> None:
        values = relaxed.values
        if values is not None:
            prices = np.maximum(relaxed.prices[: len(self.small.limit)], 0.0)
            self._offer(values[: len(self.small)] > 0.5, prices)

    def _cuts(self, values: Floats) -> list[Line]:
        small, columns = self.small, self._columns
        number = len(small)
        taken, arc, root = values[:number], values[number : number + columns.arcs], values[number + columns.arcs :]
        order = np.argsort(-taken, kind="stable")
        order = order[taken[order] > VIOLATION]
        nodes, sets = find_cuts(
            columns.starts, columns.tails, columns.reverse, taken, arc, root, order, MOST_CUTS, NESTED, VIOLATION
        )
        lines = [cut_of(columns, int(node), inside) for node, inside in zip(nodes, sets, strict=True)]
        if small.least > 0:
            for node in order.tolist():
                slack, inside = too_small(columns.starts, columns.tails, small.area, small.least, taken, node)
                if slack < -VIOLATION:
                    lines.append(beside_of(columns, node, inside))
        return lines

    def _worth_cutting(self, knot: Knot, relaxed: Relaxed) -> bool:
        if not self._root:
            return knot.rounds < ROUNDS or self._is_whole(relaxed)
        self._history.append(relaxed.bound)
        rounds = len(self._history)
        if rounds % FORGET_EVERY == 0 and relaxed.values is not None:
            idle = self._programme.drop_idle(self._first, relaxed.values, IDLE_SLACK)[self._first :]
            self._added = [line for line, left in zip(self._added, idle, strict=True) if not left]
        if rounds <= FORGET_EVERY:
            return True
        before, now = self._history[-1 - FORGET_EVERY], self._history[-1]
        slow = now <= self._ceiling and before - now < STALL * (now - self._floor())
        self._root = not slow and rounds < ROOT_ROUNDS
        return True

    def _unsolved(self, knot: Knot, relaxed: Relaxed) -> None:
        """Go on where there were too few steps; else start afresh once; else branch, or leave the bound as it is."""
        if relaxed.stuck:
            self._programme.forget()
            knot.rounds += 1
            if knot.rounds > 2 * ROUNDS:
                undecided = np.flatnonzero(knot.state == 0)
                if len(undecided):
                    self._halve(knot, int(undecided[np.argmax(np.abs(self.small.gain[undecided]))]))
                else:
                    self._keep(knot.state > 0)
                    self._close(knot.bound)
                return
        self._push(knot)

    def _is_whole(self, relaxed: Relaxed) -> bool:
        assert relaxed.values is not None
        taken = relaxed.values[: len(self.small)]
        return bool((np.abs(taken - np.round(taken)) <= WHOLE).all())

    def _whole(self, knot: Knot, relaxed: Relaxed) -> bool:
        """A point of whole numbers is a plan, or cut off; return whether the point was whole."""
        if relaxed.values is None or not self._is_whole(relaxed):
            return False
        before = self._floor()
        chosen = relaxed.values[: len(self.small)] > 0.5
        self._keep(chosen)
        if self._floor() <= before:
            self._add([other_than(chosen)])
        return True

    def _branch(self, knot: Knot, relaxed: Relaxed) -> None:
        node = self._node_to_ask(knot, relaxed)
        if node < 0:
            self._push(knot)
            return
        self._halve(knot, node)

    def _halve(self, knot: Knot, node: int) -> None:
        for side in (-1, 1):
            state = knot.state.copy()
            state[node] = side
            self._push(Knot((0.0, 0), knot.bound, state))

    def _node_to_ask(self, knot: Knot, relaxed: Relaxed) -> int:
        """The node whose two sides lower the bound most; -1 where some were settled meanwhile."""
        assert relaxed.values is not None
        taken = relaxed.values[: len(self.small)]
        apart = np.minimum(taken, 1 - taken)
        undecided = np.flatnonzero((knot.state == 0) & (apart > WHOLE))
        if not len(undecided):  # reduced costs have just settled what was not whole
            return -1
        mean = self._drops / np.maximum(self._seen, 1)
        usual = mean[self._seen > 0].mean() if (self._seen > 0).any() else 1.0
        mean = np.where(self._seen > 0, mean, usual)
        down, up = mean[0][undecided] * taken[undecided], mean[1][undecided] * (1 - taken[undecided])
        score = np.maximum(down, 1e-9) * np.maximum(up, 1e-9)
        ranked = undecided[np.argsort(-score, kind="stable")][:CANDIDATES]
        best, chosen, settled = -1.0, int(ranked[0]), False
        for node in ranked.tolist():
            if self._seen[:, node].min() < RELIABLE:
                drops = self._try(knot, relaxed, node, taken[node])
                if drops is None:
                    settled = True
                    continue
            else:
                drops = (mean[0][node] * taken[node], mean[1][node] * (1 - taken[node]))
            worth = max(drops[0], 1e-9) * max(drops[1], 1e-9)
            if worth > best:
                best, chosen = worth, node
        return -1 if settled else chosen

    def _try(self, knot: Knot, relaxed: Relaxed, node: int, value: float) -> tuple[float, float] | None:
        """How far each side lowers the bound; None where one side is closed by it (``knot`` is narrowed)."""
        drops = []
        for side, distance in ((-1, value), (1, 1 - value)):
            state = knot.state.copy()
            state[node] = side
            self._programme.narrow(state)
            bound = min(self._programme.relax(TRIAL_STEPS).bound, knot.bound)
            if bound <= self._beaten():
                self._close(bound)
                knot.state[node] = -side
                return None
            drop = relaxed.bound - bound
            self._drops[0 if side < 0 else 1, node] += drop / distance
            self._seen[0 if side < 0 else 1, node] += 1
            drops.append(drop)
        return drops[0], drops[1]

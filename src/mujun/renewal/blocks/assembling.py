"""Branch and price over islands: each brings some of its blocks, and prices for what they share bound them all."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mujun.renewal.blocks.bounding import OPTIMAL, SAFETY
from mujun.renewal.blocks.compiled import Compiled, propagate, usual_size
from mujun.renewal.blocks.islands import Island, Share, Within, islands_of, shared_rows
from mujun.renewal.blocks.master import Master
from mujun.renewal.blocks.problem import Floats, Ints, Truths

ROUNDS = 30
"""So many times prices are asked for at one knot; what is left between them and the bound is a matter of branching."""
CLOSE = 1e-10
"""A share that is worth more by less (relative to all gains) does not count as better."""
DEARER, DEAREST = 2.5, 1e4
"""Where shares do not fit together, prices may rise so much at once, and in all."""


@dataclasses.dataclass(order=True, slots=True)
class Knot:
    """Plans whose islands keep ``within`` (islands that are not named: anything). The highest bound comes first."""

    rank: tuple[float, int]
    bound: float = dataclasses.field(compare=False)
    within: Mapping[int, Within] = dataclasses.field(compare=False)
    shut: frozenset[int] = dataclasses.field(compare=False)
    """Islands that bring nothing."""


@dataclasses.dataclass(slots=True)
class Root:
    """What was found of all plans: their ``bound`` at ``prices`` (S,), and what each island is ``worth`` in it.

    ``floor`` is the best plan for which islands were last made smaller by it.
    """

    bound: float
    prices: Floats
    worth: Mapping[int, float]
    floor: float


class Assembly:
    """Plans put together from shares of islands. ``bound`` is proven at every moment; ``step`` decides one knot."""

    def __init__(
        self,
        compiled: Compiled,
        state: Ints,
        groups: Sequence[Ints],
        worth: Callable[[Truths], float],
        floor: Callable[[], float],
        keep: Callable[[Truths], object],
        out_of_time: Callable[[], bool],
        ceiling: float,
        prices: Floats,
        shares: Sequence[Ints] = (),
    ) -> None:
        """``state`` (n,) is what is settled; no plan has more than ``ceiling``.

        ``prices`` (R,) to begin with; ``shares`` are blocks of single islands (positions) known from a problem like this.
        """
        self._floor, self._keep, self._out_of_time = floor, keep, out_of_time
        self.shared = shared_rows(compiled)
        self._compiled, self._groups, self._worth = compiled, groups, worth
        state = state.copy()
        possible = _followed(compiled, groups, state)
        self.islands = [self._island(one) for one in islands_of(compiled, state, groups)]
        self._root: Root | None = None
        for nodes in shares:
            for island in self.islands:
                island.add(nodes)
        self._grows = np.flatnonzero((self.shared.use >= 0).all(axis=1) & np.isfinite(self.shared.limit))
        self._count = len(compiled)
        self._scale = usual_size(compiled.gain)
        self._penalty = 10.0 * float(np.abs(compiled.gain).sum()) + 1.0
        self._closed, self._in_hand = -np.inf, -np.inf
        self._open = [Knot((-ceiling, 0), ceiling, {}, frozenset())] if possible else []
        self._number = 0
        self._first_prices = np.zeros(len(self.shared))
        for name, price in zip(compiled.names, prices, strict=True):
            if name in self.shared.names:
                self._first_prices[self.shared.names.index(name)] = price
        usual = np.array([self._scale / usual_size(use) if use.any() else self._scale for use in self.shared.use])
        self._dearest = np.where(self._first_prices > 0, self._first_prices, usual)
        self.steps = 0

    def _island(self, state: Ints) -> Island:
        return Island(self._compiled, state, self.shared, self._groups, self._worth)

    @property
    def bound(self) -> float:
        """What no plan can exceed."""
        return max(self._closed, self._in_hand, max((knot.bound for knot in self._open), default=-np.inf))

    @property
    def done(self) -> bool:
        """Whether it is proven that nothing can beat the best plan."""
        return self.bound <= self._beaten()

    @property
    def exhausted(self) -> bool:
        """Whether there is no knot left that is worth deciding."""
        return not self._open or self._open[0].bound <= self._beaten()

    def _beaten(self) -> float:
        floor = self._floor()
        return floor + OPTIMAL * abs(floor)

    def step(self) -> None:
        """Bound the knot with the highest bound by prices and branch on it."""
        knot = heapq.heappop(self._open)
        if knot.bound <= self._beaten():
            self._closed = max(self._closed, knot.bound)
            return
        self.steps += 1
        self._in_hand = knot.bound
        self._make_smaller(knot)
        master = self._priced(knot)
        if knot.bound <= self._beaten():
            self._closed = max(self._closed, knot.bound)
        elif self._out_of_time() or master is None:
            self._push(knot)
        elif not self._branch(knot, master):
            self._closed = max(self._closed, knot.bound)
        self._in_hand = -np.inf

    def _make_smaller(self, knot: Knot) -> None:
        """Leave out of the islands, after a better plan, what the bound of the root keeps out of any still better."""
        root = self._root
        if root is None or self._floor() <= root.floor:
            return
        root.floor = self._floor()
        spare = root.bound - self._beaten()
        for at, worth in root.worth.items():
            if at in knot.shut or self._out_of_time():
                continue
            island = self.islands[at]
            state = island.settled(root.prices, worth - spare, self._out_of_time)
            if (state == island.state).all() or not _followed(self._compiled, self._groups, state):
                continue
            if (state >= 0).any():
                self.islands[at] = self._island(state)
                self.islands[at].learn(island)

    def _push(self, knot: Knot) -> None:
        self._number += 1
        knot.rank = (-knot.bound, -self._number)
        heapq.heappush(self._open, knot)

    def _of(self, knot: Knot, at: int) -> Within:
        return knot.within.get(at, self.islands[at].widest)

    def _tight(self, knot: Knot) -> None:
        """Let each island that is asked use, in place, no more than the others must leave."""
        asked = [at for at in range(len(self.islands)) if self._must(knot, at) and at not in knot.shut]
        total = sum((self._of(knot, at).low[self._grows] for at in asked), np.zeros(len(self._grows)))
        room = self.shared.limit[self._grows] - total
        room += 1e-9 * np.abs(self.shared.limit[self._grows])
        tight = dict(knot.within)
        for at in asked:
            within = self._of(knot, at)
            high = within.high.copy()
            high[self._grows] = np.minimum(high[self._grows], room + within.low[self._grows])
            tight[at] = Within(within.low, high)
        knot.within = tight

    def _must(self, knot: Knot, at: int) -> bool:
        return at in knot.within or not self.islands[at].may_be_empty

    def _possible(self, knot: Knot) -> bool:
        """Whether the least that islands must use leaves something of every limit."""
        least = np.zeros(len(self.shared))
        for at in range(len(self.islands)):
            if at not in knot.shut:
                low = self._of(knot, at).low
                least += low if self._must(knot, at) else np.minimum(low, 0.0)
        room = 1e-9 * np.maximum(np.abs(self.shared.limit), 1.0)
        return bool((least <= self.shared.limit + room).all())

    @property
    def shares(self) -> list[Ints]:
        """All blocks of single islands that are known (positions)."""
        return [share.nodes for island in self.islands for share in island.shares]

    def _fits(self, knot: Knot) -> bool:
        """Whether islands that must bring something can; what each uses at least is found out and kept in the knot."""
        for at in [at for at in knot.within if at not in knot.shut]:
            within = knot.within[at]
            for row in self._grows[self._grows < len(self.shared) - 1]:
                within = within.narrowed(int(row), low=self.islands[at].least_use(int(row), within, self._out_of_time))
            knot.within = {**knot.within, at: within}
            if not self._possible(knot):
                return False
        return True

    def _priced(self, knot: Knot) -> Master | None:
        """Bound the knot, in place, by prices found from shares, until no share is worth more than they say."""
        if not self._possible(knot):
            knot.bound = -np.inf
            return None
        self._tight(knot)
        if self.steps == 1:
            knot.bound = min(knot.bound, self._ask(knot, self._first_prices, {})[0])
            self._in_hand = knot.bound
        master, dear = None, DEARER
        for _round in range(ROUNDS):
            master = self._master(knot, dear * self._dearest)
            self._try_plans(master)
            if self._out_of_time():
                return None
            bound, values, fresh = self._ask(knot, master.prices, master.values)
            knot.bound = min(knot.bound, bound)
            self._in_hand = knot.bound
            if knot.bound <= self._beaten():
                break
            if not fresh and master.lacking and dear < DEAREST:
                before = len(self.shares)
                if not self._fits(knot):
                    knot.bound = -np.inf
                    break
                if len(self.shares) == before:
                    dear *= DEARER
            elif not fresh:
                self._shut(knot, bound, master.prices, values)
                if self._root is None:
                    worth = {at: value if self._must(knot, at) else max(value, 0.0) for at, value in values.items()}
                    self._root = Root(bound, master.prices, worth, -np.inf)
                break
        return master

    def _master(self, knot: Knot, most: Floats) -> Master:
        columns: list[tuple[int, Share]] = []
        asked = []
        for at, island in enumerate(self.islands):
            if at in knot.shut:
                continue
            within = self._of(knot, at)
            columns += [(at, share) for share in island.shares if within.holds(share.use)]
            if self._must(knot, at):
                asked.append(at)
        return Master(columns, asked, self.shared.limit, self._scale, most, self._penalty)

    def _ask(self, knot: Knot, prices: Floats, known: Mapping[int, float]) -> tuple[float, dict[int, float], bool]:
        """Ask every island for more than is ``known`` at ``prices`` (S,).

        Return the bound of the knot, what each island is worth at most, and whether there are new shares.
        """
        charged = prices > 0
        spent = float(prices[charged] @ self.shared.limit[charged])
        asked = [at for at in range(len(self.islands)) if at not in knot.shut]
        values = {at: self.islands[at].remembered(prices, self._of(knot, at)) for at in asked}
        worth = {at: value if self._must(knot, at) else max(value, 0.0) for at, value in values.items()}
        target = self._floor() + OPTIMAL / 2 * abs(self._floor())
        room, fresh = CLOSE * self._scale, False

        def size(worth: Mapping[int, float]) -> float:
            return abs(spent) + sum(abs(value) for value in worth.values())

        for at in sorted(asked, key=lambda at: len(self.islands[at].small)):
            island, must = self.islands[at], self._must(knot, at)
            floor = known.get(at, 0.0) + room if must else max(known.get(at, 0.0), 0.0) + room
            others = spent + sum(value for other, value in worth.items() if other != at)
            floor = max(floor, target - others - 4 * SAFETY * (size(worth) + abs(target)))  # less decides the knot
            if values[at] > floor:
                before = len(island.shares)
                values[at] = island.best(prices, self._of(knot, at), floor, self._out_of_time)
                worth[at] = values[at] if must else max(values[at], 0.0)
                fresh |= len(island.shares) > before
        return spent + sum(worth.values()) + SAFETY * size(worth), values, fresh

    def _shut(self, knot: Knot, bound: float, prices: Floats, values: Mapping[int, float]) -> None:
        """Let islands bring nothing, in place, where anything of theirs leads to no better plan."""
        spare = bound - self._beaten()
        for at, value in values.items():
            if self._must(knot, at) or self._out_of_time():
                continue
            within, floor = self._of(knot, at), max(value, 0.0) - spare
            island = self.islands[at]
            if island.remembered(prices, within) > floor and not island.reaches(prices, within, floor):
                island.best(prices, within, floor, self._out_of_time, decide=True)
            if island.remembered(prices, within) <= floor:
                knot.shut = knot.shut | {at}

    def _try_plans(self, master: Master) -> None:
        for shares in master.plans(self._floor()):
            taken = np.zeros(self._count, dtype=bool)
            for share in shares:
                taken[share.nodes] = True
            self._keep(taken)

    def _branch(self, knot: Knot, master: Master) -> bool:
        """Ask of the island about which the shares disagree most whether it brings anything, or how much it uses."""
        asked = master.undecided()
        if asked is None:
            return False
        at, row, value = asked
        if row < 0:
            sides = [Knot((0.0, 0), knot.bound, knot.within, knot.shut | {at})]
            sides.append(Knot((0.0, 0), knot.bound, {**knot.within, at: self._of(knot, at)}, knot.shut))
        else:
            within = self._of(knot, at)
            whole = row == len(self.shared) - 1
            low, high = (np.ceil(value), np.floor(value)) if whole else (value, value)
            ends = [within.narrowed(row, high=high), within.narrowed(row, low=low)]
            sides = [Knot((0.0, 0), knot.bound, {**knot.within, at: one}, knot.shut) for one in ends]
        for side in sides:
            self._push(side)
        return True


def _followed(compiled: Compiled, groups: Sequence[Ints], state: Ints) -> bool:
    """Let everything follow from ``state``, in place; False where that is impossible."""
    while True:
        before = state.copy()
        if not propagate(compiled, groups, state):
            return False
        if (state == before).all():
            return True

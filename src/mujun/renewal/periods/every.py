"""Every choice of blocks as one task: where blocks need not be told apart, where there is one, and where they are few.

Any number of blocks of any size: each parcel is a block by itself, and blocks that touch are united afterwards. One block
at most: each piece of the map is a block, of which one is begun. Otherwise block k is the one whose first parcel (by
position) is k: it is chosen among copies of the parcels from k on that hang together with k. A plan takes one copy of a
parcel at most, so the task grows with the square of the parcels and is for small problems.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from mujun.renewal.blocks.compiled import neighbours
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.problem import Ints, Problem
from mujun.renewal.periods.question import Periods, phasing_task
from mujun.renewal.phasing import PhasingProblem
from mujun.renewal.phasing.compiled import Compiled
from mujun.renewal.phasing.rows import Row, row

MOST_SINGLES = 3_000


def any_blocks(problem: Problem) -> bool:
    """Return whether every set of parcels that keeps the sums is a plan, each parcel being a block by itself."""
    terms, may = problem.terms, problem.lock >= 0
    mixed = bool(problem.protected[may].any()) and 0 < terms.protected_share_max < 1
    many = terms.max_blocks is None or terms.max_blocks >= len(problem)
    return many and not mixed and terms.min_block_mu <= 0 and terms.max_block_mu is None


def one_block(problem: Problem) -> bool:
    """Return whether no plan has two blocks."""
    terms = problem.terms
    total = float(problem.area_mu[problem.lock >= 0].sum())
    return (terms.max_blocks is not None and terms.max_blocks <= 1) or 2 * terms.min_block_mu > total * (1 + 1e-9)


def pieces_of(problem: Problem, places: Ints) -> list[tuple[int, ...]]:
    """Return the connected pieces of ``places`` (rising positions), each rising, by their first parcel."""
    allowed = np.zeros(len(problem), dtype=bool)
    allowed[places] = True
    starts, heads = neighbours(len(problem), problem.edges)
    piece, count = pieces(starts, heads, allowed)
    found: list[list[int]] = [[] for _ in range(count)]
    for place in places.tolist():
        found[piece[place]].append(place)
    return sorted(tuple(one) for one in found if one)


def united(problem: Problem, period: Ints) -> list[tuple[int, ...]]:
    """Return blocks of all that is taken (``period`` from 0, -1 never): what is taken in a period and hangs together joins
    a block that it touches, or begins one; so each block is connected by the end of every period."""
    touching: list[list[int]] = [[] for _ in range(len(problem))]
    for a, b in problem.edges.tolist():
        touching[a].append(b)
        touching[b].append(a)
    block = np.full(len(problem), -1, dtype=np.int64)
    count = 0
    for now in range(int(period.max(initial=-1)) + 1):
        for piece in pieces_of(problem, np.flatnonzero(period == now)):
            near = {int(block[other]) for place in piece for other in touching[place]} - {-1}
            block[list(piece)] = min(near, default=count)
            count += not near
    return [tuple(np.flatnonzero(block == number).tolist()) for number in range(count)]


@dataclasses.dataclass(frozen=True, slots=True)
class Copies:
    """Block k is chosen among copies: ``place`` of each copy (m,) in the problem, ``block`` (m,) which block it is for."""

    problem: Problem
    place: Ints
    block: Ints

    def columns(self, periods: int) -> int:
        """How many columns a task of it has."""
        return len(self.place) * (periods + 1)

    def task(self, periods: Periods) -> PhasingProblem:
        """Return the task of the copies; it holds with :meth:`rows` only."""
        whole, place = self.problem, self.place
        names = zip(place.tolist(), self.block.tolist(), strict=True)
        copied = dataclasses.replace(
            whole, ids=tuple(f"{whole.ids[one]}\0{number}" for one, number in names),
            benefit=whole.benefit[place], cost=whole.cost[place], area_mu=whole.area_mu[place],
            lock=np.zeros(len(place), np.int64), together=np.full(len(place), -1), protected=whole.protected[place],
            use={name: use[place] for name, use in whole.use.items()}, edges=self._edges(),
            front_m=np.zeros(len(self._edges())),
        )  # fmt: skip
        moving = Periods(
            periods.budget, {name: floor[place] for name, floor in periods.floor_m2.items()}, periods.room_m2
        )
        return phasing_task(copied, moving, [np.flatnonzero(self.block == k).tolist() for k in np.unique(self.block)])

    def rows(self, compiled: Compiled) -> Iterator[Row]:
        """One copy of a parcel; the first parcel of a block if any other; locks; parcels that go together."""
        last = compiled.periods - 1
        for one in np.unique(self.place):
            mine = np.flatnonzero(self.place == one)
            locked = self.problem.lock[one] > 0
            ones = np.ones(len(mine))
            yield row("copy", compiled.taken(mine, last), ones, lower=1.0 if locked else -np.inf, upper=1.0)
        first = np.searchsorted(self.block, self.block)
        for copy in np.flatnonzero(first != np.arange(len(first))).tolist():
            pair = [copy * compiled.periods + last, int(first[copy]) * compiled.periods + last]
            yield row("first", pair, [1.0, -1.0], upper=0.0)
        groups = self.problem.together
        for group in np.unique(groups[groups >= 0]):
            yield from self._together(compiled, np.flatnonzero(groups == group))

    def start(self, blocks: Sequence[Sequence[int]], period: Ints) -> Ints:
        """Return the plan of ``blocks`` and ``period`` (n,) as periods of the copies (m,)."""
        first = np.full(len(self.problem), -2, dtype=np.int64)
        for members in blocks:
            first[list(members)] = min(members)
        return np.where(first[self.place] == self.block, period[self.place], -1)

    def blocks(self, period: Ints) -> tuple[list[tuple[int, ...]], Ints]:
        """Return blocks and periods (n,) of periods of the copies (m,)."""
        taken = np.flatnonzero(period >= 0)
        whole = np.full(len(self.problem), -1, dtype=np.int64)
        whole[self.place[taken]] = period[taken]
        found = [tuple(self.place[taken[self.block[taken] == k]].tolist()) for k in np.unique(self.block[taken])]
        return found, whole

    def _edges(self) -> Ints:
        at: dict[tuple[int, int], int] = {}
        for copy, pair in enumerate(zip(self.block.tolist(), self.place.tolist(), strict=True)):
            at[pair] = copy
        every = [
            (at[k, a], at[k, b])
            for k in np.unique(self.block).tolist()
            for a, b in self.problem.edges.tolist()
            if (k, a) in at and (k, b) in at
        ]
        return np.array(sorted(every), dtype=np.int64).reshape(-1, 2)

    def _together(self, compiled: Compiled, members: Ints) -> Iterator[Row]:
        sets = [np.flatnonzero(self.place == member) for member in members]
        for other in sets[1:]:
            both = np.concatenate([sets[0], other])
            signs = np.concatenate([np.ones(len(sets[0])), -np.ones(len(other))])
            for period in range(compiled.periods):
                yield row("together", compiled.taken(both, period), signs, lower=0.0, upper=0.0)


def copies(problem: Problem, most: int) -> Copies | None:
    """Return the copies of ``problem``, or None where there would be more than ``most``."""
    open_ = np.flatnonzero(problem.lock >= 0)
    place: list[int] = []
    block: list[int] = []
    for at, first in enumerate(open_.tolist()):
        members = next(one for one in pieces_of(problem, open_[at:]) if one[0] == first)
        place += members
        block += [first] * len(members)
        if len(place) > most:
            return None
    return Copies(problem, np.array(place, dtype=np.int64), np.array(block, dtype=np.int64))

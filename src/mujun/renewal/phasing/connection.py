"""Cuts that hold a block together: whoever is taken is, or is reached through, parcels taken from the seed on.

For every set W of parcels of a block, every i in W and every period t, with N(W) the parcels of the block that touch W:

    taken(i, t) <= sum of taken(N(W), t) + sum of seed(W)

A plan whose every S_t is connected and holds the seed keeps them all; a plan that keeps them all is of that kind. They
are the cuts of rooted node separators (Alvarez-Miranda, Ljubic, Mutzel 2013), with the seed left open.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.flow import maximum_flow, reaches
from mujun.renewal.phasing.compiled import Compiled
from mujun.renewal.phasing.network import network
from mujun.renewal.phasing.rows import Row, row

VIOLATION = 1e-4
"""A cut that is broken by less is not worth its row; a plan (whole numbers) breaks a cut by 1 or not at all."""


@njit(cache=True)
def find_cuts(start, neighbour, taken, seed, most, violation):  # type: ignore[no-untyped-def]
    """Return up to ``most`` broken cuts as (parcel, begin, member): cut c is parcel[c] and the set member[begin[c]:begin[c+1]].

    ``taken`` and ``seed`` (m,) of one block in one period. A parcel is held if its seed share covers it, if a held
    neighbour is taken at least as much, or if a flow from the seeds reaches it; only the last costs time.
    """
    number = len(taken)
    first, head, twin, capacity = network(start, neighbour, taken, seed)
    parcels = np.empty(most, np.int64)
    begin = np.zeros(most + 1, np.int64)
    members = np.empty(most * number, np.int64)
    held, covered = np.zeros(number, np.bool_), np.zeros(number, np.bool_)
    queue = np.empty(number, np.int64)
    found = 0
    order = np.argsort(-taken, kind="mergesort")
    for v in order:
        if taken[v] > violation and seed[v] >= taken[v] - violation / 2 and not held[v]:
            _hold(start, neighbour, taken, held, queue, v)
    for v in order:
        if found == most or taken[v] <= violation:
            break
        if held[v] or covered[v]:
            continue
        left = capacity.copy()
        flow, _level = maximum_flow(first, head, twin, left, 2 * number, 2 * v, taken[v])
        if flow >= taken[v] - violation:
            _hold(start, neighbour, taken, held, queue, v)
            continue
        inside = reaches(first, head, twin, left, 2 * v)
        parcels[found] = v
        begin[found + 1] = begin[found] + _piece(start, neighbour, inside, v, members[begin[found] :], queue)
        for at in range(begin[found], begin[found + 1]):
            covered[members[at]] = True
        found += 1
    return parcels[:found], begin[: found + 1], members[: begin[found]]


@njit(cache=True)
def _hold(start, neighbour, taken, held, queue, v):  # type: ignore[no-untyped-def]
    """Mark ``v`` as held, and whoever is reached from it by parcels taken less and less."""
    held[v] = True
    queue[0] = v
    done, waiting = 0, 1
    while done < waiting:
        node = queue[done]
        done += 1
        for at in range(start[node], start[node + 1]):
            other = neighbour[at]
            if not held[other] and taken[other] <= taken[node]:
                held[other] = True
                queue[waiting] = other
                waiting += 1


@njit(cache=True)
def _piece(start, neighbour, inside, v, members, queue):  # type: ignore[no-untyped-def]
    """Write the connected piece of W around ``v`` into ``members``; return its size."""
    seen = np.zeros(len(start) - 1, np.bool_)
    seen[v] = True
    queue[0] = v
    done, waiting = 0, 1
    while done < waiting:
        node = queue[done]
        members[done] = node
        done += 1
        for at in range(start[node], start[node + 1]):
            other = neighbour[at]
            if not seen[other] and inside[2 * other]:
                seen[other] = True
                queue[waiting] = other
                waiting += 1
    return done


class Connection:
    """Finds the cuts that a solution breaks, block by block and period by period."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._blocks = [_block_graph(compiled, block) for block in range(len(compiled.task.blocks))]

    def broken(self, solution: Floats, *, most: int = 40, violation: float = VIOLATION) -> list[Row]:
        """Return cuts broken by ``solution`` by more than ``violation``, at most ``most`` per block and period."""
        found: list[Row] = []
        for members, start, neighbour in self._blocks:
            seed = solution[self._compiled.seed(members)]
            for period in range(self._compiled.periods):
                taken = solution[self._compiled.taken(members, period)]
                if taken.max(initial=0.0) <= violation:
                    continue
                parcels, begin, inside = find_cuts(start, neighbour, taken, seed, most, violation)
                for number, parcel in enumerate(parcels.tolist()):
                    found.append(self._cut(members[parcel], members[inside[begin[number] : begin[number + 1]]], period))
        return found

    def _cut(self, parcel: int, inside: Ints, period: int) -> Row:
        compiled = self._compiled
        around = [
            compiled.neighbour[compiled.neighbour_start[one] : compiled.neighbour_start[one + 1]]
            for one in inside.tolist()
        ]
        border = np.setdiff1d(np.concatenate(around), inside)
        own = np.array([parcel * compiled.periods + period])
        index = np.concatenate([own, compiled.taken(border, period), compiled.seed(inside)])
        value = np.full(len(index), -1.0)
        value[0] = 1.0
        return row("connection", index, value, upper=0.0)


def _block_graph(compiled: Compiled, block: int) -> tuple[Ints, Ints, Ints]:
    members = np.flatnonzero(compiled.block == block)
    place = np.full(len(compiled.active), -1, dtype=np.int64)
    place[members] = np.arange(len(members))
    lists = [
        place[compiled.neighbour[compiled.neighbour_start[one] : compiled.neighbour_start[one + 1]]]
        for one in members.tolist()
    ]
    start = np.zeros(len(members) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in lists], out=start[1:])
    return members, start, np.concatenate(lists) if lists else np.empty(0, np.int64)

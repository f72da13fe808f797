"""From a set of taken parcels to numbered blocks that keep the limits of single blocks, where that can be had."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mujun.renewal.blocks.compiled import LARGE, Compiled
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.problem import Floats, Ints, Truths

FEW = 11
"""Up to so many parcels every way to part them into blocks is tried; beyond that only a good one."""


def into_blocks(compiled: Compiled, chosen: Truths) -> Ints:
    """Number the pieces of ``chosen`` (n,); pieces above the largest area are parted."""
    block: Ints
    block, count = pieces(compiled.starts, compiled.heads, chosen)
    if compiled.most < LARGE:
        sizes = np.bincount(block[chosen], compiled.area[chosen], count)
        for number in np.flatnonzero(sizes > compiled.most):
            count = _part(compiled, block, int(number), count)
    return block


def _part(compiled: Compiled, block: Ints, number: int, count: int) -> int:
    """Part block ``number`` in place into connected blocks of at most the largest area; return the new count."""
    left = set(np.flatnonzero(block == number).tolist())
    fresh = number
    while left:
        seed = min(left, key=lambda node: sum(int(other) in left for other in _around(compiled, node)))
        size, own, front = 0.0, [], [seed]
        while front:
            node = front.pop(0)
            if node not in left or size + compiled.area[node] > compiled.most:
                continue
            left.discard(node)
            size += float(compiled.area[node])
            own.append(node)
            front += [int(other) for other in _around(compiled, node) if int(other) in left]
        if not own:  # a single parcel above the largest area: no block can hold it
            left.discard(seed)
            block[seed] = -1
            continue
        block[own] = fresh
        fresh, count = count, count + 1
    return count


def _around(compiled: Compiled, node: int) -> Ints:
    return compiled.heads[compiled.starts[node] : compiled.starts[node + 1]]


def every_parting(compiled: Compiled, chosen: Truths) -> Iterator[Ints]:
    """Yield every numbering of a small ``chosen`` set into connected blocks, the pieces as they are first."""
    whole, _count = pieces(compiled.starts, compiled.heads, chosen)
    yield whole
    nodes = np.flatnonzero(chosen)
    if len(nodes) > FEW:
        return
    numbering = np.full(len(chosen), -1, dtype=np.int64)
    sizes = np.zeros(len(nodes))

    def place(at: int, used: int) -> Iterator[Ints]:
        if at == len(nodes):
            if all(_one_piece(compiled, numbering == number) for number in range(used)):
                yield numbering.copy()
            return
        most = used + 1 if compiled.blocks < 0 else min(used + 1, compiled.blocks)
        for number in range(most):
            area = compiled.area[nodes[at]]
            if sizes[number] + area > compiled.most * (1 + 1e-9):
                continue
            numbering[nodes[at]] = number
            sizes[number] += area
            yield from place(at + 1, max(used, number + 1))
            sizes[number] -= area
        numbering[nodes[at]] = -1

    yield from place(0, 0)


def _one_piece(compiled: Compiled, own: Truths) -> bool:
    return int(pieces(compiled.starts, compiled.heads, own)[1]) == 1


def keep_best(compiled: Compiled, block: Ints, weight: Floats) -> Ints:
    """Leave out the least blocks beyond the number allowed; number the others from 0, the best first."""
    taken = block >= 0
    count = int(block.max()) + 1 if taken.any() else 0
    worth = np.bincount(block[taken], weight[taken], count)
    must = np.bincount(block[taken], (compiled.state[taken] > 0).astype(float), count) > 0
    order = np.lexsort((-worth, ~must))
    order = order[: compiled.blocks] if compiled.blocks >= 0 else order
    number = np.full(count + 1, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[block]


def grow_small(compiled: Compiled, block: Ints, weight: Floats) -> None:
    """Let blocks below the least area take the best parcels beside them, in place, until they have it."""
    if compiled.least <= 0:
        return
    for number in range(int(block.max()) + 1 if len(block) else 0):
        size = float(compiled.area[block == number].sum())
        while 0 < size < compiled.least:
            beside = {
                int(other)
                for node in np.flatnonzero(block == number)
                for other in _around(compiled, int(node))
                if block[other] < 0 and compiled.state[other] >= 0 and size + compiled.area[other] <= compiled.most
            }
            if not beside:
                break
            best = max(sorted(beside), key=lambda node: float(weight[node]) / max(float(compiled.area[node]), 1e-9))
            block[best] = number
            size += float(compiled.area[best])


def drop_small(compiled: Compiled, block: Ints) -> None:
    """Give up, in place, blocks below the least area that hold nothing which must be in."""
    taken = block >= 0
    if compiled.least <= 0 or not taken.any():
        return
    sizes = np.bincount(block[taken], compiled.area[taken])
    must = np.bincount(block[taken], (compiled.state[taken] > 0).astype(float)) > 0
    for number in np.flatnonzero((sizes < compiled.least * (1 - 1e-12)) & ~must):
        block[block == number] = -1

"""A set that costs too much loses its worst ends until it fits."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.blocks.heap import pop, push


@njit(cache=True)
def trim(starts, heads, gain, use, limit, price, state, block):  # type: ignore[no-untyped-def]  # noqa: C901 - one loop, compiled as a whole
    """Take ends off the blocks in place, worst first, until ``use`` (R, n) keeps ``limit`` (R,); return whether it does.

    Each block is seen as a tree grown from its parcel of the greatest gain; an end is a leaf of it. The worst end has
    the least gain for what it uses of the limits, weighed with ``price`` (R,). Parcels with ``state`` 1 stay.
    """
    number, limits = len(gain), len(limit)
    parent = np.full(number, -1, np.int64)
    children = np.zeros(number, np.int64)
    reached = np.zeros(number, np.bool_)
    queue = np.empty(number, np.int64)
    used = np.zeros(limits)
    for node in range(number):
        if block[node] >= 0:
            for row in range(limits):
                used[row] += use[row, node]
    for seed in np.argsort(-gain):
        if block[seed] < 0 or reached[seed]:
            continue
        reached[seed] = True
        queue[0] = seed
        done, filled = 0, 1
        while done < filled:
            node = queue[done]
            done += 1
            for place in range(starts[node], starts[node + 1]):
                other = heads[place]
                if block[other] == block[node] and not reached[other]:
                    reached[other] = True
                    parent[other] = node
                    children[node] += 1
                    queue[filled] = other
                    filled += 1
    keys = np.empty(number + 1)
    items = np.empty(number + 1, np.int64)
    size = 0
    for node in range(number):
        if block[node] >= 0 and children[node] == 0 and state[node] < 1:
            size = push(keys, items, size, _ratio(gain, use, price, node), node)
    while size:
        if np.all(used <= limit):
            return True
        _key, node, size = pop(keys, items, size)
        block[node] = -1
        for row in range(limits):
            used[row] -= use[row, node]
        above = parent[node]
        if above >= 0:
            children[above] -= 1
            if children[above] == 0 and state[above] < 1:
                size = push(keys, items, size, _ratio(gain, use, price, above), above)
    return np.all(used <= limit)


@njit(cache=True)
def _ratio(gain, use, price, node):  # type: ignore[no-untyped-def]
    paid = 0.0
    for row in range(len(price)):
        paid += price[row] * use[row, node]
    return gain[node] / paid if paid > 1e-12 else (np.inf if gain[node] >= 0 else -np.inf)

"""Which parcels hold their block together (articulation points, Tarjan 1972), for many blocks at once."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def cut_points(starts, heads, block):  # type: ignore[no-untyped-def]
    """Return (n,) whether taking a parcel away would break its block; ``block`` (n,) is its number or -1."""
    number = len(block)
    cut = np.zeros(number, np.bool_)
    depth = np.zeros(number, np.int64)
    low = np.zeros(number, np.int64)
    parent = np.full(number, -1, np.int64)
    at = starts[:number].copy()
    stack = np.empty(number, np.int64)
    for seed in range(number):
        if block[seed] < 0 or depth[seed]:
            continue
        depth[seed] = low[seed] = 1
        stack[0] = seed
        top = 1
        branches = 0
        while top:
            node = stack[top - 1]
            if at[node] < starts[node + 1]:
                other = heads[at[node]]
                at[node] += 1
                if block[other] != block[node]:
                    continue
                if not depth[other]:
                    parent[other] = node
                    depth[other] = low[other] = depth[node] + 1
                    stack[top] = other
                    top += 1
                    branches += node == seed
                elif other != parent[node]:
                    low[node] = min(low[node], depth[other])
            else:
                top -= 1
                above = parent[node]
                if above >= 0:
                    low[above] = min(low[above], low[node])
                    if above != seed and low[node] >= depth[above]:
                        cut[above] = True
        cut[seed] = branches > 1
    return cut


@njit(cache=True)
def pieces(starts, heads, chosen):  # type: ignore[no-untyped-def]
    """Return (block, count): the number of the connected piece of each chosen parcel (n,), -1 elsewhere."""
    number = len(chosen)
    block = np.full(number, -1, np.int64)
    stack = np.empty(number, np.int64)
    count = 0
    for seed in range(number):
        if not chosen[seed] or block[seed] >= 0:
            continue
        block[seed] = count
        stack[0] = seed
        top = 1
        while top:
            top -= 1
            node = stack[top]
            for place in range(starts[node], starts[node + 1]):
                other = heads[place]
                if chosen[other] and block[other] < 0:
                    block[other] = count
                    stack[top] = other
                    top += 1
        count += 1
    return block, count

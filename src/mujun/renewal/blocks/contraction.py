"""Touching parcels that are both worth taking become one node: taking both is never worse than taking one."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def contract(starts, heads, weight, state):  # type: ignore[no-untyped-def]
    """Contract nodes above 0 (or that must be in) with their like; leave out nodes that are out.

    ``state`` per node: 1 must be in, 0 open, -1 out. Returns (cluster, total, must, starts, heads, reverse): the
    cluster of each node (-1: out), and per cluster its weight and whether it must be in, its neighbours (CSR) and the
    CSR place of each opposite arc. Nodes that must be in count with their weight even where it is below 0.
    """
    number = len(weight)
    cluster = np.full(number, -1, np.int64)
    stack = np.empty(number, np.int64)
    order = np.empty(number, np.int64)
    first = np.empty(number + 1, np.int64)
    count, filled = 0, 0
    for seed in range(number):
        if cluster[seed] >= 0 or state[seed] < 0:
            continue
        cluster[seed] = count
        first[count] = filled
        order[filled] = seed
        filled += 1
        if weight[seed] > 0 or state[seed] > 0:
            stack[0] = seed
            top = 1
            while top:
                top -= 1
                node = stack[top]
                for place in range(starts[node], starts[node + 1]):
                    other = heads[place]
                    if cluster[other] < 0 and state[other] >= 0 and (weight[other] > 0 or state[other] > 0):
                        cluster[other] = count
                        order[filled] = other
                        filled += 1
                        stack[top] = other
                        top += 1
        count += 1
    first[count] = filled
    total = np.zeros(count)
    must = np.zeros(count, np.bool_)
    mark = np.full(count, -1, np.int64)
    wide = np.zeros(count + 1, np.int64)
    rows = np.empty(len(heads), np.int64)
    used = 0
    for one in range(count):
        for at in range(first[one], first[one + 1]):
            node = order[at]
            total[one] += weight[node]
            must[one] |= state[node] > 0
            for place in range(starts[node], starts[node + 1]):
                other = cluster[heads[place]]
                if other >= 0 and other != one and mark[other] != one:
                    mark[other] = one
                    rows[used] = other
                    used += 1
        wide[one + 1] = used
    # transposed once, each row is sorted; the opposite of an arc is then found by counting
    fresh = wide[:count].copy()
    sorted_rows = np.empty(used, np.int64)
    for one in range(count):
        for place in range(wide[one], wide[one + 1]):
            other = rows[place]
            sorted_rows[fresh[other]] = one
            fresh[other] += 1
    reverse = np.empty(used, np.int64)
    fresh[:] = wide[:count]
    for one in range(count):
        for place in range(wide[one], wide[one + 1]):
            other = sorted_rows[place]
            reverse[place] = fresh[other]
            fresh[other] += 1
    return cluster, total, must, wide, sorted_rows, reverse

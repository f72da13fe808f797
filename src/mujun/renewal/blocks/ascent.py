"""Dual ascent of a priced problem: its bound, and what taking or leaving each node would cost beyond the bound.

The priced problem gives every node a weight. Nodes above 0 are prizes, the others cost something to enter, and a root
reaches every prize for the price of a block. Each set of nodes around a prize must be entered, or the prize given up:
raising such cuts as long as no arc is overdrawn gives the dual of the linear relaxation (Wong 1984; for prizes
Leitner, Ljubic, Luipersbeck and Sinnl 2018), so that what was raised can be taken off the sum of the prizes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.blocks.heap import pop, push

EPS = 1e-9
PATIENCE = 1.0  # how much larger than the least cut one may grow before it waits; more is quicker and looser


@njit(cache=True)
def ascend(starts, heads, reverse, enter, prize, root):  # type: ignore[no-untyped-def]  # noqa: C901 - one loop, compiled as a whole
    """Raise the cuts of the prizes, small cuts first, until each prize is given up or reaches the root.

    ``starts``, ``heads``: neighbours of each node (CSR, both ways); ``enter`` the cost of entering a node (n,);
    ``prize`` what giving a node up costs (n,), inf where it must be in; ``root`` the price of opening a block at each
    node (n,), inf where none opens; it and ``prize`` are drawn down in place. Returns (raised, arc): the sum of the
    ascent (inf where a node that must be in cannot be) and the residual of the arc into each node along each place.
    """
    number = len(enter)
    arc = np.empty(len(heads))
    keys = np.empty(number + 1)
    items = np.empty(number + 1, np.int64)
    size = 0
    for node in range(number):
        arc[starts[node] : starts[node + 1]] = enter[node]
        if prize[node] > 0:
            size = push(keys, items, size, starts[node + 1] - starts[node], node)
    seen = np.zeros(number, np.int64)
    inside = np.empty(number, np.int64)
    border = np.empty(len(heads), np.int64)
    joined = np.zeros(number, np.bool_)  # reached from the root for nothing already
    onward = np.empty(number, np.int64)
    raised = 0.0
    stamp = 0
    while size:
        _key, terminal, size = pop(keys, items, size)
        stamp += 1
        seen[terminal] = stamp
        inside[0] = terminal
        onward[terminal] = -1
        count, done, crossing = 1, 0, 0
        opening = np.inf
        while True:
            while done < count and opening > EPS:
                node = inside[done]
                done += 1
                opening = 0.0 if joined[node] else min(opening, root[node])
                if opening <= EPS:
                    while node >= 0 and not joined[node]:
                        joined[node] = True
                        node = onward[node]
                    break
                for place in range(starts[node], starts[node + 1]):
                    tail = heads[place]
                    if seen[tail] != stamp:
                        if arc[place] <= EPS:
                            seen[tail] = stamp
                            onward[tail] = node
                            inside[count] = tail
                            count += 1
                        else:
                            border[crossing] = place
                            crossing += 1
            if opening <= EPS:
                break
            step = min(prize[terminal], opening)
            kept = 0
            for number_of in range(crossing):
                place = border[number_of]
                if seen[heads[place]] != stamp:
                    border[kept] = place
                    kept += 1
                    step = min(step, arc[place])
            crossing = kept
            if size and crossing > PATIENCE * keys[0] + 2:
                size = push(keys, items, size, crossing, terminal)
                break
            if step == np.inf:
                return np.inf, arc
            raised += step
            prize[terminal] -= step
            opening -= step
            for number_of in range(count):
                root[inside[number_of]] -= step
            for number_of in range(crossing):
                place = border[number_of]
                arc[place] -= step
                if arc[place] <= EPS and seen[heads[place]] != stamp:
                    seen[heads[place]] = stamp
                    onward[heads[place]] = heads[reverse[place]]
                    inside[count] = heads[place]
                    count += 1
            if prize[terminal] <= EPS or opening <= EPS:
                break
    return raised, arc


@njit(cache=True)
def spread(starts, heads, reverse, arc, distance, outward):  # type: ignore[no-untyped-def]
    """Shorten ``distance`` (n,) in place along the residual arcs, outward from the root or inward to the prizes."""
    keys = np.empty(len(distance) + len(heads) + 1)
    items = np.empty(len(keys), np.int64)
    size = 0
    for node in range(len(distance)):
        if distance[node] < np.inf:
            size = push(keys, items, size, distance[node], node)
    while size:
        key, node, size = pop(keys, items, size)
        if key > distance[node]:
            continue
        for place in range(starts[node], starts[node + 1]):
            reached = key + (arc[reverse[place]] if outward else arc[place])
            other = heads[place]
            if reached < distance[other]:
                distance[other] = reached
                size = push(keys, items, size, reached, other)

"""Cuts that a fractional plan breaks: largest flows from the starts of blocks to what is taken."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.flow import maximum_flow, reaches

CREEP = 1e-7  # so much flows through every arc, so that of all least cuts one with few arcs is found


@njit(cache=True)
def network(starts, heads, reverse, arc, root):  # type: ignore[no-untyped-def]
    """Return (first, head, twin, capacity): arcs out of each node, sorted by tail; node k sends what starts give.

    ``arc`` (a,) is the capacity into a node along each of its places, ``root`` (k,) that of a start at a node.
    """
    number = len(root)
    first = np.zeros(number + 2, np.int64)
    for node in range(number):
        first[node + 1] = first[node] + starts[node + 1] - starts[node] + 1
    first[number + 1] = first[number] + number
    size = first[number + 1]
    head, twin, capacity = np.empty(size, np.int64), np.empty(size, np.int64), np.zeros(size)
    for node in range(number):
        for place in range(starts[node], starts[node + 1]):
            other = heads[place]
            own = first[node] + place - starts[node]
            head[own] = other
            twin[own] = first[other] + reverse[place] - starts[other]
            capacity[own] = arc[reverse[place]]  # out of the node is into the other one
        back = first[node + 1] - 1
        head[back], twin[back] = number, first[number] + node
        head[first[number] + node], twin[first[number] + node] = node, back
        capacity[first[number] + node] = root[node]
    return first, head, twin, capacity


@njit(cache=True)
def find_cuts(starts, heads, reverse, taken, arc, root, order, most, nested, violation):  # type: ignore[no-untyped-def]
    """Return (nodes (c,), sets (c, k)): cuts that are broken by more than ``violation``, at most ``most``.

    ``taken`` (k,), ``arc`` (a,) into each node along its places and ``root`` (k,) are the point; nodes are asked in
    ``order``. Of each least cut the side nearest the node and the side nearest the starts are taken; what is cut is
    then saturated, up to ``nested`` times, so that further cuts for the same node lie elsewhere.
    """
    number = len(root)
    first, head, twin, capacity = network(starts, heads, reverse, arc + CREEP, root)
    nodes = np.empty(most, np.int64)
    sets = np.zeros((most, number), np.bool_)
    found = 0
    for node in order:
        if found >= most:
            break
        left = capacity.copy()
        for _repeat in range(nested):
            flow, level = maximum_flow(first, head, twin, left, number, node, taken[node])
            if flow >= taken[node] - violation or found >= most:
                break
            begun = found
            near = reaches(first, head, twin, left, node)
            sets[found] = near[:number]
            nodes[found] = node
            found += 1
            differs = False
            for other in range(number):
                differs |= near[other] != (level[other] < 0)
            if differs and found < most:
                sets[found] = level[:number] < 0
                nodes[found] = node
                found += 1
            for last in range(begun, found):
                for tail in range(number + 1):
                    if tail < number and sets[last, tail]:
                        continue
                    for at in range(first[tail], first[tail + 1]):
                        if head[at] < number and sets[last, head[at]]:
                            left[at] = 1.0
    return nodes[:found], sets[:found]


@njit(cache=True)
def too_small(starts, heads, area, least, taken, node):  # type: ignore[no-untyped-def]
    """Grow a set from ``node`` by its most taken neighbours while its area is below ``least``.

    Returns (slack, inside): the least of ``taken`` around it less ``taken[node]`` on the way, and the set where it is.
    """
    number = len(taken)
    inside, beside = np.zeros(number, np.bool_), np.zeros(number, np.bool_)
    best_inside = inside.copy()
    members = np.empty(number, np.int64)
    best, around, size, count = np.inf, 0.0, 0.0, 0
    fresh = node
    while fresh >= 0:
        if beside[fresh]:
            beside[fresh] = False
            around -= taken[fresh]
        inside[fresh] = True
        members[count] = fresh
        count += 1
        size += area[fresh]
        if size >= least:
            break
        for place in range(starts[fresh], starts[fresh + 1]):
            other = heads[place]
            if not inside[other] and not beside[other]:
                beside[other] = True
                around += taken[other]
        if around - taken[node] < best:
            best = around - taken[node]
            best_inside[:] = inside
        fresh = -1
        most = 1e-12
        for at in range(count):
            for place in range(starts[members[at]], starts[members[at] + 1]):
                other = heads[place]
                if beside[other] and taken[other] > most:
                    most, fresh = taken[other], other
    return best, best_inside
